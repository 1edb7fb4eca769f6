import type { Authorship, Change } from "../core/change.ts";
import { DomainError } from "../core/errors.ts";
import { ioError } from "../core/io-error.ts";
import type { Write } from "../core/state.ts";
import {
  appendChange,
  type Committed,
  finish,
  type Ground,
  missesWrite,
  tidy,
  type WriteContext,
  writeChange,
} from "./commit-change.ts";
import { foldedText } from "./fold-store.ts";
import { IndexFault } from "./index-file.ts";
import { checksumOf, type LargeFile, type LargeStore, openLarge } from "./large-store.ts";
import { type FileHooks, replaceFile } from "./store-file.ts";
import { emptyTables, finishTables, saveIndex } from "./store-index.ts";
import type { StorePaths } from "./store-paths.ts";
import type { Envelope } from "./store-text.ts";

/** A change of more objects than this is written to the file at once: readers would have to put it on top each time. */
const mostAhead = 100;

/**
 * Keeps a change of a large store: in the journal alone while the file is behind by no more than so many bytes of it,
 * else with the file. Throws `write-failed`, with nothing kept; `store-damaged` where the file is not what it was.
 */
export function commitLarge(
  context: WriteContext,
  store: LargeStore,
  author: Authorship,
  change: Change,
  foldAfter: number,
): Committed {
  try {
    tidy(context, store.envelope);
    context.lock.forgetBeyond(store.envelope.lineage, store.file.envelope.serial);
    const ready = missesWrite(store) ? settleLarge(context, store) : store;
    const isOverdue = ready.tail.end - ready.tail.from > foldAfter || change.writes.length > mostAhead;
    const keep = isOverdue ? writeChange : appendChange;
    return keep(context, groundOf(context.paths, ready), author, change);
  } catch (error) {
    throw ioError("write-failed", context.paths.given, error);
  }
}

/**
 * Brings the file of a large store up to its journal, as a change of its own that changes no object: its line notes
 * the file's checksum. Throws as commitLarge does.
 */
export function foldLarge(context: WriteContext, store: LargeStore, author: Authorship): Committed {
  try {
    tidy(context, store.envelope);
    context.lock.forgetBeyond(store.envelope.lineage, store.file.envelope.serial);
    if (missesWrite(store)) {
      settleLarge(context, store);
      return { serial: store.envelope.serial, notices: [] };
    }
    const change = { writes: [], nextId: store.envelope.nextId };
    return writeChange(context, groundOf(context.paths, store), author, change);
  } catch (error) {
    throw ioError("write-failed", context.paths.given, error);
  }
}

const groundOf = (paths: StorePaths, store: LargeStore): Ground => ({
  envelope: store.envelope,
  tail: store.tail,
  prelude: () => [],
  replace: (after, writes, hooks) => replaceLarge(paths, store, after, writes, hooks),
});

/** The file lacks a change that was to be written to it, as its process ended there. */
function settleLarge(context: WriteContext, store: LargeStore): LargeStore {
  const { paths } = context;
  let sum = "";
  replaceLarge(paths, store, store.envelope, [], {
    writeAhead: (written) => {
      sum = written;
    },
    leftBehind: (error) => {
      throw error;
    },
  });
  finish(context, store.envelope, sum);
  return openLarge(paths, 1)!;
}

/** Writes the file with everything that the journal has beyond it, and its index. */
function replaceLarge(
  paths: StorePaths,
  { file, tail }: LargeStore,
  after: Envelope,
  writes: readonly Write[],
  hooks: Pick<FileHooks, "writeAhead" | "leftBehind">,
): void {
  requireSame(paths, file);
  const all = [...tail.since.flatMap((record) => record.writes), ...writes];
  const put = (): void => {
    const tables = emptyTables();
    const placed = replaceFile(paths, foldedText(file, after, all, tables), hooks);
    if (placed !== undefined) {
      const { stamp, checksum } = placed;
      saveIndex(paths, { stamp, checksum, envelope: after }, finishTables(tables));
    }
  };
  try {
    put();
  } catch (error) {
    // Found while the text was made, so that nothing is in place yet.
    if (!(error instanceof IndexFault)) throw error;
    file.indexed.renew();
    put();
  }
}

/** What is copied into the new file must be what the checksum of the old one stands for. */
function requireSame(paths: StorePaths, { kept, checksum }: LargeFile): void {
  if (checksumOf(kept.fd) === checksum) return;
  throw new DomainError(
    "store-damaged",
    `\`${paths.given}\` is not what pchat wrote, though nobody wrote it since`,
    {
      hint: {
        say: "the disk may be failing; pchat can make the file again from the journal",
        commands: [["test-store"], ["repair-store", "--from", "journal"]],
      },
      details: { file: paths.given, checksum },
    },
  );
}
