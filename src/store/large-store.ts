import { fstatSync, statSync } from "node:fs";
import { stateAfter } from "../core/draft.ts";
import type { State } from "../core/state.ts";
import { checksumOfAll } from "./checksum.ts";
import { readLockRecord } from "./file-lock.ts";
import { fileStamp } from "./file-stamp.ts";
import { openForReading, piecesOf } from "./files.ts";
import { canIndex } from "./index-file.ts";
import { highestId } from "./index-table.ts";
import { type IndexedState, indexedState } from "./indexed-state.ts";
import type { JournalTail } from "./journal-file.ts";
import { type KeptFile, keepFile } from "./kept-file.ts";
import { stampsOf, tailOf } from "./load-store.ts";
import { directoryOf } from "./open-directory.ts";
import { reconcile } from "./reconcile.ts";
import { indexFile, openStoreIndex, type Sections, type StoreIndex, saveIndex } from "./store-index.ts";
import type { StorePaths } from "./store-paths.ts";
import { OtherForm, readEnvelope } from "./store-scan.ts";
import type { Envelope } from "./store-text.ts";

/**
 * A store whose file is large: read record by record, and allowed to lie behind its journal.
 *
 * The file is the one that pchat wrote where its checksum is what the journal notes for its serial. Its checksum need
 * not be worked out again where `<stem>.index` has its stamp (which file, size, both times in nanoseconds): the index
 * was made from a file of that checksum. Where it has not, the checksum decides, as always.
 *
 * | file                               | index                     | journal since the file's serial | what is done                                        |
 * |------------------------------------|---------------------------|---------------------------------|-----------------------------------------------------|
 * | smaller than the bound             | any                       | any                             | read in full (load-store.ts), written in full       |
 * | known to the journal               | has its stamp             | nothing, or changes             | records by the index, changes on top from the journal |
 * | known to the journal               | of the same checksum      | nothing, or changes             | the same; the next writer gives it the new stamp    |
 * | known to the journal               | none, damaged, of another | nothing, or changes             | readers make it in memory, the next writer on disk  |
 * | known to the journal               | any                       | a change that the file was to hold already (a crash) | the same; the next writer first writes the file |
 * | not known, not of the usual form, of an older version, or in conflict with the journal (reconcile.ts) | any | any | read in full, where the one case is told from the other: edited, stale, diverged, foreign |
 *
 * A change is kept once the journal has it. The file is written with it where what it lies behind by would pass the
 * bound, or by compact-store; then exactly as a small one is: temporary file, journal line with its checksum, rename.
 */
export interface LargeStore {
  /** The present state, and what is said of it beside its lists. */
  readonly state: State;
  readonly envelope: Envelope;
  readonly verdict: "current" | "behind";
  readonly tail: JournalTail;
  readonly file: LargeFile;
}

/** The JSON file as it was found. */
export interface LargeFile {
  readonly kept: KeptFile;
  readonly size: number;
  readonly envelope: Envelope;
  readonly checksum: string;
  readonly indexed: IndexedState;
  /** Whether the index on disk is the one for this file. */
  readonly isSaved: boolean;
}

/**
 * Opens a store whose file is at least so large (bytes), without a lock. Undefined for any other, and wherever the
 * store must be read in full to tell what is the matter with it. Throws `store-damaged` for a damaged journal.
 */
export function openLarge(paths: StorePaths, largeFrom: number): LargeStore | undefined {
  if (!canIndex || !isLarge(paths, largeFrom)) return undefined;
  for (;;) {
    const before = stampsOf(paths);
    try {
      return openOnce(paths);
    } catch (error) {
      if (error instanceof OtherForm || error instanceof RangeError) return undefined;
      if (stampsOf(paths) === before) throw error;
    }
  }
}

function isLarge({ file }: StorePaths, largeFrom: number): boolean {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.size > 0 && stats.size >= largeFrom;
}

