/** Reads an export of a directory, in one or several LDIF files, as the objects that rules are judged against. */
import type { DirectoryContent, DomainEntry, Entry } from "../core/directory.ts";
import { dnKey, dnLabel, formatDn, isDomainDn, parentDnKeys, parseDn } from "../core/distinguished-name.ts";
import { compareText } from "../core/text.ts";
import { type Counted, createCensus, warning } from "./census.ts";
import { type Found, type Gathered, gatherer, type Outline } from "./gather.ts";
import { ldifReader } from "./ldif.ts";
import { type Memberships, memberships } from "./memberships.ts";
import { type NetbiosNames, netbiosNames } from "./netbios.ts";
import type { ImportReport, ImportWarning } from "./report.ts";
import { type SipRules, type SipState, sipRules, sipState } from "./sip.ts";
import { type Tally, tallies, tallyOf } from "./tally.ts";
import { createTextStore, type TextStore } from "./text-store.ts";

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

export interface ImportedDirectory {
  readonly content: DirectoryContent;
  readonly report: ImportReport;
}

/**
 * Reads files that together are one export. Entries are matched by DN across files; whatever order files, entries
 * and values come in, and whatever tool wrote them, the same directory gives equal content. A large one is kept in a
 * temporary file without a name, and no more than some hundred bytes for each entry in memory.
 * Throws `invalid-file` (see ldif.ts), `invalid-value` for contradictory NetBIOS names, and `write-failed` or
 * `read-failed` where the temporary file cannot be used.
 */
export async function readDirectory(
  sources: readonly DirectorySource[],
  options: ImportOptions = {},
): Promise<ImportedDirectory> {
  const siteAttribute = options.siteAttribute ?? "physicalDeliveryOfficeName";
  const gather = gatherer({ sipAttribute: options.sipAttribute, siteAttribute });
  try {
    const files: FileFacts[] = [];
    for (const source of sources) files.push(await readSource(source, gather.add));
    return resolve(gather.result(), files, options);
  } finally {
    gather.close();
  }
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

function resolve(gathered: Gathered, files: readonly FileFacts[], options: ImportOptions): ImportedDirectory {
  const kept = sortedByKey(gathered);
  const netbios = netbiosNames(domainsOf(kept), {
    given: options.netbios ?? [],
    exported: gathered.netbios,
  });
  const groups = memberships(gathered, kept);
  const rules = sipRules(gathered.attributeNames, options.sipAttribute);
  const texts = createTextStore();
  const census = createCensus();
  for (const { entry, aside } of entriesOf(gathered, kept, { groups, rules, netbios })) {
    census.add(entry, aside);
    texts.add(JSON.stringify(entry));
  }
  const read = (ordinal: number): Entry => JSON.parse(texts.read(ordinal)) as Entry;
  const counted = census.result(read);
  const report: ImportReport = {
    files: files.map(({ name, entries: count, referrals }) => ({ name, entries: count, referrals })),
    entriesRead: files.reduce((sum, file) => sum + file.entries, 0),
    entriesMerged: gathered.merged,
    kept: counted.kept,
    resources: counted.resources,
    users: counted.users,
    referralsIgnored: files.reduce((sum, file) => sum + file.referrals, 0),
    skipped: skippedIn(gathered),
    sharedDisplayNames: counted.sharedDisplayNames,
    assumedNetbios: netbios.assumed.map((domain) => ({ domain, netbios: netbios.names.get(domain) ?? null })),
    unknownMembers: plain(groups.unknownMembers),
    unknownGroups: plain(groups.unknownGroups),
    warnings: warningsOf({ gathered, counted, files, netbios, options }),
  };
  return { content: contentOf(texts, counted.kept), report };
}

const plain = ({ count, samples }: Tally): Tally => ({ count, samples });

/** Entries that are few are simply held; others are read each time they are gone through. */
function contentOf(texts: TextStore, counts: Counted["kept"]): DirectoryContent {
  const parse = (text: string): Entry => JSON.parse(text) as Entry;
  const entries: Iterable<Entry> = {
    *[Symbol.iterator]() {
      for (const text of texts.texts()) yield parse(text.toString("utf8"));
    },
  };
  if (texts.isSmall) return { entries: [...entries] };
  return {
    entries,
    stored: { counts, texts: texts.texts, read: (ordinal) => parse(texts.read(ordinal)) },
  };
}

/** The entries to keep, sorted by dnKey. */
function sortedByKey({ outlines, keys }: Gathered): Outline[] {
  const kept = outlines.filter((one) => one !== undefined && one.kind.kind !== "skipped") as Outline[];
  return kept.sort((a, b) => (keys[a.number]! < keys[b.number]! ? -1 : 1));
}

function skippedIn({ outlines, unreadableNames, read }: Gathered): ImportReport["skipped"] {
  const skipped = tallies([["unreadable name", unreadableNames]]);
  for (const outline of outlines) {
    if (outline?.kind.kind === "skipped") skipped.add(outline.kind.reason, () => read(outline).dn);
  }
  return skipped.list().map(([reason, tally]) => ({ reason, ...tally }));
}

/** Lower-case DNS names of every domain that a kept entry lies in, sorted. */
const domainsOf = (kept: readonly Outline[]): string[] =>
  [...new Set(kept.map(({ domain }) => domain))].filter((domain) => domain !== "").sort(compareText);

interface Rules {
  readonly groups: Memberships;
  readonly rules: SipRules;
  readonly netbios: NetbiosNames;
}

interface Made {
  readonly entry: Entry;
  readonly aside: { readonly membersTruncated: boolean; readonly invalidSip: string | undefined };
}

/** Every entry of the directory, sorted by dnKey: what was exported, and each domain that was not exported as one. */
function* entriesOf(gathered: Gathered, kept: readonly Outline[], rules: Rules): Iterable<Made> {
  const missing = missingDomains(gathered, kept, rules.netbios);
  let next = 0;
  for (const outline of kept) {
    const key = gathered.keys[outline.number]!;
    while (next < missing.length && missing[next]!.key < key) yield made(missing[next++]!.entry);
    yield madeOf(outline, gathered.read(outline), rules);
  }
  while (next < missing.length) yield made(missing[next++]!.entry);
}

const made = (entry: Entry): Made => ({
  entry,
  aside: { membersTruncated: false, invalidSip: undefined },
});

function madeOf(outline: Outline, found: Found, { groups, rules, netbios }: Rules): Made {
  const sip = sipState(found.facts, rules);
  return {
    entry: entryOf(outline, found, { sip, netbios, memberOf: groups.of(outline, found) }),
    aside: { membersTruncated: found.membersTruncated, invalidSip: sip.invalid },
  };
}

interface FoundOut {
  readonly sip: SipState;
  readonly netbios: NetbiosNames;
  readonly memberOf: readonly string[];
}

function entryOf({ kind, domain }: Outline, found: Found, { sip, netbios, memberOf }: FoundOut): Entry {
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
    case "skipped":
      throw new RangeError(`an entry that is skipped is none: ${found.dn}`);
  }
}

