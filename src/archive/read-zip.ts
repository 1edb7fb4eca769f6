import { closeSync, openSync, readSync, statSync } from "node:fs";
import { crc32 } from "node:zlib";
import { Inflate } from "fflate";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { DomainError } from "../core/errors.ts";
import { errnoOf, ioError } from "../core/io-error.ts";
import { again } from "../core/sequence.ts";

/** A zip that was opened; its files are read when asked for. The caller closes it. */
export interface OpenZip {
  readonly names: readonly string[];
  has(name: string): boolean;
  /**
   * A file's bytes in pieces, read anew each time as they are taken; none where there is no such file. Throws
   * `invalid-file` at the end where they are not those that the zip claims.
   */
  bytes(name: string): Iterable<Buffer>;
  /** A file's lines that are not empty, read as they are taken. Throws `invalid-file`. */
  lines(name: string): Iterable<string>;
  /** What to say of a file that holds something wrong: that it is damaged, where it is. */
  refusal(name: string, reason: string): DomainError;
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

/** No message is longer, however it is escaped. */
const longestLine = 16 * 1024 * 1024;
/** How much is read at once; what is packed becomes many times as much. */
const packedSize = 64 * 1024;
const plainSize = 1024 * 1024;

/**
 * Opens a zip. Its table of contents is read by yauzl; the bytes are read as they are taken and without waiting, so
 * that messages can go into a store one at a time. Throws `no-file`, `read-failed`, `invalid-file`.
 */
export async function openZip(path: string, shown: string): Promise<OpenZip> {
  const fd = openFile(path, shown);
  try {
    const places = await placesIn(path);
    const bytes = (name: string): Iterable<Buffer> => {
      const place = places.get(name);
      return place === undefined ? [] : again(() => inflated(fd, place, shown, name));
    };
    return {
      names: [...places.keys()],
      has: (name) => places.has(name),
      bytes,
      lines: (name) => linesOf(bytes(name), shown, name),
      refusal: (name, reason) => damageIn(bytes(name)) ?? notZip(shown, reason),
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
function* inflated(fd: number, place: Place, shown: string, name: string): Generator<Buffer> {
  let size = 0;
  let sum = 0;
  for (const chunk of place.isDeflated ? inflate(stored(fd, place), shown, name) : stored(fd, place)) {
    size += chunk.length;
    sum = crc32(chunk, sum);
    if (size > place.size) break;
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
  }
  if (size !== place.size || sum !== place.crc) throw notZip(shown, `${name} is damaged`);
}

function* stored(fd: number, { start, compressed, isDeflated }: Place): Generator<Uint8Array> {
  const chunkSize = isDeflated ? packedSize : plainSize;
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

/** What keeps a file from being read to its end, if anything does. */
function damageIn(bytes: Iterable<Buffer>): DomainError | undefined {
  try {
    for (const _ of bytes);
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

function* linesOf(bytes: Iterable<Buffer>, shown: string, name: string): Generator<string> {
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
