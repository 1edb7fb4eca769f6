/** Collects the entries of all files of one export, in a form small enough for a few hundred thousand of them. */
import { isUtf8 } from "node:buffer";
import { dnKey, domainOf } from "../core/distinguished-name.ts";
import { fold, sharedTexts } from "../core/text.ts";
import { guidText, sidText } from "./identifiers.ts";
import { type Kind, kindOf } from "./kind.ts";
import type { LdifAttribute, LdifRecord, LdifValue } from "./ldif.ts";
import { createNumberLists, type NumberList, noNumbers } from "./number-lists.ts";
import { growingTally, type Tally } from "./tally.ts";
import { createTextStore } from "./text-store.ts";

/** One [name, value] as it will be kept. */
export type Pair = readonly [name: string, value: string];

/** Number of a DN, whether an entry has it or a value mentions it: equal for every spelling of one DN. */
export type DnNumber = number;

/** First values of the attributes that the import reads, undefined where not exported. */
export interface Facts {
  displayName?: string | undefined;
  name?: string | undefined;
  cn?: string | undefined;
  userPrincipalName?: string | undefined;
  logonName?: string | undefined;
  mail?: string | undefined;
  site?: string | undefined;
  userAccountControl?: string | undefined;
  primaryGroupID?: string | undefined;
  groupType?: string | undefined;
  lyncAddress?: string | undefined;
  lyncEnabled?: string | undefined;
  ownerUrn?: string | undefined;
  proxyAddress?: string | undefined;
  chosenAddress?: string | undefined;
  recipientTypeDetails?: string | undefined;
  recipientDisplayType?: string | undefined;
  netbiosName?: string | undefined;
  namingContext?: string | undefined;
  dnsRoot?: string | undefined;
}

/** An entry as found in one or more files, but for its members and groups. */
export interface Found {
  readonly dn: string;
  readonly guid: string | null;
  readonly sid: string | null;
  /** Lower case, as ordered in the file. */
  readonly classes: readonly string[];
  readonly facts: Facts;
  readonly pairs: readonly Pair[];
  readonly membersTruncated: boolean;
  readonly attributeCount: number;
}

/** What is remembered of every entry; all else of it is read again. */
export interface Outline {
  readonly number: DnNumber;
  /** Among all that was read, the last of what is known of the entry. */
  readonly ordinal: number;
  readonly kind: Kind;
  /** Lower-case DNS name of its domain. */
  readonly domain: string;
  /** Of `member`, and of `memberOf`. */
  readonly members: NumberList;
  readonly groups: NumberList;
}

/** What must be known of a group to find whose primary group it is, and to name it. */
export interface GroupName {
  readonly dn: string;
  readonly sid: string | null;
}

export interface GatherOptions {
  readonly sipAttribute?: string | undefined;
  readonly siteAttribute: string;
}

export interface Gathered {
  /** Entries by the number of their DN; undefined where a DN is only mentioned. */
  readonly outlines: readonly (Outline | undefined)[];
  /** Reads an entry again. */
  read(outline: Outline): Found;
  /** The numbers of a list of an outline. */
  numbers(list: NumberList): Iterable<DnNumber>;
  /** Key of each DN by number: its dnKey, or the folded text where that is no DN. */
  readonly keys: readonly string[];
  /** A spelling of a DN that is only mentioned. */
  spelling(number: DnNumber): string;
  /** Every entry that was a group when it was read last. */
  readonly groups: ReadonlyMap<DnNumber, GroupName>;
  /** [NetBIOS name, DNS name] from the crossRef entries of the configuration partition (MS-ADTS 6.1.1.2.1.1). */
  readonly netbios: readonly (readonly [string, string])[];
  /** Lower-case names of every attribute that any entry has. */
  readonly attributeNames: ReadonlySet<string>;
  /** How many records repeated a DN and were merged into the entry before. */
  readonly merged: number;
  /** DNs of entries whose objectGUID or objectSid could not be read. */
  readonly unreadableIds: Tally;
  /** Names of records that are no distinguished names. */
  readonly unreadableNames: Tally;
  /** Gives back what was kept aside. Nothing can be read afterwards. */
  close(): void;
}

