import { defineCommand, ifNotExists, oneWord } from "../src/cli/command.ts";
import { newPool } from "../src/core/pool.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "declare a pool that was deployed",
  group: "topology",
  argument: oneWord("fqdn", "fully qualified domain name of the pool"),
  properties: { collection: "pools", on: "new" },
  options: { "if-not-exists": ifNotExists },
  examples: [
    {
      line: "pchat new-pool pchat2.litwareinc.com --site Dublin",
      does: "declare a pool, and the site that it is in",
    },
  ],
  notes: [
    "Categories, add-ins and rooms belong to one pool for good. While there is one pool, --pool may be left out everywhere.",
  ],
  write: (draft, { words, patch, options }) =>
    newPool(draft, words[0]!, patch, { ifNotExists: options["if-not-exists"] }),
  view: storedView("pools"),
});
