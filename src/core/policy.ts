import type { Draft } from "./draft.ts";
import { DomainError } from "./errors.ts";
import { differences, type Existing, existing, type Removal } from "./existing.ts";
import { findByIdentity, notFound } from "./identity.ts";
import { type Policy, policyNoun } from "./nouns/policy.ts";
import type { Outcome, Question, Touched, Warning } from "./outcome.ts";
import { applyPatch, forEachWord, initialValues } from "./patch.ts";
import { allFailures, resolvePrincipal } from "./principal.ts";
import { checkName, type PatchOf } from "./property.ts";
import { disabledAccounts } from "./scope-rules.ts";
import { findOne, type State } from "./state.ts";
import { fold, hasWildcard, wildcard } from "./text.ts";

export type PolicyPatch = PatchOf<typeof policyNoun.properties>;

/** `tag:Name` is how the cmdlets show a per-user policy; it is entered as `Name`. */
const withoutTag = (word: string): string => word.replace(/^tag:/i, "");

const isGlobal = (identity: string): boolean => fold(identity) === "global";
const siteOf = (identity: string): string | undefined => /^site:(.*)$/is.exec(identity)?.[1];

/** Whether a policy is given to users one by one, rather than by site or to all. */
export const isPerUser = (identity: string): boolean => !isGlobal(identity) && siteOf(identity) === undefined;

/** Creates a policy for a site or for users by name. Throws `exists` (Global always is), `not-found` for a site. */
export function newPolicy(draft: Draft, word: string, patch: PolicyPatch, options: Existing = {}): Outcome {
  const identity = checkPolicyIdentity(draft, word);
  const found = existing(draft, "policies", identity, options);
  const blank = { ...initialValues(policyNoun.properties), identity } as Policy;
  const { value } = applyPatch(draft, policyNoun.properties, found ?? blank, patch, () => "");
  if (found !== undefined) return differences("policies", found, value);
  const { id: _, ...fields } = value;
  const policy = draft.create("policies", fields);
  return { touched: [touch(policy)] };
}

const touch = (policy: Policy): Touched => ({
  collection: "policies",
  id: policy.id,
  identity: policy.identity,
});

/** The identity that a word gives a new policy. Throws `invalid-value`, and `not-found` for a site. */
export function checkPolicyIdentity(state: State, word: string): string {
  const name = checkName("the identity", policyNoun.properties.identity, withoutTag(word));
  if (isGlobal(name)) return "Global";
  const site = siteOf(name);
  if (site !== undefined) return `site:${requireSite(state, site)}`;
  if (!/[:*?]/.test(name)) return name;
  throw new DomainError(
    "invalid-value",
    `the name of a policy may not hold a colon or a wildcard: \`${name}\``,
    {
      hint: { say: "use `Global`, `site:<name>`, or a plain name" },
    },
  );
}

/** The site's name in its own spelling. Throws `not-found`, with the command that declares it. */
export function requireSite(state: State, name: string): string {
  const site = findOne(state, "sites", "identity", fold(name));
  if (site !== undefined) return site.name;
  const { message, details, unknown } = notFound(state, "sites", name);
  throw new DomainError("not-found", message, {
    hint: { say: "declare it first", commands: [["new-site", name]] },
    details,
    ...(unknown === undefined ? {} : { unknown }),
  });
}

/** Changes policies, all or none. The policy must be named: nothing means Global by default. */
export function setPolicies(draft: Draft, words: readonly string[], patch: PolicyPatch): Outcome {
  const touched = forEachWord(words, (word) => {
    const policy = findPolicy(draft, word);
    const { value } = applyPatch(draft, policyNoun.properties, policy, patch, () => "");
    const { id, ...fields } = value;
    draft.update("policies", id, fields);
    return touch(policy);
  });
  return { touched };
}

/** The policy that a word names, `tag:` or not. Throws `not-found`. */
export const findPolicy = (state: State, word: string): Policy =>
  findByIdentity(state, "policies", withoutTag(word));

/**
 * Removes policies; Global is reset in the place of being removed. Asks for each. Throws `in-use` while users
 * have one, unless `force`, which takes it from them (rules of the domain, 7).
 */
export function removePolicies(
  draft: Draft,
  words: readonly string[],
  options: Removal & { readonly force?: boolean } = {},
): Outcome {
  const results = forEachWord(words.map(withoutTag), (word) => {
    const found = findOne(draft, "policies", "identity", fold(word));
    if (found !== undefined) return removePolicy(draft, found, options.force ?? false);
    if (options.ifExists === true) return noPolicy(word);
    throw notFound(draft, "policies", word);
  });
  return {
    touched: results.flatMap((result) => result.touched),
    warnings: results.flatMap((result) => result.warnings ?? []),
    questions: results.flatMap((result) => result.questions ?? []),
  };
}

const noPolicy = (identity: string): Outcome => ({
  touched: [{ collection: "policies", id: undefined, identity }],
});

