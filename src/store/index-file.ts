import { readSync } from "node:fs";
import { crc32 } from "node:zlib";
import {
  closeQuietly,
  type Ownership,
  openForReading,
  putInPlace,
  readRange,
  writeTemporary,
} from "./files.ts";
import { type KeptFile, keepFile } from "./kept-file.ts";

/**
 * A file of cells of fixed width, in named sections, that says where things lie in another file. It is derived: it
 * can be deleted at any time, and nothing that it says is taken for true before it is proven.
 *
 * | from                         | what                                                                          |
 * |------------------------------|-------------------------------------------------------------------------------|
 * | 0                            | `PCHATIX1`, length of the head (u32), CRC-32 of the head (u32)                 |
 * | 16                           | the head, as JSON: what is indexed and as of which version, and the sections   |
 * | the next multiple of 4,096   | pages: 4,088 bytes of cells, number of the page (u32), CRC-32 of both (u32)    |
 *
 * Numbers are little-endian. A section begins with a new page; cells do not cross pages. Pages are read one by one
 * as they are needed, and each must have its number and its check: a page that is torn, stale, or of another place
 * is an IndexFault, and the index is as good as none.
 */
export interface IndexContent {
  /** What the index is of: compared by whoever opens it. */
  readonly facts: unknown;
  readonly sections: ReadonlyMap<string, Section>;
}

/** A run of cells. */
export interface Section {
  readonly width: number;
  readonly count: number;
  /** A number of a cell, at an offset in it: of 32 bits, or of 48. Throws IndexFault, as `cell` does. */
  u32(at: number, offset: number): number;
  u48(at: number, offset: number): number;
  /** The bytes of a cell. */
  cell(at: number): Buffer;
}

export class IndexFault extends Error {
  override readonly name = "IndexFault";
}

/** An index opened for reading. */
export interface OpenIndex extends IndexContent {
  close(): void;
}

const magic = "PCHATIX1";
const pageSize = 4096;
const payload = pageSize - 8;
const largestHead = 1024 * 1024;
const mostPages = 4096;

/** Lookups sort 64-bit numbers as the machine has them. */
const isLittleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** Whether indexes can be made on this machine at all. */
export const canIndex = isLittleEndian;

/** A section held in memory. */
export function memorySection(width: number, bytes: Buffer): Section {
  return {
    width,
    count: bytes.length / width,
    u32: (at, offset) => bytes.readUInt32LE(at * width + offset),
    u48: (at, offset) => bytes.readUIntLE(at * width + offset, 6),
    cell: (at) => bytes.subarray(at * width, (at + 1) * width),
  };
}

interface Head {
  readonly facts: unknown;
  readonly sections: readonly { readonly name: string; readonly width: number; readonly count: number }[];
}

/** Opens an index, or undefined where there is none that can be read. Never throws. */
export function openIndex(path: string): OpenIndex | undefined {
  if (!canIndex) return undefined;
  let fd: number | undefined;
  try {
    fd = openForReading(path, path, true);
    if (fd === undefined) return undefined;
    const first = readRange(fd, 0, 4 * pageSize);
    const length = first.toString("latin1", 0, 8) === magic ? first.readUInt32LE(8) : largestHead;
    if (length >= largestHead) throw new IndexFault("no index");
    const end = 16 + length;
    const bytes = (end <= first.length ? first : readRange(fd, 0, end)).subarray(16, end);
    if (bytes.length < length || crc32(bytes) !== first.readUInt32LE(12)) throw new IndexFault("torn head");
    const file = keepFile(fd, path, path, true);
    return openSections(file, JSON.parse(bytes.toString("utf8")) as Head, firstPage(end));
  } catch {
    if (fd !== undefined) closeQuietly(fd);
    return undefined;
  }
}

const firstPage = (end: number): number => Math.ceil(end / pageSize);

