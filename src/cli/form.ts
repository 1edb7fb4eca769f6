import { DomainError } from "../core/errors.ts";
import { isPoolCollection } from "../core/existing.ts";
import { findNamed } from "../core/find-named.ts";
import { findByIdentity, findInPool, identityOf } from "../core/identity.ts";
import { poolOf } from "../core/identity-text.ts";
import { applyPatch, initialValues } from "../core/patch.ts";
import {
  isList,
  kebabCase,
  type ListEdit,
  type Properties,
  type Property,
  shownName,
} from "../core/property.ts";
import { judgesOf } from "../core/scope-rules.ts";
import { type Collection, nouns, type Objects, type State, type StoredObject } from "../core/state.ts";
import { storedView } from "../output/object-view.ts";
import { withIdentities, withOptions } from "../output/shell-words.ts";
import { padded } from "../output/text-width.ts";
import { type Asking, faultIn, tellEquivalent, tellRefusal } from "./asking.ts";
import { lineOf, objectFinder } from "./choices.ts";
import type { OptionSpecs, WriteShape } from "./command.ts";
import { bindingsOf } from "./command-input.ts";
import type { Choice } from "./context.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { displayNameOf, editPrincipals, editWords } from "./list-editor.ts";
import { parseArguments } from "./parse.ts";
import { type PropertyBinding, wordsFrom } from "./property-options.ts";
import { openSession, runSession } from "./run-line.ts";
import { tellWhatIf } from "./run-write.ts";
import { type CommandLine, type Session, tellLine } from "./session.ts";

type Patch = Readonly<Record<string, unknown>>;

/** One object in a form: as it is stored, and what a person changed so far. */
interface Form {
  readonly asking: Asking;
  readonly state: State;
  readonly collection: Collection;
  readonly object: StoredObject;
  readonly bindings: readonly PropertyBinding[];
}

/**
 * Lets a person change the properties of one object: the one that the line names, or one chosen. What comes of it is a
 * command line, which is tried, shown, and run as if it had been typed. Throws `confirmation-declined` where the person
 * leaves changes behind.
 */
export async function runForm(asking: Asking): Promise<ExitCode> {
  let form = await openForm(asking);
  let patch: Patch = {};
  for (;;) {
    patch = await edited(form, patch);
    if (Object.keys(patch).length === 0) {
      await tellLine(asking.line, "nothing was changed");
      return exitCode.done;
    }
    const line = lineOfPatch(form, patch);
    const shown = await reviewed(asking, line);
    if (shown === undefined) continue;
    const code = await saved(asking, line, shown);
    if (code !== undefined) return code;
    form = await openForm({ ...asking, line: namingOne(form) });
  }
}

async function openForm(asking: Asking): Promise<Form> {
  const { name, definition, argv } = asking.line;
  const { collection } = definition.properties!;
  const { words } = parseArguments(name, definition, argv);
  if (words.length > 1) {
    throw new DomainError(
      "invalid-usage",
      `the form of \`${name}\` changes one object, not ${words.length}`,
      {
        hint: {
          say: "name one, or say with options what should change in all; see them with",
          commands: [[name, "--help"]],
        },
      },
    );
  }
  const state = await asking.state();
  const object =
    definition.argument === undefined
      ? onlyObject(state, collection)
      : words.length === 0
        ? await chosenObject(asking, state, collection)
        : findNamed(state, collection, words, { pool: asking.globals.pool })[0]!;
  return { asking, state, collection, object: object as StoredObject, bindings: bindingsOf(definition) };
}

/** The one object of a kind that is not named (the store's settings), as it is before it is first set. */
function onlyObject(state: State, collection: Collection): StoredObject {
  const [object] = state.all(collection);
  return object ?? ({ id: 0, ...initialValues(nouns[collection].properties) } as unknown as StoredObject);
}

/** The object that a bare form is about: the one named, or one chosen. Throws `not-found` where there is none. */
async function chosenObject<C extends Collection>(
  asking: Asking,
  state: State,
  collection: C,
): Promise<Objects[C]> {
  const noun = nouns[collection];
  const find = await objectFinder(state, collection, asking.columns);
  if (find.count === 0) {
    throw new DomainError("not-found", `there is no ${noun.one} to change`, {
      hint: { say: "make one", commands: [[`new-${noun.kind}`, "--help"]] },
    });
  }
  return findByIdentity(state, collection, await asking.prompts.search(`${noun.one} to change`, find));
}

const identityIn = ({ collection, object }: Form): string => identityOf(collection, object as never);

