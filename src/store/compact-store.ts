import type { Authorship } from "../core/change.ts";
import { ioError } from "../core/io-error.ts";
import { commitChange, missesWrite, settle, type WriteContext } from "./commit-change.ts";
import { foldLarge } from "./commit-large.ts";
import { openLarge } from "./large-store.ts";
import { loadStore } from "./load-store.ts";

export interface Current {
  /** False where the file held everything already. */
  readonly changed: boolean;
  readonly serial: number;
  readonly notices: readonly string[];
}

/**
 * Brings a file that is behind its journal up to it. That is a change of its own, without objects, so that the
 * journal notes the file's checksum; a file that only lacks what it should hold already is written as it is.
 * Throws `write-failed`, and what reading the store throws.
 */
export function compactStore(context: WriteContext, author: Authorship, largeFrom: number): Current {
  const large = openLarge(context.paths, largeFrom);
  if (large?.verdict === "behind") return { changed: true, ...foldLarge(context, large, author) };
  if (large !== undefined) return { changed: false, serial: large.envelope.serial, notices: [] };
  const loaded = loadStore(context.paths, context.schema);
  const { serial, nextId } = loaded.document;
  if (loaded.verdict !== "behind") return { changed: false, serial, notices: loaded.notices };
  if (!missesWrite(loaded))
    return { changed: true, ...commitChange(context, loaded, author, { writes: [], nextId }) };
  try {
    settle(context, loaded);
    return { changed: true, serial, notices: loaded.notices };
  } catch (error) {
    throw ioError("write-failed", context.paths.given, error);
  }
}
