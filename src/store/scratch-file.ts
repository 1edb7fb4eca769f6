import { setFlagsFromString } from "node:v8";
import type { Shelf } from "../core/shelf.ts";
import { temporaryFile } from "../text/temporary-file.ts";

const gatheredSize = 1024 * 1024;
const windowSize = 256 * 1024;
/** As many objects as an ordinary command may write without any of this. */
const usuallyAfter = 4000;
/** Most values are shorter. */
const usualLength = 2048;
const headLength = 4;
/**
 * By how many percent the memory in use may grow before what is of no use any more is looked for. Whoever has more than
 * memory should hold reads the same again and again and leaves it lying, and V8 would let it grow by more.
 */
const growth = 50;

/**
 * A shelf in a temporary file that has no name, so that nothing of it is left however the program ends. It is made
 * with the first value. `put` throws `write-failed` where the disk is full.
 */
export function scratchFile(after = usuallyAfter): Shelf {
  const file = temporaryFile();
  let gathered: Buffer[] = [];
  let size = 0;
  /** Bytes in the file, and with those that are to follow. */
  let written = 0;
  let end = 0;
  let window: { readonly from: number; readonly bytes: Buffer } = { from: 0, bytes: Buffer.alloc(0) };
  const flush = (): void => {
    if (size === 0) return;
    if (written === 0) setFlagsFromString(`--heap-growing-percent=${growth}`);
    file.write(Buffer.concat(gathered, size), written);
    written = end;
    gathered = [];
    size = 0;
  };
  const bytesAt = (place: number, length: number, ahead: number): Buffer => {
    const isIn = place >= window.from && place + length <= window.from + window.bytes.length;
    if (!isIn) {
      const to = Math.min(written, place + Math.max(length, ahead));
      window = { from: place, bytes: file.read(place, to) };
    }
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
