import {
  closeSync,
  createReadStream,
  fchmodSync,
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
import { dirname, join } from "node:path";
import process from "node:process";
import { DomainError } from "../core/errors.ts";
import type { ByteSource } from "./context.ts";

/** A file that the user named, whole. Throws `no-file`, `read-failed`. */
export async function readNamedFile(path: string): Promise<Uint8Array> {
  try {
    return readFileSync(path);
  } catch (error) {
    throw fileError(path, error);
  }
}

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
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined;
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => !/(^|[\\/])\./.test(file.slice(path.length)))
      .sort();
  } catch (error) {
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
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw fileError(path, error);
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
    if (error instanceof DomainError) throw error;
    throw new DomainError("write-failed", `\`${path}\` cannot be written: ${(error as Error).message}`, {
      details: { file: path },
    });
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

function fileError(path: string, error: unknown): DomainError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new DomainError("no-file", `there is no file \`${path}\``, {
      hint: { say: "name it from the present folder, or with its whole path" },
      details: { file: path },
    });
  }
  const reason =
    code === "EISDIR"
      ? "it is a folder"
      : code === "EACCES" || code === "EPERM"
        ? "it may not be read by this account"
        : message;
  return new DomainError("read-failed", `\`${path}\` cannot be read: ${reason}`, { details: { file: path } });
}
