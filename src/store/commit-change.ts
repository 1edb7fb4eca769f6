import { closeSync } from "node:fs";
import type { Authorship, Change } from "../core/change.ts";
import { checksum } from "./checksum.ts";
import { settleDirectory, writePendingDirectory } from "./directory-file.ts";
import {
  applyWrites,
  contents,
  differences,
  documentText,
  type StoreDocument,
  schemaVersion,
} from "./document.ts";
import type { Lock } from "./file-lock.ts";
import { ownershipOf, removeQuietly, removeStaleFiles, syncFolder } from "./files.ts";
import { errnoOf, ioError } from "./io-error.ts";
import { appendToJournal, openJournal, recordsOf } from "./journal-file.ts";
import {
  type ChangeRecord,
  type ContentRecord,
  encode,
  type JournalRecord,
  type SnapshotRecord,
} from "./journal-format.ts";
import { type Loaded, outsideAuthor } from "./load-store.ts";
import { removePending, setStaysAside, settleMessages, writePendingMessages } from "./messages.ts";
import { replay } from "./replay.ts";
import { createStoreFile } from "./store-file.ts";
import { isPendingDirectory, pendingDirectory, type StorePaths, shownPath } from "./store-paths.ts";
import { presentStamps } from "./untouched.ts";

/** What the write path needs beside the change. Everything here happens under the lock. */
export interface WriteContext {
  readonly paths: StorePaths;
  readonly schema: string;
  readonly lock: Lock;
  /** Called between the steps of the write path, so that a test can end the process there. */
  readonly checkpoint: (step: string) => void;
}

export interface Committed {
  readonly document: StoreDocument;
  readonly notices: readonly string[];
}

/**
 * Keeps a change. In this order, each on disk before the next: a new directory under a name of its own, the new JSON
 * text under a temporary name, the journal's line (from here on the change is kept), the directory's place, the
 * file's place, the folder. Ending before the journal's line leaves the store as it was, ending after it leaves a
 * file that is behind its journal, which readers fold and the next writer puts right.
 * Throws `write-failed`, with nothing kept.
 */
export function commitChange(
  context: WriteContext,
  loaded: Loaded,
  author: Authorship,
  change: Change,
): Committed {
  const { paths } = context;
  try {
    tidy(context, loaded.document);
    if (loaded.verdict === "behind") settle(context, loaded);
    return writeChange(context, loaded, author, change);
  } catch (error) {
    throw ioError("write-failed", paths.given, error);
  }
}

/** Takes away what killed writers left, once what they committed is in its place. */
export function tidy({ paths }: WriteContext, { directory }: Pick<StoreDocument, "directory">): void {
  if (directory !== null) settleDirectory(paths, directory);
  settleMessages(paths);
  const targets = [paths.file, paths.journal, paths.directory, paths.index, paths.directoryIndex];
  removeStaleFiles(paths.folder, targets, (name) => isPendingDirectory(paths, name));
}

/** Brings a file up to its journal. A second change must not come on top of one that the file never held. */
export function settle(context: WriteContext, { document }: Pick<Loaded, "document">): void {
  const { paths, schema } = context;
  let sum = "";
  const file = createStoreFile(paths, schema, {
    isTrusted: () => true,
    writeAhead: (written) => {
      sum = written;
    },
    leftBehind: (error) => {
      throw error;
    },
  });
  file.write(document);
  finish(context, document, sum);
}

function finish({ paths, lock }: WriteContext, { lineage, serial }: StoreDocument, file: string): void {
  syncFolder(paths.folder);
  lock.mark({ lineage, serial, file, stamps: presentStamps(paths) });
}

function writeChange(context: WriteContext, loaded: Loaded, author: Authorship, change: Change): Committed {
  const { paths, schema, checkpoint } = context;
  const before = loaded.document;
  setStaysAside(paths, change.writes, before.nextId);
  const directory = change.directory ? pend(context, change.directory) : before.directory;
  const content = change.content?.length ? pendContent(context, before, change.content) : undefined;
  const advance = { serial: before.serial + 1, nextId: change.nextId, directory };
  const document = applyWrites(before, change.writes, advance);
  const notices: string[] = [];
  let isKept = false;
  let written = "";
  const file = createStoreFile(paths, schema, {
    isTrusted: () => true,
    writeAhead: (sum) => {
      written = sum;
      checkpoint("temporary file written");
      append(context, loaded, [
        ...prelude(context, loaded, author),
        withContent(changeRecord(document, author, change, sum), content),
      ]);
      isKept = true;
      checkpoint("journal synced");
      if (directory !== null) settleDirectory(paths, directory);
      checkpoint("directory in place");
    },
    leftBehind: (error) => {
      notices.push(
        `the change is kept in the journal, but \`${paths.given}\` could not be replaced: ${errnoOf(error)}`,
      );
    },
  });
  try {
    file.write(document);
  } catch (error) {
    if (!isKept && change.directory !== undefined) removeQuietly(pendingDirectory(paths, directory!));
    if (!isKept && content !== undefined) removePending(paths, content.token);
    if (!isKept) throw error;
    notices.push(`the change is kept in the journal; what follows it failed: ${errnoOf(error) ?? error}`);
  }
  checkpoint("file in place");
  if (notices.length === 0) finish(context, document, written);
  checkpoint("folder synced");
  if (content !== undefined) settleContent(context, notices);
  return { document, notices };
}

