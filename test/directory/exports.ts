import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { DomainError } from "../../src/core/errors.ts";
import { type ImportOptions, readDirectory } from "../../src/directory/import.ts";

const root = resolve(import.meta.dirname, "../..");

export const fixture = (name: string): Buffer => readFileSync(join(root, "fixtures", name));

/** Bytes in pieces of the given size. */
export function* pieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Imports texts or bytes, each as one file `a.ldif`, `b.ldif` …, with all entries at hand. */
export async function importing(files: readonly (string | Uint8Array)[], options: ImportOptions = {}) {
  const sources = files.map((file, at) => ({
    name: `${"abcdefg"[at]}.ldif`,
    chunks: [typeof file === "string" ? Buffer.from(file) : file],
  }));
  const { content, report } = await readDirectory(sources, options);
  return { content: { entries: [...content.entries] }, report };
}

/** An LDIF entry from its lines. */
export const entry = (dn: string, ...lines: string[]): string => [`dn: ${dn}`, ...lines, "", ""].join("\n");

/** What a refusal says, as plain data; anything else that happens is thrown. */
export async function refusal(act: () => unknown): Promise<object> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { code: error.code, message: error.message, details: error.details };
  }
  throw new Error("nothing was refused");
}
