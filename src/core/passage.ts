import { allowedActions, type Person, participates, seatIn } from "./access.ts";
import type { Directory, UserEntry } from "./directory.ts";
import type { Category } from "./nouns/category.ts";
import type { Room } from "./nouns/room.ts";
import type { RoomAction } from "./outcome.ts";
import { createRoster, peopleUnder, type Roster } from "./people.ts";
import type { State } from "./state.ts";
import { fold } from "./text.ts";

/** One person on both sides of a change; undefined on the side that does not have the person. */
export interface Traveller {
  /** Orders people by address. */
  readonly key: string;
  readonly before: Person | undefined;
  readonly after: Person | undefined;
}

export type Side = "before" | "after";
export const bothSides = ["before", "after"] as const satisfies readonly Side[];

/** The two states of a change, and who is who in them. */
export interface Passage {
  readonly before: Roster;
  readonly after: Roster;
  /** Whoever is this person on that side; the same object for the same person. */
  traveller(side: Side, person: Person): Traveller;
  /** All whom a stored principal covers on that side, worked out once: lists of many rooms name the same. */
  under(side: Side, principal: string): readonly Traveller[];
}

/**
 * A change from one state to another. A person is an address, or, where a new directory gives the same account
 * (objectGUID) another address, that account: it neither loses nor gains by its name.
 */
export function passageOf(before: State, after: State, directoryChanged: boolean): Passage {
  const rosters = { before: createRoster(before), after: createRoster(after) };
  const renamed = directoryChanged ? renamedBetween(before.directory, after.directory) : noneRenamed;
  const travellers = new Map<string, Traveller>();
  const meet = (key: string, old: string | undefined, now: string | undefined): Traveller => {
    let traveller = travellers.get(key);
    if (traveller === undefined) {
      traveller = {
        key,
        before: old === undefined ? undefined : rosters.before.person(old),
        after: now === undefined ? undefined : rosters.after.person(now),
      };
      travellers.set(key, traveller);
    }
    return traveller;
  };
  const cameFrom = (person: Person): Traveller => {
    const { key } = person.standing;
    const now = renamed.to.get(key);
    if (now !== undefined) return meet(fold(now), person.user, now);
    // Somebody else has taken the address over: it sorts behind the one who has it now.
    return renamed.from.has(key) ? meet(`${key}\u0000`, person.user, undefined) : unmoved(person);
  };
  const wentTo = (person: Person): Traveller => {
    const { key } = person.standing;
    const old = renamed.from.get(key);
    if (old !== undefined) return meet(key, old, person.user);
    return renamed.to.has(key) ? meet(key, undefined, person.user) : unmoved(person);
  };
  const unmoved = ({ standing, user }: Person): Traveller => meet(standing.key, user, user);
  const traveller: Passage["traveller"] = (side, person) =>
    renamed === noneRenamed ? unmoved(person) : side === "before" ? cameFrom(person) : wentTo(person);
  const crowds = { before: new Map<string, Traveller[]>(), after: new Map<string, Traveller[]>() };
  const under: Passage["under"] = (side, principal) => {
    let crowd = crowds[side].get(principal);
    if (crowd === undefined) {
      crowd = Array.from(peopleUnder(rosters[side], principal), (person) => traveller(side, person));
      crowds[side].set(principal, crowd);
    }
    return crowd;
  };
  return { ...rosters, traveller, under };
}

/** Addresses of accounts that have another one now: the new one by the old, and the old one by the new. Keys are folded. */
interface Renamed {
  readonly to: ReadonlyMap<string, string>;
  readonly from: ReadonlyMap<string, string>;
}

const noneRenamed: Renamed = { to: new Map(), from: new Map() };

function renamedBetween(old: Directory | undefined, now: Directory | undefined): Renamed {
  if (old === undefined || now === undefined) return noneRenamed;
  const addresses = new Map<string, string>();
  for (const { guid, sipAddress } of named(old)) addresses.set(guid, sipAddress);
  const to = new Map<string, string>();
  const from = new Map<string, string>();
  for (const { guid, sipAddress } of named(now)) {
    const was = addresses.get(guid);
    if (was === undefined || fold(was) === fold(sipAddress)) continue;
    // An address that several accounts share says of nobody where it went.
    if (old.bySip(was).length > 1 || now.bySip(sipAddress).length > 1) continue;
    to.set(fold(was), sipAddress);
    from.set(fold(sipAddress), was);
  }
  return { to, from };
}

function* named(directory: Directory): Iterable<UserEntry & { guid: string; sipAddress: string }> {
  for (const entry of directory.all()) {
    if (entry.kind === "user" && entry.guid !== null && entry.sipAddress !== null)
      yield entry as UserEntry & { guid: string; sipAddress: string };
  }
}

/** A room with its category; undefined where the room is not there. */
export type Door = { readonly room: Room; readonly category: Category | undefined } | undefined;

const doorOf = ({ state }: Roster, room: Room | undefined): Door =>
  room && { room, category: state.get("categories", room.categoryId) };

/** A room as it is on both sides of a change. */
export interface RoomSides {
  readonly id: number;
  readonly before?: Room | undefined;
  readonly after?: Room | undefined;
}

export interface Doors {
  readonly before: Door;
  readonly after: Door;
}

export const doorsOf = (passage: Passage, { before, after }: RoomSides): Doors => ({
  before: doorOf(passage.before, before),
  after: doorOf(passage.after, after),
});

/** What a person may do behind a door. */
export const actionsOf = (person: Person | undefined, door: Door): readonly RoomAction[] =>
  person === undefined || door === undefined || participates(person) !== "yes"
    ? nothing
    : allowedActions(seatIn(person, door.room, door.category));

const nothing: readonly RoomAction[] = [];

/** What is in one list of actions and not in another. */
export const beyond = (actions: readonly RoomAction[], others: readonly RoomAction[]): RoomAction[] =>
  actions.filter((action) => !others.includes(action));
