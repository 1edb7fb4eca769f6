import { defineCommand, value, wordsOrAll } from "../src/cli/command.ts";
import { findNamed } from "../src/core/find-named.ts";
import { storedView } from "../src/output/object-view.ts";

const { rowOf, view } = storedView("policies");

export default defineCommand({
  summary: "list policies",
  group: "policies",
  cmdlet: "Get-CsPersistentChatPolicy",
  argument: wordsOrAll("identity", "policies to show"),
  options: {
    filter: value("only those whose identity matches, * and ? being wildcards", { placeholder: "pattern" }),
  },
  examples: [
    { line: "pchat get-policy", does: "all policies" },
    { line: "pchat get-policy --filter 'site:*'", does: "site policies only" },
  ],
  read: (state, { words, all, pool, options }) => ({
    view,
    rows: findNamed(state, "policies", all ? undefined : words, { pool, filter: options.filter }).map(
      (object) => rowOf(state, object),
    ),
  }),
});
