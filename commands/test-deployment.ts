import { choiceOf, defineCommand } from "../src/cli/command.ts";
import { exitCode } from "../src/cli/exit-code.ts";
import { checkDeployment, severities } from "../src/core/deployment-check.ts";
import { findingRow, findingView } from "../src/output/finding-view.ts";

export default defineCommand({
  summary: "check the whole deployment: what is missing or looks wrong, and what mends it",
  group: "access",
  options: {
    severity: choiceOf(severities, "only findings at least so severe (default note)"),
  },
  examples: [
    {
      line: "pchat test-deployment",
      does: "everything that is missing or looks wrong, with what mends it",
      exitCode: exitCode.verdict,
    },
    {
      line: "pchat test-deployment --severity error -o json",
      does: "what keeps people from using their rooms, for a script",
      exitCode: exitCode.verdict,
    },
  ],
  notes: [
    "Findings come in the order of setting up: topology, directory, policy, category, rooms, people. On a new store they are a to-do list. Ends with exit code 10 where there is an error, whatever --severity shows.",
  ],
  read: (state, { options }, _, { commandLine }) => {
    const shown = severities.slice(0, severities.indexOf(options.severity ?? "note") + 1);
    const findings = [...checkDeployment(state)];
    const errors = findings.filter(({ severity }) => severity === "error").length;
    const listed = findings.filter(({ severity }) => shown.includes(severity));
    return {
      view: findingView,
      rows: listed.map((finding) => findingRow(finding, commandLine)),
      hints: [
        {
          say: `${findings.length} ${findings.length === 1 ? "finding" : "findings"}, ${errors} of them ${errors === 1 ? "an error" : "errors"}`,
        },
      ],
      exitCode: errors > 0 ? exitCode.verdict : exitCode.done,
    };
  },
});
