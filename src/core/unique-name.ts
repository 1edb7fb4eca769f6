import { DomainError } from "./errors.ts";
import { identityOf, type PoolCollection } from "./identity.ts";
import { identityIn, poolOf } from "./identity-text.ts";
import { type Collection, findOne, nouns, type Objects, type State } from "./state.ts";
import { fold } from "./text.ts";

/**
 * Names are unique per pool and kind, and a room may not bear a category's name (rules of the domain, 6).
 * Throws `exists`.
 */
export function requireFreeName(
  state: State,
  collection: PoolCollection,
  object: { readonly id?: number; readonly identity: string; readonly name: string },
): void {
  const taken = otherWith(state, collection, object.identity, object.id);
  if (taken !== undefined) {
    throw object.id === undefined
      ? alreadyExists(collection, taken.identity)
      : nameTaken(collection, taken.identity);
  }
  const other = collection === "rooms" ? "categories" : collection === "categories" ? "rooms" : undefined;
  if (other === undefined) return;
  const key = fold(identityIn(poolOf(object.identity), object.name));
  const namesake = findOne(state, other, "identity", key);
  if (namesake === undefined) return;
  throw new DomainError(
    "exists",
    `${nouns[other].one} \`${namesake.identity}\` has that name, and a room may not bear a category's name`,
    {
      hint: { say: "choose another name" },
      details: { kind: nouns[other].kind, identity: namesake.identity },
    },
  );
}

/** The same for an object of any kind that stands in the state already. Throws `exists`. */
export function requireFreeIdentity<C extends Collection>(
  state: State,
  collection: C,
  object: Objects[C],
): void {
  if ("name" in object && "identity" in object) {
    requireFreeName(state, collection as PoolCollection, object as never);
    return;
  }
  const identity = identityOf(collection, object);
  if (otherWith(state, collection, identity, object.id) !== undefined) throw nameTaken(collection, identity);
}

/** Another object than `id` that has this identity. */
function otherWith<C extends Collection>(
  state: State,
  collection: C,
  identity: string,
  id: number | undefined,
): Objects[C] | undefined {
  return [...state.lookup(collection, "identity", fold(identity))].find((object) => object.id !== id);
}

/** For a rename, where nothing can be taken as it is. */
function nameTaken(collection: Collection, identity: string): DomainError {
  const noun = nouns[collection];
  return new DomainError("exists", `${noun.one} \`${identity}\` exists already`, {
    hint: { say: "choose another name" },
    details: { kind: noun.kind, identity },
  });
}

export function alreadyExists(collection: keyof typeof nouns, identity: string): DomainError {
  const noun = nouns[collection];
  return new DomainError("exists", `${noun.one} \`${identity}\` exists already`, {
    hint: {
      say:
        noun.kind === "site" || noun.kind === "endpoint"
          ? "add --if-not-exists to take it as it is"
          : `change it with set-${noun.kind}, or add --if-not-exists to take it as it is`,
    },
    details: { kind: noun.kind, identity },
  });
}
