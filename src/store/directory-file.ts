import { renameSync } from "node:fs";
import type { Directory, DirectoryContent } from "../core/directory.ts";
import { DomainError } from "../core/errors.ts";
import { memoryDirectory } from "../core/memory-directory.ts";
import { checksum } from "./checksum.ts";
import { ownershipOf, putInPlace, readImage, writeTemporary } from "./files.ts";
import { pendingDirectory, type StorePaths } from "./store-paths.ts";

interface DirectoryFile {
  readonly schemaVersion: 1;
  readonly hash: string;
  readonly date: string;
  readonly entries: DirectoryContent["entries"];
}

/** One entry a line: what differs between two imports is seen line by line. */
const entryTexts = (content: DirectoryContent): string[] =>
  content.entries.map((entry) => JSON.stringify(entry));

export const directoryHash = (content: DirectoryContent): string => checksum(entryTexts(content).join("\n"));

/**
 * Writes a directory to a file of its own, on disk before it returns, where no reader looks until the journal names
 * its checksum. Returns the checksum.
 */
export function writePendingDirectory(paths: StorePaths, content: DirectoryContent, date: string): string {
  const texts = entryTexts(content);
  const hash = checksum(texts.join("\n"));
  const head = `{\n"schemaVersion": 1,\n"hash": ${JSON.stringify(hash)},\n"date": ${JSON.stringify(date)},\n"entries": [\n`;
  const target = pendingDirectory(paths, hash);
  const chunks = function* (): Iterable<Uint8Array> {
    yield Buffer.from(head);
    for (let at = 0; at < texts.length; at += 1000) {
      const rest = at + 1000 < texts.length ? ",\n" : "\n";
      yield Buffer.from(texts.slice(at, at + 1000).join(",\n") + rest);
    }
    yield Buffer.from("]\n}\n");
  };
  putInPlace(writeTemporary(target, chunks(), ownershipOf(paths.file)), target);
  return hash;
}

/** Puts a directory whose change is committed in its place. */
export function settleDirectory(paths: StorePaths, hash: string): void {
  const pending = pendingDirectory(paths, hash);
  if (ownershipOf(pending) !== undefined) renameSync(pending, paths.directory);
}

/** The directory with this checksum. Throws `store-damaged` where no file holds it. */
export function readDirectoryFile(paths: StorePaths, hash: string): Directory {
  for (const path of [paths.directory, pendingDirectory(paths, hash)]) {
    const file = parseDirectory(path);
    if (file?.hash === hash) return memoryDirectory({ entries: file.entries }, { date: file.date, hash });
  }
  throw new DomainError(
    "store-damaged",
    `\`${paths.directory}\` is not the directory that the store was changed with`,
    {
      hint: {
        say: "put that file back, or import the directory again",
        commands: [["import-directory", "export.ldif"]],
      },
      details: { file: paths.directory, wanted: hash },
    },
  );
}

function parseDirectory(path: string): DirectoryFile | undefined {
  const image = readImage(path, path, true);
  if (image === undefined) return undefined;
  try {
    const file = JSON.parse(image.bytes.toString("utf8")) as DirectoryFile | null;
    return file !== null && Array.isArray(file.entries) && typeof file.hash === "string" ? file : undefined;
  } catch {
    return undefined;
  }
}

/** When the directory was read in, from the first lines of its file; null where there is none. */
export function directoryDate(paths: StorePaths): string | null {
  return parseDirectory(paths.directory)?.date ?? null;
}
