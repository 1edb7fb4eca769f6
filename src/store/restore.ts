import type { Authorship } from "../core/change.ts";
import type { ContentEdit } from "../core/content-change.ts";
import { DomainError } from "../core/errors.ts";
import { ioError } from "../core/io-error.ts";
import { requireReason } from "../core/settings.ts";
import type { Backup } from "./backup.ts";
import { commitChange, settle, snapshotRecord, tidy, type WriteContext } from "./commit-change.ts";
import { parseDirectory, settleDirectory } from "./directory-file.ts";
import { differences, type StoreDocument, schemaVersion } from "./document.ts";
import { ownershipOf, putInPlace, removeQuietly, syncFolder, writeTemporary } from "./files.ts";
import { encode } from "./journal-format.ts";
import { type Loaded, loadStore, tailOf } from "./load-store.ts";
import { installMessages, keepMessages, missingMessages, openContent } from "./messages.ts";
import { migrateFiles } from "./migrate-files.ts";
import { keepCopies, stemToKeep } from "./repair-store.ts";
import { replaceJournal } from "./replace-journal.ts";
import { pendingDirectory, type StorePaths, shownPath } from "./store-paths.ts";

export interface Restored {
  readonly serial: number;
  /** Serial that the backup was made at. */
  readonly backupSerial: number;
  readonly changed: boolean;
  /** Copies of what was replaced. */
  readonly kept: readonly string[];
}

/**
 * Brings a store to the state of a backup. Where it is the same store, that is a change like any other, which can be
 * undone; messages that were removed or replaced since come back, and later ones stay. Where there is none, it is
 * made with its history; another or a damaged one is replaced with `force`, and kept under a new name. Throws
 * `exists` for another store, `store-damaged`, `write-failed`.
 */
export function restoreStore(
  context: WriteContext,
  { source, backup }: { readonly source: string; readonly backup: Backup },
  author: Authorship,
  force: boolean,
): Restored {
  const present = presentStore(context, force);
  try {
    if (present === undefined) return install(context, backup, author.time, undefined);
    if (present.document.lineage === backup.document.lineage) return change(context, present, backup, author);
    if (force) return install(context, backup, author.time, present);
  } catch (error) {
    throw ioError("write-failed", context.paths.given, error);
  }
  throw otherStore(context.paths, source, present.document.lineage, backup.document.lineage);
}

/** The store as it stands; undefined where there is none, or a damaged one that may be replaced. */
function presentStore({ paths, schema }: WriteContext, force: boolean): Loaded | undefined {
  const isThere = ownershipOf(paths.file) !== undefined || tailOfAny(paths, force);
  if (!isThere) return undefined;
  try {
    return loadStore(paths, schema);
  } catch (error) {
    if (force && error instanceof DomainError) return undefined;
    throw error;
  }
}

function tailOfAny(paths: StorePaths, force: boolean): boolean {
  try {
    return tailOf(paths, Number.POSITIVE_INFINITY) !== undefined;
  } catch (error) {
    if (force && error instanceof DomainError) return true;
    throw error;
  }
}

function change(context: WriteContext, present: Loaded, backup: Backup, author: Authorship): Restored {
  const writes = differences(present.document, backup.document);
  const hash = backup.document.directory;
  const isOtherDirectory = hash !== null && hash !== present.document.directory;
  const backupSerial = backup.head.serial;
  const content = lostMessages(context, backup);
  if (writes.length === 0 && !isOtherDirectory && content.length === 0) {
    return { serial: present.document.serial, backupSerial, changed: false, kept: [] };
  }
  requireReason(present.document.lists.settings, author.reason);
  const nextId = Math.max(present.document.nextId, backup.document.nextId);
  const directory = isOtherDirectory ? { directory: directoryOf(context, backup, hash) } : {};
  const ready =
    present.file.version === schemaVersion ? present : migrateFiles(context, present, author.time);
  const { serial } = commitChange(context, ready, author, { writes, nextId, content, ...directory });
  return { serial, backupSerial, changed: true, kept: [] };
}

function lostMessages({ paths }: WriteContext, { document, messages }: Backup): ContentEdit[] {
  const names = new Map(Array.from(document.lists.rooms, ({ id, identity }) => [id, identity]));
  const present = openContent(paths, document.lineage);
  return missingMessages(present, messages, (id) => names.get(id) ?? `room ${id}, which was removed`);
}

/** The directory of a backup, read through a file of its own that is taken away again by the write that follows. */
function directoryOf({ paths }: WriteContext, backup: Backup, hash: string) {
  const pending = writeDirectory(paths, backup, hash);
  return parseDirectory(pending, pending, hash);
}

function writeDirectory(paths: StorePaths, { directory }: Backup, hash: string): string {
  const pending = pendingDirectory(paths, hash);
  putInPlace(writeTemporary(paths.directory, directory.pieces(), ownershipOf(paths.file)), pending);
  return pending;
}

/**
 * Puts a backup's store in the place of whatever is there. In this order, so that ending anywhere leaves a store that
 * can be used: without its journal the old file is still a store, and so is the new one.
 */
function install(context: WriteContext, backup: Backup, time: string, present: Loaded | undefined): Restored {
  const { paths, checkpoint } = context;
  const { document } = backup;
  const stem = stemToKeep(paths, time);
  const kept = [...keepCopies(paths, stem, [".json", ".journal.ndjson", ".directory.json"])];
  tidy(context, { directory: null });
  if (document.directory !== null) writeDirectory(paths, backup, document.directory);
  checkpoint("old files kept");
  // Without its journal, the file alone must be the store that it was.
  if (present?.verdict === "behind") settle(context, present);
  removeQuietly(paths.journal);
  syncFolder(paths.folder);
  checkpoint("journal taken away");
  settle(context, { document });
  checkpoint("file in place");
  if (ownershipOf(paths.messages) !== undefined) {
    keepMessages(paths, `${stem}.messages`);
    kept.push(shownPath(paths, `${stem}.messages`));
  }
  installMessages(paths, document.lineage, backup.messages);
  checkpoint("messages in place");
  if (document.directory !== null) settleDirectory(paths, document.directory);
  replaceJournal(context, journalOf(document, backup, time));
  checkpoint("journal replaced");
  return { serial: document.serial, backupSerial: backup.head.serial, changed: true, kept };
}

const journalOf = (document: StoreDocument, { journal }: Backup, time: string): Iterable<Uint8Array> =>
  journal.size > 0 ? journal.pieces() : encode("", [snapshotRecord(document, time)]);

function otherStore(paths: StorePaths, source: string, present: string, backup: string): DomainError {
  return new DomainError("exists", `\`${source}\` is a backup of another store than \`${paths.given}\``, {
    hint: { say: "replace the store with --force; it is kept under a new name" },
    details: { lineage: present, backupLineage: backup },
  });
}
