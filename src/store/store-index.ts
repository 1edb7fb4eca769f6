import { keysOf } from "../core/memory-state.ts";
import { type Collection, collections, nouns } from "../core/state.ts";
import { fileStamp } from "./file-stamp.ts";
import { closeQuietly, openForReading, ownershipOf, removeQuietly } from "./files.ts";
import {
  canIndex,
  compareSections,
  type IndexContent,
  type IndexVerdict,
  type OpenIndex,
  openIndex,
  type Section,
  writeIndex,
} from "./index-file.ts";
import { buildTable, type TableBuilder } from "./index-table.ts";
import type { StorePaths } from "./store-paths.ts";
import { OtherForm, scanStore } from "./store-scan.ts";
import type { Envelope } from "./store-text.ts";

/** What the index of a store says of the file that it is of. */
export interface StoreIndexFacts {
  readonly kind: "store";
  readonly version: 1;
  /** The file that was indexed, and the checksum of its bytes. */
  readonly stamp: string;
  readonly checksum: string;
  readonly envelope: Envelope;
}

export interface StoreIndex extends OpenIndex {
  readonly facts: StoreIndexFacts;
}

export type Sections = ReadonlyMap<string, Section>;

export const indexesOf = (collection: Collection): readonly string[] =>
  Object.keys(nouns[collection].indexes);

/** A store's index, of whatever version of its file, or undefined where there is none that can be read. */
export function openStoreIndex(paths: StorePaths): StoreIndex | undefined {
  const index = openIndex(paths.index);
  if (index === undefined) return undefined;
  const facts = index.facts as StoreIndexFacts;
  const isWhole =
    facts?.kind === "store" &&
    facts.version === 1 &&
    collections.every(
      (collection) =>
        index.sections.has(collection) &&
        indexesOf(collection).every((name) => index.sections.has(`${collection}.${name}`)),
    );
  if (isWhole) return { ...index, facts };
  index.close();
  return undefined;
}

/** Tables to be filled, one for each kind of object. */
export const emptyTables = (): ReadonlyMap<Collection, TableBuilder> =>
  new Map(collections.map((collection) => [collection, buildTable(collection, indexesOf(collection))]));

export function finishTables(tables: ReadonlyMap<Collection, TableBuilder>): Sections {
  const sections = new Map<string, Section>();
  for (const table of tables.values()) table.finish(sections);
  return sections;
}

/** Where everything lies in a store's file of the usual form. Throws OtherForm, and RangeError for too many records. */
export function indexFile(fd: number): { readonly envelope: Envelope; readonly sections: Sections } {
  const tables = emptyTables();
  const envelope = scanStore(fd, (collection, object, place) => {
    tables.get(collection)!.add(place, (index) => keysOf(collection, index as never, object as never));
  });
  return { envelope, sections: finishTables(tables) };
}

/** Whether the index says what a new one would; `other` where it is of another file. */
export function checkStoreIndex(paths: StorePaths): IndexVerdict {
  const index = openStoreIndex(paths);
  const fd = openForReading(paths.file, paths.given, false);
  try {
    if (index === undefined || fd === undefined) return "differs";
    if (index.facts.stamp !== fileStamp(fd)) return "other";
    return compareSections(index.sections, indexFile(fd).sections);
  } catch (error) {
    if (error instanceof OtherForm) return "differs";
    throw error;
  } finally {
    index?.close();
    if (fd !== undefined) closeQuietly(fd);
  }
}

/** Puts an index beside the file that it is of. Never throws: it only saves time. Only for the holder of the lock. */
export function saveIndex(
  paths: StorePaths,
  facts: Pick<StoreIndexFacts, "stamp" | "checksum" | "envelope">,
  sections: Sections,
): void {
  try {
    if (!canIndex) return;
    const content: IndexContent = { facts: { kind: "store", version: 1, ...facts }, sections };
    writeIndex(paths.index, content, ownershipOf(paths.file));
  } catch {
    removeQuietly(paths.index);
  }
}
