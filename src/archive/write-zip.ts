import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { ZipFile } from "yazl";
import { DomainError } from "../core/errors.ts";
import { errnoOf, ioReason } from "../core/io-error.ts";
import { chunked } from "./chunked.ts";
import type { ArchiveFile } from "./layout.ts";

/**
 * Writes a zip that only its owner may read, whole and on disk before it takes the place of whatever is there. Returns
 * its size in bytes. Throws `write-failed`.
 */
export async function writeZip(
  path: string,
  files: Iterable<ArchiveFile>,
  { time }: { readonly time: string },
): Promise<number> {
  const zip = new ZipFile();
  const mtime = new Date(time);
  const failed = new Promise<never>((_, reject) => zip.on("error", reject));
  // Looked at below; without this a fault before that would end the process.
  failed.catch(() => {});
  const bytes = async (out: FileHandle): Promise<void> => {
    for await (const chunk of zip.outputStream as AsyncIterable<Uint8Array>) await out.write(chunk);
  };
  for (const { name, text } of files) {
    // A stream is made when its turn comes: there may be a file for each of many rooms.
    zip.addReadStreamLazy(name, { mtime, mode: 0o600 }, (give) => {
      const stream = Readable.from(text, { objectMode: false });
      stream.on("error", (error) => zip.emit("error", error));
      give(null, stream);
    });
  }
  zip.end();
  return writeWhole(path, (out) => Promise.race([bytes(out), failed]));
}

/** Writes a text file in the place of whatever is there, readable by its owner alone. Throws as writeZip does. */
export async function writeText(path: string, text: Iterable<string>): Promise<void> {
  await writeWhole(path, async (out) => {
    for (const chunk of chunked(text)) await out.write(chunk);
  });
}

async function writeWhole(path: string, write: (out: FileHandle) => Promise<void>): Promise<number> {
  const temporary = join(dirname(path), `.${basename(path)}.pchat-tmp-${randomBytes(6).toString("hex")}`);
  try {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
    const out = await open(temporary, flags, 0o600);
    try {
      await write(out);
      await out.sync();
      await rename(temporary, path);
      return (await out.stat()).size;
    } finally {
      await out.close();
    }
  } catch (error) {
    await rm(temporary, { force: true });
    throw asRefusal(path, error);
  }
}

function asRefusal(path: string, error: unknown): unknown {
  const system = errnoOf(error);
  if (error instanceof DomainError || system === undefined) return error;
  return new DomainError("write-failed", `cannot write \`${path}\`: ${ioReason(system)}`, {
    details: { path, system },
  });
}
