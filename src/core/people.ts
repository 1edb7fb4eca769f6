import {
  type AccessAction,
  allowedActions,
  decide,
  groundOf,
  type ListFacts,
  type Person,
  participates,
  personOf,
  type Seat,
  seatIn,
} from "./access.ts";
import type { Entry } from "./directory.ts";
import type { Category } from "./nouns/category.ts";
import type { Room } from "./nouns/room.ts";
import { type RoomAction, roomActions } from "./outcome.ts";
import { formOf } from "./principal-word.ts";
import { coveredBy, coverOf } from "./scope.ts";
import { distinct, remembered } from "./sequence.ts";
import type { State } from "./state.ts";
import { compareText, fold } from "./text.ts";

/** An action that a user may do, and the list entry that gives it. */
export interface Ground extends ListFacts {
  readonly action: AccessAction;
}

/** What one user may do in one room. `grounds` follows the order of the actions and is never empty. */
export interface Access {
  readonly user: string;
  readonly room: Room;
  readonly grounds: readonly Ground[];
}

/** People of one state, each worked out once. Hand one to several calls where many rooms are asked about. */
export interface Roster {
  readonly state: State;
  /** The person with a stored SIP address, in any case. */
  person(user: string): Person;
  /** The people whom a stored group, container or domain covers, each once; found as they are asked for. */
  covered(principal: string): Iterable<Person>;
}

/** A roster without anybody yet. It holds only as long as the state does not change. */
export function createRoster(state: State): Roster {
  const bySpelling = new Map<string, Person>();
  const people = new Map<string, Person>();
  const find = (user: string): Person => {
    const key = fold(user);
    let person = people.get(key);
    if (person === undefined) {
      person = personOf(state, user);
      people.set(key, person);
    }
    return person;
  };
  const person = (user: string): Person => {
    let found = bySpelling.get(user);
    if (found === undefined) {
      found = find(user);
      bySpelling.set(user, found);
    }
    return found;
  };
  const crowds = new Map<string, Iterable<Person>>();
  return {
    state,
    person,
    covered: (principal) => {
      let crowd = crowds.get(principal);
      if (crowd === undefined) {
        crowd = remembered(distinct(peopleAmong(person, usersUnder(state, principal))));
        crowds.set(principal, crowd);
      }
      return crowd;
    },
  };
}

function* peopleAmong(person: Roster["person"], users: Iterable<string>): Iterable<Person> {
  for (const user of users) yield person(user);
}

/** Enabled SIP addresses of whom a principal covers that is no user. */
function* usersUnder({ directory }: State, principal: string): Iterable<string> {
  if (directory !== undefined) yield* usersAmong(coveredBy(directory, principal));
}

function* usersAmong(entries: Iterable<Entry>): Iterable<string> {
  for (const entry of entries) {
    if (entry.kind === "user" && entry.sipEnabled && entry.sipAddress !== null) yield entry.sipAddress;
  }
}

/** What is asked: which actions (all where left out), and a roster to share between calls. */
export interface Asked {
  readonly actions?: readonly RoomAction[];
  readonly roster?: Roster;
}

/**
 * Everyone who may do something in a room, by user, each with the entries that give it. People are the users of
 * the directory with an enabled SIP address; without a directory only those whom a list names by address.
 * Agrees with `evaluateAccess` for every user: candidates only spare those who cannot be allowed anything.
 */
export function peopleOf(state: State, room: Room, asked: Asked = {}): Access[] {
  const { actions = roomActions, roster = createRoster(state) } = asked;
  const category = state.get("categories", room.categoryId);
  return [...candidatesFor(roster, room, category, actions)]
    .sort(byKey)
    .flatMap((person) => accessOf(seatIn(person, room, category), actions));
}

/** Order of people by address; their keys are folded already, which a large room could not do in each comparison. */
const byKey = (a: Person, b: Person): number =>
  a.standing.key < b.standing.key ? -1 : a.standing.key > b.standing.key ? 1 : 0;

/** Every room in which a user (stored SIP address) may do something, by room, each with the entries that give it. */
export function roomsOf(state: State, user: string, asked: Asked = {}): Access[] {
  const { actions = roomActions, roster = createRoster(state) } = asked;
  const person = roster.person(user);
  const found: Access[] = [];
  for (const { category, room } of roomsInScope(state, person)) {
    for (const access of accessOf(seatIn(person, room, category), actions)) found.push(access);
  }
  return sortedByRoom(found, (access) => access.room);
}

/** Everyone's access to every room, by room and user: one room's people at a time, however many rooms. */
export function* everyAccess(state: State, asked: Asked = {}): Iterable<Access> {
  const roster = asked.roster ?? createRoster(state);
  for (const room of sortedByRoom([...state.all("rooms")], (each) => each)) {
    yield* peopleOf(state, room, { ...asked, roster });
  }
}

