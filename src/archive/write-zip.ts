import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { ZipFile } from "yazl";
import { DomainError } from "../core/errors.ts";
import type { ArchiveFile } from "./layout.ts";

/**
 * Writes a zip that only its owner may read, whole and on disk before it has its name. Returns its size in bytes.
 * Throws `exists` where the file is there, unless `force`; `no-file` without its folder; `write-failed`.
 */
export async function writeZip(
  path: string,
  files: Iterable<ArchiveFile>,
  { time, force }: { readonly time: string; readonly force: boolean },
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
    const stream = Readable.from(text, { objectMode: false });
    stream.on("error", (error) => zip.emit("error", error));
    zip.addReadStream(stream, name, { mtime, mode: 0o600 });
  }
  zip.end();
  return writeWhole(path, { force }, (out) => Promise.race([bytes(out), failed]));
}

/** Writes a text file in the place of whatever is there, readable by its owner alone. Throws as writeZip does. */
export async function writeText(path: string, text: string): Promise<void> {
  await writeWhole(path, { force: true }, async (out) => {
    await out.write(text);
  });
}

async function writeWhole(
  path: string,
  { force }: { readonly force: boolean },
  write: (out: FileHandle) => Promise<void>,
): Promise<number> {
  await requirePlace(path, force);
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

async function requirePlace(path: string, force: boolean): Promise<void> {
  const folder = await stat(dirname(path)).catch(() => undefined);
  if (folder?.isDirectory() !== true) {
    throw new DomainError("no-file", `there is no folder \`${dirname(path)}\``, {
      hint: { say: "make the folder first, or name another" },
    });
  }
  const there = await stat(path).catch(() => undefined);
  if (there === undefined || (force && there.isFile())) return;
  throw new DomainError("exists", `\`${path}\` is there already`, {
    hint: { say: "name another file, or replace this one with --force" },
    details: { file: path },
  });
}

function asRefusal(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof DomainError || code === undefined) return error;
  return new DomainError("write-failed", `cannot write \`${path}\`: ${code}`, {
    details: { path, system: code },
  });
}
