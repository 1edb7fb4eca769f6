/**
 * A process that changes a store again and again, for tests that end it at any moment. Each change touches several
 * objects, so that half a change would show: a room is made and its name is noted in the category. A mixed writer also
 * brings a directory now and then, or enough rooms for a change of many lines. Says `ready`, then a line for each
 * change that was acknowledged: its serial, the room's name, and how long it took in milliseconds.
 *
 * Words: path, name of this writer, `plain` or `mixed`, number of changes, and optionally the step and its turn at which
 * to die. In the place of `plain`: `restore` (the name is the backup's path), `compact` and `repair` do that once.
 */
import { writeSync } from "node:fs";
import process from "node:process";
import type { Change, Snapshot } from "../../src/core/change.ts";
import { author, directoryOf, openAt, room } from "../store/values.ts";

const [path, name, kind, count, dieAt, turn] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string?,
  string?,
];

const isMixed = kind === "mixed";
let turns = 0;
const checkpoint = (step: string): void => {
  if (step === dieAt && ++turns === Number(turn)) process.kill(process.pid, "SIGKILL");
};
const store = openAt(path, { command: name, lockTimeout: 600, checkpoint });

function step(at: number): (snapshot: Snapshot) => { change: Change; value: string } {
  return ({ state, nextId }) => {
    const made = isMixed && at % 7 === 6 ? 1100 : 1;
    const rooms = Array.from({ length: made }, (_, index) => room(nextId + index, `${name} ${at} ${index}`));
    const category = state.get("categories", 2)!;
    const last = rooms.at(-1)!.name;
    // Rooms of a large change go again with the next one, so that the file stays small.
    const gone = [...state.all("rooms")].filter((each) => !each.name.endsWith(" 0"));
    return {
      change: {
        writes: [
          ...rooms.map((after) => ({ collection: "rooms" as const, id: after.id, after })),
          ...gone.map((before) => ({ collection: "rooms" as const, id: before.id, before })),
          { collection: "categories", id: 2, before: category, after: { ...category, description: last } },
        ],
        nextId: nextId + made,
        ...(isMixed && at % 5 === 4
          ? { directory: { content: directoryOf(last), date: author().time } }
          : {}),
      },
      value: last,
    };
  };
}

const maintenance: Readonly<Record<string, () => Promise<unknown>>> = {
  restore: () => store.restore(name, author(), { force: true }),
  compact: () => store.compactHistory(author(), "2027-01-01T00:00:00.000Z"),
  repair: () => store.repair(author()),
};

writeSync(1, "ready\n");
await maintenance[kind]?.();
for (let at = 0; at < (kind in maintenance ? 0 : Number(count)); at++) {
  const start = performance.now();
  const { serial, value } = await store.update(author({ command: name }), step(at));
  writeSync(1, `${serial}\t${value}\t${Math.round(performance.now() - start)}\n`);
}
