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
import { importRooms } from "../src/core/import-objects.ts";
import { leavingFailed } from "../src/output/failed-rows.ts";
import { storedView } from "../src/output/object-view.ts";
import { reported, rowsView } from "../src/output/steps-view.ts";

const derived = storedView("rooms").view.columns.map(({ name }) => name);

export default defineCommand({
  summary: "create and change rooms by a CSV file, such as get-room -o csv writes",
  group: "bulk",
  argument: csvFile,
  options: { ...csvOptions, "remove-ineligible": removeIneligible, strict },
  examples: [
    {
      line: "pchat import-room fixtures/rooms.csv --what-if",
      does: "what a spreadsheet would change, and for whom",
    },
    {
      line: "pchat import-room fixtures/rooms.csv --continue-on-error --failed failed.csv",
      does: "keep the rows that are good, and have the others in a file for mending",
    },
    {
      line: "pchat get-room -o csv | pchat import-room -",
      does: "what output says changes nothing; edit it in between",
    },
  ],
  notes: [
    "The columns are those of get-room -o csv, in any order; identity or name is needed, and category for a new room. A room that identity names gets the name of name.",
    ...csvNotes,
  ],
  check: checkCsvOptions,
  outputs: csvOutputs,
  prepare: ({ words }, preparation) => readRows(words[0]!, preparation),
  write: (draft, { pool, options }, { table, watch }) => {
    const outcome = importRooms(draft, table, {
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
