import { isPoolCollection } from "./existing.ts";
import { findByIdentity, findInPool, identityOf, type Naming, requirePool } from "./identity.ts";
import { poolOf } from "./identity-text.ts";
import { forEachWord } from "./patch.ts";
import { findPolicy } from "./policy.ts";
import type { Collection, Objects, State } from "./state.ts";
import { fold, wildcard } from "./text.ts";

export interface NameFilter extends Naming {
  /** Wildcard over the name, or over the identity of what lives in no pool. */
  readonly filter?: string | undefined;
}

/**
 * Objects of a kind: those that the words name, each once, in their order, or all (undefined) of the pool that
 * `naming` narrows to. Throws `not-found`, `ambiguous`.
 */
export function findNamed<C extends Collection>(
  state: State,
  collection: C,
  words: readonly string[] | undefined,
  options: NameFilter = {},
): Objects[C][] {
  const found =
    words === undefined
      ? [...allIn(state, collection, options.pool)]
      : [...new Set(forEachWord(words, (word) => find(state, collection, word, options)))];
  if (options.filter === undefined) return found;
  const matches = wildcard(options.filter);
  return found.filter((object) => matches("name" in object ? object.name : identityOf(collection, object)));
}

function find<C extends Collection>(state: State, collection: C, word: string, naming: Naming): Objects[C] {
  if (isPoolCollection(collection)) return findInPool(state, collection, word, naming) as Objects[C];
  return (
    collection === "policies" ? findPolicy(state, word) : findByIdentity(state, collection, word)
  ) as Objects[C];
}

/** All objects of a kind, or those of one pool. Throws `not-found` for an unknown pool. */
export function* allIn<C extends Collection>(
  state: State,
  collection: C,
  pool: string | undefined,
): Iterable<Objects[C]> {
  if (pool === undefined || !isPoolCollection(collection)) {
    yield* state.all(collection);
    return;
  }
  const key = fold(requirePool(state, pool).fqdn);
  for (const object of state.all(collection)) {
    if (fold(poolOf((object as Objects["rooms"]).identity)) === key) yield object;
  }
}
