import { durationText, secondsOf } from "../core/duration.ts";
import { DomainError } from "../core/errors.ts";
import { isFqdn } from "../core/fqdn.ts";
import { identityIn, poolOf } from "../core/identity-text.ts";
import type { StoredLists } from "../core/memory-state.ts";
import type { Pool } from "../core/nouns/pool.ts";
import { principalKey } from "../core/principal-word.ts";
import { checkName, oneOf, type Properties, type Property } from "../core/property.ts";
import { referencesOf } from "../core/references.ts";
import { type Collection, collections, nouns, type StoredObject } from "../core/state.ts";
import { fold } from "../core/text.ts";
import type { JsonPath } from "../text/json-scan.ts";
import { isChecksum } from "./checksum.ts";
import { completed } from "./completed.ts";
import { envelope, type StoreDocument } from "./document.ts";

/** Something wrong with a value in a store's file, and where. */
export interface Fault {
  readonly path: JsonPath;
  readonly reason: string;
}

export interface Validated {
  /** Only where there are no faults. */
  readonly document: StoreDocument | undefined;
  readonly faults: readonly Fault[];
  /** Properties that this version does not know: kept, but perhaps misspelt. */
  readonly unknown: readonly JsonPath[];
}

// Lists that earlier releases of the same schema version did not write. Any other list that is missing is a fault:
// read as empty, a slip of an editor would become the removal of everything in it.
const addedLater: ReadonlySet<Collection> = new Set<Collection>([
  "settings",
  "complianceConfigurations",
  "endpoints",
]);

type Report = (path: JsonPath, reason: string) => void;
type Fields = Readonly<Record<string, unknown>>;

/**
 * Checks a store file against the property tables: types, limits, choices, identities, references, uniqueness. Finds
 * all faults, not only the first. Properties that a newer minor version may have added are kept; those with a default
 * may be missing. Items are checked one by one, in whatever order their lists come, so that they need not be held.
 */
export interface Validation {
  /** Checks an item of a list by itself. */
  item(collection: Collection, index: number, item: unknown): void;
  /** Checks the rest of the file, and the objects of its lists, in the order of the file, against each other. */
  finish(value: unknown, lists: StoredLists): Validated;
}

export function createValidation(schema: string): Validation {
  const faults: Fault[] = [];
  const unknown: JsonPath[] = [];
  const report: Report = (path, reason) => faults.push({ path, reason });
  const ofItems = new Map(
    collections.map((collection) => [collection, { faults: [] as Fault[], unknown: [] as JsonPath[] }]),
  );
  return {
    item: (collection, index, item) => {
      checkItem(collection, item, [collection, index], ofItems.get(collection)!);
    },
    finish: (value, lists) => {
      if (!isFields(value)) {
        report([], "not a store: no object");
        return { document: undefined, faults, unknown };
      }
      checkEnvelope(value, report);
      for (const collection of collections) {
        checkList(collection, value[collection], report);
        for (const fault of ofItems.get(collection)!.faults) faults.push(fault);
        for (const path of ofItems.get(collection)!.unknown) unknown.push(path);
      }
      if (faults.length === 0) checkTogether(lists, Number(value["nextId"]), report);
      const extra = extraOf(value, schema, unknown);
      if (faults.length > 0) return { document: undefined, faults, unknown };
      return { document: documentOf(value, lists, extra), faults, unknown };
    },
  };
}

/** The same for a file that is there as a whole. */
export function validateStore(value: unknown, schema: string): Validated {
  const validation = createValidation(schema);
  const lists = listsOf(value, (collection, item, index) => {
    validation.item(collection, index, item);
    return completedItem(collection, item);
  });
  return validation.finish(value, lists);
}

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Only for text whose checksum says that pchat itself wrote it: nothing is checked again. `lists` are those of the
 * file, where they are not in the value.
 */
export const trustedDocument = (
  value: Fields,
  schema: string,
  lists: StoredLists = listsOf(value, completed),
): StoreDocument => documentOf(value, lists, extraOf(value, schema, []));

/** The objects of a file's lists. */
function listsOf(
  value: unknown,
  objectOf: (collection: Collection, item: StoredObject, index: number) => StoredObject,
): StoredLists {
  const lists = collections.map((collection) => {
    const list: unknown = isFields(value) ? value[collection] : undefined;
    const items = Array.isArray(list) ? list : [];
    return [collection, items.map((item, index) => objectOf(collection, item, index))];
  });
  return Object.fromEntries(lists) as StoredLists;
}

