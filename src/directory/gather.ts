/** Collects the entries of all files of one export, in a form small enough for a few hundred thousand of them. */
import { isUtf8 } from "node:buffer";
import { dnKey } from "../core/distinguished-name.ts";
import { fold } from "../core/text.ts";
import { guidText, sidText } from "./identifiers.ts";
import type { LdifAttribute, LdifRecord, LdifValue } from "./ldif.ts";

/** One [name, value] as it will be kept. Equal pairs are one object, while there are not too many of them. */
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

/** An entry as found in one or more files. */
export interface Found {
  readonly dn: string;
  readonly number: DnNumber;
  guid: string | null;
  sid: string | null;
  /** Lower case, as ordered in the file. */
  classes: readonly string[];
  facts: Facts;
  pairs: readonly Pair[];
  /** Of `member`, and of `memberOf`. */
  members: readonly DnNumber[];
  groups: readonly DnNumber[];
  membersTruncated: boolean;
  attributeCount: number;
}

export interface GatherOptions {
  readonly sipAttribute?: string | undefined;
  readonly siteAttribute: string;
}

export interface Gathered {
  /** Entries by the number of their DN; undefined where a DN is only mentioned. */
  readonly found: readonly (Found | undefined)[];
  /** Key of each DN by number: its dnKey, or the folded text where that is no DN. */
  readonly keys: readonly string[];
  /** A spelling of each DN by number. */
  readonly spellings: readonly string[];
  /** Lower-case names of every attribute that any entry has. */
  readonly attributeNames: ReadonlySet<string>;
  /** How many records repeated a DN and were merged into the entry before. */
  readonly merged: number;
  /** DNs of entries whose objectGUID or objectSid could not be read. */
  readonly unreadableIds: readonly string[];
  /** Names of records that are no distinguished names. */
  readonly unreadableNames: readonly string[];
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
  const found: (Found | undefined)[] = [];
  const attributeNames = new Set<string>();
  const unreadableIds: string[] = [];
  const unreadableNames: string[] = [];
  const pairs = pairStore();
  let merged = 0;

  const read = (record: LdifRecord, number: DnNumber): Found => {
    const { attributes } = record;
    for (const key of attributes.keys()) attributeNames.add(key);
    const id = (key: string, toText: (value: LdifValue) => string | null): string | null => {
      const value = attributes.get(key)?.values[0];
      const text = value === undefined ? null : toText(value);
      if (value !== undefined && text === null) unreadableIds.push(record.dn);
      return text;
    };
    const dns = (key: string) => texts(attributes.get(key)).map(numbers.of);
    return {
      dn: record.dn.trim(),
      number,
      guid: id("objectguid", guidText),
      sid: id("objectsid", sidText),
      classes: texts(attributes.get("objectclass")).map((each) => pairs.word(each.toLowerCase())),
      facts: factsOf(record, options),
      pairs: pairs.of(record),
      members: dns("member"),
      groups: dns("memberof"),
      membersTruncated: attributes.get("member")?.truncated ?? false,
      attributeCount: attributes.size,
    };
  };

  return {
    add(record: LdifRecord): void {
      if (dnKey(record.dn) === undefined) {
        unreadableNames.push(record.dn);
        return;
      }
      const number = numbers.of(record.dn);
      const before = found[number];
      const entry = read(record, number);
      if (before === undefined) found[number] = entry;
      else {
        merge(before, entry);
        merged++;
      }
    },
    result: (): Gathered => ({
      ...{ found, keys: numbers.keys, spellings: numbers.spellings, attributeNames },
      ...{ merged, unreadableIds, unreadableNames },
    }),
  };
}

/** What was said first stays; what was missing is filled in; values of both are kept. */
function merge(into: Found, more: Found): void {
  into.guid ??= more.guid;
  into.sid ??= more.sid;
  if (into.classes.length === 0) into.classes = more.classes;
  const said = Object.entries(into.facts).filter(([, value]) => value !== undefined);
  into.facts = { ...more.facts, ...Object.fromEntries(said) };
  into.pairs = distinct([...into.pairs, ...more.pairs].sort(comparePairs));
  const bothTruncated = into.membersTruncated && more.membersTruncated;
  const oneHasNone = into.members.length === 0 || more.members.length === 0;
  into.membersTruncated = oneHasNone ? into.membersTruncated || more.membersTruncated : bothTruncated;
  into.members = [...into.members, ...more.members];
  into.groups = [...into.groups, ...more.groups];
  into.attributeCount += more.attributeCount;
}

/** Of sorted pairs: rarely repeated ones are not one object, and files may spell a name differently. */
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
    const text = texts(attributes.get(key))[0]?.trim();
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
  texts(attribute).find((text) => /^sip:/i.test(text));

/** The SIP address among the values of a chosen attribute: one that says `sip:`, else the first with no other scheme. */
function chosenValue(attribute: LdifAttribute | undefined): string | undefined {
  const plain = texts(attribute).find((text) => text.trim() !== "" && !/^[a-z][a-z0-9+.-]*:/i.test(text));
  return sipValue(attribute) ?? plain?.trim();
}

/** The values that are text, in the exported order. */
function texts(attribute: LdifAttribute | undefined): string[] {
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

/** Numbers for DNs. Values repeat the spelling of the entry nearly always, so that few are ever parsed. */
function dnNumbers() {
  const byText = new Map<string, DnNumber>();
  const byKey = new Map<string, DnNumber>();
  const keys: string[] = [];
  const spellings: string[] = [];
  return {
    keys,
    spellings,
    of(text: string): DnNumber {
      const known = byText.get(text);
      if (known !== undefined) return known;
      const key = dnKey(text) ?? fold(text);
      let number = byKey.get(key);
      if (number === undefined) {
        number = keys.push(key) - 1;
        spellings.push(text);
        byKey.set(key, number);
      }
      byText.set(text, number);
      return number;
    },
  };
}

/** Pairs to keep, sorted by name and value, each distinct one stored once while there are not too many of them. */
function pairStore() {
  const words = new Map<string, string>();
  const stored = new Map<string, Map<string, Pair>>();
  const word = (text: string): string => {
    const known = words.get(text);
    if (known === undefined) words.set(text, text);
    return known ?? text;
  };
  const pair = (name: string, value: string): Pair => {
    const values = stored.get(name) ?? new Map<string, Pair>();
    if (values.size === 0) stored.set(name, values);
    const known = values.get(value);
    if (known !== undefined) return known;
    const made: Pair = [name, value];
    if (values.size < 4096) values.set(value, made);
    return made;
  };
  const keptOf = (attribute: LdifAttribute): Pair[] =>
    [...new Set(texts(attribute))]
      .filter((text) => text.length <= longestValue)
      .sort()
      .map((text) => pair(attribute.name, text));
  return {
    word,
    of({ attributes }: LdifRecord): Pair[] {
      const names = [...attributes.keys()].filter(isKept).sort();
      return names.flatMap((key) => keptOf(attributes.get(key)!));
    },
  };
}
