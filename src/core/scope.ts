import type { Directory, Entry } from "./directory.ts";
import { dnKey, domainOf, isDomainDn, parentDnKeys } from "./distinguished-name.ts";
import type { Category } from "./nouns/category.ts";
import { entryOf } from "./principal.ts";
import { formOf, principalKey } from "./principal-word.ts";
import { distinct } from "./sequence.ts";
import type { State } from "./state.ts";
import { fold } from "./text.ts";

/** A judgement that may lack what it needs: without a directory some questions stay open. */
export type Answer = "yes" | "no" | "unknown";

/** Whether a list covers a principal, and by which entry, but not how. */
export interface Cover {
  readonly answer: Answer;
  /** The list's entry that decided (stored form), where one did or might. */
  readonly entry?: string;
}

export interface Coverage extends Cover {
  /** How that entry reaches the principal, from the entry's end: the groups passed, by DN. Empty when direct. */
  readonly via?: readonly string[];
}

/**
 * What is known of one principal before any list is asked: where it lies and which groups it is in. Worked out
 * once, asked of many lists.
 */
export interface Standing {
  readonly stored: string;
  readonly key: string;
  readonly directory: Directory | undefined;
  /** Undefined where there is no directory, and where the directory does not know the principal. */
  readonly entry: Entry | undefined;
  /** Keys of where the entry lies; those who lie in one place share them. */
  readonly places: readonly string[];
  /** For each group that the entry is directly in: that group and every one above it, by key. */
  readonly groups: readonly ReadonlySet<string>[];
  /** Key of the entry's own name, when it was asked for. */
  own: string | undefined;
}

/** The standing of a stored principal; nobody's where the directory does not know it. */
export function standingOf(state: State, stored: string): Standing {
  const { directory } = state;
  const entry = directory && entryOf(directory, stored);
  if (directory === undefined || entry === undefined) {
    return {
      stored,
      key: principalKey(stored),
      directory,
      entry: undefined,
      places: [],
      groups: [],
      own: undefined,
    };
  }
  const address = entry.kind === "user" ? entry.sipAddress : null;
  return {
    stored,
    key: address === null ? principalKey(stored) : fold(address),
    directory,
    entry,
    places: placeKeys(directory, entry),
    groups: entry.memberOf.map((dn) => groupAndAbove(directory, dn)),
    own: undefined,
  };
}

/**
 * Whether a list of principals covers one (rules of the domain, 1): the principal itself; a group it is in,
 * however deep, the primary group included; for users a container above it or its own AD domain (not a child's,
 * never the SIP domain); for groups and containers the container or domain they lie in. A container does not
 * cover the members of groups that lie in it. Without a directory: only what the words decide (rule 10).
 */
export function coverage(state: State, stored: string, list: readonly string[]): Coverage {
  return list.length === 0 ? { answer: "no" } : coverageOf(standingOf(state, stored), list);
}

/** As `coverage`, for a standing already known. */
export function coverageOf(standing: Standing, list: readonly string[]): Coverage {
  const cover = coverOf(standing, list);
  return cover.answer === "yes" ? { ...cover, via: chainFrom(standing, cover.entry!) } : cover;
}

/** As `coverageOf` without the chain, which costs more than the answer. */
export function coverOf(standing: Standing, list: readonly string[]): Cover {
  if (list.length === 0) return notCovered;
  const sorted = sortedList(list);
  const direct = directEntry(standing, sorted);
  if (direct !== undefined) return { answer: "yes", entry: direct };
  if (standing.directory === undefined) return coverByWords(standing.stored, sorted.others);
  if (standing.entry === undefined) return notCovered;
  return sorted.others.find(({ key }) => reaches(standing, key))?.cover ?? notCovered;
}

const notCovered: Cover = { answer: "no" };

const reaches = (standing: Standing, key: string): boolean =>
  standing.groups.some((group) => group.has(key)) ||
  standing.places.includes(key) ||
  ownNameOf(standing) === key;

/** The key of an entry's distinguished name, or of a domain's own. */
function ownNameOf(standing: Standing): string | undefined {
  const { entry } = standing;
  if (standing.own === undefined && entry !== undefined) {
    standing.own = entry.kind === "domain" ? fold(entry.domain) : keyOfDn(entry.dn);
  }
  return standing.own;
}

/** Whether any of these keys covers a principal; for lists of everything that a whole deployment names. */
export const isUnder = (standing: Standing, keys: ReadonlySet<string>): boolean =>
  keys.has(standing.key) ||
  keys.has(ownNameOf(standing) ?? "") ||
  standing.places.some((place) => keys.has(place)) ||
  standing.groups.some((group) => {
    for (const above of group) if (keys.has(above)) return true;
    return false;
  });

/** A list of principals made ready to be asked many times. */
interface SortedList {
  /** Entries for users; where there are many, `byKey` finds them. */
  readonly users: readonly string[];
  readonly byKey: ReadonlyMap<string, string> | undefined;
  /** Whether all user entries are plain ASCII: then two that differ in length differ. */
  readonly ascii: boolean;
  /** Entries that may cover more than themselves: groups, containers and domains. */
  readonly others: readonly { readonly key: string; readonly entry: string; readonly cover: Cover }[];
}

