import { DomainError, type Hint } from "./errors.ts";
import { poolOf } from "./identity-text.ts";
import type { Pool } from "./nouns/pool.ts";
import type { Warning } from "./outcome.ts";
import { forEachWord } from "./patch.ts";
import { poolWord } from "./scope-identity.ts";
import { type Collection, findOne, nouns, type Objects, type State } from "./state.ts";
import { fold } from "./text.ts";

/** Kinds of objects that live in one pool for good, under the identity `pool\name`. */
export type PoolCollection = "categories" | "addins" | "rooms";

/** How a bare name is narrowed: the value of `--pool` or PCHAT_POOL, if any. */
export interface Naming {
  readonly pool?: string | undefined;
}

interface Address {
  readonly pool: Pool | undefined;
  readonly name: string;
}

/**
 * The object that a word names: `pool\name`, `pool/name` after a known pool, or a bare name that is unique (in
 * the pool of `naming`, where given). Design: the command line, identity.
 * Throws `not-found` (with what it may have meant) or `ambiguous` (listing each match).
 */
export const findInPool = <C extends PoolCollection>(
  state: State,
  collection: C,
  word: string,
  naming: Naming = {},
): Objects[C] => seekInPool(state, collection, word, naming) ?? fail(notFound(state, collection, word));

/** As findInPool, where there may be none. Throws `ambiguous`, and `not-found` for a pool. */
export function seekInPool<C extends PoolCollection>(
  state: State,
  collection: C,
  word: string,
  naming: Naming = {},
): Objects[C] | undefined {
  const narrowed = naming.pool === undefined ? undefined : requirePool(state, naming.pool);
  const exact = findOne(state, collection, "identity", fold(word)) ?? findBySlash(state, collection, word);
  if (exact !== undefined) return exact;
  const { pool = narrowed, name } = addressOf(state, word);
  const named = [...state.lookup(collection, "name", fold(name))] as Objects[C][];
  const found =
    pool === undefined ? named : named.filter((o) => fold(poolOf(o.identity)) === fold(pool.fqdn));
  if (found.length > 1) throw ambiguousName(collection, word, found);
  return found[0];
}

/** The identities of the objects that the words name, each once. One refusal names every word that fails. */
export function identitiesOf(
  state: State,
  collection: PoolCollection,
  words: readonly string[],
  naming: Naming,
): string[] {
  return [...new Set(forEachWord(words, (word) => findInPool(state, collection, word, naming).identity))];
}

function findBySlash<C extends PoolCollection>(
  state: State,
  collection: C,
  word: string,
): Objects[C] | undefined {
  const address = splitAtSlash(state, word);
  return address === undefined
    ? undefined
    : findOne(state, collection, "identity", fold(`${address.pool?.fqdn}\\${address.name}`));
}

/** Splits `pool\name`, or `pool/name` where the pool is known ("24/7 Support" is a name). Else a bare name. */
export function addressOf(state: State, word: string): Address {
  const backslash = word.indexOf("\\");
  if (backslash >= 0) {
    return { pool: requirePool(state, word.slice(0, backslash)), name: word.slice(backslash + 1) };
  }
  return splitAtSlash(state, word) ?? { pool: undefined, name: word };
}

function splitAtSlash(state: State, word: string): Address | undefined {
  const slash = word.indexOf("/");
  const pool = slash < 0 ? undefined : findOne(state, "pools", "identity", fold(word.slice(0, slash)));
  return pool && { pool, name: word.slice(slash + 1) };
}

/**
 * A warning where a new object's name looks as if it were meant for a pool, `chat.contoso.com/Help Desk`, and there is
 * no such pool: a slash is a part of names otherwise.
 */
export function slashWarning({ pool, name }: Address): Warning[] {
  const before = name.slice(0, Math.max(0, name.indexOf("/")));
  const isHost = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(before) && !/^[\d.]+$/.test(before);
  return pool === undefined && isHost ? [{ code: "no-such-pool-in-name", name, pool: before }] : [];
}

/** The pool with this name, which may stand behind `PersistentChatServer:` or `service:`. Throws `not-found`. */
export function requirePool(state: State, fqdn: string): Pool {
  return findOne(state, "pools", "identity", fold(poolWord(fqdn))) ?? fail(notFound(state, "pools", fqdn));
}

/**
 * The pool whose servers are meant: by its name, or the only one by the name that the cmdlets have for the one
 * collection of active servers (`PChatServerCollection`, `global`). Throws `not-found`, `missing-value`.
 */
