import { defineCommand, flag, oneWord } from "../src/cli/command.ts";
import { runSteps, type Step } from "../src/core/steps.ts";
import { linesView, reported } from "../src/output/steps-view.ts";

export default defineCommand({
  summary: "run a file of command lines as one change",
  group: "bulk",
  argument: oneWord("file", "command lines, one a line; - reads them from stdin"),
  options: {
    "continue-on-error": flag("leave out the lines that fail, keep the others, and end with exit code 7"),
  },
  examples: [
    {
      line: "pchat invoke-script fixtures/rooms.pchat --what-if",
      does: "what a script would do, and to whom",
    },
    { line: "pchat invoke-script fixtures/rooms.pchat", does: "all of it, or nothing" },
  ],
  notes: [
    "Lines are split as a POSIX shell does: single quotes, double quotes, backslashes, a backslash at the end for a line that goes on, and # for comments; pchat may lead. $" +
      "{NAME} is the value of an environment variable, always one word; one that is not set is an error. Pipes, redirections, several commands on a line and everything else of a shell are refused.",
    "All lines are one change with one entry in the history: each sees what those before it did, and the first look at the consequences for people is at the whole. If a line fails nothing is kept, and all that fail are reported, each with its number; --continue-on-error leaves them out. There is one question for everything that must be asked, and --yes answers it; --yes on a line answers for that line.",
    "A line may have --pool, --as, --yes and --force of its own; what holds for the whole (--store, --what-if, --reason, --output …) is given to invoke-script. Commands that only read, or work on the store itself, are not for scripts: run them before or after.",
  ],
  prepare: async ({ words: [file] }, { progress, readScript, readStep }) => {
    const name = file === "-" ? "stdin" : file!;
    const lines = [...(await readScript(file!))];
    const steps: Step[] = [];
    for (const { line, ...read } of progress.over(`reading ${name}`, lines)) {
      const at = { place: `${name}:${line}`, line };
      steps.push("words" in read ? await readStep(read.words, at) : failing(read.error, at));
    }
    return { name, isEmpty: steps.length === 0, steps: progress.over(`running ${name}`, steps) };
  },
  write: (draft, { options }, { name, isEmpty, steps }) => {
    const outcome = runSteps(draft, steps, { continueOnError: options["continue-on-error"] });
    const text = `\`${name}\` has no command lines, so there was nothing to do`;
    return reported(isEmpty ? { ...outcome, warnings: [{ code: "notice", text }] } : outcome, linesView);
  },
  view: linesView,
  rolesByStep: true,
  alone: true,
});

const failing = (error: Error, at: Pick<Step, "place" | "line">): Step => ({
  ...at,
  run: () => {
    throw error;
  },
});