// Not kept for filters: what is kept elsewhere, what is no text, and what nobody should copy into a file.
const notKept = new Set([
  ...["member", "memberof", "objectguid", "objectsid", "distinguishedname"],
  ...[
    "usercertificate",
    "usersmimecertificate",
    "cacertificate",
    "thumbnailphoto",
    "thumbnaillogo",
    "jpegphoto",
    "photo",
  ],
  ...["ntsecuritydescriptor", "logonhours", "sidhistory", "tokengroups", "msexchmailboxsecuritydescriptor"],
  ...[
    "userpassword",
    "unicodepwd",
    "unixuserpassword",
    "ms-mcs-admpwd",
    "mslaps-password",
    "msfve-recoverypassword",
  ],
]);

/** Options (`userPassword;x-old`) change nothing about that. */
const isKept = (key: string): boolean =>
  !notKept.has(key.includes(";") ? key.slice(0, key.indexOf(";")) : key);

/** Longest value that is kept for filters, in UTF-16 units. */
export const longestValue = 1024;

/** Takes records one by one. The same DN in a second record, of the same or another file, adds to the first. */
export function gatherer(options: GatherOptions) {
  const numbers = dnNumbers();
  const outlines: (Outline | undefined)[] = [];
  const texts = createTextStore();
  const lists = createNumberLists();
  const groups = new Map<DnNumber, GroupName>();
  const crossRefs = new Map<DnNumber, readonly [string, string]>();
  const attributeNames = new Set<string>();
  const unreadableIds = growingTally();
  const unreadableNames = growingTally();
  const [kinds, domains] = [sharedKinds(), sharedDomains()];
  let merged = 0;

  const read = (record: LdifRecord): Found => {
    const { attributes } = record;
    for (const key of attributes.keys()) attributeNames.add(key);
    const id = (key: string, toText: (value: LdifValue) => string | null): string | null => {
      const value = attributes.get(key)?.values[0];
      const text = value === undefined ? null : toText(value);
      if (value !== undefined && text === null) unreadableIds.add(record.dn);
      return text;
    };
    return {
      dn: record.dn.trim(),
      guid: id("objectguid", guidText),
      sid: id("objectsid", sidText),
      classes: textsOf(attributes.get("objectclass")).map((each) => each.toLowerCase()),
      facts: factsOf(record, options),
      pairs: pairsOf(record),
      membersTruncated: attributes.get("member")?.truncated ?? false,
      attributeCount: attributes.size,
    };
  };
  const again = ({ ordinal }: Outline): Found => JSON.parse(texts.read(ordinal)) as Found;

  const keep = (number: DnNumber, found: Found, members: NumberList, memberOf: NumberList): void => {
    const kind = kinds(kindOfFound(found, numbers.keys[number]!, members !== noNumbers));
    const ordinal = texts.add(JSON.stringify(found));
    outlines[number] = { number, ordinal, kind, domain: domains(found.dn), members, groups: memberOf };
    if (kind.kind === "group") groups.set(number, { dn: found.dn, sid: found.sid });
    else groups.delete(number);
    const named = netbiosIn(found);
    if (named !== undefined) crossRefs.set(number, named);
  };

  const add = (record: LdifRecord, number: DnNumber): void => {
    const found = read(record);
    const listOf = (key: string): NumberList =>
      lists.add(textsOf(record.attributes.get(key)).map(numbers.of));
    const [members, memberOf] = [listOf("member"), listOf("memberof")];
    const before = outlines[number];
    if (before === undefined) {
      keep(number, found, members, memberOf);
      return;
    }
    const both = (one: NumberList, other: NumberList): NumberList =>
      lists.add([...lists.each(one), ...lists.each(other)]);
    const have = { first: before.members !== noNumbers, second: members !== noNumbers };
    const whole = merge(again(before), found, have);
    keep(number, whole, both(before.members, members), both(before.groups, memberOf));
    merged++;
  };

  return {
    add(record: LdifRecord): void {
      const number = numbers.ofEntry(record.dn);
      if (number === undefined) unreadableNames.add(record.dn);
      else add(record, number);
    },
    close: texts.close,
    result: (): Gathered => ({
      outlines,
      read: again,
      numbers: lists.each,
      keys: numbers.keys,
      spelling: numbers.spelling,
      groups,
      netbios: [...crossRefs].sort(([a], [b]) => a - b).map(([, named]) => named),
      ...{ attributeNames, merged, unreadableIds, unreadableNames },
      close: texts.close,
    }),
  };
}

