import type { Change, Snapshot } from "../core/change.ts";
import { createDraft, type Draft, sameValue } from "../core/draft.ts";
import { type Consequences, consequencesOf } from "../core/effects.ts";
import { DomainError } from "../core/errors.ts";
import { isReadable } from "../core/import-directory.ts";
import type { Warning } from "../core/outcome.ts";
import { requireReason } from "../core/settings.ts";
import { nouns, type Write } from "../core/state.ts";
import { failureDetails, placed } from "../core/steps.ts";
import {
  changeRows,
  changeView,
  differenceText,
  doneSpeech,
  objectText,
  planSpeech,
} from "../output/change-view.ts";
import { changeDocument, changesOf, type ObjectChange } from "../output/changes.ts";
import { type OutputDocument, renderJsonDocument } from "../output/json.ts";
import type { Row } from "../output/view.ts";
import { contentWords, effectLines, questionWords, warningWords } from "../output/wording.ts";
import type { AnyCommand, ExpectedStore, OptionSpecs, Rows, WriteOutcome, WriteShape } from "./command.ts";
import { agree } from "./confirm.ts";
import type { Store } from "./context.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { requirePlace } from "./output-place.ts";
import { preparation } from "./preparation.ts";
import { type Asked, askedFor } from "./questions.ts";
import { inRole, requireActor } from "./role.ts";
import {
  authorship,
  checkColumns,
  isForPeople,
  isQuietJson,
  mayAsk,
  openStore,
  print,
  printRows,
  reportError,
  type Session,
  tell,
  tellLine,
  tellRefusals,
  tellWarning,
  untilClosed,
} from "./session.ts";
import { unmadeStore } from "./unmade-store.ts";

type Definition = WriteShape<OptionSpecs, never, unknown>;

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
  const { attempt, store, finish } = await attempts(session, definition, openStore(session));
  let isDone = false;
  try {
    const run = globals.whatIf ? previewOnly : keepAgreed;
    const code = await run(session, definition, store, attempt);
    isDone = true;
    return code;
  } finally {
    await finish(isDone);
  }
}

async function keepAgreed(
  session: Session,
  definition: Definition,
  store: WrittenStore,
  attempt: Try,
): Promise<ExitCode> {
  const agreed = await askFirst(session, store, attempt);
  const { value, serial, notices } = await keep(session, store, attempt, agreed);
  await tellNotices(session, notices);
  await showKept(session, definition, value, serial);
  return endOf(session, value, serial);
}

interface Attempts {
  readonly attempt: Try;
  readonly store: WrittenStore;
  /** Ends all that was begun for the command. */
  finish(isDone: boolean): Promise<void>;
}

/** What tries the command on a state, each time on a draft of its own; and the store that it is for. */
async function attempts(session: Session, definition: Definition, opened: Store): Promise<Attempts> {
  for (const place of definition.outputs?.(session.input) ?? []) {
    await requirePlace(session.world, opened, session.globals.force, place);
  }
  const prepared = await definition.prepare?.(session.input, preparation(session, opened));
  const expected = definition.expects?.(prepared);
  const store = await storeFor(session, definition, opened, prepared);
  let last: WriteOutcome | undefined;
  const attempt = (snapshot: Snapshot): Attempt => {
    const { state, nextId, content } = snapshot;
    if (expected !== undefined) requireExpected(snapshot, expected);
    const draft = createDraft(state, nextId, session.world.openShelf());
    if (definition.rolesByStep === true) requireActor(session.globals.as, draft);
    const written = definition.write(draft, session.input, prepared, content);
    const outcome = definition.rolesByStep === true ? written : inRole(session.globals.as, draft, written);
    const writes = draft.writes();
    // People gain and lose in rooms: where there are none, nobody need be looked up in another directory.
    const isOther = draft.newDirectory !== undefined && state.count("rooms") + draft.count("rooms") > 0;
    // What was known of people cannot be compared where it was lost.
    const consequences = consequencesOf(
      state,
      draft,
      isReadable(state) ? writes : [],
      isReadable(state) && isOther,
    );
    last = outcome;
    return { draft, outcome, writes, consequences };
  };
  const finish = async (isDone: boolean): Promise<void> => {
    const { whatIf } = session.globals;
    await definition.finish?.(session.input, prepared, { outcome: isDone ? last : undefined, whatIf });
  };
  return { attempt, store, finish };
}

