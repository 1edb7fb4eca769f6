import { poolOf } from "./identity-text.ts";
import type { Properties } from "./property.ts";
import { type Collection, collections, findOne, nouns, type Objects, type State } from "./state.ts";
import { fold } from "./text.ts";

/** One thing that an object refers to, by its id or, where that never changes, by its identity. */
export interface Reference {
  /** Property that holds it. */
  readonly key: string;
  readonly collection: Collection;
  readonly target: number | string;
}

const byKind: ReadonlyMap<string, Collection> = new Map(
  collections.map((collection) => [nouns[collection].kind, collection]),
);

/** Everything that must be there for an object to be: what its properties name, its pool, the site of its scope. */
export function referencesOf<C extends Collection>(collection: C, object: Objects[C]): Reference[] {
  const named = Object.entries(nouns[collection].properties as Properties).flatMap(([key, { refersTo }]) => {
    const target = object[key as keyof Objects[C]] as number | string | null;
    const referred = byKind.get(refersTo ?? "");
    return referred === undefined || target === null ? [] : [{ key, collection: referred, target }];
  });
  return [...named, ...referencesOfIdentity(object)];
}

/** `pool\name`, `site:name` and `service:PersistentChatServer:fqdn` hold what they belong to. */
function referencesOfIdentity(object: object): Reference[] {
  if (!("identity" in object)) return [];
  const identity = String(object.identity);
  const pool =
    "name" in object ? poolOf(identity) : /^service:PersistentChatServer:(.*)$/is.exec(identity)?.[1];
  const site = "name" in object ? undefined : /^site:(.*)$/is.exec(identity)?.[1];
  return [
    ...(pool === undefined ? [] : [{ key: "identity", collection: "pools", target: pool } as const]),
    ...(site === undefined ? [] : [{ key: "identity", collection: "sites", target: site } as const]),
  ];
}

export function isDangling(state: State, { collection, target }: Reference): boolean {
  const found =
    typeof target === "number"
      ? state.get(collection, target)
      : findOne(state, collection, "identity", fold(target));
  return found === undefined;
}

/** Every object that refers to what is no longer there; looks at all objects. */
export function* danglingIn(
  state: State,
): Iterable<{ readonly collection: Collection; readonly id: number; readonly reference: Reference }> {
  for (const collection of collections) {
    for (const object of state.all(collection)) {
      for (const reference of referencesOf(collection, object)) {
        if (isDangling(state, reference)) yield { collection, id: object.id, reference };
      }
    }
  }
}
