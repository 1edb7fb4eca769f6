import type { Entry } from "./directory.ts";
import type { Policy } from "./nouns/policy.ts";
import { entryOf } from "./principal.ts";
import type { Answer } from "./scope.ts";
import { findOne, type State } from "./state.ts";
import { fold } from "./text.ts";

/** Where an effective policy comes from: a grant to the user, the user's site, or Global; else it cannot be told. */
export type PolicySource = "user" | "site" | "global" | "unknown";

/** The one policy that applies to a user, whole (semantics: policy resolution). */
export interface EffectivePolicy {
  /** Whether the user may use Persistent Chat; known even where the source is not, if all candidates agree. */
  readonly enabled: Answer;
  readonly from: PolicySource;
  /** Undefined where it cannot be told, and where even Global is missing (which then enables nobody). */
  readonly policy: Policy | undefined;
  /** Site of the user as the directory has it, or null where it has none or does not know the user. */
  readonly site: string | null;
  /** Where the source is unknown: the policies that may apply. Else empty. */
  readonly candidates: readonly Policy[];
}

/**
 * The policy that applies to a user (stored SIP address): the one granted, else that of the user's site, else
 * Global (rules of the domain, 8). A grant of a policy that no longer exists counts for nothing. Without a
 * directory entry the site is not known, so where site policies exist the answer may be unknown. `entry` is what the
 * directory says of the user, where the caller knows. Never throws.
 */
export function effectivePolicy(
  state: State,
  user: string,
  entry: Entry | undefined = state.directory && entryOf(state.directory, user),
): EffectivePolicy {
  const granted = grantedPolicy(state, user);
  const known = entry?.kind === "user";
  const site = known ? entry.site : null;
  if (granted !== undefined) return decided("user", granted, site);
  if (!known) return withoutSite(state);
  const sitePolicy = site === null ? undefined : policyNamed(state, `site:${site}`);
  return sitePolicy === undefined
    ? decided("global", policyNamed(state, "Global"), site)
    : decided("site", sitePolicy, site);
}

/** The per-user policy that a user was given, if it still exists. */
export function grantedPolicy(state: State, user: string): Policy | undefined {
  const grant = findOne(state, "grants", "identity", fold(user));
  return grant && policyNamed(state, grant.policy);
}

const policyNamed = (state: State, identity: string): Policy | undefined =>
  findOne(state, "policies", "identity", fold(identity));

function decided(
  from: Exclude<PolicySource, "unknown">,
  policy: Policy | undefined,
  site: string | null,
): EffectivePolicy {
  return { enabled: enables(policy), from, policy, site, candidates: none };
}

const none: readonly Policy[] = [];

const enables = (policy: Policy | undefined): Answer =>
  policy?.enablePersistentChat === true ? "yes" : "no";

/** A user whose site is not known: any site policy may apply, or Global. */
function withoutSite(state: State): EffectivePolicy {
  const global = policyNamed(state, "Global");
  const ofSites = [...state.all("policies")].filter((policy) => isSitePolicy(policy.identity));
  if (ofSites.length === 0) return decided("global", global, null);
  const candidates = [...(global === undefined ? [] : [global]), ...ofSites];
  const agreed = ofSites.every((policy) => enables(policy) === enables(global));
  return {
    enabled: agreed ? enables(global) : "unknown",
    from: "unknown",
    policy: undefined,
    site: null,
    candidates,
  };
}

/** Whether a policy applies to the users of a site by itself. */
export const isSitePolicy = (identity: string): boolean => /^site:/i.test(identity);
