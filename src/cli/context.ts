import type { Authorship, Change, JournalEntry, Snapshot } from "../core/change.ts";
import type { Directory, DirectoryContent, Entry } from "../core/directory.ts";
import type { Manifest } from "../core/environment/manifest.ts";
import type { ReadPlan } from "../core/environment/saved-plan.ts";
import type { DomainError } from "../core/errors.ts";
import type { ExportedData } from "../core/export-data.ts";
import type { ImportedData } from "../core/import-data.ts";
import type { Message, NewMessage } from "../core/message.ts";
import type { Shelf } from "../core/shelf.ts";
import type { Collection, Write } from "../core/state.ts";
import type { Table } from "../core/table.ts";

/** A stream for results or messages. */
export interface Output {
  readonly isTTY: boolean;
  /** Width of the terminal; undefined where there is none. */
  readonly columns: number | undefined;
  /** Resolves when the text was taken over; rejects when it cannot be (a full disk, a closed pipe). */
  write(text: string): Promise<void>;
}

export interface Input {
  readonly isTTY: boolean;
  /** Everything there is, until the end. */
  read(): Promise<Uint8Array>;
}

export type Env = Readonly<Record<string, string | undefined>>;

/** A moment in the history of a store: after that change, or as it was at a time (ISO 8601 UTC). */
export type Moment = { readonly serial: number } | { readonly time: string };

export interface StoreFacts {
  readonly path: string;
  readonly lineage: string;
  readonly serial: number;
  /** Serial that the file alone is at. */
  readonly fileSerial: number;
  readonly sizeBytes: number;
  readonly journalBytes: number;
  readonly directoryDate: string | null;
  readonly behind: boolean;
}

/** What the command line needs of a store; src/store has the implementation over files. */
export interface Store {
  readonly path: string;
  /** Takes no lock and writes nothing. */
  read(at?: Moment): Promise<Snapshot & { readonly notices: readonly string[] }>;
  /**
   * Runs a pure step under the lock and keeps what it wants kept; a step that throws keeps nothing. The snapshot's
   * state stays readable as it was: what a change does to people is told afterwards.
   */
  update<T>(
    authorship: Authorship,
    step: (snapshot: Snapshot) => { readonly change: Change | undefined; readonly value: T },
    options?: { readonly ifSerial?: number },
  ): Promise<{
    readonly value: T;
    readonly serial: number;
    readonly changed: boolean;
    /** What was found and put right, in words. */
    readonly notices: readonly string[];
  }>;
  /**
   * Runs a pure step under the lock and adds the message that it returns to its room; `id` is its number there. The
   * serial stays.
   */
  post<T>(
    step: (snapshot: Snapshot) => {
      readonly message: { readonly room: number; readonly message: NewMessage } | undefined;
      readonly value: T;
    },
  ): Promise<{ readonly value: T; readonly id: number | undefined }>;
  create(
    authorship: Authorship,
    initial: { readonly writes: readonly Write[]; readonly nextId: number },
  ): Promise<Snapshot>;
  exists(): Promise<boolean>;
  /** Whether a path leads to one of the store's own files, there or not. */
  owns(file: string): boolean;
  facts(): Promise<StoreFacts>;
  /** Every change, oldest first, with what `keep` takes of each write, or all of it. */
  history<W = Write>(keep?: (write: Write) => W): AsyncIterable<JournalEntry<W>>;
  /** Checksum of a directory's content, as a snapshot's `directoryHash` has it. */
  directoryChecksum(content: DirectoryContent): Promise<string>;
  /** Checks every part in full, writing nothing. */
  test(): Promise<readonly { readonly part: string; readonly ok: boolean; readonly detail: string }[]>;
  /** What a repair could do, writing nothing. */
  planRepair(): Promise<{
    readonly problem: string | null;
    readonly candidates: readonly {
      readonly from: "file" | "journal";
      readonly serial: number;
      readonly objects: number;
    }[];
  }>;
  /** Copies everything into one file. Throws `exists` unless `force`. */
  backup(
    file: string,
    options: { readonly force: boolean },
  ): Promise<{ readonly serial: number; readonly time: string; readonly sizeBytes: number }>;
  restore(
    file: string,
    authorship: Authorship,
    options: { readonly force: boolean },
  ): Promise<{
    readonly serial: number;
    readonly backupSerial: number;
    readonly changed: boolean;
    readonly kept: readonly string[];
  }>;
  /** Brings a file that is behind its journal up to it. */
  compact(authorship: Authorship): Promise<{ readonly changed: boolean; readonly serial: number }>;
  /** What dropping the journal's changes before a time (ISO 8601 UTC) would do, writing nothing. */
  planCompaction(before: string): Promise<Compaction>;
  compactHistory(authorship: Authorship, before: string): Promise<Compaction>;
  repair(authorship: Authorship, from?: "file" | "journal"): Promise<{ readonly serial: number } | undefined>;
}

