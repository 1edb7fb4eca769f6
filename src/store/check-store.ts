import { closeSync } from "node:fs";
import { DomainError } from "../core/errors.ts";
import { readEntries } from "./directory-file.ts";
import { checkDirectoryIndex } from "./directory-index.ts";
import { documentChecksum } from "./document-text.ts";
import { readLockRecord } from "./file-lock.ts";
import { ownershipOf } from "./files.ts";
import { openJournal, outlinesOf } from "./journal-file.ts";
import { loadStore, readStoreFile } from "./load-store.ts";
import { checkMessageFiles } from "./messages.ts";
import type { Verdict } from "./reconcile.ts";
import { createReplay } from "./replay.ts";
import { checkStoreIndex } from "./store-index.ts";
import { pendingDirectory, type StorePaths, shownPath } from "./store-paths.ts";

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
 * nothing. Throws `no-store`.
 */
export function checkStore(paths: StorePaths, schema: string): readonly Finding[] {
  // One state at a time: each is as large as the store.
  const file = finding("file", () => checkFile(paths, schema));
  let made: string | undefined;
  const journal = finding("journal", () =>
    checkJournal(paths, schema, (sum) => {
      made = sum;
    }),
  );
  let present: Present | undefined;
  const agreement = finding("agreement", () => {
    const { verdict, document } = loadStore(paths, schema);
    const { serial, lineage, directory, lists } = document;
    present = { lineage, directory, rooms: new Set(Array.from(lists.rooms, ({ id }) => id)) };
    if (verdict === "behind" && made === undefined) throw new DomainError("store-damaged", journal.detail);
    if (verdict === "behind" && made !== documentChecksum(document)) throw notReplayed(paths);
    return said(verdict, serial);
  });
  return [
    file,
    journal,
    agreement,
    finding("directory", () => checkDirectory(paths, present?.directory ?? null)),
    finding("messages", () => checkMessages(paths, present)),
    finding("lock", () => checkLock(paths)),
    ...indexFindings(paths),
  ];
}

/** What is needed of the present state, once that was checked. */
interface Present {
  readonly lineage: string;
  readonly directory: string | null;
  /** Ids. */
  readonly rooms: ReadonlySet<number>;
}

function checkFile(paths: StorePaths, schema: string): string {
  const file = readStoreFile(paths, schema, () => false);
  if (file === undefined) throw new DomainError("store-damaged", `\`${paths.given}\` is missing`);
  return `serial ${file.document.serial}, schemaVersion ${file.version}`;
}

function finding(part: Finding["part"], check: () => string): Finding {
  try {
    return { part, ok: true, detail: check() };
  } catch (error) {
    if (!(error instanceof DomainError) || error.code === "no-store") throw error;
    return { part, ok: false, detail: error.message };
  }
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

/** `tell` is told the checksum of the store that the journal makes. */
function checkJournal(paths: StorePaths, schema: string, tell: (sum: string) => void): string {
  const journal = openJournal(paths.journal, shownPath(paths, paths.journal));
  if (journal === undefined) return "none";
  try {
    const replay = createReplay(journal, schema);
    let first: number | undefined;
    let noted: string | null = null;
    let end = 0;
    for (const outlined of outlinesOf(journal)) {
      const { record, end: reached } = outlined;
      replay.apply(outlined);
      first ??= record.head.serial;
      noted = record.head.file;
      end = reached;
    }
    const document = replay.document();
    const tail = end < journal.size ? "; it ends in a change that was never finished" : "";
    if (document === undefined) return `nothing in it${tail}`;
    const made = documentChecksum(document);
    tell(made);
    if (noted !== null && made !== noted && !isNoted(paths, schema, made, noted)) throw notReplayed(paths);
    return `serials ${first} to ${document.serial}${tail}`;
  } finally {
    closeSync(journal.fd);
  }
}

/** An earlier release wrote fewer lists and properties: what counts then is what the file says. */
function isNoted(paths: StorePaths, schema: string, made: string, noted: string): boolean {
  const file = readStoreFile(paths, schema, () => false);
  return file?.checksum === noted && documentChecksum(file.document) === made;
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
  let count = 0;
  const date = readEntries(path, shownPath(paths, path), hash, () => count++);
  return `${count} entries of ${date}`;
}

/** Each line of each file. Those of rooms that were removed are there in case that is undone. */
function checkMessages(paths: StorePaths, present: Present | undefined): string {
  if (present === undefined) return "not checked: the store cannot be read";
  const counts = { messages: 0, rooms: 0, removed: 0 };
  for (const [room, messages] of checkMessageFiles(paths, present.lineage)) {
    counts[present.rooms.has(room) ? "rooms" : "removed"]++;
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
