import { type ContentEdit, type ContentFact, countEdits, isEffective } from "./content-change.ts";
import type { Directory } from "./directory.ts";
import { type Draft, sameValue } from "./draft.ts";
import { DomainError, reworded } from "./errors.ts";
import { type ExportedCollection, type ExportedObject, exportedCollections } from "./export-data.ts";
import { findInPool, type Naming, poolForNew } from "./identity.ts";
import { identityIn } from "./identity-text.ts";
import { judgeDraft } from "./judge.ts";
import type { Content, Message, NewMessage } from "./message.ts";
import type { Pool } from "./nouns/pool.ts";
import type { Outcome, Touched, Warning } from "./outcome.ts";
import { initialValues } from "./patch.ts";
import { resolvePrincipal, runnableWord } from "./principal.ts";
import { principalKey } from "./principal-word.ts";
import { checkName, type Properties, type Property, parseValue, shownName } from "./property.ts";
import { again } from "./sequence.ts";
import { findOne, nouns, type Objects } from "./state.ts";
import { fold } from "./text.ts";

/** What an archive holds, in whatever layout it was. */
export interface ImportedData {
  /** The pool that it was exported from, or null where it does not say. */
  readonly pool: string | null;
  readonly addins: readonly ExportedObject[];
  readonly categories: readonly ExportedObject[];
  /**
   * Lists hold principals as they are stored, or words for them; `guid:…` is a group by its objectGUID. A room
   * without `category` goes where the import says. Read as they are asked for, as often as they are.
   */
  readonly rooms: Iterable<ExportedObject>;
  /** Messages of rooms by name, read as they are taken. */
  readonly messages: Iterable<RoomMessages>;
}

interface RoomMessages {
  readonly room: string;
  readonly messages: Iterable<Message>;
}

export interface ImportOptions extends Naming {
  /** Category for rooms of which the archive does not say it. */
  readonly category?: string | undefined;
  /** Keep what the rules would refuse, and principals that the directory does not know; each is a warning. */
  readonly adopt: boolean;
}

/** What became of one thing in an archive. */
export interface ImportStep {
  readonly kind: string;
  readonly identity: string;
  readonly action: "created" | "overwritten" | "unchanged" | "added";
  /** Properties in which an existing object differed: the conflict. */
  readonly properties: readonly string[];
  /** Messages added. */
  readonly messages: number;
}

export interface ImportOutcome extends Outcome {
  /** Made anew each time. */
  readonly steps: Iterable<ImportStep>;
  readonly content?: readonly ContentEdit[];
  readonly facts?: readonly ContentFact[];
}

/**
 * Merges an archive into a pool: what is not there is created; what is there under the same name is overwritten
 * where it differs, which asks first (semantics: import). Messages that a room does not have are added to it. All or
 * nothing. Throws `no-such-principal`, `missing-value` where rooms lack a category, `not-found` for messages of rooms
 * that are not there, and what judging the result throws; with `adopt` people's faults are warnings.
 */
export function importData(
  draft: Draft,
  data: ImportedData,
  options: ImportOptions,
  content: Content,
): ImportOutcome {
  const run = createRun(draft, data, options);
  const merged = createMerged();
  for (const collection of exportedCollections) {
    for (const object of data[collection]) merged.add(mergeObject(run, collection, object));
  }
  requireNothingLeft(run, options);
  const judged = judge(draft, options.adopt);
  const added = addMessages(run, data, content);
  const conflicts = merged.conflicts();
  return {
    touched: merged.touched,
    steps: again(() => stepsOf(merged.steps(), added)),
    warnings: [...run.warnings, ...judged],
    questions: conflicts.length === 0 ? [] : [{ code: "overwrites", objects: conflicts }],
    ...(added.length === 0
      ? {}
      : { content: added.map(({ edit }) => edit), facts: added.map(({ fact }) => fact) }),
  };
}

