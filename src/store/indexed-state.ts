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

/** A state that reads single records of a store's file, where its index says that they lie. It knows no directory. */
export interface IndexedState {
  readonly state: State;
  /** The sections of the index, after it was proven sound or made anew. */
  readonly sections: Sections;
  /** Makes the index anew from the file. */
  renew(): void;
}

/**
 * A state over a file that must not change. `rebuild` makes the index from the file where the present one
 * turns out to be damaged: lookups then go on as if nothing had been.
 */
export function indexedState(kept: KeptFile, given: Sections, rebuild: () => Sections): IndexedState {
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
  const file = recordFile<StoredObject>(kept, parseRecord);
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
      byId.set(key, found);
      return objectAt(collection, found.ordinal, found.place);
    },
    lookup: (collection, index, key) => {
      const places = proven((table) =>
        table(collection)
          .candidates(index, key)
          .map((ordinal) => ({ ordinal, place: table(collection).place(ordinal) })),
      );
      return filed(places, collection, index, key);
    },
    all: (collection) => walk(collection),
    each: (collection, ids) => passing(collection, ids),
    count: (collection) => proven((table) => table(collection).count),
  };
  function* filed<C extends Collection>(
    places: readonly { readonly ordinal: number; readonly place: Place }[],
    collection: C,
    index: IndexOf<C>,
    key: string,
  ): Iterable<Objects[C]> {
    for (const { ordinal, place } of places) {
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
      yield (held ?? parseRecord(window.bytes.subarray(at, at + place.length), place)) as Objects[C];
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

const tablesOf = (sections: Sections): ReadonlyMap<Collection, Table> =>
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
