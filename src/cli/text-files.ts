import { DomainError } from "../core/errors.ts";
import type { World } from "./context.ts";

/** Text of a file, or of stdin for `-`: UTF-8, or UTF-16 with its byte-order mark. Throws `invalid-file`. */
export async function readText(world: World, path: string): Promise<string> {
  const bytes = path === "-" ? await world.stdin.read() : await world.readFile(path);
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? "utf-16le"
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? "utf-16be"
        : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    const name = path === "-" ? "stdin" : path;
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