/** What was said first stays; what was missing is filled in; values of both are kept. */
function merge(
  first: Found,
  second: Found,
  haveMembers: { readonly first: boolean; readonly second: boolean },
): Found {
  const said = Object.entries(first.facts).filter(([, value]) => value !== undefined);
  const bothTruncated = first.membersTruncated && second.membersTruncated;
  const oneHasNone = !haveMembers.first || !haveMembers.second;
  return {
    dn: first.dn,
    guid: first.guid ?? second.guid,
    sid: first.sid ?? second.sid,
    classes: first.classes.length === 0 ? second.classes : first.classes,
    facts: { ...second.facts, ...Object.fromEntries(said) },
    pairs: distinct([...first.pairs, ...second.pairs].sort(comparePairs)),
    membersTruncated: oneHasNone ? first.membersTruncated || second.membersTruncated : bothTruncated,
    attributeCount: first.attributeCount + second.attributeCount,
  };
}

function kindOfFound(found: Found, dnKey: string, hasMembers: boolean): Kind {
  const { classes, attributeCount, facts } = found;
  return kindOf({
    ...{ dnKey, classes, attributeCount, hasMembers },
    groupType: facts.groupType,
    logonName: facts.logonName,
    userPrincipalName: facts.userPrincipalName,
    sipAddress: facts.lyncAddress,
    ownerUrn: facts.ownerUrn,
    recipientTypeDetails: facts.recipientTypeDetails,
    recipientDisplayType: facts.recipientDisplayType,
  });
}

function netbiosIn({ classes, facts }: Found): readonly [string, string] | undefined {
  const { netbiosName, namingContext, dnsRoot } = facts;
  if (netbiosName === undefined || !classes.includes("crossref")) return undefined;
  const domain = domainOf(namingContext ?? "") || dnsRoot;
  return domain === undefined ? undefined : [netbiosName, domain];
}

/** Equal kinds as one object. */
function sharedKinds(): (kind: Kind) => Kind {
  const known = new Map<string, Kind>();
  return (kind) => {
    const what = kind.kind === "resource" ? kind.resource : kind.kind === "skipped" ? kind.reason : "";
    const key = `${kind.kind} ${what}`;
    const first = known.get(key) ?? kind;
    if (first === kind) known.set(key, kind);
    return first;
  };
}

function sharedDomains(): (dn: string) => string {
  const shared = sharedTexts();
  return (dn) => shared(domainOf(dn));
}

/** Of sorted pairs: files may spell a name differently. */
const distinct = (pairs: readonly Pair[]): Pair[] =>
  pairs.filter((pair, at) => at === 0 || comparePairs(pairs[at - 1]!, pair) !== 0);

function comparePairs([leftName, left]: Pair, [rightName, right]: Pair): number {
  const a = leftName.toLowerCase();
  const b = rightName.toLowerCase();
  if (a !== b) return a < b ? -1 : 1;
  return left < right ? -1 : left > right ? 1 : 0;
}

