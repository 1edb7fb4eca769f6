import type { Directory, Entry, HeldContent } from "./directory.ts";
import {
  type DirectoryIndex,
  directoryIndexes,
  directoryOver,
  type EntrySource,
} from "./directory-indexes.ts";

/** A directory over parsed entries. */
export const memoryDirectory = ({ entries }: HeldContent, facts: { date: string; hash: string }): Directory =>
  directoryOver(memoryEntries(entries), facts);

/** Parsed entries by their keys. Each index is built when first asked for. */
export function memoryEntries(entries: readonly Entry[]): EntrySource {
  const indexes = new Map<DirectoryIndex, ReadonlyMap<string, readonly Entry[]>>();
  const find = (name: DirectoryIndex, key: string): readonly Entry[] => {
    let index = indexes.get(name);
    if (index === undefined) {
      index = fileEntries(entries, directoryIndexes[name]);
      indexes.set(name, index);
    }
    return index.get(key) ?? [];
  };
  return { find, each: find, all: () => entries };
}

function fileEntries(
  entries: readonly Entry[],
  keysOf: (entry: Entry) => readonly string[],
): ReadonlyMap<string, readonly Entry[]> {
  const filed = new Map<string, Entry[]>();
  for (const entry of entries) {
    for (const key of keysOf(entry)) {
      const list = filed.get(key);
      if (list === undefined) filed.set(key, [entry]);
      else if (list.at(-1) !== entry) list.push(entry);
    }
  }
  return filed;
}
