import type { UserEntry } from "../core/directory.ts";
import { effectivePolicy, grantedPolicy } from "../core/policy-resolution.ts";
import { entryOf, runnableWord } from "../core/principal.ts";
import type { State } from "../core/state.ts";
import type { ObjectView } from "./object-view.ts";
import { type Cell, headerOf, type Row, type View } from "./view.ts";

const column = (name: string, inTable = true) => ({ name, header: headerOf(name), inTable });

/** Users of the directory, each with the policy that applies and the scope it came from. */
export const userView: View = {
  kind: "user",
  identity: "identity",
  columns: [
    column("identity", false),
    column("sipAddress"),
    column("displayName"),
    column("site"),
    column("policy"),
    column("policyFrom"),
    { ...column("grantedPolicy", false), aliases: ["persistentChatPolicy"] },
    column("enablePersistentChat"),
    column("sipEnabled", false),
    column("accountDisabled", false),
    column("userPrincipalName", false),
    column("logonName", false),
    column("distinguishedName", false),
  ],
};

export function userRow(state: State, user: UserEntry): Row {
  const netbios = state.directory?.domainByDns(user.domain)?.netbios ?? user.domain;
  return {
    identity: runnableWord(user),
    sipAddress: user.sipAddress,
    displayName: user.displayName,
    site: user.site,
    ...policyCells(state, user.sipEnabled ? user.sipAddress : null),
    sipEnabled: user.sipEnabled,
    accountDisabled: user.accountDisabled,
    userPrincipalName: user.userPrincipalName,
    logonName: user.logonName === null ? null : `${netbios}\\${user.logonName}`,
    distinguishedName: user.dn,
  };
}

/** Nobody without an enabled SIP address has a policy. */
function policyCells(state: State, sipAddress: string | null): Record<string, Cell> {
  if (sipAddress === null) {
    return { policy: null, policyFrom: null, grantedPolicy: null, enablePersistentChat: false };
  }
  const { policy, from, enabled } = effectivePolicy(state, sipAddress);
  return {
    policy: policy?.identity ?? null,
    policyFrom: from,
    grantedPolicy: grantedPolicy(state, sipAddress)?.identity ?? null,
    enablePersistentChat: enabled === "unknown" ? null : enabled === "yes",
  };
}

/** Users as grant-policy leaves them: the policy granted, and the one that applies. */
export const grantView: ObjectView = {
  view: {
    kind: "grant",
    identity: "user",
    columns: [
      column("user"),
      column("displayName"),
      column("grantedPolicy"),
      column("policy"),
      column("policyFrom"),
      column("enablePersistentChat"),
    ],
  },
  row: (state, { identity }) => {
    const entry = state.directory && entryOf(state.directory, identity);
    return {
      user: identity,
      displayName: entry?.displayName ?? null,
      ...policyCells(state, identity),
    };
  },
};
