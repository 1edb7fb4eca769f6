import { DomainError } from "../core/errors.ts";
import { kebabCase, shownName } from "../core/property.ts";
import type { AnyCommand, CommandInput, OptionSpecs } from "./command.ts";
import type { World } from "./context.ts";
import type { Globals } from "./globals.ts";
import { allOptions, ownOptions, type Parsed, requiredOptions, requireGiven } from "./parse.ts";
import { type PropertyBinding, patchFrom, propertyBindings } from "./property-options.ts";
import { readLines } from "./text-files.ts";

type InputReader = (
  world: World,
  parsed: Parsed,
  globals: Globals,
) => Promise<CommandInput<OptionSpecs, never>>;

/**
 * What a command is given by its parsed words: files that they name are read, `-` is stdin. Made once for many lines.
 * Reading throws `missing-value`, `invalid-usage`, `nothing-to-change`, and what reading a file throws.
 */
export function createInputReader(name: string, definition: AnyCommand): InputReader {
  const bindings = bindingsOf(definition);
  const required = requiredOptions(definition);
  const absent = absentValues(definition);
  return async (world, parsed, globals) => {
    const { words, values } = parsed;
    requireSomething(name, definition, bindings, values);
    requireGiven(name, definition, required, parsed);
    const patch = await patchFrom(bindings, values, (path) => readLines(world, path));
    const named = definition.argument?.stdin === true ? await withStdin(world, words) : words;
    const options = Object.fromEntries(absent.map(([key, value]) => [key, values[key] ?? value]));
    const input = {
      words: named,
      all: words.length === 0,
      options,
      patch,
      pool: globals.pool,
      yes: globals.yes,
      force: globals.force,
    } as unknown as CommandInput<OptionSpecs, never>;
    definition.check?.(input);
    return input;
  };
}

/** The properties that a command's options set. */
export const bindingsOf = ({ properties }: AnyCommand): PropertyBinding[] =>
  properties === undefined ? [] : propertyBindings(properties);

/** The value of each of a command's own options where it is not given. */
function absentValues(definition: AnyCommand): readonly (readonly [string, unknown])[] {
  const specs = allOptions(definition);
  const empty = { switch: false, list: [], value: undefined };
  return Object.keys(ownOptions(definition)).map((key) => [key, empty[specs[key]!.kind]]);
}

/** `-` stands for identities from stdin, one a line. */
async function withStdin(world: World, words: readonly string[]): Promise<readonly string[]> {
  if (!words.includes("-")) return words;
  const lines = await readLines(world, "-");
  if (isOtherOutput(lines)) {
    throw new DomainError("invalid-usage", "stdin holds a table or a document, not names, one a line", {
      hint: { say: "print names: put `-o name` on the command before the pipe" },
    });
  }
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
  const { orOptions = [] }: { readonly orOptions?: readonly string[] } = properties;
  const isChanging = (option: string): boolean => option in values;
  if (bindings.some(({ options }) => Object.keys(options).some(isChanging)) || orOptions.some(isChanging)) {
    return;
  }
  const flags = [
    ...bindings.map(({ key, property }) => `--${kebabCase(shownName(key, property))}`),
    ...orOptions.map((option) => `--${option}`),
  ];
  throw new DomainError("nothing-to-change", `\`${name}\` was not told what to change`, {
    hint: {
      say: `say it with ${flags.join(", ")}, or run it at a terminal, which asks; see all options with`,
      commands: [[name, "--help"]],
    },
    details: { flags },
  });
}

/** What a command prints without `-o name`: a table, JSON, or CSV. */
const isOtherOutput = ([first = "", second = ""]: readonly string[]): boolean =>
  /^─+( +─+)*$/.test(second) || /^[[{]/.test(first) || /^identity,/i.test(first);
