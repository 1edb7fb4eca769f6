import { closeSync, fstatSync } from "node:fs";
import { DomainError } from "../core/errors.ts";
import { ioError } from "../core/io-error.ts";
import { fileStamp } from "./file-stamp.ts";
import { openForReading, pieceSize, piecesOf, readRange, stampOf } from "./files.ts";
import { type KeptFile, keepFile } from "./kept-file.ts";

/** A file as it was at one moment: what is in it, and what tells it from a later version. */
export interface FileImage {
  readonly bytes: FileBytes;
  readonly stamp: string;
  readonly modified: Date;
  /** Throws `store-stale` where bytes that were read, or are still to be, were written to since. */
  requireSame(): void;
}

/** Bytes of an open file, which may be too many to hold. */
export interface FileBytes extends Pick<KeptFile, "fd"> {
  /** Offset of the first. */
  readonly from: number;
  readonly size: number;
  /** From the beginning on, as often as they are asked for. */
  pieces(): Iterable<Buffer>;
  /** All of them, where they are few. */
  readonly whole: Buffer | undefined;
}

/**
 * Reads a file; undefined where there is none. A large one stays open for as long as what `read` returns may need it.
 * Throws as openForReading does, and `store-stale` where a large file is written to meanwhile.
 */
export function readImage<T>(
  path: string,
  shown: string,
  own: boolean,
  read: (image: FileImage) => T,
): T | undefined {
  const fd = openForReading(path, shown, own);
  if (fd === undefined) return undefined;
  let kept: KeptFile | undefined;
  let isRead = false;
  try {
    const stats = fstatSync(fd);
    if (stats.size > pieceSize) kept = keepFile(fd, path, shown, own);
    const image: FileImage = {
      bytes: bytesOf(kept ?? { fd }, 0, stats.size),
      stamp: stampOf(stats),
      modified: stats.mtime,
      requireSame: () => {
        if (kept !== undefined && fileStamp(kept.fd) !== kept.stamp) throw writtenMeanwhile(shown);
      },
    };
    const result = read(image);
    image.requireSame();
    isRead = true;
    return result;
  } catch (error) {
    throw ioError("read-failed", shown, error);
  } finally {
    if (kept === undefined) closeSync(fd);
    else if (!isRead) kept.close();
  }
}

function writtenMeanwhile(shown: string): DomainError {
  return new DomainError("store-stale", `\`${shown}\` was changed by hand while this command read it`, {
    hint: { say: "run it again" },
  });
}

/** A part of an open file. */
export function bytesOf(file: Pick<KeptFile, "fd">, from: number, to: number): FileBytes {
  const whole = to - from <= pieceSize ? readRange(file.fd, from, to) : undefined;
  return {
    get fd() {
      return file.fd;
    },
    from,
    size: to - from,
    pieces: () => (whole === undefined ? piecesOf(file.fd, from, to) : [whole]),
    whole,
  };
}
