import { identityOf } from "../identity.ts";
import { poolOf } from "../identity-text.ts";
import type { Category } from "../nouns/category.ts";
import type { Room } from "../nouns/room.ts";
import { again } from "../sequence.ts";
import { type Collection, collections, findOne, nouns, type State, type StoredObject } from "../state.ts";
import { fold, sortedByText } from "../text.ts";
import { type Shape, type ShapeKey, shapes } from "./shape.ts";

/** One object as a manifest writes it. */
export type ManifestObject = Readonly<Record<string, unknown>>;

/** A manifest: a list for each kind of which there can be several. Its objects are made as they are taken. */
export type ManifestContent = { readonly [C in Collection]?: Iterable<ManifestObject> | ManifestObject };

/** What part of a state is meant; everything without any. */
export interface Selection {
  readonly category?: Category | undefined;
  /** Name of a pool as it is stored. */
  readonly pool?: string | undefined;
}

/**
 * A state as a manifest: every property of every object, sorted by identity, so that two states which are the same
 * give the same. A category comes with its rooms and with all that these and it refer to.
 */
export function exportState(
  state: State,
  selection: Selection = {},
  kinds: readonly Collection[] = collections,
): ManifestContent {
  const content: { [C in Collection]?: Iterable<ManifestObject> | ManifestObject } = {};
  for (const collection of kinds) {
    const ids = placesIn(state, collection, selection).map(({ id }) => id);
    const objects = manifestObjects(state, collection, ids);
    if (shapes[collection].identity !== undefined) {
      if (ids.length > 0 || isWhole(selection)) content[collection] = objects;
    } else {
      const [only] = objects;
      if (only !== undefined) content[collection] = only;
    }
  }
  return content;
}

const isWhole = ({ category, pool }: Selection): boolean => category === undefined && pool === undefined;

/** What the place of an object in a manifest depends on: all of it that is held, however many there are. */
export interface ManifestPlace {
  readonly id: number;
  /** Its identity. */
  readonly text: string;
  /** Of a room. */
  readonly categoryId: number | undefined;
}

/** The objects of a kind that are meant, sorted by identity. */
export function placesIn(state: State, collection: Collection, selection: Selection): ManifestPlace[] {
  const isMeant = selectionTest(state, selection);
  return sortedByText(meantIn(state, collection, isMeant));
}

function* meantIn(state: State, collection: Collection, isMeant: Test): Iterable<ManifestPlace> {
  for (const object of state.all(collection) as Iterable<StoredObject>) {
    if (!isMeant(collection, object)) continue;
    const categoryId = collection === "rooms" ? (object as Room).categoryId : undefined;
    yield { id: object.id, text: identityOf(collection, object as never), categoryId };
  }
}

/** Objects as a manifest writes them, each read when it is taken. */
export function manifestObjects(
  state: State,
  collection: Collection,
  ids: readonly number[],
): Iterable<ManifestObject> {
  const shape = shapes[collection];
  return again(function* () {
    for (const object of state.each(collection, ids)) yield writeObject(state, shape, object);
  });
}

function writeObject(state: State, { identity, keys }: Shape, object: StoredObject): ManifestObject {
  const fields = object as unknown as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    [...(identity === undefined ? [] : [identity]), ...keys].map((key) => [
      key.shown,
      writeValue(state, key, fields[key.stored]),
    ]),
  );
}

/** References by id are written by name. A name that could be taken for a pool and a name is written in full. */
function writeValue(state: State, { property }: ShapeKey, value: unknown): unknown {
  if (typeof value !== "number" || property.refersTo === undefined) return value;
  const collection = collections.find((each) => nouns[each].kind === property.refersTo)!;
  const target = state.get(collection, value) as
    | { readonly name: string; readonly identity: string }
    | undefined;
  if (target === undefined) return null;
  return target.name.includes("/") ? target.identity : target.name;
}

type Test = (collection: Collection, object: StoredObject) => boolean;

function selectionTest(state: State, { category, pool }: Selection): Test {
  if (category !== undefined) return categoryTest(state, category);
  if (pool === undefined) return () => true;
  return (collection, object) => isOfPool(state, pool, collection, object);
}

function categoryTest(state: State, category: Category): Test {
  const pool = poolOf(category.identity);
  const addins = new Set<number | null>();
  for (const { addinId } of state.lookup("rooms", "category", String(category.id))) addins.add(addinId);
  return (collection, object) => {
    if (collection === "categories") return object.id === category.id;
    if (collection === "rooms") return (object as Room).categoryId === category.id;
    if (collection === "addins") return addins.has(object.id);
    return (collection === "pools" || collection === "sites") && isOfPool(state, pool, collection, object);
  };
}

function isOfPool(state: State, pool: string, collection: Collection, object: StoredObject): boolean {
  const identity = identityOf(collection, object as never);
  const isIt = (word: string): boolean => fold(word) === fold(pool);
  if (shapes[collection].inPool) return isIt(poolOf(identity));
  if (collection === "pools") return isIt(identity);
  if (collection === "sites") {
    const site = findOne(state, "pools", "identity", fold(pool))?.site;
    return site != null && fold(site) === fold(identity);
  }
  const service = /^service:PersistentChatServer:(.*)$/is.exec(identity)?.[1];
  if (service !== undefined) return isIt(service);
  const key = shapes[collection].keys.find(({ property }) => property.refersTo === "pool");
  const named = key && (object as unknown as Readonly<Record<string, unknown>>)[key.stored];
  return typeof named === "string" && isIt(named);
}
