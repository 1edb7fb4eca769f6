import { type Draft, sameValue } from "./draft.ts";
import { DomainError } from "./errors.ts";
import { findByIdentity, findInPool, identityOf, type Naming, type PoolCollection } from "./identity.ts";
import type { Outcome, Touched } from "./outcome.ts";
import { forEachWord } from "./patch.ts";
import { principalKey } from "./principal-word.ts";
import { type Properties, shownName } from "./property.ts";
import { type Collection, findOne, nouns, type Objects, type State } from "./state.ts";
import { fold } from "./text.ts";
import { alreadyExists } from "./unique-name.ts";

export interface Existing {
  /** Take an object that exists already as it is; a difference is a warning. */
  readonly ifNotExists?: boolean;
}

/** The object of this identity where one may exist. Throws `exists` where it may not. */
export function existing<C extends Collection>(
  state: State,
  collection: C,
  identity: string,
  options: Existing,
): Objects[C] | undefined {
  const found = findOne(state, collection, "identity", fold(identity));
  if (found !== undefined && options.ifNotExists !== true) {
    throw alreadyExists(collection, identityOf(collection, found));
  }
  return found;
}

/** An existing object left as it is, with a warning that names the properties that were asked otherwise. */
export function differences<C extends Collection>(
  collection: C,
  found: Objects[C],
  wanted: Objects[C],
): Outcome {
  const identity = identityOf(collection, found);
  const properties = Object.entries(nouns[collection].properties as Properties)
    .filter(([key]) => !sameProperty(found[key as never], wanted[key as never]))
    .map(([key, property]) => shownName(key, property));
  return {
    touched: [{ collection, id: found.id, identity }],
    warnings:
      properties.length === 0
        ? []
        : [{ code: "differs", kind: nouns[collection].kind, identity, properties }],
  };
}

/** Lists of principals are the same whatever their order. */
function sameProperty(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return sameValue(a, b);
  const keys = new Set(a.map(principalKey));
  return a.length === b.length && b.every((entry) => keys.has(principalKey(entry)));
}

export interface Removal {
  /** Do not mind an object that is not there. */
  readonly ifExists?: boolean;
}

interface Leaving {
  /** People who lose something by it (stored principals). */
  readonly losing: readonly string[];
}

/**
 * Removes objects by identity, each once, all or none, and asks for each. `check` may refuse, and says who loses.
 * Throws `not-found`, unless `ifExists`.
 */
export function removed<C extends Collection>(
  draft: Draft,
  collection: C,
  words: readonly string[],
  options: Naming & Removal,
  check: (object: Objects[C]) => Leaving,
): Outcome {
  const touched: Touched[] = [];
  const found = new Map(
    forEachWord(words, (word) => {
      const object = findIfExists(draft, collection, word, options);
      return [object === undefined ? word : identityOf(collection, object), object] as const;
    }),
  );
  const questions = forEachWord([...found.keys()], (identity) => {
    const object = found.get(identity);
    if (object === undefined) {
      touched.push({ collection, id: undefined, identity });
      return [];
    }
    const { losing } = check(object);
    touched.push({ collection, id: object.id, identity });
    draft.remove(collection, object.id);
    return [{ code: "removes", kind: nouns[collection].kind, identity, losing } as const];
  });
  return { touched, questions: questions.flat() };
}

function findIfExists<C extends Collection>(
  state: State,
  collection: C,
  word: string,
  options: Naming & Removal,
): Objects[C] | undefined {
  try {
    return isPoolCollection(collection)
      ? (findInPool(state, collection, word, options) as Objects[C])
      : findByIdentity(state, collection, word);
  } catch (error) {
    const missing = error instanceof DomainError && error.code === "not-found";
    if (missing && options.ifExists === true) return undefined;
    throw error;
  }
}

export function isPoolCollection(collection: Collection): collection is PoolCollection {
  return collection === "categories" || collection === "addins" || collection === "rooms";
}
