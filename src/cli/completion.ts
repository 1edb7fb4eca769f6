import { DomainError } from "../core/errors.ts";
import { fold } from "../core/text.ts";
import { quoteWord } from "../output/shell-words.ts";
import type { AnyCommand, ArgumentSpec, Named, OptionSpec, OptionSpecs } from "./command.ts";
import { commandName } from "./command-name.ts";
import { completionScript, completionShells } from "./completion-scripts.ts";
import type { NamedThing, World } from "./context.ts";
import { namedByOption, namedByWords } from "./named.ts";
import { allOptions, canonicalName } from "./parse.ts";
import { continuation, readShellLine } from "./shell-line.ts";
import { topics } from "./topics.ts";

/** A word that can stand at the cursor, and what it is. */
interface Candidate {
  readonly word: string;
  readonly is: string;
}

/** More are no help, and shells draw them slowly. */
const mostCandidates = 200;

/**
 * `pchat completion <shell>`: the script that teaches a shell to complete pchat's words, or, called by such a script
 * with `--for`, what can stand at the cursor, a line each. Throws `invalid-usage`.
 */
export async function completionText(world: World): Promise<string> {
  const [, first, ...rest] = world.argv;
  if (first === "--for") return answer(world, rest);
  const script = completionScript(first ?? "");
  if (script !== undefined && rest.length === 0) return script;
  throw new DomainError("invalid-usage", "`completion` takes the name of a shell", {
    hint: {
      say: `one of ${completionShells.join(", ")}; how to install it is in`,
      commands: [["help", "completion"]],
    },
  });
}

/** What can stand at the cursor, in the form that the shell's script expects. Whatever goes wrong, nothing can. */
async function answer(world: World, [shell, ...words]: readonly string[]): Promise<string> {
  if (shell === "bash") {
    const [line = "", breaks = ""] = words;
    const read = readShellLine(line, breaks);
    const found = await candidates(world, read.words.slice(1), read.current);
    return lines(found.map(({ word }) => continuation(word.slice(read.kept), read)));
  }
  // Old PowerShells drop an empty word on the way to a program, so the last has a colon in front.
  const [current = "", ...before] = words;
  const found = await candidates(world, before, current.slice(1));
  return lines(
    found.map(({ word, is }) => `${shell === "powershell" ? quoteWord(word, "powershell") : word}\t${is}`),
  );
}

const lines = (texts: readonly string[]): string =>
  texts.map((text) => `${text.replaceAll("\n", " ")}\n`).join("");

async function candidates(
  world: World,
  words: readonly string[],
  current: string,
): Promise<readonly Candidate[]> {
  const found = await possible(world, words, current).catch(() => []);
  const wanted = fold(current);
  const matching = found.filter(({ word }) => fold(word.slice(0, current.length)) === wanted);
  const sorted = matching.sort((a, b) => (a.word < b.word ? -1 : 1));
  // The last one stays, so that what all have in common is what it would be of all.
  return sorted.length <= mostCandidates ? sorted : [...sorted.slice(0, mostCandidates - 1), sorted.at(-1)!];
}

async function possible(world: World, words: readonly string[], current: string): Promise<Candidate[]> {
  const [first, ...rest] = words;
  if (first === undefined) return commandCandidates(world);
  if (first === "completion") return completionShells.map((word) => ({ word, is: "shell" }));
  if (first === "help") {
    const named = topics.map(({ name }) => ({ word: name, is: "topic" }));
    return [...named, ...(await commandCandidates(world))];
  }
  const name = await commandName(world, first);
  const definition = (await world.commands.load(name)) as AnyCommand;
  return wordCandidates(world, name, definition, rest, current);
}

async function commandCandidates(world: World): Promise<Candidate[]> {
  const commands = await Promise.all(
    world.commands.names.map(async (name) => ({
      word: name,
      is: ((await world.commands.load(name)) as AnyCommand).summary,
    })),
  );
  return [...commands, { word: "help", is: "help on a topic or a command" }];
}

