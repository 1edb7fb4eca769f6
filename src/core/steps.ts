import { createDraft, type Draft } from "./draft.ts";
import { DomainError, reworded } from "./errors.ts";
import type { Outcome, Question, Touched, Warning } from "./outcome.ts";
import { type Collection, isRemoval, nouns, type Write } from "./state.ts";

/** One of several changes that are made, and kept, together. */
export interface Step {
  /** Where it stands, for messages: `setup.txt:12`. */
  readonly place: string;
  /** Its number there, counted as its source counts: a line. */
  readonly line: number;
  /** Changes the draft, or throws and leaves it as it may. */
  run(draft: Draft): Outcome;
}

/** A step that could not be made. */
export interface StepFailure {
  readonly place: string;
  readonly line: number;
  readonly error: DomainError;
}

/** What a step did to one object that it named. */
export interface StepResult {
  readonly line: number;
  readonly action: "created" | "updated" | "removed" | "unchanged";
  readonly kind: string;
  readonly identity: string;
}

export interface StepsOutcome extends Outcome {
  readonly results: readonly StepResult[];
  /** Empty unless it was asked to go on after failures. */
  readonly failures: readonly StepFailure[];
}

export interface StepsOptions {
  /** Leave out the steps that fail, in the place of refusing all. */
  readonly continueOnError: boolean;
}

/** What the steps so far came to. */
interface Gathered {
  readonly touched: Map<string, Touched>;
  readonly results: StepResult[];
  readonly warnings: Warning[];
  /** Principals of whom it cannot be told whether they may be there: what is said of many is said once. */
  readonly unknown: Set<string>;
  readonly questions: Question[];
}

/**
 * Runs steps one after the other on one draft; each sees those before it, and one that fails leaves nothing behind.
 * All are tried, so that every fault is known at once. Throws one refusal for all that fail, unless told to go on.
 */
export function runSteps(draft: Draft, steps: Iterable<Step>, options: StepsOptions): StepsOutcome {
  const failures: StepFailure[] = [];
  const gathered: Gathered = {
    touched: new Map(),
    results: [],
    warnings: [],
    unknown: new Set(),
    questions: [],
  };
  for (const step of steps) {
    const inner = createDraft(draft, draft.nextId);
    const outcome = attempt(step, inner, failures);
    if (outcome === undefined) continue;
    gather(gathered, step, outcome, draft.absorb(inner));
  }
  if (failures.length > 0 && !options.continueOnError) throw allFailed(failures);
  const { touched, results, warnings, unknown, questions } = gathered;
  return {
    touched: [...touched.values()].filter((each) => isOrWas(draft, each)),
    warnings:
      unknown.size === 0 ? warnings : [{ code: "scope-unknown", principals: [...unknown] }, ...warnings],
    questions: questions.length > 1 ? [{ code: "several", questions }] : questions,
    results,
    failures,
  };
}

function gather(to: Gathered, step: Step, outcome: Outcome, writes: readonly Write[]): void {
  const { touched, warnings = [], questions = [] } = outcome;
  for (const result of resultsOf(step, touched, writes)) to.results.push(result);
  for (const each of touched) to.touched.set(`${each.collection} ${each.id ?? each.identity}`, each);
  for (const warning of warnings) {
    if (warning.code !== "scope-unknown") to.warnings.push(warning);
    else for (const principal of warning.principals) to.unknown.add(principal);
  }
  for (const question of questions) to.questions.push(question);
}

function attempt(step: Step, draft: Draft, failures: StepFailure[]): Outcome | undefined {
  try {
    return step.run(draft);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    failures.push({ place: step.place, line: step.line, error });
    return undefined;
  }
}

function resultsOf(step: Step, touched: readonly Touched[], writes: readonly Write[]): StepResult[] {
  const written = new Map(writes.map((write) => [`${write.collection} ${write.id}`, write]));
  return touched.map(({ collection, id, identity }) => {
    const write = written.get(`${collection} ${id}`);
    return { line: step.line, action: actionOf(write), kind: nouns[collection].kind, identity };
  });
}

/** What a write does to its object; nothing without one. */
export function actionOf(write: Write | undefined): StepResult["action"] {
  if (write === undefined) return "unchanged";
  return isRemoval(write) ? "removed" : write.before === undefined ? "created" : "updated";
}

/** What one step made and a later one removed is nothing to speak of. */
const isOrWas = (draft: Draft, { collection, id }: Touched): boolean =>
  id === undefined ||
  draft.get(collection as Collection, id) !== undefined ||
  draft.base.get(collection as Collection, id) !== undefined;

const shownFailures = 10;

/** One refusal for all: the first's code, hint and did-you-mean, and every failure's place and message. */
function allFailed(failures: readonly StepFailure[]): DomainError {
  const [first] = failures as [StepFailure];
  const said = failures.slice(0, shownFailures).map((failure) => placed(failure).message);
  const more = failures.length > said.length ? `; and ${failures.length - said.length} more` : "";
  return reworded(first.error, `${said.join("; ")}${more}`, {
    details: { failures: failures.map(failureDetails) },
    ...(failures.length === 1 ? {} : { parts: failures.map(placed) }),
  });
}

/** A step's refusal with its place before the message. */
export const placed = ({ place, error }: StepFailure): DomainError =>
  reworded(error, `${place}: ${error.message}`);

/** A failure as facts for `-o json`. */
export const failureDetails = ({ line, error }: StepFailure): Readonly<Record<string, unknown>> => ({
  line,
  code: error.code,
  message: error.message,
  details: error.details,
});
