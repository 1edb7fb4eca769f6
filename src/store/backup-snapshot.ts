import type { Snapshot } from "../core/change.ts";
import type { Directory, Entry } from "../core/directory.ts";
import { memoryDirectory } from "../core/memory-directory.ts";
import { memoryState } from "../core/memory-state.ts";
import { noContent } from "../core/message.ts";
import { type Backup, readBackup } from "./backup.ts";
import { readOpenEntries } from "./directory-file.ts";
import { defaultSchema } from "./document.ts";

/** The state that a backup holds, its directory included. Throws `no-file`, `read-failed`, `invalid-file`. */
export function readBackupSnapshot(path: string): Snapshot {
  const backup = readBackup(path, defaultSchema);
  const { lists, lineage, serial, nextId, directory } = backup.document;
  const open = () => (directory === null ? undefined : directoryOf(backup, path, directory));
  return {
    state: memoryState(lists, open),
    lineage,
    serial,
    nextId,
    directoryHash: directory,
    content: noContent,
  };
}

/** The directory file as it stands in a backup. */
function directoryOf({ directory }: Backup, path: string, hash: string): Directory {
  const entries: Entry[] = [];
  const date = readOpenEntries(directory, path, hash, (entry) => entries.push(entry));
  return memoryDirectory({ entries }, { date, hash });
}