function pend(
  { paths, checkpoint }: WriteContext,
  { content, date }: NonNullable<Change["directory"]>,
): string {
  const hash = writePendingDirectory(paths, content, date);
  checkpoint("directory written");
  return hash;
}

function pendContent(
  { paths, checkpoint }: WriteContext,
  { lineage }: StoreDocument,
  edits: NonNullable<Change["content"]>,
): ContentRecord {
  const record = writePendingMessages(paths, lineage, edits);
  checkpoint("messages written");
  return record;
}

/** The change is kept by now, and readers see it: what fails here is done by the next writer. */
function settleContent({ paths, checkpoint }: WriteContext, notices: string[]): void {
  try {
    settleMessages(paths);
  } catch (error) {
    const shown = shownPath(paths, paths.messages);
    notices.push(`the change is kept, but \`${shown}\` could not be tidied: ${errnoOf(error) ?? error}`);
  }
  checkpoint("messages in place");
}

const withContent = (record: ChangeRecord, content: ContentRecord | undefined): ChangeRecord =>
  content === undefined ? record : { ...record, head: { ...record.head, content } };

function append(
  { paths, checkpoint }: WriteContext,
  { tail }: Loaded,
  records: readonly JournalRecord[],
): void {
  const { chunks } = encode(tail?.chain ?? "", records);
  const place = {
    path: paths.journal,
    shown: shownPath(paths, paths.journal),
    end: tail?.end ?? 0,
    like: ownershipOf(paths.file),
  };
  appendToJournal(place, chunks, checkpoint);
}

export function changeRecord(
  document: StoreDocument,
  author: Authorship,
  { writes }: Pick<Change, "writes">,
  file: string | null,
): ChangeRecord {
  const { serial, lineage, nextId, directory } = document;
  const { time, osUser, actor, as, command, reason } = author;
  const head = { serial, lineage, time, osUser, actor, as, command, reason, directory, nextId, file };
  return { kind: "change", head, writes };
}

/** Records that must come before the change: where the journal begins, or what was done outside pchat. */
function prelude(context: WriteContext, loaded: Loaded, author: Authorship): JournalRecord[] {
  if (loaded.verdict === "unjournaled") return [snapshotRecord(loaded.document, author.time)];
  if (loaded.verdict === "edited" || loaded.verdict === "newer") return [outsideRecord(context, loaded)];
  return [];
}

/** Where a journal begins: the whole store, so that whatever happens to the file, the journal can make it again. */
export function snapshotRecord(document: StoreDocument, time: string): SnapshotRecord {
  const { serial, lineage, nextId, directory, extra } = document;
  const file = checksum(documentText(document));
  return {
    kind: "snapshot",
    head: { serial, lineage, time, nextId, directory, file, schemaVersion, extra },
    writes: contents(document),
  };
}

/** What was done outside pchat, as a change of its own: the difference between the journal's store and the file. */
function outsideRecord({ paths, schema }: WriteContext, { document, file }: Loaded): ChangeRecord {
  const known = replayJournal(paths, schema)!;
  return outsideChange(known, document, file.image.modified.toISOString(), file.checksum);
}

export function outsideChange(
  from: StoreDocument,
  to: StoreDocument,
  time: string,
  source: string,
): ChangeRecord {
  const file = checksum(documentText(to));
  const record = changeRecord(to, outsideAuthor(time), { writes: differences(from, to) }, file);
  return { ...record, head: { ...record.head, source, extra: to.extra } };
}

/** The store as its journal makes it, every line proven; undefined without a whole record. */
export function replayJournal(paths: StorePaths, schema: string): StoreDocument | undefined {
  const journal = openJournal(paths.journal, shownPath(paths, paths.journal));
  if (journal === undefined) return undefined;
  try {
    return replay(recordsOf(journal), schema);
  } finally {
    closeSync(journal.fd);
  }
}
