import { fstatSync, renameSync } from "node:fs";
import type { Directory, DirectoryContent, Entry, EntryKind, HeldContent } from "../core/directory.ts";
import { DomainError } from "../core/errors.ts";
import { memoryDirectory } from "../core/memory-directory.ts";
import { storedDirectory } from "../core/stored-directory.ts";
import { checksumLength, isChecksum, startChecksum } from "./checksum.ts";
import {
  closeQuietly,
  openForReading,
  ownershipOf,
  putInPlace,
  readRange,
  writeAll,
  writeTemporary,
} from "./files.ts";
import { keepFile } from "./kept-file.ts";
import { pendingDirectory, type StorePaths, shownPath } from "./store-paths.ts";

/** What the first lines of a directory file say of it. */
export interface DirectoryHead {
  readonly schemaVersion: number;
  readonly hash: string;
  readonly date: string;
  readonly counts: Readonly<Record<EntryKind, number>>;
}

const start = '"entries": [\n';
const longestHead = 4096;
const chunkSize = 1024 * 1024;
const together = 500;

/** Checksum of a directory: over its entries as its file has them, one a line. */
export function directoryChecksum(content: DirectoryContent): string {
  const sum = entriesChecksum();
  for (const texts of severalTexts(content)) sum.add(texts);
  return sum.digest();
}

/** The entries as text, some at a time: all of them would take as much memory as the directory once more. */
function* severalTexts(content: DirectoryContent): Iterable<readonly Uint8Array[]> {
  let texts: Uint8Array[] = [];
  for (const text of content.stored?.texts() ?? textsOf(content)) {
    texts.push(text);
    if (texts.length < together) continue;
    yield texts;
    texts = [];
  }
  if (texts.length > 0) yield texts;
}

function* textsOf({ entries }: DirectoryContent): Iterable<Uint8Array> {
  for (const entry of entries) yield Buffer.from(JSON.stringify(entry));
}

function entriesChecksum() {
  const sum = startChecksum();
  let isFirst = true;
  return {
    add: (texts: readonly Uint8Array[]): void => {
      sum.update(joined(texts, "\n", isFirst));
      isFirst = false;
    },
    digest: (): string => sum.digest("hex"),
  };
}

/** Texts with something between them, and before them unless they are the first. */
function joined(texts: readonly Uint8Array[], between: string, areFirst: boolean): Buffer {
  const separator = Buffer.from(between);
  const parts = texts.flatMap((text) => [separator, text]);
  return Buffer.concat(areFirst ? parts.slice(1) : parts);
}

/**
 * Writes a directory to a file of its own, on disk before it returns, where no reader looks until the journal names
 * its checksum. Returns the checksum.
 */
export function writePendingDirectory(paths: StorePaths, content: DirectoryContent, date: string): string {
  const sum = entriesChecksum();
  const counts = content.stored?.counts ?? countKinds(content);
  const headWith = (hash: string): Buffer => headText({ schemaVersion: 1, hash, date, counts });
  let hash = "";
  // Under the name of the directory, so that what a killed process leaves is recognised.
  const temporary = writeTemporary(
    paths.directory,
    directoryChunks(headWith("0".repeat(checksumLength)), content, sum.add),
    ownershipOf(paths.file),
    true,
    (fd) => {
      hash = sum.digest();
      writeAll(fd, headWith(hash), 0);
    },
  );
  putInPlace(temporary, pendingDirectory(paths, hash));
  return hash;
}

