import { defineCommand, ifExists, words } from "../src/cli/command.ts";
import { removePools } from "../src/core/pool.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "remove pools that hold nothing",
  group: "topology",
  argument: words("fqdn", "pools to remove"),
  options: { "if-exists": ifExists },
  examples: [
    { line: "pchat remove-pool old.litwareinc.com --if-exists --yes", does: "remove a pool if it is there" },
  ],
  write: (draft, { words, options }) => removePools(draft, words, { ifExists: options["if-exists"] }),
  view: storedView("pools"),
});