/** The line with the object's identity in it. */
function namingOne(form: Form): CommandLine {
  const { line } = form.asking;
  const { words } = parseArguments(line.name, line.definition, line.argv);
  return words.length > 0 || line.definition.argument === undefined
    ? line
    : { ...line, argv: withIdentities(line.argv, [identityIn(form)]) };
}

/** The line that makes these changes. */
function lineOfPatch(form: Form, patch: Patch): CommandLine {
  const line = namingOne(form);
  return { ...line, argv: withOptions(line.argv, wordsFrom(form.bindings, patch)) };
}

type Next = string | symbol;
const review = Symbol("review");
const leave = Symbol("leave");

/** The properties in a list, from which one after the other is changed until the person wants to see what it comes to. */
async function edited(form: Form, before: Patch): Promise<Patch> {
  const { prompts, columns } = form.asking;
  let patch = before;
  let last: Next = form.bindings[0]!.key;
  for (;;) {
    const next: Next = await prompts.choose<Next>(lineOf(identityIn(form), columns), menu(form, patch), last);
    if (next === leave) throw leaving(patch);
    if (next === review) return patch;
    patch = await withAnswer(form, patch, form.bindings.find(({ key }) => key === next)!);
    last = next;
  }
}

function leaving(patch: Patch): Error {
  return Object.keys(patch).length === 0
    ? new DomainError("confirmation-declined", "left without a change; nothing was written")
    : new DomainError("confirmation-declined", "left without saving; nothing was written");
}

function menu(form: Form, patch: Patch): Choice<Next>[] {
  const { columns } = form.asking;
  const width = Math.max(...form.bindings.map(({ key, property }) => labelOf(key, property).length)) + 2;
  const row = storedView(form.collection).rowOf(form.state, withPatch(form, patch) as never);
  const properties = form.bindings.map(({ key, property }) => {
    const mark = key in patch ? "*" : " ";
    const value = valueText(form.state, property, row[shownName(key, property)]);
    return {
      value: key,
      name: lineOf(`${mark} ${padded(labelOf(key, property), width)}${value}`, columns),
      short: labelOf(key, property),
    };
  });
  const changed = Object.keys(patch).length;
  return [
    ...properties,
    { value: review, name: changed === 0 ? "> done" : "> see what changes, and save", short: "done" },
    { value: leave, name: "> leave without saving", short: "leave" },
  ];
}

const labelOf = (key: string, property: Property): string =>
  kebabCase(shownName(key, property)).replaceAll("-", " ");

function valueText({ directory }: State, property: Property, value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (!isList(property)) return String(value);
  const list = value as readonly string[];
  const names = list.slice(0, 20).map((stored) => displayNameOf(directory, stored));
  return list.length === 0 ? "none" : `${list.length}: ${names.join(", ")}`;
}

/** The object with the changes so far. */
function withPatch({ state, collection, object }: Form, patch: Patch): StoredObject {
  const pool = isPoolCollection(collection) ? poolOf((object as Objects["rooms"]).identity) : undefined;
  const properties = nouns[collection].properties as Properties;
  return applyPatch(state, properties, object, patch, (key, word) => {
    const refersTo = collectionOf(properties[key] as Property);
    return isPoolCollection(refersTo) ? findInPool(state, refersTo, word, { pool }).id : word;
  }).value;
}

/** The collection that a reference names its objects of. */
function collectionOf({ refersTo }: Property): Collection {
  return Object.values(nouns).find(({ kind }) => kind === refersTo)!.collection;
}

/** The patch with the answer for one property; what is as it was is no change. */
async function withAnswer(form: Form, patch: Patch, binding: PropertyBinding): Promise<Patch> {
  const { key, property } = binding;
  const { [key]: _, ...others } = patch;
  const answer = await answerFor(form, patch, binding);
  if (answer === undefined) return others;
  const changed = { ...others, [key]: answer };
  const stored = form.object[key as never] as unknown;
  const isSame = !isList(property) && (withPatch(form, changed)[key as never] as unknown) === stored;
  return isSame ? others : changed;
}

async function answerFor(form: Form, patch: Patch, binding: PropertyBinding): Promise<unknown> {
  const { prompts } = form.asking;
  const { key, property } = binding;
  const current = withPatch(form, patch)[key as never] as unknown;
  const message = `${labelOf(key, property)} (${property.meaning})`;
  switch (property.type) {
    case "boolean":
      return prompts.choose(
        message,
        [
          { value: true, name: "true" },
          { value: false, name: "false" },
        ],
        current as boolean,
      );
    case "choice":
      return prompts.choose(
        message,
        property.choices!.map((value) => ({ value, name: value })),
        current as string,
      );
    case "reference":
      return referenceAnswer(form, property, message);
    case "principals":
    case "fqdns":
      return listAnswer(form, patch, binding, current as readonly string[]);
    default:
      return textAnswer(form, binding, message, current);
  }
}