/** An object of a file with the initial value of each property that the file leaves out. */
export function completedItem(collection: Collection, item: StoredObject): StoredObject {
  const object: Record<string, unknown> = { ...item };
  for (const [key, { initial }] of Object.entries(nouns[collection].properties as Properties)) {
    if (object[key] === undefined && initial !== undefined) object[key] = initial;
  }
  return object as unknown as StoredObject;
}

function documentOf(value: Fields, lists: StoredLists, extra: Fields): StoreDocument {
  const sorted = collections.map((collection) => {
    const list = lists[collection];
    return [collection, Array.isArray(list) ? byId(list) : list];
  });
  return {
    lineage: value["lineage"] as string,
    serial: value["serial"] as number,
    nextId: value["nextId"] as number,
    directory: (value["directory"] ?? null) as string | null,
    lists: Object.fromEntries(sorted) as StoredLists,
    extra,
  };
}

function byId(objects: StoredObject[]): StoredObject[] {
  return objects.every((object, at) => at === 0 || objects[at - 1]!.id < object.id)
    ? objects
    : objects.sort((a, b) => a.id - b.id);
}

function extraOf(value: Fields, schema: string, unknown: JsonPath[]): Fields {
  const known = new Set<string>([...envelope, ...collections]);
  const extra: Record<string, unknown> = { $schema: value["$schema"] ?? schema };
  for (const [key, kept] of Object.entries(value)) {
    if (known.has(key)) continue;
    extra[key] = kept;
    unknown.push([key]);
  }
  return extra;
}

function checkEnvelope(value: Fields, report: Report): void {
  const { $schema, lineage, serial, nextId, directory } = value;
  if ($schema !== undefined && typeof $schema !== "string")
    report(["$schema"], `is ${shown($schema)}, not a text`);
  if (typeof lineage !== "string" || !/^[\w-]{8,64}$/.test(lineage)) {
    report(["lineage"], `is ${shown(lineage)}, not the identifier of a store`);
  }
  if (!isWhole(serial, 0)) report(["serial"], `is ${shown(serial)}, not a whole number from 0`);
  if (!isWhole(nextId, 1)) report(["nextId"], `is ${shown(nextId)}, not a whole number from 1`);
  if (directory !== undefined && directory !== null && !isChecksum(directory)) {
    report(["directory"], `is ${shown(directory)}, not a checksum or null`);
  }
}

const isWhole = (value: unknown, least: number): value is number =>
  Number.isSafeInteger(value) && Number(value) >= least;

function checkList(collection: Collection, value: unknown, report: Report): void {
  if (Array.isArray(value) || (value === undefined && addedLater.has(collection))) return;
  report([collection], value === undefined ? "is missing" : `is ${shown(value)}, not a list`);
}

function checkItem(
  collection: Collection,
  item: unknown,
  path: JsonPath,
  { faults, unknown }: { readonly faults: Fault[]; readonly unknown: JsonPath[] },
): void {
  const report: Report = (at, reason) => faults.push({ path: at, reason });
  if (!isFields(item)) {
    report(path, `is ${shown(item)}, not an object`);
    return;
  }
  if (!isWhole(item["id"], 1)) report([...path, "id"], `is ${shown(item["id"])}, not a whole number from 1`);
  const table = nouns[collection].properties as Readonly<Record<string, Property>>;
  for (const [key, property] of Object.entries(table)) {
    const value = item[key];
    if (value === undefined && property.initial !== undefined) continue;
    checkValue(property, value, [...path, key], report);
  }
  for (const key of Object.keys(item)) {
    if (key !== "id" && !Object.hasOwn(table, key)) unknown.push([...path, key]);
  }
}

function checkValue(property: Property, value: unknown, path: JsonPath, report: Report): void {
  if (value === null && property.initial === null) return;
  const fault = value === undefined ? "is missing" : valueFault(property, value, path, report);
  if (fault !== undefined) report(path, fault);
}

function valueFault(property: Property, value: unknown, path: JsonPath, report: Report): string | undefined {
  switch (property.type) {
    case "boolean":
      return typeof value === "boolean" ? undefined : `is ${shown(value)}, not true or false`;
    case "integer":
      return integerFault(property, value);
    case "choice":
      return property.choices!.includes(value as string)
        ? undefined
        : `is ${shown(value)}, not ${oneOf(property.choices!)}`;
    case "reference":
      return typeof value === "string" || isWhole(value, 1)
        ? undefined
        : `is ${shown(value)}, not a reference`;
    case "principals":
      return principalsFault(value, path, report);
    case "fqdns":
      return fqdnsFault(property, value, path, report);
    case "duration":
      return durationFault(property, value);
    default:
      return textFault(property, value);
  }
}

