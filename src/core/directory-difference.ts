import type { DirectoryContent, Entry } from "./directory.ts";
import { dnKey } from "./distinguished-name.ts";
import { sameValue } from "./draft.ts";
import { principalKey } from "./principal-word.ts";
import { fold } from "./text.ts";

export interface EntryChange {
  readonly before: Entry;
  readonly after: Entry;
  /** Names of the entry's properties that differ. */
  readonly properties: readonly string[];
}

/** What one export says otherwise than another. */
export interface DirectoryDifference {
  readonly added: readonly Entry[];
  readonly gone: readonly Entry[];
  /** Entries in both that differ in any way, renamed and moved ones included. */
  readonly changed: readonly EntryChange[];
  /** Those of the changed whose distinguished name or SIP address is another. */
  readonly moved: readonly EntryChange[];
  /** Stored principals that stand for a moved entry, and what stands for it now. */
  readonly movedPrincipals: readonly { readonly from: string; readonly to: string }[];
}

/** Compares two exports. Entries are the same by objectGUID, or by distinguished name where one has none. */
export function compareDirectories(before: DirectoryContent, after: DirectoryContent): DirectoryDifference {
  const find = finder(before.entries);
  const added: Entry[] = [];
  const changed: EntryChange[] = [];
  const met = new Set<Entry>();
  for (const entry of after.entries) {
    const known = find(entry);
    if (known === undefined || met.has(known)) {
      added.push(entry);
      continue;
    }
    met.add(known);
    const properties = differing(known, entry);
    if (properties.length > 0) changed.push({ before: known, after: entry, properties });
  }
  const moved = changed.filter(
    ({ properties }) => properties.includes("dn") || properties.includes("sipAddress"),
  );
  return {
    added,
    gone: before.entries.filter((entry) => !met.has(entry)),
    changed,
    moved,
    movedPrincipals: moved.flatMap(movedPrincipal),
  };
}

const keyOf = (entry: Entry): string => dnKey(entry.dn) ?? fold(entry.dn);

function finder(entries: readonly Entry[]): (wanted: Entry) => Entry | undefined {
  const byGuid = new Map(
    entries.flatMap((entry) => (entry.guid === null ? [] : [[entry.guid, entry] as const])),
  );
  const byDn = new Map(entries.map((entry) => [keyOf(entry), entry]));
  return (wanted) => {
    const known = wanted.guid === null ? undefined : byGuid.get(wanted.guid);
    if (known !== undefined) return known;
    const namesake = byDn.get(keyOf(wanted));
    // Another GUID under the same name is another object: deleted, and made again.
    const isOther = namesake?.guid != null && wanted.guid !== null;
    return isOther || namesake?.kind !== wanted.kind ? undefined : namesake;
  };
}

function differing(before: Entry, after: Entry): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !sameValue(before[name as never], after[name as never]));
}

/** The stored principal of an entry: SIP address, DNS name, or distinguished name. */
export function storedFormOf(entry: Entry): string | undefined {
  if (entry.kind === "user") return entry.sipAddress ?? undefined;
  return entry.kind === "domain" ? entry.domain : entry.kind === "resource" ? undefined : entry.dn;
}

function movedPrincipal({ before, after }: EntryChange): { from: string; to: string }[] {
  const from = storedFormOf(before);
  const to = storedFormOf(after);
  return from === undefined || to === undefined || principalKey(from) === principalKey(to)
    ? []
    : [{ from, to }];
}

/** Whether more than 5 % and more than 10 of the users are gone: rather a truncated export than so many leavers. */
export function isTruncated(before: DirectoryContent, { gone }: DirectoryDifference): boolean {
  return isMany(before, gone.filter((entry) => entry.kind === "user").length);
}

/** Whether as many users lose their SIP address: rather an attribute that was not exported, or misspelt. */
export function losesAddresses(before: DirectoryContent, { changed }: DirectoryDifference): boolean {
  return isMany(
    before,
    changed.filter(({ before: old, after }) => isReachable(old) && !isReachable(after)).length,
  );
}

const isReachable = (entry: Entry): boolean => entry.kind === "user" && entry.sipAddress !== null;

function isMany(before: DirectoryContent, users: number): boolean {
  return users > 10 && users > before.entries.filter((entry) => entry.kind === "user").length * 0.05;
}