// Stored lists never change in place, so what is known of one stays true. An index of every list would double
// the memory of a large store, and short lists are scanned as fast.
const sortedLists = new WeakMap<readonly string[], SortedList>();
const indexedFrom = 64;

function sortedList(list: readonly string[]): SortedList {
  let sorted = sortedLists.get(list);
  if (sorted === undefined) {
    sorted = sortList(list);
    sortedLists.set(list, sorted);
  }
  return sorted;
}

function sortList(list: readonly string[]): SortedList {
  const users = list.filter((entry) => formOf(entry) === "user");
  const others = users.length === list.length ? [] : list.filter((entry) => formOf(entry) !== "user");
  return {
    // The same array where that says the same, so that a large store is not held twice.
    users: others.length === 0 ? list : users,
    byKey: users.length < indexedFrom ? undefined : firstByKey(users),
    ascii: users.every((entry) => /^[ -~]*$/.test(entry)),
    others: others.map((entry) => ({ key: principalKey(entry), entry, cover: { answer: "yes", entry } })),
  };
}

const firstByKey = (entries: readonly string[]): ReadonlyMap<string, string> =>
  new Map(entries.map((entry): [string, string] => [principalKey(entry), entry]).reverse());

/** The list's entry that is the principal itself. */
function directEntry({ key }: Standing, list: SortedList): string | undefined {
  if (formOf(key) !== "user") return list.others.find((other) => other.key === key)?.entry;
  if (list.byKey !== undefined) return list.byKey.get(key);
  const sized = list.ascii && /^[ -~]*$/.test(key);
  return list.users.find((entry) => (!sized || entry.length === key.length) && principalKey(entry) === key);
}

/** Keys of everything that covers an entry when listed: itself, its groups, and where it lies. */
export function coveringKeys(directory: Directory, entry: Entry): ReadonlySet<string> {
  const keys = new Set([...ownKeys(entry), ...placeKeys(directory, entry)]);
  for (const dn of entry.memberOf) for (const key of groupAndAbove(directory, dn)) keys.add(key);
  return keys;
}

const keyOfDn = (dn: string): string => dnKey(dn) ?? fold(dn);

function ownKeys(entry: Entry): string[] {
  if (entry.kind === "domain") return [fold(entry.domain)];
  const address = entry.kind === "user" ? entry.sipAddress : null;
  return address === null ? [keyOfDn(entry.dn)] : [fold(address), keyOfDn(entry.dn)];
}

/** What was worked out of a directory, which never changes: kept as long as the directory is. */
interface Known {
  /** By the spelling of a group's DN: that group and every one above it, by key. */
  readonly closures: Map<string, ReadonlySet<string>>;
  /** By AD domain and what follows the first part of a DN: keys of the place. */
  readonly places: Map<string, readonly string[]>;
}

const knownOf = new WeakMap<Directory, Known>();

function knownIn(directory: Directory): Known {
  let known = knownOf.get(directory);
  if (known === undefined) {
    known = { closures: new Map(), places: new Map() };
    knownOf.set(directory, known);
  }
  return known;
}

/** Keys of where an entry lies: the containers above it, nearest first, and its AD domain. */
function placeKeys(directory: Directory, entry: Entry): readonly string[] {
  if (entry.kind === "domain") return [];
  const { places } = knownIn(directory);
  const rest = afterFirstPart(entry.dn);
  if (rest === undefined) return placeKeysOf(entry);
  const place = `${entry.domain}/${rest}`;
  let keys = places.get(place);
  if (keys === undefined) {
    keys = placeKeysOf(entry);
    places.set(place, keys);
  }
  return keys;
}

const placeKeysOf = ({ dn, domain }: Entry): readonly string[] => [
  ...parentDnKeys(dn).filter((key) => !isDomainDn(key)),
  fold(domain),
];

/** What stands behind the first part of a DN; undefined where escapes or quotes make that hard to tell. */
function afterFirstPart(dn: string): string | undefined {
  const comma = dn.indexOf(",");
  return comma < 0 || /["\\;]/.test(dn) ? undefined : dn.slice(comma + 1);
}

// Chains of thousands of groups would take memory by the square if each kept all above it.
const longestKept = 500;

/** Keys of a group (any spelling of its DN) and of every group that it is in, however deep; cycles end where they began. */
function groupAndAbove(directory: Directory, dn: string): ReadonlySet<string> {
  const { closures } = knownIn(directory);
  let reached = closures.get(dn);
  if (reached === undefined) {
    reached = climb(directory, keyOfDn(dn), closures);
    if (reached.size <= longestKept) closures.set(dn, reached);
  }
  return reached;
}

function climb(
  directory: Directory,
  start: string,
  closures: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [start];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (reached.has(key)) continue;
    reached.add(key);
    for (const dn of directory.entry(key)?.memberOf ?? []) {
      const above = closures.get(dn);
      if (above === undefined) open.push(keyOfDn(dn));
      else for (const each of above) reached.add(each);
    }
  }
  return reached;
}

