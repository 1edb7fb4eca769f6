import type { Entry } from "../core/directory.ts";
import { isPerUser } from "../core/policy.ts";
import { resolvePrincipal, runnableWord } from "../core/principal.ts";
import { checkName } from "../core/property.ts";
import type { State } from "../core/state.ts";
import { withIdentities, withOptions } from "../output/shell-words.ts";
import { type Askable, isAskable } from "./askable.ts";
import { type Asking, faultIn, startAsking, tellEquivalent } from "./asking.ts";
import { objectFinder, principalFinder } from "./choices.ts";
import type { Named, OptionSpec } from "./command.ts";
import type { ExitCode } from "./exit-code.ts";
import { editPrincipals } from "./list-editor.ts";
import { namedByOption, namedByWords } from "./named.ts";
import { allOptions } from "./parse.ts";
import { optionWords } from "./property-options.ts";
import { openSession, runSession } from "./run-line.ts";
import { type CommandLine, tellLine } from "./session.ts";

/** Asks for what a line lacks, runs it then, and tells the line that would have done the same without a question. */
export async function askAndRun(first: CommandLine, reason: Askable): Promise<ExitCode> {
  const asking = await startAsking(first);
  let { line } = asking;
  let fault: Askable = reason;
  for (;;) {
    if (fault.code === "nothing-to-change") {
      const { runForm } = await import("./form.ts");
      return runForm({ ...asking, line });
    }
    line = { ...line, argv: await answered({ ...asking, line }, fault) };
    try {
      const code = await runSession(await openSession(line));
      await tellEquivalent(asking, line);
      return code;
    } catch (error) {
      if (!isAskable(error)) throw error;
      fault = error;
    }
  }
}

/** The words of the line with answers to what it lacks. */
async function answered(asking: Asking, fault: Askable): Promise<readonly string[]> {
  const { argv } = asking.line;
  const { pools, missing = [] } = fault.details;
  if (pools !== undefined) {
    const choices = pools.map((pool) => ({ value: pool, name: pool }));
    return withOptions(argv, ["--pool", await asking.prompts.choose("pool", choices)]);
  }
  let words = argv;
  for (const what of missing) {
    words = what.startsWith("--")
      ? withOptions(words, await optionAnswer(asking, what.slice(2), fault))
      : withIdentities(words, await wordAnswers(asking, fault));
  }
  return words;
}

async function optionAnswer(asking: Asking, key: string, fault: Askable): Promise<string[]> {
  const { name, definition } = asking.line;
  const spec = allOptions(definition)[key] as OptionSpec<unknown>;
  const named = namedByOption(key, spec);
  const message = `${key.replaceAll("-", " ")} (${spec.meaning})`;
  if (named !== undefined) return optionWords(key, await nameAnswer(asking, message, named, fault));
  const choices = spec.choices?.map((choice) => ({ value: choice, name: choice }));
  if (choices !== undefined) return optionWords(key, await asking.prompts.choose(message, choices));
  const parse = spec.parse ?? required;
  const check = (word: string) => faultIn(() => parse(`\`--${key}\` of \`${name}\``, word));
  return optionWords(key, await asking.prompts.text(message, { check }));
}

async function wordAnswers(asking: Asking, fault: Askable): Promise<readonly string[]> {
  const { name, definition } = asking.line;
  const argument = definition.argument!;
  const named = namedByWords(name, argument);
  const message = argument.meaning.replace(/; - reads .*$/, "");
  if (named === "user" && argument.maximum > 1) return usersAnswer(asking);
  if (named !== undefined) return [await nameAnswer(asking, message, named, fault)];
  const check = (word: string) => faultIn(() => required(`<${argument.name}>`, word));
  return [(await asking.prompts.text(message, { check })).trim()];
}

const required = (label: string, word: string): string =>
  checkName(label, {}, word.trim().replace("\\", "/"));

/** One name of what there is. Throws the refusal where there is nothing to choose from. */
async function nameAnswer(asking: Asking, message: string, named: Named, fault: Askable): Promise<string> {
  const state = await asking.state();
  if (named === "principal" || named === "user") return principalAnswer(asking, state, message, named);
  const find = await finderOf(asking, state, named);
  if (find.count === 0) throw fault;
  return asking.prompts.search(message, find);
}

function finderOf({ columns }: Asking, state: State, named: Exclude<Named, "principal" | "user">) {
  return named === "user-policy"
    ? objectFinder(state, "policies", columns, ({ identity }) => isPerUser(identity))
    : objectFinder(state, named, columns);
}

async function principalAnswer(
  asking: Asking,
  state: State,
  message: string,
  named: "principal" | "user",
): Promise<string> {
  const { directory } = state;
  const use = named === "user" ? "user" : "any";
  const check = (word: string) => faultIn(() => resolvePrincipal(state, word, use));
  if (directory === undefined) return asking.prompts.text(message, { check });
  const find = await principalFinder(directory, asking.columns, isOf(named), markSip);
  return runnableWord(await asking.prompts.search(message, find));
}

const isOf =
  (named: "principal" | "user") =>
  (entry: Entry): boolean =>
    named === "principal" || entry.kind === "user";

/** Why an entry of the directory can take no part, for a list. */
const markSip = (entry: Entry): string | undefined =>
  entry.kind === "user" && !entry.sipEnabled ? "not enabled for SIP" : undefined;

async function usersAnswer(asking: Asking): Promise<readonly string[]> {
  for (;;) {
    const users = await editPrincipals(asking, await asking.state(), {
      title: "users",
      list: [],
      use: "user",
    });
    if (users.length > 0) return users;
    await tellLine(asking.line, "nobody was chosen: add somebody, or leave with Ctrl-C");
  }
}
