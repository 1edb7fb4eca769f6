import { DomainError } from "../core/errors.ts";
import { warningText } from "../output/messages.ts";
import { isAskable } from "./askable.ts";
import type { AnyCommand } from "./command.ts";
import { commandName } from "./command-name.ts";
import type { Input, World } from "./context.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { type Globals, globalsFrom } from "./globals.ts";
import { pchatWords } from "./line-words.ts";
import { HelpAsked, type Parsed, parseArguments } from "./parse.ts";
import { openSession, runSession } from "./run-line.ts";
import { type CommandLine, mayAsk, print, reportError, stderrPaint, tell } from "./session.ts";

/** Runs one command line. Returns its exit code; never throws, never exits, writes only to the world's streams. */
export async function run(outside: World): Promise<ExitCode> {
  const world = { ...outside, stdin: readOnce(outside.stdin) };
  const json = asksForJson(world.argv);
  let globals: Partial<Globals> = {};
  try {
    const first = world.argv[0];
    if (first === undefined || first === "help" || /^(-h|--help|-V|--version)$/.test(first))
      return await runHelp(world);
    if (first === "completion") return await runCompletion(world);
    const name = await commandName(world, first);
    const definition = (await world.commands.load(name)) as AnyCommand;
    const { words, notes } = await pchatWords(first, definition, world.argv.slice(1));
    const line = { world, name, definition, argv: words };
    const parsed = parseArguments(name, definition, line.argv);
    globals = globalsFrom(parsed.values, world.env);
    if (!json) for (const note of notes) await tellNote(world, note, globals);
    // Somebody who types the lines of a list is not to be asked anything after its end.
    const canAsk = mayAsk({ world, globals: globals as Globals }) && !parsed.words.includes("-");
    return await runCommand(line, parsed, canAsk);
  } catch (error) {
    if (error instanceof HelpAsked) return runHelp(world);
    return reportError(world, error, { ...globals, json });
  }
}

async function tellNote(world: World, note: string, globals: Partial<Globals>): Promise<void> {
  const paint = await stderrPaint(world, globals.color ?? "auto");
  await tell(world.stderr, warningText(note, paint));
}

/** There is one stdin: a second `-` would silently get nothing. */
function readOnce(stdin: Input): Input {
  let isRead = false;
  return {
    get isTTY() {
      return stdin.isTTY;
    },
    read: () => {
      if (isRead) throw new DomainError("invalid-usage", "stdin can be read once, and `-` was given twice");
      isRead = true;
      return stdin.read();
    },
  };
}

/** Whether the words ask for JSON: wanted even where they cannot be parsed. */
function asksForJson(argv: readonly string[]): boolean {
  return argv.some(
    (word, i) =>
      /^(--output=|-[yq]*o=?)json$/i.test(word) ||
      (/^(-[yq]*o|--output)$/.test(word) && argv[i + 1]?.toLowerCase() === "json"),
  );
}

/** `completion` is no command: it touches no store, and mirrors no cmdlet. */
async function runCompletion(world: World): Promise<ExitCode> {
  if (world.argv.slice(1).some((word) => /^(-h|--help)$/.test(word)) && world.argv[1] !== "--for")
    throw new HelpAsked();
  const { completionText } = await import("./completion.ts");
  await print(world.stdout, await completionText(world));
  return exitCode.done;
}

async function runHelp(world: World): Promise<ExitCode> {
  try {
    const { helpText } = await import("./help.ts");
    await print(world.stdout, await helpText(world));
    return exitCode.done;
  } catch (error) {
    return reportError(world, error, { json: asksForJson(world.argv) });
  }
}

/** Runs a line; at a terminal, a person is asked for what it lacks. */
async function runCommand(line: CommandLine, parsed: Parsed, canAsk: boolean): Promise<ExitCode> {
  try {
    return await runSession(await openSession(line, parsed));
  } catch (error) {
    if (!canAsk || !isAskable(error)) throw error;
    const { askAndRun } = await import("./ask.ts");
    return askAndRun(line, error);
  }
}
