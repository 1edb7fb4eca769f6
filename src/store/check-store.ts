import { closeSync, statSync } from "node:fs";
import { DomainError } from "../core/errors.ts";
import { parseDirectory } from "./directory-file.ts";
import { checkDirectoryIndex } from "./directory-index.ts";
import type { StoreDocument } from "./document.ts";
import { readLockRecord } from "./file-lock.ts";
import { largestText, ownershipOf } from "./files.ts";
import { openJournal, recordsOf } from "./journal-file.ts";
import { checksumOf, type LargeStore, openLarge } from "./large-store.ts";
import { type Loaded, loadStore, readStoreFile, replayJournal } from "./load-store.ts";
import { checkMessageFiles } from "./messages.ts";
import type { Verdict } from "./reconcile.ts";
import { createReplay } from "./replay.ts";
import { checkStoreIndex, indexFile } from "./store-index.ts";
import { pendingDirectory, type StorePaths, shownPath } from "./store-paths.ts";
import { documentChecksum } from "./store-text.ts";

/** What was found of one part of a store. */
export interface Finding {
  readonly part:
    | "file"
    | "journal"
    | "agreement"
    | "directory"
    | "messages"
    | "lock"
    | "index"
    | "directory index";
  readonly ok: boolean;
  /** Lower case, without a full stop. */
  readonly detail: string;
}

/**
 * Checks every part of a store in full, trusting no checksum: the file against the rules, each line of the journal
 * against the one before it, the journal replayed against the file, the directory against its checksum. Writes
 * nothing. `largest` is the size in bytes up to which the file can be read in full. Throws `no-store`.
 */
export function checkStore(paths: StorePaths, schema: string, largest = largestText): readonly Finding[] {
  if (sizeOf(paths) > largest) return checkByRecords(paths);
  let loaded: Loaded | undefined;
  const agreement = finding("agreement", () => {
    loaded = loadStore(paths, schema);
    return agreementOf(paths, schema, loaded);
  });
  return [
    finding("file", () => {
      const file = readStoreFile(paths, schema, () => false);
      return file === undefined
        ? missing(paths)
        : `serial ${file.document.serial}, schemaVersion ${file.version}`;
    }),
    finding("journal", () => checkJournal(paths, schema)),
    agreement,
    finding("directory", () => checkDirectory(paths, loaded?.document.directory ?? null)),
    finding("messages", () => checkMessages(paths, loaded?.document)),
    finding("lock", () => checkLock(paths)),
    ...indexFindings(paths),
  ];
}

const sizeOf = ({ file }: StorePaths): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** A file that fits into no text: its checksum and each of its records, each line of the journal, the rest as always. */
function checkByRecords(paths: StorePaths): Finding[] {
  let store: LargeStore | undefined;
  return [
    finding("file", () => {
      store = openLarge(paths, 1);
      if (store === undefined || checksumOf(store.file.kept.fd) !== store.file.checksum)
        throw notWritten(paths);
      const { serial } = indexFile(store.file.kept.fd).envelope;
      return `serial ${serial}, what pchat wrote (larger than 512 MB: the rules are not checked again)`;
    }),
    finding("journal", () => checkChain(paths)),
    finding("agreement", () => {
      if (store === undefined) throw notWritten(paths);
      return said(store.verdict, store.envelope.serial);
    }),
    finding("directory", () => checkDirectory(paths, store?.envelope.directory ?? null)),
    finding("lock", () => checkLock(paths)),
    ...indexFindings(paths),
  ];
}

function notWritten(paths: StorePaths): DomainError {
  return new DomainError("store-damaged", `\`${paths.given}\` is not what its journal says that pchat wrote`);
}

function checkChain(paths: StorePaths): string {
  const journal = openJournal(paths.journal, shownPath(paths, paths.journal));
  if (journal === undefined) return "none";
  try {
    let [first, last, count] = [0, 0, 0];
    for (const { record } of recordsOf(journal)) {
      if (count++ === 0) first = record.head.serial;
      last = record.head.serial;
    }
    return count === 0 ? "nothing in it" : `serials ${first} to ${last}`;
  } finally {
    closeSync(journal.fd);
  }
}

function finding(part: Finding["part"], check: () => string): Finding {
  try {
    return { part, ok: true, detail: check() };
  } catch (error) {
    if (!(error instanceof DomainError) || error.code === "no-store") throw error;
    return { part, ok: false, detail: error.message };
  }
}

