import { randomBytes } from "node:crypto";
import { closeSync, constants, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ioError } from "../core/io-error.ts";

/** A file for what memory should not hold, that only its owner may read, and that has no name. */
export interface TemporaryFile {
  /** Makes the file with the first bytes. Throws `write-failed`, naming the folder. */
  write(bytes: Uint8Array, at: number): void;
  /** Bytes that were written. Throws `read-failed`. */
  read(from: number, to: number): Buffer;
  /** Gives the file back. Nothing can be read afterwards. */
  close(): void;
}

// A file that is forgotten without being closed is given back too.
const forgotten = new FinalizationRegistry<() => void>((close) => close());

/** A temporary file in the system's folder for them, made when it is needed. However the program ends, nothing of it is left. */
export function temporaryFile(): TemporaryFile {
  let fd: number | undefined;
  let leaveBehind = (): void => {};
  const folder = tmpdir();
  const open = (): number => {
    const path = join(folder, `pchat-${randomBytes(12).toString("hex")}`);
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
    const opened = openSync(path, flags, 0o600);
    leaveBehind = removed(path);
    return opened;
  };
  const close = (): void => {
    if (fd !== undefined) closeSync(fd);
    fd = undefined;
    leaveBehind();
  };
  const file: TemporaryFile = {
    write: (bytes, at) => {
      try {
        fd ??= open();
        for (let done = 0; done < bytes.length; )
          done += writeSync(fd, bytes, done, bytes.length - done, at + done);
      } catch (error) {
        throw ioError("write-failed", folder, error);
      }
    },
    read: (from, to) => {
      const bytes = Buffer.allocUnsafe(to - from);
      try {
        for (let done = 0; done < bytes.length; ) {
          const got = readSync(fd!, bytes, done, bytes.length - done, from + done);
          if (got === 0) throw Object.assign(new Error("cut"), { code: "EIO" });
          done += got;
        }
      } catch (error) {
        throw ioError("read-failed", folder, error);
      }
      return bytes;
    },
    close,
  };
  forgotten.register(file, close);
  return file;
}

/** Removes the name of an open file; where the system does not allow that, what is returned does it later. */
function removed(path: string): () => void {
  const remove = (): void => {
    process.removeListener("exit", remove);
    try {
      unlinkSync(path);
    } catch {
      // It is gone, or the system keeps it until the file is closed.
    }
  };
  try {
    unlinkSync(path);
    return () => {};
  } catch {
    process.once("exit", remove);
    return remove;
  }
}
