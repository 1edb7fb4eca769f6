import { participates } from "./access.ts";
import type { Directory, UserEntry } from "./directory.ts";
import { dnKey } from "./distinguished-name.ts";
import { sameValue } from "./draft.ts";
import type { Policy } from "./nouns/policy.ts";
import type { Room } from "./nouns/room.ts";
import { bothSides, type Passage, type Traveller } from "./passage.ts";
import { candidatesFor, everybody, inScope, peopleIn, peopleUnder, sortedByRoom } from "./people.ts";
import { isSitePolicy } from "./policy-resolution.ts";
import { entryOf } from "./principal.ts";
import { principalKey } from "./principal-word.ts";
import { coveringKeys } from "./scope.ts";
import type { State, Write } from "./state.ts";
import { fold } from "./text.ts";

export type Crowd = Set<Traveller>;

/** Whom a change can concern, and where: in the rooms that it writes, and in every room of a category. */
export interface Concern {
  readonly passage: Passage;
  readonly directoryChanged: boolean;
  readonly rooms: ReadonlyMap<number, Write<"rooms">>;
  readonly categories: ReadonlyMap<number, Crowd>;
}

/** Only rooms and people that the writes (and another directory) can concern: all others are as they were. */
export function concernOf(passage: Passage, writes: readonly Write[], directoryChanged: boolean): Concern {
  const categories = new Map<number, Crowd>();
  const rooms = new Map<number, Write<"rooms">>();
  for (const write of writes) {
    if (write.collection === "rooms") rooms.set(write.id, write as Write<"rooms">);
    if (write.collection === "categories") {
      addUnderCategory(passage, crowdIn(categories, write.id), write as Write<"categories">);
    }
  }
  placeTravellers(passage, categories, travellersOf(passage, writes, directoryChanged));
  return { passage, directoryChanged, rooms, categories };
}

export const concernsAccess = ({ collection }: Write): boolean =>
  collection === "rooms" ||
  collection === "categories" ||
  collection === "grants" ||
  collection === "policies";

function crowdIn(crowds: Map<number, Crowd>, id: number): Crowd {
  let crowd = crowds.get(id);
  if (crowd === undefined) {
    crowd = new Set();
    crowds.set(id, crowd);
  }
  return crowd;
}

/** A room that somebody must be looked at in. */
export interface ConcernedRoom {
  readonly id: number;
  readonly before: Room | undefined;
  readonly after: Room | undefined;
  /** What changed in the room itself. */
  readonly write: Write<"rooms"> | undefined;
  /** People to look at because of themselves or the category; each set is shared by the category's rooms. */
  readonly crowds: readonly Crowd[];
}

/** Every room that somebody must be looked at in, by identity. */
export function concernedRooms({ passage, rooms, categories }: Concern): ConcernedRoom[] {
  const ids = new Set(rooms.keys());
  for (const [category, crowd] of categories) {
    if (crowd.size === 0) continue;
    for (const side of bothSides) {
      for (const { id } of passage[side].state.lookup("rooms", "category", String(category))) ids.add(id);
    }
  }
  const found = [...ids].map((id): ConcernedRoom => {
    const before = passage.before.state.get("rooms", id);
    const after = passage.after.state.get("rooms", id);
    const crowds = new Set(
      [before, after].flatMap((room) => (room && categories.get(room.categoryId)) ?? []),
    );
    return { id, before, after, write: rooms.get(id), crowds: [...crowds].filter(({ size }) => size > 0) };
  });
  return sortedByRoom(
    found.filter(({ before, after }) => before !== undefined || after !== undefined),
    ({ before, after }) => (after ?? before)!,
  );
}

/** People whom a room's own change can concern. */
export function crowdOfWrite(passage: Passage, { before, after }: Write<"rooms">): Crowd {
  const crowd: Crowd = new Set();
  if (before !== undefined && after !== undefined && !shapeDiffers(before, after)) {
    for (const list of roomLists) addUnder(passage, crowd, before[list], after[list]);
    return crowd;
  }
  for (const [side, room] of [
    ["before", before],
    ["after", after],
  ] as const) {
    if (room === undefined) continue;
    const category = passage[side].state.get("categories", room.categoryId);
    for (const person of candidatesFor(passage[side], room, category))
      crowd.add(passage.traveller(side, person));
  }
  return crowd;
}

export const roomLists = ["members", "managers", "presenters"] as const;

/** Whether a room differs in more than its lists and texts, so that anybody in scope may be concerned. */
export const shapeDiffers = (a: Room, b: Room): boolean =>
  a.categoryId !== b.categoryId || a.disabled !== b.disabled || a.type !== b.type || a.privacy !== b.privacy;

function addUnderCategory(passage: Passage, crowd: Crowd, { before, after }: Write<"categories">): void {
  for (const list of ["allowedMembers", "deniedMembers"] as const) {
    addUnder(passage, crowd, before?.[list] ?? [], after?.[list] ?? []);
  }
  // Without a directory nobody can tell whom a denied group covers: whoever is allowed by name may be meant.
  for (const [side, category] of [
    ["before", before],
    ["after", after],
  ] as const) {
    if (passage[side].state.directory !== undefined) continue;
    for (const person of peopleIn(passage[side], category?.allowedMembers ?? [])) {
      crowd.add(passage.traveller(side, person));
    }
  }
}