/** ACCOUNTDISABLE in userAccountControl (MS-ADTS 2.2.16). */
const isAccountDisabled = (userAccountControl: string | undefined): boolean =>
  (Number.parseInt(userAccountControl ?? "", 10) & 2) !== 0;

/** An entry for each domain that was not exported as one, with its key, sorted by it. */
function missingDomains(
  gathered: Gathered,
  kept: readonly Outline[],
  netbios: NetbiosNames,
): { readonly key: string; readonly entry: DomainEntry }[] {
  const missing = new Map(netbios.names);
  for (const { kind, domain } of kept) if (kind.kind === "domain") missing.delete(domain);
  const found: { readonly key: string; readonly entry: DomainEntry }[] = [];
  for (const outline of missing.size === 0 ? [] : kept) {
    const name = missing.get(outline.domain);
    if (name === undefined) continue;
    missing.delete(outline.domain);
    const dn = domainDn(gathered.read(outline).dn);
    found.push({ key: dnKey(dn) ?? "", entry: domainEntry(dn, outline.domain, name) });
  }
  return found.sort((a, b) => (a.key < b.key ? -1 : 1));
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

interface WarningSources {
  readonly gathered: Gathered;
  readonly counted: Counted;
  readonly files: readonly FileFacts[];
  readonly netbios: NetbiosNames;
  readonly options: ImportOptions;
}

function warningsOf({ gathered, counted, files, netbios, options }: WarningSources): ImportWarning[] {
  const { warnings } = counted;
  const { sipAttribute } = options;
  const failures = files.flatMap((file) => file.failures.map((failure) => `${file.name}: ${failure}`));
  const rivals = [...netbios.names].filter(([, name]) => name === null).map(([domain]) => domain);
  const unseen = sipAttribute !== undefined && !gathered.attributeNames.has(sipAttribute.toLowerCase());
  const all: ImportWarning[] = [
    warning("incomplete-export", "the export ended early, entries are missing", tallyOf(failures)),
    warnings["truncated-members"],
    warning(
      "sip-attribute-missing",
      "no entry has the attribute for SIP addresses",
      tallyOf(unseen ? [sipAttribute] : []),
    ),
    warnings["no-sip-address"],
    warnings["invalid-sip-address"],
    warnings["shared-sip-address"],
    warnings["no-guids"],
    warnings["shared-guid"],
    warning("unreadable-id", "entries whose objectGUID or objectSid is not readable", gathered.unreadableIds),
    warning("netbios-ambiguous", "domains whose NetBIOS name another domain claims too", tallyOf(rivals)),
    warning(
      "netbios-unused",
      "NetBIOS names were given for domains that were not exported",
      tallyOf(netbios.unused),
    ),
  ];
  return all.filter(({ count }) => count > 0);
}
