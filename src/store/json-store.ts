import { randomUUID } from "node:crypto";
import { closeSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Authorship, Change, JournalEntry, Snapshot } from "../core/change.ts";
import type { DirectoryContent, EntryKind } from "../core/directory.ts";
import { DomainError } from "../core/errors.ts";
import { memoryState } from "../core/memory-state.ts";
import { requireReason } from "../core/settings.ts";
import { type Collection, collections, type Write } from "../core/state.ts";
import type { BackupHead } from "./backup.ts";
import type { Finding } from "./check-store.ts";
import { type Committed, commitChange, type WriteContext } from "./commit-change.ts";
import { commitLarge } from "./commit-large.ts";
import type { Compacted } from "./compact-history.ts";
import type { Current } from "./compact-store.ts";
import { directoryChecksum, readDirectoryHead } from "./directory-file.ts";
import { refreshDirectoryIndex } from "./directory-index.ts";
import { defaultSchema, emptyDocument, type StoreDocument, schemaVersion } from "./document.ts";
import { type Holder, type Lock, takeLock } from "./file-lock.ts";
import { ownershipOf } from "./files.ts";
import { type JournalTail, keptRecords, openJournal } from "./journal-file.ts";
import { entryOf } from "./journal-format.ts";
import { type LargeStore, openLarge, refreshStoreIndex, saveIndexOf } from "./large-store.ts";
import { type Loaded, loadStore } from "./load-store.ts";
import { openContent, type Posted, postMessage } from "./messages.ts";
import { migrateFiles } from "./migrate-files.ts";
import { documentAt, largeAt, type Moment } from "./moment.ts";
import { createNewStore } from "./new-store-files.ts";
import { directoryOf } from "./open-directory.ts";
import type { Candidate, Repaired, RepairPlan } from "./repair-store.ts";
import type { Restored } from "./restore.ts";
import { isOwnFile, type StorePaths, shownPath, storePaths } from "./store-paths.ts";
import type { Envelope } from "./store-text.ts";
import { readUntouched } from "./untouched.ts";

export interface JsonStoreOptions {
  /** As the user gave it; relative to the working directory. */
  readonly path: string;
  readonly host: string;
  readonly pid: number;
  readonly command: string;
  /** Seconds to wait for another writer. */
  readonly lockTimeout: number;
  /** `$schema` of a file that has none. */
  readonly schema?: string;
  onWaiting(holder: Holder | undefined): void;
  /** Present time, ISO 8601 UTC. */
  now(): string;
  /** Bytes from which a file is large: it gets an index, is read record by record, and may be behind its journal. */
  readonly largeFrom?: number;
  /** Bytes of journal that a large file may be behind before it is written. */
  readonly foldAfter?: number;
  /** For tests of crashes: called between the steps of a write. */
  readonly checkpoint?: (step: string) => void;
}

export interface Facts {
  readonly path: string;
  /** With symbolic links resolved. */
  readonly realPath: string;
  readonly lineage: string;
  readonly serial: number;
  /** Serial that the file alone is at. */
  readonly fileSerial: number;
  readonly schemaVersion: number;
  readonly sizeBytes: number;
  readonly journalBytes: number;
  readonly objects: Readonly<Record<string, number>>;
  /** When the directory was read in, and how many entries of each kind it has; null without one. */
  readonly directoryDate: string | null;
  readonly directoryEntries: Readonly<Record<EntryKind, number>> | null;
  /** Whether the journal holds changes that the file does not. */
  readonly behind: boolean;
  /** The last change in the journal, or null without one. */
  readonly lastChange: { readonly serial: number; readonly time: string } | null;
}

