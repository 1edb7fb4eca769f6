import { asObject, defineCommand, value, wordsOrAll } from "../src/cli/command.ts";
import { findNamed } from "../src/core/find-named.ts";
import { storedView, withDisplayNames } from "../src/output/object-view.ts";

const { rowOf, view } = storedView("categories");

export default defineCommand({
  summary: "list categories, with who is allowed, denied, and may create rooms",
  group: "categories",
  cmdlet: "Get-CsPersistentChatCategory",
  argument: wordsOrAll("identity", "categories to show"),
  options: {
    filter: value("only those whose name matches, * and ? being wildcards", { placeholder: "pattern" }),
    "as-object": asObject,
  },
  examples: [
    { line: "pchat get-category", does: "all categories" },
    { line: "pchat get-category IT -o list", does: "one category, in full" },
    {
      line: "pchat get-category --as-object --where 'Creators -contains \"Room Managers\"'",
      does: "categories in which a group may create rooms, by its display name",
    },
  ],
  read: (state, { words, all, pool, options }) => ({
    view,
    rows: findNamed(state, "categories", all ? undefined : words, { pool, filter: options.filter }).map(
      (object) => {
        const row = rowOf(state, object);
        return options["as-object"] ? withDisplayNames("categories", state, row) : row;
      },
    ),
  }),
});