/** What dropping the earlier part of the history comes to. */
export interface Compaction {
  readonly dropped: number;
  readonly kept: number;
  /** Removed rooms whose messages go, as they can no longer come back. */
  readonly roomsForgotten: number;
  readonly serial: number;
}

/** Who holds a lock that a command waits for. */
export interface LockHolder {
  readonly host: string;
  readonly pid: number;
  readonly command: string;
  readonly since: string;
}

export interface OpenStore {
  readonly path: string;
  readonly command: string;
  /** Seconds to wait for another process that is writing. */
  readonly lockTimeout: number;
  onWaiting(holder: LockHolder | undefined): void;
}

/** One thing that may be chosen. */
export interface Choice<T> {
  readonly value: T;
  /** What is read of it, on one line. */
  readonly name: string;
  /** What stays on screen once it is chosen, where that is less. */
  readonly short?: string;
}

/** Questions to a person at a terminal. Each rejects with Interrupted upon Ctrl-C. */
export interface Prompts {
  /** Yes or no, no being the default; where a word is to be typed, whether it was. */
  confirm(message: string, typed?: string): Promise<boolean>;
  /** One of a few; the cursor stands on `initial` at first. */
  choose<T>(message: string, choices: readonly Choice<T>[], initial?: T): Promise<T>;
  /** One of many, narrowed by typing. */
  search<T>(message: string, find: (typed: string) => readonly Choice<T>[]): Promise<T>;
  /** Any of a few, none at first. */
  tick<T>(message: string, choices: readonly Choice<T>[]): Promise<readonly T[]>;
  /** A line of text, `initial` being there to be edited; `check` says what is wrong with one. */
  text(
    message: string,
    options?: { readonly initial?: string; readonly check?: (word: string) => string | undefined },
  ): Promise<string>;
}

export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** One file, or stdin, whose bytes arrive in chunks. */
export interface ByteSource {
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** How many bytes there are, where that can be told beforehand. */
  size?(): number | undefined;
}

export interface DirectoryOptions {
  readonly sipAttribute: string | undefined;
  readonly siteAttribute: string | undefined;
  /** Logon domain and the DNS name of its AD domain. */
  readonly netbios: readonly (readonly [string, string])[];
}

/** What reading directory exports came to: what there was, how many, and the first few. */
export interface DirectoryReport {
  readonly items: readonly { readonly item: string; readonly count: number; readonly detail: string }[];
  /** Lower case, without a full stop. */
  readonly warnings: readonly string[];
}

/** Reading Active Directory exports; src/directory has the implementation. */
export interface DirectoryReader {
  read(
    sources: readonly ByteSource[],
    options: DirectoryOptions,
  ): Promise<{ readonly content: DirectoryContent; readonly report: DirectoryReport }>;
  /** Lookups over a content that was just read. */
  open(content: DirectoryContent, date: string): Directory;
  /** A test for entries from the text of an LDAP filter. Throws `invalid-value`. */
  compileFilter(text: string): Promise<(entry: Entry) => boolean>;
}

/** One command line of a script: where it begins, and its words, or what keeps it from having any. */
export type ScriptLine = { readonly line: number } & (
  | { readonly words: readonly string[] }
  | { readonly error: DomainError }
);

/** The command lines of a script's text, `${NAME}` taken from the environment; src/environment has it. */
export type ScriptReader = (text: string, env: Env) => Iterable<ScriptLine>;

/** The cells of a CSV file; of many rows most lie on the shelf. src/environment has it. Throws `invalid-file`. */
export type CsvReader = (source: ByteSource, shelf: Shelf) => Promise<Table>;

/** What is where a file is to be written, and whether its folder is there. */
export interface Place {
  readonly is: "nothing" | "file" | "folder" | "device";
  readonly hasFolder: boolean;
}

