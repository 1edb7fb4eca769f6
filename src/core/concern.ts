import { participates } from "./access.ts";
import type { Directory, UserEntry } from "./directory.ts";
import { dnKey } from "./distinguished-name.ts";
import { sameValue } from "./draft.ts";
import type { Category } from "./nouns/category.ts";
import type { Policy } from "./nouns/policy.ts";
import type { Room } from "./nouns/room.ts";
import { bothSides, type Passage, type RoomSides, type Side, type Traveller } from "./passage.ts";
import { candidatesFor, everybody, inScope, peopleIn, peopleUnder } from "./people.ts";
import { isSitePolicy } from "./policy-resolution.ts";
import { entryOf } from "./principal.ts";
import { principalKey } from "./principal-word.ts";
import { coveringKeys } from "./scope.ts";
import { distinct, remembered } from "./sequence.ts";
import type { Collection, State, Write } from "./state.ts";
import { fold } from "./text.ts";

export type Crowd = Set<Traveller>;

/** Whom a change can concern, and where: in the rooms that it writes, and in every room of a category. */
export interface Concern {
  readonly passage: Passage;
  readonly directoryChanged: boolean;
  readonly rooms: ReadonlyMap<number, Write<"rooms">>;
  /** The categories of which any room can be concerned. */
  categories(): Iterable<number>;
  /** The people whom a change can concern in every room of a category; they are looked for when first asked for. */
  crowdIn(category: number): Crowd;
}

/** Only rooms and people that the writes (and another directory) can concern: all others are as they were. */
export function concernOf(passage: Passage, writes: readonly Write[], directoryChanged: boolean): Concern {
  const written = new Map(writesOf(writes, "categories").map((write) => [write.id, write]));
  let moving: ReadonlyMap<number, Crowd> | undefined;
  const movingIn = (): ReadonlyMap<number, Crowd> => {
    moving ??= byCategory(passage, travellersOf(passage, writes, directoryChanged));
    return moving;
  };
  const crowds = new Map<number, Crowd>();
  return {
    passage,
    directoryChanged,
    rooms: roomWrites(writes),
    categories: () => new Set([...written.keys(), ...movingIn().keys()]),
    crowdIn: (category) => {
      let crowd = crowds.get(category);
      if (crowd === undefined) {
        const write = written.get(category);
        crowd = new Set(write === undefined ? [] : underCategory(passage, write));
        for (const traveller of movingIn().get(category) ?? []) crowd.add(traveller);
        crowds.set(category, crowd);
      }
      return crowd;
    },
  };
}

/** People who change, by the categories where they are in scope before or after. */
function byCategory(passage: Passage, travellers: Iterable<Traveller>): ReadonlyMap<number, Crowd> {
  const crowds = new Map<number, Crowd>();
  const ofCategory = categoriesBy(passage);
  for (const traveller of distinct(travellers)) {
    for (const category of ofCategory(traveller)) {
      const crowd = crowds.get(category) ?? new Set();
      crowds.set(category, crowd.add(traveller));
    }
  }
  return crowds;
}

const writesOf = <C extends Collection>(writes: readonly Write[], collection: C): Write<C>[] =>
  writes.filter((write): write is Write<C> => write.collection === collection);

const roomWrites = (writes: readonly Write[]): ReadonlyMap<number, Write<"rooms">> =>
  new Map(writesOf(writes, "rooms").map((write) => [write.id, write]));

/** Where somebody must be looked at. */
export interface Encounter {
  readonly room: RoomSides;
  readonly traveller: Traveller;
}

/**
 * Whom a change can concern and where, as `concernOf` and `concernedRooms` have it, in the order that takes the least
 * work for the first: nothing is looked for before it is needed. The same may come more than once.
 */
export function* encounters(
  passage: Passage,
  writes: readonly Write[],
  directoryChanged: boolean,
): Iterable<Encounter> {
  const rooms = roomWrites(writes);
  for (const { id, before, after } of rooms.values()) {
    const room = { id, before, after };
    for (const traveller of travellersInRoom(passage, room)) yield { room, traveller };
  }
  for (const write of writesOf(writes, "categories")) {
    const crowd = remembered(distinct(underCategory(passage, write)));
    for (const room of roomsUnder(passage, rooms, write.id)) {
      for (const traveller of crowd) yield { room, traveller };
    }
  }
  yield* journeys(passage, rooms, travellersOf(passage, writes, directoryChanged));
}

