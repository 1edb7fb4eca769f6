import type { Entry } from "./directory.ts";
import { findInPool } from "./identity.ts";
import { poolOf } from "./identity-text.ts";
import type { Category } from "./nouns/category.ts";
import type { Room } from "./nouns/room.ts";
import { entryOf } from "./principal.ts";
import { formOf, principalKey } from "./principal-word.ts";
import { type Properties, type Property, shownName } from "./property.ts";
import { again } from "./sequence.ts";
import { type Collection, nouns, type Objects, type State } from "./state.ts";
import { fold } from "./text.ts";

/** How much is exported (Export-CsPersistentChatData, Level). */
export const exportLevels = ["All", "User", "Category", "RoomDirectory", "Content"] as const;
export type ExportLevel = (typeof exportLevels)[number];

/** Kinds of objects that an export holds, in the order in which they can be made again. */
export const exportedCollections = ["addins", "categories", "rooms"] as const;
export type ExportedCollection = (typeof exportedCollections)[number];

/** An object without its pool: each property under its shown name, references by name, principals as stored. */
export type ExportedObject = Readonly<Record<string, unknown>> & { readonly name: string };

/** A principal that exported objects name, or a group that one of those is in. */
export interface ExportedPrincipal {
  /** Its number within the export. */
  readonly id: number;
  /** As stored: `sip:…`, a distinguished name, or a DNS name. */
  readonly principal: string;
  readonly kind: Entry["kind"] | "unknown";
  readonly userPrincipalName: string | null;
  /** Numbers of the groups that it is directly in. */
  readonly memberOf: readonly number[];
}

/**
 * The principals of an export, each made anew whenever it is met: there may be as many as people in the directory.
 * They are numbered from 1 on in their order.
 */
export interface ExportedPrincipals extends Iterable<ExportedPrincipal> {
  readonly count: number;
  /** The number of the principal with this key; undefined for one that is not exported. */
  numberOf(principalKey: string): number | undefined;
  ofKind(kind: ExportedPrincipal["kind"]): Iterable<ExportedPrincipal>;
}

/** What is exported of one pool, messages aside. */
export interface ExportedData {
  /** Null where nothing is deployed. */
  readonly pool: string | null;
  readonly level: ExportLevel;
  /** Names of the categories that it is limited to; null for all. */
  readonly scope: readonly string[] | null;
  /** Earliest time of messages, ISO 8601 UTC, or null. */
  readonly startDate: string | null;
  readonly principals: ExportedPrincipals;
  readonly addins: readonly ExportedObject[];
  readonly categories: readonly ExportedObject[];
  /** Read as they are asked for, as often as they are. */
  readonly rooms: Iterable<ExportedObject>;
}

export interface ExportRequest {
  /** FQDN of the pool; undefined where nothing is deployed. */
  readonly pool: string | undefined;
  readonly level: ExportLevel;
  /** Words for categories; none for all. */
  readonly scope: readonly string[];
  readonly startDate: string | undefined;
}

/** Whether messages are part of an export: of a room directory only where it is said since when. */
export const exportsMessages = ({ level, startDate }: Pick<ExportRequest, "level" | "startDate">): boolean =>
  level === "All" || level === "Content" || (level === "RoomDirectory" && startDate !== undefined);

export interface Exported {
  readonly data: ExportedData;
  /** The rooms whose messages go with it, and how many of them the data has. */
  readonly rooms: Iterable<Room>;
  readonly exportedRooms: number;
}

/** What is exported; rooms are read as they are needed, and not kept. Throws `not-found` for a category of the scope. */
export function exportData(state: State, { pool, level, scope, startDate }: ExportRequest): Exported {
  const categories = pool === undefined ? [] : chosenCategories(state, pool, scope);
  const ids = roomsUnder(state, categories);
  const rooms = again(() => state.each("rooms", ids));
  const addinIds = new Set<number | null>();
  if (scope.length > 0) for (const { addinId } of rooms) addinIds.add(addinId);
  const addins = [...state.all("addins")].filter(
    ({ id, identity }) =>
      fold(poolOf(identity)) === fold(pool ?? "") && (scope.length === 0 || addinIds.has(id)),
  );
  const holds = (...levels: readonly ExportLevel[]): boolean => level === "All" || levels.includes(level);
  const objects = <C extends ExportedCollection>(collection: C, list: readonly Objects[C][]) =>
    list.map((object) => exported(state, collection, object));
  const hasRooms = holds("RoomDirectory");
  return {
    data: {
      pool: pool ?? null,
      level,
      scope: scope.length === 0 ? null : categories.map(({ name }) => name),
      startDate: startDate ?? null,
      principals: principalsOf(
        state,
        level === "Content" ? [] : listed(categories, holds("User", "RoomDirectory") ? rooms : []),
      ),
      addins: hasRooms ? objects("addins", addins) : [],
      categories: holds("Category", "RoomDirectory") ? objects("categories", categories) : [],
      rooms: hasRooms ? again(() => eachExported(state, rooms)) : [],
    },
    rooms,
    exportedRooms: hasRooms ? ids.length : 0,
  };
}