function headText(head: DirectoryHead): Buffer {
  const fields = Object.entries(head).map(
    ([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)},\n`,
  );
  return Buffer.from(`{\n${fields.join("")}${start}`);
}

function* directoryChunks(
  head: Buffer,
  content: DirectoryContent,
  visit: (texts: readonly Uint8Array[]) => void,
): Iterable<Uint8Array> {
  yield head;
  let isFirst = true;
  for (const texts of severalTexts(content)) {
    visit(texts);
    yield joined(texts, ",\n", isFirst);
    isFirst = false;
  }
  yield Buffer.from(isFirst ? "]\n}\n" : "\n]\n}\n");
}

function countKinds({ entries }: DirectoryContent): DirectoryHead["counts"] {
  const counts = { user: 0, group: 0, container: 0, domain: 0, resource: 0 };
  for (const { kind } of entries) counts[kind]++;
  return counts;
}

/** Puts a directory whose change is committed in its place. Does nothing where it is there already. */
export function settleDirectory(paths: StorePaths, hash: string): void {
  const pending = pendingDirectory(paths, hash);
  if (ownershipOf(pending) !== undefined) renameSync(pending, paths.directory);
}

/** A directory of at most so many bytes is held in memory as a whole. */
const usuallyHeld = 256 * 1024 * 1024;

/**
 * The directory with this checksum: the one in place, or one that was committed but is not in place yet. Of one of more
 * than `mostHeld` bytes each entry is read when it is asked for. Throws `store-damaged`, naming the checksum that is
 * there and the one that should be, where no file holds it; `store-stale` where another was imported since, as
 * `isPresent` tells.
 */
export function readDirectory(
  paths: StorePaths,
  hash: string,
  isPresent: () => boolean,
  mostHeld = usuallyHeld,
): Directory {
  for (const path of [paths.directory, pendingDirectory(paths, hash)]) {
    const shown = shownPath(paths, path);
    if (readDirectoryHead(path, shown)?.hash !== hash) continue;
    const large = openLargeDirectory(path, shown, hash, mostHeld);
    if (large !== undefined) return large;
    const { content, date } = parseDirectory(path, shown, hash);
    return memoryDirectory(content, { date, hash });
  }
  if (isPresent()) throw missingDirectory(paths, hash);
  throw new DomainError("store-stale", "the directory was replaced while this command read the store", {
    hint: { say: "run it again" },
  });
}

/** A directory whose file stays open, once it is proven; undefined for one that may be held. */
function openLargeDirectory(
  path: string,
  shown: string,
  hash: string,
  mostHeld: number,
): Directory | undefined {
  const fd = openForReading(path, shown, true);
  if (fd === undefined) return undefined;
  const file = keepFile(fd, path, shown, true);
  let isUsed = false;
  try {
    if (fstatSync(fd).size <= mostHeld) return undefined;
    const [offsets, lengths]: [number[], number[]] = [[], []];
    const date = readOpenEntries(file, shown, hash, (_, { offset, length }) => {
      offsets.push(offset);
      lengths.push(length);
    });
    isUsed = true;
    const read = (ordinal: number): Entry => {
      const from = offsets[ordinal]!;
      const line = readRange(file.fd, from, from + lengths[ordinal]!);
      return JSON.parse(line.toString("utf8")) as Entry;
    };
    return storedDirectory({ [Symbol.iterator]: () => entriesIn(file)[Symbol.iterator]() }, read, {
      date,
      hash,
    });
  } finally {
    if (!isUsed) file.close();
  }
}

/** What the file of a directory says at its beginning; undefined where there is none or it is something else. */
export function readDirectoryHead(path: string, shown: string): DirectoryHead | undefined {
  const fd = openForReading(path, shown, true);
  if (fd === undefined) return undefined;
  try {
    return headOf(readRange(fd, 0, longestHead))?.head;
  } finally {
    closeQuietly(fd);
  }
}

function headOf(bytes: Buffer): { readonly head: DirectoryHead; readonly length: number } | undefined {
  const at = bytes.indexOf(start);
  if (at === -1) return undefined;
  try {
    const head = JSON.parse(
      `${bytes.subarray(0, at).toString("utf8").trimEnd().replace(/,$/, "")}}`,
    ) as DirectoryHead;
    const isHead = head.schemaVersion === 1 && isChecksum(head.hash) && typeof head.date === "string";
    return isHead ? { head, length: at + start.length } : undefined;
  } catch {
    return undefined;
  }
}

/** The entries of a directory file. Throws `store-damaged` where they are not what its checksum says. */
export function parseDirectory(
  path: string,
  shown: string,
  hash: string,
): { readonly content: HeldContent; readonly date: string } {
  const entries: Entry[] = [];
  const date = readEntries(path, shown, hash, (entry) => entries.push(entry));
  return { content: { entries }, date };
}

/** The same for a file that is open, though another may be in its place by now. */
export function parseOpenDirectory(file: { readonly fd: number }, shown: string, hash: string): HeldContent {
  const entries: Entry[] = [];
  readOpenEntries(file, shown, hash, (entry) => entries.push(entry));
  return { entries };
}

/** Reads an open directory file, which may be a part of another that begins `from` there, as readEntries does. */
export function readOpenEntries(
  file: { readonly fd: number; readonly from?: number } | undefined,
  shown: string,
  hash: string,
  visit: (entry: Entry, place: EntryPlace) => void,
): string {
  const from = file?.from ?? 0;
  const found = file === undefined ? undefined : headOf(readRange(file.fd, from, from + longestHead));
  if (file === undefined || found === undefined) throw damagedDirectory(shown, "is not a directory file");
  if (visitEntries(file, from + found.length, shown, visit) === hash) return found.head.date;
  throw damagedDirectory(shown, "its entries are not those of its checksum");
}

/** Where an entry's text lies in its file, in bytes. */
export interface EntryPlace {
  readonly offset: number;
  readonly length: number;
}

/**
 * Reads a directory file entry by entry. Returns when it was read in. Throws `store-damaged` where the entries are not
 * what the checksum says, which is known only after the last.
 */
export function readEntries(
  path: string,
  shown: string,
  hash: string,
  visit: (entry: Entry, place: EntryPlace) => void,
): string {
  const fd = openForReading(path, shown, true);
  try {
    return readOpenEntries(fd === undefined ? undefined : { fd }, shown, hash, visit);
  } finally {
    if (fd !== undefined) closeQuietly(fd);
  }
}

function visitEntries(
  file: { readonly fd: number },
  from: number,
  shown: string,
  visit: (entry: Entry, place: EntryPlace) => void,
): string {
  const sum = startChecksum();
  let count = 0;
  for (const { line, offset } of entryLines(file, from)) {
    sum.update(count++ === 0 ? "" : "\n").update(line);
    visit(parseEntry(line, shown, count), { offset, length: line.length });
  }
  return sum.digest("hex");
}

function parseEntry(line: Buffer, shown: string, number: number): Entry {
  try {
    return JSON.parse(line.toString("utf8")) as Entry;
  } catch {
    throw damagedDirectory(shown, `entry ${number} is not JSON`);
  }
}

/** The entries of an open directory file, one after the other; none where it is something else. */
export function* entriesIn(file: { readonly fd: number }): Iterable<Entry> {
  const found = headOf(readRange(file.fd, 0, longestHead));
  if (found === undefined) return;
  for (const { line } of entryLines(file, found.length)) yield JSON.parse(line.toString("utf8")) as Entry;
}

/** The texts of entries. The whole of a large directory would fit neither into one string nor into one buffer. */
function* entryLines(
  file: { readonly fd: number },
  from: number,
): Iterable<{ readonly line: Buffer; readonly offset: number }> {
  const comma = 0x2c;
  let rest: Buffer = Buffer.alloc(0);
  let offset = from;
  for (let at = from; ; ) {
    const chunk = readRange(file.fd, at, at + chunkSize);
    if (chunk.length === 0) return;
    at += chunk.length;
    const bytes: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let begin = 0;
    for (let end = bytes.indexOf("\n", rest.length); end !== -1; end = bytes.indexOf("\n", begin)) {
      if (bytes[begin] !== 0x7b) return;
      yield { line: bytes.subarray(begin, bytes[end - 1] === comma ? end - 1 : end), offset };
      offset += end + 1 - begin;
      begin = end + 1;
    }
    rest = bytes.subarray(begin);
  }
}

const again = {
  say: "import the directory again, or put the file back",
  commands: [["import-directory", "<file>"]],
};

function damagedDirectory(shown: string, reason: string): DomainError {
  return new DomainError("store-damaged", `\`${shown}\`: ${reason}`, {
    hint: again,
    details: { file: shown, reason },
  });
}

function missingDirectory(paths: StorePaths, wanted: string): DomainError {
  const shown = shownPath(paths, paths.directory);
  const found = readDirectoryHead(paths.directory, shown)?.hash ?? null;
  const message =
    found === null
      ? `\`${shown}\` is missing or no directory file; the store needs the directory ${wanted.slice(0, 12)}`
      : `\`${shown}\` is the directory ${found.slice(0, 12)}, and the store needs ${wanted.slice(0, 12)}`;
  return new DomainError("store-damaged", message, { hint: again, details: { file: shown, found, wanted } });
}
