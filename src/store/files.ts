import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { DomainError } from "../core/errors.ts";
import { errnoOf, ioError } from "../core/io-error.ts";

/** Files are read, copied and proven in pieces of this size. */
export const pieceSize = 1024 * 1024;

// Without O_NONBLOCK a named pipe in a file's place would be waited on for ever.
const readFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
const noFollow = constants.O_NOFOLLOW ?? 0;

/**
 * Opens a file for reading, or undefined where there is none. `own` marks pchat's own files, where a symbolic
 * link is refused: it would lead out of the store's folder to a place that the user did not name.
 * Throws `store-damaged` for a folder or anything else that is not a file, `read-failed` for the rest.
 */
export function openForReading(path: string, shown: string, own: boolean): number | undefined {
  let fd: number;
  try {
    fd = openSync(path, own ? readFlags | noFollow : readFlags);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw ioError("read-failed", shown, error);
  }
  try {
    refuseOtherThanFile(fd, shown);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return fd;
}

function refuseOtherThanFile(fd: number, shown: string): void {
  const stats = fstatSync(fd);
  if (stats.isFile()) return;
  const kind = stats.isDirectory() ? "a folder" : "not an ordinary file";
  throw new DomainError("store-damaged", `\`${shown}\` is ${kind}`, { details: { file: shown } });
}

/** A part of an open file piece by piece, up to its end if that comes first. */
export function* piecesOf(fd: number, from = 0, to = Number.POSITIVE_INFINITY): Iterable<Buffer> {
  for (let at = from; at < to; ) {
    const piece = readRange(fd, at, Math.min(to, at + pieceSize));
    if (piece.length === 0) return;
    yield piece;
    at += piece.length;
  }
}

/** Bytes from one offset up to another, or up to the end of the file if that comes first. */
export function readRange(fd: number, from: number, to: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.max(0, to - from));
  let filled = 0;
  while (filled < bytes.length) {
    const got = readSync(fd, bytes, filled, bytes.length - filled, from + filled);
    if (got === 0) break;
    filled += got;
  }
  return bytes.subarray(0, filled);
}

/** What tells one version of a file from another without reading it. */
export const stampOf = (stats: Stats): string => `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeMs}`;

/** The stamp of the file that is there now, or an empty text where there is none. */
export function stampAt(path: string): string {
  try {
    return stampOf(statSync(path));
  } catch {
    return "";
  }
}

export function writeAll(fd: number, bytes: Uint8Array, at: number): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(fd, bytes, done, bytes.length - done, at + done);
}

/** Who may do what with a file, to be given to the one that takes its place. */
export interface Ownership {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** The ownership of a file, or undefined where there is none. */
export function ownershipOf(path: string): Ownership | undefined {
  try {
    const { mode, uid, gid } = statSync(path);
    return { mode: mode & 0o7777, uid, gid };
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Gives a file the ownership of the one it replaces. Only root may give files away; another user keeps the
 * group where it can and never leaves more open than it was.
 */
export function applyOwnership(fd: number, wanted: Ownership): void {
  const now = fstatSync(fd);
  let mode = wanted.mode;
  if (now.uid !== wanted.uid || now.gid !== wanted.gid) {
    if (!chown(fd, wanted.uid, wanted.gid) && !chown(fd, now.uid, wanted.gid)) mode &= ~0o070;
  }
  fchmodSync(fd, mode);
}

function chown(fd: number, uid: number, gid: number): boolean {
  try {
    fchownSync(fd, uid, gid);
    return true;
  } catch (error) {
    if (errnoOf(error) === "EPERM" || errnoOf(error) === "EINVAL" || errnoOf(error) === "ENOSYS")
      return false;
    throw error;
  }
}

/** Mode and owner that a store's own files get: those of its JSON file, else readable by the owner alone. */
export const privateMode = 0o600;

const temporaryMark = ".pchat-tmp-";

/**
 * Writes chunks into a new file beside the one it will replace, on disk before it returns unless that does not
 * matter. Leaves nothing behind when it throws; a process that is killed leaves it for removeStaleFiles. `amend` may
 * write what is known only when all chunks are, over what they left room for.
 */
export function writeTemporary(
  target: string,
  chunks: Iterable<Uint8Array>,
  like: Ownership | undefined,
  durable = true,
  amend: (fd: number) => void = () => {},
): string {
  const name = `.${basename(target)}${temporaryMark}${process.pid}-${randomBytes(4).toString("hex")}`;
  const path = join(dirname(target), name);
  const fd = openSync(
    path,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | noFollow,
    privateMode,
  );
  try {
    let at = 0;
    for (const chunk of chunks) {
      writeAll(fd, chunk, at);
      at += chunk.length;
    }
    amend(fd);
    if (like !== undefined) applyOwnership(fd, like);
    if (durable) fsyncSync(fd);
    closeSync(fd);
  } catch (error) {
    closeQuietly(fd);
    removeQuietly(path);
    throw error;
  }
  return path;
}

/** Puts a finished temporary file in the place of its target, in one step. */
export function putInPlace(temporary: string, target: string): void {
  try {
    renameSync(temporary, target);
  } catch (error) {
    removeQuietly(temporary);
    throw error;
  }
}

/** Makes renames and new names in a folder survive a loss of power. Windows has no such call and needs none. */
export function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const fd = openSync(folder, constants.O_RDONLY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/**
 * Removes what killed processes left in the folder: temporary files of these targets, and names that `stale`
 * claims. Only for the holder of the lock: nobody else may be writing.
 */
export function removeStaleFiles(
  folder: string,
  targets: readonly string[],
  stale: (name: string) => boolean,
): void {
  const prefixes = targets.map((target) => `.${basename(target)}${temporaryMark}`);
  for (const name of readdirSync(folder)) {
    if (stale(name) || prefixes.some((prefix) => name.startsWith(prefix))) removeQuietly(join(folder, name));
  }
}

/**
 * Keeps a copy of a file under a second name beside it, whole and on disk before that name is there. A copy, never a
 * link: what is appended to the original later must not reach it. Returns false, with nothing done, where the name
 * is taken. Only for the holder of the lock.
 */
export function keepCopy(path: string, kept: string): boolean {
  if (ownershipOf(kept) !== undefined) return false;
  const from = openSync(path, readFlags | noFollow);
  try {
    renameSync(writeTemporary(path, piecesOf(from), ownershipOf(path)), kept);
  } finally {
    closeSync(from);
  }
  return true;
}

export function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is gone already, or the folder may not be written: either way nothing depends on it.
  }
}

export function closeQuietly(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // Closed already.
  }
}
