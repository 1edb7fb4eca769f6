import type { Directory, Entry } from "../core/directory.ts";
import { DomainError } from "../core/errors.ts";
import type { Category } from "../core/nouns/category.ts";
import { entryOf, resolvePrincipal, runnableWord } from "../core/principal.ts";
import { principalKey } from "../core/principal-word.ts";
import { scopeOf } from "../core/scope.ts";
import { requireInScope } from "../core/scope-rules.ts";
import type { State } from "../core/state.ts";
import { type Asking, faultIn, tellRefusal } from "./asking.ts";
import { type EntryMark, lineOf, principalFinder } from "./choices.ts";
import { fuzzyFinder } from "./fuzzy.ts";
import { tellLine } from "./session.ts";

export interface ListQuestion {
  readonly title: string;
  /** Stored principals. */
  readonly list: readonly string[];
  readonly use: "any" | "user";
  /** The category that must cover a new entry, and the list's name in a refusal. */
  readonly judges?: { readonly category: Category; readonly list: string } | undefined;
}

/** Up to so many entries, those to take off are ticked; beyond, they are searched. */
const mostTicked = 30;

/**
 * Lets a person add to and take off a list of principals. Whoever is out of scope is marked before being chosen, and
 * refused with the reason. Returns the list as it is then.
 */
export async function editPrincipals(
  asking: Asking,
  state: State,
  question: ListQuestion,
): Promise<readonly string[]> {
  const nameOf = (stored: string): string => displayNameOf(state.directory, stored);
  return edited(asking, { ...question, nameOf, add: (list) => added(asking, state, question, list) });
}

export interface WordsQuestion {
  readonly title: string;
  readonly list: readonly string[];
  /** What is wrong with a word. */
  readonly check: (word: string) => string | undefined;
}

/** Lets a person add to and take off a list of words. Returns the list as it is then. */
export function editWords(asking: Asking, { title, list, check }: WordsQuestion): Promise<readonly string[]> {
  const add = async (before: readonly string[]): Promise<readonly string[]> => {
    const word = await asking.prompts.text("which?", { check });
    return before.includes(word) ? before : [...before, word];
  };
  return edited(asking, { title, list, nameOf: (word) => word, add });
}

interface Editor {
  readonly title: string;
  readonly list: readonly string[];
  readonly nameOf: (entry: string) => string;
  add(list: readonly string[]): Promise<readonly string[]>;
}

async function edited(asking: Asking, editor: Editor): Promise<readonly string[]> {
  let { list } = editor;
  for (;;) {
    const next = await asking.prompts.choose(headline(asking, editor, list), [
      { value: "add", name: "add" },
      ...(list.length > 0 ? [{ value: "remove", name: "take off" } as const] : []),
      { value: "done", name: "done" },
    ] as const);
    if (next === "done") return list;
    list = next === "add" ? await editor.add(list) : await withoutSome(asking, editor, list);
  }
}

function headline({ columns }: Asking, { title, nameOf }: Editor, list: readonly string[]): string {
  const names = list.slice(0, 20).map(nameOf);
  return lineOf(
    list.length === 0 ? `${title}: none` : `${title} (${list.length}): ${names.join(", ")}`,
    columns,
  );
}

/** What people call a stored principal. */
export function displayNameOf(directory: Directory | undefined, stored: string): string {
  return (directory && entryOf(directory, stored)?.displayName) ?? stored;
}

async function added(
  asking: Asking,
  state: State,
  question: ListQuestion,
  list: readonly string[],
): Promise<readonly string[]> {
  const word = await chosenWord(asking, state, question, list);
  try {
    const { stored } = resolvePrincipal(state, word, question.use);
    if (list.some((entry) => principalKey(entry) === principalKey(stored))) {
      await tellLine(asking.line, `\`${stored}\` is there already`);
      return list;
    }
    if (question.judges !== undefined) {
      requireInScope(
        state,
        question.judges.category,
        [{ list: question.judges.list, principal: stored }],
        false,
      );
    }
    return [...list, stored];
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    await tellRefusal(asking, error);
    return list;
  }
}

async function chosenWord(
  asking: Asking,
  state: State,
  question: ListQuestion,
  list: readonly string[],
): Promise<string> {
  const { directory } = state;
  if (directory === undefined) return typedWord(asking, state, question);
  const isWanted = (entry: Entry): boolean => question.use === "any" || entry.kind === "user";
  const find = await principalFinder(directory, asking.columns, isWanted, markOf(state, question, list));
  return runnableWord(await asking.prompts.search("whom? (type to find)", find));
}

/** Nothing to search in: the word itself must tell. */
function typedWord({ prompts }: Asking, state: State, { use }: ListQuestion): Promise<string> {
  return prompts.text("whom? (SIP address, distinguished name or AD domain)", {
    check: (word) => faultIn(() => resolvePrincipal(state, word, use)),
  });
}

/** Why an entry may not be chosen. */
const markOf = (state: State, { judges }: ListQuestion, list: readonly string[]): EntryMark => {
  const there = new Set(list.map(principalKey));
  return (entry) => {
    if (there.has(principalKey(runnableWord(entry)))) return "there already";
    if (entry.kind === "user" && !entry.sipEnabled) return "not enabled for SIP";
    if (judges === undefined) return undefined;
    const { answer, denied } = scopeOf(state, runnableWord(entry), judges.category);
    if (answer !== "no") return undefined;
    return denied.answer === "yes" ? "out of scope: denied" : "out of scope: not allowed";
  };
};

async function withoutSome(
  { prompts, columns }: Asking,
  { nameOf }: Editor,
  list: readonly string[],
): Promise<readonly string[]> {
  const choices = list.map((stored) => {
    const name = nameOf(stored);
    return { value: stored, name: lineOf(name === stored ? stored : `${name} · ${stored}`, columns) };
  });
  if (list.length <= mostTicked) {
    const leaving = await prompts.tick("take off (space ticks, enter goes on)", choices);
    return list.filter((entry) => !leaving.includes(entry));
  }
  const find = await fuzzyFinder(choices.map(({ name }) => name));
  const leaving = await prompts.search("take off (type to find)", (typed) =>
    find(typed, mostTicked).map((index) => choices[index]!),
  );
  return list.filter((entry) => entry !== leaving);
}
