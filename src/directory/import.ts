/** Reads an export of a directory, in one or several LDIF files, as the objects that rules are judged against. */
import type { DirectoryContent, DomainEntry, Entry, EntryKind, UserEntry } from "../core/directory.ts";
import {
  dnKey,
  dnLabel,
  domainOf,
  formatDn,
  isDomainDn,
  parentDnKeys,
  parseDn,
} from "../core/distinguished-name.ts";
import { compareText, fold } from "../core/text.ts";
import { type Found, type Gathered, gatherer } from "./gather.ts";
import { type Kind, kindOf } from "./kind.ts";
import { ldifReader } from "./ldif.ts";
import { memberships } from "./memberships.ts";
import { type NetbiosNames, netbiosNames } from "./netbios.ts";
import { type SipRules, type SipState, sipRules, sipState } from "./sip.ts";

/** One file of an export. Chunks are its bytes in order, in pieces of any size: a stream of it will do. */
export interface DirectorySource {
  readonly name: string;
  readonly chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

export interface ImportOptions {
  /** Attribute that holds the SIP address, in place of Lync's own (`mail`, say). */
  readonly sipAttribute?: string | undefined;
  /** Attribute that holds the name of the user's site; physicalDeliveryOfficeName unless given. */
  readonly siteAttribute?: string | undefined;
  /** [NetBIOS name, DNS name] of domains. */
  readonly netbios?: readonly (readonly [string, string])[] | undefined;
}

/** How many there were, and the first few of them. */
export interface Tally {
  readonly count: number;
  readonly samples: readonly string[];
}

export type ImportWarningCode =
  | "shared-sip-address"
  | "invalid-sip-address"
  | "no-sip-address"
  | "sip-attribute-missing"
  | "no-guids"
  | "shared-guid"
  | "unreadable-id"
  | "truncated-members"
  | "incomplete-export"
  | "netbios-ambiguous"
  | "netbios-unused";

/** Something that was taken as it is but looks wrong. The message is lower case, without a full stop. */
export interface ImportWarning extends Tally {
  readonly code: ImportWarningCode;
  readonly message: string;
}

/** What an import found, as plain data. */
export interface ImportReport {
  readonly files: readonly { readonly name: string; readonly entries: number; readonly referrals: number }[];
  readonly entriesRead: number;
  /** Records that repeated the DN of another and were merged with it. */
  readonly entriesMerged: number;
  readonly kept: Readonly<Record<EntryKind, number>>;
  readonly resources: readonly { readonly resource: string; readonly count: number }[];
  readonly users: {
    readonly sipEnabled: number;
    /** With an address that is not enabled. */
    readonly sipNotEnabled: number;
    readonly withoutSipAddress: number;
    readonly accountDisabled: number;
    /** Disabled in AD, but SIP-enabled: they can take part (design: rules of the domain, 8). */
    readonly disabledButSipEnabled: number;
  };
  readonly referralsIgnored: number;
  readonly skipped: readonly ({ readonly reason: string } & Tally)[];
  /** Display names that several users bear. */
  readonly sharedDisplayNames: Tally;
  readonly assumedNetbios: readonly { readonly domain: string; readonly netbios: string | null }[];
  /** Values of `member` that name nothing exported. */
  readonly unknownMembers: Tally;
  /** Values of `memberOf` that name nothing exported. */
  readonly unknownGroups: Tally;
  readonly warnings: readonly ImportWarning[];
}

export interface ImportedDirectory {
  readonly content: DirectoryContent;
  readonly report: ImportReport;
}

/**
 * Reads files that together are one export. Entries are matched by DN across files; whatever order files, entries
 * and values come in, and whatever tool wrote them, the same directory gives equal content.
 * Throws `invalid-file` (see ldif.ts) and `invalid-value` for contradictory NetBIOS names.
 */
export async function readDirectory(
  sources: readonly DirectorySource[],
  options: ImportOptions = {},
): Promise<ImportedDirectory> {
  const siteAttribute = options.siteAttribute ?? "physicalDeliveryOfficeName";
  const gather = gatherer({ sipAttribute: options.sipAttribute, siteAttribute });
  const files: FileFacts[] = [];
  for (const source of sources) files.push(await readSource(source, gather.add));
  return resolve(gather.result(), files, options);
}

interface FileFacts {
  readonly name: string;
  readonly entries: number;
  readonly referrals: number;
  readonly failures: readonly string[];
}

async function readSource(
  { name, chunks }: DirectorySource,
  add: ReturnType<typeof gatherer>["add"],
): Promise<FileFacts> {
  const reader = ldifReader(name);
  let entries = 0;
  const take = (records: ReturnType<typeof reader.push>): void => {
    entries += records.length;
    for (const record of records) add(record);
  };
  for await (const chunk of chunks) take(reader.push(chunk));
  take(reader.end());
  return { name, entries, ...reader.notes };
}

/** An entry that is kept, with what was found out about it. */
interface Kept {
  readonly found: Found;
  readonly key: string;
  readonly kind: Exclude<Kind, { kind: "skipped" }>;
  readonly domain: string;
  readonly sip: SipState;
}

function resolve(gathered: Gathered, files: readonly FileFacts[], options: ImportOptions): ImportedDirectory {
  const rules = sipRules(gathered.attributeNames, options.sipAttribute);
  const skipped = tallies();
  for (const name of gathered.unreadableNames) skipped.add("unreadable name", name);
  const kept = keep(gathered, rules, skipped);
  const netbios = netbiosNames(domainsOf(kept), {
    given: options.netbios ?? [],
    exported: exportedNetbios(gathered),
  });
  const groups = memberships(gathered, kept);
  const entries = kept.map((one) => entryOf(one, groups.of(one.found.number), netbios));
  const content = { entries: withMissingDomains(entries, netbios) };
  const report: ImportReport = {
    files: files.map(({ name, entries: count, referrals }) => ({ name, entries: count, referrals })),
    entriesRead: files.reduce((sum, file) => sum + file.entries, 0),
    entriesMerged: gathered.merged,
    ...countKinds(content.entries),
    users: countUsers(content.entries),
    referralsIgnored: files.reduce((sum, file) => sum + file.referrals, 0),
    skipped: skipped.list().map(([reason, tally]) => ({ reason, ...tally })),
    sharedDisplayNames: shared(usersOf(content.entries), (user) => user.displayName),
    assumedNetbios: netbios.assumed.map((domain) => ({ domain, netbios: netbios.names.get(domain) ?? null })),
    unknownMembers: groups.unknownMembers,
    unknownGroups: groups.unknownGroups,
    warnings: warningsOf({ gathered, kept, entries: content.entries, files, netbios, options }),
  };
  return { content, report };
}

/** The entries to keep, sorted by dnKey. */
function keep(gathered: Gathered, rules: SipRules, skipped: Tallies): Kept[] {
  const kept: Kept[] = [];
  for (const found of gathered.found) {
    if (found === undefined) continue;
    const key = gathered.keys[found.number]!;
    const kind = kindOfFound(found, key);
    if (kind.kind === "skipped") skipped.add(kind.reason, found.dn);
    else kept.push({ found, key, kind, domain: domainOf(found.dn), sip: sipState(found.facts, rules) });
  }
  return kept.sort((a, b) => (a.key < b.key ? -1 : 1));
}

function kindOfFound({ facts, ...found }: Found, key: string): Kind {
  return kindOf({
    dnKey: key,
    classes: found.classes,
    attributeCount: found.attributeCount,
    hasMembers: found.members.length > 0,
    groupType: facts.groupType,
    logonName: facts.logonName,
    userPrincipalName: facts.userPrincipalName,
    sipAddress: facts.lyncAddress,
    ownerUrn: facts.ownerUrn,
    recipientTypeDetails: facts.recipientTypeDetails,
    recipientDisplayType: facts.recipientDisplayType,
  });
}

/** Lower-case DNS names of every domain that a kept entry lies in, sorted. */
const domainsOf = (kept: readonly Kept[]): string[] =>
  [...new Set(kept.map(({ domain }) => domain))].filter((domain) => domain !== "").sort(compareText);

/** [NetBIOS name, DNS name] from the crossRef entries of the configuration partition (MS-ADTS 6.1.1.2.1.1). */
function exportedNetbios({ found }: Gathered): [string, string][] {
  return found.flatMap((entry): [string, string][] => {
    const { netbiosName, namingContext, dnsRoot } = entry?.facts ?? {};
    const domain = domainOf(namingContext ?? "") || dnsRoot;
    if (netbiosName === undefined || domain === undefined || !entry?.classes.includes("crossref")) return [];
    return [[netbiosName, domain]];
  });
}

function entryOf(kept: Kept, memberOf: readonly string[], netbios: NetbiosNames): Entry {
  const { found, kind, domain, sip } = kept;
  const { facts } = found;
  const common = {
    dn: found.dn,
    guid: found.guid,
    sid: found.sid,
    domain,
    displayName: facts.displayName ?? facts.name ?? facts.cn ?? dnLabel(found.dn),
    memberOf,
    attributes: found.pairs,
  };
  switch (kind.kind) {
    case "user":
      return {
        kind: "user",
        ...common,
        sipAddress: sip.address,
        sipEnabled: sip.enabled,
        userPrincipalName: facts.userPrincipalName ?? null,
        logonName: facts.logonName ?? null,
        site: facts.site ?? null,
        accountDisabled: isAccountDisabled(facts.userAccountControl),
      };
    case "group":
      return { kind: "group", ...common, logonName: facts.logonName ?? null, mail: facts.mail ?? null };
    case "container":
      return { kind: "container", ...common };
    case "domain":
      return { kind: "domain", ...common, netbios: netbios.names.get(domain) ?? null };
    case "resource":
      return { kind: "resource", ...common, resource: kind.resource };
  }
}

/** ACCOUNTDISABLE in userAccountControl (MS-ADTS 2.2.16). */
const isAccountDisabled = (userAccountControl: string | undefined): boolean =>
  (Number.parseInt(userAccountControl ?? "", 10) & 2) !== 0;

/** Adds an entry for each domain that was not exported as one. */
function withMissingDomains(entries: readonly Entry[], netbios: NetbiosNames): Entry[] {
  const missing = new Map([...netbios.names]);
  for (const entry of entries) if (entry.kind === "domain") missing.delete(entry.domain);
  if (missing.size === 0) return [...entries];
  const made = new Map<string, DomainEntry>();
  for (const { dn, domain } of entries) {
    const name = missing.get(domain);
    if (name !== undefined && !made.has(domain)) made.set(domain, domainEntry(domainDn(dn), domain, name));
  }
  const keyed = [...entries, ...made.values()].map((entry) => [dnKey(entry.dn) ?? "", entry] as const);
  return keyed.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}

/** The DC parts at the end of a name, in lower case: entries may spell their domain differently. */
function domainDn(dn: string): string {
  const key = parentDnKeys(dn).find(isDomainDn) ?? "";
  return formatDn(parseDn(key) ?? []);
}

const domainEntry = (dn: string, domain: string, netbios: string | null): DomainEntry => ({
  ...{ kind: "domain", dn, guid: null, sid: null, domain, displayName: dnLabel(dn) },
  ...{ memberOf: [], attributes: [], netbios },
});

const usersOf = (entries: readonly Entry[]): UserEntry[] =>
  entries.filter((entry): entry is UserEntry => entry.kind === "user");

function countKinds(entries: readonly Entry[]): Pick<ImportReport, "kept" | "resources"> {
  const kept = { user: 0, group: 0, container: 0, domain: 0, resource: 0 };
  const resources = tallies();
  for (const entry of entries) {
    kept[entry.kind]++;
    if (entry.kind === "resource") resources.add(entry.resource, entry.dn);
  }
  return { kept, resources: resources.list().map(([resource, { count }]) => ({ resource, count })) };
}

function countUsers(entries: readonly Entry[]): ImportReport["users"] {
  const users = usersOf(entries);
  const count = (test: (user: UserEntry) => boolean): number => users.filter(test).length;
  return {
    sipEnabled: count((user) => user.sipEnabled),
    sipNotEnabled: count((user) => user.sipAddress !== null && !user.sipEnabled),
    withoutSipAddress: count((user) => user.sipAddress === null),
    accountDisabled: count((user) => user.accountDisabled),
    disabledButSipEnabled: count((user) => user.accountDisabled && user.sipEnabled),
  };
}

interface WarningSources {
  readonly gathered: Gathered;
  readonly kept: readonly Kept[];
  readonly entries: readonly Entry[];
  readonly files: readonly FileFacts[];
  readonly netbios: NetbiosNames;
  readonly options: ImportOptions;
}

function warningsOf(sources: WarningSources): ImportWarning[] {
  const { gathered, kept, entries, files, netbios } = sources;
  const failures = files.flatMap((file) => file.failures.map((failure) => `${file.name}: ${failure}`));
  const cut = kept.filter(({ found }) => found.membersTruncated).map(({ found }) => found.dn);
  const rivals = [...netbios.names].filter(([, name]) => name === null).map(([domain]) => domain);
  const guids = shared(entries, (entry) => entry.guid);
  const enabled = usersOf(entries).filter((user) => user.sipEnabled);
  const all: ImportWarning[] = [
    warning("incomplete-export", "the export ended early, entries are missing", tally(failures)),
    warning("truncated-members", "groups were exported with only their first members", tally(cut)),
    ...sipWarnings(sources),
    warning(
      "shared-sip-address",
      "SIP addresses that several enabled users have",
      shared(enabled, (user) => user.sipAddress),
    ),
    ...guidWarnings(entries),
    warning("shared-guid", "objectGUIDs that several entries have: one may be an older export", guids),
    warning(
      "unreadable-id",
      "entries whose objectGUID or objectSid is not readable",
      tally(gathered.unreadableIds),
    ),
    warning("netbios-ambiguous", "domains whose NetBIOS name another domain claims too", tally(rivals)),
    warning(
      "netbios-unused",
      "NetBIOS names were given for domains that were not exported",
      tally(netbios.unused),
    ),
  ];
  return all.filter(({ count }) => count > 0);
}

function sipWarnings({ gathered, kept, entries, options }: WarningSources): ImportWarning[] {
  const { sipAttribute } = options;
  const users = usersOf(entries);
  const invalid = kept.flatMap(({ kind, sip }) => (kind.kind === "user" ? (sip.invalid ?? []) : []));
  const unseen = sipAttribute !== undefined && !gathered.attributeNames.has(sipAttribute.toLowerCase());
  const without = users.length > 0 && users.every((user) => user.sipAddress === null) ? users.length : 0;
  return [
    warning(
      "sip-attribute-missing",
      "no entry has the attribute for SIP addresses",
      tally(unseen ? [sipAttribute] : []),
    ),
    warning("no-sip-address", "no user has a SIP address, so nobody can take part", {
      count: without,
      samples: [],
    }),
    warning("invalid-sip-address", "values that cannot be SIP addresses were ignored", tally(invalid)),
  ];
}

function guidWarnings(entries: readonly Entry[]): ImportWarning[] {
  const users = usersOf(entries);
  const without = users.length > 0 && users.every((user) => user.guid === null) ? users.length : 0;
  return [
    warning("no-guids", "no user has an objectGUID, so renames cannot be followed", {
      count: without,
      samples: [],
    }),
  ];
}

const warning = (code: ImportWarningCode, message: string, { count, samples }: Tally): ImportWarning => ({
  ...{ code, message, count, samples },
});

const sampleSize = 5;

const tally = (all: readonly string[]): Tally => ({ count: all.length, samples: all.slice(0, sampleSize) });

/** The values, compared without case, that several of the objects have. */
function shared<T>(objects: readonly T[], of: (object: T) => string | null): Tally {
  const first = new Map<string, string>();
  const twice = new Map<string, string>();
  for (const object of objects) {
    const value = of(object);
    if (value === null) continue;
    const key = fold(value);
    const before = first.get(key);
    if (before === undefined) first.set(key, value);
    else twice.set(key, before);
  }
  return tally([...twice.values()].sort(compareText));
}

interface Tallies {
  add(reason: string, sample: string): void;
  list(): (readonly [string, Tally])[];
}

/** Counts by reason; the most frequent first. */
function tallies(): Tallies {
  const counted = new Map<string, { count: number; samples: string[] }>();
  return {
    add(reason, sample) {
      const one = counted.get(reason) ?? { count: 0, samples: [] };
      one.count++;
      if (one.samples.length < sampleSize) one.samples.push(sample);
      counted.set(reason, one);
    },
    list: () => [...counted].sort(([a, x], [b, y]) => y.count - x.count || compareText(a, b)),
  };
}
