import type { Directory, DomainEntry, Entry, GroupEntry, UserEntry } from "./directory.ts";
import { dnKey, parentDnKeys } from "./distinguished-name.ts";
import { fold } from "./text.ts";

type Keys = (entry: Entry) => readonly string[];

const optional = (text: string | null): readonly string[] => (text === null ? [] : [fold(text)]);
const keyOfDn = (dn: string): string => dnKey(dn) ?? fold(dn);

/** The keys under which a directory files an entry, by index. However entries are kept, these are what finds them. */
export const directoryIndexes = {
  dn: (entry) => [keyOfDn(entry.dn)],
  sip: (entry) => (entry.kind === "user" ? optional(entry.sipAddress) : []),
  upn: (entry) => (entry.kind === "user" ? optional(entry.userPrincipalName) : []),
  logon: (entry) => (entry.kind === "user" || entry.kind === "group" ? optional(entry.logonName) : []),
  displayName: (entry) => [fold(entry.displayName)],
  /** Groups that the entry is directly in. */
  group: (entry) => entry.memberOf.map(keyOfDn),
  /** Everything above the entry. */
  above: (entry) => parentDnKeys(entry.dn),
  domain: (entry) => [fold(entry.domain)],
  dns: (entry) => (entry.kind === "domain" ? [fold(entry.domain)] : []),
  netbios: (entry) => (entry.kind === "domain" ? optional(entry.netbios) : []),
} as const satisfies Readonly<Record<string, Keys>>;

export type DirectoryIndex = keyof typeof directoryIndexes;

/** Where a directory's entries come from: parsed objects, or a file read entry by entry. */
export interface EntrySource {
  /** Entries filed under a key, in the order of the directory. The same entry may be another, equal object each time. */
  find(index: DirectoryIndex, key: string): readonly Entry[];
  /** The same, each read when it is asked for: many may lie below a container. */
  each(index: DirectoryIndex, key: string): Iterable<Entry>;
  all(): Iterable<Entry>;
}

/** The lookups of a directory over any source of entries. */
export function directoryOver(source: EntrySource, facts: { date: string; hash: string }): Directory {
  const { find, each } = source;
  return {
    ...facts,
    entry: (key) => find("dn", key).at(-1),
    bySip: (address) => find("sip", fold(address)) as readonly UserEntry[],
    byUserPrincipalName: (name) => find("upn", fold(name)) as readonly UserEntry[],
    byLogonName: (name) => find("logon", fold(name)) as readonly (UserEntry | GroupEntry)[],
    byDisplayName: (name) => find("displayName", fold(name)),
    domainByDns: (name) => find("dns", fold(name))[0] as DomainEntry | undefined,
    domainByNetbios: (name) => find("netbios", fold(name))[0] as DomainEntry | undefined,
    all: () => source.all(),
    directMembers: (groupKey) => each("group", groupKey),
    below: (containerKey) => each("above", containerKey),
    inDomain: (dns) => each("domain", fold(dns)),
  };
}
