import { closeSync } from "node:fs";
import { ioError } from "../core/io-error.ts";
import { settle, snapshotRecord, tidy, type WriteContext } from "./commit-change.ts";
import type { StoreDocument } from "./document.ts";
import { openJournal, recordsOf } from "./journal-file.ts";
import { encode, type JournalRecord } from "./journal-format.ts";
import { loadStore } from "./load-store.ts";
import { removeLostRooms } from "./messages.ts";
import { replaceJournal } from "./replace-journal.ts";
import { createReplay } from "./replay.ts";
import { shownPath } from "./store-paths.ts";

export interface Compacted {
  /** Changes that are no longer in the history, and those that still are. */
  readonly dropped: number;
  readonly kept: number;
  /** The serial with which the history begins now. */
  readonly serial: number;
}

/**
 * Drops the changes before a time (ISO 8601 UTC): the journal begins with the store as it was then, in one step. The
 * first change at that time or later is kept, and all after it, whatever their times. Messages of rooms that can no
 * longer come back go with it. Throws `write-failed`, and
 * what reading the store and its journal throws.
 */
export function compactHistory(context: WriteContext, before: string): Compacted {
  const { paths, schema, checkpoint } = context;
  const loaded = loadStore(paths, schema);
  const records = allRecords(context);
  const first = records.findIndex(({ kind, head }) => kind === "change" && head.time >= before);
  const dropped = records.slice(0, first === -1 ? records.length : first);
  const kept = records.slice(dropped.length);
  if (dropped.length <= 1) return { dropped: 0, kept: kept.length, serial: records[0]?.head.serial ?? 0 };
  const replay = createReplay(schema);
  for (const record of dropped) replay.apply(record);
  const beginning = snapshotRecord(replay.document()!, dropped.at(-1)!.head.time);
  try {
    tidy(context, loaded.document);
    // The journal must not begin after the file.
    const written = loaded.verdict === "behind" ? settle(context, loaded) : null;
    replaceJournal(context, encode("", noting([beginning, ...kept], written)).chunks);
    checkpoint("journal replaced");
    removeLostRooms(paths, roomsOf(loaded.document, [beginning, ...kept]));
  } catch (error) {
    throw ioError("write-failed", paths.given, error);
  }
  return { dropped: dropped.length - 1, kept: kept.length, serial: beginning.head.serial };
}

/** Rooms that are there, or that the history could bring back. */
function roomsOf({ lists }: StoreDocument, records: readonly JournalRecord[]): ReadonlySet<number> {
  const known = records.flatMap(({ writes }) => writes.filter(({ collection }) => collection === "rooms"));
  return new Set([...lists.rooms, ...known].map(({ id }) => id));
}

/** The records, the last of which notes the checksum of the file that was just brought up to it. */
const noting = (records: readonly JournalRecord[], written: string | null): JournalRecord[] =>
  records.map((record, at) =>
    at < records.length - 1 || record.head.file !== null
      ? record
      : ({ ...record, head: { ...record.head, file: written } } as JournalRecord),
  );

function allRecords({ paths }: WriteContext): JournalRecord[] {
  const journal = openJournal(paths.journal, shownPath(paths, paths.journal));
  if (journal === undefined) return [];
  try {
    return [...recordsOf(journal)].map(({ record }) => record);
  } finally {
    closeSync(journal.fd);
  }
}
