import { join } from "node:path";
import { DomainError } from "../core/errors.ts";
import { ioError } from "../core/io-error.ts";
import { settle, snapshotRecord, tidy, type WriteContext } from "./commit-change.ts";
import { keepCopy, ownershipOf } from "./files.ts";
import { encode } from "./journal-format.ts";
import { type Loaded, loadStore } from "./load-store.ts";
import { replaceJournal } from "./replace-journal.ts";
import { type StorePaths, shownPath } from "./store-paths.ts";

/**
 * Writes a store of an older schema version as one of ours, under the lock: copies of the old files first, beside
 * them (`pchat.schema-0.json`), then a journal that begins anew, then the file. Ending anywhere in between leaves a
 * store that reads as the same state. Throws `write-failed`.
 */
export function migrateFiles(context: WriteContext, loaded: Loaded, time: string): Loaded {
  const { paths, schema, checkpoint } = context;
  const { document, file } = loaded;
  try {
    tidy(context, document);
    keepOnce(paths, paths.file, `.schema-${file.version}.json`);
    if (ownershipOf(paths.journal) !== undefined)
      keepOnce(paths, paths.journal, `.schema-${file.version}.journal.ndjson`);
    checkpoint("old files kept");
    replaceJournal(context, encode("", [snapshotRecord(document, time)]));
    checkpoint("journal replaced");
    settle(context, loaded);
  } catch (error) {
    throw ioError("write-failed", paths.given, error);
  }
  const migrated = loadStore(paths, schema);
  if (migrated.verdict === "current") return migrated;
  throw new DomainError("store-damaged", `\`${paths.given}\` could not be brought to this version`, {
    details: { file: shownPath(paths, paths.file), schemaVersion: file.version },
  });
}

/** A copy from an earlier attempt is the same old file: it is kept, never replaced. */
const keepOnce = (paths: StorePaths, path: string, end: string): boolean =>
  keepCopy(path, join(paths.folder, `${paths.stem}${end}`));
