import { defineCommand, value, wordsOrAll } from "../src/cli/command.ts";
import { findNamed } from "../src/core/find-named.ts";
import { storedView } from "../src/output/object-view.ts";

const { rowOf, view } = storedView("pools");

export default defineCommand({
  summary: "list pools",
  group: "topology",
  cmdlet: "Get-CsService",
  argument: wordsOrAll("identity", "pools to show"),
  options: {
    filter: value("only those whose identity matches, * and ? being wildcards", { placeholder: "pattern" }),
  },
  examples: [{ line: "pchat get-pool", does: "all pools" }],
  read: (state, { words, all, pool, options }) => ({
    view,
    rows: findNamed(state, "pools", all ? undefined : words, { pool, filter: options.filter }).map((object) =>
      rowOf(state, object),
    ),
  }),
});