async function wordCandidates(
  world: World,
  name: string,
  definition: AnyCommand,
  words: readonly string[],
  current: string,
): Promise<Candidate[]> {
  const specs = allOptions(definition);
  const store = storeOf(world, specs, words);
  const isPlain = words.includes("--");
  const waiting = isPlain ? undefined : optionAt(specs, words.at(-1) ?? "");
  if (waiting !== undefined) return valueCandidates(world, store, waiting, specs, current);
  const [, option, start] = /^(--[a-z-]+)=(.*)$/s.exec(current) ?? [];
  if (!isPlain && option !== undefined && start !== undefined) {
    const key = optionAt(specs, option);
    const values = key === undefined ? [] : await valueCandidates(world, store, key, specs, start);
    return values.map(({ word, is }) => ({ word: `${option}=${word}`, is }));
  }
  if (!isPlain && current.startsWith("-")) return optionCandidates(specs, words);
  const argument: ArgumentSpec | undefined = definition.argument;
  return argument === undefined ? [] : namedCandidates(world, store, namedByWords(name, argument), current);
}

/** The option that waits for its value after this word. */
function optionAt(specs: OptionSpecs, word: string): string | undefined {
  const key = word === "-o" ? "output" : word.startsWith("--") ? canonicalName(specs, word.slice(2)) : "";
  const spec = Object.hasOwn(specs, key) ? specs[key] : undefined;
  return spec === undefined || spec.kind === "switch" ? undefined : key;
}

function optionCandidates(specs: OptionSpecs, words: readonly string[]): Candidate[] {
  return Object.entries(specs)
    .filter(([key, spec]) => spec.kind === "list" || !words.includes(`--${key}`))
    .map(([key, spec]) => ({ word: `--${key}`, is: spec.meaning }));
}

async function valueCandidates(
  world: World,
  store: string,
  key: string,
  specs: OptionSpecs,
  typed: string,
): Promise<Candidate[]> {
  const spec = specs[key] as OptionSpec<unknown>;
  if (spec.choices !== undefined) return spec.choices.map((word) => ({ word, is: spec.meaning }));
  return namedCandidates(world, store, namedByOption(key, spec), typed);
}

const storeOf = (world: World, specs: OptionSpecs, words: readonly string[]): string => {
  const at = words.findIndex((word) => optionAt(specs, word) === "store");
  return words[at + 1] !== undefined && at >= 0 ? words[at + 1]! : world.env["PCHAT_STORE"] || "pchat.json";
};

async function namedCandidates(
  world: World,
  store: string,
  named: Named | undefined,
  typed: string,
): Promise<Candidate[]> {
  if (named === undefined) return [];
  const things = await world.namesIn(store, named === "user-policy" ? "policies" : named, typed);
  return named === "principal" || named === "user" ? principals(things) : objects(things);
}

/** Bare names where they are unique, and full identities for those who begin with the pool. */
function objects(things: readonly NamedThing[]): Candidate[] {
  const bare = things.map(({ word }) => word.slice(word.indexOf("\\") + 1));
  const counts = new Map<string, number>();
  for (const name of bare) counts.set(fold(name), (counts.get(fold(name)) ?? 0) + 1);
  return things.flatMap(({ word, is }, index) => {
    const name = bare[index]!;
    const full = { word, is };
    return name === word ? [full] : counts.get(fold(name)) === 1 ? [{ word: name, is }, full] : [full];
  });
}

/** By the name that people know where only one has it, and by address. */
function principals(things: readonly NamedThing[]): Candidate[] {
  const counts = new Map<string, number>();
  for (const { is } of things) counts.set(fold(is), (counts.get(fold(is)) ?? 0) + 1);
  return things.flatMap(({ word, is }) =>
    counts.get(fold(is)) === 1
      ? [
          { word: is, is: word },
          { word, is },
        ]
      : [{ word, is }],
  );
}
