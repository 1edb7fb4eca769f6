import type { Draft } from "./draft.ts";
import { DomainError } from "./errors.ts";
import { differences, type Existing, existing, type Removal } from "./existing.ts";
import { isFqdn } from "./fqdn.ts";
import { type Naming, notFound, poolForNew, requirePool } from "./identity.ts";
import { type Endpoint, endpointNoun } from "./nouns/endpoint.ts";
import type { Outcome, Touched } from "./outcome.ts";
import { applyPatch, forEachWord, initialValues } from "./patch.ts";
import { checkName, type PatchOf } from "./property.ts";
import { findOne, type State } from "./state.ts";
import { fold, wildcard } from "./text.ts";

export type EndpointPatch = PatchOf<typeof endpointNoun.properties>;

const touch = ({ id, sipAddress }: Endpoint): Touched => ({
  collection: "endpoints",
  id,
  identity: sipAddress,
});

/**
 * Gives a pool a SIP address for legacy clients. Throws `exists` where an endpoint or a user has it,
 * `invalid-value`, `not-found`.
 */
export function newEndpoint(
  draft: Draft,
  word: string,
  patch: EndpointPatch,
  options: Naming & Existing = {},
): Outcome {
  const sipAddress = checkAddress(word);
  const pool = poolForNew(draft, { pool: undefined, name: sipAddress }, options).fqdn;
  const found = existing(draft, "endpoints", sipAddress, options);
  const blank = { ...initialValues(endpointNoun.properties), sipAddress, pool } as Endpoint;
  const { value } = applyPatch(draft, endpointNoun.properties, found ?? blank, patch, () => "");
  if (found !== undefined) return differences("endpoints", found, { ...value, pool });
  requireUnused(draft, sipAddress);
  const { id: _, ...fields } = value;
  return { touched: [touch(draft.create("endpoints", fields))] };
}

/** `sip:` and an address in a SIP domain; without the prefix it is put before. */
export function checkAddress(word: string): string {
  const name = checkName("the SIP address", endpointNoun.properties.sipAddress, word).replace(/^sip:/i, "");
  const [, user = "", domain = ""] = /^([^@\s:;?]+)@(.+)$/.exec(name) ?? [];
  if (user !== "" && isFqdn(domain)) return `sip:${name}`;
  throw new DomainError("invalid-value", `\`${word}\` is not a SIP address`, {
    hint: { say: "write sip:, a name and a SIP domain, for example sip:pchat@contoso.com" },
  });
}

/** Throws `exists` where a user of the directory has the address. */
export function requireUnused(state: State, sipAddress: string): void {
  const [entry] = state.directory?.bySip(sipAddress) ?? [];
  if (entry === undefined) return;
  throw new DomainError("exists", `\`${sipAddress}\` is the address of \`${entry.displayName}\``, {
    hint: { say: "choose another address" },
    details: { kind: "user", identity: sipAddress },
  });
}

/** The endpoint that a SIP address or a display name means. Throws `not-found`, `ambiguous`. */
function findEndpoint(state: State, word: string): Endpoint {
  for (const address of [word, `sip:${word}`]) {
    const found = findOne(state, "endpoints", "identity", fold(address));
    if (found !== undefined) return found;
  }
  const named = [...state.lookup("endpoints", "displayName", fold(word))];
  if (named.length === 1) return named[0]!;
  if (named.length === 0) throw notFound(state, "endpoints", word);
  const matches = named.map(({ sipAddress }) => sipAddress);
  throw new DomainError(
    "ambiguous",
    `${matches.length} endpoints are named \`${word}\`: ${matches.map((match) => `\`${match}\``).join(", ")}`,
    { hint: { say: "name one by its SIP address" }, details: { matches } },
  );
}

export interface EndpointFilter extends Naming {
  /** Wildcard over SIP address and display name. */
  readonly filter?: string | undefined;
  /** At most so many; 0 gives none. */
  readonly resultSize?: number | undefined;
}

/** Endpoints that the words name, each once, or all, of a pool where one is given. Throws `not-found`, `ambiguous`. */
export function findEndpoints(
  state: State,
  words: readonly string[] | undefined,
  { pool, filter, resultSize = Number.POSITIVE_INFINITY }: EndpointFilter,
): Endpoint[] {
  const named =
    words === undefined ? state.all("endpoints") : forEachWord(words, (word) => findEndpoint(state, word));
  const wanted = pool === undefined ? undefined : fold(requirePool(state, pool).fqdn);
  const matches = filter === undefined ? () => true : wildcard(filter);
  return [...new Set(named)]
    .filter((endpoint) => wanted === undefined || fold(endpoint.pool) === wanted)
    .filter(({ sipAddress, displayName }) => matches(sipAddress) || matches(displayName ?? ""))
    .slice(0, resultSize);
}

/** Removes endpoints, all or none, and asks for each. Throws `not-found`, unless `ifExists`; `ambiguous`. */
export function removeEndpoints(draft: Draft, words: readonly string[], options: Removal = {}): Outcome {
  const found = new Map(
    forEachWord(words, (word) => {
      const endpoint = findIfExists(draft, word, options.ifExists ?? false);
      return [endpoint?.sipAddress ?? word, endpoint] as const;
    }),
  );
  for (const endpoint of found.values()) if (endpoint !== undefined) draft.remove("endpoints", endpoint.id);
  return {
    touched: [...found].map(([identity, endpoint]) =>
      endpoint === undefined ? { collection: "endpoints", id: undefined, identity } : touch(endpoint),
    ),
    questions: [...found.values()].flatMap((endpoint) =>
      endpoint === undefined
        ? []
        : [{ code: "removes", kind: "endpoint", identity: endpoint.sipAddress, losing: [] } as const],
    ),
  };
}

function findIfExists(state: State, word: string, ifExists: boolean): Endpoint | undefined {
  try {
    return findEndpoint(state, word);
  } catch (error) {
    if (ifExists && error instanceof DomainError && error.code === "not-found") return undefined;
    throw error;
  }
}