function openOnce(paths: StorePaths): LargeStore | undefined {
  const fd = openForReading(paths.file, paths.given, false);
  if (fd === undefined) return undefined;
  const kept = keepFile(fd, paths.file, paths.given, false);
  const index = openStoreIndex(paths);
  let isUsed = false;
  try {
    const opened = openProven(paths, kept, index);
    isUsed = opened !== undefined;
    return opened;
  } finally {
    if (!isUsed) kept.close();
    if (!isUsed) index?.close();
  }
}

function openProven(
  paths: StorePaths,
  kept: KeptFile,
  index: StoreIndex | undefined,
): LargeStore | undefined {
  const saved = index?.facts.stamp === kept.stamp ? index.facts : undefined;
  const envelope = saved?.envelope ?? readEnvelope(kept.fd);
  if (envelope === undefined || envelope.nextId > highestId) return undefined;
  const tail = tailOf(paths, envelope.serial);
  const sum = saved?.checksum ?? checksumOf(kept.fd);
  const verdict = verdictOf(paths, envelope, sum, tail);
  if (verdict === undefined || tail === undefined) return undefined;
  const rebuild = (): Sections => indexFile(kept.fd).sections;
  const sections = index?.facts.checksum === sum ? index.sections : rebuild();
  const indexed = indexedState(kept, sections, rebuild);
  const isSaved = saved !== undefined;
  const file = { kept, size: fstatSync(kept.fd).size, envelope, checksum: sum, indexed, isSaved };
  const present = envelopeAfter(envelope, tail);
  const state = stateAfter(
    indexed.state,
    tail.since.flatMap(({ writes }) => writes),
    directoryOf(paths, present, present),
  );
  return { state, envelope: present, verdict, tail, file };
}

/**
 * Makes the index of a large file that has none. Only for the holder of the lock. Never throws: it only saves time.
 */
export function refreshStoreIndex(paths: StorePaths, largeFrom: number): void {
  try {
    // By its stamp alone, as a rule: whoever wrote has read the journal already.
    if (!isLarge(paths, largeFrom) || isIndexed(paths)) return;
    const large = openLarge(paths, largeFrom);
    if (large !== undefined && !large.file.isSaved) saveIndexOf(paths, large.file);
  } catch {
    // Whatever it is, the command that needs the store will say it.
  }
}

/** Puts the index of a file that was just opened on disk. Only for the holder of the lock. Never throws. */
export function saveIndexOf(paths: StorePaths, { kept, checksum, envelope, indexed }: LargeFile): void {
  saveIndex(paths, { stamp: kept.stamp, checksum, envelope }, indexed.sections);
}

function isIndexed(paths: StorePaths): boolean {
  const index = openStoreIndex(paths);
  index?.close();
  return index?.facts.stamp === fileStamp(paths.file);
}

/** Undefined for whatever only reading in full can tell. */
function verdictOf(
  paths: StorePaths,
  { lineage, serial }: Envelope,
  sum: string,
  tail: JournalTail | undefined,
): LargeStore["verdict"] | undefined {
  const facts = { lineage, serial, checksum: sum, usualChecksum: () => sum, replayedChecksum: () => null };
  const { verdict, reached } = reconcile(facts, tail, readLockRecord(paths.lock).written ?? null);
  if (verdict === "current" && tail?.last.serial === serial) return verdict;
  return verdict === "behind" && reached === serial ? verdict : undefined;
}

function envelopeAfter(envelope: Envelope, { since }: JournalTail): Envelope {
  const last = since.at(-1)?.head;
  if (last === undefined) return envelope;
  const { serial, nextId, directory } = last;
  const extra = since.findLast(({ head }) => head.extra !== undefined)?.head.extra ?? envelope.extra;
  return { ...envelope, serial, nextId, directory, extra };
}

/** Checksum of an open file, however large. */
export const checksumOf = (fd: number): string => checksumOfAll(piecesOf(fd));
