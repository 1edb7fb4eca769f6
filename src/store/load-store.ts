import { closeSync } from "node:fs";
import type { Authorship } from "../core/change.ts";
import { DomainError } from "../core/errors.ts";
import { applyWrites, type StoreDocument } from "./document.ts";
import { readLockRecord } from "./file-lock.ts";
import { stampAt } from "./files.ts";
import { type JournalTail, openJournal, readTail, recordsOf } from "./journal-file.ts";
import type { Head } from "./journal-format.ts";
import { type FileFacts, reconcile, type Verdict } from "./reconcile.ts";
import { replay } from "./replay.ts";
import { createStoreFile, type FileContent } from "./store-file.ts";
import { type StorePaths, shownPath } from "./store-paths.ts";
import { documentChecksum } from "./store-text.ts";

/** A store as it stands, and what a writer needs to go on from there. */
export interface Loaded {
  /** The present state: the file with whatever else is in the journal. */
  readonly document: StoreDocument;
  readonly verdict: Verdict;
  /** The JSON file as it was found. */
  readonly file: FileContent;
  /** Undefined where there is no journal to go on with. */
  readonly tail: JournalTail | undefined;
  readonly notices: readonly string[];
}

/** How the store came to hold what nobody told pchat of. */
export const outsideAuthor = (time: string): Authorship => ({
  time,
  osUser: "unknown",
  actor: "unknown",
  as: null,
  command: "edited outside pchat",
  reason: null,
});

/**
 * Reads a store without a lock: the file first, its journal second, so that a change landing in between is folded
 * and never missed. What does not fit together is read again for as long as somebody is changing it.
 * Throws `no-store`, `store-damaged` with all faults, `store-stale`, `read-failed`.
 */
export function loadStore(paths: StorePaths, schema: string): Loaded {
  for (;;) {
    const before = stampsOf(paths);
    try {
      return loadOnce(paths, schema);
    } catch (error) {
      if (stampsOf(paths) === before) throw error;
    }
  }
}

/** What tells whether anybody changed a store since. */
export const stampsOf = (paths: StorePaths): string =>
  `${stampAt(paths.file)} ${stampAt(paths.journal)} ${stampAt(paths.lock)}`;

function loadOnce(paths: StorePaths, schema: string): Loaded {
  let last: JournalTail | undefined;
  const file = readStoreFile(paths, schema, (sum) => {
    last = tailOf(paths, Number.POSITIVE_INFINITY);
    return last?.last.file === sum;
  });
  if (file === undefined) throw missing(paths);
  const { document } = file;
  if (last?.last.file === file.checksum) {
    return { document, verdict: "current", file, tail: last, notices: file.notices };
  }
  const tail = tailOf(paths, document.serial);
  const facts = factsOf(paths, schema, file);
  const { verdict, reached } = reconcile(facts, tail, readLockRecord(paths.lock).written ?? null);
  const present = presentDocument(paths, file, tail, verdict, reached);
  return {
    document: present,
    verdict,
    file,
    tail,
    notices: [...file.notices, ...noticesOf(paths, verdict, file, tail)],
  };
}

const factsOf = (paths: StorePaths, schema: string, { document, checksum: sum }: FileContent): FileFacts => ({
  lineage: document.lineage,
  serial: document.serial,
  checksum: sum,
  usualChecksum: () => documentChecksum(document),
  replayedChecksum: (serial) => documentChecksum(replayJournal(paths, schema, serial)!),
});

/** The store as its journal makes it, up to a serial, every line proven; undefined without a whole record. */
export function replayJournal(
  paths: StorePaths,
  schema: string,
  serial = Number.POSITIVE_INFINITY,
): StoreDocument | undefined {
  const journal = openJournal(paths.journal, shownPath(paths, paths.journal));
  if (journal === undefined) return undefined;
  try {
    return replay(recordsOf(journal), schema, ({ head }) => head.serial <= serial);
  } finally {
    closeSync(journal.fd);
  }
}

/** The JSON file alone; undefined where there is none. `isTrusted` tells whether its checksum vouches for it. */
export function readStoreFile(
  paths: StorePaths,
  schema: string,
  isTrusted: (sum: string) => boolean,
): FileContent | undefined {
  const hooks = { isTrusted, writeAhead: () => {}, leftBehind: () => {} };
  return createStoreFile(paths, schema, hooks).read();
}

/** The end of the journal back to a serial; undefined without a journal or a whole record in it. */
export const tailOf = (paths: StorePaths, serial: number): JournalTail | undefined =>
  tailBackTo(paths, (head) => head.serial <= serial);

