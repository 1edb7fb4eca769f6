import process from "node:process";
import type { WriteStream } from "node:tty";
import { type Choice, Interrupted, type Prompts } from "./context.ts";
import { exitCode } from "./exit-code.ts";

/** Questions at a terminal, by inquirer, which is loaded only here. They are asked on stderr. */
export async function loadPrompts({ color }: { readonly color: boolean }): Promise<Prompts> {
  const { default: inquirer } = await import("inquirer");
  const output = color ? process.stderr : withoutColor(process.stderr);
  const module = inquirer.createPromptModule({ output });
  const ask = <T>(question: Parameters<typeof module>[0] & object): Promise<T> =>
    orInterrupted(async () => {
      const { answer } = (await module([{ ...question, name: "answer" }] as never)) as { answer: T };
      return answer;
    });
  return {
    confirm: async (message, typed) => {
      if (typed === undefined) return ask({ type: "confirm", message, default: false } as never);
      const word = await ask<string>({
        type: "input",
        message: `${message} Type ${typed} to go on, or nothing to leave:`,
        validate: (answer: string) =>
          answer === "" || answer.trim() === typed || `that is not ${typed}; nothing at all leaves`,
      } as never);
      return word.trim() === typed;
    },
    choose: (message, choices, initial) =>
      ask({ type: "select", message, choices: listed(choices), default: initial, pageSize: page() } as never),
    search: (message, find) =>
      ask({
        type: "search",
        message,
        source: (typed = "") => listed(find(typed)),
        pageSize: page(),
      } as never),
    tick: (message, choices) =>
      ask({ type: "checkbox", message, choices: listed(choices), loop: false, pageSize: page() } as never),
    text: async (message, { initial = "", check = () => undefined } = {}) => {
      let shown = "";
      let typed = "";
      await ask({
        type: "input",
        message,
        default: initial,
        prefill: "editable",
        transformer: (word: string) => {
          shown = word;
          return word;
        },
        // inquirer takes an emptied line for the initial text; what was on screen is what is meant.
        validate: () => {
          typed = shown;
          return check(typed) ?? true;
        },
      } as never);
      return typed;
    },
  };
}

const listed = <T>(choices: readonly Choice<T>[]) =>
  choices.map(({ value, name, short = name }) => ({ value, name, short }));

/** Lines of a list: as many as leave room for the question and its help. */
const page = (): number => Math.max(5, Math.min(16, (process.stderr.rows ?? 24) - 6));

/** The stream with colours and other styles left out: inquirer asks nobody whether they are wanted. */
function withoutColor(stream: WriteStream): WriteStream {
  const plain = Object.create(stream) as WriteStream;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences that select a style
  const style = /\u001b\[[0-9;]*m/g;
  plain.write = ((chunk: unknown, ...rest: never[]) =>
    stream.write(String(chunk).replace(style, ""), ...rest)) as WriteStream["write"];
  return plain;
}

/** Ctrl-C and a closed terminal end the run; inquirer reports both as an ExitPromptError. */
async function orInterrupted<T>(ask: () => Promise<T>): Promise<T> {
  const before = process.exitCode;
  // A terminal that is closed (Ctrl-D) leaves Node with nothing to wait for: it ends then and there, with this code.
  process.exitCode = exitCode.interrupted;
  try {
    const answer = await ask();
    process.exitCode = before;
    return answer;
  } catch (error) {
    if (error instanceof Error && error.name === "ExitPromptError") throw new Interrupted();
    throw error;
  }
}