function removePolicy(draft: Draft, policy: Policy, force: boolean): Outcome {
  const { id, identity } = policy;
  if (isGlobal(identity)) {
    const { identity: _, ...initial } = initialValues(policyNoun.properties);
    draft.update("policies", id, initial);
    return { touched: [touch(policy)], questions: [{ code: "resets", kind: "policy", identity }] };
  }
  const grants = [...draft.lookup("grants", "policy", fold(identity))];
  if (grants.length > 0 && !force)
    throw inUse(
      identity,
      grants.map((grant) => grant.user),
    );
  for (const grant of grants) draft.remove("grants", grant.id);
  draft.remove("policies", id);
  const users = grants.map((grant) => grant.user);
  return {
    touched: [touch(policy)],
    warnings: users.length === 0 ? [] : [{ code: "detached", kind: "policy", identity, from: users }],
    questions: [{ code: "removes", kind: "policy", identity, losing: users }],
  };
}

function inUse(identity: string, users: readonly string[]): DomainError {
  return new DomainError(
    "in-use",
    `${users.length === 1 ? "1 user has" : `${users.length} users have`} policy \`${identity}\``,
    {
      hint: {
        say: "give them another, or take it from them with --force; see them with",
        commands: [["get-user", "--policy", identity]],
      },
      details: { policy: identity, users },
    },
  );
}

export interface GrantOptions {
  /** Per-user policy to give; undefined takes the present one away, so that site or Global applies. */
  readonly policy: string | undefined;
}

/**
 * Gives users a per-user policy, or takes it away. Words may be display names with `*`; one that matches several
 * users asks. Only users with an enabled SIP address can have one. Throws `not-found`, `invalid-value` for a
 * policy that is not per user, and what resolving a principal throws.
 */
export function grantPolicy(draft: Draft, words: readonly string[], options: GrantOptions): Outcome {
  const policy = options.policy === undefined ? undefined : grantable(draft, options.policy);
  const named = forEachWord(words, (word) => leaver(draft, word, policy) ?? usersNamed(draft, word));
  const users = [...new Map(named.flatMap(({ users }) => users).map((user) => [fold(user), user])).values()];
  const touched = users.map((user) => give(draft, user, policy?.identity));
  const warnings: Warning[] = disabledAccounts(draft, users);
  const questions: Question[] = named.flatMap(({ word, users }) =>
    hasWildcard(word) && users.length > 1 ? [{ code: "many-matches", word, matches: users }] : [],
  );
  return { touched, warnings, questions };
}

/** Somebody who left the directory can still be rid of a policy, named by the address that has it. */
function leaver(
  state: State,
  word: string,
  policy: Policy | undefined,
): { word: string; users: readonly string[] } | undefined {
  if (policy !== undefined) return undefined;
  const grant = [word, `sip:${word}`]
    .map((address) => findOne(state, "grants", "identity", fold(address)))
    .find((found) => found !== undefined);
  return grant && { word, users: [grant.user] };
}

/** The per-user policy that a word names. Throws `not-found`, and `invalid-value` for any other policy. */
export function grantable(state: State, word: string): Policy {
  const policy = findPolicy(state, word);
  if (isPerUser(policy.identity)) return policy;
  throw new DomainError("invalid-value", `\`${policy.identity}\` is not granted: it applies by itself`, {
    hint: { say: "name a per-user policy, or use --none so that site and Global policies apply" },
    details: { policy: policy.identity },
  });
}

function usersNamed(state: State, word: string): { word: string; users: readonly string[] } {
  const { directory } = state;
  if (!hasWildcard(word) || directory === undefined) {
    return { word, users: [resolvePrincipal(state, word, "user").stored] };
  }
  const exact = directory.byDisplayName(word).some((entry) => entry.kind === "user");
  if (exact) return { word, users: [resolvePrincipal(state, word, "user").stored] };
  const matches = wildcard(word);
  const users: string[] = [];
  for (const entry of directory.all()) {
    const enabled = entry.kind === "user" && entry.sipEnabled && entry.sipAddress !== null;
    if (enabled && matches(entry.displayName)) users.push(entry.sipAddress);
  }
  if (users.length > 0) return { word, users };
  throw allFailures([
    new DomainError(
      "no-such-principal",
      `no user with an enabled SIP address has a display name like \`${word}\``,
      {
        hint: { say: "try the pattern", commands: [["get-user", "--filter", word]] },
        details: { word },
      },
    ),
  ]);
}

function give(draft: Draft, user: string, policy: string | undefined): Touched {
  const grant = findOne(draft, "grants", "identity", fold(user));
  if (grant === undefined) {
    const made = policy === undefined ? undefined : draft.create("grants", { user, policy });
    return { collection: "grants", id: made?.id, identity: user };
  }
  if (policy === undefined) draft.remove("grants", grant.id);
  else draft.update("grants", grant.id, { policy });
  return { collection: "grants", id: grant.id, identity: user };
}
