import type { Authorship, Change } from "../core/change.ts";
import { errnoOf, ioError } from "../core/io-error.ts";
import type { Write } from "../core/state.ts";
import { settleDirectory, writePendingDirectory } from "./directory-file.ts";
import { applyWrites, contents, differences, type StoreDocument, schemaVersion } from "./document.ts";
import { documentChecksum } from "./document-text.ts";
import type { Lock } from "./file-lock.ts";
import { ownershipOf, removeQuietly, removeStaleFiles, syncFolder } from "./files.ts";
import { appendToJournal, type JournalTail } from "./journal-file.ts";
import { type ChangeRecord, type ContentRecord, encode, type RecordToWrite } from "./journal-format.ts";
import { type Loaded, outsideAuthor, replayJournal } from "./load-store.ts";
import { removePending, setStaysAside, settleMessages, writePendingMessages } from "./messages.ts";
import { createStoreFile, type FileHooks } from "./store-file.ts";
import { isPendingDirectory, pendingDirectory, type StorePaths, shownPath } from "./store-paths.ts";
import type { Envelope } from "./store-text.ts";
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
  readonly serial: number;
  readonly notices: readonly string[];
}

/** A store that a change is put on top of. */
export interface Ground {
  /** The store as it is, but for its lists. */
  readonly envelope: Envelope;
  readonly tail: JournalTail | undefined;
  /** Records that must come before the change. */
  prelude(): readonly RecordToWrite[];
  /** Puts the file in place as it is after the change. */
  replace(
    after: Envelope,
    writes: readonly Write[],
    hooks: Pick<FileHooks, "writeAhead" | "leftBehind">,
  ): void;
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
    context.lock.forgetBeyond(loaded.document.lineage, loaded.document.serial);
    if (missesWrite(loaded)) settle(context, loaded);
    return writeChange(context, groundOf(context, loaded, author), author, change);
  } catch (error) {
    throw ioError("write-failed", paths.given, error);
  }
}

/** Whether the file lacks a change that was to be written to it. A second one must not come on top. */
export const missesWrite = ({ verdict, tail }: Pick<Loaded, "verdict" | "tail">): boolean =>
  verdict === "behind" && tail!.last.file !== null;

function groundOf(context: WriteContext, loaded: Loaded, author: Authorship): Ground {
  const { paths, schema } = context;
  const { lists: _, ...envelope } = loaded.document;
  return {
    envelope,
    tail: loaded.tail,
    prelude: () => prelude(context, loaded, author),
    replace: (after, writes, hooks) => {
      const file = createStoreFile(paths, schema, {
        isTrusted: () => true,
        leftBehind: hooks.leftBehind,
        writeAhead: (sum) => {
          loaded.file.requireSame();
          hooks.writeAhead(sum);
        },
      });
      file.write(applyWrites(loaded.document, writes, after));
    },
  };
}

/** Takes away what killed writers left, once what they committed is in its place. */
export function tidy({ paths }: WriteContext, { directory }: Pick<StoreDocument, "directory">): void {
  if (directory !== null) settleDirectory(paths, directory);
  settleMessages(paths);
  const targets = [paths.file, paths.journal, paths.directory, paths.index, paths.directoryIndex];
  removeStaleFiles(paths.folder, targets, (name) => isPendingDirectory(paths, name));
}

/** Brings a file up to its journal. Returns its checksum. */
export function settle(
  context: WriteContext,
  { document, file: found }: Pick<Loaded, "document"> & Partial<Pick<Loaded, "file">>,
): string {
  const { paths, schema } = context;
  let sum = "";
  const file = createStoreFile(paths, schema, {
    isTrusted: () => true,
    writeAhead: (written) => {
      found?.requireSame();
      sum = written;
    },
    leftBehind: (error) => {
      throw error;
    },
  });
  file.write(document);
  finish(context, document, sum);
  return sum;
}

/** Brings the file's place to the disk, and notes what is in it. */
export function finish(
  { paths, lock }: WriteContext,
  { lineage, serial }: Pick<Envelope, "lineage" | "serial">,
  file: string,
): void {
  syncFolder(paths.folder);
  lock.mark({ lineage, serial, file, stamps: presentStamps(paths) });
}

/** A change whose larger parts are on disk, where nobody looks for them before the journal has its line. */
interface Prepared {
  /** The store after it, but for its lists. */
  readonly after: Envelope;
  readonly content: ContentRecord | undefined;
  /** Its line, with the checksum of the file that is to hold it. */
  record(file: string | null): ChangeRecord;
  /** Takes the larger parts away again. */
  discard(): void;
}

