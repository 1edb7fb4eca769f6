import { allIn, findNamed, type NameFilter } from "./find-named.ts";
import { findInPool, requirePool } from "./identity.ts";
import type { Room } from "./nouns/room.ts";
import { findEntries, resolvePrincipal, runnableWord } from "./principal.ts";
import { principalKey } from "./principal-word.ts";
import { findOne, type State } from "./state.ts";
import { wildcard } from "./text.ts";

/** Conditions on rooms; a room must meet all that are given. */
export interface RoomFilter extends NameFilter {
  readonly category?: string | undefined;
  readonly addin?: string | undefined;
  /** A principal that the room's managers, or members, name themselves. */
  readonly manager?: string | undefined;
  readonly member?: string | undefined;
  readonly privacy?: string | undefined;
  readonly type?: string | undefined;
  readonly invitations?: string | undefined;
  readonly disabled?: boolean | undefined;
  readonly searchDescription?: boolean | undefined;
  readonly matches?: ((room: Room) => boolean) | undefined;
  /** At most so many; 0 gives none. */
  readonly resultSize?: number | undefined;
}

/**
 * Rooms that the words name, or all, that meet a filter, one at a time. Throws `not-found` and `ambiguous` for the
 * words, the category, the add-in, and principals, before the first room is given.
 */
export function findRooms(
  state: State,
  words: readonly string[] | undefined,
  filter: RoomFilter,
): Iterable<Room> {
  const meets = condition(state, filter);
  const { pool } = filter;
  if (pool !== undefined) requirePool(state, pool);
  const rooms =
    words !== undefined
      ? findNamed(state, "rooms", words, { pool })
      : filter.category === undefined
        ? allIn(state, "rooms", pool)
        : state.lookup(
            "rooms",
            "category",
            String(findInPool(state, "categories", filter.category, { pool }).id),
          );
  return atMost(rooms, meets, filter.resultSize ?? Number.POSITIVE_INFINITY);
}

function* atMost(rooms: Iterable<Room>, meets: (room: Room) => boolean, limit: number): Iterable<Room> {
  let left = limit;
  if (left === 0) return;
  for (const room of rooms) {
    if (!meets(room)) continue;
    yield room;
    if (--left === 0) return;
  }
}

type Condition = (room: Room) => boolean;

function condition(state: State, filter: RoomFilter): Condition {
  const { category, addin, pool, manager, member, disabled } = filter;
  const conditions: Condition[] = [];
  for (const key of ["privacy", "type", "invitations"] as const) {
    const wanted = filter[key];
    if (wanted !== undefined) conditions.push((room) => room[key] === wanted);
  }
  if (disabled !== undefined) conditions.push((room) => room.disabled === disabled);
  if (category !== undefined) {
    const { id } = findInPool(state, "categories", category, { pool });
    conditions.push((room) => room.categoryId === id);
  }
  if (addin !== undefined) {
    const { id } = findInPool(state, "addins", addin, { pool });
    conditions.push((room) => room.addinId === id);
  }
  if (manager !== undefined) conditions.push(naming(state, "managers", manager));
  if (member !== undefined) conditions.push(naming(state, "members", member));
  if (filter.filter !== undefined)
    conditions.push(matching(filter.filter, filter.searchDescription ?? false));
  if (filter.matches !== undefined) conditions.push(filter.matches);
  return (room) => conditions.every((meets) => meets(room));
}

function matching(pattern: string, descriptions: boolean): Condition {
  const matches = wildcard(pattern);
  return (room) => matches(room.name) || (descriptions && matches(room.description ?? ""));
}

/**
 * Rooms whose list has an entry that the word means: literally, or through the directory. Somebody who left the
 * directory is found by the words that the lists still hold.
 */
function naming(state: State, list: "managers" | "members", word: string): Condition {
  const literal = [word, `sip:${word}`].map(principalKey);
  const keys = new Set(isListed(state, literal) ? literal : [keyOf(state, word)]);
  return (room) => room[list].some((entry) => keys.has(principalKey(entry)));
}

function isListed(state: State, keys: readonly string[]): boolean {
  return keys.some((key) => findOne(state, "rooms", "principal", key) !== undefined);
}

/** The key of what a word means, accounts without SIP included. Throws as resolvePrincipal does for the rest. */
function keyOf(state: State, word: string): string {
  const [only, ...others] = state.directory === undefined ? [] : findEntries(state.directory, word);
  if (only === undefined || others.length > 0) return resolvePrincipal(state, word).key;
  return principalKey(
    only.kind === "user" && only.sipAddress !== null ? only.sipAddress : runnableWord(only),
  );
}
