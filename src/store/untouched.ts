import { statSync } from "node:fs";
import type { StoreDocument } from "./document.ts";
import { readImage } from "./file-image.ts";
import { readLockRecord, type Stamps } from "./file-lock.ts";
import { stampOf } from "./files.ts";
import { parseStore } from "./parse-store.ts";
import type { StorePaths } from "./store-paths.ts";

/** What tells the present file and journal from any other, for the lock file's mark. */
export const presentStamps = (paths: StorePaths): Stamps => ({
  file: stampWithChange(paths.file),
  journal: stampWithChange(paths.journal),
});

/** With the time of the last change of any kind, which nobody can put back as one can the time of a text. */
function stampWithChange(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? "" : `${stampOf(stats)}:${stats.ctimeMs}`;
}

/**
 * The document of a store whose file and journal are, by size, times and inode, those that pchat left when its last
 * change was written to the end: then nothing has to be proven, and nothing hashed. Undefined for any other store.
 */
export function readUntouched(paths: StorePaths, schema: string): StoreDocument | undefined {
  const noted = readLockRecord(paths.lock).written?.stamps;
  if (noted === undefined) return undefined;
  const present = presentStamps(paths);
  if (present.file !== noted.file || present.journal !== noted.journal) return undefined;
  try {
    return readImage(paths.file, paths.given, false, ({ bytes, stamp }) =>
      noted.file.startsWith(`${stamp}:`) ? parseStore(bytes, paths.given, schema, true).document : undefined,
    );
  } catch {
    // Reading it as any other store tells what is wrong.
    return undefined;
  }
}
