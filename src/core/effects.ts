import { allowedActions, type Person, participates, seatIn } from "./access.ts";
import type { Directory, UserEntry } from "./directory.ts";
import { dnKey } from "./distinguished-name.ts";
import { sameValue } from "./draft.ts";
import type { Category } from "./nouns/category.ts";
import type { Policy } from "./nouns/policy.ts";
import type { Room } from "./nouns/room.ts";
import type { Effect, RoomAction } from "./outcome.ts";
import {
  candidatesFor,
  createRoster,
  everybody,
  inScope,
  peopleIn,
  peopleUnder,
  type Roster,
  sortedByRoom,
} from "./people.ts";
import { isSitePolicy } from "./policy-resolution.ts";
import { entryOf } from "./principal.ts";
import { principalKey } from "./principal-word.ts";
import { coveringKeys } from "./scope.ts";
import type { State, Write } from "./state.ts";
import { fold } from "./text.ts";

/**
 * Who gains and who loses what by a change, by room and user: the difference of what everyone may do before and
 * after (semantics: who may do what). Rooms are the same when their ids are, so a rename has no effect. What
 * cannot be told without a directory counts as not allowed. `writes` must be all that differs between the two
 * states, besides the directory where `directoryChanged` says so. Never throws.
 */
export function accessDifference(
  before: State,
  after: State,
  writes: readonly Write[],
  directoryChanged: boolean,
): Effect[] {
  return [...accessDifferences(before, after, writes, directoryChanged)];
}

/**
 * As `accessDifference`, one at a time: a policy that is switched on for 150,000 users in 33,000 rooms has more
 * effects than fit in memory. Only rooms and people that the writes can concern are looked at.
 */
export function* accessDifferences(
  before: State,
  after: State,
  writes: readonly Write[],
  directoryChanged: boolean,
): Iterable<Effect> {
  if (!directoryChanged && !writes.some((write) => concernsAccess(write))) return;
  const sides: Sides = { before: createRoster(before), after: createRoster(after) };
  const concerned: Concerned = { rooms: new Map(), categories: new Map() };
  for (const write of writes) concernWrite(sides, concerned, write);
  addTravellers(sides, concerned, travellers(sides, writes, directoryChanged));
  yield* effectsIn(sides, concerned);
}

/** The same people before and after. */
interface Sides {
  readonly before: Roster;
  readonly after: Roster;
}

/** SIP addresses by their folded form. */
type Crowd = Map<string, string>;

/** Who must be looked at: in single rooms, and in every room of a category. */
interface Concerned {
  readonly rooms: Map<number, Crowd>;
  readonly categories: Map<number, Crowd>;
}

const concernsAccess = (write: Write): boolean =>
  write.collection === "rooms" ||
  write.collection === "categories" ||
  write.collection === "grants" ||
  write.collection === "policies";

function concernWrite(sides: Sides, concerned: Concerned, write: Write): void {
  if (write.collection === "rooms") {
    concernRoom(sides, concerned, write as Write<"rooms">);
  } else if (write.collection === "categories") {
    concernCategory(sides, crowdOf(concerned.categories, write.id), write as Write<"categories">);
  }
}

function concernCategory(sides: Sides, crowd: Crowd, { before, after }: Write<"categories">): void {
  for (const list of ["allowedMembers", "deniedMembers"] as const) {
    addUnder(sides, crowd, before?.[list] ?? [], after?.[list] ?? []);
  }
  // Without a directory nobody can tell whom a denied group covers: whoever is allowed by name may be meant.
  for (const [roster, category] of [
    [sides.before, before],
    [sides.after, after],
  ] as const) {
    if (roster.state.directory !== undefined) continue;
    for (const person of peopleIn(roster, category?.allowedMembers ?? [])) addPerson(crowd, person);
  }
}

