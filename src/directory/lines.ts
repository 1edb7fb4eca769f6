/** Bytes of a text file, in pieces of any size, to unfolded lines: what LDIF (RFC 2849) is made of. */
import { StringDecoder } from "node:string_decoder";

/** A line after unfolding, without its line end. Bytes, because a fold may split a character. */
export interface Line {
  readonly bytes: Buffer;
  /** Number of its first physical line, from 1. */
  readonly number: number;
}

export interface LineReader {
  /** The lines that are complete with these bytes. */
  push(chunk: Uint8Array): Iterable<Line>;
  /** What remains at the end of the file, whose last line end may be missing. */
  end(): Iterable<Line>;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;

/** Longest unfolded line. Photographs in base64 stay below it; a file that is no text at all does not. */
export const longestLine = 16 * 1024 * 1024;

/**
 * A reader of folded lines: a line that begins with a space continues the one before (RFC 2849 note 2), whatever
 * that is. Nothing continues an empty line. Accepts LF and CRLF; UTF-8 with or without a byte order mark; UTF-16
 * of either order, as `ldifde -u` writes. Lines come out as UTF-8; a broken UTF-16 character as the byte FF, which
 * is not UTF-8 either. A line longer than `longestLine` comes out in pieces of more than that size.
 */
export function lineReader(): LineReader {
  const toUtf8 = utf8Converter();
  let rest: Buffer = Buffer.alloc(0);
  let number = 1;

  function* lines(more: Buffer, atEnd: boolean): Generator<Line> {
    const data = rest.length === 0 ? more : Buffer.concat([rest, more]);
    let start = 0;
    while (start < data.length) {
      const found = unfold(data, start, atEnd);
      if (found === undefined) break;
      yield { bytes: found.bytes, number };
      number += found.physicalLines;
      start = found.next;
    }
    rest = data.subarray(start);
  }

  return {
    push: (chunk) => lines(toUtf8.push(chunk), false),
    *end() {
      yield* lines(toUtf8.end(), true);
    },
  };
}

interface Unfolded {
  readonly bytes: Buffer;
  readonly physicalLines: number;
  readonly next: number;
}

/** The unfolded line at `start`, or undefined while its end may lie in bytes to come. */
function unfold(data: Buffer, start: number, atEnd: boolean): Unfolded | undefined {
  const pieces: Buffer[] = [];
  for (let from = start; ; ) {
    const end = data.indexOf(lineFeed, from);
    const next = end < 0 ? data.length : end + 1;
    if (next === data.length && !atEnd && next - start <= longestLine) return undefined;
    pieces.push(withoutCarriageReturn(data, from, end < 0 ? data.length : end));
    if (data[next] !== space || pieces[0]!.length === 0)
      return { bytes: joined(pieces), physicalLines: pieces.length, next };
    from = next + 1;
  }
}

const joined = (pieces: readonly Buffer[]): Buffer =>
  pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);

const withoutCarriageReturn = (data: Buffer, from: number, end: number): Buffer =>
  data.subarray(from, end > from && data[end - 1] === carriageReturn ? end - 1 : end);

interface Converter {
  push(chunk: Uint8Array): Buffer;
  end(): Buffer;
}

/** Finds the encoding from the first four bytes and converts to UTF-8 without a byte order mark. */
function utf8Converter(): Converter {
  let head: Buffer = Buffer.alloc(0);
  let chosen: Converter | undefined;
  const choose = (): Buffer => {
    const { converter, skip } = encodingOf(head);
    chosen = converter;
    return chosen.push(head.subarray(skip));
  };
  return {
    push(chunk) {
      if (chosen !== undefined) return chosen.push(chunk);
      head = Buffer.concat([head, chunk]);
      return head.length < 4 ? Buffer.alloc(0) : choose();
    },
    end() {
      const first = chosen === undefined ? choose() : Buffer.alloc(0);
      return Buffer.concat([first, chosen?.end() ?? Buffer.alloc(0)]);
    },
  };
}

/** By byte order mark; without one, UTF-16 shows by the zero byte in its first (ASCII) character. */
function encodingOf(head: Buffer): { converter: Converter; skip: number } {
  const [a, b, c] = head;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { converter: asItIs, skip: 3 };
  if (a === 0xff && b === 0xfe) return { converter: utf16("little"), skip: 2 };
  if (a === 0xfe && b === 0xff) return { converter: utf16("big"), skip: 2 };
  if (a !== undefined && a !== 0 && b === 0) return { converter: utf16("little"), skip: 0 };
  if (a === 0 && b !== undefined && b !== 0) return { converter: utf16("big"), skip: 0 };
  return { converter: asItIs, skip: 0 };
}

const asItIs: Converter = {
  push: (chunk) => Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength),
  end: () => Buffer.alloc(0),
};

function utf16(order: "little" | "big"): Converter {
  const decoder = new StringDecoder("utf16le");
  let odd: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      const bytes = Buffer.concat([odd, chunk]);
      const whole = bytes.length - (bytes.length % 2);
      odd = bytes.subarray(whole);
      const units = bytes.subarray(0, whole);
      return encodeUtf8(decoder.write(order === "big" ? units.swap16() : units));
    },
    end: () => Buffer.concat([encodeUtf8(decoder.end()), odd.length === 0 ? odd : broken]),
  };
}

const broken = Buffer.from([0xff]);

function encodeUtf8(text: string): Buffer {
  const pieces = text.split(/\p{Surrogate}/u); // matches only a surrogate that is not one of a pair
  const encoded = pieces.flatMap((piece, at) =>
    at === 0 ? [Buffer.from(piece)] : [broken, Buffer.from(piece)],
  );
  return joined(encoded);
}
