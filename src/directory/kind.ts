/** What an exported entry is: a person, a group, a place, a domain, a thing, or nothing that scope depends on. */
import type { EntryKind } from "../core/directory.ts";
import { isDomainDn } from "../core/distinguished-name.ts";

/** What the kind of an entry is told from. Texts as exported, undefined where they were not. */
export interface KindFacts {
  readonly dnKey: string;
  /** objectClass, lower case, in the exported order (the most specific one last). */
  readonly classes: readonly string[];
  readonly attributeCount: number;
  readonly hasMembers: boolean;
  readonly groupType: string | undefined;
  readonly logonName: string | undefined;
  readonly userPrincipalName: string | undefined;
  readonly sipAddress: string | undefined;
  readonly ownerUrn: string | undefined;
  readonly recipientTypeDetails: string | undefined;
  readonly recipientDisplayType: string | undefined;
}

export type Kind =
  | { readonly kind: Exclude<EntryKind, "resource"> }
  | { readonly kind: "resource"; readonly resource: string }
  | { readonly kind: "skipped"; readonly reason: string };

const skipped = (reason: string): Kind => ({ kind: "skipped", reason });
const resource = (what: string): Kind => ({ kind: "resource", resource: what });

// msExchRecipientTypeDetails; the large ones are mailboxes in Exchange Online.
const mailboxes = new Map([
  ["4", "shared mailbox"],
  ["16", "room"],
  ["32", "equipment"],
  ["8589934592", "room"],
  ["17179869184", "equipment"],
  ["34359738368", "shared mailbox"],
]);
// msExchRecipientDisplayType; the negative ones are those of objects synchronised from another forest.
const displayTypes = new Map([
  ["7", "room"],
  ["8", "equipment"],
  ["-2147481850", "room"],
  ["-2147481594", "equipment"],
]);
const containerClasses = new Set([
  "organizationalunit",
  "builtindomain",
  "lostandfound",
  "organization",
  "locality",
  "country",
]);

/**
 * The kind of an entry, from its classes where they were exported, else from its DN and attributes. Rooms, shared
 * mailboxes, devices and applications have user or contact objects; they are resources, never people.
 */
export function kindOf(facts: KindFacts): Kind {
  const { classes, dnKey } = facts;
  if (/(?:^|,)dc=(?:domain|forest)dnszones(?:,|$)/.test(dnKey)) return skipped("DNS zone");
  if (/\\0adel:|,cn=deleted objects,/i.test(dnKey)) return skipped("deleted object");
  if (classes.length > 0) return kindByClass(facts, new Set(classes));
  if (dnKey.startsWith("ou=")) return { kind: "container" };
  if (isDomainDn(dnKey)) return { kind: "domain" };
  if (facts.groupType !== undefined || facts.hasMembers) return { kind: "group" };
  if (looksLikeAccount(facts)) return resourceOf(facts) ?? { kind: "user" };
  return skipped(facts.attributeCount === 0 ? "no attributes" : "no objectClass");
}

function looksLikeAccount({ logonName, userPrincipalName, sipAddress }: KindFacts): boolean {
  if (logonName?.endsWith("$")) return false;
  return userPrincipalName !== undefined || sipAddress !== undefined;
}

function kindByClass(facts: KindFacts, classes: ReadonlySet<string>): Kind {
  if (classes.has("foreignsecurityprincipal")) return skipped("foreign security principal");
  if (classes.has("msds-managedserviceaccount") || classes.has("msds-groupmanagedserviceaccount")) {
    return resource("managed service account");
  }
  if (classes.has("computer")) return resource("computer");
  if (classes.has("contact")) return resourceOf(facts) ?? resource("contact");
  if (classes.has("user") || classes.has("inetorgperson")) return resourceOf(facts) ?? { kind: "user" };
  if (classes.has("group")) return { kind: "group" };
  if ((classes.has("domaindns") || classes.has("domain")) && isDomainDn(facts.dnKey))
    return { kind: "domain" };
  if (facts.classes.some((each) => containerClasses.has(each) || each.endsWith("container")))
    return { kind: "container" };
  return skipped(`objectClass ${facts.classes.at(-1)}`);
}

/** Lync marks the owner of accounts and contacts that are no people: `urn:application:RGS`, `urn:device:…`. */
function resourceOf(facts: KindFacts): Kind | undefined {
  const owner = /^urn:(application|device):/i.exec(facts.ownerUrn ?? "")?.[1]?.toLowerCase();
  const what =
    owner ??
    mailboxes.get(facts.recipientTypeDetails ?? "") ??
    displayTypes.get(facts.recipientDisplayType ?? "");
  return what === undefined ? undefined : resource(what);
}
