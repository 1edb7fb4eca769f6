import { sameValue } from "../core/draft.ts";
import type { Consequences } from "../core/effects.ts";
import { shapes } from "../core/environment/shape.ts";
import { principalKey } from "../core/principal-word.ts";
import { type Collection, collections, nouns } from "../core/state.ts";
import { type Cell, isList } from "./cell.ts";
import type { ChangeAction, ObjectChange } from "./changes.ts";
import type { Paint } from "./color.ts";
import { printable } from "./printable.ts";
import type { Row, View } from "./view.ts";
import { countedPeople, effectLines } from "./wording.ts";

/** Changed objects for programs that read rows, and for `-o name`. */
export const changeView: View = {
  kind: "change",
  columns: [
    { name: "action", header: "Action" },
    { name: "kind", header: "Kind" },
    { name: "identity", header: "Identity" },
  ],
  identity: "identity",
};

export const changeRows = (changes: readonly ObjectChange[]): Row[] =>
  changes
    .filter(({ action }) => action !== "unchanged")
    .map(({ action, kind, identity }) => ({ action, kind, identity }));

/** How a difference is spoken of: as a plan, or as what one side has and the other has not. */
export interface Speech {
  readonly verbs: Readonly<Record<Exclude<ChangeAction, "unchanged">, string>>;
  /** The closing line begins so. */
  readonly summary: string;
  readonly counts: Readonly<Record<ChangeAction, string>>;
  readonly none: string;
}

export const planSpeech: Speech = {
  verbs: { created: "create", updated: "update", removed: "remove" },
  summary: "plan",
  counts: { created: "to create", updated: "to update", removed: "to remove", unchanged: "unchanged" },
  none: "nothing to change",
};

export const doneSpeech: Speech = {
  verbs: { created: "created", updated: "updated", removed: "removed" },
  summary: "done",
  counts: { created: "created", updated: "updated", removed: "removed", unchanged: "unchanged" },
  none: "nothing to change",
};

export const comparisonSpeech: Speech = {
  verbs: { created: "only in B:", updated: "differs:", removed: "only in A:" },
  summary: "A and B",
  counts: { created: "only in B", updated: "differ", removed: "only in A", unchanged: "the same" },
  none: "no difference",
};

const signs = { created: "+", updated: "~", removed: "-" } as const;

/**
 * A difference for people: each object property by property, entries of lists with + and -, then who gains and who
 * loses what, then one line of counts.
 */
export function* differenceText(
  changes: readonly ObjectChange[],
  consequences: Consequences,
  speech: Speech,
  paint: Paint,
): Generator<string> {
  let some = false;
  for (const change of changes) {
    if (change.action === "unchanged") continue;
    some = true;
    yield* objectText(change, speech, paint);
  }
  if (some) yield "\n";
  yield* peopleText(consequences, paint);
  yield `${paint.bold(`${speech.summary}:`)} ${summaryOf(changes, consequences, speech)}\n`;
}

/** The lines of one object. */
export function* objectText(change: ObjectChange, speech: Speech, paint: Paint): Generator<string> {
  const { action, kind, identity } = change;
  if (action === "unchanged") return;
  const collection = collections.find((each) => nouns[each].kind === kind)!;
  const mark = marks(paint)[action];
  yield `${mark(`${signs[action]} ${speech.verbs[action]} ${nouns[collection].one}`)} \`${printable(identity)}\`\n`;
  if (action === "removed") return;
  for (const [name, initial] of namesOf(collection)) {
    const after = change.after?.[name] ?? null;
    const before = action === "created" ? initial : (change.before?.[name] ?? null);
    if (!sameValue(before, after)) yield* propertyText(name, before, after, action, paint);
  }
}

const marks = (paint: Paint) => ({ created: paint.added, updated: paint.changed, removed: paint.removed });

/** Properties by the name that output has for them, and their defaults; what names the object is said already. */
const namesOf = (collection: Collection): [name: string, initial: Cell][] =>
  shapes[collection].keys.map(({ shown, property }) => [shown, (property.initial ?? null) as Cell]);

function* propertyText(
  name: string,
  before: Cell,
  after: Cell,
  action: "created" | "updated",
  paint: Paint,
): Generator<string> {
  if (before !== null && after !== null && isList(before) && isList(after)) {
    yield* listText(name, before, after, paint);
    return;
  }
  const was = action === "created" ? "" : `${valueText(before)} -> `;
  yield `    ${name}: ${was}${valueText(after)}\n`;
}

function* listText(
  name: string,
  before: readonly Cell[],
  after: readonly Cell[],
  paint: Paint,
): Generator<string> {
  const [added, dropped] = [missingFrom(before, after), missingFrom(after, before)];
  if (added.length + dropped.length === 0) return;
  yield `    ${name}:\n`;
  for (const entry of added) yield `      ${paint.added(`+ ${printable(String(entry))}`)}\n`;
  for (const entry of dropped) yield `      ${paint.removed(`- ${printable(String(entry))}`)}\n`;
}

function missingFrom(other: readonly Cell[], list: readonly Cell[]): readonly Cell[] {
  const keys = new Set(other.map((entry) => principalKey(String(entry))));
  return list.filter((entry) => !keys.has(principalKey(String(entry))));
}

/** A text in quotes where its end could not be seen otherwise. */
function valueText(value: Cell): string {
  if (value === null) return "(none)";
  if (typeof value !== "string") return String(value);
  return /^[\p{L}\p{N}][^\s"]*$/u.test(value) ? printable(value) : printable(JSON.stringify(value));
}

const peopleInFull = 20;

function* peopleText(consequences: Consequences, paint: Paint): Generator<string> {
  let told = 0;
  for (const line of effectLines(consequences)) {
    if (told === 0) yield `${paint.bold("people:")}\n`;
    if (told++ < peopleInFull) yield `  ${printable(line)}\n`;
  }
  if (told > peopleInFull) yield `  and ${told - peopleInFull} more rooms\n`;
  if (told > 0) yield "\n";
}

function summaryOf(changes: readonly ObjectChange[], consequences: Consequences, speech: Speech): string {
  const counts = (["created", "updated", "removed", "unchanged"] as const)
    .map((action) => [action, changes.filter((change) => change.action === action).length] as const)
    .filter(([, count]) => count > 0);
  const objects = counts.map(([action, count]) => `${count} ${speech.counts[action]}`).join(", ");
  const isChange = counts.some(([action]) => action !== "unchanged");
  const said = isChange ? objects : [speech.none, objects].filter((part) => part !== "").join(", ");
  const people = countedPeople(consequences);
  return people === "" ? said : `${said}; ${people}`;
}
