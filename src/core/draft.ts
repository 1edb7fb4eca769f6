import type { Directory, DirectoryContent } from "./directory.ts";
import { keysOf } from "./memory-state.ts";
import type { Collection, IndexOf, Objects, State, Write } from "./state.ts";

/**
 * A state that also records writes, so that a later step of the same command sees an earlier one. Nothing is
 * kept until somebody takes `writes()` and keeps them. Do not write to a collection while iterating `all` or a lookup
 * of it.
 */
export interface Draft extends State {
  /** The state as it was before the first write. */
  readonly base: State;
  /** The id that the next created object gets. */
  readonly nextId: number;
  /** Adds an object; it gets the next id. Returns it. */
  create<C extends Collection>(collection: C, fields: Omit<Objects[C], "id">): Objects[C];
  /** Replaces the named properties of an object, which must exist. Returns it as it is now. */
  update<C extends Collection>(
    collection: C,
    id: number,
    changes: Partial<Omit<Objects[C], "id">>,
  ): Objects[C];
  remove(collection: Collection, id: number): void;
  /** Puts back an object that was removed, under the id that it had. */
  restore<C extends Collection>(collection: C, object: Objects[C]): void;
  /** Puts another directory in the place of the present one, for everything that follows. */
  replaceDirectory(replacement: DirectoryReplacement): void;
  readonly newDirectory: DirectoryReplacement | undefined;
  /** Takes over everything that a draft over this one recorded, and returns it; that one is of no use afterwards. */
  absorb(inner: Draft): readonly Write[];
  /** The net change of each touched object, in the order of first touch; what came to nothing is left out. */
  writes(): Write[];
}

export interface DirectoryReplacement {
  readonly content: DirectoryContent;
  /** When it was read in, ISO 8601 UTC. */
  readonly date: string;
  /** Lookups over the content. */
  readonly directory: Directory;
}

/** A draft over a state. `nextId` is the store's counter. */
export function createDraft(base: State, nextId: number): Draft {
  const { overlay, seen } = createOverlays(base);
  const order = new Map<string, { readonly collection: Collection; readonly id: number }>();
  let counter = nextId;
  let newDirectory: DirectoryReplacement | undefined;
  const put = <C extends Collection>(collection: C, id: number, value: Objects[C] | undefined): void => {
    order.set(`${collection} ${id}`, { collection, id });
    overlay(collection).put(id, value);
  };
  const draft: Draft = {
    base,
    get directory() {
      return newDirectory === undefined ? base.directory : newDirectory.directory;
    },
    get newDirectory() {
      return newDirectory;
    },
    replaceDirectory: (replacement) => {
      newDirectory = replacement;
    },
    get nextId() {
      return counter;
    },
    get: (collection, id) => seen(collection).get(collection, id),
    lookup: (collection, index, key) => seen(collection).lookup(collection, index, key),
    all: (collection) => seen(collection).all(collection),
    each: (collection, ids) => seen(collection).each(collection, ids),
    count: (collection) => seen(collection).count(collection),
    create: (collection, fields) => {
      const object = { id: counter++, ...fields } as unknown as Objects[typeof collection];
      put(collection, object.id, object);
      return object;
    },
    update: (collection, id, changes) => {
      const object = { ...draft.get(collection, id)!, ...changes };
      put(collection, id, object);
      return object;
    },
    remove: (collection, id) => put(collection, id, undefined),
    restore: (collection, object) => put(collection, object.id, object),
    absorb: (inner) => {
      const writes = inner.writes();
      for (const { collection, id, after } of writes) put(collection, id, after);
      counter = inner.nextId;
      newDirectory = inner.newDirectory ?? newDirectory;
      return writes;
    },
    writes: () =>
      [...order.values()].flatMap(({ collection, id }) =>
        netWrite(collection, id, base.get(collection, id), draft.get(collection, id)),
      ),
  };
  return draft;
}

/**
 * A state as it is after changes that were made already, oldest first. `before` of a write is what was there, so that
 * nothing is read to put another object in its place. `directory` is called at most once.
 */
export function stateAfter(
  base: State,
  writes: Iterable<Write>,
  directory: () => Directory | undefined,
): State {
  const { overlay, seen } = createOverlays(base);
  for (const { collection, id, before, after } of writes) overlay(collection).put(id, after, before);
  let known: { readonly value: Directory | undefined } | undefined;
  return {
    get directory() {
      known ??= { value: directory() };
      return known.value;
    },
    get: (collection, id) => seen(collection).get(collection, id),
    lookup: (collection, index, key) => seen(collection).lookup(collection, index, key),
    all: (collection) => seen(collection).all(collection),
    each: (collection, ids) => seen(collection).each(collection, ids),
    count: (collection) => seen(collection).count(collection),
  };
}

type Seen = Pick<State, "get" | "lookup" | "all" | "each" | "count">;

interface Overlays {
  /** What is done to a collection. */
  overlay<C extends Collection>(collection: C): Overlay<C>;
  /** What that makes of it: a collection that nothing was written to is the base's. */
  seen(collection: Collection): Seen;
}