async function textAnswer(
  form: Form,
  { key, property, options }: PropertyBinding,
  message: string,
  current: unknown,
) {
  const parse = options[kebabCase(shownName(key, property))]!.parse as (
    label: string,
    word: string,
  ) => unknown;
  const label = `\`${labelOf(key, property)}\``;
  const word = await form.asking.prompts.text(message, {
    initial: current === null ? "" : String(current),
    check: (typed) => faultIn(() => parse(label, typed)),
  });
  return parse(label, word);
}

const none = "";

/** What a reference may name: an object of the same pool, or nothing where that is allowed. */
async function referenceAnswer(form: Form, property: Property, message: string): Promise<string | null> {
  const { asking, state, object } = form;
  const collection = collectionOf(property);
  const samePool = (candidate: { readonly identity?: string }): boolean =>
    !isPoolCollection(collection) ||
    poolOf(candidate.identity!) === poolOf((object as Objects["rooms"]).identity);
  const find = await objectFinder(state, collection, asking.columns, samePool as never);
  const nothing = property.initial === null ? [{ value: none, name: "(none)" }] : [];
  const found = await asking.prompts.search(message, (typed) => [
    ...(typed === "" ? nothing : []),
    ...find(typed),
  ]);
  if (found === none) return null;
  // What belongs to the object's own pool needs no more than its name.
  return isPoolCollection(collection) ? findInPool(state, collection, found).name : found;
}

async function listAnswer(
  form: Form,
  patch: Patch,
  { key, property }: PropertyBinding,
  current: readonly string[],
): Promise<ListEdit | undefined> {
  const { asking, state } = form;
  const title = labelOf(key, property);
  const before = form.object[key as never] as readonly string[];
  if (property.type !== "principals") {
    return changeOf(before, await editWords(asking, { title, list: current, check: addable(form, key) }));
  }
  const category = judgesOf(state, form.collection, key, withPatch(form, patch));
  const judges = category && { category, list: key };
  return changeOf(before, await editPrincipals(asking, state, { title, list: current, use: "any", judges }));
}

/** What is wrong with a word that would be added to a list of words. */
const addable =
  (form: Form, key: string) =>
  (word: string): string | undefined =>
    faultIn(() => withPatch(form, { [key]: { add: [word] } }));

function changeOf(before: readonly string[], after: readonly string[]): ListEdit | undefined {
  const add = after.filter((entry) => !before.includes(entry));
  const remove = before.filter((entry) => !after.includes(entry));
  return add.length + remove.length === 0 ? undefined : { add, remove };
}

/** What was shown of a change: the open line, and the serial that it was tried on. */
interface Reviewed {
  readonly session: Session;
  readonly serial: number;
}

/**
 * Shows what a line would do, or why it is refused, and asks how to go on. Undefined to edit again. Throws
 * `confirmation-declined` upon leaving.
 */
async function reviewed(asking: Asking, line: CommandLine): Promise<Reviewed | undefined> {
  const shown = await shownWhatIf(asking, line);
  const save = asking.globals.whatIf ? "show it as --what-if does" : "save";
  const next = await asking.prompts.choose("what now?", [
    ...(shown === undefined ? [] : [{ value: "save", name: save } as const]),
    { value: "edit", name: "edit again" },
    { value: "leave", name: "leave without saving" },
  ] as const);
  if (next === "leave") throw leaving({ any: true });
  return next === "save" ? shown : undefined;
}

async function shownWhatIf(asking: Asking, line: CommandLine): Promise<Reviewed | undefined> {
  try {
    const session = await openSession(line);
    return {
      session,
      serial: await tellWhatIf(session, line.definition as WriteShape<OptionSpecs, never, unknown>),
    };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    await tellRefusal(asking, error);
    return undefined;
  }
}

/** Runs the line, if the store is still the one that was shown. Undefined where it has to be looked at again. */
async function saved(
  asking: Asking,
  line: CommandLine,
  { session, serial }: Reviewed,
): Promise<ExitCode | undefined> {
  try {
    const code = await runSession({
      ...session,
      globals: { ...session.globals, ifSerial: session.globals.ifSerial ?? serial },
    });
    await tellEquivalent(asking, line);
    return code;
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== "store-stale") throw error;
    await tellLine(line, "somebody changed the store in the meantime; nothing was written: look once more");
    return undefined;
  }
}