/** The categories in which a user (stored SIP address) may create rooms, by identity, each with the entry that gives it. */
export function categoriesOf(
  state: State,
  user: string,
): { readonly category: Category; readonly ground: Ground }[] {
  const person = personOf(state, user);
  const found = [...state.all("categories")].flatMap((category) => {
    const seat: Seat = { person, room: undefined, category };
    const action = "create-room" as const;
    return decide(seat, action) === "allow"
      ? [{ category, ground: { action, ...groundOf(seat, action) } }]
      : [];
  });
  return found.sort((a, b) => compareText(a.category.identity, b.category.identity));
}

/** Objects by the identity of their room, as people expect a list. */
export function sortedByRoom<T>(objects: readonly T[], roomOf: (object: T) => Room): T[] {
  // Folding in each comparison would cost more than everything else.
  return objects
    .map((object) => ({ object, key: fold(roomOf(object).identity) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ object }) => object);
}

function accessOf(seat: Seat & { readonly room: Room }, actions: readonly RoomAction[]): Access[] {
  const allowed = allowedActions(seat, actions);
  if (allowed.length === 0) return [];
  const grounds = allowed.map((action): Ground => ({ action, ...groundOf(seat, action) }));
  return [{ user: seat.person.user, room: seat.room, grounds }];
}

/** Nothing in a room is allowed to those who are not in scope of its category. */
function* roomsInScope(state: State, person: Person): Iterable<{ category: Category; room: Room }> {
  if (participates(person) !== "yes") return;
  for (const category of state.all("categories")) {
    if (!inScope(person, category)) continue;
    for (const room of state.lookup("rooms", "category", String(category.id))) yield { category, room };
  }
}

/** Whether a person is known to be in scope of a category. Nothing is kept: many people are asked about many categories. */
export const inScope = ({ standing }: Pick<Person, "standing">, category: Category): boolean =>
  coverOf(standing, category.allowedMembers).answer === "yes" &&
  coverOf(standing, category.deniedMembers).answer === "no";

/** Whoever may be allowed something in a room, and some more, each once. */
export function* candidatesFor(
  roster: Roster,
  room: Room,
  category: Category | undefined,
  actions: readonly RoomAction[] = roomActions,
): Iterable<Person> {
  if (category === undefined) return;
  const lists = decidingLists(room, actions) ?? [category.allowedMembers];
  for (const person of peopleIn(roster, lists.flat())) {
    if (participates(person) === "yes" && inScope(person, category)) yield person;
  }
}

/**
 * Lists of which one must cover a person, beside being in scope, for any of the actions to be allowed: the shortest
 * that are enough. Undefined where being in scope is.
 */
export function decidingLists(
  room: Room,
  actions: readonly RoomAction[] = roomActions,
): readonly (readonly string[])[] | undefined {
  const managing = actions.includes("manage");
  const present = actions.filter((action) => action !== "manage");
  const byScope = room.privacy === "Open" || (room.privacy === "Closed" && present.includes("find"));
  if (room.disabled || present.length === 0) return managing ? [room.managers] : [];
  if (byScope) return undefined;
  return managing ? [room.members, room.managers] : [room.members];
}

/** The people that a list covers, each once, as far as it can be told. */
export const peopleIn = (roster: Roster, list: readonly string[]): Iterable<Person> =>
  distinct(peopleUnderEach(roster, list));

function* peopleUnderEach(roster: Roster, list: readonly string[]): Iterable<Person> {
  for (const entry of list) yield* peopleUnder(roster, entry);
}

/**
 * The people that one stored principal covers: itself, a group's members however deep, everybody below a
 * container or of a domain. Only those with an enabled SIP address; without a directory only a user itself.
 */
export const peopleUnder = (roster: Roster, principal: string): Iterable<Person> =>
  formOf(principal) === "user" ? [roster.person(principal)] : roster.covered(principal);

/** Everybody who may take part in anything, policy aside: who the directory enables, or whom a list names. */
export function everybody({ state, person }: Roster): Iterable<Person> {
  const { directory } = state;
  const users = directory === undefined ? namedUsers(state) : usersAmong(directory.all());
  return distinct(peopleAmong(person, users));
}

/** SIP addresses that the lists of a state name, as spelt there. */
export function* namedUsers(state: State): Iterable<string> {
  for (const category of state.all("categories")) {
    yield* usersIn(category.allowedMembers, category.deniedMembers, category.creators);
  }
  for (const room of state.all("rooms")) yield* usersIn(room.members, room.managers, room.presenters);
}

function* usersIn(...lists: readonly (readonly string[])[]): Iterable<string> {
  for (const list of lists) for (const entry of list) if (formOf(entry) === "user") yield entry;
}
