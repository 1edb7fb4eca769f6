import { closeSync, fstatSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DomainError } from "../core/errors.ts";
import { ioError } from "../core/io-error.ts";
import type { Message } from "../core/message.ts";
import { startChecksum } from "./checksum.ts";
import { readOpenEntries } from "./directory-file.ts";
import { type StoreDocument, schemaVersion } from "./document.ts";
import { documentLine } from "./document-text.ts";
import { bytesOf, type FileBytes } from "./file-image.ts";
import {
  openForReading,
  ownershipOf,
  putInPlace,
  readRange,
  removeStaleFiles,
  syncFolder,
  writeTemporary,
} from "./files.ts";
import { linesFrom, openJournal } from "./journal-file.ts";
import { claimedChain } from "./journal-format.ts";
import { loadStore } from "./load-store.ts";
import type { MessageHead } from "./message-file.ts";
import { roomsWithFiles, savedLines } from "./messages.ts";
import { parseStore } from "./parse-store.ts";
import { isOwnFile, pendingDirectory, type StorePaths, shownPath, storePaths } from "./store-paths.ts";

/**
 * What the first line of a backup says. Its lines follow: the store, the journal, the directory, the messages (as in
 * the file of each room, with a first line like there), a checksum.
 */
export interface BackupHead {
  readonly pchatBackup: 1;
  readonly lineage: string;
  readonly serial: number;
  readonly time: string;
  readonly journalLines: number;
  readonly directoryLines: number;
  /** Rooms whose messages follow the directory; absent where there are none. */
  readonly messageFiles?: number;
}

/** The messages of one room in a backup, read as they are taken. */
export interface SavedMessages {
  readonly head: MessageHead;
  readonly messages: Iterable<Message>;
}

/** A backup that was proven. The caller closes it. */
export interface Backup {
  readonly head: BackupHead;
  readonly document: StoreDocument;
  readonly journal: FileBytes;
  readonly directory: FileBytes;
  readonly messages: readonly SavedMessages[];
  close(): void;
}

const newline = 0x0a;

/**
 * Writes everything of a store into one file that only its owner may read: the state, its history, its directory, the
 * messages of its rooms. Takes no lock. Throws `exists` where the file is there, unless `force`; `write-failed`; what
 * reading throws.
 */
export function writeBackup(
  paths: StorePaths,
  schema: string,
  target: string,
  options: { readonly time: string; readonly force: boolean },
): BackupHead & { readonly sizeBytes: number } {
  const place = backupPlace(paths, target, options.force);
  const parts = openParts(paths, schema);
  try {
    return writeParts(paths, { target, place, time: options.time }, parts);
  } finally {
    parts.close();
  }
}

function writeParts(
  paths: StorePaths,
  { target, place, time }: { readonly target: string; readonly place: string; readonly time: string },
  { document, journal, directory }: Parts,
): BackupHead & { readonly sizeBytes: number } {
  const { lineage, serial } = document;
  const rooms = roomsWithFiles(paths);
  const head: BackupHead = {
    pchatBackup: 1,
    lineage,
    serial,
    time,
    journalLines: countLines(journal),
    directoryLines: countLines(directory),
    ...(rooms.length === 0 ? {} : { messageFiles: rooms.length }),
  };
  const all = [
    [Buffer.from(`${JSON.stringify(head)}\n`)],
    documentLine(document),
    [Buffer.from("\n")],
    journal.pieces(),
    directory.pieces(),
    savedLines(paths, lineage, rooms),
  ];
  const sum = startChecksum();
  let sizeBytes = 0;
  const chunks = function* (): Generator<Buffer> {
    for (const chunk of joined(all)) {
      sum.update(chunk);
      sizeBytes += chunk.length;
      yield chunk;
    }
    const last = Buffer.from(`${JSON.stringify({ checksum: sum.digest("hex") })}\n`);
    sizeBytes += last.length;
    yield last;
  };
  try {
    removeStaleFiles(dirname(place), [place], () => false);
    putInPlace(writeTemporary(place, chunks(), undefined), place);
    syncFolder(dirname(place));
  } catch (error) {
    throw ioError("write-failed", target, error);
  }
  return { ...head, sizeBytes };
}