function* stepsOf(merged: Iterable<ImportStep>, added: readonly Added[]): Iterable<ImportStep> {
  yield* merged;
  for (const each of added) yield stepOf(each);
}

interface Run {
  readonly draft: Draft;
  readonly pool: string;
  readonly options: ImportOptions;
  readonly warnings: Warning[];
  /** Faults of the archive that stand in the way of all of it. */
  readonly unresolved: string[];
  readonly homeless: string[];
  byGuid(guid: string): string | undefined;
  /** How a word for a principal is stored; undefined where the directory knows none that can take part. */
  stored(word: string): string | undefined;
}

function createRun(draft: Draft, { pool }: ImportedData, options: ImportOptions): Run {
  const known = pool === null ? undefined : findOne(draft, "pools", "identity", fold(pool))?.fqdn;
  const target = targetPool(draft, options.pool ?? known);
  let guids: ReadonlyMap<string, string> | undefined;
  return {
    draft,
    pool: target.fqdn,
    options,
    warnings: [],
    unresolved: [],
    homeless: [],
    byGuid: (guid) => {
      guids ??= new Map(draft.directory === undefined ? [] : guidsOf(draft.directory));
      return guids.get(guid.toLowerCase());
    },
    stored: storedWords(draft),
  };
}

/** Looks each word up once, and gives the same text for it each time: it stands in the lists of many rooms. */
function storedWords(draft: Draft): Run["stored"] {
  const known = new Map<string, string | undefined>();
  return (word) => {
    const before = known.get(word);
    if (before !== undefined || known.has(word)) return before;
    const stored = storedWord(draft, word);
    // The word itself where they are equal: then only one of them is kept.
    const text = stored === word ? word : stored;
    known.set(word, text);
    return text;
  };
}

function storedWord(draft: Draft, word: string): string | undefined {
  try {
    return resolvePrincipal(draft, word).stored;
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

/** The pool to import into. One that is not there can be made. */
function targetPool(draft: Draft, pool: string | undefined): Pool {
  try {
    return poolForNew(draft, { pool: undefined, name: "" }, { pool });
  } catch (error) {
    if (pool === undefined || !(error instanceof DomainError) || error.code !== "not-found") throw error;
    throw reworded(error, error.message, {
      hint: { say: "if it was deployed, name it first with", commands: [["new-pool", pool]] },
    });
  }
}

function* guidsOf(directory: Directory): Iterable<readonly [string, string]> {
  for (const entry of directory.all()) if (entry.guid !== null) yield [entry.guid, runnableWord(entry)];
}

/** What became of an object of the archive. */
interface MergedObject {
  readonly touched: Touched;
  /** Keys of the properties in which it differed; undefined where it was not there. */
  readonly differing: readonly string[] | undefined;
}

/** What became of all of them, kept small: there may be as many as rooms. */
interface Merged {
  readonly touched: readonly Touched[];
  add(object: MergedObject): void;
  /** Identities of what was overwritten. */
  conflicts(): readonly string[];
  steps(): Iterable<ImportStep>;
}

function createMerged(): Merged {
  const touched: Touched[] = [];
  const actions: ImportStep["action"][] = [];
  /** Of what was overwritten, by its place. */
  const differences = new Map<number, readonly string[]>();
  return {
    touched,
    add: ({ touched: object, differing }) => {
      if (differing !== undefined && differing.length > 0) differences.set(touched.length, differing);
      touched.push(object);
      actions.push(
        differing === undefined ? "created" : differing.length === 0 ? "unchanged" : "overwritten",
      );
    },
    conflicts: () => Array.from(differences.keys(), (at) => touched[at]!.identity),
    *steps() {
      for (const [at, { collection, identity }] of touched.entries()) {
        const properties = nouns[collection].properties as Properties;
        yield {
          kind: nouns[collection].kind,
          identity,
          action: actions[at]!,
          properties: (differences.get(at) ?? []).map((key) => shownName(key, properties[key] as Property)),
          messages: 0,
        };
      }
    },
  };
}

function mergeObject(run: Run, collection: ExportedCollection, object: ExportedObject): MergedObject {
  const { draft, pool } = run;
  const properties = nouns[collection].properties as Properties;
  const name = checkName(
    `the name of a ${nouns[collection].one}`,
    properties["name"] as Property,
    object.name,
  );
  const identity = identityIn(pool, name);
  const found = findOne(draft, collection, "identity", fold(identity)) as Objects["rooms"] | undefined;
  const values = valuesOf(run, collection, { ...object, name: found?.name ?? name });
  if (found === undefined) {
    const fields = { ...initialValues(properties), ...values, identity };
    const { id } = draft.create(collection, fields as never);
    return { touched: { collection, id, identity }, differing: undefined };
  }
  const touched = { collection, id: found.id, identity: found.identity };
  const differing = Object.keys(values).filter((key) => !isSame(found[key as never], values[key]));
  if (differing.length > 0) {
    const changes = Object.fromEntries(differing.map((key) => [key, values[key]]));
    draft.update(collection, found.id, changes as never);
  }
  return { touched, differing };
}

/** Lists of principals are the same whatever their order. */
function isSame(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return sameValue(a, b);
  const keys = new Set(a.map(principalKey));
  return a.length === b.length && b.every((entry) => keys.has(principalKey(entry)));
}

/** The stored values of all properties that an object of an archive names, by the property table. */
function valuesOf(run: Run, collection: ExportedCollection, object: ExportedObject): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [key, property] of Object.entries(nouns[collection].properties as Properties)) {
    if (property.settable === "identity") continue;
    const said = object[shownName(key, property as Property)];
    const given = said === undefined && key === "categoryId" ? homeOf(run, object) : said;
    if (given !== undefined) values[key] = storedValue(run, key, property as Property, given, object);
  }
  return values;
}

