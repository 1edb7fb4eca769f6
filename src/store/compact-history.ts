import { closeSync } from "node:fs";
import type { Authorship } from "../core/change.ts";
import { ioError } from "../core/io-error.ts";
import { requireReason } from "../core/settings.ts";
import { commitChange, snapshotRecord, type WriteContext } from "./commit-change.ts";
import type { StoreDocument } from "./document.ts";
import { type OpenJournal, type OutlinedRecord, openJournal, outlinesOf, recordsOf } from "./journal-file.ts";
import { encode, type RecordToWrite } from "./journal-format.ts";
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
  return planFor(paths, schema, loadStore(paths, schema).document, before);
}

function planFor(paths: StorePaths, schema: string, document: StoreDocument, before: string): Compacted {
  const history = readHistory(paths);
  try {
    const [dropped, kept] = divided(history.records, before);
    if (dropped.length === 0) return nothing(kept);
    const beginning = replayed(history, dropped, schema);
    return {
      dropped: dropped.length - 1,
      kept: kept.length + 1,
      roomsForgotten: lostRooms(paths, roomsOf([document, beginning], kept)).length,
      serial: beginning.serial,
    };
  } finally {
    history.close();
  }
}

/**
 * Drops the changes before a time (ISO 8601 UTC): the journal begins with the store as it was then, in one step. The
 * first change at that time or later is kept, and all after it, whatever their times; the last is the record of this
 * very change. Messages of rooms that can no longer come back go with it. Throws `reason-required`, `write-failed`,
 * and what reading the store and its journal throws.
 */
export function compactHistory(context: WriteContext, author: Authorship, before: string): Compacted {
  const { paths, schema, checkpoint } = context;
  const loaded = loadStore(paths, schema);
  const plan = planFor(paths, schema, loaded.document, before);
  if (plan.dropped === 0) return plan;
  requireReason(loaded.document.lists.settings, author.reason);
  try {
    // Recorded first, so that the history never shrinks without a word of it. The file is up to its journal then.
    commitChange(context, loaded, author, { writes: [], nextId: loaded.document.nextId });
    const { rooms, kept, serial } = rewrite(context, loaded.document, before);
    checkpoint("journal replaced");
    removeRooms(paths, lostRooms(paths, rooms));
    return { ...plan, kept, serial };
  } catch (error) {
    throw ioError("write-failed", paths.given, error);
  }
}

/** Puts a journal in place that begins with the store as it was. Returns also the rooms that can still come back. */
function rewrite(
  context: WriteContext,
  document: StoreDocument,
  before: string,
): Pick<Compacted, "kept" | "serial"> & { readonly rooms: ReadonlySet<number> } {
  const { paths, schema } = context;
  const history = readHistory(paths);
  try {
    // The last is the record of this very change.
    const [dropped] = divided(history.records.slice(0, -1), before);
    const beginning = replayed(history, dropped, schema);
    const snapshot = snapshotRecord(beginning, dropped.at(-1)!.record.head.time);
    replaceJournal(context, encode("", beginningWith(snapshot, history, dropped.length)));
    const kept = history.records.slice(dropped.length);
    return { rooms: roomsOf([document, beginning], kept), kept: kept.length, serial: beginning.serial };
  } finally {
    history.close();
  }
}

function* beginningWith(
  snapshot: RecordToWrite,
  journal: OpenJournal,
  first: number,
): Iterable<RecordToWrite> {
  yield snapshot;
  let at = 0;
  for (const { record } of recordsOf(journal)) if (at++ >= first) yield record;
}

const nothing = (records: readonly OutlinedRecord[]): Compacted => ({
  dropped: 0,
  kept: records.filter(({ record }) => record.kind === "change").length,
  roomsForgotten: 0,
  serial: records[0]?.record.head.serial ?? 0,
});

/** Records that are to be dropped, and the others. */
function divided(
  records: readonly OutlinedRecord[],
  before: string,
): readonly [readonly OutlinedRecord[], readonly OutlinedRecord[]] {
  const first = records.findIndex(({ record: { kind, head } }) => kind === "change" && head.time >= before);
  const count = first === -1 ? records.length : first;
  const isAnything = records.slice(0, count).some((each, at) => changesSomething(each, records[at - 1]));
  return isAnything ? [records.slice(0, count), records.slice(count)] : [[], records];
}

/** Whether a record is a change of anything: not a beginning, and not the mere note of an earlier dropping. */
const changesSomething = (
  { record: { kind, head }, writes }: OutlinedRecord,
  before: OutlinedRecord | undefined,
): boolean =>
  kind === "change" &&
  (writes.length > 0 || head.content !== undefined || head.directory !== before?.record.head.directory);

function replayed(
  journal: Pick<OpenJournal, "fd">,
  records: readonly OutlinedRecord[],
  schema: string,
): StoreDocument {
  const replay = createReplay(journal, schema);
  for (const each of records) replay.apply(each);
  return replay.document()!;
}

/** Rooms that are in one of these states, or in a change. */
function roomsOf(
  documents: readonly StoreDocument[],
  records: readonly OutlinedRecord[],
): ReadonlySet<number> {
  const ids = new Set<number>();
  for (const { lists } of documents) for (const { id } of lists.rooms) ids.add(id);
  for (const { writes } of records) {
    for (const { collection, id } of writes) if (collection === "rooms") ids.add(id);
  }
  return ids;
}

/** A journal with what its records do in outline. The caller closes it. */
interface History extends OpenJournal {
  readonly records: readonly OutlinedRecord[];
  close(): void;
}

function readHistory(paths: StorePaths): History {
  const journal = openJournal(paths.journal, shownPath(paths, paths.journal));
  if (journal === undefined) return { fd: -1, shown: "", size: 0, records: [], close: () => {} };
  const close = (): void => closeSync(journal.fd);
  try {
    return { ...journal, records: [...outlinesOf(journal)], close };
  } catch (error) {
    close();
    throw error;
  }
}