function factsOf({ attributes }: LdifRecord, { sipAttribute, siteAttribute }: GatherOptions): Facts {
  const first = (key: string): string | undefined => {
    const text = textsOf(attributes.get(key))[0]?.trim();
    return text === "" ? undefined : text;
  };
  return {
    displayName: first("displayname"),
    name: first("name"),
    cn: first("cn"),
    userPrincipalName: first("userprincipalname"),
    logonName: first("samaccountname"),
    mail: first("mail"),
    site: first(siteAttribute.toLowerCase()),
    userAccountControl: first("useraccountcontrol"),
    primaryGroupID: first("primarygroupid"),
    groupType: first("grouptype"),
    lyncAddress: first("msrtcsip-primaryuseraddress"),
    lyncEnabled: first("msrtcsip-userenabled"),
    ownerUrn: first("msrtcsip-ownerurn"),
    proxyAddress: sipValue(attributes.get("proxyaddresses")),
    chosenAddress:
      sipAttribute === undefined ? undefined : chosenValue(attributes.get(sipAttribute.toLowerCase())),
    recipientTypeDetails: first("msexchrecipienttypedetails"),
    recipientDisplayType: first("msexchrecipientdisplaytype"),
    netbiosName: first("netbiosname"),
    namingContext: first("ncname"),
    dnsRoot: first("dnsroot"),
  };
}

const sipValue = (attribute: LdifAttribute | undefined): string | undefined =>
  textsOf(attribute).find((text) => /^sip:/i.test(text));

/** The SIP address among the values of a chosen attribute: one that says `sip:`, else the first with no other scheme. */
function chosenValue(attribute: LdifAttribute | undefined): string | undefined {
  const plain = textsOf(attribute).find((text) => text.trim() !== "" && !/^[a-z][a-z0-9+.-]*:/i.test(text));
  return sipValue(attribute) ?? plain?.trim();
}

/** The values that are text, in the exported order. */
function textsOf(attribute: LdifAttribute | undefined): string[] {
  const found: string[] = [];
  for (const value of attribute?.values ?? []) {
    const text = typeof value === "string" ? value : textOfBytes(value);
    if (text !== undefined) found.push(text);
  }
  return found;
}

/** Base64 stands for text that is not plain ASCII as well as for binary, which shows by its control characters. */
function textOfBytes(bytes: Uint8Array): string | undefined {
  if (!isUtf8(bytes)) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the point
  return /[\u0000-\u0008\u000e-\u001f]/.test(text) ? undefined : text;
}

/** Spellings whose numbers are remembered at one time. */
const mostSpellings = 200_000;

/** Numbers for DNs. Values repeat the spelling of the entry nearly always, so that few are ever parsed. */
function dnNumbers() {
  let byText = new Map<string, DnNumber>();
  const byKey = new Map<string, DnNumber>();
  const keys: string[] = [];
  /** Of those that no entry has so far. */
  const spellings = new Map<DnNumber, string>();
  const ofKey = (key: string): { readonly number: DnNumber; readonly isNew: boolean } => {
    const known = byKey.get(key);
    if (known !== undefined) return { number: known, isNew: false };
    const number = keys.push(key) - 1;
    byKey.set(key, number);
    return { number, isNew: true };
  };
  return {
    keys,
    spelling: (number: DnNumber): string => spellings.get(number)!,
    /** The number of an entry's own name, or undefined where that is no DN. */
    ofEntry(dn: string): DnNumber | undefined {
      const key = dnKey(dn);
      if (key === undefined) return undefined;
      const { number } = ofKey(key);
      spellings.delete(number);
      return number;
    },
    of(text: string): DnNumber {
      const known = byText.get(text);
      if (known !== undefined) return known;
      const { number, isNew } = ofKey(dnKey(text) ?? fold(text));
      if (isNew) spellings.set(number, text);
      if (byText.size >= mostSpellings) byText = new Map();
      byText.set(text, number);
      return number;
    },
  };
}

/** Pairs to keep, sorted by name and value. */
const pairsOf = ({ attributes }: LdifRecord): Pair[] =>
  [...attributes.keys()]
    .filter(isKept)
    .sort()
    .flatMap((key) => keptOf(attributes.get(key)!));

const keptOf = (attribute: LdifAttribute): Pair[] =>
  [...new Set(textsOf(attribute))]
    .filter((text) => text.length <= longestValue)
    .sort()
    .map((text): Pair => [attribute.name, text]);