function integerFault({ minimum = 0, maximum = 2147483647 }: Property, value: unknown): string | undefined {
  return Number.isSafeInteger(value) && Number(value) >= minimum && Number(value) <= maximum
    ? undefined
    : `is ${shown(value)}, not a whole number from ${minimum} to ${maximum}`;
}

function textFault(property: Property, value: unknown): string | undefined {
  if (typeof value !== "string") return `is ${shown(value)}, not a text`;
  const limit = property.maxLength ?? Number.POSITIVE_INFINITY;
  if (value.length > limit) return `takes at most ${limit} characters, not ${value.length}`;
  if (property.type === "url" && !/^https?:\/\/[^\s/?#]+[^\s]*$/i.test(value)) {
    return `is ${shown(value)}, not an http or https address`;
  }
  if (property.type === "name" && property.settable !== "identity") return nameFault(property, value);
  if (property.type === "principal" && !/^sip:./i.test(value)) return `is ${shown(value)}, not a SIP address`;
  return value === "" && property.type === "name" ? "may not be empty" : undefined;
}

function nameFault(property: Property, value: string): string | undefined {
  try {
    checkName("", property, value);
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error.message.trim();
    throw error;
  }
}

function principalsFault(value: unknown, path: JsonPath, report: Report): string | undefined {
  if (!Array.isArray(value)) return `is ${shown(value)}, not a list`;
  const seen = new Set<string>();
  value.forEach((word: unknown, index) => {
    if (typeof word !== "string" || word === "") {
      report([...path, index], `is ${shown(word)}, not a principal`);
      return;
    }
    const key = principalKey(word);
    if (seen.has(key)) report([...path, index], `is ${shown(word)}, which the list holds already`);
    seen.add(key);
  });
  return undefined;
}

function fqdnsFault(
  { maxItems = Number.POSITIVE_INFINITY }: Property,
  value: unknown,
  path: JsonPath,
  report: Report,
): string | undefined {
  if (!Array.isArray(value)) return `is ${shown(value)}, not a list`;
  const seen = new Set<string>();
  value.forEach((word: unknown, index) => {
    if (typeof word !== "string" || !isFqdn(word)) {
      report([...path, index], `is ${shown(word)}, not a fully qualified domain name`);
      return;
    }
    if (seen.has(fold(word))) report([...path, index], `is ${shown(word)}, which the list holds already`);
    seen.add(fold(word));
  });
  return value.length > maxItems ? `takes at most ${maxItems} entries, not ${value.length}` : undefined;
}

function durationFault(
  { minimum = 0, maximum = Number.POSITIVE_INFINITY }: Property,
  value: unknown,
): string | undefined {
  const seconds = typeof value === "string" ? secondsOf(value) : undefined;
  return seconds !== undefined && seconds >= minimum && seconds <= maximum
    ? undefined
    : `is ${shown(value)}, not a time from ${durationText(minimum)} to ${durationText(maximum)}`;
}

/** A value as it is said in a message: short, and on one line. */
function shown(value: unknown): string {
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const text = typeof value === "string" ? JSON.stringify(value).slice(1, -1) : String(value);
  return `\`${text.length > 60 ? `${text.slice(0, 60)}…` : text}\``;
}

/**
 * What can only be seen once every object is known to be sound by itself. Lists are walked twice, and of their objects
 * nothing is held but ids and identities.
 */
function checkTogether(lists: StoredLists, nextId: number, report: Report): void {
  const places = createPlaces();
  const later = postponed(report);
  walk(lists, (collection, object, path) => {
    checkId(places, object, path, nextId, report);
    checkIdentity(places, collection, object, path, later.report);
    places.add(collection, object);
  });
  later.tell();
  walk(lists, (collection, object, path) => {
    if (collection === "rooms") checkRoomName(places, object, path, report);
    if (checkPool(object, path, later.report))
      checkReferences(places, collection, object, path, later.report);
    if (collection === "settings") checkPattern(object as unknown as Fields, path, later.report);
    if (collection === "pools") checkActiveServers(object as unknown as Pool, path, later.report);
  });
  later.tell();
}

/** Reports that are to come after others. */
function postponed(report: Report): { readonly report: Report; tell(): void } {
  let waiting: Fault[] = [];
  return {
    report: (path, reason) => waiting.push({ path, reason }),
    tell: () => {
      for (const { path, reason } of waiting) report(path, reason);
      waiting = [];
    },
  };
}

function walk(
  lists: StoredLists,
  visit: (collection: Collection, object: StoredObject, path: JsonPath) => void,
): void {
  for (const collection of collections) {
    let index = 0;
    for (const object of lists[collection]) visit(collection, object, [collection, index++]);
  }
}

/** Which objects there are, by what refers to them. */
interface Places {
  add(collection: Collection, object: StoredObject): void;
  hasId(id: number): boolean;
  /** The identity of an object of a kind, or null where it has none; undefined where there is no such object. */
  identity(kind: string, id: number): string | null | undefined;
  has(kind: string, identity: string): boolean;
}

function createPlaces(): Places {
  const ids = new Set<number>();
  const byKind = new Map<string, Map<number, string | null>>(
    collections.map((collection) => [nouns[collection].kind, new Map()]),
  );
  const identities = new Set<string>();
  return {
    add: (collection, object) => {
      const { kind } = nouns[collection];
      ids.add(object.id);
      byKind.get(kind)!.set(object.id, (object as { readonly identity?: string }).identity ?? null);
      identities.add(`${kind} ${fold(identityOf(collection, object))}`);
    },
    hasId: (id) => ids.has(id),
    identity: (kind, id) => byKind.get(kind)?.get(id),
    has: (kind, identity) => identities.has(`${kind} ${fold(identity)}`),
  };
}

function checkId(places: Places, { id }: StoredObject, path: JsonPath, nextId: number, report: Report): void {
  if (places.hasId(id)) report([...path, "id"], `is \`${id}\`, which another object has`);
  if (id >= nextId) report([...path, "id"], `is \`${id}\`, but \`nextId\` is \`${nextId}\``);
}

const identityOf = (collection: Collection, object: StoredObject): string =>
  (nouns[collection].identity as (object: StoredObject) => string)(object);

function checkIdentity(
  places: Places,
  collection: Collection,
  object: StoredObject,
  path: JsonPath,
  report: Report,
): void {
  const identity = identityOf(collection, object);
  const { kind, one } = nouns[collection];
  if (places.has(kind, identity)) report(path, `is a second ${one} \`${identity}\``);
}

function checkRoomName(places: Places, room: StoredObject, path: JsonPath, report: Report): void {
  const identity = identityOf("rooms", room);
  if (places.has(nouns.categories.kind, identity))
    report([...path, "name"], `is the name of a category: \`${identity}\``);
}

/** Objects of a pool are the ones that have both an identity and a name. */
function checkPool(object: StoredObject, path: JsonPath, report: Report): boolean {
  if (!("identity" in object && "name" in object)) return true;
  const { identity, name } = object as { identity: string; name: string };
  if (identity.includes("\\") && identity === identityIn(poolOf(identity), name)) return true;
  report(
    [...path, "identity"],
    `is ${shown(identity)}, which is not a pool, a backslash and the name ${shown(name)}`,
  );
  return false;
}

function checkReferences(
  places: Places,
  collection: Collection,
  object: StoredObject,
  path: JsonPath,
  report: Report,
): void {
  for (const { key, collection: referred, target } of referencesOf(collection, object as never)) {
    const fault = referenceFault(places, nouns[referred].kind, target, object);
    if (fault !== undefined) report([...path, key], fault);
  }
}

function referenceFault(
  places: Places,
  kind: string,
  value: string | number,
  object: StoredObject,
): string | undefined {
  if (typeof value === "string") {
    return places.has(kind, value) ? undefined : `names a ${kind} that is not there: ${shown(value)}`;
  }
  const target = places.identity(kind, value);
  if (target === undefined) return `is \`${value}\`, and no ${kind} has that id`;
  const own = (object as { identity?: string }).identity;
  if (own === undefined || target === null) return undefined;
  return fold(poolOf(own)) === fold(poolOf(target)) ? undefined : `is a ${kind} of another pool`;
}

function checkActiveServers({ servers, activeServers }: Pool, path: JsonPath, report: Report): void {
  const known = new Set(servers.map(fold));
  activeServers.forEach((server, index) => {
    if (known.has(fold(server))) return;
    report([...path, "activeServers", index], `is ${shown(server)}, which is no server of the pool`);
  });
}

function checkPattern({ requireReason }: Fields, path: JsonPath, report: Report): void {
  if (typeof requireReason !== "string") return;
  try {
    new RegExp(requireReason, "u");
  } catch {
    report([...path, "requireReason"], `is ${shown(requireReason)}, not a regular expression`);
  }
}
