import { defineNoun } from "../noun.ts";
import { boolean, name, type ObjectOf, principal, text } from "../property.ts";
import { fold } from "../text.ts";

/** Decides who may use Persistent Chat at all: `Global`, `site:<name>`, or a name granted to users. */
export const policyNoun = defineNoun({
  kind: "policy",
  collection: "policies",
  one: "policy",
  many: "policies",
  properties: {
    identity: name({
      meaning: "`Global`, `site:<name>`, or the name of a policy that is granted to users",
      settable: "identity",
    }),
    description: text({ meaning: "who the policy is for", maxLength: 1024 }),
    enablePersistentChat: boolean({
      meaning: "whether users under the policy may use Persistent Chat",
      initial: false,
    }),
  },
  identity: (policy) => policy.identity,
  indexes: { identity: (policy) => [fold(policy.identity)] },
});

export type Policy = ObjectOf<typeof policyNoun.properties>;

/** A per-user policy given to one user. */
export const grantNoun = defineNoun({
  kind: "grant",
  collection: "grants",
  one: "grant",
  many: "grants",
  properties: {
    user: principal({ meaning: "SIP address of the user", settable: "identity" }),
    policy: name({ meaning: "per-user policy that the user has", refersTo: "policy" }),
  },
  identity: (grant) => grant.user,
  indexes: {
    identity: (grant) => [fold(grant.user)],
    policy: (grant) => [fold(grant.policy)],
  },
});

export type Grant = ObjectOf<typeof grantNoun.properties>;
