import type { DirectoryContent, Entry } from "./directory.ts";
import { dnKey } from "./distinguished-name.ts";
import { sameValue } from "./draft.ts";
import { createPostings, hashOf } from "./postings.ts";
import { principalKey } from "./principal-word.ts";
import { fold } from "./text.ts";

/** An entry that two exports have. Its lists of groups and attributes are left out, changed or not. */
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

/**
 * Compares two exports. Entries are the same by objectGUID, or by distinguished name where one has none. Both are gone
 * through side by side, and only what is not plainly the same object is held.
 */
export function compareDirectories(before: DirectoryContent, after: DirectoryContent): DirectoryDifference {
  const { changed: renewed, ...rest } = apart(before, after);
  const find = finder(rest.before.map(({ entry }) => entry));
  const added: Entry[] = [];
  const changed: Placed<EntryChange>[] = renewed;
  const met = new Set<Entry>();
  for (const { place, entry } of rest.after) {
    const known = find(entry);
    if (known === undefined || met.has(known)) {
      added.push(entry);
      continue;
    }
    met.add(known);
    const properties = differing(known, entry);
    if (properties.length > 0) changed.push({ place, entry: changeOf(known, entry, properties) });
  }
  const inOrder = changed.sort((a, b) => a.place - b.place).map(({ entry }) => entry);
  const moved = inOrder.filter(
    ({ properties }) => properties.includes("dn") || properties.includes("sipAddress"),
  );
  return {
    added,
    gone: rest.before.filter(({ entry }) => !met.has(entry)).map(({ entry }) => entry),
    changed: inOrder,
    moved,
    movedPrincipals: moved.flatMap(movedPrincipal),
  };
}

interface Placed<T> {
  readonly place: number;
  readonly entry: T;
}

/** What two exports have that is not plainly the same object, and what is and differs. Places are those of `after`. */
interface Apart {
  readonly before: Placed<Entry>[];
  readonly after: Placed<Entry>[];
  readonly changed: Placed<EntryChange>[];
}

/** Sets apart all that one cannot match by itself: what shares its GUID or its name with another of its own export. */
function apart(before: DirectoryContent, after: DirectoryContent): Apart {
  const first = sideBySide(before, after, new Set());
  if (!first.areInOrder) return { before: placed(before), after: placed(after), changed: [] };
  return first.shared.size === 0 ? first : sideBySide(before, after, first.shared);
}

const placed = ({ entries }: DirectoryContent): Placed<Entry>[] =>
  Array.from(entries, (entry, place) => ({ place, entry }));

interface Compared extends Apart {
  /** Hashes of the GUIDs that several entries of an export have. */
  readonly shared: ReadonlySet<number>;
  readonly areInOrder: boolean;
}

/**
 * Goes through two exports in the order of their keys. Entries of one key are the same object where their GUIDs are
 * equal, unless `shared` has its hash, or where both have none and are of one kind. What is found is right only where
 * both are in order, and `shared` is what the result has of it.
 */
function sideBySide(
  before: DirectoryContent,
  after: DirectoryContent,
  shared: ReadonlySet<number>,
): Compared {
  const result: Apart = { before: [], after: [], changed: [] };
  const [old, now] = [walkOf(before.entries), walkOf(after.entries)];
  while (old.ahead !== undefined || now.ahead !== undefined) {
    const order = orderOf(old.ahead, now.ahead);
    const known = order <= 0 ? old.take() : undefined;
    const entry = order >= 0 ? now.take() : undefined;
    if (isSameObject(known, entry, shared)) {
      noteChange(result, known!, entry!);
      continue;
    }
    if (known !== undefined) result.before.push(known);
    if (entry !== undefined) result.after.push(entry);
  }
  return {
    ...result,
    shared: new Set([...old.sharedGuids(), ...now.sharedGuids()]),
    areInOrder: old.isInOrder && now.isInOrder,
  };
}

const orderOf = (a: Ahead | undefined, b: Ahead | undefined): number => {
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
};

/** An entry of a walk, with its key. Alone of its key where neither the one before nor the one after it has that. */
interface Ahead extends Placed<Entry> {
  readonly key: string;
  readonly isAlone: boolean;
}

interface Walk {
  readonly ahead: Ahead | undefined;
  take(): Ahead;
  /** Whether no key was below the one before it. */
  readonly isInOrder: boolean;
  /** Hashes of the GUIDs that several entries had. */
  sharedGuids(): Iterable<number>;
}

function walkOf(entries: Iterable<Entry>): Walk {
  const iterator = entries[Symbol.iterator]();
  const guids = createPostings();
  let place = 0;
  const read = (): { readonly entry: Entry; readonly key: string; readonly place: number } | undefined => {
    const { done, value } = iterator.next();
    if (done === true) return undefined;
    // Two hashes of each: by one alone a large directory would have some by chance.
    if (value.guid !== null) guids.add(value.guid, hashOf(`.${value.guid}`));
    return { entry: value, key: keyOf(value), place: place++ };
  };
  let last: string | undefined;
  let isInOrder = true;
  let next = read();
  let ahead: Ahead | undefined;
  const move = (): void => {
    const here = next;
    next = here === undefined ? undefined : read();
    const isAlone = here !== undefined && here.key !== last && here.key !== next?.key;
    if (here !== undefined && last !== undefined && here.key < last) isInOrder = false;
    ahead = here === undefined ? undefined : { ...here, isAlone };
    last = here?.key;
  };
  move();
  return {
    get ahead() {
      return ahead;
    },
    take: () => {
      const taken = ahead!;
      move();
      return taken;
    },
    get isInOrder() {
      return isInOrder;
    },
    *sharedGuids() {
      for (const { hash, ordinals } of guids.runs()) {
        if (ordinals.some((other, at) => at > 0 && other === ordinals[at - 1])) yield hash;
      }
    },
  };
}

function noteChange({ changed }: Apart, { entry: before }: Ahead, { entry: after, place }: Ahead): void {
  const properties = differing(before, after);
  if (properties.length > 0) changed.push({ place, entry: changeOf(before, after, properties) });
}

/** A change in a form that may be held of every entry: of what two exports say of one object most is equal. */
function changeOf(before: Entry, after: Entry, properties: readonly string[]): EntryChange {
  const old: Entry = { ...before, memberOf: none, attributes: none };
  const now: Entry = properties.includes("kind")
    ? { ...after, memberOf: none, attributes: none }
    : ({ ...old, ...valuesOf(after, properties) } as Entry);
  return { before: old, after: now, properties };
}

const none: readonly never[] = [];

const valuesOf = (entry: Entry, properties: readonly string[]): object =>
  Object.fromEntries(
    properties
      .filter((name) => name !== "memberOf" && name !== "attributes")
      .map((name) => [name, entry[name as keyof Entry]]),
  );

function isSameObject(
  before: Ahead | undefined,
  after: Ahead | undefined,
  shared: ReadonlySet<number>,
): boolean {
  if (!before?.isAlone || !after?.isAlone) return false;
  const { guid, kind } = before.entry;
  if (guid !== after.entry.guid) return false;
  return guid === null ? kind === after.entry.kind : shared.size === 0 || !shared.has(hashOf(guid));
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
  return users > 10 && users > countUsers(before) * 0.05;
}

/** The users of a directory. */
export function countUsers({ entries }: DirectoryContent): number {
  let count = 0;
  for (const { kind } of entries) if (kind === "user") count++;
  return count;
}