/** How a listed entry that covers a principal reaches it: the groups passed (DNs), from the entry's end. */
export function chainFrom(standing: Standing, listed: string): readonly string[] {
  const { directory, entry, key, places } = standing;
  const target = principalKey(listed);
  if (directory === undefined || entry === undefined) return [];
  if (target === key || places.includes(target) || ownNameOf(standing) === target) return [];
  return chainTo(directory, entry, target);
}

/** The shortest chain of groups (DNs) from a listed group down to an entry. */
function chainTo(directory: Directory, entry: Entry, target: string): readonly string[] {
  const cameFrom = new Map<string, string | undefined>();
  let layer = entry.memberOf.map(keyOfDn);
  for (const key of layer) cameFrom.set(key, undefined);
  while (layer.length > 0 && !cameFrom.has(target)) {
    const next: string[] = [];
    for (const key of layer) {
      for (const dn of directory.entry(key)?.memberOf ?? []) {
        const parent = keyOfDn(dn);
        if (cameFrom.has(parent)) continue;
        cameFrom.set(parent, key);
        next.push(parent);
      }
    }
    layer = next;
  }
  const chain: string[] = [];
  for (let key = cameFrom.get(target); key !== undefined; key = cameFrom.get(key)) {
    chain.push(directory.entry(key)?.dn ?? key);
  }
  return chain;
}

/** What the words alone tell of entries that are not the principal itself. */
function coverByWords(stored: string, others: SortedList["others"]): Cover {
  const above = formOf(stored) === "entry" ? new Set(parentDnKeys(stored)) : new Set<string>();
  let open: string | undefined;
  for (const { key, entry } of others) {
    const answer = decideByWords(stored, entry, above.has(key));
    if (answer === "yes") return { answer, entry };
    if (answer === "unknown") open ??= entry;
  }
  return open === undefined ? { answer: "no" } : { answer: "unknown", entry: open };
}

/** Whether one listed group, container or domain covers a principal that is not it, as far as two words tell. */
function decideByWords(stored: string, entry: string, isAbove: boolean): Answer {
  if (isAbove) return "yes";
  // A domain is covered by nothing but itself.
  if (formOf(stored) === "domain") return "no";
  // Where a distinguished name lies can be read; whether it is in a group cannot.
  if (formOf(stored) === "entry" && formOf(entry) === "entry" && /^ou=/i.test(entry)) return "no";
  if (formOf(stored) === "entry" && formOf(entry) === "domain") return domainCovers(stored, entry);
  return "unknown";
}

function domainCovers(stored: string, domain: string): Answer {
  return fold(domainOf(stored)) === fold(domain) ? "yes" : "no";
}

/**
 * Every entry of the directory that a listed principal covers, each once: the inverse of `coverage`. Itself, the
 * members of a group however deep, what lies below a container, what is of a domain.
 */
export function coveredBy(directory: Directory, listed: string): Iterable<Entry> {
  // A directory may read an entry anew each time; its spelling of the name stays.
  return distinct(eachUnder(directory, listed), ({ dn }) => dn);
}

function* eachUnder(directory: Directory, listed: string): Iterable<Entry> {
  yield* lyingUnder(directory, listed);
  const key = principalKey(listed);
  if (formOf(key) === "entry") yield* membersOf(directory, key);
}

/** Of the entries that a listed principal covers those that are no members of it: itself, and what lies in it. */
export function* lyingUnder(directory: Directory, listed: string): Iterable<Entry> {
  const entry = entryOf(directory, listed);
  if (entry !== undefined) yield entry;
  const key = principalKey(listed);
  const form = formOf(key);
  if (form === "domain") yield* directory.inDomain(key);
  if (form === "entry") yield* directory.below(key);
}

/** Entries in a group, by its key, however deep; the same may come more than once. */
export function* membersOf(directory: Directory, groupKey: string): Iterable<Entry> {
  const passed = new Set<string>();
  const open = [groupKey];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (passed.has(key)) continue;
    passed.add(key);
    for (const member of directory.directMembers(key)) {
      yield member;
      // Only groups have members; a user's key would only cost a lookup.
      if (member.kind !== "user") open.push(keyOfDn(member.dn));
    }
  }
}

export interface Scope {
  readonly answer: Answer;
  readonly allowed: Coverage;
  readonly denied: Coverage;
}

/** In scope = covered by allowed members and not by denied members; denied wins (semantics: scope). */
export function scopeOf(
  state: State,
  stored: string,
  lists: Pick<Category, "allowedMembers" | "deniedMembers">,
): Scope {
  const standing = standingOf(state, stored);
  const allowed = coverageOf(standing, lists.allowedMembers);
  const denied = coverageOf(standing, lists.deniedMembers);
  return { answer: both(allowed.answer, not(denied.answer)), allowed, denied };
}

/** The opposite answer; what is unknown stays so. */
export const not = (answer: Answer): Answer =>
  answer === "unknown" ? answer : answer === "yes" ? "no" : "yes";

/** Yes when both are; no when either is; else unknown. */
export function both(a: Answer, b: Answer): Answer {
  if (a === "no" || b === "no") return "no";
  return a === "yes" && b === "yes" ? "yes" : "unknown";
}
