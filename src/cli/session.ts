import type { Authorship } from "../core/change.ts";
import { DomainError } from "../core/errors.ts";
import { ioReason } from "../core/io-error.ts";
import { resolvePrincipal } from "../core/principal.ts";
import { visibleTo } from "../core/roles.ts";
import type { State } from "../core/state.ts";
import { colorEnabled, loadPaint, type Paint } from "../output/color.ts";
import {
  commandLine,
  describeError,
  errorJson,
  errorText,
  type MessageContext,
  printable,
  warningText,
} from "../output/messages.ts";
import { loadRenderer } from "../output/render.ts";
import { type Row, selectFields, sortRows } from "../output/view.ts";
import { conditionOf } from "../output/where.ts";
import type { AnyCommand, CommandInput, OptionSpecs, Rows } from "./command.ts";
import { Interrupted, type Output, type Prompts, type Store, type World } from "./context.ts";
import { type ExitCode, exitCode, exitCodeOf } from "./exit-code.ts";
import type { Globals } from "./globals.ts";

/** One command line: a command, and the words after its name. */
export interface CommandLine {
  readonly world: World;
  readonly name: string;
  readonly definition: AnyCommand;
  readonly argv: readonly string[];
}

/** One run of one command: what it was given, and the ways to the outside that it may take. */
export interface Session {
  readonly world: World;
  readonly name: string;
  readonly definition: AnyCommand;
  readonly globals: Globals;
  readonly input: CommandInput<OptionSpecs, never>;
  readonly paint: Paint;
}

/** Thrown when nobody reads the output any more: the run ends quietly. */
export class PipeClosed extends Error {
  override readonly name = "PipeClosed";
}

/** Whether machine-readable output keeps prose off stderr. */
export const isQuietJson = (globals: Globals): boolean => globals.output === "json";

/** Prints until nobody reads any more: that ends the printing, and the verdict stays what it is. */
export async function untilClosed(printing: () => Promise<void>): Promise<void> {
  try {
    await printing();
  } catch (error) {
    if (!(error instanceof PipeClosed)) throw error;
  }
}

/** Writes text to stdout. Throws PipeClosed, or `write-failed` saying why. */
export async function print(output: Output, text: string): Promise<void> {
  try {
    await output.write(text);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EPIPE" || code === "ECONNRESET" || code === "ERR_STREAM_DESTROYED") throw new PipeClosed();
    const reason = code === undefined ? (error as Error).message : ioReason(code);
    throw new DomainError("write-failed", `the output cannot be written: ${reason}`, {
      hint: { say: "what was printed is not whole; see that there is room, and run it again" },
    });
  }
}

/** Writes to stderr; nothing can be said where even that fails. */
export async function tell(output: Output, text: string): Promise<void> {
  await output.write(text).catch(() => {});
}

/** Whether output is what a person gets who asked for nothing special. */
export const isForPeople = ({ output, fields, sort }: Globals): boolean =>
  output === "table" && fields === undefined && sort === undefined;

/** Small parts are written together: each write costs more than most of them. */
const charactersAtOnce = 65_536;

async function printAll(output: Output, parts: Iterable<string>): Promise<void> {
  let waiting = "";
  for (const part of parts) {
    waiting += part;
    if (waiting.length < charactersAtOnce) continue;
    await print(output, waiting);
    waiting = "";
  }
  if (waiting !== "") await print(output, waiting);
}

/** Prints rows in the format asked for, `--fields` and `--sort` applied. */
export async function printRows({ world, globals }: Session, { view, rows, text }: Rows): Promise<void> {
  if (text !== undefined && isForPeople(globals)) {
    const color = colorEnabled({ flag: globals.color, isTTY: world.stdout.isTTY, env: world.env });
    await printAll(world.stdout, text(await loadPaint(color)));
    return;
  }
  const shown = globals.fields === undefined ? view : selectFields(view, globals.fields);
  const met = globals.where === undefined ? rows : rowsWhere(rows, conditionOf(view, globals.where));
  const sorted = globals.sort === undefined ? met : sortRows(met, view, globals.sort);
  const renderer = await loadRenderer(globals.output, {
    color: colorEnabled({ flag: globals.color, isTTY: world.stdout.isTTY, env: world.env }),
    width: world.stdout.isTTY ? world.stdout.columns : undefined,
  });
  for (const chunk of renderer(sorted, shown)) await print(world.stdout, chunk);
}

function* rowsWhere(rows: Iterable<Row>, meets: (row: Row) => boolean): Iterable<Row> {
  for (const row of rows) if (meets(row)) yield row;
}

/** Throws `invalid-value` for `--fields`, `--where` or `--sort` that the view does not have, before anything is done. */
export function checkColumns({ globals }: Session, { view }: Pick<Rows, "view">): void {
  if (globals.fields !== undefined) selectFields(view, globals.fields);
  if (globals.sort !== undefined) sortRows([], view, globals.sort);
  if (globals.where !== undefined) conditionOf(view, globals.where);
}

export async function tellWarning({ world, paint }: Session, text: string): Promise<void> {
  await tell(world.stderr, warningText(text, paint));
}

export async function tellLine({ world }: Pick<Session, "world">, text: string): Promise<void> {
  await tell(world.stderr, `${printable(text)}\n`);
}

/** Colours for stderr. */
export async function stderrPaint(world: World, color: Globals["color"]): Promise<Paint> {
  return loadPaint(colorEnabled({ flag: color, isTTY: world.stderr.isTTY, env: world.env }));
}

/** The way to a person, in colours or not. */
export function openPrompts({ world, globals }: Pick<Session, "world" | "globals">): Promise<Prompts> {
  const { env, stderr } = world;
  return world.loadPrompts({ color: colorEnabled({ flag: globals.color, isTTY: stderr.isTTY, env }) });
}

