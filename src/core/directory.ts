/**
 * What an Active Directory export said of users, groups, containers and domains. Values only: reading LDIF is
 * src/directory's work, judging scope is scope.ts's.
 */
export type EntryKind = "user" | "group" | "container" | "domain" | "resource";

interface EntryFacts {
  /** Distinguished name as exported. Compare with dnKey, never as text. */
  readonly dn: string;
  /** objectGUID as lower-case text with dashes; null where it was not exported. */
  readonly guid: string | null;
  /** objectSid as text (`S-1-5-21-…`), or null. */
  readonly sid: string | null;
  /** DNS name of the AD domain that holds the entry (`litwareinc.com`), from the DC parts of its DN. */
  readonly domain: string;
  /** displayName, else name, else cn, else the value of the first part of the DN. */
  readonly displayName: string;
  /**
   * DNs of the groups that the entry is directly in: from `member` of the groups, from its own `memberOf`
   * and from its primary group. Only groups that were exported too. Sorted, without duplicates.
   */
  readonly memberOf: readonly string[];
  /** Everything else that was exported as text, for LDAP filters: [attribute name as exported, value]. */
  readonly attributes: readonly (readonly [string, string])[];
}

export interface UserEntry extends EntryFacts {
  readonly kind: "user";
  /** `sip:…` in the exported spelling, or null where the account has none. */
  readonly sipAddress: string | null;
  /** True only with an address that the export calls enabled (msRTCSIP-UserEnabled; FALSE always wins). */
  readonly sipEnabled: boolean;
  readonly userPrincipalName: string | null;
  /** sAMAccountName. */
  readonly logonName: string | null;
  readonly site: string | null;
  /** Disabled in AD (userAccountControl bit 2). */
  readonly accountDisabled: boolean;
}

export interface GroupEntry extends EntryFacts {
  readonly kind: "group";
  readonly logonName: string | null;
  readonly mail: string | null;
}

export interface ContainerEntry extends EntryFacts {
  readonly kind: "container";
}

export interface DomainEntry extends EntryFacts {
  readonly kind: "domain";
  /** NetBIOS name, used in `DOMAIN\logon`; null where two domains would claim the same one. */
  readonly netbios: string | null;
}

/** A contact, computer, room or other resource: kept and reported, never a person. */
export interface ResourceEntry extends EntryFacts {
  readonly kind: "resource";
  /** What it is: `contact`, `computer`, `room`, `equipment`, `application` … */
  readonly resource: string;
}

export type Entry = UserEntry | GroupEntry | ContainerEntry | DomainEntry | ResourceEntry;

/** A directory as it stands in `<stem>.directory.json`. Entries are sorted by dnKey. */
export interface DirectoryContent {
  /** Can be gone through any number of times. Two walks need not give the same objects. */
  readonly entries: Iterable<Entry>;
  /** Where they are too many to be held: other ways to them than parsing each. */
  readonly stored?: StoredEntries;
}

/** A directory whose entries are all in memory. */
export interface HeldContent extends DirectoryContent {
  readonly entries: readonly Entry[];
}

/** Entries that lie elsewhere than in memory, in the order of their directory. */
export interface StoredEntries {
  readonly counts: Readonly<Record<EntryKind, number>>;
  /** Each as JSON in UTF-8. */
  texts(): Iterable<Uint8Array>;
  /** The entry with this ordinal, from 0; another object each time. */
  read(ordinal: number): Entry;
}

/** Lookups over a directory. Keys are folded words or dnKeys; several entries may answer to a display name. */
export interface Directory {
  /** When the export was read in (ISO 8601 UTC), and the checksum of its content. */
  readonly date: string;
  readonly hash: string;
  entry(dnKey: string): Entry | undefined;
  bySip(sipAddress: string): readonly UserEntry[];
  byUserPrincipalName(name: string): readonly UserEntry[];
  /** Users and groups by sAMAccountName, in any domain. */
  byLogonName(name: string): readonly (UserEntry | GroupEntry)[];
  byDisplayName(name: string): readonly Entry[];
  domainByDns(name: string): DomainEntry | undefined;
  domainByNetbios(name: string): DomainEntry | undefined;
  all(): Iterable<Entry>;
  /** Entries that name this group (by dnKey) in their memberOf. */
  directMembers(groupKey: string): Iterable<Entry>;
  /** Entries anywhere below a container (by dnKey), not the container itself. */
  below(containerKey: string): Iterable<Entry>;
  /** Entries whose AD domain is this one (DNS name); not those of child domains. */
  inDomain(dns: string): Iterable<Entry>;
}