function* eachExported(state: State, rooms: Iterable<Room>): Iterable<ExportedObject> {
  for (const room of rooms) yield exported(state, "rooms", room);
}

/** Ids of the rooms of each category, in this order. */
function roomsUnder(state: State, categories: readonly Category[]): readonly number[] {
  const filed = new Map(categories.map(({ id }) => [id, [] as number[]]));
  for (const { id, categoryId } of state.all("rooms")) filed.get(categoryId)?.push(id);
  return [...filed.values()].flat();
}

function chosenCategories(state: State, pool: string, scope: readonly string[]): readonly Category[] {
  if (scope.length === 0) return [...state.lookup("categories", "pool", fold(pool))];
  return [...new Set(scope.map((word) => findInPool(state, "categories", word, { pool })))];
}

function exported<C extends Collection>(state: State, collection: C, object: Objects[C]): ExportedObject {
  const values = Object.entries(nouns[collection].properties as Properties)
    .filter(([, property]) => property.settable !== "identity")
    .map(([key, property]) => [
      shownName(key, property),
      named(state, property as Property, object[key as keyof Objects[C]]),
    ]);
  return Object.fromEntries(values) as ExportedObject;
}

function named(state: State, { refersTo }: Property, value: unknown): unknown {
  if (refersTo === undefined || typeof value !== "number") return value;
  return state.get(refersTo === "addin" ? "addins" : "categories", value)?.name ?? null;
}

function* listed(categories: readonly Category[], rooms: Iterable<Room>): Iterable<string> {
  for (const { allowedMembers, deniedMembers, creators } of categories) {
    yield* [...allowedMembers, ...deniedMembers, ...creators];
  }
  for (const { members, managers, presenters } of rooms) yield* [...members, ...managers, ...presenters];
}

/** Everybody whom lists name, and with a directory the groups that they are in, and so on. */
function principalsOf(state: State, named: Iterable<string>): ExportedPrincipals {
  /** Of each only this is kept; what else is said of it is looked up where it is needed. */
  const numbers = new Map<string, number>();
  const stored: string[] = [];
  const kinds: ExportedPrincipal["kind"][] = [];
  const take = (principal: string): void => {
    const key = principalKey(principal);
    if (numbers.has(key)) return;
    numbers.set(key, numbers.size + 1);
    stored.push(key === principal ? key : principal);
  };
  const entryAt = (at: number): Entry | undefined => state.directory && entryOf(state.directory, stored[at]!);
  for (const principal of named) take(principal);
  // What is taken on the way is met in its turn.
  for (let at = 0; at < stored.length; at++) {
    const entry = entryAt(at);
    kinds.push(entry?.kind ?? kindByForm(stored[at]!));
    for (const group of entry?.memberOf ?? []) take(group);
  }
  const exportedAt = (at: number): ExportedPrincipal => {
    const entry = entryAt(at);
    return {
      id: at + 1,
      principal: stored[at]!,
      kind: kinds[at]!,
      userPrincipalName: entry?.kind === "user" ? entry.userPrincipalName : null,
      memberOf: (entry?.memberOf ?? []).map((dn) => numbers.get(principalKey(dn))!),
    };
  };
  function* each(kind?: ExportedPrincipal["kind"]): Generator<ExportedPrincipal> {
    for (let at = 0; at < stored.length; at++)
      if (kind === undefined || kinds[at] === kind) yield exportedAt(at);
  }
  return {
    count: stored.length,
    numberOf: (key) => numbers.get(key),
    ofKind: (kind) => again(() => each(kind)),
    [Symbol.iterator]: () => each(),
  };
}

/** What a principal is of which no directory tells more. */
function kindByForm(stored: string): ExportedPrincipal["kind"] {
  const form = formOf(stored);
  return form === "entry" ? "unknown" : form;
}