function missing(paths: StorePaths): never {
  throw new DomainError("store-damaged", `\`${paths.given}\` is missing`);
}

function agreementOf(paths: StorePaths, schema: string, { verdict, document }: Loaded): string {
  if (verdict === "behind" && documentChecksum(replayJournal(paths, schema)!) !== documentChecksum(document))
    throw notReplayed(paths);
  return said(verdict, document.serial);
}

function said(verdict: Verdict, serial: number): string {
  const words = {
    current: "the file is what the journal says",
    reformatted: "the file is what the journal says, in another form",
    behind: `the file is behind its journal (serial ${serial}); a later change or compact-store writes it`,
    unjournaled: "there is no journal yet; the next change begins one",
    edited: "the file was edited outside pchat; the next change records that",
    newer: "the file is newer than its journal; the next change records the difference",
  };
  return words[verdict as keyof typeof words];
}

function checkJournal(paths: StorePaths, schema: string): string {
  const journal = openJournal(paths.journal, shownPath(paths, paths.journal));
  if (journal === undefined) return "none";
  try {
    const replay = createReplay(schema);
    let first: number | undefined;
    let noted: string | null = null;
    let end = 0;
    for (const { record, end: reached } of recordsOf(journal)) {
      replay.apply(record);
      first ??= record.head.serial;
      noted = record.head.file;
      end = reached;
    }
    const document = replay.document();
    if (document !== undefined && noted !== null && !isMade(paths, schema, document, noted))
      throw notReplayed(paths);
    const tail = end < journal.size ? "; it ends in a change that was never finished" : "";
    return document === undefined ? `nothing in it${tail}` : `serials ${first} to ${document.serial}${tail}`;
  } finally {
    closeSync(journal.fd);
  }
}

/** An earlier release wrote fewer lists and properties: what counts then is what the file says. */
function isMade(paths: StorePaths, schema: string, document: StoreDocument, noted: string): boolean {
  if (documentChecksum(document) === noted) return true;
  const file = readStoreFile(paths, schema, () => false);
  return file?.checksum === noted && documentChecksum(file.document) === documentChecksum(document);
}

function notReplayed(paths: StorePaths): DomainError {
  const shown = shownPath(paths, paths.journal);
  return new DomainError("store-damaged", `\`${shown}\` does not make the store that it says it makes`);
}

/** Indexes need not be there; one that is must say what the file says. */
function indexFindings(paths: StorePaths): Finding[] {
  return (["index", "directory index"] as const).flatMap((part) => {
    const path = part === "index" ? paths.index : paths.directoryIndex;
    if (ownershipOf(path) === undefined) return [];
    const check = part === "index" ? checkStoreIndex : checkDirectoryIndex;
    return [
      finding(part, () => {
        const verdict = check(paths);
        if (verdict === "differs") throw damagedIndex(shownPath(paths, path));
        return verdict === "same"
          ? "says what the file says"
          : "of another file; the next change makes it again";
      }),
    ];
  });
}

function damagedIndex(shown: string): DomainError {
  return new DomainError(
    "store-damaged",
    `\`${shown}\` is damaged: delete it, the next change makes it again`,
  );
}

function checkDirectory(paths: StorePaths, hash: string | null): string {
  if (hash === null) return "none";
  const waiting = pendingDirectory(paths, hash);
  const path = ownershipOf(waiting) === undefined ? paths.directory : waiting;
  const { content, date } = parseDirectory(path, shownPath(paths, path), hash);
  return `${content.entries.length} entries of ${date}`;
}

/** Each line of each file. Those of rooms that were removed are there in case that is undone. */
function checkMessages(paths: StorePaths, document: StoreDocument | undefined): string {
  if (document === undefined) return "not checked: the store cannot be read";
  const rooms = new Set(document.lists.rooms.map(({ id }) => id));
  const counts = { messages: 0, rooms: 0, removed: 0 };
  for (const [room, messages] of checkMessageFiles(paths, document.lineage)) {
    counts[rooms.has(room) ? "rooms" : "removed"]++;
    counts.messages += messages;
  }
  if (counts.rooms + counts.removed === 0) return "none";
  const removed = counts.removed === 0 ? "" : `, ${counts.removed} removed`;
  return `${counts.messages} (rooms: ${counts.rooms}${removed})`;
}

function checkLock(paths: StorePaths): string {
  const { holder } = readLockRecord(paths.lock);
  return holder == null
    ? "free"
    : `last taken by \`${holder.command}\` (process ${holder.pid} on ${holder.host})`;
}
