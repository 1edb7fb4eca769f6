import {
  checkCsvOptions,
  csvFile,
  csvNotes,
  csvOptions,
  csvOutputs,
  defineCommand,
  readRows,
  removeIneligible,
  strict,
} from "../src/cli/command.ts";
import { importCategories } from "../src/core/import-objects.ts";
import { leavingFailed } from "../src/output/failed-rows.ts";
import { storedView } from "../src/output/object-view.ts";
import { reported, rowsView } from "../src/output/steps-view.ts";

const derived = storedView("categories").view.columns.map(({ name }) => name);

export default defineCommand({
  summary: "create and change categories by a CSV file, such as get-category -o csv writes",
  group: "bulk",
  argument: csvFile,
  options: { ...csvOptions, "remove-ineligible": removeIneligible, strict },
  examples: [
    {
      line: "pchat import-category fixtures/categories.csv",
      does: "create and change the categories of a file",
    },
    {
      line: "pchat get-category -o csv | pchat import-category -",
      does: "what output says changes nothing; edit it in between",
    },
  ],
  notes: [
    "The columns are those of get-category -o csv, in any order; identity or name is needed. A category that identity names gets the name of name.",
    ...csvNotes,
  ],
  check: checkCsvOptions,
  outputs: csvOutputs,
  prepare: ({ words }, preparation) => readRows(words[0]!, preparation),
  write: (draft, { pool, options }, { table, watch }) => {
    const outcome = importCategories(draft, table, {
      pool,
      strict: options.strict,
      removeIneligible: options["remove-ineligible"],
      continueOnError: options["continue-on-error"],
      derived,
      watch,
    });
    return leavingFailed(reported(outcome, rowsView), table, options.failed);
  },
  view: rowsView,
  rolesByStep: true,
});
