import { DomainError } from "../errors.ts";
import { checkInteger, isList, type ListEdit, type Property, parseChoice, parseValue } from "../property.ts";
import { type GrowingSeries, growingSeries, joined, type Series, type Shelf } from "../shelf.ts";
import { type Collection, collections, nouns } from "../state.ts";
import { type Fault, fault, type Locate, type Place } from "./fault.ts";
import { namesIn, type Shape, type ShapeKey, shapes } from "./shape.ts";

/** An object as a manifest wants it. What it does not name is left alone. */
export interface WantedObject {
  readonly collection: Collection;
  readonly place: Place;
  /** The word that names it, and the pool that goes with a bare `name`; undefined where a store has only one. */
  readonly name:
    | { readonly word: string; readonly isBare: boolean; readonly pool: string | undefined }
    | undefined;
  /** By stored property: values, references and principals in words (PatchOf). */
  readonly patch: Readonly<Record<string, unknown>>;
}

/** Everything that the documents of a manifest say together. */
export interface Manifest {
  /** In the order in which kinds depend on each other: what others refer to comes before them. */
  readonly objects: Series<WantedObject>;
  /**
   * Collections that are named at all, be it as an empty list, and where first: only of these something can be too
   * many.
   */
  readonly named: ReadonlyMap<Collection, Place>;
  /** What cannot be read. The objects hold the rest. */
  readonly faults: readonly Fault[];
  readonly locate: Locate;
}

type Fields = Readonly<Record<string, unknown>>;
type Report = (fault: Fault) => void;

/** A document of a manifest, or part of one: it holds some of the document's keys, or some of the items of a list. */
export interface DocumentPart {
  readonly document: number;
  readonly value: unknown;
  /** How many items of its lists come before those of this part; 0 where it is not given. */
  readonly before?: number;
}

/** Takes documents one after the other, each whole or part by part. */
export interface GrowingManifest {
  /** Never throws: faults are kept with their places. */
  add(part: DocumentPart): void;
  /** What the documents say together, after the last of them. */
  finish(): Manifest;
}

/** A manifest, YAML or JSON, of which nothing was read yet. With a shelf most of many objects lie there. */
export function growingManifest(locate: Locate, shelf?: Shelf): GrowingManifest {
  const objects = new Map<Collection, GrowingSeries<WantedObject>>();
  const named = new Map<Collection, Place>();
  const faults: Fault[] = [];
  const report: Report = (found) => faults.push(found);
  const isNew = firstTime();
  const addCollection = (collection: Collection, place: Place, content: unknown, before: number): void => {
    if (!named.has(collection)) named.set(collection, place);
    const known = objects.get(collection) ?? growingSeries<WantedObject>(shelf);
    objects.set(collection, known);
    for (const object of readCollection(shapes[collection], place, content, before, report))
      known.push(object);
  };
  return {
    add: ({ document, value, before = 0 }) => {
      for (const [key, content] of fieldsOf(value, document, report)) {
        const place = { document, path: [key] };
        const collection = collections.find((known) => known === key);
        if (collection !== undefined) addCollection(collection, place, content, before);
        // Of a document in parts each may have it.
        else if (isNew(`${document} ${key}`)) report(unknownKey(place, "a manifest", key, collections));
      }
    },
    finish: () => {
      const inOrder = collections.flatMap((collection) => objects.get(collection) ?? []);
      return { objects: joined(inOrder), named, faults, locate };
    },
  };
}

/** Whether a word was not asked for before. */
function firstTime(): (word: string) => boolean {
  const seen = new Set<string>();
  return (word) => {
    const before = seen.size;
    return seen.add(word).size > before;
  };
}

function fieldsOf(value: unknown, document: number, report: Report): readonly (readonly [string, unknown])[] {
  if (value === null || value === undefined) return [];
  if (isFields(value)) return Object.entries(value).filter(([key]) => key !== "$schema");
  report(fault({ document, path: [] }, `a manifest is ${shown(value)}, not a map of collections`));
  return [];
}

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function unknownKey(place: Place, what: string, key: string, names: readonly string[]): Fault {
  const more = { unknown: { word: key, among: () => names }, details: { key, known: names } };
  return fault(place, `${what} has no \`${key}\``, more);
}

const within = ({ document, path }: Place, ...more: readonly (string | number)[]): Place => ({
  document,
  path: [...path, ...more],
});

function* readCollection(
  shape: Shape,
  place: Place,
  content: unknown,
  before: number,
  report: Report,
): Iterable<WantedObject> {
  if (shape.identity === undefined) yield* readObject(shape, place, content, report);
  else if (Array.isArray(content)) {
    for (const [index, item] of content.entries())
      yield* readObject(shape, within(place, before + index), item, report);
  } else {
    const rest = content === null ? "; write [] for none" : "";
    report(fault(place, `\`${shape.collection}\` is ${shown(content)}, not a list${rest}`));
  }
}

const aOne = (shape: Shape): string => {
  const { one } = nouns[shape.collection];
  return `${/^[aeiou]/i.test(one) ? "an" : "a"} ${one}`;
};

function readObject(shape: Shape, place: Place, item: unknown, report: Report): WantedObject[] {
  if (!isFields(item)) {
    report(fault(place, `${aOne(shape)} is ${shown(item)}, not a map of properties`));
    return [];
  }
  const patch: Record<string, unknown> = {};
  const names = namesIn(shape);
  for (const key of Object.keys(item)) {
    const known = shape.keys.find(({ shown: name }) => name === key);
    if (known !== undefined) readProperty(patch, known, within(place, key), item[key], report);
    else if (!names.includes(key)) report(unknownKey(within(place, key), aOne(shape), key, names));
  }
  const name = shape.identity && readName(shape, shape.identity, place, item, report);
  if (shape.identity !== undefined && name === undefined) return [];
  return [{ collection: shape.collection, place, name, patch }];
}