function createOverlays(base: State): Overlays {
  const overlays = new Map<Collection, Overlay<Collection>>();
  return {
    overlay: <C extends Collection>(collection: C): Overlay<C> => {
      let found = overlays.get(collection) as Overlay<C> | undefined;
      if (found === undefined) {
        found = createOverlay(base, collection);
        overlays.set(collection, found as unknown as Overlay<Collection>);
      }
      return found;
    },
    seen: (collection) => (overlays.get(collection) as Seen | undefined) ?? base,
  };
}

/** What a draft has done to one collection, and what that makes of it. */
interface Overlay<C extends Collection> {
  /** `before` is what the base has, where that is known. */
  put(id: number, value: Objects[C] | undefined, before?: Objects[C]): void;
  get(collection: C, id: number): Objects[C] | undefined;
  lookup(collection: C, index: IndexOf<C>, key: string): Iterable<Objects[C]>;
  all(collection: C): Iterable<Objects[C]>;
  each(collection: C, ids: Iterable<number>): Iterable<Objects[C]>;
  count(collection: C): number;
}

/** Ids by key. Most keys have one, and a set for each would take more memory than the objects. */
type Filed = Map<string, number | Set<number>>;

function file(index: Filed, key: string, id: number): void {
  const filed = index.get(key);
  if (filed === undefined) index.set(key, id);
  else if (typeof filed !== "number") filed.add(id);
  else if (filed !== id) index.set(key, new Set([filed, id]));
}

function takeOut(index: Filed, key: string, id: number): void {
  const filed = index.get(key);
  if (filed === id) index.delete(key);
  else if (typeof filed === "object") filed.delete(id);
}

function filedUnder(index: Filed, key: string): readonly number[] {
  const filed = index.get(key);
  if (filed === undefined) return [];
  return typeof filed === "number" ? [filed] : [...filed];
}

function createOverlay<C extends Collection>(base: State, collection: C): Overlay<C> {
  // Undefined marks a removed object.
  const touched = new Map<number, Objects[C] | undefined>();
  const indexes = new Map<IndexOf<C>, Filed>();
  let added = 0;

  const fileAll = (name: IndexOf<C>, index: Filed, object: Objects[C]): void => {
    for (const key of keysOf(collection, name, object)) file(index, key, object.id);
  };
  const indexNamed = (name: IndexOf<C>): Filed => {
    let index = indexes.get(name);
    if (index === undefined) {
      index = new Map();
      indexes.set(name, index);
      for (const object of touched.values()) if (object !== undefined) fileAll(name, index, object);
    }
    return index;
  };
  const get = (id: number): Objects[C] | undefined =>
    touched.has(id) ? touched.get(id) : base.get(collection, id);
  function* each(ids: Iterable<number>): Iterable<Objects[C]> {
    for (const id of ids) {
      if (!touched.has(id)) yield* base.each(collection, [id]);
      else {
        const object = touched.get(id);
        if (object !== undefined) yield object;
      }
    }
  }
  const own = (): Objects[C][] => [...touched.values()].filter((value) => value !== undefined);

  return {
    get: (_, id) => get(id),
    put: (id, value, before) => {
      const old = touched.has(id) ? touched.get(id) : (before ?? base.get(collection, id));
      added += Number(value !== undefined) - Number(old !== undefined);
      const wasOwn = touched.get(id);
      touched.set(id, value);
      for (const [name, index] of indexes) {
        if (wasOwn !== undefined) for (const key of keysOf(collection, name, wasOwn)) takeOut(index, key, id);
        if (value !== undefined) fileAll(name, index, value);
      }
    },
    lookup: (_, name, key) => {
      const filed = filedUnder(indexNamed(name), key).map((id) => get(id)!);
      const others = untouched(base.lookup(collection, name, key), touched);
      return filed.length === 0 ? others : merged(others, filed);
    },
    all: () => merged(untouched(base.all(collection), touched), own()),
    each: (_, ids) => each(ids),
    count: () => base.count(collection) + added,
  };
}

function netWrite<C extends Collection>(
  collection: C,
  id: number,
  before: Objects[C] | undefined,
  after: Objects[C] | undefined,
): Write[] {
  if (before === after || (before !== undefined && after !== undefined && sameValue(before, after)))
    return [];
  return [
    {
      collection,
      id,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    } as Write,
  ];
}

/** Whether two stored values are the same, property by property and in list order. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameValue((a as never)[key], (b as never)[key]))
  );
}

function* untouched<T extends { readonly id: number }>(
  objects: Iterable<T>,
  touched: ReadonlyMap<number, unknown>,
): Iterable<T> {
  for (const object of objects) if (!touched.has(object.id)) yield object;
}

/** The base's run, which is by ascending id, and a draft's own objects as one run by ascending id. */
function* merged<T extends { readonly id: number }>(base: Iterable<T>, own: readonly T[]): Iterable<T> {
  const rest = [...own].sort((a, b) => a.id - b.id);
  let next = 0;
  for (const object of base) {
    while (next < rest.length && rest[next]!.id < object.id) yield rest[next++]!;
    yield object;
  }
  while (next < rest.length) yield rest[next++]!;
}