function* joined(parts: readonly Iterable<Buffer>[]): Generator<Buffer> {
  for (const part of parts) yield* part;
}

function backupPlace(paths: StorePaths, target: string, force: boolean): string {
  const { file } = storePaths(target);
  if (isOwnFile(paths, target)) {
    throw new DomainError("invalid-value", `\`${target}\` belongs to the store itself`, {
      hint: { say: "name another file for the backup" },
    });
  }
  if (statSync(dirname(file), { throwIfNoEntry: false }) === undefined) {
    throw new DomainError("no-file", `there is no folder \`${dirname(target)}\` for the backup`, {
      hint: { say: "make the folder first, or name another" },
    });
  }
  const present = statSync(file, { throwIfNoEntry: false });
  if (present !== undefined && !present.isFile()) {
    throw new DomainError("invalid-value", `\`${target}\` is no file that a backup could replace`, {
      hint: { say: "name a file for the backup" },
    });
  }
  if (force || present === undefined) return join(dirname(file), basename(file));
  throw new DomainError("exists", `\`${target}\` is there already`, {
    hint: { say: "name another file, or replace this one with --force" },
    details: { file: target },
  });
}

/** What a backup is made of. The files stay open, as they are, until everything was read. */
interface Parts {
  readonly document: StoreDocument;
  readonly journal: FileBytes;
  readonly directory: FileBytes;
  close(): void;
}

const nothing: FileBytes = { fd: -1, from: 0, size: 0, pieces: () => [], whole: Buffer.alloc(0) };

function openParts(paths: StorePaths, schema: string): Parts {
  const { document, journal } = consistent(paths, schema);
  const close = (...parts: readonly FileBytes[]): void => {
    for (const { fd } of parts) if (fd !== nothing.fd) closeSync(fd);
  };
  try {
    const directory = openDirectory(paths, document.directory);
    return { document, journal, directory, close: () => close(journal, directory) };
  } catch (error) {
    close(journal);
    throw error;
  }
}

/** A state and the journal that leads to it, although others may be writing. */
function consistent(paths: StorePaths, schema: string): Pick<Parts, "document" | "journal"> {
  for (;;) {
    const { document, tail, file } = loadStore(paths, schema);
    // The journal of an older schema version does not make a store of ours.
    if (tail === undefined || file.version !== schemaVersion) return { document, journal: nothing };
    const journal = openJournal(paths.journal, shownPath(paths, paths.journal));
    if (journal === undefined) continue;
    const lastBytes = readRange(journal.fd, Math.max(0, tail.end - longestHead), tail.end - 1);
    if (claimedChain(lastBytes) === tail.chain) return { document, journal: bytesOf(journal, 0, tail.end) };
    closeSync(journal.fd);
  }
}

function openDirectory(paths: StorePaths, hash: string | null): FileBytes {
  if (hash === null) return nothing;
  const waiting = pendingDirectory(paths, hash);
  const path = ownershipOf(waiting) === undefined ? paths.directory : waiting;
  const shown = shownPath(paths, path);
  const fd = openForReading(path, shown, true);
  try {
    readOpenEntries(fd === undefined ? undefined : { fd }, shown, hash, () => {});
    return bytesOf({ fd: fd! }, 0, fstatSync(fd!).size);
  } catch (error) {
    if (fd !== undefined) closeSync(fd);
    throw error;
  }
}

function countLines({ pieces }: FileBytes): number {
  let count = 0;
  for (const bytes of pieces()) {
    for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) count++;
  }
  return count;
}

/** Reads a backup and proves it. Throws `no-file`, `read-failed`, and `invalid-file` for anything but a whole one. */
export function readBackup(source: string, schema: string): Backup {
  const fd = openForReading(storePaths(source).file, source, false);
  if (fd === undefined) {
    throw new DomainError("no-file", `there is no file \`${source}\``, { details: { file: source } });
  }
  try {
    return proven(fd, source, schema);
  } catch (error) {
    closeSync(fd);
    throw ioError("read-failed", source, error);
  }
}

