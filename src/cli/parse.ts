import { Command, CommanderError, Option } from "commander";
import { DomainError } from "../core/errors.ts";
import type { AnyCommand, ArgumentSpec, OptionSpec, OptionSpecs } from "./command.ts";
import { globalOptions, type Shape, shortFlags } from "./globals.ts";
import { optionsOf, propertyBindings } from "./property-options.ts";

export interface Parsed {
  readonly words: readonly string[];
  /** Values of all options by their long name, parsed; absent where not given. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** Thrown where help was asked for in the place of running: not an error. */
export class HelpAsked extends Error {
  override readonly name = "HelpAsked";
}

export const shapeOf = (command: AnyCommand): Shape =>
  "write" in command ? "write" : "read" in command ? "read" : "service";

/** The options that only this command has. */
export function ownOptions(command: AnyCommand): OptionSpecs {
  const properties = command.properties === undefined ? {} : optionsOf(propertyBindings(command.properties));
  return { ...properties, ...(command.options as OptionSpecs | undefined) };
}

/** All options of a command, its own first. */
export function allOptions(command: AnyCommand): OptionSpecs {
  return { ...globalOptions(shapeOf(command)), ...ownOptions(command) };
}

/** Whether a command needs this option. */
type IsNeeded = (name: string, spec: OptionSpecs[string]) => boolean;
const all: IsNeeded = () => true;

/**
 * A commander command for a definition, with the options that are needed. It prints nothing itself and never exits:
 * it throws CommanderError.
 */
export function buildCommander(name: string, definition: AnyCommand, isNeeded: IsNeeded = all): Command {
  const command = new Command(`pchat ${name}`);
  command.exitOverride();
  // Refused by refuseExcess, which names them.
  command.allowExcessArguments(true);
  command.configureOutput({ writeOut: () => {}, writeErr: () => {} });
  command.description(definition.summary);
  command.allowExcessArguments(true);
  command.helpOption("-h, --help", "show this help");
  const argument: ArgumentSpec | undefined = definition.argument;
  if (argument !== undefined && argument.maximum > 0) {
    command.argument(argumentSyntax(argument), argument.meaning);
  }
  const own = ownOptions(definition);
  const shared = without(globalOptions(shapeOf(definition)), own);
  addOptions(command, needed(own, isNeeded), "Options:");
  addOptions(command, needed(shared, isNeeded), "Options of every command:");
  return command;
}

const needed = (options: OptionSpecs, isNeeded: IsNeeded): OptionSpecs =>
  Object.fromEntries(Object.entries(options).filter(([name, spec]) => isNeeded(name, spec)));

/** The options that these words can hold: making all of fifty takes longer than parsing a line. */
function heldBy(argv: readonly string[]): IsNeeded {
  const long = new Set(
    argv.filter((word) => word.startsWith("--")).map((word) => word.slice(2).replace(/=.*$/s, "")),
  );
  const hasShort = argv.some((word) => /^-[^-]/.test(word));
  return (name, { aliases = [] }) =>
    (hasShort && name in shortFlags) || [name, ...aliases].some((spelling) => long.has(spelling));
}

const without = (options: OptionSpecs, others: OptionSpecs): OptionSpecs =>
  Object.fromEntries(Object.entries(options).filter(([key]) => !(key in others)));

function argumentSyntax({ name, minimum, maximum }: ArgumentSpec): string {
  const many = maximum > 1 ? "..." : "";
  return minimum > 0 ? `<${name}${many}>` : `[${name}${many}]`;
}

function addOptions(command: Command, options: OptionSpecs, heading: string): void {
  for (const [name, spec] of Object.entries(options)) {
    for (const spelling of [name, ...(spec.aliases ?? [])]) {
      const option = new Option(
        syntaxOf(spelling, spec, spelling === name),
        describe(spec as OptionSpec<unknown>),
      );
      option.helpGroup(heading);
      command.addOption(spelling === name && spec.isHidden !== true ? option : option.hideHelp());
    }
  }
}

function syntaxOf(name: string, spec: OptionSpec<never> | OptionSpec<unknown>, isCanonical: boolean): string {
  const short = isCanonical ? shortFlags[name] : undefined;
  const long = `${short === undefined ? "" : `-${short}, `}--${name}`;
  return spec.kind === "switch" ? long : `${long} <${spec.placeholder ?? "value"}>`;
}

function describe(spec: OptionSpec<unknown>): string {
  const required = spec.required === true ? " (required)" : "";
  const repeat = spec.kind === "list" ? " (repeat for more)" : "";
  const env = spec.env === undefined ? "" : ` [${spec.env}]`;
  return `${spec.meaning}${repeat}${required}${env}`;
}

/** Parses the words after a command's name; see `createParser`. */
export function parseArguments(name: string, definition: AnyCommand, argv: readonly string[]): Parsed {
  return createParser(name, definition, heldBy(argv))(argv);
}

/**
 * A parser for one command's lines, made once for many of them. Commander splits the words; types, limits, repetition
 * and contradictions are checked here, but not whether everything required is there (`requireGiven`). Parsing throws
 * `HelpAsked`, or DomainErrors of kind usage.
 */
export function createParser(
  name: string,
  definition: AnyCommand,
  isNeeded: IsNeeded = all,
): (argv: readonly string[]) => Parsed {
  const specs = allOptions(definition);
  let taken = new Map<string, unknown>();
  const command = buildCommander(name, definition, isNeeded);
  // Whatever is missing is found all at once, by requireGiven.
  for (const argument of command.registeredArguments) argument.required = false;
  for (const option of command.options) {
    const key = canonicalName(specs, option.long?.slice(2) ?? "");
    const spec = specs[key];
    if (spec === undefined) continue;
    command.on(`option:${option.name()}`, (word: string | null) =>
      take(taken, key, spec as OptionSpec<unknown>, word),
    );
  }
  return (argv) => {
    refuseSwallowedOptions(specs, argv);
    taken = new Map();
    try {
      command.parse([...argv], { from: "user" });
    } catch (error) {
      throw error instanceof CommanderError ? fromCommander(name, definition, error) : error;
    }
    const words = command.args;
    refuseExcess(name, definition.argument, words);
    return { words, values: Object.fromEntries(taken) };
  };
}

/** The name of an option, whichever of its spellings is given. */
export function canonicalName(specs: OptionSpecs, spelling: string): string {
  if (Object.hasOwn(specs, spelling)) return spelling;
  return Object.keys(specs).find((name) => specs[name]!.aliases?.includes(spelling)) ?? spelling;
}

function take(
  taken: Map<string, unknown>,
  key: string,
  spec: OptionSpec<unknown>,
  word: string | null,
): void {
  if (spec.kind === "switch") {
    taken.set(key, true);
    return;
  }
  const parsed = spec.parse === undefined ? word! : spec.parse(`\`--${key}\``, word!);
  if (spec.kind === "list") {
    const entries = taken.get(key) as unknown[] | undefined;
    if (entries === undefined) taken.set(key, [parsed]);
    else entries.push(parsed);
    return;
  }
  if (taken.has(key)) {
    throw new DomainError("invalid-usage", `\`--${key}\` was given twice`, {
      hint: { say: "it takes one value; give it once" },
    });
  }
  taken.set(key, parsed);
}

/** `--description --force`: an option took another option for its value. */
function refuseSwallowedOptions(specs: OptionSpecs, argv: readonly string[]): void {
  for (let i = 0; i < argv.length && argv[i] !== "--"; i++) {
    const key = canonicalName(specs, longName(argv[i]!));
    const spec = specs[key];
    if (spec === undefined || spec.kind === "switch" || argv[i]!.includes("=")) continue;
    const next = argv[++i];
    if (next !== undefined && isOption(specs, next)) {
      throw new DomainError("missing-value", `\`--${key}\` takes a value, and \`${next}\` is an option`, {
        hint: { say: missingValueHint(key, spec, next) },
      });
    }
  }
}

/** Whether a word is one of the options, with a value behind an equals sign or not. */
function isOption(specs: OptionSpecs, word: string): boolean {
  const name = longName(word.replace(/=.*$/s, ""));
  return word === "-h" || name === "help" || Object.hasOwn(specs, canonicalName(specs, name));
}

/** The long name of `--name`, or of a short flag such as `-o`. */
function longName(word: string): string {
  if (word.startsWith("--")) return word.slice(2);
  return Object.keys(shortFlags).find((name) => word === `-${shortFlags[name]}`) ?? "";
}

function missingValueHint(key: string, spec: { readonly placeholder?: string }, next?: string): string {
  if (spec.placeholder === "true|false") {
    return `write --${key} true or --${key} false; an unquoted $false is nothing at all in bash`;
  }
  return next === undefined
    ? `write --${key} <${spec.placeholder ?? "value"}>`
    : `write --${key}=${next} if that is meant`;
}

function fromCommander(name: string, definition: AnyCommand, error: CommanderError): Error {
  if (error.code === "commander.helpDisplayed" || error.code === "commander.help") return new HelpAsked();
  const help = { say: "see how it is used", commands: [[name, "--help"]] };
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? "";
  if (error.code === "commander.unknownOption") return unknownOption(name, definition, quoted);
  if (error.code === "commander.optionMissingArgument") {
    const key = /--([a-z0-9-]+)/.exec(quoted)?.[1] ?? quoted;
    const spec = allOptions(definition)[key] ?? {};
    return new DomainError("missing-value", `\`--${key}\` takes a value`, {
      hint: { say: missingValueHint(key, spec) },
    });
  }
  const message = error.message.replace(/^error: /, "").replaceAll("'", "`");
  return new DomainError("invalid-usage", message, { hint: help });
}

function unknownOption(name: string, definition: AnyCommand, option: string): DomainError {
  const among = (): string[] => Object.keys(allOptions(definition)).map((known) => `--${known}`);
  return new DomainError("unknown-option", `\`${name}\` has no option \`${option}\``, {
    hint: { say: "see its options", commands: [[name, "--help"]] },
    unknown: { word: option, among },
    details: { option },
  });
}

const numberWords = ["no", "one", "two", "three"];

function missingWords(name: string, definition: AnyCommand): DomainError {
  const argument: ArgumentSpec = definition.argument!;
  const { minimum, maximum } = argument;
  const some = minimum > 1 ? (numberWords[minimum] ?? minimum) : maximum > 1 ? "at least one" : "a";
  return new DomainError("missing-value", `\`${name}\` needs ${some} <${argument.name}>`, {
    hint: { say: `${argument.name}: ${argument.meaning}; see`, commands: [[name, "--help"]] },
    details: { missing: [argument.name] },
  });
}

function refuseExcess(name: string, argument: ArgumentSpec | undefined, words: readonly string[]): void {
  const maximum = argument?.maximum ?? 0;
  if (words.length <= maximum) return;
  const extra = words.slice(maximum).map((word) => `\`${word}\``);
  throw new DomainError("invalid-usage", `\`${name}\` does not take ${extra.join(" ")}`, {
    hint: {
      say: "quote words that belong together, and options take one value each; see",
      commands: [[name, "--help"]],
    },
  });
}

/** The options that a command needs. */
export const requiredOptions = (definition: AnyCommand): readonly string[] =>
  Object.entries(ownOptions(definition)).flatMap(([key, spec]) => (spec.required === true ? [key] : []));

/** Throws `missing-value` where a word or an option (of `requiredOptions`) that the command needs was not given. */
export function requireGiven(
  name: string,
  definition: AnyCommand,
  required: readonly string[],
  { words, values }: Parsed,
): void {
  if (definition.argument !== undefined && words.length < definition.argument.minimum) {
    throw missingWords(name, definition);
  }
  const missing = required.filter((key) => !(key in values)).map((key) => `--${key}`);
  if (missing.length === 0) return;
  throw new DomainError(
    "missing-value",
    `\`${name}\` needs ${missing.map((option) => `\`${option}\``).join(" and ")}`,
    {
      hint: { say: "see how it is used", commands: [[name, "--help"]] },
      details: { missing },
    },
  );
}
