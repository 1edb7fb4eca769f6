import { DomainError } from "../core/errors.ts";
import { keysOf } from "../core/memory-state.ts";
import {
  type Collection,
  collections,
  type IndexOf,
  type Objects,
  type State,
  type StoredObject,
} from "../core/state.ts";
import { readRange } from "./files.ts";
import { IndexFault } from "./index-file.ts";
import { mostRecords, type Place, type Table, tableOf } from "./index-table.ts";
import type { KeptFile } from "./kept-file.ts";
import { recordFile } from "./record-file.ts";
import type { Sections } from "./store-index.ts";

const windowSize = 256 * 1024;
const mostPlaces = 10_000;

/** A state that reads single records of a store's file, where its index says that they lie. It knows no directory. */
export interface IndexedState<S = Sections> {
  readonly state: State;
  /** The sections of the index, after it was proven sound or made anew. */
  readonly sections: S;
  /** Makes the index anew from the file. */
  renew(): void;
}

/**
 * A state over a file that must not change. `rebuild` makes the index from the file where the present one
 * turns out to be damaged: lookups then go on as if nothing had been. `complete` makes an object out of one that
 * another than this version may have written.
 */
export function indexedState<S extends Pick<Sections, "get">>(
  kept: Pick<KeptFile, "fd">,
  given: S,
  rebuild: () => S,
  complete: (collection: Collection, object: StoredObject) => StoredObject = (_, object) => object,
): IndexedState<S> {
  let sections = given;
  let tables = tablesOf(sections);
  const renew = (): void => {
    sections = rebuild();
    tables = tablesOf(sections);
  };
  const proven = <T>(look: (table: (collection: Collection) => Table) => T): T => {
    const table = (collection: Collection): Table => tables.get(collection)!;
    try {
      return look(table);
    } catch (error) {
      if (!(error instanceof IndexFault)) throw error;
      renew();
      return look(table);
    }
  };
  const parse = (collection: Collection, bytes: Buffer, place: Place): StoredObject =>
    complete(collection, parseRecord(bytes, place));
  const file = recordFile<StoredObject>(kept, (bytes, place, ordinal) =>
    parse(collections[Math.floor(ordinal / mostRecords)]!, bytes, place),
  );
  const byId = new Map<number, { readonly ordinal: number; readonly place: Place }>();
  const ordinalIn = (collection: Collection, ordinal: number): number =>
    collections.indexOf(collection) * mostRecords + ordinal;
  const objectAt = <C extends Collection>(collection: C, ordinal: number, place: Place): Objects[C] =>
    file.record(ordinalIn(collection, ordinal), place) as Objects[C];
  const state: State = {
    directory: undefined,
    get: (collection, id) => {
      const key = collections.indexOf(collection) * 2 ** 48 + id;
      const found = byId.get(key) ?? proven((table) => placeOf(table(collection), id));
      if (found === undefined) return undefined;
      // A walk through everything must not keep everything.
      if (byId.size < mostPlaces) byId.set(key, found);
      return objectAt(collection, found.ordinal, found.place);
    },
    lookup: (collection, index, key) => filed(collection, index, key),
    all: (collection) => walk(collection),
    each: (collection, ids) => passing(collection, ids),
    count: (collection) => proven((table) => table(collection).count),
  };
  function* candidates(collection: Collection, index: string, key: string, after = -1): Iterable<number> {
    let last = after;
    try {
      for (const ordinal of tables.get(collection)!.candidates(index, key)) {
        if (ordinal <= after) continue;
        last = ordinal;
        yield ordinal;
      }
    } catch (error) {
      if (!(error instanceof IndexFault)) throw error;
      renew();
      yield* candidates(collection, index, key, last);
    }
  }
  function* filed<C extends Collection>(collection: C, index: IndexOf<C>, key: string): Iterable<Objects[C]> {
    for (const ordinal of candidates(collection, index, key)) {
      const place = proven((table) => table(collection).place(ordinal));
      const object = objectAt(collection, ordinal, place);
      // Keys that share a hash share their postings.
      if (keysOf(collection, index, object).includes(key)) yield object;
    }
  }
  function* passing<C extends Collection>(collection: C, ids: Iterable<number>): Iterable<Objects[C]> {
    for (const id of ids) {
      const found = proven((table) => placeOf(table(collection), id));
      if (found === undefined) continue;
      yield file.passing(ordinalIn(collection, found.ordinal), found.place) as Objects[C];
    }
  }
  function* walk<C extends Collection>(collection: C): Iterable<Objects[C]> {
    const count = state.count(collection);
    let window = { from: 0, bytes: Buffer.alloc(0) as Buffer };
    for (let ordinal = 0; ordinal < count; ordinal++) {
      const place = proven((table) => table(collection).place(ordinal));
      const end = place.offset + place.length;
      if (end > window.from + window.bytes.length || place.offset < window.from) {
        const to = place.offset + Math.max(windowSize, place.length);
        window = { from: place.offset, bytes: readRange(kept.fd, place.offset, to) };
      }
      const at = place.offset - window.from;
      const held = file.held(ordinalIn(collection, ordinal));
      yield (held ?? parse(collection, window.bytes.subarray(at, at + place.length), place)) as Objects[C];
    }
  }
  return {
    state,
    get sections() {
      return sections;
    },
    renew,
  };
}

function placeOf(table: Table, id: number): { readonly ordinal: number; readonly place: Place } | undefined {
  const ordinal = table.ordinalOf(id);
  return ordinal === undefined ? undefined : { ordinal, place: table.place(ordinal) };
}

const tablesOf = (sections: Pick<Sections, "get">): ReadonlyMap<Collection, Table> =>
  new Map(collections.map((collection) => [collection, tableOf(collection, sections)]));

function parseRecord(bytes: Buffer, { id }: Place): StoredObject {
  let object: StoredObject | undefined;
  try {
    object = JSON.parse(bytes.toString("utf8")) as StoredObject;
  } catch {
    // Said below.
  }
  if (object?.id === id) return object;
  throw new DomainError("store-stale", "the store was changed by hand while this command read it", {
    hint: { say: "run it again" },
  });
}
