import type { ObjectList, ObjectLists, StoredLists } from "../core/memory-state.ts";
import {
  type Collection,
  collections,
  isRemoval,
  nouns,
  type Objects,
  type StoredObject,
  type Write,
} from "../core/state.ts";
import { writesBetween } from "../core/writes-between.ts";

/** What a store's JSON file holds. Immutable: a change makes a new one. */
export interface StoreDocument {
  readonly lineage: string;
  readonly serial: number;
  readonly nextId: number;
  /** Checksum of the directory's content, or null. */
  readonly directory: string | null;
  /** By ascending id. */
  readonly lists: StoredLists;
  /** `$schema`, where editors find the description of the file, and properties that this version does not know. */
  readonly extra: Readonly<Record<string, unknown>>;
}

export const schemaVersion = 1;

/** `$schema` of a file that has none. */
export const defaultSchema = "https://pchat.invalid/schema/store-1.json";

/** Properties of the file before its lists, in this order. */
export const envelope = ["$schema", "schemaVersion", "lineage", "serial", "nextId", "directory"] as const;

/** A store without anything in it. */
export function emptyDocument(lineage: string, schema: string): StoreDocument {
  const lists = Object.fromEntries(
    collections.map((collection) => [collection, []]),
  ) as unknown as ObjectLists;
  return { lineage, serial: 0, nextId: 1, directory: null, lists, extra: { $schema: schema } };
}

/** An object with its properties in the order of its noun's table: `id` first, unknown ones last. */
export function inOrder<C extends Collection>(collection: C, object: Objects[C]): Objects[C] {
  const ordered: Record<string, unknown> = { id: object.id };
  for (const key of Object.keys(nouns[collection].properties))
    ordered[key] = object[key as keyof typeof object];
  return Object.assign(ordered, object) as Objects[C];
}

/** What a change sets beside its writes. */
export interface Advance {
  readonly serial: number;
  readonly nextId: number;
  readonly directory: string | null;
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** The document after a change. Writes replace or remove whole objects by id. */
export function applyWrites(
  document: StoreDocument,
  writes: Iterable<Write>,
  advance: Advance,
): StoreDocument {
  const lists = { ...document.lists } as Record<Collection, ObjectList<Collection>>;
  for (const [collection, changes] of lastWrites(writes))
    lists[collection] = changedList(lists[collection], changes);
  return { ...document, ...advance, lists: lists as unknown as StoredLists };
}

/** Beyond so many new objects a list is no array any more: they may lie outside of memory. */
const mostHeld = 4000;

/** The last write of each object, by id. */
export type LastWrites = ReadonlyMap<number, Write>;

/** The last write of each object that was touched. */
export function lastWrites(writes: Iterable<Write>): ReadonlyMap<Collection, LastWrites> {
  const last = new Map<Collection, Map<number, Write>>();
  for (const write of writes) {
    const changes = last.get(write.collection) ?? new Map<number, Write>();
    last.set(write.collection, changes.set(write.id, write));
  }
  return last;
}

/** A list after changes: an array where it was one and few are written, else read with the changes each time. */
function changedList(list: ObjectList<Collection>, changes: LastWrites): ObjectList<Collection> {
  const put = [...changes.values()].filter((write) => !isRemoval(write)).sort((a, b) => a.id - b.id);
  const changed = () => withChanges(list, changes, put);
  if (Array.isArray(list) && put.length <= mostHeld) return [...changed()];
  let gone = 0;
  for (const { id } of list) if (changes.has(id)) gone++;
  return { length: list.length - gone + put.length, [Symbol.iterator]: changed };
}

function* withChanges(
  list: Iterable<StoredObject>,
  changes: LastWrites,
  put: readonly Write[],
): Generator<StoredObject, void> {
  let next = 0;
  for (const object of list) {
    while (next < put.length && put[next]!.id <= object.id) yield put[next++]!.after!;
    if (!changes.has(object.id)) yield object;
  }
  for (; next < put.length; next++) yield put[next]!.after!;
}

/** The writes that make one document out of another. */
export const differences = (from: StoreDocument, to: StoreDocument): Write[] =>
  writesBetween(
    { all: (collection) => from.lists[collection] },
    { all: (collection) => to.lists[collection] },
  );

/** The writes that make a document out of an empty one. */
export function* contents(document: StoreDocument): Iterable<Write> {
  for (const collection of collections) {
    for (const after of document.lists[collection] as Iterable<StoredObject>) {
      yield { collection, id: after.id, after } as Write;
    }
  }
}

export const objectCount = (document: StoreDocument): number =>
  collections.reduce((sum, collection) => sum + document.lists[collection].length, 0);
