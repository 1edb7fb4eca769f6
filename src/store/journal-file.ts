import { closeSync, constants, fstatSync, fsyncSync, ftruncateSync, openSync } from "node:fs";
import { DomainError } from "../core/errors.ts";
import { applyOwnership, type Ownership, openForReading, privateMode, readRange, writeAll } from "./files.ts";
import { ioError } from "./io-error.ts";
import {
  type ChangeRecord,
  claimedChain,
  decode,
  type Head,
  JournalFault,
  type JournalRecord,
  proveLine,
} from "./journal-format.ts";

/** A whole record and where it lies. */
export interface PlacedRecord {
  readonly record: JournalRecord;
  /** Offset after its last line. */
  readonly end: number;
  readonly chain: string;
}

/** The end of a journal, back to a given serial. */
export interface JournalTail {
  /** The last record. */
  readonly last: Head;
  /** The newest record at or before the serial that was asked for; undefined where the journal begins after it. */
  readonly at: Head | undefined;
  /** What changed after that serial, oldest first; empty where `at` is undefined. */
  readonly since: readonly ChangeRecord[];
  readonly chain: string;
  /** Offset after the last whole record; whatever follows was never committed. */
  readonly end: number;
  readonly size: number;
}

interface PlacedLine {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

const chunkSize = 256 * 1024;
const newline = 0x0a;

/** A journal opened for reading. The caller closes it. */
export interface OpenJournal {
  readonly fd: number;
  readonly shown: string;
  readonly size: number;
}

/** Opens a journal, or undefined where there is none. Throws as openForReading does. */
export function openJournal(path: string, shown: string): OpenJournal | undefined {
  const fd = openForReading(path, shown, true);
  return fd === undefined ? undefined : { fd, shown, size: fstatSync(fd).size };
}

/**
 * Every whole record from the beginning, oldest first, each proven by the chain. Ends before a record that was never
 * committed. Throws `store-damaged`, naming the line, for anything else.
 */
export function* recordsOf(journal: OpenJournal): Generator<PlacedRecord, void> {
  yield* told(journal, () => provenRecords(linesFrom(journal, 0), journal.size, ""));
}

function* told(
  journal: OpenJournal,
  run: () => Generator<PlacedRecord, void>,
): Generator<PlacedRecord, void> {
  try {
    yield* run();
  } catch (error) {
    throw damagedJournal(journal, error);
  }
}

function* provenRecords(
  lines: Iterable<PlacedLine>,
  size: number,
  previous: string,
): Generator<PlacedRecord, void> {
  let chain = previous;
  let open: { readonly writes: ChangeRecord["writes"][number][]; parts: number } | undefined;
  for (const { bytes, start, end } of lines) {
    if (end === size && bytes.includes(0)) return; // Blocks that never reached the disk: a line that was not committed.
    chain = proveLine(chain, bytes, start);
    const line = decode(bytes, start);
    if (line.type === "begin") open = { writes: [], parts: 0 };
    else if (line.type === "part") {
      if (open === undefined) throw new JournalFault(start, "is a part of a change that never began");
      for (const write of line.writes) open.writes.push(write);
      open.parts++;
    } else if (line.type === "commit") {
      if (open?.parts !== line.parts)
        throw new JournalFault(start, "ends a change that is not there as a whole");
      yield { record: { ...line.record, writes: open.writes } as JournalRecord, end, chain };
      open = undefined;
    } else {
      if (open !== undefined) throw new JournalFault(start, "comes in the middle of another change");
      yield { record: line.record, end, chain };
    }
  }
}

/** Lines with their line feed, from an offset on. What follows the last line feed is left out. */
function* linesFrom({ fd, size }: OpenJournal, from: number): Generator<PlacedLine, void> {
  let rest: Buffer = Buffer.alloc(0);
  let start = from;
  for (let at = from; at < size; ) {
    const chunk = readRange(fd, at, Math.min(size, at + chunkSize));
    if (chunk.length === 0) return;
    at += chunk.length;
    const bytes: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let begin = 0;
    for (let end = bytes.indexOf(newline, rest.length); end !== -1; end = bytes.indexOf(newline, begin)) {
      yield { bytes: bytes.subarray(begin, end), start, end: start + end + 1 - begin };
      start += end + 1 - begin;
      begin = end + 1;
    }
    rest = bytes.subarray(begin);
  }
}

/**
 * The end of a journal, without reading what lies before the given serial: each line is proven by the one before it.
 * Returns undefined for a journal without a whole record. Throws `store-damaged` naming the line.
 */
export function readTail(journal: OpenJournal, serial: number): JournalTail | undefined {
  try {
    for (let window = chunkSize; ; window *= 4) {
      const tail = tailWithin(journal, Math.max(0, journal.size - window), serial);
      if (tail !== "further back") return tail;
    }
  } catch (error) {
    throw damagedJournal(journal, error);
  }
}

/** A line that ends a record, in the window at the end of a journal. */
interface Closing extends PlacedLine {
  readonly head: Head;
  readonly previous: string;
}

function tailWithin(
  journal: OpenJournal,
  from: number,
  serial: number,
): JournalTail | "further back" | undefined {
  const bytes = readRange(journal.fd, from, journal.size);
  let last: Closing | undefined;
  let at: Closing | undefined;
  for (let end = bytes.lastIndexOf(newline); end !== -1; ) {
    const begin = end === 0 ? 0 : bytes.lastIndexOf(newline, end - 1) + 1;
    if (begin === 0 && from > 0) return "further back";
    const line = { bytes: bytes.subarray(begin, end), start: from + begin, end: from + end + 1 };
    const torn = line.end === journal.size && line.bytes.includes(0);
    const previous = begin === 0 ? "" : previousChain(bytes, begin, from);
    if (previous === undefined) return "further back";
    const head = torn ? undefined : closingHead(line);
    if (head !== undefined) {
      last ??= { ...line, head, previous };
      at = { ...line, head, previous };
      if (head.serial <= serial) break;
    }
    end = begin - 1;
  }
  if (last === undefined || at === undefined) return undefined;
  const reached = at.head.serial <= serial;
  const chain = proveLine(at.previous, at.bytes, at.start);
  const since = reached ? [...provenRecords(linesWithin(bytes, from, at.end), journal.size, chain)] : [];
  return {
    last: last.head,
    at: reached ? at.head : undefined,
    since: since.map(({ record }) => record as ChangeRecord),
    chain: since.at(-1)?.chain ?? (reached ? chain : proveLine(last.previous, last.bytes, last.start)),
    end: last.end,
    size: journal.size,
  };
}

/** The chain of the line before the one that begins at this place; undefined where the window cuts it off. */
function previousChain(bytes: Buffer, begin: number, from: number): string | undefined {
  const start = begin < 2 ? 0 : bytes.lastIndexOf(newline, begin - 2) + 1;
  const line = bytes.subarray(start, begin - 1);
  if (start === 0 && from > 0 && line.length < 100) return undefined;
  return claimedChain(line) ?? "";
}

function closingHead(line: PlacedLine): Head | undefined {
  // A part can be large: its first bytes tell that it closes nothing.
  const start = line.bytes.subarray(0, 8).toString("latin1");
  if (start.startsWith('{"part":') || start.startsWith('{"begin"')) return undefined;
  const decoded = decode(line.bytes, line.start);
  return decoded.type === "record" || decoded.type === "commit" ? decoded.record.head : undefined;
}

function* linesWithin(bytes: Buffer, from: number, start: number): Generator<PlacedLine, void> {
  for (let begin = start - from; ; ) {
    const end = bytes.indexOf(newline, begin);
    if (end === -1) return;
    yield { bytes: bytes.subarray(begin, end), start: from + begin, end: from + end + 1 };
    begin = end + 1;
  }
}

/** A fault as a refusal with the number of its line. Anything else stays what it is. */
export function damagedJournal(journal: OpenJournal, error: unknown): unknown {
  if (!(error instanceof JournalFault)) return error;
  const line = lineNumber(journal, error.offset);
  return new DomainError("store-damaged", `\`${journal.shown}\` line ${line} ${error.message}`, {
    hint: {
      say: "pchat can go on from the newest state that it can prove, and keeps the damaged file",
      commands: [["test-store"], ["repair-store"]],
    },
    details: { file: journal.shown, faults: [{ path: "", line, column: 1, reason: error.message }] },
  });
}

function lineNumber({ fd }: OpenJournal, offset: number): number {
  let line = 1;
  for (let at = 0; at < offset; ) {
    const chunk = readRange(fd, at, Math.min(offset, at + chunkSize));
    if (chunk.length === 0) break;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, end + 1)) line++;
    at += chunk.length;
  }
  return line;
}

