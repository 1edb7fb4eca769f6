import { closeSync, openSync, readSync, statSync } from "node:fs";
import { crc32 } from "node:zlib";
import { Inflate } from "fflate";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { DomainError } from "../core/errors.ts";
import { errnoOf, ioError } from "../core/io-error.ts";

/** A zip that was opened; its files are read when asked for. The caller closes it. */
export interface OpenZip {
  readonly names: readonly string[];
  /** A file's text; undefined where there is none. Throws `invalid-file`. */
  text(name: string): string | undefined;
  /** A file's lines that are not empty, read as they are taken. Throws `invalid-file`. */
  lines(name: string): Iterable<string>;
  close(): void;
}

/** Where a file's bytes lie. */
interface Place {
  readonly start: number;
  readonly compressed: number;
  readonly size: number;
  readonly crc: number;
  readonly isDeflated: boolean;
}

/** More than this is no text of an export: it would not fit into one string. */
const longestText = 512 * 1024 * 1024 - 24;
/** No message is longer, however it is escaped. */
const longestLine = 16 * 1024 * 1024;
const chunkSize = 64 * 1024;

/**
 * Opens a zip. Its table of contents is read by yauzl; the bytes are read as they are taken and without waiting, so
 * that messages can go into a store one at a time. Throws `no-file`, `read-failed`, `invalid-file`.
 */
export async function openZip(path: string, shown: string): Promise<OpenZip> {
  const fd = openFile(path, shown);
  try {
    const places = await placesIn(path);
    const bytes = (name: string): Iterable<Uint8Array> => inflated(fd, places.get(name)!, shown, name);
    return {
      names: [...places.keys()],
      text: (name) =>
        places.has(name) ? textOf(bytes(name), places.get(name)!.size, shown, name) : undefined,
      lines: (name) => (places.has(name) ? linesOf(bytes(name), shown, name) : []),
      close: () => closeSync(fd),
    };
  } catch (error) {
    closeSync(fd);
    if (error instanceof DomainError) throw error;
    throw errnoOf(error) === undefined
      ? notZip(shown, (error as Error).message)
      : ioError("read-failed", shown, error);
  }
}

function openFile(path: string, shown: string): number {
  try {
    const found = statSync(path);
    // A pipe would be waited on for ever.
    if (!found.isFile() && !found.isDirectory()) throw notZip(shown, "it is no ordinary file");
    return openSync(path, "r");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errnoOf(error) ?? "")) {
      throw new DomainError("no-file", `there is no file \`${shown}\``, { details: { file: shown } });
    }
    throw ioError("read-failed", shown, error);
  }
}

async function placesIn(path: string): Promise<ReadonlyMap<string, Place>> {
  const zip: ZipFile = await openPromise(path, { lazyEntries: true, autoClose: false });
  try {
    const places = new Map<string, Place>();
    for await (const entry of zip.eachEntry()) {
      if (!entry.fileName.endsWith("/")) places.set(entry.fileName, await placeOf(zip, entry));
    }
    return places;
  } finally {
    zip.close();
  }
}

async function placeOf(zip: ZipFile, entry: Entry): Promise<Place> {
  if (!entry.canDecodeFileData())
    throw new Error(`${entry.fileName} is encrypted or packed in an unknown way`);
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  return {
    start: fileDataStart,
    compressed: entry.compressedSize,
    size: entry.uncompressedSize,
    crc: entry.crc32,
    isDeflated: entry.compressionMethod === 8,
  };
}

/** A file's bytes, checked against the size and the checksum that the zip claims for them. */
function* inflated(fd: number, place: Place, shown: string, name: string): Generator<Uint8Array> {
  let size = 0;
  let sum = 0;
  for (const chunk of place.isDeflated ? inflate(stored(fd, place), shown, name) : stored(fd, place)) {
    size += chunk.length;
    sum = crc32(chunk, sum);
    if (size > place.size) break;
    yield chunk;
  }
  if (size !== place.size || sum !== place.crc) throw notZip(shown, `${name} is damaged`);
}

function* stored(fd: number, { start, compressed }: Place): Generator<Uint8Array> {
  for (let at = 0; at < compressed; ) {
    const bytes = Buffer.allocUnsafe(Math.min(chunkSize, compressed - at));
    const got = readSync(fd, bytes, 0, bytes.length, start + at);
    if (got === 0) return;
    at += got;
    yield bytes.subarray(0, got);
  }
}

function* inflate(chunks: Iterable<Uint8Array>, shown: string, name: string): Generator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const inflater = new Inflate((chunk) => ready.push(chunk));
  try {
    for (const chunk of chunks) {
      inflater.push(chunk);
      yield* ready.splice(0);
    }
    inflater.push(new Uint8Array(0), true);
  } catch (error) {
    throw error instanceof DomainError ? error : notZip(shown, `${name} is damaged`);
  }
  yield* ready.splice(0);
}

function textOf(bytes: Iterable<Uint8Array>, size: number, shown: string, name: string): string {
  if (size > longestText) throw notZip(shown, `${name} is too large`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat([...bytes]));
  } catch (error) {
    throw error instanceof DomainError ? error : notZip(shown, `${name} is not UTF-8`);
  }
}

function* linesOf(bytes: Iterable<Uint8Array>, shown: string, name: string): Generator<string> {
  const decoder = new TextDecoder("utf-8");
  let rest = "";
  for (const chunk of bytes) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop()!;
    if (rest.length > longestLine) throw notZip(shown, `${name} has a line that is too long`);
    for (const part of parts) if (part !== "") yield part;
  }
  if (rest !== "") yield rest;
}

export function notZip(shown: string, reason: string): DomainError {
  return new DomainError("invalid-file", `\`${shown}\` is not an export: ${reason}`, {
    hint: { say: "name a whole zip that export-data or Export-CsPersistentChatData wrote" },
    details: { file: shown, reason },
  });
}
