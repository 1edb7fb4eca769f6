import { LowSync, type SyncAdapter } from "lowdb";
import { checksum, startChecksum } from "./checksum.ts";
import type { StoreDocument } from "./document.ts";
import { fileStamp } from "./file-stamp.ts";
import {
  type FileImage,
  ownershipOf,
  putInPlace,
  readImage,
  removeQuietly,
  writeTemporary,
} from "./files.ts";
import { parseStore } from "./parse-store.ts";
import type { StorePaths } from "./store-paths.ts";
import { documentChunks } from "./store-text.ts";

/** What the JSON file held when it was read. */
export interface FileContent {
  readonly document: StoreDocument;
  readonly version: number;
  readonly notices: readonly string[];
  readonly checksum: string;
  readonly image: FileImage;
}

export interface FileHooks {
  /** Whether pchat itself wrote the file with this checksum, so that it need not be validated again. */
  isTrusted(checksum: string): boolean;
  /**
   * Called when the new text lies on disk under a temporary name, with its checksum, before it takes the file's
   * place: where the journal is written. What it throws leaves the file as it was.
   */
  writeAhead(checksum: string): void;
  /** The change is kept, but the file could not be replaced: it is behind its journal until the next change. */
  leftBehind(error: unknown): void;
}

/** A store's JSON file behind lowdb. */
export interface StoreFile {
  /** Undefined where there is no file. Throws `store-damaged` or `read-failed`. */
  read(): FileContent | undefined;
  write(document: StoreDocument): void;
}

/**
 * The JSON file as lowdb's database. Our adapter instead of lowdb's own because that one shares its temporary name
 * between processes, syncs nothing, and loses mode, owner and symbolic link; ours checks what it reads, and puts a
 * finished file in place in one step.
 */
export function createStoreFile(paths: StorePaths, schema: string, hooks: FileHooks): StoreFile {
  let content: FileContent | undefined;
  const adapter: SyncAdapter<StoreDocument | null> = {
    read: () => {
      content = readContent(paths, schema, hooks);
      return content?.document ?? null;
    },
    write: (document) => {
      if (document !== null) replaceFile(paths, documentChunks(document), hooks);
    },
  };
  const low = new LowSync<StoreDocument | null>(adapter, null);
  return {
    read: () => {
      low.read();
      return content;
    },
    write: (document) => {
      low.data = document;
      low.write();
    },
  };
}

function readContent(paths: StorePaths, schema: string, hooks: FileHooks): FileContent | undefined {
  const image = readImage(paths.file, paths.given, false);
  if (image === undefined) return undefined;
  const sum = checksum(image.bytes);
  const parsed = parseStore(image.bytes, paths.given, schema, hooks.isTrusted(sum));
  return { ...parsed, checksum: sum, image };
}

/** A file that was just put in place: its checksum and its stamp. */
export interface Placed {
  readonly checksum: string;
  readonly stamp: string;
}

/**
 * Puts another text, given in pieces, in the file's place. Undefined where that could not be done, or somebody else
 * wrote it at the same moment. Throws what making the text throws, what writing throws, and what `writeAhead` does.
 */
export function replaceFile(
  paths: StorePaths,
  text: Iterable<Uint8Array>,
  hooks: Pick<FileHooks, "writeAhead" | "leftBehind">,
): Placed | undefined {
  const sum = startChecksum();
  function* summed(): Iterable<Uint8Array> {
    for (const piece of text) {
      sum.update(piece);
      yield piece;
    }
  }
  const temporary = writeTemporary(paths.file, summed(), ownershipOf(paths.file));
  const checksum = sum.digest("hex");
  try {
    hooks.writeAhead(checksum);
  } catch (error) {
    removeQuietly(temporary);
    throw error;
  }
  try {
    const written = stampWithoutChange(fileStamp(temporary));
    putInPlace(temporary, paths.file);
    const stamp = fileStamp(paths.file);
    return stampWithoutChange(stamp) === written ? { checksum, stamp } : undefined;
  } catch (error) {
    hooks.leftBehind(error);
    return undefined;
  }
}

/** A renamed file stays the same, but for the time of its change of state. */
const stampWithoutChange = (stamp: string): string => stamp.slice(0, stamp.lastIndexOf(":"));
