import { defineCommand, value, wordsOrAll } from "../src/cli/command.ts";
import { findNamed } from "../src/core/find-named.ts";
import { storedView } from "../src/output/object-view.ts";

const { rowOf, view } = storedView("sites");

export default defineCommand({
  summary: "list sites",
  group: "topology",
  cmdlet: "Get-CsSite",
  argument: wordsOrAll("identity", "sites to show"),
  options: {
    filter: value("only those whose identity matches, * and ? being wildcards", { placeholder: "pattern" }),
  },
  examples: [{ line: "pchat get-site", does: "all sites" }],
  read: (state, { words, all, pool, options }) => ({
    view,
    rows: findNamed(state, "sites", all ? undefined : words, { pool, filter: options.filter }).map((object) =>
      rowOf(state, object),
    ),
  }),
});
