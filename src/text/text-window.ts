import { isUtf8 } from "node:buffer";

/** A place in a text: line and column, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Bytes that are no text. Everything before them is in the window. */
export class NotUtf8 extends Error {
  override readonly name = "NotUtf8";
}

/** What would have to be in memory at once is longer than whoever reads it takes. */
export class TooLong extends Error {
  override readonly name = "TooLong";
}

/**
 * The part of a text that is in memory, while the text is read from its beginning to its end: the whole may be longer
 * than one string can be. Offsets count from the beginning of the whole, in UTF-16 units, without a byte order mark.
 */
export interface TextWindow {
  readonly text: string;
  /** Offset of the window's beginning. */
  readonly start: number;
  /**
   * Takes in the next piece, and forgets what lies before an offset. False at the end, where nothing is forgotten.
   * Throws NotUtf8, and TooLong where more would be kept than the window may hold.
   */
  readOn(from: number): boolean;
  /** Of an offset in the window, or of its end. */
  position(offset: number): Position;
  /** How many bytes lie before an offset in the window, a byte order mark among them. Each must be asked for in turn. */
  bytesBefore(offset: number): number;
  /** Whether what was read so far begins with a byte order mark, and has line ends of Windows. */
  readonly hasByteOrderMark: boolean;
  readonly hasCarriageReturns: boolean;
}

const byteOrderMark = "\uFEFF";

/** A window on the text that bytes in pieces make. Of what lies before a piece it keeps up to `longest` characters. */
export function textWindow(chunks: Iterable<Buffer>, longest = Number.POSITIVE_INFINITY): TextWindow {
  const pieces = decoded(chunks);
  let text = "";
  let start = 0;
  let isBegun = false;
  let hasByteOrderMark = false;
  let hasCarriageReturns = false;
  /** A place of which the line is known, no later than the window. */
  let known = { offset: 0, line: 1, lineStart: 0 };
  /** The last that was asked for: who asks goes from the beginning to the end. */
  let latest = known;
  /** The last place of which it is known how many bytes lie before it. */
  let counted = { offset: 0, bytes: 0 };
  /** Up to where every character so far has one byte, as most texts have to their end. */
  let plainUpTo = 0;
  const countBytes = (offset: number): void => {
    const { offset: from, bytes } = counted;
    const isPlain = offset <= plainUpTo;
    const more = isPlain ? offset - from : Buffer.byteLength(text.slice(from - start, offset - start));
    counted = { offset, bytes: bytes + more };
  };
  const countTo = (offset: number, from: typeof known): typeof known => {
    let { line, lineStart } = from;
    for (
      let end = text.indexOf("\n", from.offset - start);
      end !== -1 && end + start < offset;
      end = text.indexOf("\n", end + 1)
    ) {
      line++;
      lineStart = end + start + 1;
    }
    return { offset, line, lineStart };
  };
  const withoutMark = (piece: string): string => {
    const isMarked = !isBegun && piece.startsWith(byteOrderMark);
    isBegun = true;
    if (!isMarked) return piece;
    hasByteOrderMark = true;
    counted = { offset: 0, bytes: Buffer.byteLength(byteOrderMark) };
    return piece.slice(byteOrderMark.length);
  };
  return {
    get text() {
      return text;
    },
    get start() {
      return start;
    },
    get hasByteOrderMark() {
      return hasByteOrderMark;
    },
    get hasCarriageReturns() {
      return hasCarriageReturns;
    },
    readOn: (from) => {
      const next = pieces.next();
      if (next.done === true) return false;
      if (start + text.length - from > longest) throw new TooLong();
      const { size } = next.value;
      const piece = withoutMark(next.value.piece);
      known = countTo(from, latest.offset <= from ? latest : known);
      latest = known;
      if (counted.offset < from) countBytes(from);
      hasCarriageReturns ||= piece.includes("\r\n") || (text.endsWith("\r") && piece.startsWith("\n"));
      if (plainUpTo === start + text.length && piece.length === size) plainUpTo += size;
      text = text.slice(from - start) + piece;
      start = from;
      return true;
    },
    position: (offset) => {
      latest = countTo(offset, latest.offset <= offset ? latest : known);
      return { line: latest.line, column: offset - latest.lineStart + 1 };
    },
    bytesBefore: (offset) => {
      countBytes(offset);
      return counted.bytes;
    },
  };
}

/** Text out of bytes, cut between characters, with the number of its bytes. */
function* decoded(
  chunks: Iterable<Buffer>,
): Generator<{ readonly piece: string; readonly size: number }, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  for (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const whole = wholeCharacters(bytes);
    if (!isUtf8(whole)) {
      const size = firstInvalid(bytes);
      yield { piece: bytes.toString("utf8", 0, size), size };
      throw new NotUtf8();
    }
    if (whole.length > 0) yield { piece: whole.toString("utf8"), size: whole.length };
    rest = bytes.subarray(whole.length);
  }
  if (rest.length > 0) throw new NotUtf8();
}

/** Offset of the first byte that is not part of UTF-8 text, found by halves. */
function firstInvalid(bytes: Buffer): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isUtf8(wholeCharacters(bytes.subarray(0, middle)))) low = middle;
    else high = middle - 1;
  }
  return wholeCharacters(bytes.subarray(0, low)).length;
}

/** Bytes without a character that is cut off at their end. */
function wholeCharacters(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return bytes;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? bytes.subarray(0, bytes.length - back) : bytes;
    }
  }
  return bytes;
}
