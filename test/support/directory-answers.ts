import type { Directory } from "../../src/core/directory.ts";
import { type DirectoryIndex, directoryIndexes } from "../../src/core/directory-indexes.ts";

/** Everything that a directory answers to every key that an entry has, and to one that none has. */
export function answersOf(directory: Directory): unknown {
  const entries = [...directory.all()];
  const asked = (index: DirectoryIndex, ask: (key: string) => unknown): unknown =>
    [...new Set(["nobody", ...entries.flatMap((entry) => directoryIndexes[index](entry))])].map((key) => [
      key,
      ask(key),
    ]);
  return {
    entries,
    dn: asked("dn", directory.entry),
    sip: asked("sip", directory.bySip),
    upn: asked("upn", directory.byUserPrincipalName),
    logon: asked("logon", directory.byLogonName),
    displayName: asked("displayName", directory.byDisplayName),
    group: asked("group", (key) => [...directory.directMembers(key)]),
    above: asked("above", (key) => [...directory.below(key)]),
    domain: asked("domain", (key) => [...directory.inDomain(key)]),
    dns: asked("dns", directory.domainByDns),
    netbios: asked("netbios", directory.domainByNetbios),
  };
}
