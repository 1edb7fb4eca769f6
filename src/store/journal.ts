import { closeSync, constants, fstatSync, fsyncSync, ftruncateSync, openSync } from "node:fs";
import type { JournalEntry } from "../core/change.ts";
import { DomainError } from "../core/errors.ts";
import { checksum } from "./checksum.ts";
import { readImage, writeAll } from "./files.ts";
import { ioError } from "./io-error.ts";
import type { StorePaths } from "./store-paths.ts";

/** A change as a line of the journal: `file` is the checksum of the JSON file as the change leaves it. */
export interface ChangeLine extends JournalEntry {
  /** The id that the next created object gets. */
  readonly nextId: number;
  readonly file: string;
  readonly chain: string;
}

/** Where a journal begins: a store of this serial and checksum. */
export interface SnapshotLine {
  readonly snapshot: { readonly serial: number; readonly file: string };
  readonly lineage: string;
  readonly chain: string;
}

export type JournalLine = ChangeLine | SnapshotLine;

export interface Journal {
  readonly lines: readonly JournalLine[];
  /** Length of the whole lines, in bytes: what follows is a line that was never finished. */
  readonly length: number;
  readonly isTorn: boolean;
}

export const isChange = (line: JournalLine): line is ChangeLine => "writes" in line;

/** Serial of the store after a line. */
export const serialAfter = (line: JournalLine): number =>
  isChange(line) ? line.serial : line.snapshot.serial;
export const fileAfter = (line: JournalLine): string => (isChange(line) ? line.file : line.snapshot.file);

/**
 * Reads a journal; none is an empty one. A last line without its end was never committed and is left out.
 * Throws `store-damaged`, naming the line, for anything that the chain does not prove.
 */
export function readJournal(paths: StorePaths): Journal {
  const image = readImage(paths.journal, paths.journal, true);
  if (image === undefined) return { lines: [], length: 0, isTorn: false };
  const length = image.bytes.lastIndexOf(0x0a) + 1;
  const texts = image.bytes.subarray(0, length).toString("utf8").split("\n").slice(0, -1);
  let previous = "";
  const lines = texts.map((text, at) => {
    const line = parseLine(paths, text, at + 1);
    if (line.chain !== chainOf(previous, line))
      throw damaged(paths, at + 1, "does not follow from the line before it");
    previous = line.chain;
    return line;
  });
  return { lines, length, isTorn: length < image.bytes.length };
}

function parseLine(paths: StorePaths, text: string, number: number): JournalLine {
  try {
    const value = JSON.parse(text) as JournalLine | null;
    if (typeof value === "object" && value !== null && typeof value.chain === "string") return value;
  } catch {
    // Said below, as for any other text that is no line of a journal.
  }
  throw damaged(paths, number, "is not a line of a journal");
}

function damaged(paths: StorePaths, line: number, reason: string): DomainError {
  return new DomainError("store-damaged", `\`${paths.journal}\` line ${line} ${reason}`, {
    hint: {
      say: "put the file back from a backup; or move it away to go on from the JSON file alone, without its history",
    },
    details: { file: paths.journal, line, reason },
  });
}

/** Checksum over the previous line's and this one. */
export function chainOf(previous: string, { chain: _, ...content }: JournalLine): string {
  return checksum(previous, JSON.stringify(content));
}

/** A line with its chain. */
export const chained = <L extends JournalLine>(previous: string, content: Omit<L, "chain">): L =>
  ({
    ...content,
    chain: chainOf(previous, { ...content, chain: "" } as unknown as JournalLine),
  }) as unknown as L;

/** Appends lines after the whole ones, and returns when they are on disk. Throws `write-failed`. */
export function appendLines(paths: StorePaths, journal: Journal, lines: readonly JournalLine[]): void {
  const flags = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
  let fd: number | undefined;
  try {
    fd = openSync(paths.journal, flags, 0o600);
    if (fstatSync(fd).size > journal.length) ftruncateSync(fd, journal.length);
    appendAt(fd, Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join("")), journal.length);
  } catch (error) {
    throw ioError("write-failed", paths.journal, error);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** A full disk must not leave half a line that a later one would be joined to. */
function appendAt(fd: number, bytes: Buffer, at: number): void {
  try {
    writeAll(fd, bytes, at);
    fsyncSync(fd);
  } catch (error) {
    ftruncateSync(fd, at);
    throw error;
  }
}
