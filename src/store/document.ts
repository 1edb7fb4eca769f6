import { sameValue } from "../core/draft.ts";
import type { ObjectLists } from "../core/memory-state.ts";
import {
  type Collection,
  collections,
  nouns,
  type Objects,
  type StoredObject,
  type Write,
} from "../core/state.ts";

/** What a store's JSON file holds. Immutable: a change makes a new one. */
export interface StoreDocument {
  readonly lineage: string;
  readonly serial: number;
  readonly nextId: number;
  /** Checksum of the directory's content, or null. */
  readonly directory: string | null;
  /** By ascending id. */
  readonly lists: ObjectLists;
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
  const touched = new Map<Collection, Map<number, StoredObject | undefined>>();
  for (const { collection, id, after } of writes) {
    const changes = touched.get(collection) ?? new Map<number, StoredObject | undefined>();
    touched.set(collection, changes);
    changes.set(id, after);
  }
  const lists = { ...document.lists } as Record<Collection, readonly StoredObject[]>;
  for (const [collection, changes] of touched) lists[collection] = applyTo(lists[collection], changes);
  return { ...document, ...advance, lists: lists as unknown as ObjectLists };
}

function applyTo(
  list: readonly StoredObject[],
  changes: ReadonlyMap<number, StoredObject | undefined>,
): readonly StoredObject[] {
  const kept = list.filter((object) => !changes.has(object.id));
  const put = [...changes.values()].filter((object) => object !== undefined);
  if (put.length === 0) return kept;
  return [...kept, ...put].sort((a, b) => a.id - b.id);
}

/** The writes that make one document out of another, by collection and id. */
export function differences(from: StoreDocument, to: StoreDocument): Write[] {
  return collections.flatMap((collection) =>
    listDifferences(collection, from.lists[collection], to.lists[collection]),
  );
}

function listDifferences(
  collection: Collection,
  from: readonly StoredObject[],
  to: readonly StoredObject[],
): Write[] {
  const old = new Map(from.map((object) => [object.id, object]));
  const writes: Write[] = [];
  for (const after of to) {
    const before = old.get(after.id);
    old.delete(after.id);
    if (before === undefined) writes.push({ collection, id: after.id, after } as Write);
    else if (!sameValue(before, after)) writes.push({ collection, id: after.id, before, after } as Write);
  }
  for (const before of old.values()) writes.push({ collection, id: before.id, before } as Write);
  return writes;
}

/** The writes that make a document out of an empty one. */
export function contents(document: StoreDocument): Write[] {
  return collections.flatMap((collection) =>
    document.lists[collection].map((after) => ({ collection, id: after.id, after }) as Write),
  );
}

export const objectCount = (document: StoreDocument): number =>
  collections.reduce((sum, collection) => sum + document.lists[collection].length, 0);
