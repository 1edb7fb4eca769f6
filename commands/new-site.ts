import { defineCommand, ifNotExists, oneWord } from "../src/cli/command.ts";
import { newSite } from "../src/core/pool.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "declare a site, so that it may have a policy",
  group: "topology",
  argument: oneWord("name", "name of the site"),
  options: { "if-not-exists": ifNotExists },
  examples: [{ line: "pchat new-site Dublin", does: "declare a site; a pool's --site does so too" }],
  write: (draft, { words, options }) => newSite(draft, words[0]!, { ifNotExists: options["if-not-exists"] }),
  view: storedView("sites"),
});