export interface JsonStore {
  readonly path: string;
  /** Takes no lock and writes nothing. Throws `no-store`, `store-damaged`, `store-stale`, `read-failed`, `not-found`. */
  read(at?: Moment): Promise<Snapshot & { readonly notices: readonly string[] }>;
  /**
   * Runs a pure step on the present state under the lock and keeps what it returns, durably, before it resolves.
   * A step that throws or returns no change leaves every byte as it was. Throws `store-locked`, `reason-required`,
   * `store-stale` (also where the store is not at `ifSerial`), `write-failed`, and what read throws.
   */
  update<T>(
    authorship: Authorship,
    step: (snapshot: Snapshot) => { readonly change: Change | undefined; readonly value: T },
    options?: { readonly ifSerial?: number },
  ): Promise<Updated<T>>;
  /**
   * Runs a pure step on the present state under the lock, and adds the message that it returns to its room, on disk
   * before it resolves; the number that the message got is `id`. Messages are no configuration: the serial stays.
   * Throws `store-locked`, `store-damaged`, `write-failed`, and what read throws.
   */
  post<T>(
    step: (snapshot: Snapshot) => { readonly message: Posted | undefined; readonly value: T },
  ): Promise<{ readonly value: T; readonly id: number | undefined }>;
  /** Makes a store with these objects. Throws `exists`, `no-file` without its folder, `invalid-value` for a folder. */
  create(
    authorship: Authorship,
    initial: { readonly writes: readonly Write[]; readonly nextId: number },
  ): Promise<Snapshot>;
  /** Throws `invalid-value` for a folder. */
  exists(): Promise<boolean>;
  /** Whether a path leads to one of the store's own files, there or not. */
  owns(file: string): boolean;
  facts(): Promise<Facts>;
  /**
   * Every change in the journal, oldest first, with what `keep` takes of each write, or all of it. Throws
   * `store-damaged` where the chain does not prove it.
   */
  history<W = Write>(keep?: (write: Write) => W): AsyncIterable<JournalEntry<W>>;
  /** Checksum of a directory's content, as `directoryHash` of a snapshot has it. */
  directoryChecksum(content: DirectoryContent): Promise<string>;
  /** Checks every part in full, writing nothing. Throws `no-store`. */
  test(): Promise<readonly Finding[]>;
  /** Everything of the store in one file. Throws `exists` unless `force`, `no-file`, `write-failed`. */
  backup(
    file: string,
    options: { readonly force: boolean },
  ): Promise<BackupHead & { readonly sizeBytes: number }>;
  /** See restoreStore. */
  restore(file: string, authorship: Authorship, options: { readonly force: boolean }): Promise<Restored>;
  /** What a repair would do, writing nothing. */
  planRepair(): Promise<RepairPlan>;
  /** See repairStore. */
  repair(authorship: Authorship, from?: Candidate["from"]): Promise<Repaired | undefined>;
  /** See compactStore. */
  compact(authorship: Authorship): Promise<Current>;
  /** See planCompaction. */
  planCompaction(before: string): Promise<Compacted>;
  /** See compactHistory. */
  compactHistory(authorship: Authorship, before: string): Promise<Compacted>;
}

export interface Updated<T> {
  readonly value: T;
  readonly serial: number;
  readonly changed: boolean;
  readonly notices: readonly string[];
}

const usualLargeFrom = 1024 * 1024;
/** What every command on a large store reads of the journal at most, at one go (see readTail). */
const usualFoldAfter = 192 * 1024;

const boundsOf = ({ largeFrom = usualLargeFrom, foldAfter = usualFoldAfter }: JsonStoreOptions) => ({
  largeFrom,
  foldAfter,
});

/**
 * A store in a JSON file, with its journal, directory and lock beside it. State = JSON file + the journal's changes
 * after its serial. Makes nothing and reads nothing until asked. Throws `read-failed` for a path that leads in a
 * circle.
 */
