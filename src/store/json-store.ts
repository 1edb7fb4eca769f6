import { randomUUID } from "node:crypto";
import type { SyncAdapter } from "lowdb";
import { LowSync } from "lowdb";
import type { Authorship, Change, JournalEntry, Snapshot } from "../core/change.ts";
import type { DirectoryContent } from "../core/directory.ts";
import { DomainError } from "../core/errors.ts";
import { memoryState } from "../core/memory-state.ts";
import type { Write } from "../core/state.ts";
import { checksum } from "./checksum.ts";
import {
  directoryDate,
  readDirectoryFile,
  settleDirectory,
  writePendingDirectory,
} from "./directory-file.ts";
import { applyWrites, documentText, emptyDocument, type StoreDocument } from "./document.ts";
import { ownershipOf, putInPlace, readImage, removeStaleFiles, syncFolder, writeTemporary } from "./files.ts";
import { ioError } from "./io-error.ts";
import {
  appendLines,
  type ChangeLine,
  chained,
  fileAfter,
  isChange,
  type Journal,
  readJournal,
  type SnapshotLine,
  serialAfter,
} from "./journal.ts";
import { type LockHolder, withLock } from "./lock.ts";
import { parseStore } from "./parse-store.ts";
import { isPendingDirectory, type StorePaths, storePaths } from "./store-paths.ts";

export interface JsonStoreOptions {
  readonly path: string;
  readonly host: string;
  readonly pid: number;
  readonly command: string;
  /** Seconds to wait for another writer. */
  readonly lockTimeout: number;
  onWaiting(holder: LockHolder | undefined): void;
  now(): string;
}

const schema = "pchat:store:1";

/** The store as it stands: the JSON file, and the changes of the journal that it does not have yet. */
interface Current {
  readonly document: StoreDocument;
  /** Checksum of the JSON file's text. */
  readonly file: string;
  readonly journal: Journal;
  readonly isBehind: boolean;
  readonly notices: readonly string[];
}

/**
 * A store in a JSON file with its journal beside it. State = JSON file + the journal's changes after its serial.
 * A change is durable once its journal line is on disk; the JSON file follows, by a rename in its folder, with mode,
 * owner and symbolic link kept. Writers exclude each other; readers take no lock and write nothing.
 */
export function createJsonStore(options: JsonStoreOptions) {
  const paths = storePaths(options.path);
  const locked = <T>(action: () => T): Promise<T> =>
    withLock(
      paths,
      {
        owner: { host: options.host, pid: options.pid, command: options.command, since: options.now() },
        timeout: options.lockTimeout,
        onWaiting: options.onWaiting,
      },
      action,
    );
  return {
    path: paths.given,

    read: async (at?: { readonly serial: number } | { readonly time: string }) => {
      const current = load(paths);
      const document = at === undefined ? current.document : documentAt(paths, current, at);
      return { ...snapshotOf(paths, document, current.document), notices: current.notices };
    },

    update: async <T>(
      authorship: Authorship,
      step: (snapshot: Snapshot) => { readonly change: Change | undefined; readonly value: T },
      { ifSerial }: { readonly ifSerial?: number } = {},
    ): Promise<{ value: T; serial: number; changed: boolean }> => {
      requireThere(paths);
      return locked(() => {
        const current = load(paths);
        const { serial } = current.document;
        if (ifSerial !== undefined && ifSerial !== serial) throw stale(paths, ifSerial, serial);
        const { change, value } = step(snapshotOf(paths, current.document, current.document));
        if (change === undefined) return { value, serial, changed: false };
        requireReason(current.document, authorship);
        return { value, serial: commit(paths, current, authorship, change), changed: true };
      });
    },

    create: (
      authorship: Authorship,
      initial: { readonly writes: readonly Write[]; readonly nextId: number },
    ) =>
      locked(() => {
        if (ownershipOf(paths.file) !== undefined) throw alreadyThere(paths);
        const journal = readJournal(paths);
        if (journal.lines.length > 0) throw orphanedJournal(paths);
        const document = emptyDocument(randomUUID(), schema);
        const start = {
          document,
          file: checksum(documentText(document)),
          journal,
          isBehind: false,
          notices: [],
        };
        commit(paths, start, authorship, initial);
        return snapshotOf(paths, load(paths).document, undefined);
      }),

    facts: async () => {
      const { document, isBehind } = load(paths);
      return {
        path: paths.given,
        lineage: document.lineage,
        serial: document.serial,
        sizeBytes: sizeOf(paths.file),
        journalBytes: sizeOf(paths.journal),
        directoryDate: document.directory === null ? null : directoryDate(paths),
        behind: isBehind,
      };
    },

    history: async function* (): AsyncIterable<JournalEntry> {
      requireThere(paths);
      for (const line of readJournal(paths).lines) if (isChange(line)) yield line;
    },
  };
}

