import process from "node:process";
import { Interrupted, type Prompts } from "./context.ts";
import { exitCode } from "./exit-code.ts";

/** Questions at a terminal, by inquirer, which is loaded only here. They are asked on stderr. */
export async function loadPrompts(): Promise<Prompts> {
  const { default: inquirer } = await import("inquirer");
  const ask = inquirer.createPromptModule({ output: process.stderr });
  return {
    confirm: (message) =>
      orInterrupted(async () => {
        const { answer } = await ask([{ type: "confirm", name: "answer", message, default: false }]);
        return answer as boolean;
      }),
  };
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
