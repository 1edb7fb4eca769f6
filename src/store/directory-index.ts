import { fstatSync, statSync } from "node:fs";
import type { Directory, Entry } from "../core/directory.ts";
import {
  type DirectoryIndex,
  directoryIndexes,
  directoryOver,
  type EntrySource,
} from "../core/directory-indexes.ts";
import { memoryEntries } from "../core/memory-directory.ts";
import { entriesIn, parseOpenDirectory, readDirectoryHead, readEntries } from "./directory-file.ts";
import { fileStamp } from "./file-stamp.ts";
import { openForReading, ownershipOf, removeQuietly } from "./files.ts";
import {
  canIndex,
  compareSections,
  type IndexContent,
  IndexFault,
  type IndexVerdict,
  openIndex,
  type Section,
  writeIndex,
} from "./index-file.ts";
import { buildTable, type Table, tableOf } from "./index-table.ts";
import { type KeptFile, keepFile } from "./kept-file.ts";
import { recordFile } from "./record-file.ts";
import { type StorePaths, shownPath } from "./store-paths.ts";

/**
 * `<stem>.directory.index`: where the entries of a large directory lie in its file, so that a command that needs one
 * user reads one line. It holds for the file whose stamp it has; the file was read in full, and its checksum proven,
 * when the index was made. Only writers make it. Where it is missing, damaged, or of another file, the directory is
 * read in full.
 */
interface Facts {
  readonly kind: "directory";
  readonly version: 1;
  readonly hash: string;
  readonly date: string;
  readonly stamp: string;
}

const tableName = "entries";
/** A directory of at most so many bytes may be in memory as a whole. */
const mostHeld = 256 * 1024 * 1024;
/** Beyond so many single entries it is cheaper to read all of them. */
const mostReads = 4000;
/** What holds for a directory that is larger: how often an entry may be read, on an average. */
const mostReadings = 8;
/** How often all of them may be gone through. */
const mostPasses = 2;
/** Entries that are kept of such a one. */
const mostRecent = 10_000;
const indexNames = Object.keys(directoryIndexes) as readonly DirectoryIndex[];

/** The directory with this checksum by its index, or undefined where no index holds for it. */
export function openIndexedDirectory(paths: StorePaths, hash: string): Directory | undefined {
  const index = openIndex(paths.directoryIndex);
  const facts = index?.facts as Facts | undefined;
  if (index === undefined || facts?.kind !== "directory" || facts.version !== 1 || facts.hash !== hash) {
    index?.close();
    return undefined;
  }
  const shown = shownPath(paths, paths.directory);
  const fd = openForReading(paths.directory, shown, true);
  const file = fd === undefined ? undefined : keepFile(fd, paths.directory, shown, true);
  if (file?.stamp === facts.stamp) {
    return indexedDirectory(paths, file, tableOf(tableName, index.sections), facts);
  }
  index.close();
  file?.close();
  return undefined;
}

function indexedDirectory(paths: StorePaths, kept: KeptFile, table: Table, { hash, date }: Facts): Directory {
  const file = recordFile(kept, (bytes) => JSON.parse(bytes.toString("utf8")) as Entry, mostRecent);
  const enough = fstatSync(kept.fd).size <= mostHeld ? mostReads : mostReadings * table.count;
  let passes = 0;
  let whole: EntrySource | undefined;
  // What was given out already stays the same object.
  const readAll = (): EntrySource => {
    const { entries } = parseOpenDirectory(kept, shownPath(paths, paths.directory), hash);
    return memoryEntries(entries.map((entry, ordinal) => file.held(ordinal) ?? entry));
  };
  const entriesHere = (): EntrySource | undefined => {
    if (file.reads > enough || passes > mostPasses) whole ??= readAll();
    return whole;
  };
  /** One by one, until it turns out that everything must be read. */
  function* singly(index: DirectoryIndex, key: string): Iterable<Entry> {
    try {
      for (const ordinal of table.candidates(index, key)) {
        if (entriesHere() !== undefined) return;
        const entry = file.record(ordinal, table.place(ordinal));
        if (directoryIndexes[index](entry).includes(key)) yield entry;
      }
    } catch (error) {
      if (!(error instanceof IndexFault)) throw error;
      whole ??= readAll();
    }
  }
  function* each(index: DirectoryIndex, key: string): Iterable<Entry> {
    let given = 0;
    for (const entry of singly(index, key)) {
      given++;
      yield entry;
    }
    if (whole !== undefined) yield* whole.find(index, key).slice(given);
  }
  const find = (index: DirectoryIndex, key: string): readonly Entry[] => [...each(index, key)];
  function* all(): Iterable<Entry> {
    passes++;
    const held = entriesHere();
    if (held !== undefined) {
      yield* held.all();
      return;
    }
    let ordinal = 0;
    for (const entry of entriesIn(kept)) yield file.held(ordinal++) ?? entry;
  }
  return directoryOver({ find, each, all }, { date, hash });
}

/**
 * Makes the index of the directory in place, where that is at least so large and has none. Only for the holder of the
 * lock. Never throws: the index only saves time.
 */
export function refreshDirectoryIndex(paths: StorePaths, largeFrom: number): void {
  try {
    const size = statSync(paths.directory, { throwIfNoEntry: false })?.size ?? 0;
    if (!canIndex || size === 0 || size < largeFrom || isIndexed(paths)) return;
    const made = buildIndex(paths);
    if (made !== undefined) writeIndex(paths.directoryIndex, made, ownershipOf(paths.file));
  } catch {
    removeQuietly(paths.directoryIndex);
  }
}

/** Whether an index says what a new one would; `other` where it is of another file. */
export function checkDirectoryIndex(paths: StorePaths): IndexVerdict {
  const index = openIndex(paths.directoryIndex);
  try {
    if (index === undefined) return "differs";
    if (!isIndexed(paths)) return "other";
    const made = buildIndex(paths);
    return made === undefined ? "other" : compareSections(index.sections, made.sections);
  } finally {
    index?.close();
  }
}

function isIndexed(paths: StorePaths): boolean {
  const index = openIndex(paths.directoryIndex);
  index?.close();
  const facts = index?.facts as Facts | undefined;
  return facts?.kind === "directory" && facts.version === 1 && facts.stamp === fileStamp(paths.directory);
}

function buildIndex(paths: StorePaths): IndexContent | undefined {
  const shown = shownPath(paths, paths.directory);
  const stamp = fileStamp(paths.directory);
  const hash = readDirectoryHead(paths.directory, shown)?.hash;
  if (hash === undefined) return undefined;
  const table = buildTable(tableName, indexNames);
  const date = readEntries(paths.directory, shown, hash, (entry, { offset, length }) => {
    table.add({ offset, length, id: table.count }, (index) =>
      directoryIndexes[index as DirectoryIndex](entry),
    );
  });
  const sections = new Map<string, Section>();
  table.finish(sections);
  const facts: Facts = { kind: "directory", version: 1, hash, date, stamp };
  return fileStamp(paths.directory) === stamp ? { facts, sections } : undefined;
}
