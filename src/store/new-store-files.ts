import type { Authorship } from "../core/change.ts";
import { DomainError } from "../core/errors.ts";
import { ioError } from "../core/io-error.ts";
import type { Write } from "../core/state.ts";
import { changeRecord, snapshotRecord, tidy, type WriteContext } from "./commit-change.ts";
import { applyWrites, type StoreDocument } from "./document.ts";
import { documentChecksum } from "./document-text.ts";
import { ownershipOf, syncFolder } from "./files.ts";
import { appendToJournal } from "./journal-file.ts";
import { encode } from "./journal-format.ts";
import { tailOf } from "./load-store.ts";
import { createStoreFile } from "./store-file.ts";
import { shownPath } from "./store-paths.ts";
import { presentStamps } from "./untouched.ts";

/**
 * Writes the files of a new store: serial 1, its first change in the journal. The file comes first here: alone it is
 * a whole store, as one out of a version control system is, while a journal alone would be a damaged one.
 * Throws `exists` where there is a store or a journal of one, `write-failed`.
 */
export function createNewStore(
  context: WriteContext,
  empty: StoreDocument,
  author: Authorship,
  { writes, nextId }: { readonly writes: readonly Write[]; readonly nextId: number },
): StoreDocument {
  const { paths, schema, lock, checkpoint } = context;
  if (ownershipOf(paths.file) !== undefined) throw alreadyThere(paths.given);
  const journal = shownPath(paths, paths.journal);
  if (tailOf(paths, Number.POSITIVE_INFINITY) !== undefined) throw journalLeft(paths.given, journal);
  const document = applyWrites(empty, writes, { serial: 1, nextId, directory: null });
  const sum = documentChecksum(document);
  try {
    tidy(context, document);
    const file = createStoreFile(paths, schema, {
      isTrusted: () => true,
      writeAhead: () => checkpoint("temporary file written"),
      leftBehind: (error) => {
        throw error;
      },
    });
    file.write(document);
    checkpoint("file in place");
    const records = [snapshotRecord(empty, author.time), changeRecord(document, author, { writes }, sum)];
    const place = { path: paths.journal, shown: journal, end: 0, like: ownershipOf(paths.file) };
    appendToJournal(place, encode("", records), checkpoint);
    checkpoint("journal synced");
    syncFolder(paths.folder);
    lock.mark({ lineage: document.lineage, serial: 1, file: sum, stamps: presentStamps(paths) });
  } catch (error) {
    throw ioError("write-failed", paths.given, error);
  }
  return document;
}

function alreadyThere(shown: string): DomainError {
  return new DomainError("exists", `there is a store at \`${shown}\` already`, {
    hint: { say: "use it as it is, or name another with --store", commands: [["get-store"]] },
    details: { file: shown },
  });
}

function journalLeft(shown: string, journal: string): DomainError {
  return new DomainError(
    "exists",
    `there is no store at \`${shown}\`, but its journal \`${journal}\` is there`,
    {
      hint: {
        say: "make the store again from its journal, or move the journal away to begin anew",
        commands: [["repair-store"]],
      },
      details: { file: shown, journal },
    },
  );
}
