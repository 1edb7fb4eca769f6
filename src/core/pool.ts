import type { Draft } from "./draft.ts";
import { DomainError } from "./errors.ts";
import { differences, type Existing, existing, type Removal, removed } from "./existing.ts";
import { findByIdentity } from "./identity.ts";
import { type Pool, poolNoun } from "./nouns/pool.ts";
import type { Site } from "./nouns/site.ts";
import { siteNoun } from "./nouns/site.ts";
import type { Outcome } from "./outcome.ts";
import { applyPatch, forEachWord, initialValues } from "./patch.ts";
import { checkName, type PatchOf } from "./property.ts";
import { findOne, type State } from "./state.ts";
import { fold } from "./text.ts";

export type PoolPatch = PatchOf<typeof poolNoun.properties>;

/** Declares a pool that was deployed; a site named with it is declared too. Throws `exists`, `invalid-value`. */
export function newPool(draft: Draft, word: string, patch: PoolPatch, options: Existing = {}): Outcome {
  const fqdn = checkFqdn(word);
  const found = existing(draft, "pools", fqdn, options);
  const blank = { ...initialValues(poolNoun.properties), fqdn } as Pool;
  if (found !== undefined) {
    const { value } = applyPatch(draft, poolNoun.properties, found, patch, (_, site) => site);
    return differences("pools", found, value);
  }
  const { value } = applyPatch(draft, poolNoun.properties, blank, patch, declaringSite(draft));
  const { id: _, ...fields } = value;
  const pool = draft.create("pools", fields);
  return { touched: [{ collection: "pools", id: pool.id, identity: pool.fqdn }] };
}

/** A fully qualified name: at least two labels of letters, digits and hyphens (RFC 1123, section 2.1). */
function checkFqdn(word: string): string {
  const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
  if (word.length <= 253 && new RegExp(`^${label}(?:\\.${label})+$`, "i").test(word)) return word;
  throw new DomainError("invalid-value", `\`${word}\` is not a fully qualified domain name`, {
    hint: { say: "name the pool as the topology does, for example pchat.contoso.com" },
  });
}

const declaringSite =
  (draft: Draft) =>
  (_: string, word: string): string =>
    (findOne(draft, "sites", "identity", fold(word)) ?? declare(draft, word)).name;

function declare(draft: Draft, word: string): Site {
  return draft.create("sites", { name: checkSiteName(word) });
}

function checkSiteName(word: string): string {
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

/** Changes pools, all or none. Throws `not-found`. */
export function setPools(draft: Draft, words: readonly string[], patch: PoolPatch): Outcome {
  const touched = forEachWord(words, (word) => {
    const pool = findByIdentity(draft, "pools", word);
    const { value } = applyPatch(draft, poolNoun.properties, pool, patch, declaringSite(draft));
    const { id, ...fields } = value;
    draft.update("pools", id, fields);
    return { collection: "pools", id, identity: pool.fqdn } as const;
  });
  return { touched };
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
  const service = findOne(
    state,
    "configurations",
    "identity",
    fold(`service:PersistentChatServer:${pool.fqdn}`),
  );
  const counts: [one: string, many: string, count: number][] = [
    ["category", "categories", [...state.lookup("categories", "pool", key)].length],
    ["room", "rooms", [...state.lookup("rooms", "pool", key)].length],
    ["add-in", "add-ins", [...state.lookup("addins", "pool", key)].length],
    ["configuration", "configurations", service === undefined ? 0 : 1],
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
      ...(["policies", "configurations"] as const).flatMap((collection) => {
        const scoped = findOne(draft, collection, "identity", fold(`site:${site.name}`));
        return scoped === undefined
          ? []
          : [`${collection === "policies" ? "policy" : "configuration"} \`${scoped.identity}\``];
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
