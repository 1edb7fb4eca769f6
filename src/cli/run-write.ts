import type { Change, Snapshot } from "../core/change.ts";
import { createDraft, type Draft, sameValue } from "../core/draft.ts";
import { type Consequences, consequencesOf } from "../core/effects.ts";
import { DomainError } from "../core/errors.ts";
import { identityOf } from "../core/identity.ts";
import { isReadable } from "../core/import-directory.ts";
import type { Touched, Warning } from "../core/outcome.ts";
import { requireReason } from "../core/settings.ts";
import { type Collection, nouns, type Write } from "../core/state.ts";
import { actionOf, failureDetails, placed } from "../core/steps.ts";
import { type OutputDocument, renderJsonDocument } from "../output/json.ts";
import { storedView } from "../output/object-view.ts";
import type { Row } from "../output/view.ts";
import { contentWords, effectLines, questionWords, warningWords } from "../output/wording.ts";
import type { OptionSpecs, WriteOutcome, WriteShape } from "./command.ts";
import { agree } from "./confirm.ts";
import type { Store } from "./context.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { preparation } from "./preparation.ts";
import { type Asked, askedFor } from "./questions.ts";
import { inRole } from "./role.ts";
import {
  authorship,
  checkColumns,
  isQuietJson,
  mayAsk,
  openStore,
  print,
  printRows,
  reportError,
  type Session,
  tellLine,
  tellRefusals,
  tellWarning,
} from "./session.ts";

type Definition = WriteShape<OptionSpecs, never, unknown>;

/** What became of one object. */
interface ObjectChange {
  readonly action: "created" | "updated" | "removed" | "unchanged";
  readonly kind: string;
  readonly identity: string;
  readonly before: Row | null;
  readonly after: Row | null;
}

/** A command's step, run on a draft: everything that can be said of it before it is kept. */
interface Attempt {
  readonly draft: Draft;
  readonly outcome: WriteOutcome;
  readonly writes: readonly Write[];
  /** Worked out only when told: a policy may concern 150,000 people in 33,000 rooms. */
  readonly consequences: Consequences;
}

/** Runs a command that changes the state: tries it, asks what must be asked, keeps it, and shows what became of it. */
export async function runWrite(session: Session, definition: Definition): Promise<ExitCode> {
  const { globals } = session;
  checkColumns(session, definition.view);
  const store = openStore(session);
  const attempt = await attempts(session, definition, store);
  if (globals.whatIf) return previewOnly(session, definition, store, attempt);
  const agreed = await askFirst(session, store, attempt);
  const { value, serial, notices } = await keep(session, store, attempt, agreed);
  await tellNotices(session, notices);
  await showKept(session, definition, value, serial);
  return endOf(session, value, serial);
}

/** What tries the command on a state, each time on a draft of its own. */
async function attempts(session: Session, definition: Definition, store: Store): Promise<Try> {
  const prepared = await definition.prepare?.(session.input, preparation(session, store));
  return ({ state, nextId, content }) => {
    const draft = createDraft(state, nextId);
    const written = definition.write(draft, session.input, prepared, content);
    const outcome = definition.rolesByStep === true ? written : inRole(session.globals.as, draft, written);
    const writes = draft.writes();
    const isOther = draft.newDirectory !== undefined;
    // What was known of people cannot be compared where it was lost.
    const consequences = consequencesOf(
      state,
      draft,
      isReadable(state) ? writes : [],
      isReadable(state) && isOther,
    );
    return { draft, outcome, writes, consequences };
  };
}

/**
 * Tells what a command would do: each property before and after, and the people concerned. Keeps nothing. Returns the
 * serial of the store that it was tried on.
 */
export async function tellWhatIf(session: Session, definition: Definition): Promise<number> {
  const store = openStore(session);
  const attempt = await attempts(session, definition, store);
  const snapshot = await store.read();
  const tried = attempt(snapshot);
  await tellLine(session, summaryLine(changesOf(tried), "would"));
  await tellPreview(session, tried);
  return snapshot.serial;
}