/** Everybody in one room before anybody in another: many people tell more than many rooms of one of them. */
function* journeys(
  passage: Passage,
  rooms: ReadonlyMap<number, Write<"rooms">>,
  travellers: Iterable<Traveller>,
): Iterable<Encounter> {
  const ofCategory = categoriesBy(passage);
  function* journey(traveller: Traveller): Generator<Encounter> {
    for (const category of ofCategory(traveller)) {
      for (const room of roomsUnder(passage, rooms, category)) yield { room, traveller };
    }
  }
  const begun: Generator<Encounter>[] = [];
  for (const traveller of distinct(travellers)) {
    const rest = journey(traveller);
    const first = rest.next();
    if (first.done === true) continue;
    yield first.value;
    begun.push(rest);
  }
  for (const rest of begun) yield* rest;
}

/** The rooms of a category, on either side, given what is written to rooms. */
function* roomsUnder(
  { before }: Passage,
  writes: ReadonlyMap<number, Write<"rooms">>,
  category: number,
): Iterable<RoomSides> {
  for (const room of before.state.lookup("rooms", "category", String(category))) {
    yield writes.get(room.id) ?? { id: room.id, before: room, after: room };
  }
  for (const { id, before: was, after: is } of writes.values()) {
    if (is?.categoryId === category && was?.categoryId !== category) yield { id, before: was, after: is };
  }
}

export const concernsAccess = ({ collection }: Write): boolean =>
  collection === "rooms" ||
  collection === "categories" ||
  collection === "grants" ||
  collection === "policies";

/** A room that somebody must be looked at in. */
export interface ConcernedRoom extends RoomSides {
  /** Whether the room itself changed. */
  readonly isWritten: boolean;
}

/** Every room that somebody must be looked at in, by identity. Each is read when its turn comes: they may be very many. */
export function* concernedRooms(concern: Concern): Iterable<ConcernedRoom> {
  const { state } = concern.passage.before;
  for (const id of roomsInOrder(concern)) {
    const write = concern.rooms.get(id);
    if (write !== undefined) yield { id, before: write.before, after: write.after, isWritten: true };
    else
      for (const room of state.each("rooms", [id])) yield { id, before: room, after: room, isWritten: false };
  }
}

/** Ids of the concerned rooms, in the order of their identities. */
function roomsInOrder({ passage, rooms, categories, crowdIn }: Concern): number[] {
  const found: { readonly id: number; readonly key: string }[] = [];
  const find = (id: number, { identity }: Room): number => found.push({ id, key: fold(identity) });
  const { state } = passage.before;
  let others = state.count("rooms");
  for (const { id, before, after } of rooms.values()) {
    if (before !== undefined) others--;
    find(id, (after ?? before)!);
  }
  // Where every room is written, nobody needs to know whom else the change concerns.
  for (const category of others > 0 ? categories() : []) {
    for (const room of state.lookup("rooms", "category", String(category))) {
      if (rooms.has(room.id)) continue;
      if (crowdIn(category).size === 0) break;
      find(room.id, room);
    }
  }
  found.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return found.map(({ id }) => id);
}

/** People to look at in a room because of themselves or its categories; each crowd is shared by a category's rooms. */
export function crowdsIn({ crowdIn }: Concern, { before, after }: RoomSides): readonly Crowd[] {
  const categories = new Set([before, after].flatMap((room) => (room === undefined ? [] : room.categoryId)));
  return [...categories].map(crowdIn).filter(({ size }) => size > 0);
}

/** People whom a room's own change can concern. */
export const crowdOfWrite = (passage: Passage, room: RoomSides): Crowd =>
  new Set(travellersInRoom(passage, room));

function* travellersInRoom(passage: Passage, { before, after }: RoomSides): Iterable<Traveller> {
  if (before !== undefined && after !== undefined && !shapeDiffers(before, after)) {
    for (const list of roomLists) yield* under(passage, before[list], after[list]);
    return;
  }
  for (const [side, room] of [
    ["before", before],
    ["after", after],
  ] as const) {
    if (room === undefined) continue;
    const category = passage[side].state.get("categories", room.categoryId);
    for (const person of candidatesFor(passage[side], room, category)) yield passage.traveller(side, person);
  }
}

export const roomLists = ["members", "managers", "presenters"] as const;

/** Whether a room differs in more than its lists and texts, so that anybody in scope may be concerned. */
export const shapeDiffers = (a: Room, b: Room): boolean =>
  a.categoryId !== b.categoryId || a.disabled !== b.disabled || a.type !== b.type || a.privacy !== b.privacy;