export const poolOfServers = (state: State, word: string): Pool =>
  /^(?:PChatServerCollection|global)$/i.test(word) ? onlyPool(state) : requirePool(state, word);

/**
 * The pool in which a new object goes: the one of its `pool\name`, of `--pool`, or the only one.
 * Throws `not-found` without any pool, `missing-value` where there are several, `invalid-value` where two
 * different ones are named.
 */
export function poolForNew(state: State, address: Address, naming: Naming): Pool {
  const named = naming.pool === undefined ? undefined : requirePool(state, naming.pool);
  if (address.pool !== undefined && named !== undefined && address.pool.id !== named.id) {
    throw new DomainError(
      "invalid-value",
      `\`${address.pool.fqdn}\` and \`${named.fqdn}\` are different pools`,
      {
        hint: { say: "name the pool once" },
      },
    );
  }
  return address.pool ?? named ?? onlyPool(state);
}

function onlyPool(state: State): Pool {
  const pools = [...state.all("pools")];
  if (pools.length === 1) return pools[0]!;
  if (pools.length === 0) {
    throw new DomainError("not-found", "there is no pool yet", {
      hint: { say: "name the one that was deployed", commands: [["new-pool", "pchat.contoso.com"]] },
    });
  }
  throw new DomainError("missing-value", `there are ${pools.length} pools, and none was named`, {
    hint: { say: `add --pool with one of ${pools.map((pool) => `\`${pool.fqdn}\``).join(", ")}` },
    details: { pools: pools.map((pool) => pool.fqdn) },
  });
}

/** The object of a kind whose identity is a plain word (a pool, site, policy …). Throws `not-found`. */
export function findByIdentity<C extends Collection>(state: State, collection: C, word: string): Objects[C] {
  if (collection === "pools") return requirePool(state, word) as Objects[C];
  return findOne(state, collection, "identity", fold(word)) ?? fail(notFound(state, collection, word));
}

/** The identity of any stored object, as `-o name` prints it. */
export function identityOf<C extends Collection>(collection: C, object: Objects[C]): string {
  return (nouns[collection].identity as unknown as (o: Objects[C]) => string)(object);
}

export function notFound(state: State, collection: Collection, word: string): DomainError {
  const noun = nouns[collection];
  const eaten = eatenBackslash(state, collection, word);
  return new DomainError("not-found", `there is no ${noun.one} \`${word}\``, {
    hint: eaten ?? listHint(collection),
    ...(eaten === undefined ? { unknown: { word, among: () => namesOf(state, collection, word) } } : {}),
    details: { kind: noun.kind, identity: word },
  });
}

function listHint(collection: Collection): Hint {
  const noun = nouns[collection];
  return { say: "see them all", commands: [[`get-${noun.kind}`]] };
}

/** `poolX` where `pool\X` exists: an unquoted backslash is eaten by POSIX shells. */
function eatenBackslash(state: State, collection: Collection, word: string): Hint | undefined {
  if (collection !== "rooms" && collection !== "categories" && collection !== "addins") return undefined;
  for (const pool of state.all("pools")) {
    const rest = fold(word).startsWith(fold(pool.fqdn)) ? word.slice(pool.fqdn.length) : "";
    if (rest === "" || findOne(state, collection, "identity", fold(`${pool.fqdn}\\${rest}`)) === undefined)
      continue;
    return {
      say: `the shell took the backslash out: quote it, as in '${pool.fqdn}\\${rest}', or write ${pool.fqdn}/${rest}`,
    };
  }
  return undefined;
}

/** Names to compare an unknown word with; in full where the word is. */
function* namesOf(state: State, collection: Collection, word: string): Iterable<string> {
  for (const object of state.all(collection)) {
    yield "name" in object && !word.includes("\\") ? object.name : identityOf(collection, object as never);
  }
}

function ambiguousName<C extends PoolCollection>(
  collection: C,
  word: string,
  found: readonly Objects[C][],
): DomainError {
  const identities = found.map((object) => object.identity);
  return new DomainError(
    "ambiguous",
    `${identities.length} ${nouns[collection].many} are named \`${word}\`: ${identities.map((i) => `\`${i}\``).join(", ")}`,
    { hint: { say: "name one in full, or add --pool" }, details: { matches: identities } },
  );
}

function fail(error: DomainError): never {
  throw error;
}
