import { constants, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { ioError } from "../core/io-error.ts";
import type { Shelf } from "../core/shelf.ts";
import { readRange } from "./files.ts";

const gatheredSize = 1024 * 1024;
const windowSize = 256 * 1024;
/** As many objects as an ordinary command may write without any of this. */
const usuallyAfter = 4000;
/** Most values are shorter. */
const usualLength = 2048;
const headLength = 4;

/**
 * A shelf in a temporary file that has no name, so that nothing of it is left however the program ends. It is made
 * with the first value. `put` throws `write-failed` where the disk is full.
 */
export function scratchFile(after = usuallyAfter): Shelf {
  let fd: number | undefined;
  let gathered: Buffer[] = [];
  let size = 0;
  /** Bytes in the file, and with those that are to follow. */
  let written = 0;
  let end = 0;
  let window: { readonly from: number; readonly bytes: Buffer } = { from: 0, bytes: Buffer.alloc(0) };
  const flush = (): void => {
    if (size === 0) return;
    fd ??= openNameless();
    append(fd, Buffer.concat(gathered, size), written);
    written = end;
    gathered = [];
    size = 0;
  };
  const bytesAt = (place: number, length: number, ahead: number): Buffer => {
    const isIn = place >= window.from && place + length <= window.from + window.bytes.length;
    if (!isIn) window = { from: place, bytes: readRange(fd!, place, place + Math.max(length, ahead)) };
    return window.bytes.subarray(place - window.from, place - window.from + length);
  };
  return {
    after,
    put: (value) => {
      const bytes = Buffer.from(`0000${JSON.stringify(value)}`);
      bytes.writeUInt32LE(bytes.length - headLength, 0);
      const place = end;
      gathered.push(bytes);
      size += bytes.length;
      end += bytes.length;
      if (size >= gatheredSize) flush();
      return place;
    },
    take: (place) => {
      if (place >= written) flush();
      // Whoever goes from one to the next is spared a call for each.
      const isNext = place >= window.from && place <= window.from + window.bytes.length;
      const ahead = isNext ? windowSize : usualLength;
      const length = bytesAt(place, headLength, ahead).readUInt32LE(0);
      const bytes = bytesAt(place, headLength + length, ahead);
      return JSON.parse(bytes.toString("utf8", headLength)) as object;
    },
  };
}

/** By how much the memory in use may grow before what is of no use any more is looked for. V8 lets it grow by more. */
const growth = 50;

function openNameless(): number {
  // Whoever has more than memory should hold reads the same again and again, and leaves it lying.
  setFlagsFromString(`--heap-growing-percent=${growth}`);
  const folder = tmpdir();
  try {
    const own = mkdtempSync(join(folder, "pchat-"));
    try {
      return openSync(join(own, "scratch"), constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
    } finally {
      rmSync(own, { recursive: true, force: true });
    }
  } catch (error) {
    throw ioError("write-failed", folder, error);
  }
}

function append(fd: number, bytes: Buffer, at: number): void {
  try {
    for (let done = 0; done < bytes.length; )
      done += writeSync(fd, bytes, done, bytes.length - done, at + done);
  } catch (error) {
    throw ioError("write-failed", tmpdir(), error);
  }
}