function concernRoom(sides: Sides, concerned: Concerned, { id, before, after }: Write<"rooms">): void {
  const crowd = crowdOf(concerned.rooms, id);
  if (before === undefined || after === undefined || shapeDiffers(before, after)) {
    addCandidates(crowd, sides.before, before);
    addCandidates(crowd, sides.after, after);
    return;
  }
  for (const list of ["members", "managers", "presenters"] as const) {
    addUnder(sides, crowd, before[list], after[list]);
  }
}

/** Whether a room differs in more than its lists and texts, so that anybody in scope may be concerned. */
const shapeDiffers = (a: Room, b: Room): boolean =>
  a.categoryId !== b.categoryId || a.disabled !== b.disabled || a.type !== b.type || a.privacy !== b.privacy;

function crowdOf(crowds: Map<number, Crowd>, id: number): Crowd {
  let crowd = crowds.get(id);
  if (crowd === undefined) {
    crowd = new Map();
    crowds.set(id, crowd);
  }
  return crowd;
}

const addPerson = (crowd: Crowd, person: Person): void => {
  crowd.set(person.standing.key, person.user);
};

function addCandidates(crowd: Crowd, roster: Roster, room: Room | undefined): void {
  if (room === undefined) return;
  const category = roster.state.get("categories", room.categoryId);
  for (const person of candidatesFor(roster, room, category)) addPerson(crowd, person);
}

/** Adds everyone whom an entry covers that one list has and the other has not. */
function addUnder(sides: Sides, crowd: Crowd, before: readonly string[], after: readonly string[]): void {
  if (before === after) return;
  for (const entry of [...missingFrom(after, before), ...missingFrom(before, after)]) {
    for (const roster of [sides.before, sides.after]) {
      for (const person of peopleUnder(roster, entry)) addPerson(crowd, person);
    }
  }
}

/** Entries of a list that another has not. */
function missingFrom(other: readonly string[], list: readonly string[]): string[] {
  const keys = new Set(other.map(principalKey));
  return list.filter((entry) => !keys.has(principalKey(entry)));
}

/** People who themselves change: by their policy or by what the directory says of them. */
function travellers(sides: Sides, writes: readonly Write[], directoryChanged: boolean): Crowd {
  const crowd: Crowd = new Map();
  for (const { collection, before, after } of writes) {
    if (collection !== "grants") continue;
    for (const grant of [before, after] as Write<"grants">["before"][]) {
      if (grant !== undefined) crowd.set(fold(grant.user), grant.user);
    }
  }
  for (const write of writes)
    if (write.collection === "policies") addUsersOf(sides, crowd, write as Write<"policies">);
  if (directoryChanged) addMoved(sides, crowd);
  return crowd;
}

/** Adds the users under a policy that was made, removed, or switched. */
function addUsersOf(sides: Sides, crowd: Crowd, { before, after }: Write<"policies">): void {
  const same =
    before?.enablePersistentChat === after?.enablePersistentChat && before?.identity === after?.identity;
  if (same) return;
  const policies = [before, after].filter((policy) => policy !== undefined);
  if (policies.some(({ identity }) => appliesByItself(identity))) {
    for (const roster of [sides.before, sides.after]) {
      for (const person of everybody(roster)) {
        if (
          participates(sides.before.person(person.user)) !== participates(sides.after.person(person.user))
        ) {
          addPerson(crowd, person);
        }
      }
    }
  } else for (const policy of policies) addGranted(sides, crowd, policy);
}

const appliesByItself = (identity: string): boolean => fold(identity) === "global" || isSitePolicy(identity);

function addGranted(sides: Sides, crowd: Crowd, policy: Policy): void {
  for (const { state } of [sides.before, sides.after]) {
    for (const grant of state.lookup("grants", "policy", fold(policy.identity)))
      crowd.set(fold(grant.user), grant.user);
  }
}