function snapshotOf(
  paths: StorePaths,
  document: StoreDocument,
  present: StoreDocument | undefined,
): Snapshot {
  const { lineage, serial, nextId, directory } = document;
  const isPresent = present === undefined || present.directory === directory;
  const open = () => {
    if (directory === null) return undefined;
    if (isPresent) return readDirectoryFile(paths, directory);
    throw new DomainError("not-permitted", `the directory was another at serial ${serial} than it is now`, {
      hint: { say: "ask only for what needs no directory there" },
    });
  };
  return { state: memoryState(document.lists, open), lineage, serial, nextId, directoryHash: directory };
}

/** The JSON file behind lowdb: validated when read, replaced as a whole when written. */
function storeFile(paths: StorePaths, trusted: (file: string) => boolean): StoreFile {
  let file = "";
  let notices: readonly string[] = [];
  const adapter: SyncAdapter<StoreDocument> = {
    read: () => {
      const image = readImage(paths.file, paths.given, false);
      if (image === undefined) return null;
      file = checksum(image.bytes);
      const parsed = parseStore(image.bytes, paths.given, schema, trusted(file));
      notices = parsed.notices;
      return parsed.document;
    },
    write: (document) => {
      const chunks = [Buffer.from(documentText(document))];
      putInPlace(writeTemporary(paths.file, chunks, ownershipOf(paths.file)), paths.file);
    },
  };
  return {
    low: new LowSync<StoreDocument | null>(adapter as SyncAdapter<StoreDocument | null>, null),
    file: () => file,
    notices: () => notices,
  };
}

interface StoreFile {
  readonly low: LowSync<StoreDocument | null>;
  file(): string;
  notices(): readonly string[];
}

function requireThere(paths: StorePaths): void {
  if (ownershipOf(paths.file) === undefined) throw noStore(paths);
}

function load(paths: StorePaths): Current {
  // File first, journal second: a change that lands in between is folded, never missed.
  const image = storeFile(paths, () => false);
  image.low.read();
  const document = image.low.data;
  if (document === null) throw noStore(paths);
  const journal = readJournal(paths);
  const torn = journal.isTorn
    ? [`\`${paths.journal}\` ends in a line that was never finished; it is left out`]
    : [];
  const notices = [...image.notices(), ...torn];
  const current = { document, file: image.file(), journal, isBehind: false, notices };
  return fold(paths, current);
}

/** Applies the journal's changes that the file does not have. Throws `store-stale` where they do not fit it. */
function fold(paths: StorePaths, current: Current): Current {
  const { document, file, journal } = current;
  const last = journal.lines.at(-1);
  if (last === undefined) return current;
  if (last.lineage !== document.lineage) throw foreignJournal(paths);
  const at = journal.lines.findLastIndex((line) => serialAfter(line) === document.serial);
  if (serialAfter(last) <= document.serial) {
    const edited = at >= 0 && fileAfter(journal.lines[at]!) !== file;
    const said = [`\`${paths.given}\` was edited outside pchat since serial ${document.serial}`];
    return edited ? { ...current, notices: [...current.notices, ...said] } : current;
  }
  if (at < 0 || fileAfter(journal.lines[at]!) !== file)
    throw olderThanJournal(paths, document.serial, serialAfter(last));
  const changes = journal.lines.slice(at + 1).filter(isChange);
  const folded = changes.reduce(
    (state, line) =>
      applyWrites(state, line.writes, {
        serial: line.serial,
        nextId: line.nextId,
        directory: line.directory,
      }),
    document,
  );
  return { ...current, document: folded, file: fileAfter(last), isBehind: true };
}

/** Keeps a change: directory and journal on disk first, then the JSON file. Returns the new serial. */
function commit(paths: StorePaths, current: Current, authorship: Authorship, change: Change): number {
  try {
    return write(paths, current, authorship, change);
  } catch (error) {
    throw ioError("write-failed", paths.given, error);
  }
}

function write(paths: StorePaths, current: Current, authorship: Authorship, change: Change): number {
  const { document, journal } = current;
  const directory = change.directory === undefined ? document.directory : pend(paths, change.directory);
  const serial = document.serial + 1;
  const after = applyWrites(document, change.writes, { serial, nextId: change.nextId, directory });
  const base = journal.lines.at(-1);
  const start =
    base !== undefined && fileAfter(base) === current.file ? [] : [beginning(base?.chain ?? "", current)];
  const previous = start[0]?.chain ?? base?.chain ?? "";
  const line = chained<ChangeLine>(previous, {
    serial,
    lineage: document.lineage,
    ...authorship,
    directory,
    nextId: change.nextId,
    writes: change.writes,
    file: checksum(documentText(after)),
  });
  appendLines(paths, journal, [...start, line]);
  if (directory !== null) settleDirectory(paths, directory);
  storeFileWith(paths, after);
  removeStaleFiles(paths.folder, [paths.file, paths.directory], (name) => isPendingDirectory(paths, name));
  syncFolder(paths.folder);
  return serial;
}