/** Words that hinted commands need so that they reach the same store. */
function globalWords(globals: Partial<Globals>, world: World): readonly string[] {
  const fromOption = globals.store !== undefined && globals.store !== world.env["PCHAT_STORE"];
  return fromOption ? ["--store", globals.store] : [];
}

/** What command lines in messages need so that they can be typed as they are. */
export const messageContext = (world: World, globals: Partial<Globals>): MessageContext => ({
  shell: world.platform,
  globalWords: globalWords(globals, world),
});

/** Prints a refusal, or an unexpected fault, and returns the exit code. */
export async function reportError(
  world: World,
  error: unknown,
  globals: Partial<Globals> & { readonly json: boolean },
): Promise<ExitCode> {
  if (error instanceof PipeClosed) return exitCode.done;
  if (error instanceof Interrupted) {
    await tell(world.stderr, globals.json ? "" : "interrupted; nothing was written\n");
    return exitCode.interrupted;
  }
  const refusal = error instanceof DomainError ? error : unexpected(error, world);
  if (globals.json || refusal.parts.length === 0) await tellRefusal(world, refusal, globals);
  else await tellParts(world, refusal.parts, globals);
  return exitCodeOf(refusal.code);
}

async function tellParts(
  world: World,
  parts: readonly DomainError[],
  globals: Partial<Globals>,
): Promise<void> {
  await tellRefusals(world, parts, globals);
  await tell(world.stderr, `${parts.length} failed; nothing was written\n`);
}

const shownRefusals = 20;

/** Says refusals on stderr for people, one by one; where there are many, the first and how many more. */
export async function tellRefusals(
  world: World,
  refusals: readonly DomainError[],
  globals: Partial<Globals>,
): Promise<void> {
  for (const refusal of refusals.slice(0, shownRefusals)) {
    await tellRefusal(world, refusal, { ...globals, json: false });
  }
  const more = refusals.length - shownRefusals;
  if (more > 0) await tell(world.stderr, `and ${more} more; -o json has them all\n`);
}

/** Says a refusal on stderr, with what to do next. */
async function tellRefusal(
  world: World,
  refusal: DomainError,
  globals: Partial<Globals> & { readonly json: boolean },
): Promise<void> {
  const message = await describeError(refusal, messageContext(world, globals));
  const paint = await stderrPaint(world, globals.color ?? "auto");
  await tell(
    world.stderr,
    globals.json ? errorJson(message, exitCodeOf(refusal.code)) : errorText(message, paint),
  );
}

/** A defect in pchat: said plainly, with its trace only where asked for. */
function unexpected(error: unknown, world: World): DomainError {
  const fault = error instanceof Error ? error : new Error(String(error));
  const trace = world.env["PCHAT_DEBUG"] ? { stack: fault.stack } : {};
  return new DomainError("unexpected", `pchat failed unexpectedly: ${fault.message}`, {
    hint: {
      say: `this is a defect in pchat; the store was not changed by halves. PCHAT_DEBUG=1 with -o json shows where`,
    },
    details: trace,
  });
}

/** The store that the command works on, or another. */
export function openStore(session: Pick<Session, "world" | "globals" | "name">, path?: string): Store {
  const { world, globals, name } = session;
  return world.openStore({
    path: path ?? globals.store ?? "pchat.json",
    command: name,
    lockTimeout: globals.lockTimeout,
    onWaiting: (holder) => {
      if (globals.quiet || isQuietJson(globals)) return;
      const by =
        holder === undefined
          ? ""
          : `: \`${holder.command}\` (process ${holder.pid} on ${holder.host}) has it since ${holder.since}`;
      void tellLine(session, `waiting for the store${by}`);
    },
  });
}

/** Who makes a change, when and why. `as` is for acting as somebody. */
export function authorship(session: Session, argv: readonly string[]): Authorship {
  const { world, globals, name } = session;
  const osUser = world.osUser();
  return {
    time: world.now(),
    osUser,
    actor: world.env["PCHAT_ACTOR"] || osUser,
    as: globals.as ?? null,
    command: commandLine([name, ...withoutPrivate(session, argv)], "posix").replace(/^pchat /, ""),
    reason: globals.reason ?? null,
  };
}

/** The words without the values of private options, which may quote messages. */
function withoutPrivate({ definition, input }: Session, argv: readonly string[]): readonly string[] {
  const values = Object.entries((definition.options ?? {}) as OptionSpecs)
    .filter(([, spec]) => spec.isPrivate === true)
    .map(([key]) => (input.options as Readonly<Record<string, unknown>>)[key])
    .filter((value) => typeof value === "string");
  const shown = (word: string): string => {
    const hidden = values.find(
      (value) => word === value || word.endsWith(`=${value}`) || word.endsWith(`:${value}`),
    );
    return hidden === undefined ? word : `${word.slice(0, word.length - hidden.length)}***`;
  };
  return values.length === 0 ? argv : argv.map(shown);
}

/** The SIP address of the user that the command acts as, if it does. Throws as resolvePrincipal does. */
export const actingUser = ({ as }: Globals, state: State): string | undefined =>
  as === undefined ? undefined : resolvePrincipal(state, as, "user").stored;

/** What of a state a user sees, or an administrator. */
export const seenBy = (user: string | undefined, state: State): State =>
  user === undefined ? state : visibleTo(state, user);

/** Whether a person can be asked: both ends are terminals, and nothing forbids it. */
export function mayAsk({ world, globals }: Pick<Session, "world" | "globals">): boolean {
  return !world.env["CI"] && !globals.noInput && world.stderr.isTTY && world.stdin.isTTY;
}
