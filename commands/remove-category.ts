import { defineCommand, ifExists, words } from "../src/cli/command.ts";
import { removeCategories } from "../src/core/category.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "remove categories that hold no room",
  group: "categories",
  cmdlet: "Remove-CsPersistentChatCategory",
  argument: words("identity", "categories to remove"),
  options: { "if-exists": ifExists },
  examples: [{ line: "pchat remove-category Empty --yes", does: "remove a category without being asked" }],
  write: (draft, { words, pool, options }) =>
    removeCategories(draft, words, { pool, ifExists: options["if-exists"] }),
  view: storedView("categories"),
});