function storeFileWith(paths: StorePaths, document: StoreDocument): void {
  const { low } = storeFile(paths, () => true);
  low.data = document;
  low.write();
}

const pend = (paths: StorePaths, { content, date }: { content: DirectoryContent; date: string }): string =>
  writePendingDirectory(paths, content, date);

/** The line that says which file the next change starts from. */
function beginning(previous: string, { document, file }: Current): SnapshotLine {
  return chained<SnapshotLine>(previous, {
    snapshot: { serial: document.serial, file },
    lineage: document.lineage,
  });
}

/** The document as it was, by taking back the journal's changes after that moment. */
function documentAt(
  paths: StorePaths,
  { document, journal }: Current,
  at: { readonly serial: number } | { readonly time: string },
): StoreDocument {
  const isAfter = (line: ChangeLine): boolean =>
    "serial" in at ? line.serial > at.serial : line.time > at.time;
  const first = journal.lines.findIndex((line) => isChange(line) && isAfter(line));
  const taken = first < 0 ? [] : journal.lines.slice(first);
  if ("serial" in at && at.serial > document.serial)
    throw noMoment(paths, at.serial, `the store is at ${document.serial}`);
  const reached = taken.reduceRight(
    (state, line) => (isChange(line) ? takenBack(state, line) : state),
    document,
  );
  const directory = first <= 0 ? null : directoryBefore(journal, first);
  const wanted = taken.length === 0 ? document : { ...reached, directory };
  if ("serial" in at && wanted.serial !== at.serial)
    throw noMoment(paths, at.serial, "the journal does not reach back so far");
  if (wanted.serial < 1)
    throw noMoment(paths, "time" in at ? at.time : at.serial, "the store did not exist then");
  return wanted;
}

function takenBack(document: StoreDocument, line: ChangeLine): StoreDocument {
  const inverse = line.writes.map(
    ({ collection, id, before }) => ({ collection, id, ...(before && { after: before }) }) as Write,
  );
  return applyWrites(document, inverse, {
    serial: line.serial - 1,
    nextId: document.nextId,
    directory: document.directory,
  });
}

function directoryBefore(journal: Journal, first: number): string | null {
  const line = journal.lines.slice(0, first).findLast(isChange);
  return line?.directory ?? null;
}

function requireReason(document: StoreDocument, { reason }: Authorship): void {
  const pattern = document.lists.settings[0]?.requireReason ?? null;
  if (pattern === null || (reason !== null && new RegExp(pattern, "u").test(reason))) return;
  throw new DomainError("reason-required", `changes need a reason that matches \`${pattern}\``, {
    hint: { say: "add --reason, or set PCHAT_REASON" },
    details: { pattern },
  });
}

function sizeOf(path: string): number {
  return readImage(path, path, false)?.bytes.length ?? 0;
}

function noStore(paths: StorePaths): DomainError {
  return new DomainError("no-store", `there is no store at \`${paths.given}\``, {
    hint: { say: "make one here, or name another with --store or PCHAT_STORE", commands: [["new-store"]] },
    details: { file: paths.given },
  });
}

function alreadyThere(paths: StorePaths): DomainError {
  return new DomainError("exists", `there is a store at \`${paths.given}\` already`, {
    hint: { say: "use it as it is, or name another with --store", commands: [["get-store"]] },
    details: { file: paths.given },
  });
}

function orphanedJournal(paths: StorePaths): DomainError {
  return new DomainError(
    "exists",
    `there is no store at \`${paths.given}\`, but its journal \`${paths.journal}\` is there`,
    {
      hint: { say: "put the store's file back, or move the journal away to begin anew" },
      details: { file: paths.journal },
    },
  );
}

function foreignJournal(paths: StorePaths): DomainError {
  return new DomainError("store-damaged", `\`${paths.journal}\` is the journal of another store`, {
    hint: { say: "put this store's journal back, or move that one away to go on without history" },
    details: { file: paths.journal },
  });
}

function olderThanJournal(paths: StorePaths, file: number, journal: number): DomainError {
  return new DomainError(
    "store-stale",
    `\`${paths.given}\` is at serial ${file} and does not fit its journal, which is at ${journal}`,
    {
      hint: {
        say: "put the newer file back (was a branch switched, or an old copy restored?), or move the journal away to go on from the older file",
      },
      details: { file: paths.given, journal: paths.journal, fileSerial: file, journalSerial: journal },
    },
  );
}

function stale(paths: StorePaths, wanted: number, serial: number): DomainError {
  return new DomainError(
    "store-stale",
    `\`${paths.given}\` is at serial ${serial}, not ${wanted}; nothing was written`,
    {
      hint: { say: "look at what changed, and run it again with the present serial" },
      details: { wanted, serial },
    },
  );
}

function noMoment(paths: StorePaths, at: number | string, why: string): DomainError {
  return new DomainError("not-found", `\`${paths.given}\` cannot be shown as it was at ${at}: ${why}`, {
    hint: { say: "name a moment that the journal has" },
    details: { at },
  });
}
