import { DomainError } from "../core/errors.ts";
import type { World } from "./context.ts";

/** Text of a file, or of stdin for `-`: UTF-8, or UTF-16 with its byte-order mark. Throws `invalid-file`. */
export async function readText(world: World, path: string): Promise<string> {
  const bytes = path === "-" ? await world.stdin.read() : await world.readFile(path);
  return textOf(bytes, path === "-" ? "stdin" : path);
}

const byteOrderMarks = new Map([
  ["fffe", "utf-16le"],
  ["feff", "utf-16be"],
]);

const encodingOf = (bytes: Uint8Array): string | undefined =>
  byteOrderMarks.get(Buffer.from(bytes.subarray(0, 2)).toString("hex"));

/** Whether the beginning of a file says that it is UTF-16. */
export const isUtf16 = (bytes: Uint8Array): boolean => encodingOf(bytes) !== undefined;

/** The text that bytes of a file are: UTF-8, or UTF-16 with its byte-order mark. Throws `invalid-file`. */
export function textOf(bytes: Uint8Array, name: string): string {
  const encoding = encodingOf(bytes) ?? "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new DomainError("invalid-file", `\`${name}\` is not UTF-8 or UTF-16 text`, {
      hint: { say: "save it as UTF-8" },
      details: { file: name },
    });
  }
}

/** Lines of a file that are not blank, blanks around them taken off. */
export async function readLines(world: World, path: string): Promise<readonly string[]> {
  const text = await readText(world, path);
  return text
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
