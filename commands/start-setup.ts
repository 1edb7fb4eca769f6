import { defineCommand } from "../src/cli/command.ts";
import { runSteps } from "../src/core/steps.ts";
import { linesView, reported } from "../src/output/steps-view.ts";

export default defineCommand({
  summary: "set a deployment up, asked step by step: pool, directory, policy, category, rooms",
  group: "store",
  examples: [
    {
      line: "pchat start-setup",
      does: "begin with what test-deployment says is missing; only at a terminal",
      exitCode: 6,
    },
  ],
  notes: [
    "Each step shows the command lines that it will run, and can be skipped. Nothing is kept before the end: then all lines are run as one change, and can be saved as a script for invoke-script, or as a manifest for apply-environment. Entered again, it begins where something is missing.",
    "Scripts do the same with the commands themselves, or with invoke-script.",
  ],
  prepare: (_, { askForSetup }) => askForSetup(),
  write: (draft, _, steps) => reported(runSteps(draft, steps, { continueOnError: false }), linesView),
  view: linesView,
  rolesByStep: true,
  alone: true,
});