/** Parts that failed where it was asked to go on: each was told already, and here is what it comes to. */
async function endOf(session: Session, tried: Attempt, serial: number | undefined): Promise<ExitCode> {
  const { failures = [] } = tried.outcome;
  if (failures.length === 0) return exitCode.done;
  const rest = !isChange(tried)
    ? "comes to nothing, so nothing was written"
    : serial === undefined
      ? "would be kept"
      : `is kept (serial ${serial})`;
  const error = new DomainError("partly-done", `${failures.length} failed; the rest ${rest}`, {
    details: { failed: failures.length },
  });
  return reportError(session.world, error, { ...session.globals, json: isQuietJson(session.globals) });
}

type Try = (snapshot: Snapshot) => Attempt;

async function previewOnly(
  session: Session,
  definition: Definition,
  store: Store,
  attempt: Try,
): Promise<ExitCode> {
  const snapshot = await store.read();
  const tried = attempt(snapshot);
  if (isChange(tried)) requireReason(snapshot.state.all("settings"), session.globals.reason ?? null);
  await tellNotices(session, snapshot.notices);
  await show(session, definition, tried, snapshot.serial, true);
  return endOf(session, tried, undefined);
}

/** Questions that were agreed to; `anything` with `--yes`; `nothing` where nobody can be asked. */
type Agreed = readonly string[] | "anything" | "nothing";

/** Questions need a look before the lock is taken, since a person may think for long. */
async function askFirst(session: Session, store: Store, attempt: Try): Promise<Agreed> {
  if (session.globals.yes) return "anything";
  // One attempt is enough then: under the lock, where it refuses what would have to be agreed to.
  if (!mayAsk(session)) return "nothing";
  const snapshot = await store.read();
  const tried = attempt(snapshot);
  await ask(session, tried, askedOf(session, tried));
  return questionsOf(tried);
}

async function ask(session: Session, tried: Attempt, asked: readonly Asked[]): Promise<void> {
  if (asked.length > 0) await tellPreview(session, tried);
  await agree(session, asked);
}

const questionsOf = ({ outcome }: Attempt): readonly string[] => (outcome.questions ?? []).map(questionWords);

/** What must be answered: the questions, or with `--confirm` one about the whole. */
function askedOf({ globals }: Session, tried: Attempt): readonly Asked[] {
  const questions = tried.outcome.questions ?? [];
  const asksAnyway = globals.confirm && isChange(tried) && questions.length === 0;
  return asksAnyway
    ? [{ text: `${summaryOf(tried, "would")}: make this change?` }]
    : askedFor(questions, () => losesAnybody(tried));
}

function losesAnybody({ consequences }: Attempt): boolean {
  for (const { losing } of consequences.counts()) if (losing > 0) return true;
  return false;
}

/** What a person should see before saying yes: each property that would be another, and the people concerned. */
async function tellPreview(session: Session, tried: Attempt): Promise<void> {
  for (const line of changesOf(tried).flatMap(propertyLines)) await tellLine(session, line);
  await tellConsequences(session, tried);
}

function propertyLines(change: ObjectChange): string[] {
  if (change.action !== "updated") return [];
  const { identity, before, after } = change;
  if (before === null || after === null) return [];
  return Object.keys(after)
    .filter((key) => !sameValue(before[key], after[key]))
    .map((key) => `  ${identity} ${key}: ${differenceText(before[key], after[key])}`);
}

/** Of lists only what comes and what goes: in a list of hundreds, nobody finds one. */
function differenceText(before: unknown, after: unknown): string {
  const lists = Array.isArray(before) && Array.isArray(after);
  const changes = lists ? [...entriesWithout("+", after, before), ...entriesWithout("-", before, after)] : [];
  return changes.length > 0 ? changes.join(", ") : `${JSON.stringify(before)} -> ${JSON.stringify(after)}`;
}

function entriesWithout(sign: string, list: readonly unknown[], others: readonly unknown[]): string[] {
  const known = new Set(others);
  return list.filter((entry) => !known.has(entry)).map((entry) => `${sign} ${JSON.stringify(entry)}`);
}

async function keep(
  session: Session,
  store: Store,
  attempt: Try,
  agreed: Agreed,
): ReturnType<typeof store.update<Attempt>> {
  const options = session.globals.ifSerial === undefined ? {} : { ifSerial: session.globals.ifSerial };
  const { value, ...kept } = await store.update(
    authorship(session, session.world.argv.slice(1)),
    (snapshot) => {
      const tried = attempt(snapshot);
      const open = agreed === "nothing" ? askedOf(session, tried) : [];
      refuseOtherQuestions(tried, agreed);
      return { change: open.length > 0 ? undefined : changeOf(tried), value: { tried, open } };
    },
    options,
  );
  await ask(session, value.tried, value.open);
  return { ...kept, value: value.tried };
}