export function createJsonStore(options: JsonStoreOptions): JsonStore {
  const paths = storePaths(options.path);
  const schema = options.schema ?? defaultSchema;
  const { largeFrom } = boundsOf(options);
  return {
    path: paths.given,
    read: async (at) => {
      const large = openLarge(paths, largeFrom);
      if (large !== undefined) return { ...largeSnapshot(paths, large, at), notices: [] };
      const known = at === undefined ? readUntouched(paths, schema) : undefined;
      if (known !== undefined) return { ...snapshotOf(paths, known, known), notices: [] };
      const loaded = loadStore(paths, schema);
      const document = at === undefined ? loaded.document : documentAt(paths, schema, loaded, at);
      return { ...snapshotOf(paths, document, loaded.document), notices: loaded.notices };
    },
    update: async (authorship, step, { ifSerial } = {}) => {
      requireStore(paths, schema);
      return underLock(options, paths, schema, (context) => {
        const standing = standingOf(context, options, authorship);
        const { snapshot, notices } = standing;
        const { serial } = snapshot;
        if (ifSerial !== undefined && ifSerial !== serial) throw otherSerial(paths, ifSerial, serial);
        const { change, value } = step(snapshot);
        if (change === undefined || isEmpty(change)) {
          return { value, serial, changed: false, notices };
        }
        requireReason(snapshot.state.all("settings"), authorship.reason);
        const committed = standing.keep(change);
        const told = [...notices, ...tellTail(paths, standing, authorship), ...committed.notices];
        return { value, serial: committed.serial, changed: true, notices: told };
      });
    },
    create: async (authorship, initial) => {
      refuseFolder(paths);
      requireFolder(paths);
      return underLock(options, paths, schema, (context) => {
        const empty = emptyDocument(randomUUID(), schema);
        const document = createNewStore(context, empty, authorship, initial);
        return snapshotOf(paths, document, document);
      });
    },
    post: async (step) => {
      requireStore(paths, schema);
      return underLock(options, paths, schema, ({ checkpoint }) => {
        const snapshot = presentSnapshot(paths, schema, largeFrom);
        const { message, value } = step(snapshot);
        const id =
          message === undefined ? undefined : postMessage(paths, snapshot.lineage, message, checkpoint);
        return { value, id };
      });
    },
    owns: (file) => isOwnFile(paths, file),
    exists: async () => {
      refuseFolder(paths);
      return ownershipOf(paths.file) !== undefined;
    },
    facts: async () => {
      const large = openLarge(paths, largeFrom);
      return large === undefined ? factsOf(paths, loadStore(paths, schema)) : largeFacts(paths, large);
    },
    history: <W = Write>(keep: (write: Write) => W = (write) => write as W) => historyOf(paths, schema, keep),
    directoryChecksum: async (content) => directoryChecksum(content),
    ...maintenance(options, paths, schema),
  };
}

const isEmpty = ({ writes, directory, content = [] }: Change): boolean =>
  writes.length === 0 && directory === undefined && content.length === 0;

/** A store that a change is to be put on, read in whichever way suits it. */
interface Standing {
  readonly snapshot: Snapshot;
  readonly tail: JournalTail | undefined;
  readonly notices: readonly string[];
  keep(change: Change): Committed;
}

function standingOf(context: WriteContext, options: JsonStoreOptions, author: Authorship): Standing {
  const { paths, schema } = context;
  const { largeFrom, foldAfter } = boundsOf(options);
  const large = openLarge(paths, largeFrom);
  // A store that was copied has neither index. Made before the step that needs them, they spare it from reading all.
  if (large?.file.isSaved !== true) refreshDirectoryIndex(paths, largeFrom);
  if (large !== undefined) {
    if (!large.file.isSaved) saveIndexOf(paths, large.file);
    return {
      snapshot: largeSnapshot(paths, large, undefined),
      tail: large.tail,
      notices: [],
      keep: (change) => commitLarge(context, large, author, change, foldAfter),
    };
  }
  const loaded = loadStore(paths, schema);
  return {
    snapshot: snapshotOf(paths, loaded.document, loaded.document),
    tail: loaded.tail,
    notices: loaded.notices,
    keep: (change) => {
      const ready =
        loaded.file.version === schemaVersion ? loaded : migrateFiles(context, loaded, author.time);
      return commitChange(context, ready, author, change);
    },
  };
}

