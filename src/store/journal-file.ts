import { closeSync, constants, fstatSync, fsyncSync, ftruncateSync, openSync } from "node:fs";
import { DomainError } from "../core/errors.ts";
import { ioError } from "../core/io-error.ts";
import type { Write } from "../core/state.ts";
import { applyOwnership, type Ownership, openForReading, privateMode, readRange, writeAll } from "./files.ts";
import {
  type ChangeRecord,
  claimedChain,
  decode,
  decodePlaced,
  type Head,
  JournalFault,
  type JournalRecord,
  type Line,
  type PlacedWrite,
  proveLine,
} from "./journal-format.ts";
import { type KeptFile, keepFile } from "./kept-file.ts";

/** A whole record and where it ends. */
export interface PlacedRecord<W = Write> {
  readonly record: JournalRecord<W>;
  /** Offset after its last line. */
  readonly end: number;
  readonly chain: string;
}

/** The end of a journal, back to a given serial. */
export interface JournalTail {
  /** The last record. */
  readonly last: Head;
  /** The newest record that reaches back as far as was asked for; undefined where none does. */
  readonly at: Head | undefined;
  /** What changed after it, oldest first; empty where `at` is undefined. */
  readonly since: readonly ChangeRecord[];
  /** Offset after `at`; the end where that is undefined. */
  readonly from: number;
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

/** The same for a journal that stays open for as long as anybody reads objects in it; it may be closed before. */
export function keepJournal(
  path: string,
  shown: string,
): (OpenJournal & Pick<KeptFile, "close">) | undefined {
  const journal = openJournal(path, shown);
  if (journal === undefined) return undefined;
  const kept = keepFile(journal.fd, path, shown, true);
  return {
    get fd() {
      return kept.fd;
    },
    shown,
    size: journal.size,
    close: kept.close,
  };
}

/**
 * Every whole record from the beginning, oldest first, each proven by the chain. Ends before a record that was never
 * committed. Throws `store-damaged`, naming the line, for anything else.
 */
export const recordsOf = (journal: OpenJournal): Generator<PlacedRecord, void> => keptRecords(journal, asIs);

const asIs = (write: Write): Write => write;

/** A record of which the writes stay in the journal, each with its place there. */
export interface OutlinedRecord extends PlacedRecord {
  readonly writes: readonly PlacedWrite[];
}

/** The same with the places of the writes alone: their objects may be too many to hold. */
export function* outlinesOf(journal: OpenJournal): Generator<OutlinedRecord, void> {
  let writes: PlacedWrite[] = [];
  const read: Decode = ({ bytes, start }) => {
    const line = decodePlaced(bytes, start, ({ place: { offset, length }, ...write }) =>
      writes.push({ ...write, place: { offset: start + offset, length } }),
    );
    if (line.type === "begin") writes = [];
    return line;
  };
  for (const placed of keptRecords(journal, asIs, read)) {
    yield { ...placed, writes };
    writes = [];
  }
}

/** The same with no more of each write than `keep` takes of it: one record may have more than memory should hold. */
export function* keptRecords<W>(
  journal: OpenJournal,
  keep: (write: Write) => W,
  read: Decode = decodeLine,
): Generator<PlacedRecord<W>, void> {
  try {
    yield* provenRecords(linesFrom(journal, 0), journal.size, "", keep, read);
  } catch (error) {
    throw damagedJournal(journal, error);
  }
}

/** Reads what a line says. Throws JournalFault. */
type Decode = (line: PlacedLine) => Line;

const decodeLine: Decode = ({ bytes, start }) => decode(bytes, start);

/** Reads each line at most once. */
function decodingOnce(): Decode {
  const known = new Map<number, Line>();
  return (line) => {
    const found = known.get(line.start) ?? decodeLine(line);
    known.set(line.start, found);
    return found;
  };
}

function* provenRecords<W>(
  lines: Iterable<PlacedLine>,
  size: number,
  previous: string,
  keep: (write: Write) => W,
  read: Decode = decodeLine,
): Generator<PlacedRecord<W>, void> {
  const assembly = createAssembly(keep);
  let chain = previous;
  for (const line of lines) {
    if (isUnwritten(line, size)) return;
    chain = proveLine(chain, line.bytes, line.start);
    const record = assembly.add(read(line), line.start);
    if (record !== undefined) yield { record, end: line.end, chain };
  }
}

/** A last line with blocks that never reached the disk was never committed. */
const isUnwritten = ({ bytes, end }: PlacedLine, size: number): boolean => end === size && bytes.includes(0);

/** Puts the lines of large records together. */
function createAssembly<W>(keep: (write: Write) => W): {
  add(line: Line, offset: number): JournalRecord<W> | undefined;
} {
  let parts: (readonly W[])[] | undefined;
  const inside = (offset: number, reason: string): (readonly W[])[] => {
    if (parts === undefined) throw new JournalFault(offset, reason);
    return parts;
  };
  return {
    add: (line, offset) => {
      switch (line.type) {
        case "begin":
          parts = [];
          return undefined;
        case "part":
          inside(offset, "is a part of a change that never began").push(line.writes.map(keep));
          return undefined;
        case "commit": {
          const whole = inside(offset, "ends a change that never began");
          if (whole.length !== line.parts)
            throw new JournalFault(offset, "ends a change of which parts are missing");
          parts = undefined;
          return { ...line.record, writes: whole.flat() } as JournalRecord<W>;
        }
        default:
          if (parts !== undefined) throw new JournalFault(offset, "comes in the middle of another change");
          return { ...line.record, writes: line.record.writes.map(keep) };
      }
    },
  };
}

/** Lines with their line feed, from an offset on. What follows the last line feed is left out. */
export function* linesFrom(
  { fd, size }: Pick<OpenJournal, "fd" | "size">,
  from: number,
): Generator<PlacedLine, void> {
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
 * The end of a journal, without reading what lies before the newest record that `reaches` takes: each line is proven
 * by the one before it. Returns undefined for a journal without a whole record. Throws `store-damaged` naming the line.
 */
export function readTail(journal: OpenJournal, reaches: (head: Head) => boolean): JournalTail | undefined {
  try {
    for (let window = chunkSize; ; window *= 4) {
      const tail = tailWithin(journal, Math.max(0, journal.size - window), reaches);
      if (tail !== "further back") return tail;
    }
  } catch (error) {
    throw damagedJournal(journal, error);
  }
}

/** A line that ends a record, in the window at the end of a journal. */
interface Closing extends PlacedLine {
  readonly head: Head;
}

function tailWithin(
  journal: OpenJournal,
  from: number,
  reaches: (head: Head) => boolean,
): JournalTail | "further back" | undefined {
  const bytes = readRange(journal.fd, from, journal.size);
  const read = decodingOnce();
  const closings = closingsBack(journal, linesBack(bytes, from), reaches, read);
  if (closings === "further back") return closings;
  const [last, at] = [closings[0], closings.at(-1)];
  if (last === undefined || at === undefined) return undefined;
  const tail = { last: last.head, end: last.end, size: journal.size };
  const isReached = reaches(at.head);
  const first = isReached ? at : last;
  const previous = previousChain(bytes, first.start - from, from);
  if (previous === undefined) return "further back";
  const chain = proveLine(previous, first.bytes, first.start);
  if (!isReached) return { ...tail, at: undefined, since: [], from: last.end, chain };
  const since = [...provenRecords(linesWithin(bytes, from, at.end), journal.size, chain, asIs, read)];
  return {
    ...tail,
    at: at.head,
    since: since.map(({ record }) => record as ChangeRecord),
    from: at.end,
    chain: since.at(-1)?.chain ?? chain,
  };
}

/** Lines that end a record, newest first, back to the first that is far enough. */
function closingsBack(
  journal: OpenJournal,
  lines: ReturnType<typeof linesBack>,
  reaches: (head: Head) => boolean,
  read: Decode,
): Closing[] | "further back" {
  const found: Closing[] = [];
  for (const line of lines) {
    if (line === "further back") return line;
    const head = isUnwritten(line, journal.size) ? undefined : closingHead(line, read);
    if (head === undefined) continue;
    found.push({ ...line, head });
    if (reaches(head)) break;
  }
  return found;
}

/** Lines of a window, last first, until the window cuts one off. */
function* linesBack(bytes: Buffer, from: number): Generator<PlacedLine | "further back", void> {
  const last = bytes.lastIndexOf(newline);
  // All of the window can lie within a line that a killed writer did not finish.
  if (last === -1 && from > 0) yield "further back";
  for (let end = last; end !== -1; ) {
    const begin = end === 0 ? 0 : bytes.lastIndexOf(newline, end - 1) + 1;
    if (begin === 0 && from > 0) yield "further back";
    else yield { bytes: bytes.subarray(begin, end), start: from + begin, end: from + end + 1 };
    end = begin - 1;
  }
}

/** The chain of the line before the one that begins at this place; undefined where the window cuts it off. */
function previousChain(bytes: Buffer, begin: number, from: number): string | undefined {
  if (begin === 0) return from === 0 ? "" : undefined;
  const start = begin < 2 ? 0 : bytes.lastIndexOf(newline, begin - 2) + 1;
  const isCut = start === 0 && from > 0 && begin < 100;
  return isCut ? undefined : (claimedChain(bytes.subarray(start, begin - 1)) ?? "");
}

function closingHead(line: PlacedLine, read: Decode): Head | undefined {
  // A part can be large: its first bytes tell that it closes nothing.
  const start = line.bytes.subarray(0, 8).toString("latin1");
  if (start.startsWith('{"part":') || start.startsWith('{"begin"')) return undefined;
  const decoded = read(line);
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
  chunks: Iterable<Uint8Array>,
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
  chunks: Iterable<Uint8Array>,
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
