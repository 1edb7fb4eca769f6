import { defineCommand, value, wordsOrAll } from "../src/cli/command.ts";
import { findNamed } from "../src/core/find-named.ts";
import { storedView } from "../src/output/object-view.ts";

const { rowOf, view } = storedView("categories");

export default defineCommand({
  summary: "list categories, with who is allowed, denied, and may create rooms",
  group: "categories",
  cmdlet: "Get-CsPersistentChatCategory",
  argument: wordsOrAll("identity", "categories to show"),
  options: {
    filter: value("only those whose name matches, * and ? being wildcards", { placeholder: "pattern" }),
  },
  examples: [
    { line: "pchat get-category", does: "all categories" },
    { line: "pchat get-category IT -o list", does: "one category, in full" },
  ],
  read: (state, { words, all, pool, options }) => ({
    view,
    rows: findNamed(state, "categories", all ? undefined : words, { pool, filter: options.filter }).map(
      (object) => rowOf(state, object),
    ),
  }),
});