function presentSnapshot(paths: StorePaths, schema: string, largeFrom: number): Snapshot {
  const large = openLarge(paths, largeFrom);
  if (large !== undefined) return largeSnapshot(paths, large, undefined);
  const { document } = loadStore(paths, schema);
  return snapshotOf(paths, document, document);
}

/** A large store as a command sees it, at a moment or at present. */
function largeSnapshot(paths: StorePaths, large: LargeStore, at: Moment | undefined): Snapshot {
  const { state, envelope } = at === undefined ? large : largeAt(paths, large, at);
  const { lineage, serial, nextId, directory } = envelope;
  const content = openContent(paths, lineage);
  return { state, content, lineage, serial, nextId, directoryHash: directory };
}

type Maintenance = Pick<
  JsonStore,
  "test" | "backup" | "restore" | "planRepair" | "repair" | "compact" | "planCompaction" | "compactHistory"
>;

/** What is seldom asked for is loaded when it is. */
function maintenance(options: JsonStoreOptions, paths: StorePaths, schema: string): Maintenance {
  return {
    test: async () => (await import("./check-store.ts")).checkStore(paths, schema),
    backup: async (file, { force }) =>
      (await import("./backup.ts")).writeBackup(paths, schema, file, { time: options.now(), force }),
    restore: async (file, authorship, { force }) => {
      const [{ readBackup }, { restoreStore }] = await Promise.all([
        import("./backup.ts"),
        import("./restore.ts"),
      ]);
      requireFolder(paths);
      const backup = readBackup(file, schema);
      try {
        return await underLock(options, paths, schema, (context) =>
          restoreStore(context, { source: file, backup }, authorship, force),
        );
      } finally {
        backup.close();
      }
    },
    planRepair: async () => (await import("./repair-store.ts")).planRepair(paths, schema),
    repair: async (authorship, from) => {
      const { planRepair, repairStore } = await import("./repair-store.ts");
      planRepair(paths, schema);
      return underLock(options, paths, schema, (context) => repairStore(context, authorship, from));
    },
    compact: async (authorship) => {
      const { compactStore } = await import("./compact-store.ts");
      requireStore(paths, schema);
      return underLock(options, paths, schema, (context) =>
        compactStore(context, authorship, boundsOf(options).largeFrom),
      );
    },
    planCompaction: async (before) =>
      (await import("./compact-history.ts")).planCompaction(paths, schema, before),
    compactHistory: async (authorship, before) => {
      const { compactHistory } = await import("./compact-history.ts");
      requireStore(paths, schema);
      return underLock(options, paths, schema, (context) => compactHistory(context, authorship, before));
    },
  };
}

/** Nothing may be made beside a store that is not there: the working directory may be the wrong one. */
function requireStore(paths: StorePaths, schema: string): void {
  if (ownershipOf(paths.file) === undefined) loadStore(paths, schema);
}

/** Runs an action while no other process changes the store. */
export async function underLock<T>(
  options: JsonStoreOptions,
  paths: StorePaths,
  schema: string,
  action: (context: WriteContext) => T,
): Promise<T> {
  const lock = await lockOf(options, paths);
  try {
    options.checkpoint?.("locked");
    const result = action({ paths, schema, lock, checkpoint: options.checkpoint ?? (() => {}) });
    const { largeFrom } = boundsOf(options);
    refreshStoreIndex(paths, largeFrom);
    refreshDirectoryIndex(paths, largeFrom);
    return result;
  } finally {
    lock.release();
  }
}

async function lockOf(options: JsonStoreOptions, paths: StorePaths): Promise<Lock> {
  const like = ownershipOf(paths.file);
  if (like !== undefined && (like.mode & 0o222) === 0) throw readOnly(paths);
  return takeLock({
    path: paths.lock,
    shown: shownPath(paths, paths.lock),
    like,
    timeout: options.lockTimeout,
    holder: { host: options.host, pid: options.pid, command: options.command, since: options.now() },
    onWaiting: options.onWaiting,
  });
}