function prepare(context: WriteContext, { envelope }: Ground, author: Authorship, change: Change): Prepared {
  const { paths } = context;
  setStaysAside(paths, change.writes, envelope.nextId);
  const directory = change.directory ? pend(context, change.directory) : envelope.directory;
  const content = change.content?.length ? pendContent(context, envelope, change.content) : undefined;
  const after = { ...envelope, serial: envelope.serial + 1, nextId: change.nextId, directory };
  return {
    after,
    content,
    record: (file) => {
      const record = changeRecord(after, author, change, file);
      return content === undefined ? record : { ...record, head: { ...record.head, content } };
    },
    discard: () => {
      if (change.directory !== undefined) removeQuietly(pendingDirectory(paths, directory!));
      if (content !== undefined) removePending(paths, content.token);
    },
  };
}

/** Keeps a change with the file written to its end. */
export function writeChange(
  context: WriteContext,
  ground: Ground,
  author: Authorship,
  change: Change,
): Committed {
  const { paths, checkpoint } = context;
  const { after, content, record, discard } = prepare(context, ground, author, change);
  const notices: string[] = [];
  let kept: string | undefined;
  const hooks = {
    writeAhead: (sum: string) => {
      checkpoint("temporary file written");
      append(context, ground, [...ground.prelude(), record(sum)]);
      kept = sum;
      checkpoint("journal synced");
      placeDirectory(context, after);
    },
    leftBehind: (error: unknown) => {
      notices.push(
        `the change is kept in the journal, but \`${paths.given}\` could not be replaced: ${errnoOf(error)}`,
      );
    },
  };
  try {
    ground.replace(after, change.writes, hooks);
  } catch (error) {
    if (kept === undefined) discard();
    if (kept === undefined) throw error;
    notices.push(whatFollowed(error));
  }
  checkpoint("file in place");
  if (notices.length === 0) finish(context, after, kept!);
  checkpoint("folder synced");
  if (content !== undefined) settleContent(context, notices);
  return { serial: after.serial, notices };
}

/** Keeps a change in the journal alone: the file is to hold it later. */
export function appendChange(
  context: WriteContext,
  ground: Ground,
  author: Authorship,
  change: Change,
): Committed {
  const { after, content, record, discard } = prepare(context, ground, author, change);
  const notices: string[] = [];
  try {
    append(context, ground, [record(null)]);
  } catch (error) {
    discard();
    throw error;
  }
  try {
    context.checkpoint("journal synced");
    placeDirectory(context, after);
  } catch (error) {
    notices.push(whatFollowed(error));
  }
  if (content !== undefined) settleContent(context, notices);
  return { serial: after.serial, notices };
}

const whatFollowed = (error: unknown): string =>
  `the change is kept in the journal; what follows it failed: ${errnoOf(error) ?? error}`;

function placeDirectory({ paths, checkpoint }: WriteContext, { directory }: Envelope): void {
  if (directory !== null) settleDirectory(paths, directory);
  checkpoint("directory in place");
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
  { lineage }: Envelope,
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

function append(
  { paths, checkpoint }: WriteContext,
  { tail }: Ground,
  records: readonly RecordToWrite[],
): void {
  const place = {
    path: paths.journal,
    shown: shownPath(paths, paths.journal),
    end: tail?.end ?? 0,
    like: ownershipOf(paths.file),
  };
  appendToJournal(place, encode(tail?.chain ?? "", records), checkpoint);
}

export function changeRecord(
  document: Envelope,
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
function prelude(context: WriteContext, loaded: Loaded, author: Authorship): RecordToWrite[] {
  if (loaded.verdict === "unjournaled") return [snapshotRecord(loaded.document, author.time)];
  if (loaded.verdict === "edited" || loaded.verdict === "newer") return [outsideRecord(context, loaded)];
  return [];
}

/** Where a journal begins: the whole store, so that whatever happens to the file, the journal can make it again. */
export function snapshotRecord(document: StoreDocument, time: string): RecordToWrite {
  const { serial, lineage, nextId, directory, extra } = document;
  const file = documentChecksum(document);
  return {
    kind: "snapshot",
    head: { serial, lineage, time, nextId, directory, file, schemaVersion, extra },
    writes: contents(document),
  };
}

/** What was done outside pchat, as a change of its own: the difference between the journal's store and the file. */
function outsideRecord({ paths, schema }: WriteContext, { document, file }: Loaded): ChangeRecord {
  const known = replayJournal(paths, schema)!;
  return outsideChange(known, document, file.modified.toISOString(), file.checksum);
}

export function outsideChange(
  from: StoreDocument,
  to: StoreDocument,
  time: string,
  source: string,
): ChangeRecord {
  const file = documentChecksum(to);
  const record = changeRecord(to, outsideAuthor(time), { writes: differences(from, to) }, file);
  return { ...record, head: { ...record.head, source, extra: to.extra } };
}
