import type { Directory } from "./directory.ts";
import { type Collection, type IndexOf, nouns, type Objects, type State } from "./state.ts";

/** Objects of one kind, by ascending id. Not every walk need come upon the same ones: they may be read each time. */
export interface ObjectList<C extends Collection> extends Iterable<Objects[C]> {
  readonly length: number;
  /** What finds single objects, where the list itself can do so. */
  readonly lookups?: Lookups;
}

type Lookups = Pick<State, "get" | "lookup" | "each">;

/** Stored objects of each kind. */
export type StoredLists = { readonly [C in Collection]: ObjectList<C> };

/** The same as parsed objects. */
export type ObjectLists = { readonly [C in Collection]: readonly Objects[C][] };

/**
 * A state over lists of objects. Indexes are built when first asked for. `directory` is called at most once, and
 * only by a command that needs it.
 */
export function memoryState(lists: StoredLists, directory: () => Directory | undefined): State {
  const tables = new Map<Collection, Table<Collection>>();
  const table = <C extends Collection>(collection: C): Table<C> => {
    let found = tables.get(collection) as Table<C> | undefined;
    if (found === undefined) {
      found = createTable(collection, lists[collection]);
      tables.set(collection, found as unknown as Table<Collection>);
    }
    return found;
  };
  const inMemory: Lookups = {
    get: (collection, id) => table(collection).byId.get(id),
    lookup: (collection, index, key) => table(collection).index(index).get(key) ?? [],
    each: (collection, ids) => eachOf(table(collection).byId, ids),
  };
  const lookupsOf = (collection: Collection): Lookups => lists[collection].lookups ?? inMemory;
  let known: { readonly value: Directory | undefined } | undefined;
  return {
    get directory() {
      known ??= { value: directory() };
      return known.value;
    },
    get: (collection, id) => lookupsOf(collection).get(collection, id),
    lookup: (collection, index, key) => lookupsOf(collection).lookup(collection, index, key),
    all: (collection) => lists[collection],
    each: (collection, ids) => lookupsOf(collection).each(collection, ids),
    count: (collection) => lists[collection].length,
  };
}

function* eachOf<T>(byId: ReadonlyMap<number, T>, ids: Iterable<number>): Iterable<T> {
  for (const id of ids) {
    const object = byId.get(id);
    if (object !== undefined) yield object;
  }
}

interface Table<C extends Collection> {
  readonly byId: ReadonlyMap<number, Objects[C]>;
  index(name: string): ReadonlyMap<string, readonly Objects[C][]>;
}

function createTable<C extends Collection>(collection: C, list: Iterable<Objects[C]>): Table<C> {
  const objects = [...list];
  const byId = new Map(objects.map((object) => [object.id, object]));
  const indexes = new Map<string, Map<string, Objects[C][]>>();
  return {
    byId,
    index: (name) => {
      let index = indexes.get(name);
      if (index === undefined) {
        index = buildIndex(collection, name as IndexOf<C>, objects);
        indexes.set(name, index);
      }
      return index;
    },
  };
}

function buildIndex<C extends Collection>(
  collection: C,
  name: IndexOf<C>,
  objects: Iterable<Objects[C]>,
): Map<string, Objects[C][]> {
  const index = new Map<string, Objects[C][]>();
  for (const object of objects) {
    for (const key of keysOf(collection, name, object)) {
      const filed = index.get(key);
      if (filed === undefined) index.set(key, [object]);
      else if (filed.at(-1) !== object) filed.push(object);
    }
  }
  return index;
}

/** The keys under which an index files an object. */
export function keysOf<C extends Collection>(
  collection: C,
  name: IndexOf<C>,
  object: Objects[C],
): readonly string[] {
  const indexes = nouns[collection].indexes as unknown as Record<
    string,
    (o: Objects[C]) => readonly string[]
  >;
  return indexes[name]!(object);
}
