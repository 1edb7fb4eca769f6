import { closeSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DomainError } from "../core/errors.ts";
import { startChecksum } from "./checksum.ts";
import { parseDirectory } from "./directory-file.ts";
import { documentText, type StoreDocument, schemaVersion } from "./document.ts";
import {
  ownershipOf,
  putInPlace,
  readImage,
  readRange,
  removeStaleFiles,
  syncFolder,
  writeTemporary,
} from "./files.ts";
import { ioError } from "./io-error.ts";
import { openJournal } from "./journal-file.ts";
import { claimedChain } from "./journal-format.ts";
import { type Loaded, loadStore } from "./load-store.ts";
import { parseStore } from "./parse-store.ts";
import { pendingDirectory, type StorePaths, shownPath, storePaths } from "./store-paths.ts";

/** What the first line of a backup says. Its lines follow: the store, the journal, the directory, a checksum. */
export interface BackupHead {
  readonly pchatBackup: 1;
  readonly lineage: string;
  readonly serial: number;
  readonly time: string;
  readonly journalLines: number;
  readonly directoryLines: number;
}

export interface Backup {
  readonly head: BackupHead;
  readonly document: StoreDocument;
  readonly journal: Buffer;
  readonly directory: Buffer;
}

const newline = 0x0a;

/**
 * Writes everything of a store into one file that only its owner may read: the state, its history, its directory.
 * Takes no lock. Throws `exists` where the file is there, unless `force`; `write-failed`; what reading throws.
 */
export function writeBackup(
  paths: StorePaths,
  schema: string,
  target: string,
  options: { readonly time: string; readonly force: boolean },
): BackupHead & { readonly sizeBytes: number } {
  const place = backupPlace(paths, target, options.force);
  const { loaded, journal } = consistent(paths, schema);
  const directory = directoryBytes(paths, loaded.document.directory);
  const { lineage, serial } = loaded.document;
  const counts = { journalLines: countLines(journal), directoryLines: countLines(directory) };
  const head: BackupHead = { pchatBackup: 1, lineage, serial, time: options.time, ...counts };
  const store = JSON.stringify(JSON.parse(documentText(loaded.document)));
  const parts = [Buffer.from(`${JSON.stringify(head)}\n${store}\n`), journal, directory];
  const sum = startChecksum();
  for (const part of parts) sum.update(part);
  parts.push(Buffer.from(`${JSON.stringify({ checksum: sum.digest("hex") })}\n`));
  try {
    removeStaleFiles(dirname(place), [place], () => false);
    putInPlace(writeTemporary(place, parts, undefined), place);
    syncFolder(dirname(place));
  } catch (error) {
    throw ioError("write-failed", target, error);
  }
  return { ...head, sizeBytes: parts.reduce((size, part) => size + part.length, 0) };
}

function backupPlace(paths: StorePaths, target: string, force: boolean): string {
  const { file } = storePaths(target);
  if (statSync(dirname(file), { throwIfNoEntry: false }) === undefined) {
    throw new DomainError("no-file", `there is no folder \`${dirname(target)}\` for the backup`, {
      hint: { say: "make the folder first, or name another" },
    });
  }
  if ([paths.file, paths.journal, paths.directory, paths.lock].includes(file)) {
    throw new DomainError("invalid-value", `\`${target}\` belongs to the store itself`, {
      hint: { say: "name another file for the backup" },
    });
  }
  if (force || ownershipOf(file) === undefined) return join(dirname(file), basename(file));
  throw new DomainError("exists", `\`${target}\` is there already`, {
    hint: { say: "name another file, or replace this one with --force" },
    details: { file: target },
  });
}

/** A state and the journal that leads to it, although others may be writing. */
function consistent(
  paths: StorePaths,
  schema: string,
): { readonly loaded: Loaded; readonly journal: Buffer } {
  for (;;) {
    const loaded = loadStore(paths, schema);
    const { tail, file } = loaded;
    // The journal of an older schema version does not make a store of ours.
    if (tail === undefined || file.version !== schemaVersion) return { loaded, journal: Buffer.alloc(0) };
    const journal = openJournal(paths.journal, shownPath(paths, paths.journal));
    if (journal === undefined) continue;
    try {
      const bytes = readRange(journal.fd, 0, tail.end);
      const last = bytes.subarray(bytes.lastIndexOf(newline, bytes.length - 2) + 1, -1);
      if (claimedChain(last) === tail.chain) return { loaded, journal: bytes };
    } finally {
      closeSync(journal.fd);
    }
  }
}

function directoryBytes(paths: StorePaths, hash: string | null): Buffer {
  if (hash === null) return Buffer.alloc(0);
  const waiting = pendingDirectory(paths, hash);
  const path = ownershipOf(waiting) === undefined ? paths.directory : waiting;
  parseDirectory(path, shownPath(paths, path), hash);
  return readImage(path, shownPath(paths, path), true)!.bytes;
}

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) count++;
  return count;
}

/** Reads a backup and proves it. Throws `no-file`, `read-failed`, and `invalid-file` for anything but a whole one. */
export function readBackup(source: string, schema: string): Backup {
  const bytes = readSource(source);
  const ends = lineEnds(bytes);
  const head = headOf(bytes, ends);
  if (head === undefined) throw noBackup(source, "is not a backup of a store");
  const storeEnd = ends[1]!;
  const journalEnd = ends[1 + head.journalLines]!;
  const directoryEnd = ends[1 + head.journalLines + head.directoryLines]!;
  if (
    claimedSum(bytes.subarray(directoryEnd)) !==
    startChecksum().update(bytes.subarray(0, directoryEnd)).digest("hex")
  ) {
    throw noBackup(source, "is not as it was written");
  }
  const { document } = parseStore(bytes.subarray(ends[0]!, storeEnd), source, schema, false);
  return {
    head,
    document,
    journal: bytes.subarray(storeEnd, journalEnd),
    directory: bytes.subarray(journalEnd, directoryEnd),
  };
}

function readSource(source: string): Buffer {
  const image = readImage(storePaths(source).file, source, false);
  if (image !== undefined) return image.bytes;
  throw new DomainError("no-file", `there is no file \`${source}\``, { details: { file: source } });
}

/** Offsets after each line. */
function lineEnds(bytes: Buffer): number[] {
  const ends: number[] = [];
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) ends.push(at + 1);
  return ends;
}

function headOf(bytes: Buffer, ends: readonly number[]): BackupHead | undefined {
  const head = parsed(bytes.subarray(0, ends[0] ?? 0)) as BackupHead | undefined;
  const isHead =
    head?.pchatBackup === 1 &&
    Number.isSafeInteger(head.journalLines) &&
    Number.isSafeInteger(head.directoryLines) &&
    ends.length === head.journalLines + head.directoryLines + 3;
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