/** The end of the journal back to the newest record that `reaches` takes. */
export function tailBackTo(paths: StorePaths, reaches: (head: Head) => boolean): JournalTail | undefined {
  const journal = openJournal(paths.journal, shownPath(paths, paths.journal));
  if (journal === undefined) return undefined;
  try {
    return readTail(journal, reaches);
  } finally {
    closeSync(journal.fd);
  }
}

function presentDocument(
  paths: StorePaths,
  { document, version }: FileContent,
  tail: JournalTail | undefined,
  verdict: Verdict,
  reached: number,
): StoreDocument {
  switch (verdict) {
    case "foreign":
      throw foreign(paths, document.lineage, tail!.last.lineage);
    case "stale":
      throw stale(paths, document.serial, tail!.last.serial);
    case "diverged":
      throw diverged(paths, document.serial, tail!.last);
    case "edited":
      return { ...document, serial: tail!.last.serial + 1 };
    case "behind":
      if (version !== 1) throw stale(paths, document.serial, tail!.last.serial);
      return foldChanges(document, tail!, reached);
    default:
      return document;
  }
}

function foldChanges(document: StoreDocument, tail: JournalTail, reached: number): StoreDocument {
  return tail.since
    .filter(({ head }) => head.serial > reached)
    .reduce((state, { head, writes }) => {
      const { serial, nextId, directory, extra = state.extra } = head;
      return applyWrites(state, writes, { serial, nextId, directory, extra });
    }, document);
}

function noticesOf(
  paths: StorePaths,
  verdict: Verdict,
  { document }: FileContent,
  tail: JournalTail | undefined,
): readonly string[] {
  if (verdict === "edited") {
    return [
      `\`${paths.given}\` was edited outside pchat after serial ${document.serial}; the next change records that`,
    ];
  }
  if (verdict === "newer") {
    return [
      `\`${paths.given}\` is at serial ${document.serial} and its journal at ${tail!.last.serial}: what changed in between is not in the history`,
    ];
  }
  return [];
}

function missing(paths: StorePaths): DomainError {
  const tail = tailOf(paths, Number.POSITIVE_INFINITY);
  if (tail === undefined) {
    return new DomainError("no-store", `there is no store at \`${paths.given}\``, {
      hint: { say: "make one, or name another with --store", commands: [["new-store"]] },
      details: { file: paths.given },
    });
  }
  return new DomainError("store-damaged", `\`${paths.given}\` is missing, but its journal is there`, {
    hint: {
      say: `pchat can make it again from the journal (serial ${tail.last.serial})`,
      commands: [["repair-store"]],
    },
    details: { file: paths.given, journal: shownPath(paths, paths.journal), journalSerial: tail.last.serial },
  });
}

function foreign(paths: StorePaths, file: string, journal: string): DomainError {
  const shown = shownPath(paths, paths.journal);
  return new DomainError("store-damaged", `\`${shown}\` is the journal of another store`, {
    hint: {
      say: "put this store's own journal back, or go on from the file and keep that journal under another name",
      commands: [["repair-store", "--from", "file"]],
    },
    details: { file: paths.given, journal: shown, fileLineage: file, journalLineage: journal },
  });
}

const waysOut = {
  say: "take the file as it is, or make it again from the journal; the other is kept under a new name",
  commands: [
    ["repair-store", "--from", "file"],
    ["repair-store", "--from", "journal"],
  ],
};

function stale(paths: StorePaths, fileSerial: number, journalSerial: number): DomainError {
  return new DomainError(
    "store-stale",
    `\`${paths.given}\` is at serial ${fileSerial} and its journal at ${journalSerial}: the file went back (another branch, or an old copy)`,
    { hint: waysOut, details: { file: paths.given, fileSerial, journalSerial } },
  );
}

function diverged(paths: StorePaths, fileSerial: number, { serial, file }: Head): DomainError {
  return new DomainError(
    "store-stale",
    `\`${paths.given}\` was edited outside pchat at serial ${fileSerial}, and its journal is at ${serial}`,
    {
      hint: file === null ? editedTooEarly : waysOut,
      details: { file: paths.given, fileSerial, journalSerial: serial },
    },
  );
}

/** For a large file that was meant to be behind. */
const editedTooEarly = {
  say: `take the edit back, make the file current with compact-store, and edit it then; or ${waysOut.say}`,
  commands: [["compact-store"], ...waysOut.commands],
};