/** Adds everyone whom an entry covers that one list has and the other has not. */
function addUnder(passage: Passage, crowd: Crowd, before: readonly string[], after: readonly string[]): void {
  if (before === after) return;
  for (const entry of [...missingFrom(after, before), ...missingFrom(before, after)]) {
    for (const side of bothSides) {
      for (const person of peopleUnder(passage[side], entry)) crowd.add(passage.traveller(side, person));
    }
  }
}

/** Entries of a list that another has not. */
function missingFrom(other: readonly string[], list: readonly string[]): string[] {
  const keys = new Set(other.map(principalKey));
  return list.filter((entry) => !keys.has(principalKey(entry)));
}

/** People who themselves change: by their policy or by what the directory says of them. */
function travellersOf(passage: Passage, writes: readonly Write[], directoryChanged: boolean): Crowd {
  const crowd: Crowd = new Set();
  for (const write of writes) {
    if (write.collection === "grants") {
      const { before, after } = write as Write<"grants">;
      if (before !== undefined) addAddress(passage, crowd, "before", before.user);
      if (after !== undefined) addAddress(passage, crowd, "after", after.user);
    } else if (write.collection === "policies") addUsersOf(passage, crowd, write as Write<"policies">);
  }
  if (directoryChanged) addMoved(passage, crowd);
  return crowd;
}

const addAddress = (passage: Passage, crowd: Crowd, side: "before" | "after", address: string): void => {
  crowd.add(passage.traveller(side, passage[side].person(address)));
};

/** Adds the users under a policy that was made, removed, or switched. */
function addUsersOf(passage: Passage, crowd: Crowd, { before, after }: Write<"policies">): void {
  const same =
    before?.enablePersistentChat === after?.enablePersistentChat && before?.identity === after?.identity;
  if (same) return;
  const policies = [before, after].filter((policy) => policy !== undefined);
  if (!policies.some(({ identity }) => appliesByItself(identity))) {
    for (const policy of policies) addGranted(passage, crowd, policy);
    return;
  }
  for (const side of bothSides) {
    for (const person of everybody(passage[side])) {
      const traveller = passage.traveller(side, person);
      if (takesPart(traveller.before) !== takesPart(traveller.after)) crowd.add(traveller);
    }
  }
}

const takesPart = (person: Traveller["before"]): boolean =>
  person !== undefined && participates(person) === "yes";

const appliesByItself = (identity: string): boolean => fold(identity) === "global" || isSitePolicy(identity);

function addGranted(passage: Passage, crowd: Crowd, policy: Policy): void {
  for (const side of bothSides) {
    for (const grant of passage[side].state.lookup("grants", "policy", fold(policy.identity))) {
      addAddress(passage, crowd, side, grant.user);
    }
  }
}

/** Adds everybody of whom two directories say something else that matters. */
function addMoved(passage: Passage, crowd: Crowd): void {
  const old = passage.before.state.directory;
  const now = passage.after.state.directory;
  if (old === undefined || now === undefined) {
    for (const side of bothSides) {
      for (const person of everybody(passage[side])) crowd.add(passage.traveller(side, person));
    }
    return;
  }
  const sameGroup = groupComparison(old, now);
  for (const address of otherwise(old, now, sameGroup)) addAddress(passage, crowd, "before", address);
  for (const address of otherwise(now, old, sameGroup)) addAddress(passage, crowd, "after", address);
}

/** Addresses of the users in a directory of whom another one says something else that matters. */
function* otherwise(
  directory: Directory,
  other: Directory,
  sameGroup: (dn: string) => boolean,
): Iterable<string> {
  for (const entry of directory.all()) {
    if (entry.kind !== "user" || entry.sipAddress === null || !entry.sipEnabled) continue;
    const twin = entryOf(other, entry.sipAddress);
    const same = twin?.kind === "user" && sameFacts(entry, twin) && entry.memberOf.every(sameGroup);
    if (!same) yield entry.sipAddress;
  }
}

const sameFacts = (a: UserEntry, b: UserEntry): boolean =>
  a.dn === b.dn &&
  a.guid === b.guid &&
  a.domain === b.domain &&
  a.sipEnabled === b.sipEnabled &&
  a.site === b.site &&
  sameValue(a.memberOf, b.memberOf);

/** Whether a group (DN) is in the same groups in both directories, however deep. */
function groupComparison(old: Directory, now: Directory): (dn: string) => boolean {
  const known = new Map<string, boolean>();
  const above = (directory: Directory, key: string): string => {
    const entry = directory.entry(key);
    return entry === undefined ? "" : [...coveringKeys(directory, entry)].sort().join("\n");
  };
  return (dn) => {
    let same = known.get(dn);
    if (same === undefined) {
      const key = dnKey(dn) ?? fold(dn);
      same = above(old, key) === above(now, key);
      known.set(dn, same);
    }
    return same;
  };
}

/** People who change are looked at in the categories where they are in scope before or after. */
function placeTravellers(passage: Passage, categories: Map<number, Crowd>, travellers: Crowd): void {
  const known = { before: categoriesIn(passage.before.state), after: categoriesIn(passage.after.state) };
  for (const traveller of travellers) {
    for (const side of bothSides) {
      const person = traveller[side];
      if (person === undefined || participates(person) !== "yes") continue;
      for (const category of known[side]) {
        if (inScope(person, category)) crowdIn(categories, category.id).add(traveller);
      }
    }
  }
}

const categoriesIn = (state: State) => [...state.all("categories")];