/** The category of a room that does not say it. */
function homeOf({ options, homeless }: Run, object: ExportedObject): string | undefined {
  if (options.category === undefined) homeless.push(object.name);
  return options.category;
}

function storedValue(
  run: Run,
  key: string,
  property: Property,
  given: unknown,
  object: ExportedObject,
): unknown {
  const label = `${shownName(key, property)} of \`${object.name}\``;
  if (given === null && property.initial === null) return null;
  if (property.type === "principals") return principalsOf(run, label, given);
  if (property.type === "reference") {
    const collection = property.refersTo === "addin" ? "addins" : "categories";
    return findInPool(run.draft, collection, String(given), { pool: run.pool }).id;
  }
  if (!["string", "boolean", "number"].includes(typeof given)) {
    throw new DomainError("invalid-file", `${label} is no value of such a property`);
  }
  return parseValue(label, property, String(given));
}

function principalsOf(run: Run, label: string, given: unknown): readonly string[] {
  if (!Array.isArray(given) || !given.every((word) => typeof word === "string")) {
    throw new DomainError("invalid-file", `${label} is no list of principals`);
  }
  const kept = new Map<string, string>();
  for (const word of given as readonly string[]) {
    const stored = storedAs(run, label, word);
    if (stored !== undefined && !kept.has(principalKey(stored))) kept.set(principalKey(stored), stored);
  }
  return [...kept.values()];
}

/** A principal as it is stored here. One that the directory does not know is kept, or dropped, or a fault. */
function storedAs(run: Run, label: string, word: string): string | undefined {
  const guid = /^guid:(.*)$/.exec(word)?.[1];
  const stored = guid === undefined ? run.stored(word) : run.byGuid(guid);
  if (stored !== undefined) return stored;
  if (!run.options.adopt) {
    run.unresolved.push(`\`${word}\` (${label})`);
    return undefined;
  }
  const isStored = guid === undefined && (/^sip:/i.test(word) || word.includes("="));
  const text = isStored
    ? `the directory has no usable \`${word}\`, which stays in the ${label}`
    : `the directory has no \`${word}\`, which is left out of the ${label}`;
  run.warnings.push({ code: "notice", text });
  return isStored ? word : undefined;
}

