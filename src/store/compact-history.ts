import { closeSync } from "node:fs";
import type { Authorship } from "../core/change.ts";
import { ioError } from "../core/io-error.ts";
import { requireReason } from "../core/settings.ts";
import { commitChange, snapshotRecord, type WriteContext } from "./commit-change.ts";
import type { StoreDocument } from "./document.ts";
import { openJournal, recordsOf } from "./journal-file.ts";
import { encode, type JournalRecord } from "./journal-format.ts";
import { loadStore } from "./load-store.ts";
import { lostRooms, removeRooms } from "./messages.ts";
import { replaceJournal } from "./replace-journal.ts";
import { createReplay } from "./replay.ts";
import { type StorePaths, shownPath } from "./store-paths.ts";

export interface Compacted {
  /** Changes that are no longer in the history, and those that still are, this one included. */
  readonly dropped: number;
  readonly kept: number;
  /** Removed rooms that can no longer come back, and whose messages go with them. */
  readonly roomsForgotten: number;
  /** The serial with which the history begins now. */
  readonly serial: number;
}

/** What dropping the changes before a time (ISO 8601 UTC) would do, writing nothing. Throws as compactHistory does. */
export function planCompaction(paths: StorePaths, schema: string, before: string): Compacted {
  const { document } = loadStore(paths, schema);
  const { dropped, beginning, kept } = divided(allRecords(paths), before, schema);
  if (beginning === undefined) return nothing(kept);
  const lost = lostRooms(paths, roomsOf(document, [beginning, ...kept]));
  return {
    dropped: dropped.length - 1,
    kept: kept.length + 1,
    roomsForgotten: lost.length,
    serial: beginning.head.serial,
  };
}

/**
 * Drops the changes before a time (ISO 8601 UTC): the journal begins with the store as it was then, in one step. The
 * first change at that time or later is kept, and all after it, whatever their times; the last is the record of this
 * very change. Messages of rooms that can no longer come back go with it. Throws `reason-required`, `write-failed`,
 * and what reading the store and its journal throws.
 */
export function compactHistory(context: WriteContext, author: Authorship, before: string): Compacted {
  const { paths, schema, checkpoint } = context;
  const plan = planCompaction(paths, schema, before);
  if (plan.dropped === 0) return plan;
  const loaded = loadStore(paths, schema);
  requireReason(loaded.document.lists.settings, author.reason);
  try {
    // Recorded first, so that the history never shrinks without a word of it. The file is up to its journal then.
    commitChange(context, loaded, author, { writes: [], nextId: loaded.document.nextId });
    const records = allRecords(paths);
    const { beginning, kept } = divided(records.slice(0, -1), before, schema);
    const all = [beginning!, ...kept, records.at(-1)!];
    replaceJournal(context, encode("", all));
    checkpoint("journal replaced");
    removeRooms(paths, lostRooms(paths, roomsOf(loaded.document, all)));
    return { ...plan, kept: kept.length + 1, serial: beginning!.head.serial };
  } catch (error) {
    throw ioError("write-failed", paths.given, error);
  }
}

const nothing = (records: readonly JournalRecord[]): Compacted => ({
  dropped: 0,
  kept: records.filter(({ kind }) => kind === "change").length,
  roomsForgotten: 0,
  serial: records[0]?.head.serial ?? 0,
});

interface Divided {
  readonly dropped: readonly JournalRecord[];
  /** What stands for the dropped records; undefined where none is to be dropped. */
  readonly beginning: JournalRecord | undefined;
  readonly kept: readonly JournalRecord[];
}

function divided(records: readonly JournalRecord[], before: string, schema: string): Divided {
  const first = records.findIndex(({ kind, head }) => kind === "change" && head.time >= before);
  const dropped = records.slice(0, first === -1 ? records.length : first);
  if (!dropped.some((record, at) => changesSomething(record, dropped[at - 1])))
    return { dropped: [], beginning: undefined, kept: records };
  const replay = createReplay(schema);
  for (const record of dropped) replay.apply(record);
  const beginning = snapshotRecord(replay.document()!, dropped.at(-1)!.head.time);
  return { dropped, beginning, kept: records.slice(dropped.length) };
}

/** Whether a record is a change of anything: not a beginning, and not the mere note of an earlier dropping. */
const changesSomething = (
  { kind, head, writes }: JournalRecord,
  before: JournalRecord | undefined,
): boolean =>
  kind === "change" &&
  (writes.length > 0 || head.content !== undefined || head.directory !== before?.head.directory);

/** Rooms that are there, or that the history could bring back. */
function roomsOf({ lists }: StoreDocument, records: readonly JournalRecord[]): ReadonlySet<number> {
  const known = records.flatMap(({ writes }) => writes.filter(({ collection }) => collection === "rooms"));
  return new Set([...lists.rooms, ...known].map(({ id }) => id));
}

function allRecords(paths: StorePaths): JournalRecord[] {
  const journal = openJournal(paths.journal, shownPath(paths, paths.journal));
  if (journal === undefined) return [];
  try {
    return [...recordsOf(journal)].map(({ record }) => record);
  } finally {
    closeSync(journal.fd);
  }
}
