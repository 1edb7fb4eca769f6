import type { Directory } from "../../src/core/directory.ts";
import { directoryOver } from "../../src/core/directory-indexes.ts";
import { memoryEntries } from "../../src/core/memory-directory.ts";

/** The same directory, of which each entry is another object whenever it is asked for, as one read from a file may be. */
export function rereadDirectory(directory: Directory): Directory {
  const { find, all } = memoryEntries([...directory.all()]);
  const { date, hash } = directory;
  const again: typeof find = (index, key) => structuredClone(find(index, key));
  return directoryOver({ find: again, each: again, all: () => structuredClone([...all()]) }, { date, hash });
}
