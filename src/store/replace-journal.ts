import type { WriteContext } from "./commit-change.ts";
import { ownershipOf, putInPlace, syncFolder, writeTemporary } from "./files.ts";

/** Puts another journal in the place of the present one, in one step, on disk before it returns. */
export function replaceJournal({ paths, checkpoint }: WriteContext, chunks: Iterable<Uint8Array>): void {
  const like = ownershipOf(paths.journal) ?? ownershipOf(paths.file);
  const temporary = writeTemporary(paths.journal, chunks, like);
  checkpoint("temporary journal written");
  putInPlace(temporary, paths.journal);
  syncFolder(paths.folder);
}