/**
 * Appends lines after the last whole record, and returns when they are on disk: from then on the change is kept.
 * What was never committed is cut off first. Where it throws (`write-failed`), the journal is as it was.
 */
export function appendToJournal(
  place: {
    readonly path: string;
    readonly shown: string;
    readonly end: number;
    readonly like: Ownership | undefined;
  },
  chunks: readonly Uint8Array[],
  checkpoint: (step: string) => void,
): void {
  const flags =
    constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  let fd: number | undefined;
  try {
    fd = openSync(place.path, flags, privateMode);
    const { size } = fstatSync(fd);
    if (size === 0 && place.like !== undefined) applyOwnership(fd, place.like);
    if (size > place.end) ftruncateSync(fd, place.end);
    appendOrUndo(fd, place.end, chunks, checkpoint);
  } catch (error) {
    throw ioError("write-failed", place.shown, error);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function appendOrUndo(
  fd: number,
  end: number,
  chunks: readonly Uint8Array[],
  checkpoint: (step: string) => void,
): void {
  try {
    let at = end;
    for (const chunk of chunks) {
      writeAll(fd, chunk, at);
      at += chunk.length;
      checkpoint("journal line written");
    }
    fsyncSync(fd);
  } catch (error) {
    ftruncateSync(fd, end);
    throw error;
  }
}
