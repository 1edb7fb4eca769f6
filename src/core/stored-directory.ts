import type { Directory, Entry, StoredEntries } from "./directory.ts";
import {
  type DirectoryIndex,
  directoryIndexes,
  directoryOver,
  type EntrySource,
} from "./directory-indexes.ts";
import { createPostings, type Postings } from "./postings.ts";

/** Entries that were read last and are kept: at least so many, at most twice that. */
const mostRecent = 25_000;

const indexNames = Object.keys(directoryIndexes) as readonly DirectoryIndex[];

/**
 * A directory over entries that are too many to be held: `entries` reads all of them, and `read` one by its ordinal
 * among them. Only those that were read last are kept, so that the same entry may come as several objects.
 */
export const storedDirectory = (
  entries: Iterable<Entry>,
  read: StoredEntries["read"],
  facts: { date: string; hash: string },
): Directory => directoryOver(storedEntries(entries, readRecently(read)), facts);

function storedEntries(entries: Iterable<Entry>, read: StoredEntries["read"]): EntrySource {
  let indexes: ReadonlyMap<DirectoryIndex, Postings> | undefined;
  function* each(index: DirectoryIndex, key: string): Iterable<Entry> {
    indexes ??= postingsOf(entries);
    for (const ordinal of indexes.get(index)!.candidates(key)) {
      const entry = read(ordinal);
      if (directoryIndexes[index](entry).includes(key)) yield entry;
    }
  }
  return { find: (index, key) => [...each(index, key)], each, all: () => entries };
}

/** All indexes at once: reading every entry is most of the work. */
function postingsOf(entries: Iterable<Entry>): ReadonlyMap<DirectoryIndex, Postings> {
  const made = new Map(indexNames.map((name) => [name, createPostings()]));
  let ordinal = 0;
  for (const entry of entries) {
    for (const [name, postings] of made) {
      for (const key of directoryIndexes[name](entry)) postings.add(key, ordinal);
    }
    ordinal++;
  }
  return made;
}

function readRecently(read: (ordinal: number) => Entry): (ordinal: number) => Entry {
  let young = new Map<number, Entry>();
  let old = new Map<number, Entry>();
  return (ordinal) => {
    const known = young.get(ordinal);
    if (known !== undefined) return known;
    const entry = old.get(ordinal) ?? read(ordinal);
    if (young.size >= mostRecent) [young, old] = [new Map(), young];
    young.set(ordinal, entry);
    return entry;
  };
}
