import type { Snapshot } from "../core/change.ts";
import type { Directory, DirectoryContent } from "../core/directory.ts";
import { memoryDirectory } from "../core/memory-directory.ts";
import { memoryState } from "../core/memory-state.ts";
import { noContent } from "../core/message.ts";
import { type Backup, readBackup } from "./backup.ts";
import { defaultSchema } from "./document.ts";

/** The state that a backup holds, its directory included. Throws `no-file`, `read-failed`, `invalid-file`. */
export function readBackupSnapshot(path: string): Snapshot {
  const backup = readBackup(path, defaultSchema);
  const { lists, lineage, serial, nextId, directory } = backup.document;
  const open = () => (directory === null ? undefined : directoryOf(backup, directory));
  return {
    state: memoryState(lists, open),
    lineage,
    serial,
    nextId,
    directoryHash: directory,
    content: noContent,
  };
}

/** The directory file as it stands in a backup, whose checksum has vouched for it. */
function directoryOf({ directory }: Backup, hash: string): Directory {
  const { date, ...content } = JSON.parse(directory.toString("utf8")) as DirectoryContent & { date: string };
  return memoryDirectory(content, { date, hash });
}
