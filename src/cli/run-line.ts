import { DomainError } from "../core/errors.ts";
import { kebabCase, shownName } from "../core/property.ts";
import type { AnyCommand, CommandInput, OptionSpecs } from "./command.ts";
import type { World } from "./context.ts";
import type { ExitCode } from "./exit-code.ts";
import { globalsFrom } from "./globals.ts";
import { allOptions, ownOptions, type Parsed, parseArguments, requireGiven } from "./parse.ts";
import { type PropertyBinding, patchFrom, propertyBindings } from "./property-options.ts";
import { runRead, runService } from "./run-read.ts";
import { runWrite } from "./run-write.ts";
import { readLines, type Session, stderrPaint } from "./session.ts";

/** One command line: a command, and the words after its name. */
export interface CommandLine {
  readonly world: World;
  readonly name: string;
  readonly definition: AnyCommand;
  readonly argv: readonly string[];
}

/** Everything that a line says, checked. Throws DomainErrors of kind usage, `nothing-to-change`, and HelpAsked. */
export async function openSession(line: CommandLine, given?: Parsed): Promise<Session> {
  const { name, definition, argv } = line;
  // The journal keeps the line that ran, answers to questions included.
  const world = { ...line.world, argv: [name, ...argv] };
  const parsed = given ?? parseArguments(name, definition, argv);
  const { words, values } = parsed;
  const globals = globalsFrom(values, world.env);
  const bindings = bindingsOf(definition);
  requireSomething(name, definition, bindings, values);
  requireGiven(name, definition, parsed);
  const patch = await patchFrom(bindings, values, (path) => readLines(world, path));
  const named = definition.argument?.stdin === true ? await withStdin(world, words) : words;
  const input = {
    words: named,
    all: words.length === 0,
    options: optionValues(definition, values),
    patch,
    pool: globals.pool,
    yes: globals.yes,
    force: globals.force,
  };
  definition.check?.(input as unknown as CommandInput<OptionSpecs, never>);
  return {
    world,
    name,
    definition,
    globals,
    input: input as unknown as CommandInput<OptionSpecs, never>,
    paint: await stderrPaint(world, globals.color),
  };
}

/** The properties that a command's options set. */
export const bindingsOf = ({ properties }: AnyCommand): PropertyBinding[] =>
  properties === undefined ? [] : propertyBindings(properties);

function optionValues(definition: AnyCommand, values: Readonly<Record<string, unknown>>): object {
  const specs = allOptions(definition);
  const empty = { switch: false, list: [], value: undefined };
  return Object.fromEntries(
    Object.keys(ownOptions(definition)).map((key) => [key, values[key] ?? empty[specs[key]!.kind]]),
  );
}

/** `-` stands for identities from stdin, one a line. */
async function withStdin(world: World, words: readonly string[]): Promise<readonly string[]> {
  if (!words.includes("-")) return words;
  const lines = await readLines(world, "-");
  return words.flatMap((word) => (word === "-" ? lines : [word]));
}

/** A bare `set-room X` changes nothing: at a terminal it shows a form, elsewhere it cannot be what was meant. */
function requireSomething(
  name: string,
  definition: AnyCommand,
  bindings: readonly PropertyBinding[],
  values: Readonly<Record<string, unknown>>,
): void {
  const { properties } = definition;
  if (properties?.on !== "set") return;
  const changing = [
    ...bindings.flatMap(({ options }) => Object.keys(options)),
    ...(properties.orOptions ?? []),
  ];
  if (changing.some((option) => option in values)) return;
  const flags = [
    ...bindings.map(({ key, property }) => `--${kebabCase(shownName(key, property))}`),
    ...(properties.orOptions ?? []).map((option: string) => `--${option}`),
  ];
  throw new DomainError("nothing-to-change", `\`${name}\` was not told what to change`, {
    hint: {
      say: `say it with ${flags.join(", ")}, or run it at a terminal, which asks; see all options with`,
      commands: [[name, "--help"]],
    },
    details: { flags },
  });
}

/** Runs a line whose session is open. */
export function runSession(session: Session): Promise<ExitCode> {
  const { definition } = session;
  if ("write" in definition) return runWrite(session, definition);
  if ("read" in definition) return runRead(session, definition);
  return runService(session, definition);
}