/** Everything outside that a run may touch. bin makes the real one. */
export interface World {
  readonly argv: readonly string[];
  readonly env: Env;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly version: string;
  readonly platform: "posix" | "powershell";
  /** Names of all commands, and each one's definition when asked for. */
  readonly commands: CommandSource;
  /** Present time, ISO 8601 UTC. */
  now(): string;
  /** Milliseconds that have passed since some moment. */
  clock(): number;
  /** Account that runs the process. */
  osUser(): string;
  openStore(options: OpenStore): Store;
  /** A file's bytes. Throws `no-file` or `read-failed`. */
  readFile(path: string): Promise<Uint8Array>;
  /** A file that is read more than once. Throws `no-file` or `read-failed`. */
  openBytes(path: string): FileBytes;
  /** A file in chunks. Throws `no-file` or `read-failed`, at the latest when read. */
  openFile(path: string): ByteSource;
  loadDirectoryReader(): Promise<DirectoryReader>;
  /** Reads YAML and JSON texts. */
  loadDocumentReader(): Promise<DocumentReader>;
  loadDataArchive(): Promise<DataArchive>;
  loadScriptReader(): Promise<ScriptReader>;
  loadCsvReader(): Promise<CsvReader>;
  /** A place for values of which there may be more than memory should hold. */
  openShelf(): Shelf;
  /** What is where a file is to be written. Throws `write-failed` where none can be. */
  findPlace(path: string): Promise<Place>;
  /** Whether two paths are one, or lead to one file that is there. */
  isSameFile(one: string, other: string): Promise<boolean>;
  /** Writes a file in one step, making the folders above it. Throws `write-failed`. */
  writeFile(path: string, text: Iterable<string>): Promise<void>;
  loadManifestReader(): Promise<ManifestReader>;
  loadPlanReader(): Promise<PlanReader>;
  /** Files below a folder, sorted, without hidden ones; undefined where it is no folder. */
  listFolder(path: string): Promise<readonly string[] | undefined>;
  /** The first bytes of a file as text; undefined where there is none. */
  readBeginning(path: string): Promise<string | undefined>;
  /** The state that a backup holds. Throws `no-file`, `invalid-file`. */
  readBackup(path: string): Promise<Snapshot>;
  loadPrompts(options: { readonly color: boolean }): Promise<Prompts>;
  /**
   * What completion offers of a store, faster than the store can be read; what does not begin as typed may be left out.
   * Throws where there is none.
   */
  namesIn(
    store: string,
    named: Collection | "principal" | "user",
    typed: string,
  ): Promise<readonly NamedThing[]>;
}

/** What an export or an import came to, as a page says it. */
export interface DataReport {
  readonly title: string;
  readonly facts: readonly (readonly [string, string | number])[];
  readonly headers: readonly string[];
  readonly rows: Iterable<readonly (string | number)[]>;
  readonly notes: Iterable<string>;
}

/** Exports of a pool's data as zip files; src/archive has the implementation. */
export interface DataArchive {
  /** Writes a zip over whatever is there; returns its size in bytes. Throws `write-failed`. */
  write(
    path: string,
    content: {
      readonly data: ExportedData;
      /** Messages by the name of their room. */
      readonly messages: readonly { readonly room: string; readonly messages: Iterable<Message> }[];
    },
    options: {
      readonly time: string;
      /** An object as JSON, in pieces; what in it is iterable, but no array, becomes a list as it is read. */
      readonly toJson: (document: Readonly<Record<string, unknown>>) => Iterable<string>;
    },
  ): Promise<number>;
  /** What a zip holds; messages are read as they are taken, until it is closed. Throws `no-file`, `invalid-file`. */
  read(path: string): Promise<ImportedData & { close(): void }>;
  /** Writes a page of HTML over whatever is there. Throws `write-failed`. */
  writeReport(path: string, report: DataReport): Promise<void>;
}

/** A manifest, and the values that it was read from, read again whenever they are asked for. */
/** A manifest, with its documents whole or in parts, which are read again whenever they are gone through. */
export type ReadManifest = Manifest & { readonly documents: Iterable<unknown> };

/** A file that can be read more than once. Reading throws `read-failed`, also where it is another by now. */
export interface FileBytes {
  readonly size: number;
  /** All of it, or what is at a place. */
  bytes(place?: { readonly offset: number; readonly length: number }): Iterable<Buffer>;
}

export interface ManifestFile extends FileBytes {
  /** As messages call it. */
  readonly name: string;
  /** Whether the user named the file, rather than a folder that holds it. */
  readonly isNamed: boolean;
  /** All of it. Throws `invalid-file` as well. */
  text(): string;
}

/** The manifest that files make together; of many objects most lie on the shelf. Throws `invalid-file` with every fault of syntax. */
export type ManifestReader = (files: readonly ManifestFile[], shelf: Shelf) => ReadManifest;

/** The saved plan that a file holds; of many changes most lie on the shelf. Throws `invalid-file`. */
export type PlanReader = (file: ManifestFile, shelf: Shelf) => ReadPlan;

/** The value of a YAML or JSON text. Throws `invalid-file` with every fault as file:line:column. */
export type DocumentReader = (text: string, name: string) => unknown;

/** A word that names something in a store, and what it is. */
export interface NamedThing {
  readonly word: string;
  readonly is: string;
}

export interface CommandSource {
  readonly names: readonly string[];
  load(name: string): Promise<unknown>;
}
