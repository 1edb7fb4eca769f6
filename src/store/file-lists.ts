import { keysOf, type ObjectList, type StoredLists } from "../core/memory-state.ts";
import { type Collection, collections, type StoredObject } from "../core/state.ts";
import { canIndex, type Section } from "./index-file.ts";
import { buildTable, highestId, mostRecords, type Place } from "./index-table.ts";
import { indexedState } from "./indexed-state.ts";
import type { KeptFile } from "./kept-file.ts";
import { finishTables } from "./store-index.ts";

/** Gathers where the objects of a store lie in a file, whatever form that has. */
export interface FileListsBuilder {
  add(collection: Collection, place: Place): void;
  /** The lists; undefined where they do not lie there by ascending id, or cannot be indexed. */
  finish(): StoredLists | undefined;
}

/**
 * Lists whose objects are read from the file whenever they are asked for, which must stay as it is. What finds objects
 * by a key is made when it is first needed.
 */
export function buildFileLists(
  file: Pick<KeptFile, "fd">,
  complete: (collection: Collection, object: StoredObject) => StoredObject,
): FileListsBuilder {
  const tables = new Map(collections.map((collection) => [collection, buildTable(collection, [])]));
  const last = new Map<Collection, number>();
  let isIndexed = canIndex;
  return {
    add: (collection, place) => {
      const table = tables.get(collection)!;
      isIndexed &&=
        Number.isSafeInteger(place.id) &&
        place.id > (last.get(collection) ?? 0) &&
        place.id < highestId &&
        table.count < mostRecords;
      if (!isIndexed) return;
      last.set(collection, place.id);
      table.addPlace(place);
    },
    finish: () => (isIndexed ? listsIn(file, finishTables(tables), complete) : undefined),
  };
}

function listsIn(
  file: Pick<KeptFile, "fd">,
  records: ReadonlyMap<string, Section>,
  complete: (collection: Collection, object: StoredObject) => StoredObject,
): StoredLists {
  const known = new Map(records);
  const sections = {
    get: (name: string): Section => {
      const found = known.get(name) ?? postings(name);
      known.set(name, found);
      return found;
    },
  };
  const { state } = indexedState(file, sections, () => sections, complete);
  /** The section of an index, by its name: `rooms.identity`. */
  function postings(name: string): Section {
    const [collection, index] = name.split(".") as [Collection, string];
    const table = buildTable(collection, [index]);
    for (const object of state.all(collection)) {
      table.addPlace({ offset: 0, length: 0, id: object.id });
      for (const key of keysOf(collection, index as never, object as never))
        table.file(index, key, table.count - 1);
    }
    const made = new Map<string, Section>();
    table.finish(made);
    return made.get(name)!;
  }
  const listOf = <C extends Collection>(collection: C): ObjectList<C> => ({
    length: state.count(collection),
    [Symbol.iterator]: () => state.all(collection)[Symbol.iterator](),
    lookups: state,
  });
  return Object.fromEntries(
    collections.map((collection) => [collection, listOf(collection)]),
  ) as unknown as StoredLists;
}
