import type { Directory, DirectoryContent, DomainEntry, Entry, GroupEntry, UserEntry } from "./directory.ts";
import { dnKey, parentDnKeys } from "./distinguished-name.ts";
import { fold } from "./text.ts";

/** A directory over parsed entries. Each index is built when first asked for. */
export function memoryDirectory(content: DirectoryContent, facts: { date: string; hash: string }): Directory {
  const { entries } = content;
  const users = entries.filter((entry): entry is UserEntry => entry.kind === "user");
  const domains = entries.filter((entry): entry is DomainEntry => entry.kind === "domain");
  const accounts = entries.filter(
    (entry): entry is UserEntry | GroupEntry => entry.kind === "user" || entry.kind === "group",
  );
  const byDn = lazy(() => new Map(entries.map((entry) => [keyOf(entry), entry])));
  const bySip = lazyIndex(users, (user) => (user.sipAddress === null ? [] : [fold(user.sipAddress)]));
  const byUpn = lazyIndex(users, (user) =>
    user.userPrincipalName === null ? [] : [fold(user.userPrincipalName)],
  );
  const byLogon = lazyIndex(accounts, (account) =>
    account.logonName === null ? [] : [fold(account.logonName)],
  );
  const byName = lazyIndex(entries, (entry) => [fold(entry.displayName)]);
  const byGroup = lazyIndex(entries, (entry) => entry.memberOf.map((dn) => dnKey(dn) ?? fold(dn)));
  const byAncestor = lazyIndex(entries, (entry) => parentDnKeys(entry.dn));
  const byDomain = lazyIndex(entries, (entry) => [fold(entry.domain)]);
  return {
    ...facts,
    entry: (key) => byDn().get(key),
    bySip: (address) => bySip(fold(address)),
    byUserPrincipalName: (name) => byUpn(fold(name)),
    byLogonName: (name) => byLogon(fold(name)),
    byDisplayName: (name) => byName(fold(name)),
    domainByDns: (name) => domains.find((domain) => fold(domain.domain) === fold(name)),
    domainByNetbios: (name) =>
      domains.find((domain) => domain.netbios !== null && fold(domain.netbios) === fold(name)),
    all: () => entries,
    directMembers: byGroup,
    below: byAncestor,
    inDomain: (dns) => byDomain(fold(dns)),
  };
}

const keyOf = (entry: Entry): string => dnKey(entry.dn) ?? fold(entry.dn);

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function lazyIndex<T>(
  objects: readonly T[],
  keys: (object: T) => readonly string[],
): (key: string) => readonly T[] {
  const index = lazy(() => {
    const filed = new Map<string, T[]>();
    for (const object of objects) {
      for (const key of keys(object)) {
        const list = filed.get(key);
        if (list === undefined) filed.set(key, [object]);
        else list.push(object);
      }
    }
    return filed;
  });
  return (key) => index().get(key) ?? [];
}