function readName(
  shape: Shape,
  { shown: key }: ShapeKey,
  place: Place,
  item: Fields,
  report: Report,
): WantedObject["name"] {
  const texts = readTexts(shape.inPool ? [key, "name", "pool"] : [key], place, item, report);
  const identity = texts.get(key);
  const name = shape.inPool ? texts.get("name") : undefined;
  const pool = texts.get("pool");
  if (identity === undefined && name === undefined) {
    const wanted = shape.inPool ? `\`${key}\` or \`name\`` : `\`${key}\``;
    const isSilent = item[key] === undefined && item["name"] === undefined;
    if (isSilent) report(fault(place, `${aOne(shape)} needs ${wanted}`));
    return undefined;
  }
  if (identity === undefined) return { word: name!, isBare: true, pool };
  const other = contradiction(identity, name, pool);
  if (other === undefined) return { word: identity, isBare: false, pool };
  report(fault(within(place, other), `\`${other}\` says otherwise than \`${key}\`: \`${identity}\``));
  return undefined;
}

function readTexts(
  keys: readonly string[],
  place: Place,
  item: Fields,
  report: Report,
): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const key of keys) {
    const value = item[key];
    if (typeof value === "string" && value !== "") texts.set(key, value);
    else if (value !== undefined) report(fault(within(place, key), notText(key, value)));
  }
  return texts;
}

/** `name` and `pool` may stand beside `identity`, as they do in output, where they say the same. */
function contradiction(
  identity: string,
  name: string | undefined,
  pool: string | undefined,
): string | undefined {
  const at = identity.indexOf("\\");
  if (name !== undefined && name !== identity.slice(at + 1)) return "name";
  return pool !== undefined && at >= 0 && pool.toLowerCase() !== identity.slice(0, at).toLowerCase()
    ? "pool"
    : undefined;
}

function readProperty(
  patch: Record<string, unknown>,
  { shown: key, stored, property }: ShapeKey,
  place: Place,
  value: unknown,
  report: Report,
): void {
  if (isList(property)) {
    const edit = readList(key, place, value, report);
    if (edit !== undefined) patch[stored] = edit;
    return;
  }
  try {
    patch[stored] = readValue(key, property, value);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { hint, unknown, details } = error;
    report(
      fault(place, error.message, {
        details,
        ...(hint === undefined ? {} : { hint }),
        ...(unknown === undefined ? {} : { unknown }),
      }),
    );
  }
}

function readValue(key: string, property: Property, value: unknown): unknown {
  const label = `\`${key}\``;
  if (value === null && property.initial === null) return null;
  if (property.type === "boolean") {
    if (typeof value === "boolean") return value;
    throw new DomainError("invalid-value", `${label} takes \`true\` or \`false\`, not ${shown(value)}`);
  }
  if (property.type === "integer") {
    return checkInteger(label, property, typeof value === "number" ? String(value) : said(value));
  }
  // YAML takes a bare `False` for a truth value, which is how one of the choices is spelt.
  if (property.type === "choice") return parseChoice(label, property.choices ?? [], said(value));
  if (typeof value !== "string") throw new DomainError("invalid-value", notText(key, value));
  return value === "" && property.initial === null ? null : parseValue(label, property, value);
}

function notText(key: string, value: unknown): string {
  const quote = typeof value === "number" || typeof value === "boolean" ? ": put it in quotes" : "";
  return `\`${key}\` takes a text, not ${shown(value)}${quote}`;
}

/** An exact list, or `{ ensure: […], absent: […] }`. */
function readList(key: string, place: Place, value: unknown, report: Report): ListEdit | undefined {
  if (Array.isArray(value)) return { set: readWords(key, place, value, report) };
  if (!isFields(value)) {
    const say = `\`${key}\` takes a list, or { ensure: […] } and { absent: […] }, not ${shown(value)}`;
    report(fault(place, say));
    return undefined;
  }
  const edit: { add?: readonly string[]; remove?: readonly string[] } = {};
  for (const [how, words] of Object.entries(value)) {
    const at = within(place, how);
    if (how !== "ensure" && how !== "absent") {
      report(unknownKey(at, `\`${key}\``, how, ["ensure", "absent"]));
    } else if (!Array.isArray(words)) {
      report(fault(at, `\`${how}\` takes a list, not ${shown(words)}`));
    } else edit[how === "ensure" ? "add" : "remove"] = readWords(key, at, words, report);
  }
  return edit;
}

function readWords(key: string, place: Place, words: readonly unknown[], report: Report): readonly string[] {
  if (words.every((word) => typeof word === "string" && word !== "")) return words as readonly string[];
  words.forEach((word, index) => {
    if (typeof word === "string" && word !== "") return;
    report(fault(within(place, index), `an entry of \`${key}\` is ${shown(word)}, not a text`));
  });
  return words.filter((word): word is string => typeof word === "string" && word !== "");
}

/** A value as words that a person would write. */
const said = (value: unknown): string => (typeof value === "object" && value !== null ? "…" : String(value));

/** A value as it is said in a message. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  const text = String(value);
  const short = `\`${text.length > 60 ? `${text.slice(0, 60)}…` : text}\``;
  return typeof value === "string"
    ? short
    : `the ${typeof value === "number" ? "number" : "truth value"} ${short}`;
}