function openSections(file: KeptFile, { facts, sections }: Head, first: number): OpenIndex {
  const pages = new Map<number, Buffer>();
  const page = (number: number): Buffer => {
    let bytes = pages.get(number);
    if (bytes === undefined) {
      bytes = readPage(file, first, number);
      // Enough for any one command; a walk through everything must not keep everything.
      if (pages.size >= mostPages) pages.clear();
      pages.set(number, bytes);
    }
    return bytes;
  };
  let at = 0;
  const opened = new Map<string, Section>();
  for (const { name, width, count } of sections) {
    opened.set(name, pagedSection(page, at, width, count));
    at += pagesOf(width, count);
  }
  return { facts, sections: opened, close: file.close };
}

const cellsIn = (width: number): number => Math.floor(payload / width);
const pagesOf = (width: number, count: number): number => Math.ceil(count / cellsIn(width));

function pagedSection(
  page: (number: number) => Buffer,
  first: number,
  width: number,
  count: number,
): Section {
  const each = cellsIn(width);
  const pageWith = (at: number): Buffer => page(first + Math.floor(at / each));
  const placeOf = (at: number): number => (at % each) * width;
  return {
    width,
    count,
    u32: (at, offset) => pageWith(at).readUInt32LE(placeOf(at) + offset),
    u48: (at, offset) => pageWith(at).readUIntLE(placeOf(at) + offset, 6),
    cell: (at) => pageWith(at).subarray(placeOf(at), placeOf(at) + width),
  };
}

function readPage(file: KeptFile, first: number, number: number): Buffer {
  const bytes = Buffer.allocUnsafe(pageSize);
  const got = readSync(openFd(file), bytes, 0, pageSize, (first + number) * pageSize);
  const isSound =
    got === pageSize &&
    bytes.readUInt32LE(payload) === number &&
    bytes.readUInt32LE(payload + 4) === crc32(bytes.subarray(0, payload + 4));
  if (!isSound) throw new IndexFault(`page ${number} is damaged`);
  return bytes;
}

/** What an index is to the file that it should be of. */
export type IndexVerdict = "same" | "differs" | "other";

/** Whether two indexes of one file say the same, cell by cell. */
export function compareSections(a: IndexContent["sections"], b: IndexContent["sections"]): IndexVerdict {
  const isSame = [...b].every(([name, section]) => {
    const other = a.get(name);
    return other !== undefined && sameCells(other, section);
  });
  return isSame && a.size === b.size ? "same" : "differs";
}

function sameCells(a: Section, b: Section): boolean {
  if (a.count !== b.count || a.width !== b.width) return false;
  try {
    for (let at = 0; at < a.count; at++) if (!a.cell(at).equals(b.cell(at))) return false;
    return true;
  } catch (error) {
    if (error instanceof IndexFault) return false;
    throw error;
  }
}

/** An index that was replaced while it was closed is as good as none. */
function openFd(file: KeptFile): number {
  try {
    return file.fd;
  } catch {
    throw new IndexFault("the index was replaced");
  }
}

/**
 * Writes an index in one step. It is not brought to the disk: what a loss of power leaves of it fails its checks.
 * Throws what the file system throws.
 */
export function writeIndex(path: string, content: IndexContent, like: Ownership | undefined): void {
  putInPlace(writeTemporary(path, chunksOf(content), like, false), path);
}

function* chunksOf({ facts, sections }: IndexContent): Iterable<Uint8Array> {
  const listed = [...sections].map(([name, { width, count }]) => ({ name, width, count }));
  const json = Buffer.from(JSON.stringify({ facts, sections: listed } satisfies Head));
  const head = Buffer.alloc(firstPage(16 + json.length) * pageSize);
  head.write(magic, "latin1");
  head.writeUInt32LE(json.length, 8);
  head.writeUInt32LE(crc32(json), 12);
  json.copy(head, 16);
  yield head;
  let number = 0;
  for (const section of sections.values()) {
    const each = cellsIn(section.width);
    for (let at = 0; at < section.count; at += each) yield pageOf(section, at, number++);
  }
}

function pageOf(section: Section, from: number, number: number): Buffer {
  const bytes = Buffer.alloc(pageSize);
  const end = Math.min(section.count, from + cellsIn(section.width));
  for (let at = from; at < end; at++) section.cell(at).copy(bytes, (at - from) * section.width);
  bytes.writeUInt32LE(number, payload);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, payload + 4)), payload + 4);
  return bytes;
}
