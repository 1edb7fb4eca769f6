import type { Draft } from "./draft.ts";
import { DomainError } from "./errors.ts";
import { differences, type Existing, existing, type Removal, removed } from "./existing.ts";
import { checkFqdn } from "./fqdn.ts";
import { type Naming, poolOfServers, requirePool } from "./identity.ts";
import { type Pool, poolNoun } from "./nouns/pool.ts";
import type { Site } from "./nouns/site.ts";
import { siteNoun } from "./nouns/site.ts";
import type { Outcome } from "./outcome.ts";
import { applyPatch, forEachWord, initialValues } from "./patch.ts";
import { checkName, type ListEdit } from "./property.ts";
import { serviceScope } from "./scope-identity.ts";
import { activeLost, type PoolPatch, requireServers, swapped } from "./servers.ts";
import { findOne, nouns, type State } from "./state.ts";
import { fold, wildcard } from "./text.ts";

/** Declares a pool that was deployed; a site named with it is declared too. Throws `exists`, `invalid-value`. */
export function newPool(draft: Draft, word: string, patch: PoolPatch, options: Existing = {}): Outcome {
  const fqdn = checkFqdn("pool", word);
  const found = existing(draft, "pools", fqdn, options);
  const blank = { ...initialValues(poolNoun.properties), fqdn } as Pool;
  if (found !== undefined) {
    const { value } = applyPatch(draft, poolNoun.properties, found, patch, (_, site) => site);
    return differences("pools", found, value);
  }
  const { value } = applyPatch(draft, poolNoun.properties, blank, patch, declaringSite(draft));
  requireServers(value);
  const { id: _, ...fields } = value;
  const pool = draft.create("pools", fields);
  return {
    touched: [{ collection: "pools", id: pool.id, identity: pool.fqdn }],
    warnings: activeLost(undefined, pool),
  };
}

/** Finds a site by its name, and declares it where it is not there yet. */
export const declaringSite =
  (draft: Draft) =>
  (_: string, word: string): string =>
    (findOne(draft, "sites", "identity", fold(word)) ?? declare(draft, word)).name;

function declare(draft: Draft, word: string): Site {
  return draft.create("sites", { name: checkSiteName(word) });
}

/** The name of a site as it is stored. Throws `invalid-value`. */
export function checkSiteName(word: string): string {
  const name = checkName("the name of a site", siteNoun.properties.name, word);
  if (!/[:*?]/.test(name)) return name;
  throw new DomainError(
    "invalid-value",
    `the name of a site may not hold a colon or a wildcard: \`${name}\``,
    {
      hint: {
        say: "give the name alone; `site:` is written only before a policy's or a configuration's scope",
      },
    },
  );
}

/** Changes pools, all or none. Throws `not-found`, `limit-exceeded`. */
export const setPools = (draft: Draft, words: readonly string[], patch: PoolPatch): Outcome =>
  changed(
    draft,
    forEachWord(words, (word) => requirePool(draft, word)),
    (pool) => applyPatch(draft, poolNoun.properties, pool, patch, declaringSite(draft)).value,
  );

/** Says which servers of pools take new connections; `swap` changes the active with the inactive. Throws as setPools. */
export const setActiveServers = (
  draft: Draft,
  words: readonly string[],
  {
    activeServers = {},
    swap = false,
  }: { readonly activeServers?: ListEdit | undefined; readonly swap?: boolean },
): Outcome =>
  changed(
    draft,
    forEachWord(words, (word) => poolOfServers(draft, word)),
    (pool) =>
      swap ? swapped(pool) : applyPatch(draft, poolNoun.properties, pool, { activeServers }, keep).value,
  );

/** Pools that the words name, each once, or all; those whose identity as a service matches a wildcard. */
export function findPools(
  state: State,
  words: readonly string[] | undefined,
  { pool, filter }: Naming & { readonly filter?: string | undefined },
): Pool[] {
  const named = words ?? (pool === undefined ? undefined : [pool]);
  const found =
    named === undefined ? state.all("pools") : forEachWord(named, (word) => requirePool(state, word));
  const matches = filter === undefined ? () => true : wildcard(filter);
  return [...new Set(found)].filter(({ fqdn }) => matches(fqdn) || matches(`PersistentChatServer:${fqdn}`));
}

const keep = (_: string, word: string): string => word;

function changed(draft: Draft, pools: readonly Pool[], change: (pool: Pool) => Pool): Outcome {
  const warnings = pools.flatMap((pool) => {
    const { id, ...fields } = change(pool);
    requireServers({ id, ...fields });
    draft.update("pools", id, fields);
    return activeLost(pool, { id, ...fields });
  });
  return {
    touched: pools.map(({ id, fqdn }) => ({ collection: "pools", id, identity: fqdn }) as const),
    warnings,
  };
}

/** Removes pools that hold nothing. Throws `in-use` naming what they hold. */
export function removePools(draft: Draft, words: readonly string[], options: Removal = {}): Outcome {
  return removed(draft, "pools", words, options, (pool) => {
    const held = heldBy(draft, pool);
    if (held.length > 0) {
      throw new DomainError(
        "in-use",
        `pool \`${pool.fqdn}\` holds ${held.map(([one, many, n]) => `${n} ${n === 1 ? one : many}`).join(", ")}`,
        {
          hint: { say: "remove those first; nothing can move to another pool" },
          details: { pool: pool.fqdn, holds: Object.fromEntries(held.map(([, many, n]) => [many, n])) },
        },
      );
    }
    return { losing: [] };
  });
}

function heldBy(state: State, pool: Pool): [one: string, many: string, count: number][] {
  const key = fold(pool.fqdn);
  const settings = (["configurations", "complianceConfigurations"] as const).map((collection) =>
    findOne(state, collection, "identity", fold(serviceScope(pool.fqdn))) === undefined ? 0 : 1,
  );
  const counts: [one: string, many: string, count: number][] = [
    ["category", "categories", [...state.lookup("categories", "pool", key)].length],
    ["room", "rooms", [...state.lookup("rooms", "pool", key)].length],
    ["add-in", "add-ins", [...state.lookup("addins", "pool", key)].length],
    ["endpoint", "endpoints", [...state.lookup("endpoints", "pool", key)].length],
    ["configuration", "configurations", settings[0]!],
    ["compliance configuration", "compliance configurations", settings[1]!],
  ];
  return counts.filter(([, , count]) => count > 0);
}

/** Declares a site. Throws `exists`, `invalid-value`. */
export function newSite(draft: Draft, word: string, options: Existing = {}): Outcome {
  const name = checkSiteName(word);
  const site = existing(draft, "sites", name, options) ?? declare(draft, name);
  return { touched: [{ collection: "sites", id: site.id, identity: site.name }] };
}

/** Removes sites that nothing names. Throws `in-use`. */
export function removeSites(draft: Draft, words: readonly string[], options: Removal = {}): Outcome {
  return removed(draft, "sites", words, options, (site) => {
    const users = [
      ...[...draft.lookup("pools", "site", fold(site.name))].map((pool) => `pool \`${pool.fqdn}\``),
      ...(["policies", "configurations", "complianceConfigurations"] as const).flatMap((collection) => {
        const scoped = findOne(draft, collection, "identity", fold(`site:${site.name}`));
        return scoped === undefined ? [] : [`${nouns[collection].one} \`${scoped.identity}\``];
      }),
    ];
    if (users.length > 0) {
      throw new DomainError("in-use", `site \`${site.name}\` is named by ${users.join(", ")}`, {
        hint: { say: "move or remove those first" },
        details: { site: site.name, usedBy: users },
      });
    }
    return { losing: [] };
  });
}
