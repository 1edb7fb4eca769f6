import { defineCommand, ifExists, words } from "../src/cli/command.ts";
import { removeSites } from "../src/core/pool.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "remove sites that nothing names",
  group: "topology",
  argument: words("name", "sites to remove"),
  options: { "if-exists": ifExists },
  examples: [{ line: "pchat remove-site Oslo --if-exists --yes", does: "remove a site if it is there" }],
  write: (draft, { words, options }) => removeSites(draft, words, { ifExists: options["if-exists"] }),
  view: storedView("sites"),
});
