import { identityOf } from "../identity.ts";
import { poolOf } from "../identity-text.ts";
import type { Category } from "../nouns/category.ts";
import type { Room } from "../nouns/room.ts";
import { type Collection, collections, findOne, nouns, type State, type StoredObject } from "../state.ts";
import { compareText, fold } from "../text.ts";
import { type Shape, type ShapeKey, shapes } from "./shape.ts";

/** One object as a manifest writes it. */
export type ManifestObject = Readonly<Record<string, unknown>>;

/** A manifest: a list for each kind of which there can be several. */
export type ManifestContent = { readonly [C in Collection]?: readonly ManifestObject[] | ManifestObject };

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
export function exportState(state: State, selection: Selection = {}): ManifestContent {
  const isMeant = selectionTest(state, selection);
  const content: { [C in Collection]?: readonly ManifestObject[] | ManifestObject } = {};
  for (const collection of collections) {
    const objects = ([...state.all(collection)] as StoredObject[]).filter((object) =>
      isMeant(collection, object),
    );
    const shape = shapes[collection];
    const written = sorted(collection, objects).map((object) => writeObject(state, shape, object));
    if (shape.identity !== undefined) {
      if (written.length > 0 || isWhole(selection)) content[collection] = written;
    } else if (written.length > 0) content[collection] = written[0]!;
  }
  return content;
}

const isWhole = ({ category, pool }: Selection): boolean => category === undefined && pool === undefined;

function sorted(collection: Collection, objects: readonly StoredObject[]): StoredObject[] {
  return objects
    .map((object) => ({ object, identity: identityOf(collection, object as never) }))
    .sort((a, b) => compareText(a.identity, b.identity))
    .map(({ object }) => object);
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
  const addins = new Set(
    [...state.lookup("rooms", "category", String(category.id))].map(({ addinId }) => addinId),
  );
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