/** Adds everybody of whom two directories say something else that matters. */
function addMoved(sides: Sides, crowd: Crowd): void {
  const old = sides.before.state.directory;
  const now = sides.after.state.directory;
  if (old === undefined || now === undefined) {
    for (const roster of [sides.before, sides.after]) {
      for (const person of everybody(roster)) addPerson(crowd, person);
    }
    return;
  }
  const sameGroup = groupComparison(old, now);
  addWhoDiffer(crowd, old, now, sameGroup);
  addWhoDiffer(crowd, now, old, sameGroup);
}

function addWhoDiffer(
  crowd: Crowd,
  directory: Directory,
  other: Directory,
  sameGroup: (dn: string) => boolean,
): void {
  for (const entry of directory.all()) {
    if (entry.kind !== "user" || entry.sipAddress === null || !entry.sipEnabled) continue;
    const twin = entryOf(other, entry.sipAddress);
    const same = twin?.kind === "user" && sameFacts(entry, twin) && entry.memberOf.every(sameGroup);
    if (!same) crowd.set(fold(entry.sipAddress), entry.sipAddress);
  }
}

const sameFacts = (a: UserEntry, b: UserEntry): boolean =>
  a.dn === b.dn &&
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
function addTravellers(sides: Sides, concerned: Concerned, crowd: Crowd): void {
  for (const user of crowd.values()) {
    for (const roster of [sides.before, sides.after]) {
      const person = roster.person(user);
      if (participates(person) !== "yes") continue;
      for (const category of roster.state.all("categories")) {
        if (inScope(person, category)) addPerson(crowdOf(concerned.categories, category.id), person);
      }
    }
  }
}

function* effectsIn(sides: Sides, concerned: Concerned): Iterable<Effect> {
  for (const { id, room } of concernedRooms(sides, concerned)) {
    const before = sides.before.state.get("rooms", id);
    const after = sides.after.state.get("rooms", id);
    const crowds = [
      concerned.rooms.get(id),
      ...[before, after].map((each) => each && concerned.categories.get(each.categoryId)),
    ];
    const users: Crowd = new Map(crowds.flatMap((crowd) => [...(crowd ?? [])]));
    const doors = { before: doorOf(sides.before, before), after: doorOf(sides.after, after) };
    // In the order of folded addresses, which are the keys.
    for (const key of [...users.keys()].sort()) yield* effectOn(sides, doors, room.identity, users.get(key)!);
  }
}

/** Every room that somebody must be looked at in, by identity. */
function concernedRooms(sides: Sides, concerned: Concerned): { id: number; room: Room }[] {
  const ids = new Set(concerned.rooms.keys());
  for (const [category, crowd] of concerned.categories) {
    if (crowd.size === 0) continue;
    for (const { state } of [sides.before, sides.after]) {
      for (const room of state.lookup("rooms", "category", String(category))) ids.add(room.id);
    }
  }
  const rooms = [...ids].flatMap((id) => {
    const room = sides.after.state.get("rooms", id) ?? sides.before.state.get("rooms", id);
    return room === undefined ? [] : [{ id, room }];
  });
  return sortedByRoom(rooms, ({ room }) => room);
}

/** A room with its category, or neither where the room is not there. */
type Door = { readonly room: Room; readonly category: Category | undefined } | undefined;

const doorOf = ({ state }: Roster, room: Room | undefined): Door =>
  room && { room, category: state.get("categories", room.categoryId) };

function effectOn(sides: Sides, doors: { before: Door; after: Door }, room: string, user: string): Effect[] {
  const had = actionsOf(sides.before.person(user), doors.before);
  const has = actionsOf(sides.after.person(user), doors.after);
  const gains = has.filter((action) => !had.includes(action));
  const loses = had.filter((action) => !has.includes(action));
  if (gains.length + loses.length === 0) return [];
  const { entry, user: now } = sides.after.person(user);
  return [{ user: entry === undefined ? sides.before.person(user).user : now, room, gains, loses }];
}

const actionsOf = (person: Person, door: Door): RoomAction[] =>
  door === undefined || participates(person) !== "yes"
    ? []
    : allowedActions(seatIn(person, door.room, door.category));