/** Somebody changed the store while a person was thinking, and now more would have to be agreed to. */
function refuseOtherQuestions(tried: Attempt, agreed: Agreed): void {
  if (typeof agreed === "string") return;
  const others = questionsOf(tried).filter((question) => !agreed.includes(question));
  if (others.length === 0) return;
  throw new DomainError(
    "store-stale",
    "the store changed in the meantime, and the change is another now; nothing was written",
    {
      hint: { say: "run it again" },
      details: { questions: others },
    },
  );
}

function changeOf(tried: Attempt): Change | undefined {
  if (!isChange(tried)) return undefined;
  const { draft, writes, outcome } = tried;
  const { newDirectory: replacement } = draft;
  const directory = replacement && { content: replacement.content, date: replacement.date };
  return {
    writes,
    nextId: draft.nextId,
    ...(directory === undefined ? {} : { directory }),
    ...(outcome.content === undefined ? {} : { content: outcome.content }),
  };
}

/** What became of each object: those that the command named in their order, then whatever else it changed. */
function changesOf({ draft, outcome, writes }: Attempt): ObjectChange[] {
  const written = new Map(writes.map((write) => [`${write.collection} ${write.id}`, write]));
  const named = outcome.touched.map((touched) => {
    const key = `${touched.collection} ${touched.id}`;
    const write = written.get(key);
    written.delete(key);
    return write === undefined ? unchanged(draft, touched) : changed(draft, write);
  });
  return [...named, ...[...written.values()].map((write) => changed(draft, write))];
}

function unchanged(draft: Draft, touched: Touched): ObjectChange {
  const row = storedView(touched.collection).row(draft, touched) ?? null;
  const { kind } = nouns[touched.collection];
  return { action: "unchanged", kind, identity: touched.identity, before: row, after: row };
}

function changed(draft: Draft, { collection, id, before, after }: Write): ObjectChange {
  const view = storedView(collection);
  const identity = identityOf(collection as Collection, (after ?? before) as never);
  const touched = { collection, id, identity };
  return {
    action: actionOf({ before, after }),
    kind: nouns[collection].kind,
    identity,
    // Made when they are shown: of many thousands mostly the number is.
    get before() {
      return view.row(draft.base, touched) ?? null;
    },
    get after() {
      return view.row(draft, touched) ?? null;
    },
  };
}

/** Where the output fails, the change is kept all the same: say so. */
async function showKept(
  session: Session,
  definition: Definition,
  tried: Attempt,
  serial: number,
): Promise<void> {
  try {
    await show(session, definition, tried, serial, false);
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== "write-failed" || !isChange(tried)) throw error;
    throw new DomainError("write-failed", `the change is kept (serial ${serial}), but ${error.message}`, {
      hint: { say: "do not run it again: look at what it did with a get- command" },
    });
  }
}

async function show(
  session: Session,
  definition: Definition,
  tried: Attempt,
  serial: number,
  dryRun: boolean,
): Promise<void> {
  const { globals } = session;
  const changes = changesOf(tried);
  if (!isQuietJson(globals)) await tellOutcome(session, tried, changes, serial, dryRun);
  if (globals.output === "json" || globals.output === "yaml") {
    const render =
      globals.output === "json" ? renderJsonDocument : (await import("../output/yaml.ts")).renderYamlDocument;
    const document = writeDocument(tried, changes, serial, dryRun);
    for (const chunk of render(document)) await print(session.world.stdout, chunk);
    return;
  }
  const rows = tried.outcome.report ?? { view: definition.view.view, rows: rowsAfter(definition, tried) };
  await printRows(session, rows);
}

function rowsAfter({ view }: Definition, { draft, outcome }: Attempt): Row[] {
  return outcome.touched.map((touched) => view.row(draft, touched)).filter((row) => row !== undefined);
}

