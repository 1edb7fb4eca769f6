import { DomainError } from "../core/errors.ts";
import type { AnyCommand, CommandInput, OptionSpecs } from "./command.ts";
import { commandName } from "./command-name.ts";
import type { Input, World } from "./context.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { globalsFrom } from "./globals.ts";
import { allOptions, HelpAsked, ownOptions, type Parsed, parseArguments } from "./parse.ts";
import { patchFrom, propertyBindings } from "./property-options.ts";
import { runRead, runService } from "./run-read.ts";
import { runWrite } from "./run-write.ts";
import { print, readLines, reportError, type Session, stderrPaint } from "./session.ts";

/** Runs one command line. Returns its exit code; never throws, never exits, writes only to the world's streams. */
export async function run(outside: World): Promise<ExitCode> {
  const world = { ...outside, stdin: readOnce(outside.stdin) };
  const json = asksForJson(world.argv);
  let session: Session | undefined;
  try {
    const first = world.argv[0];
    if (first === undefined || first === "help" || /^(-h|--help|-V|--version)$/.test(first))
      return await runHelp(world);
    const name = await commandName(world, first);
    const definition = (await world.commands.load(name)) as AnyCommand;
    const argv = world.argv.slice(1);
    session = await openSession(world, name, definition, parseArguments(name, definition, argv));
    return await runShape(session);
  } catch (error) {
    if (error instanceof HelpAsked) return runHelp(world);
    return reportError(world, error, { ...session?.globals, json });
  }
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

async function runHelp(world: World): Promise<ExitCode> {
  try {
    const { helpText } = await import("./help.ts");
    await print(world.stdout, await helpText(world));
    return exitCode.done;
  } catch (error) {
    return reportError(world, error, { json: asksForJson(world.argv) });
  }
}

async function openSession(
  world: World,
  name: string,
  definition: AnyCommand,
  { words, values }: Parsed,
): Promise<Session> {
  const globals = globalsFrom(values, world.env);
  const bindings = definition.properties === undefined ? [] : propertyBindings(definition.properties);
  const patch = await patchFrom(bindings, values, (path) => readLines(world, path));
  const named = definition.argument?.stdin === true ? await withStdin(world, words) : words;
  const own = Object.keys(ownOptions(definition));
  const specs = allOptions(definition);
  const options = Object.fromEntries(
    own.map((key) => [
      key,
      values[key] ?? (specs[key]!.kind === "switch" ? false : specs[key]!.kind === "list" ? [] : undefined),
    ]),
  );
  const input = {
    words: named,
    all: words.length === 0,
    options,
    patch,
    pool: globals.pool,
    yes: globals.yes,
    force: globals.force,
  };
  definition.check?.(input);
  requireSomething(name, definition, patch, values);
  return {
    world,
    name,
    definition,
    globals,
    input: input as unknown as CommandInput<OptionSpecs, never>,
    paint: await stderrPaint(world, globals.color),
  };
}

/** `-` stands for identities from stdin, one a line. */
async function withStdin(world: World, words: readonly string[]): Promise<readonly string[]> {
  if (!words.includes("-")) return words;
  const lines = await readLines(world, "-");
  return words.flatMap((word) => (word === "-" ? lines : [word]));
}

/** A bare `set-room X` changes nothing, which cannot be what was meant. */
function requireSomething(
  name: string,
  definition: AnyCommand,
  patch: Readonly<Record<string, unknown>>,
  values: Readonly<Record<string, unknown>>,
): void {
  const { properties } = definition;
  if (properties?.on !== "set" || Object.keys(patch).length > 0) return;
  if (properties.orOptions?.some((option: string) => values[option] !== undefined)) return;
  throw new DomainError("nothing-to-change", `\`${name}\` was not told what to change`, {
    hint: { say: "name what should change; see the options with", commands: [[name, "--help"]] },
  });
}

function runShape(session: Session): Promise<ExitCode> {
  const { definition } = session;
  if ("write" in definition) return runWrite(session, definition);
  if ("read" in definition) return runRead(session, definition);
  return runService(session, definition);
}
