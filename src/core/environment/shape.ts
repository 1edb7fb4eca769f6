import { type Properties, type Property, shownName } from "../property.ts";
import { type Collection, collections, nouns } from "../state.ts";

/** A property as a manifest writes it. */
export interface ShapeKey {
  /** Name in the manifest: `category`. */
  readonly shown: string;
  /** Name in the store: `categoryId`. */
  readonly stored: string;
  readonly property: Property;
}

/** How the objects of a collection are written in a manifest: as in the store, without ids, references by name. */
export interface Shape {
  readonly collection: Collection;
  /** Property that names an object; undefined for a kind of which a store has one. */
  readonly identity: ShapeKey | undefined;
  /** Whether objects live in a pool: named by `identity: pool\name`, or by `name` and perhaps `pool`. */
  readonly inPool: boolean;
  /** Everything else, in the order of the property table. */
  readonly keys: readonly ShapeKey[];
}

/** The shape of each collection, made from its property table. */
export const shapes = Object.fromEntries(
  collections.map((collection) => [collection, shapeOf(collection)]),
) as { readonly [C in Collection]: Shape };

function shapeOf(collection: Collection): Shape {
  const keys = Object.entries(nouns[collection].properties as Properties).map(([stored, property]) => ({
    shown: shownName(stored, property as Property),
    stored,
    property: property as Property,
  }));
  const identity = keys.find(({ property }) => property.settable === "identity");
  const inPool = identity?.stored === "identity" && keys.some(({ stored }) => stored === "name");
  return {
    collection,
    identity,
    inPool,
    keys: keys.filter((key) => key !== identity && !(inPool && key.stored === "name")),
  };
}

/** All names that an object may have, those that name it first. */
export function namesIn({ identity, inPool, keys }: Shape): readonly string[] {
  const naming = identity === undefined ? [] : [identity.shown];
  return [...naming, ...(inPool ? ["name", "pool"] : []), ...keys.map(({ shown }) => shown)];
}
