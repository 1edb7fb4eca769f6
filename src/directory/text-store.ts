/** Texts of an import that are needed again later, kept in a file of no name where they are many. */
import { temporaryFile } from "../text/temporary-file.ts";

export interface TextStore {
  /** How many texts there are. */
  readonly count: number;
  /** Whether there are so few that no file is needed. */
  readonly isSmall: boolean;
  /** Adds a text and returns its ordinal, from 0. Throws `write-failed`. */
  add(text: string): number;
  /** Throws `read-failed`, as `texts` does. */
  read(ordinal: number): string;
  /** All of them in order, in UTF-8. */
  texts(): Iterable<Buffer>;
  /** Gives the file back. Nothing can be read afterwards. */
  close(): void;
}

/** Bytes that are held before a file is made, and written to it at one go. */
const blockSize = 4 * 1024 * 1024;
/** Bytes that a walk reads at one go. */
const windowSize = 1024 * 1024;

/** A store without texts. */
export function createTextStore(): TextStore {
  const file = temporaryFile();
  const ends: number[] = [0];
  let block = Buffer.allocUnsafe(64 * 1024);
  let filled = 0;
  let written = 0;
  const flush = (): void => {
    file.write(block.subarray(0, filled), written);
    written += filled;
    filled = 0;
  };
  const room = (length: number): void => {
    if (filled + length <= block.length) return;
    const wanted = Math.max(block.length * 2, filled + length);
    if (wanted > blockSize && filled > 0) flush();
    if (length <= block.length && filled === 0) return;
    const larger = Buffer.allocUnsafe(Math.max(Math.min(wanted, blockSize), filled + length));
    block.copy(larger, 0, 0, filled);
    block = larger;
  };
  const range = (from: number, to: number): Buffer => {
    if (from >= written) return Buffer.from(block.subarray(from - written, to - written));
    return file.read(from, to);
  };
  const store: TextStore = {
    get count() {
      return ends.length - 1;
    },
    get isSmall() {
      return written === 0;
    },
    add: (text) => {
      const most = text.length * 3;
      room(most);
      const length = block.write(text, filled, "utf8");
      filled += length;
      return ends.push(written + filled) - 2;
    },
    read: (ordinal) => range(ends[ordinal]!, ends[ordinal + 1]!).toString("utf8"),
    *texts() {
      if (filled > 0 && written > 0) flush();
      for (let first = 0; first < store.count; ) {
        let after = first + 1;
        while (after < store.count && ends[after + 1]! - ends[first]! <= windowSize) after++;
        const window = range(ends[first]!, ends[after]!);
        for (; first < after; first++) {
          const from = window.length - (ends[after]! - ends[first]!);
          yield window.subarray(from, from + ends[first + 1]! - ends[first]!);
        }
      }
    },
    close: file.close,
  };
  return store;
}
