import type { Directory, DirectoryContent } from "./directory.ts";
import { keysOf } from "./memory-state.ts";
import type { Shelf } from "./shelf.ts";
import type { Collection, IndexOf, Objects, State, StoredObject, Write } from "./state.ts";

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

/**
 * A draft over a state. `nextId` is the store's counter. With a shelf only the first objects of each kind that are
 * written are held in memory: of the others `get` and `writes()` give equal objects, but not each time the same.
 */
export function createDraft(base: State, nextId: number, shelf?: Shelf): Draft {
  const { overlay, seen } = createOverlays(base, shelf);
  const order: { readonly collection: Collection; readonly id: number }[] = [];
  let counter = nextId;
  let newDirectory: DirectoryReplacement | undefined;
  const put = <C extends Collection>(collection: C, id: number, value: Objects[C] | undefined): void => {
    const own = overlay(collection);
    if (!own.isTouched(id)) order.push({ collection, id });
    own.put(id, value);
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
    writes: () => order.flatMap(({ collection, id }) => overlay(collection).write(id) ?? []),
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
  const { overlay, seen } = createOverlays(base, undefined);
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

function createOverlays(base: State, shelf: Shelf | undefined): Overlays {
  const overlays = new Map<Collection, Overlay<Collection>>();
  return {
    overlay: <C extends Collection>(collection: C): Overlay<C> => {
      let found = overlays.get(collection) as Overlay<C> | undefined;
      if (found === undefined) {
        found = createOverlay(base, collection, shelf);
        overlays.set(collection, found as unknown as Overlay<Collection>);
      }
      return found;
    },
    seen: (collection) => (overlays.get(collection) as Seen | undefined) ?? base,
  };
}

/** What a draft has done to one collection, and what that makes of it. */
interface Overlay<C extends Collection> {
  isTouched(id: number): boolean;
  /** `before` is what the base has, where that is known. */
  put(id: number, value: Objects[C] | undefined, before?: Objects[C]): void;
  /** The net change of an object that was touched; undefined where it came to nothing. */
  write(id: number): Write | undefined;
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

function createOverlay<C extends Collection>(
  base: State,
  collection: C,
  shelf: Shelf | undefined,
): Overlay<C> {
  const touched = keptObjects<Objects[C]>(shelf);
  const source = shelf && { base, shelf, collection };
  const indexes = new Map<IndexOf<C>, Filed>();
  let added = 0;

  const fileAll = (name: IndexOf<C>, index: Filed, object: Objects[C]): void => {
    for (const key of keysOf(collection, name, object)) file(index, key, object.id);
  };
  const refile = (name: IndexOf<C>, index: Filed, old?: Objects[C], object?: Objects[C]): void => {
    if (old !== undefined) for (const key of keysOf(collection, name, old)) takeOut(index, key, old.id);
    if (object !== undefined) fileAll(name, index, object);
  };
  const indexNamed = (name: IndexOf<C>): Filed => {
    let index = indexes.get(name);
    if (index === undefined) {
      index = new Map();
      indexes.set(name, index);
      for (const id of touched.ids()) {
        const object = touched.get(id);
        if (object !== undefined) fileAll(name, index, object);
      }
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

  return {
    isTouched: touched.has,
    get: (_, id) => get(id),
    put: (id, value, before) => {
      const isKnown = touched.has(id);
      const was = isKnown ? touched.isThere(id) : (before ?? base.get(collection, id)) !== undefined;
      added += Number(value !== undefined) - Number(was);
      const wasOwn = isKnown && indexes.size > 0 ? touched.get(id) : undefined;
      touched.set(id, value);
      for (const [name, index] of indexes) refile(name, index, wasOwn, value);
    },
    write: (id) => {
      const before = base.get(collection, id);
      const place = touched.placeOf(id);
      if (place === undefined) return netWrite(collection, id, before, touched.get(id));
      if (before !== undefined && sameValue(before, touched.get(id))) return undefined;
      return new ShelvedWrite(source!, id, place, before === undefined) as unknown as Write;
    },
    lookup: (_, name, key) => {
      const filed = filedUnder(indexNamed(name), key);
      const others = untouched(base.lookup(collection, name, key), touched);
      return filed.length === 0 ? others : merged(others, filed, get);
    },
    all: () => merged(untouched(base.all(collection), touched), [...touched.ids()], touched.get),
    each: (_, ids) => each(ids),
    count: () => base.count(collection) + added,
  };
}

/** Objects by id, undefined for one that was removed. */
interface KeptObjects<T> {
  has(id: number): boolean;
  get(id: number): T | undefined;
  /** Whether the object is there, and not removed. */
  isThere(id: number): boolean;
  /** Where on the shelf it lies; undefined where it does not. */
  placeOf(id: number): number | undefined;
  set(id: number, object: T | undefined): void;
  ids(): Iterable<number>;
}

function keptObjects<T extends StoredObject>(shelf: Shelf | undefined): KeptObjects<T> {
  // A number is a place on the shelf.
  const objects = new Map<number, T | number | undefined>();
  return {
    has: (id) => objects.has(id),
    get: (id) => {
      const found = objects.get(id);
      return typeof found === "number" ? (shelf!.take(found) as T) : found;
    },
    isThere: (id) => objects.get(id) !== undefined,
    placeOf: (id) => {
      const found = objects.get(id);
      return typeof found === "number" ? found : undefined;
    },
    set: (id, object) => {
      const isMany = shelf !== undefined && objects.size >= shelf.after;
      objects.set(id, isMany && object !== undefined ? shelf.put(object) : object);
    },
    ids: () => objects.keys(),
  };
}

/** Where the writes of a collection find objects that lie on a shelf. */
interface ShelvedSource {
  readonly base: State;
  readonly shelf: Shelf;
  readonly collection: Collection;
}

/** The write of an object on a shelf: that is read there, and its earlier self in the base, whenever it is asked for. */
class ShelvedWrite {
  readonly #source: ShelvedSource;
  readonly #place: number;
  readonly #isNew: boolean;
  readonly id: number;

  constructor(source: ShelvedSource, id: number, place: number, isNew: boolean) {
    this.#source = source;
    this.id = id;
    this.#place = place;
    this.#isNew = isNew;
  }

  get collection(): Collection {
    return this.#source.collection;
  }

  get before(): StoredObject | undefined {
    const { base, collection } = this.#source;
    return this.#isNew ? undefined : base.get(collection, this.id);
  }

  get after(): StoredObject {
    return this.#source.shelf.take(this.#place) as StoredObject;
  }

  toJSON(): object {
    const { collection, id, before, after } = this;
    return this.#isNew ? { collection, id, after } : { collection, id, before, after };
  }
}

function netWrite<C extends Collection>(
  collection: C,
  id: number,
  before: Objects[C] | undefined,
  after: Objects[C] | undefined,
): Write | undefined {
  if (sameValue(before, after)) return undefined;
  return {
    collection,
    id,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  } as Write;
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
  touched: { has(id: number): boolean },
): Iterable<T> {
  for (const object of objects) if (!touched.has(object.id)) yield object;
}

/** The base's run, which is by ascending id, and a draft's own objects as one run by ascending id. */
function* merged<T extends { readonly id: number }>(
  base: Iterable<T>,
  own: readonly number[],
  get: (id: number) => T | undefined,
): Iterable<T> {
  const rest = [...own].sort((a, b) => a - b);
  let next = 0;
  function* upTo(id: number): Iterable<T> {
    for (; next < rest.length && rest[next]! < id; next++) {
      const object = get(rest[next]!);
      if (object !== undefined) yield object;
    }
  }
  for (const object of base) {
    yield* upTo(object.id);
    yield object;
  }
  yield* upTo(Number.POSITIVE_INFINITY);
}