/** A store as a command sees it. The directory is read when first asked for, and only if it is still the same. */
export function snapshotOf(paths: StorePaths, document: StoreDocument, present: StoreDocument): Snapshot {
  const { lineage, serial, nextId, directory } = document;
  const state = memoryState(document.lists, directoryOf(paths, document, present));
  const content = openContent(paths, lineage);
  return { state, content, lineage, serial, nextId, directoryHash: directory };
}

/** What a writer found at the end of the journal, and a clock that went back. */
function tellTail(paths: StorePaths, { tail }: Standing, { time }: Authorship): string[] {
  const told: string[] = [];
  if (tail === undefined) return told;
  const shown = shownPath(paths, paths.journal);
  if (tail.size > tail.end)
    told.push(`\`${shown}\` ended in a change that was never finished; it was left out`);
  if (time < tail.last.time)
    told.push(`the clock says ${time}, and the change before was made at ${tail.last.time}`);
  return told;
}

function factsOf(paths: StorePaths, { document, verdict, file, tail }: Loaded): Facts {
  return {
    ...commonFacts(paths, document, tail),
    fileSerial: file.document.serial,
    schemaVersion: file.version,
    sizeBytes: file.size,
    objects: countsOf((collection) => document.lists[collection].length),
    behind: verdict === "behind",
  };
}

function largeFacts(paths: StorePaths, { envelope, verdict, file, tail, state }: LargeStore): Facts {
  return {
    ...commonFacts(paths, envelope, tail),
    fileSerial: file.envelope.serial,
    schemaVersion,
    sizeBytes: file.size,
    objects: countsOf((collection) => state.count(collection)),
    behind: verdict === "behind",
  };
}

function commonFacts(paths: StorePaths, present: Envelope, tail: JournalTail | undefined) {
  const head = present.directory === null ? undefined : readDirectoryHead(paths.directory, paths.directory);
  return {
    path: paths.given,
    realPath: paths.file,
    lineage: present.lineage,
    serial: present.serial,
    journalBytes: tail?.size ?? 0,
    directoryDate: head?.date ?? null,
    directoryEntries: head?.counts ?? null,
    lastChange: tail === undefined ? null : { serial: tail.last.serial, time: tail.last.time },
  };
}

const countsOf = (count: (collection: Collection) => number): Readonly<Record<string, number>> =>
  Object.fromEntries(collections.map((collection) => [collection, count(collection)]));

async function* historyOf<W>(
  paths: StorePaths,
  schema: string,
  keep: (write: Write) => W,
): AsyncIterable<JournalEntry<W>> {
  requireStore(paths, schema);
  const journal = openJournal(paths.journal, shownPath(paths, paths.journal));
  if (journal === undefined) return;
  try {
    let directory: string | null = null;
    for (const { record } of keptRecords(journal, keep)) {
      if (record.kind === "change") yield entryOf(record, directory);
      directory = record.head.directory;
    }
  } finally {
    closeSync(journal.fd);
  }
}

function refuseFolder({ file, given }: StorePaths): void {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  throw new DomainError("invalid-value", `\`${given}\` is a folder`, {
    hint: { say: "name a file for the store, for example pchat.json in it" },
    details: { file: given },
  });
}

function requireFolder(paths: StorePaths): void {
  if (statSync(paths.folder, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new DomainError("no-file", `there is no folder \`${dirname(paths.given)}\` for the store`, {
    hint: { say: "make the folder first, or name another with --store" },
    details: { folder: paths.folder },
  });
}

function readOnly(paths: StorePaths): DomainError {
  return new DomainError("write-failed", `\`${paths.given}\` is read-only`, {
    hint: { say: "allow its owner to write it (chmod u+w), or name another store with --store" },
    details: { path: paths.given },
  });
}

function otherSerial(paths: StorePaths, wanted: number, serial: number): DomainError {
  return new DomainError(
    "store-stale",
    `\`${paths.given}\` is at serial ${serial}, not ${wanted}; nothing was written`,
    {
      hint: {
        say: "see what changed, and run it again with the present serial",
        commands: [["get-history"]],
      },
      details: { wanted, serial },
    },
  );
}