/** What of a store a write needs. */
type WrittenStore = Pick<Store, "read" | "update">;

/** The store that the command works on; one that its first change makes, where it may and there is none. */
async function storeFor(
  session: Session,
  definition: Definition,
  store: Store,
  prepared: unknown,
): Promise<WrittenStore> {
  const isMade = definition.creates?.(session.input, prepared) !== true || (await store.exists());
  return isMade ? store : unmadeStore(store);
}

/** What was planned for one state of a store is not done to another. */
function requireExpected(snapshot: Snapshot, expected: ExpectedStore): void {
  const { lineage, serial, directoryHash } = snapshot;
  if (lineage === expected.lineage && serial === expected.serial && directoryHash === expected.directoryHash)
    return;
  const why =
    lineage !== expected.lineage
      ? "was made for another store"
      : serial === expected.serial
        ? "was made with another directory"
        : `was made at serial ${expected.serial}, and the store is at ${serial}`;
  throw new DomainError("store-stale", `the plan ${why}; nothing was written`, {
    hint: { say: "plan again; see what changed since with", commands: [["get-history"]] },
    details: { expected, found: { lineage, serial, directoryHash } },
  });
}

/**
 * Tells what a command would do: each property before and after, and the people concerned. Keeps nothing. Returns the
 * serial of the store that it was tried on.
 */
export async function tellWhatIf(session: Session, definition: Definition): Promise<number> {
  const { attempt, store } = await attempts(session, definition, openStore(session));
  const snapshot = await store.read();
  const tried = attempt(snapshot);
  await tellLine(session, summaryLine(changesIn(tried), "would"));
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
  store: WrittenStore,
  attempt: Try,
): Promise<ExitCode> {
  const snapshot = await store.read();
  const tried = attempt(snapshot);
  if (isChange(tried)) requireReason(snapshot.state.all("settings"), session.globals.reason ?? null);
  await tellNotices(session, snapshot.notices);
  await untilClosed(() => show(session, definition, tried, snapshot.serial, true));
  return endOf(session, tried, undefined);
}

/** Questions that were agreed to; `anything` with `--yes`; `nothing` where nobody can be asked. */
type Agreed = readonly string[] | "anything" | "nothing";

/** Questions need a look before the lock is taken, since a person may think for long. */
async function askFirst(session: Session, store: WrittenStore, attempt: Try): Promise<Agreed> {
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
  await tellProperties(session, changesIn(tried));
  await tellConsequences(session, tried);
}

/** In full where that is what the command shows; else what changes of objects that are there. */
async function tellProperties(session: Session, changes: readonly ObjectChange[]): Promise<void> {
  const { world, definition, paint } = session;
  if (!showsChanges(definition)) {
    for (const change of changes) {
      for (const line of propertyLines(change)) await tellLine(session, line);
    }
    return;
  }
  for (const change of changes) await tell(world.stderr, [...objectText(change, planSpeech, paint)].join(""));
}

function propertyLines(change: ObjectChange): string[] {
  if (change.action !== "updated") return [];
  const { identity, before, after } = change;
  if (before === null || after === null) return [];
  return Object.keys(after)
    .filter((key) => !sameValue(before[key], after[key]))
    .map((key) => `  ${identity} ${key}: ${propertyDifference(before[key], after[key])}`);
}

/** Of lists only what comes and what goes: in a list of hundreds, nobody finds one. */
function propertyDifference(before: unknown, after: unknown): string {
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
  store: WrittenStore,
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

const changesIn = ({ draft, outcome, writes }: Attempt): ObjectChange[] =>
  changesOf({ before: draft.base, after: draft, touched: outcome.touched, writes });

/** Writes the files of the outcome, and shows it. Where that fails, the change is kept all the same: say so. */
async function showKept(
  session: Session,
  definition: Definition,
  tried: Attempt,
  serial: number,
): Promise<void> {
  try {
    const fault = await faultOfFiles(session, tried.outcome.files ?? []);
    await untilClosed(() => show(session, definition, tried, serial, false));
    if (fault !== undefined) throw fault;
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== "write-failed" || !isChange(tried)) throw error;
    throw new DomainError("write-failed", `the change is kept (serial ${serial}), but ${error.message}`, {
      hint: { say: "do not run it again: look at what it did with a get- command" },
    });
  }
}

