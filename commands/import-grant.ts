import {
  checkCsvOptions,
  csvFile,
  csvNotes,
  csvOptions,
  csvOutputs,
  defineCommand,
  readRows,
} from "../src/cli/command.ts";
import { importGrants } from "../src/core/import-objects.ts";
import { leavingFailed } from "../src/output/failed-rows.ts";
import { reported, rowsView } from "../src/output/steps-view.ts";
import { grantView, userView } from "../src/output/user-view.ts";

const derived = [...userView.columns, ...grantView.view.columns].map(({ name }) => name);

export default defineCommand({
  summary: "give users policies by a CSV file, such as get-user -o csv writes",
  group: "bulk",
  argument: csvFile,
  options: csvOptions,
  examples: [
    { line: "pchat import-grant fixtures/grants.csv", does: "give each user of a file its policy" },
    {
      line: "pchat get-user --fields identity,policy,policyFrom -o csv | pchat import-grant -",
      does: "what output says changes nothing; edit it in between",
    },
  ],
  notes: [
    "The columns user (or identity, or sipAddress) and policy are needed. An empty policy leaves what the user has, and $null takes it away, so that the site's or Global applies. In a file with policyFrom, as output writes it, a policy that applies by itself leaves the user alone.",
    ...csvNotes,
  ],
  check: checkCsvOptions,
  outputs: csvOutputs,
  prepare: ({ words }, preparation) => readRows(words[0]!, preparation),
  write: (draft, { pool, options }, { table, watch }) => {
    const continueOnError = options["continue-on-error"];
    const outcome = importGrants(draft, table, { pool, continueOnError, derived, watch });
    return leavingFailed(reported(outcome, rowsView), table, options.failed);
  },
  view: rowsView,
  rolesByStep: true,
});