const shownFaults = 10;

function requireNothingLeft({ unresolved, homeless }: Run, { adopt }: ImportOptions): void {
  const several = (all: readonly string[]): string =>
    all.length <= shownFaults
      ? all.join(", ")
      : `${all.slice(0, shownFaults).join(", ")} and ${all.length - shownFaults} more`;
  if (homeless.length > 0) {
    throw new DomainError(
      "missing-value",
      `the archive does not say the category of ${several(homeless.map((room) => `\`${room}\``))}`,
      { hint: { say: "name the category for them with --category" }, details: { rooms: homeless } },
    );
  }
  if (unresolved.length === 0 || adopt) return;
  throw new DomainError("no-such-principal", `the directory does not know ${several(unresolved)}`, {
    hint: { say: "import a newer directory, or go on without them with --adopt, which lists each" },
    details: { principals: unresolved },
  });
}

const ofPeople: readonly string[] = [
  "principals-not-in-scope",
  "presenter-not-member",
  "presenters-in-normal-room",
  "not-sip-enabled",
];

/** The rules over all that was merged; with `adopt`, what they refuse of people becomes warnings. */
function judge(draft: Draft, adopt: boolean): readonly Warning[] {
  try {
    return judgeDraft(draft);
  } catch (error) {
    if (!(error instanceof DomainError) || !adopt) throw error;
    const failures = (error.details["failures"] as
      | readonly { code: string; message: string }[]
      | undefined) ?? [error];
    if (!failures.every(({ code }) => ofPeople.includes(code))) throw error;
    return failures.map(({ message }) => ({ code: "notice", text: message }));
  }
}

interface Added {
  readonly edit: ContentEdit;
  readonly fact: ContentFact;
}

const stepOf = ({ fact: { room, added } }: Added): ImportStep => ({
  kind: "message",
  identity: room,
  action: "added",
  properties: [],
  messages: added,
});

function addMessages({ draft, pool }: Run, { messages }: ImportedData, content: Content): Added[] {
  const missing: string[] = [];
  for (const { room } of messages) if (roomNamed(draft, pool, room) === undefined) missing.push(room);
  if (missing.length > 0) {
    throw new DomainError(
      "not-found",
      `the archive has messages of ${missing.length === 1 ? "a room that is" : "rooms that are"} not there: ${missing.map((room) => `\`${room}\``).join(", ")}`,
      { hint: { say: "import an export that holds the rooms too (level All), or make them first" } },
    );
  }
  const added: Added[] = [];
  for (const { room, messages: list } of messages) {
    const { id, identity } = roomNamed(draft, pool, room)!;
    const edit = { roomId: id, room: identity, add: again(() => lacking(list, content.messages(id))) };
    const counter = countEdits(edit);
    for (const message of edit.add) counter.count(undefined, { ...message, id: 1 });
    const fact = counter.fact();
    if (isEffective(fact)) added.push({ edit, fact });
  }
  return added;
}

const roomNamed = (draft: Draft, pool: string, name: string): Objects["rooms"] | undefined =>
  findOne(draft, "rooms", "identity", fold(identityIn(pool, name)));

const messageKey = ({ time, author, text }: NewMessage): string => `${time} ${fold(author)} ${text}`;

/**
 * The messages of an archive that a room does not have yet, without their numbers of before. It has those of the same
 * person, of the same moment, with the same text.
 */
function* lacking(messages: Iterable<Message>, present: Iterable<Message>): Iterable<NewMessage> {
  const known = new Set<string>();
  for (const message of present) known.add(messageKey(message));
  for (const message of messages) {
    if (known.has(messageKey(message))) continue;
    const { id: _, ...rest } = message;
    yield rest;
  }
}