/** Writes files; what kept one from being written, if anything did. */
async function faultOfFiles(
  { world }: Session,
  files: NonNullable<WriteOutcome["files"]>,
): Promise<DomainError | undefined> {
  try {
    for (const { path, text } of files) await world.writeFile(path, [text]);
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
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
  const changes = changesIn(tried);
  if (!isQuietJson(globals)) await tellOutcome(session, tried, changes, serial, dryRun);
  if (globals.output === "json" || globals.output === "yaml") {
    const render =
      globals.output === "json" ? renderJsonDocument : (await import("../output/yaml.ts")).renderYamlDocument;
    const document = writeDocument(tried, changes, serial, dryRun);
    for (const chunk of render(document)) await print(session.world.stdout, chunk);
    return;
  }
  await printRows(session, shownRows(definition, tried, changes, dryRun));
}

function shownRows(
  definition: Definition,
  tried: Attempt,
  changes: readonly ObjectChange[],
  dryRun: boolean,
): Rows {
  if (tried.outcome.report !== undefined) return tried.outcome.report;
  if (definition.shows !== "changes")
    return { view: definition.view.view, rows: rowsAfter(definition, tried) };
  const speech = dryRun ? planSpeech : doneSpeech;
  return {
    view: changeView,
    rows: changeRows(changes),
    text: (paint) => differenceText(changes, tried.consequences, speech, paint),
  };
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
  const { report, failures, warnings = [] } = outcome;
  return {
    ...changeDocument({ changed: isChange(tried), dryRun, serial, changes, consequences, warnings }),
    ...(failures === undefined ? {} : { failures: failures.map(failureDetails) }),
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
  const summary = isShown(session)
    ? shortSummary(tried)
    : summaryOf(tried, dryRun ? "would" : "did", changes);
  if (!session.globals.quiet && summary !== "") {
    const kept = isChange(tried) ? `serial ${serial}` : `still at serial ${serial}`;
    await tellLine(session, `${summary} (${dryRun ? "nothing was written" : kept})`);
    if (dryRun && !isShown(session)) await tellProperties(session, changes);
  }
  await tellConsequences(session, tried, isShown(session));
}

const shortSummary = (tried: Attempt): string => (isChange(tried) ? "one change" : "no change");

/** Whether stdout says all of it already. */
const isShown = ({ definition, globals }: Session): boolean =>
  showsChanges(definition) && isForPeople(globals);

const showsChanges = (definition: AnyCommand): boolean =>
  "write" in definition && definition.shows === "changes";

/** One line for all that an attempt comes to: the directory, objects, messages. */
function summaryOf(
  tried: Attempt,
  mood: "did" | "would",
  changes: readonly ObjectChange[] = changesIn(tried),
): string {
  const { facts } = tried.outcome;
  const content = facts === undefined ? "" : contentWords(facts, mood) || "no message is concerned";
  return [importWords(tried, mood), summaryLine(changes, mood), content]
    .filter((part) => part !== "")
    .join(", ");
}

function importWords({ draft }: Attempt, mood: "did" | "would"): string {
  if (draft.newDirectory === undefined) return "";
  return mood === "would" ? "would import the directory" : "imported the directory";
}

const isChange = ({ writes, draft, outcome }: Attempt): boolean =>
  writes.length > 0 || draft.newDirectory !== undefined || (outcome.content ?? []).length > 0;

async function tellConsequences(
  session: Session,
  { consequences, outcome }: Attempt,
  areShown = false,
): Promise<void> {
  if (isQuietJson(session.globals)) return;
  if (!session.globals.quiet && !areShown) {
    for (const line of effectLines(consequences)) await tellLine(session, line);
  }
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
  const groups = new Map<string, { readonly first: ObjectChange; count: number }>();
  for (const change of changes) {
    const key = `${change.action} ${change.kind}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: change, count: 1 });
    else group.count++;
  }
  return [...groups.values()]
    .map(({ first: { action, kind, identity }, count }) => {
      const noun = Object.values(nouns).find((candidate) => candidate.kind === kind)!;
      const what = count === 1 ? `${noun.one} \`${identity}\`` : `${count} ${noun.many}`;
      return `${actionWords[mood][action]} ${what}`;
    })
    .join(", ");
}