function proven(fd: number, source: string, schema: string): Backup {
  const { size } = fstatSync(fd);
  const head = headOf(readRange(fd, 0, Math.min(size, longestHead)));
  const lastLine = startOfLastLine(fd, size);
  if (head === undefined || lastLine === 0) throw noBackup(source, "is not a backup of a store");
  const { sum, ends } = scan(fd, lastLine, 2 + head.journalLines + head.directoryLines);
  if (claimedSum(readRange(fd, lastLine, size)) !== sum) throw noBackup(source, "is not as it was written");
  const [headEnd, storeEnd] = ends as [number, number];
  const journalEnd = ends[1 + head.journalLines];
  const directoryEnd = ends[1 + head.journalLines + head.directoryLines];
  if (journalEnd === undefined || directoryEnd === undefined) throw noBackup(source, "is not whole");
  const messages = savedMessages(fd, directoryEnd, lastLine);
  if (messages.length !== (head.messageFiles ?? 0)) throw noBackup(source, "is not whole");
  const { document } = parseStore(bytesOf({ fd }, headEnd, storeEnd), source, schema, false);
  return {
    head,
    document,
    journal: bytesOf({ fd }, storeEnd, journalEnd),
    directory: bytesOf({ fd }, journalEnd, directoryEnd),
    messages,
    close: () => closeSync(fd),
  };
}

const longestHead = 4096;
const chunkSize = 1024 * 1024;

function startOfLastLine(fd: number, size: number): number {
  const from = Math.max(0, size - longestHead);
  const bytes = readRange(fd, from, size);
  if (bytes.at(-1) !== newline) return 0;
  return from + bytes.lastIndexOf(newline, bytes.length - 2) + 1;
}

/** The checksum of a file up to a place, and the offsets after its first lines. */
function scan(fd: number, to: number, lines: number): { readonly sum: string; readonly ends: number[] } {
  const sum = startChecksum();
  const ends: number[] = [];
  for (let at = 0; at < to; ) {
    const chunk = readRange(fd, at, Math.min(to, at + chunkSize));
    if (chunk.length === 0) break;
    sum.update(chunk);
    for (
      let end = chunk.indexOf(newline);
      end !== -1 && ends.length < lines;
      end = chunk.indexOf(newline, end + 1)
    ) {
      ends.push(at + end + 1);
    }
    at += chunk.length;
  }
  return { sum: sum.digest("hex"), ends };
}

/** Each room's messages, found by their first lines, which no message looks like. */
function savedMessages(fd: number, from: number, to: number): SavedMessages[] {
  const starts: { readonly head: MessageHead; readonly at: number; readonly line: number }[] = [];
  for (const { bytes, start, end } of linesFrom({ fd, size: to }, from)) {
    if (bytes.subarray(0, headMark.length).toString("latin1") !== headMark) continue;
    starts.push({ head: parsed(bytes) as MessageHead, at: end, line: start });
  }
  return starts.map(({ head, at }, index) => ({
    head,
    messages: {
      *[Symbol.iterator]() {
        for (const { bytes } of linesFrom({ fd, size: starts[index + 1]?.line ?? to }, at)) {
          yield parsed(bytes) as Message;
        }
      },
    },
  }));
}

const headMark = '{"pchatMessages":';

function headOf(bytes: Buffer): BackupHead | undefined {
  const head = parsed(bytes.subarray(0, bytes.indexOf(newline))) as BackupHead | undefined;
  const isHead =
    head?.pchatBackup === 1 &&
    Number.isSafeInteger(head.journalLines) &&
    Number.isSafeInteger(head.directoryLines);
  return isHead ? head : undefined;
}

const claimedSum = (line: Buffer): unknown => (parsed(line) as { checksum?: unknown } | undefined)?.checksum;

function parsed(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString("utf8")) ?? undefined;
  } catch {
    return undefined;
  }
}

function noBackup(source: string, reason: string): DomainError {
  return new DomainError("invalid-file", `\`${source}\` ${reason}`, {
    hint: { say: "name a whole file that backup-store wrote" },
    details: { file: source },
  });
}