/** People whom a category's own change can concern. */
function* underCategory(passage: Passage, { before, after }: Write<"categories">): Iterable<Traveller> {
  for (const list of ["allowedMembers", "deniedMembers"] as const) {
    yield* under(passage, before?.[list] ?? [], after?.[list] ?? []);
  }
  // Without a directory nobody can tell whom a denied group covers: whoever is allowed by name may be meant.
  for (const [side, category] of [
    ["before", before],
    ["after", after],
  ] as const) {
    if (passage[side].state.directory !== undefined) continue;
    for (const person of peopleIn(passage[side], category?.allowedMembers ?? [])) {
      yield passage.traveller(side, person);
    }
  }
}

/** Everyone whom an entry covers that one list has and the other has not. */
function* under(passage: Passage, before: readonly string[], after: readonly string[]): Iterable<Traveller> {
  if (before === after) return;
  const entries = [...missingFrom(after, before), ...missingFrom(before, after)];
  if (entries.length === 0) return;
  // One directory covers the same people on both sides.
  const isSame = passage.before.state.directory === passage.after.state.directory;
  const sides = isSame ? (["before"] as const) : bothSides;
  for (const entry of entries) {
    for (const side of sides) {
      for (const person of peopleUnder(passage[side], entry)) yield passage.traveller(side, person);
    }
  }
}

/** Entries of a list that another has not. */
function missingFrom(other: readonly string[], list: readonly string[]): string[] {
  const keys = new Set(other.map(principalKey));
  return list.filter((entry) => !keys.has(principalKey(entry)));
}

/** People who themselves change: by their policy or by what the directory says of them. */
function* travellersOf(
  passage: Passage,
  writes: readonly Write[],
  directoryChanged: boolean,
): Iterable<Traveller> {
  for (const { before, after } of writesOf(writes, "grants")) {
    if (before !== undefined) yield travellerAt(passage, "before", before.user);
    if (after !== undefined) yield travellerAt(passage, "after", after.user);
  }
  for (const write of writesOf(writes, "policies")) yield* usersOf(passage, write);
  if (directoryChanged) yield* moved(passage);
}

const travellerAt = (passage: Passage, side: Side, address: string): Traveller =>
  passage.traveller(side, passage[side].person(address));

/** The users under a policy that was made, removed, or switched. */
function* usersOf(passage: Passage, { before, after }: Write<"policies">): Iterable<Traveller> {
  const same =
    before?.enablePersistentChat === after?.enablePersistentChat && before?.identity === after?.identity;
  if (same) return;
  const policies = [before, after].filter((policy) => policy !== undefined);
  if (!policies.some(({ identity }) => appliesByItself(identity))) {
    for (const policy of policies) yield* granted(passage, policy);
    return;
  }
  for (const side of bothSides) {
    for (const person of everybody(passage[side])) {
      const traveller = passage.traveller(side, person);
      if (takesPart(traveller.before) !== takesPart(traveller.after)) yield traveller;
    }
  }
}

const takesPart = (person: Traveller["before"]): boolean =>
  person !== undefined && participates(person) === "yes";

const appliesByItself = (identity: string): boolean => fold(identity) === "global" || isSitePolicy(identity);

function* granted(passage: Passage, policy: Policy): Iterable<Traveller> {
  for (const side of bothSides) {
    for (const { user } of passage[side].state.lookup("grants", "policy", fold(policy.identity))) {
      yield travellerAt(passage, side, user);
    }
  }
}

/** Everybody of whom two directories say something else that matters. */
function* moved(passage: Passage): Iterable<Traveller> {
  const old = passage.before.state.directory;
  const now = passage.after.state.directory;
  if (old === undefined || now === undefined) {
    for (const side of bothSides) {
      for (const person of everybody(passage[side])) yield passage.traveller(side, person);
    }
    return;
  }
  const sameGroup = groupComparison(old, now);
  for (const address of otherwise(old, now, sameGroup)) yield travellerAt(passage, "before", address);
  for (const address of otherwise(now, old, sameGroup)) yield travellerAt(passage, "after", address);
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
function categoriesBy(passage: Passage): (traveller: Traveller) => Iterable<number> {
  let known: Readonly<Record<Side, readonly Category[]>> | undefined;
  return function* (traveller) {
    known ??= { before: categoriesIn(passage.before.state), after: categoriesIn(passage.after.state) };
    const found = new Set<number>();
    for (const side of bothSides) {
      const person = traveller[side];
      if (person === undefined || participates(person) !== "yes") continue;
      for (const category of known[side]) {
        if (found.has(category.id) || !inScope(person, category)) continue;
        found.add(category.id);
        yield category.id;
      }
    }
  };
}

const categoriesIn = (state: State) => [...state.all("categories")];
