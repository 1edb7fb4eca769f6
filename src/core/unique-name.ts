import { DomainError } from "./errors.ts";
import type { PoolCollection } from "./identity.ts";
import { identityIn, poolOf } from "./identity-text.ts";
import { findOne, nouns, type State } from "./state.ts";
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
  const taken = findOne(state, collection, "identity", fold(object.identity));
  if (taken !== undefined && taken.id !== object.id) {
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

/** For a rename, where nothing can be taken as it is. */
function nameTaken(collection: PoolCollection, identity: string): DomainError {
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
        noun.kind === "site"
          ? "add --if-not-exists to take it as it is"
          : `change it with set-${noun.kind}, or add --if-not-exists to take it as it is`,
    },
    details: { kind: noun.kind, identity },
  });
}
