import { again } from "../core/sequence.ts";
import { printable } from "../output/messages.ts";
import { progressText, type Stage } from "../output/progress-text.ts";
import type { Progress } from "./command.ts";
import type { ByteSource, World } from "./context.ts";
import type { Globals } from "./globals.ts";
import { isQuietJson, tell } from "./session.ts";

/** Work that takes less shows nothing. */
const silentMilliseconds = 1000;
const betweenMilliseconds = 100;
const defaultColumns = 80;
/** Back to the beginning of the line, and whatever is there gone. */
const fresh = "\r\u001b[K";

const silent: Progress = {
  over: (_, items) => items,
  bytes: (_, source) => source,
  pieces: (_, __, pieces) => pieces,
};

/** Bars on stderr where that is a terminal and nothing forbids them, else nothing. */
export function progressOf({
  world,
  globals,
}: {
  readonly world: World;
  readonly globals: Globals;
}): Progress {
  const { env, stderr } = world;
  const isSeen = stderr.isTTY && env["TERM"] !== "dumb" && !env["CI"];
  if (!isSeen || globals.quiet || isQuietJson(globals)) return silent;
  const counted = <T>(what: Work, items: Iterable<T>, sizeOf: (item: T) => number): Iterable<T> =>
    again(function* () {
      const bar = createBar(world, what);
      try {
        for (const item of items) {
          yield item;
          bar.advance(sizeOf(item));
        }
      } finally {
        bar.end();
      }
    });
  return {
    over: (label, items) => counted({ label, total: items.length, unit: "items" }, items, () => 1),
    bytes: (label, source) => ({ ...source, chunks: countedChunks(world, label, source) }),
    pieces: (label, total, pieces) =>
      counted({ label, total, unit: "bytes" }, pieces, ({ length }) => length),
  };
}

async function* countedChunks(world: World, label: string, source: ByteSource): AsyncIterable<Uint8Array> {
  const bar = createBar(world, { label, total: source.size?.(), unit: "bytes" });
  try {
    for await (const chunk of source.chunks) {
      bar.advance(chunk.length);
      yield chunk;
    }
  } finally {
    bar.end();
  }
}

type Work = Pick<Stage, "label" | "total" | "unit">;

interface Bar {
  advance(by: number): void;
  end(): void;
}

function createBar(world: World, what: Work): Bar {
  const start = world.clock();
  // Of a path, the file's name: there must be room for the rest.
  const label = printable(what.label.replace(/ .*[\\/]/, " "));
  let done = 0;
  let next = start + silentMilliseconds;
  let isDrawn = false;
  return {
    advance: (by) => {
      done += by;
      const now = world.clock();
      if (now < next) return;
      next = now + betweenMilliseconds;
      isDrawn = true;
      const stage = { ...what, label, done, elapsed: now - start };
      // A terminal takes it at once; nothing else may wait for it.
      void tell(world.stderr, fresh + progressText(stage, world.stderr.columns ?? defaultColumns));
    },
    end: () => {
      if (isDrawn) void tell(world.stderr, fresh);
      isDrawn = false;
    },
  };
}
