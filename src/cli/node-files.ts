import {
  accessSync,
  type BigIntStats,
  closeSync,
  constants,
  createReadStream,
  fchmodSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { DomainError } from "../core/errors.ts";
import { errnoOf, ioError } from "../core/io-error.ts";
import { again } from "../core/sequence.ts";
import type { ByteSource, FileBytes, Place } from "./context.ts";
import { heldBytes } from "./held-bytes.ts";

/** A file that the user named, whole. Throws `no-file`, `read-failed`. */
export async function readNamedFile(path: string): Promise<Uint8Array> {
  try {
    return readFileSync(path);
  } catch (error) {
    throw fileError(path, error);
  }
}

/**
 * A file that the user named, to be read more than once. What is no file, as a pipe, is read at once and kept. Throws
 * `no-file`, `read-failed`; so does reading, where the file is another by then.
 */
export function openNamedBytes(path: string): FileBytes {
  try {
    const found = statSync(path, { bigint: true });
    if (!found.isFile()) return heldBytes(readFileSync(path));
    const identity = identityOf(found);
    return {
      size: Number(found.size),
      bytes: (place) => again(() => piecesOf(path, identity, place)),
    };
  } catch (error) {
    throw fileError(path, error);
  }
}

/** What another file, or other content of the same, does not share. */
const identityOf = ({ dev, ino, size, mtimeNs }: BigIntStats): string => `${dev} ${ino} ${size} ${mtimeNs}`;

const pieceBytes = 1 << 18;

function* piecesOf(
  path: string,
  identity: string,
  place: Parameters<FileBytes["bytes"]>[0],
): Iterable<Buffer> {
  try {
    const file = openSync(path, "r");
    try {
      if (identityOf(fstatSync(file, { bigint: true })) !== identity) throw changedMeanwhile(path);
      let at = place?.offset ?? 0;
      const end = place === undefined ? Number.POSITIVE_INFINITY : place.offset + place.length;
      while (at < end) {
        const bytes = Buffer.allocUnsafe(Math.min(pieceBytes, end - at));
        const count = readSync(file, bytes, 0, bytes.length, at);
        if (count === 0) return;
        at += count;
        yield bytes.subarray(0, count);
      }
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw error instanceof DomainError ? error : fileError(path, error);
  }
}

const changedMeanwhile = (path: string): DomainError =>
  new DomainError("read-failed", `\`${path}\` was changed while it was read`, {
    hint: { say: "run it again when nothing writes to it" },
    details: { file: path },
  });

/** A file that the user named, in chunks. Reading throws `no-file`, `read-failed`. */
export function openNamedFile(path: string): ByteSource {
  return {
    name: path,
    size: () => {
      const found = statSync(path, { throwIfNoEntry: false });
      return found?.isFile() ? found.size : undefined;
    },
    chunks: (async function* () {
      try {
        yield* createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Uint8Array>;
      } catch (error) {
        throw error instanceof DomainError ? error : fileError(path, error);
      }
    })(),
  };
}

/** Files below a folder, sorted, without hidden ones; undefined where it is no folder. Throws `read-failed`. */
export async function listNamedFolder(path: string): Promise<readonly string[] | undefined> {
  try {
    if (!statSync(path).isDirectory()) return undefined;
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => !/(^|[\\/])\./.test(file.slice(path.length)))
      .sort();
  } catch (error) {
    if (isNowhere(error)) return undefined;
    throw fileError(path, error);
  }
}

const beginningBytes = 512;

/** The first bytes of a file as text; undefined where there is none. Throws `read-failed`. */
export async function readBeginning(path: string): Promise<string | undefined> {
  try {
    const file = openSync(path, "r");
    try {
      const bytes = Buffer.alloc(beginningBytes);
      return bytes.toString("utf8", 0, readSync(file, bytes));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (isNowhere(error)) return undefined;
    throw fileError(path, error);
  }
}

const mayMake = constants.W_OK | constants.X_OK;

/**
 * What is where a file is to be written. Reads and makes nothing. Throws `write-failed` where none can be: part of the
 * path is no folder, or this account may not write there.
 */
export async function findPlace(path: string): Promise<Place> {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return { is: "nothing", hasFolder: requireFolderAbove(path) };
    if (found.isDirectory()) return { is: "folder", hasFolder: true };
    if (!found.isFile()) {
      accessSync(path, constants.W_OK);
      return { is: "device", hasFolder: true };
    }
    accessSync(dirname(realpathSync(path)), mayMake);
    return { is: "file", hasFolder: true };
  } catch (error) {
    throw ioError("write-failed", path, error);
  }
}

/** Whether the folder of a path is there; where not, the nearest one above it has to be one that it can be made in. */
function requireFolderAbove(path: string): boolean {
  for (let folder = dirname(path), below = path; ; below = folder, folder = dirname(folder)) {
    if (statSync(folder, { throwIfNoEntry: false }) === undefined && folder !== below) continue;
    accessSync(folder, mayMake);
    return folder === dirname(path);
  }
}

/** Whether two paths are one, or lead to one file that is there. */
export async function isSameFile(one: string, other: string): Promise<boolean> {
  if (resolve(one) === resolve(other)) return true;
  try {
    const [a, b] = [statSync(one), statSync(other)];
    return a.dev === b.dev && a.ino === b.ino;
  } catch {
    return false;
  }
}

/**
 * Writes a file in one step: what was there stays until all is on disk. A new file only its owner may read; one that is
 * replaced keeps its mode, and a symbolic link that leads to it. What is no file, a device or a pipe, is written into.
 * Makes the folders above it. Throws `write-failed`.
 */
export async function writeNamedFile(path: string, text: Iterable<string>): Promise<void> {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const present = statSync(path, { throwIfNoEntry: false });
    if (present === undefined) replace(path, 0o600, text);
    else if (present.isFile()) replace(realpathSync(path), present.mode & 0o777, text);
    else writeAll(openSync(path, "w"), text);
  } catch (error) {
    throw ioError("write-failed", path, error);
  }
}

function replace(path: string, mode: number, text: Iterable<string>): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(temporary, "wx", 0o600);
    fchmodSync(file, mode);
    writeAll(file, text, fsyncSync);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Writes to a file and closes it; `last` is done before. */
function writeAll(file: number, text: Iterable<string>, last: (file: number) => void = () => {}): void {
  try {
    for (const part of text) writeSync(file, part);
    last(file);
  } finally {
    closeSync(file);
  }
}

const isNowhere = (error: unknown): boolean => ["ENOENT", "ENOTDIR"].includes(errnoOf(error) ?? "");

function fileError(path: string, error: unknown): DomainError {
  if (!isNowhere(error)) return ioError("read-failed", path, error);
  return new DomainError("no-file", `there is no file \`${path}\``, {
    hint: { say: "name it from the present folder, or with its whole path" },
    details: { file: path },
  });
}
