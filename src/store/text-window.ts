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
   * Throws NotUtf8.
   */
  readOn(from: number): boolean;
  /** Of an offset in the window, or of its end. */
  position(offset: number): Position;
  /** Whether what was read so far begins with a byte order mark, and has line ends of Windows. */
  readonly hasByteOrderMark: boolean;
  readonly hasCarriageReturns: boolean;
}

/** A window on the text that bytes in pieces make. */
export function textWindow(chunks: Iterable<Buffer>): TextWindow {
  const pieces = decoded(chunks);
  let text = "";
  let start = 0;
  let hasByteOrderMark = false;
  let hasCarriageReturns = false;
  /** A place of which the line is known, no later than the window. */
  let known = { offset: 0, line: 1, lineStart: 0 };
  /** The last that was asked for: who asks goes from the beginning to the end. */
  let latest = known;
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
      const { value: piece, done } = pieces.next();
      if (done === true) return false;
      const isFirst = start === 0 && text === "" && !hasByteOrderMark;
      if (isFirst && piece.startsWith("\uFEFF")) hasByteOrderMark = true;
      known = countTo(from, latest.offset <= from ? latest : known);
      latest = known;
      hasCarriageReturns ||= piece.includes("\r\n") || (text.endsWith("\r") && piece.startsWith("\n"));
      text = text.slice(from - start) + (isFirst && hasByteOrderMark ? piece.slice(1) : piece);
      start = from;
      return true;
    },
    position: (offset) => {
      latest = countTo(offset, latest.offset <= offset ? latest : known);
      return { line: latest.line, column: offset - latest.lineStart + 1 };
    },
  };
}

/** Text out of bytes, cut between characters. */
function* decoded(chunks: Iterable<Buffer>): Generator<string, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  for (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const whole = wholeCharacters(bytes);
    if (!isUtf8(whole)) {
      yield bytes.toString("utf8", 0, firstInvalid(bytes));
      throw new NotUtf8();
    }
    if (whole.length > 0) yield whole.toString("utf8");
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
