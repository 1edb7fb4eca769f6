import { defineCommand, value, wordsOrAll } from "../src/cli/command.ts";
import { findNamed } from "../src/core/find-named.ts";
import { storedView } from "../src/output/object-view.ts";

const { rowOf, view } = storedView("addins");

export default defineCommand({
  summary: "list add-ins",
  group: "add-ins",
  cmdlet: "Get-CsPersistentChatAddin",
  argument: wordsOrAll("identity", "add-ins to show"),
  options: {
    filter: value("only those whose name matches, * and ? being wildcards", { placeholder: "pattern" }),
  },
  examples: [
    { line: "pchat get-addin", does: "all add-ins" },
    { line: "pchat get-addin Runbook -o json", does: "one add-in, for a script" },
  ],
  read: (state, { words, all, pool, options }) => ({
    view,
    rows: findNamed(state, "addins", all ? undefined : words, { pool, filter: options.filter }).map(
      (object) => rowOf(state, object),
    ),
  }),
});