/** The result of a write for scripts (design: the command line, -o json). */
function writeDocument(
  tried: Attempt,
  changes: readonly ObjectChange[],
  serial: number,
  dryRun: boolean,
): OutputDocument {
  const { outcome, consequences } = tried;
  const { report } = outcome;
  return {
    changed: isChange(tried),
    dryRun,
    serial,
    changes,
    effects: { [Symbol.iterator]: () => consequences.effects()[Symbol.iterator]() },
    warnings: (outcome.warnings ?? []).map((warning) => ({ ...warning, message: warningWords(warning) })),
    ...(outcome.failures === undefined ? {} : { failures: outcome.failures.map(failureDetails) }),
    ...(report === undefined ? {} : { report: report.rows }),
  };
}

async function tellOutcome(
  session: Session,
  tried: Attempt,
  changes: readonly ObjectChange[],
  serial: number,
  dryRun: boolean,
): Promise<void> {
  await tellRefusals(session.world, (tried.outcome.failures ?? []).map(placed), session.globals);
  const summary = summaryOf(tried, dryRun ? "would" : "did");
  if (!session.globals.quiet && summary !== "") {
    const kept = isChange(tried) ? `serial ${serial}` : `still at serial ${serial}`;
    await tellLine(session, `${summary} (${dryRun ? "nothing was written" : kept})`);
    if (dryRun) for (const line of changes.flatMap(propertyLines)) await tellLine(session, line);
  }
  await tellConsequences(session, tried);
}

/** One line for all that an attempt comes to: the directory, objects, messages. */
function summaryOf(tried: Attempt, mood: "did" | "would"): string {
  const { facts } = tried.outcome;
  const content = facts === undefined ? "" : contentWords(facts, mood) || "no message is concerned";
  return [importWords(tried, mood), summaryLine(changesOf(tried), mood), content]
    .filter((part) => part !== "")
    .join(", ");
}

function importWords({ draft }: Attempt, mood: "did" | "would"): string {
  if (draft.newDirectory === undefined) return "";
  return mood === "would" ? "would import the directory" : "imported the directory";
}

const isChange = ({ writes, draft, outcome }: Attempt): boolean =>
  writes.length > 0 || draft.newDirectory !== undefined || (outcome.content ?? []).length > 0;

async function tellConsequences(session: Session, { consequences, outcome }: Attempt): Promise<void> {
  if (isQuietJson(session.globals)) return;
  if (!session.globals.quiet) for (const line of effectLines(consequences)) await tellLine(session, line);
  await tellWarnings(session, outcome.warnings ?? []);
}

const shownWarnings = 20;

/** Many warnings of one kind are counted after the first; `-o json` has them all. */
async function tellWarnings(session: Session, warnings: readonly Warning[]): Promise<void> {
  const told = new Map<Warning["code"], number>();
  for (const warning of warnings) {
    const count = (told.get(warning.code) ?? 0) + 1;
    told.set(warning.code, count);
    if (count <= shownWarnings) await tellWarning(session, warningWords(warning));
  }
  for (const [code, count] of told) {
    if (count <= shownWarnings) continue;
    await tellWarning(
      session,
      `and ${count - shownWarnings} more of the kind \`${code}\`; -o json has them all`,
    );
  }
}

async function tellNotices(session: Session, notices: readonly string[]): Promise<void> {
  if (isQuietJson(session.globals) || session.globals.quiet) return;
  for (const notice of notices) await tellWarning(session, notice);
}

const actionWords = {
  did: { created: "created", updated: "updated", removed: "removed", unchanged: "unchanged:" },
  would: {
    created: "would create",
    updated: "would update",
    removed: "would remove",
    unchanged: "unchanged:",
  },
} as const;

/** One line for all changes: each object by name where there are few, counts by kind where there are many. */
function summaryLine(changes: readonly ObjectChange[], mood: "did" | "would"): string {
  const groups = new Map<string, ObjectChange[]>();
  for (const change of changes) {
    const key = `${change.action} ${change.kind}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [change]);
    else group.push(change);
  }
  return [...groups.values()]
    .map((group) => {
      const { action, kind, identity } = group[0]!;
      const noun = Object.values(nouns).find((candidate) => candidate.kind === kind)!;
      const what = group.length === 1 ? `${noun.one} \`${identity}\`` : `${group.length} ${noun.many}`;
      return `${actionWords[mood][action]} ${what}`;
    })
    .join(", ");
}
