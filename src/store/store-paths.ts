import { lstatSync, readlinkSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import { DomainError } from "../core/errors.ts";
import { ioError } from "../core/io-error.ts";

/**
 * Where a store's files lie. Everything but the JSON file itself lies beside the real file, so that a store
 * reached through a symbolic link has one journal and one lock, whatever name was used.
 */
export interface StorePaths {
  /** The store as the user named it: what messages say. */
  readonly given: string;
  /** The JSON file with symbolic links resolved: what is read and replaced. */
  readonly file: string;
  readonly folder: string;
  readonly stem: string;
  readonly journal: string;
  readonly directory: string;
  readonly lock: string;
  /** Folder of the messages, a file for each room. */
  readonly messages: string;
  /** Where things lie in the file and in the directory: derived, safe to delete. */
  readonly index: string;
  readonly directoryIndex: string;
}

/**
 * Finds the files of a store. The file need not exist; a symbolic link that leads nowhere yet is followed, since
 * the user named it. Throws `read-failed` where links lead in a circle or a folder may not be entered.
 */
export function storePaths(given: string): StorePaths {
  const file = followLinks(given);
  const folder = dirname(file);
  const stem = basename(file).replace(/\.json$/i, "");
  const beside = (end: string): string => join(folder, `${stem}${end}`);
  return {
    given,
    file,
    folder,
    stem,
    journal: beside(".journal.ndjson"),
    directory: beside(".directory.json"),
    lock: beside(".lock"),
    messages: beside(".messages"),
    index: beside(".index"),
    directoryIndex: beside(".directory.index"),
  };
}

/** One of the files beside a store, as messages name it: by the way that the user took, where it is the same. */
export const shownPath = (paths: StorePaths, path: string): string =>
  resolve(paths.given) === paths.file ? join(dirname(paths.given), basename(path)) : path;

/** A new directory that waits for its change to be committed, named by its checksum. */
export const pendingDirectory = (paths: StorePaths, hash: string): string =>
  join(paths.folder, `${paths.stem}.directory.${hash.slice(0, 32)}.json`);

/** Names of files that hold a directory which is not in place yet. */
export function isPendingDirectory(paths: StorePaths, name: string): boolean {
  const prefix = `${paths.stem}.directory.`;
  return name.startsWith(prefix) && /^[0-9a-f]{32}\.json$/.test(name.slice(prefix.length));
}

/**
 * Whether a path, as the user gave it, leads to one of the store's own files: what is written there would be lost with
 * the next change, or the store with it. Throws as storePaths does.
 */
export function isOwnFile(paths: StorePaths, given: string): boolean {
  const { file } = storePaths(given);
  return (
    [
      paths.file,
      paths.journal,
      paths.directory,
      paths.lock,
      paths.messages,
      paths.index,
      paths.directoryIndex,
    ].includes(file) ||
    file.startsWith(`${paths.messages}${sep}`) ||
    (dirname(file) === paths.folder && isPendingDirectory(paths, basename(file)))
  );
}

function followLinks(given: string): string {
  const path = resolve(given);
  try {
    return realpathSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw ioError("read-failed", given, error);
  }
  return followMissing(given, path, 0);
}

function followMissing(given: string, path: string, depth: number): string {
  if (depth > 40)
    throw new DomainError("read-failed", `\`${given}\` is a symbolic link that leads in a circle`);
  const folder = realFolder(dirname(path));
  const target = linkTarget(join(folder, basename(path)));
  if (target === undefined) return join(folder, basename(path));
  return followMissing(given, resolve(folder, target), depth + 1);
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch {
    return undefined;
  }
}
