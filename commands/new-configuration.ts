import { defineCommand, ifNotExists, oneWord } from "../src/cli/command.ts";
import { newSettings } from "../src/core/configuration.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "create settings of the service for a site or a pool",
  group: "configuration",
  cmdlet: "New-CsPersistentChatConfiguration",
  argument: oneWord("identity", "site:<name> or service:PersistentChatServer:<fqdn>"),
  properties: { collection: "configurations", on: "new" },
  options: { "if-not-exists": ifNotExists },
  examples: [
    {
      line: "pchat new-configuration site:Redmond --participant-update-limit 100",
      does: "live roster updates up to 100 people in the rooms of a site",
    },
  ],
  notes: [
    "A pool has its own, else those of its site, else Global: one whole configuration, nothing merged. Global is there from the start.",
  ],
  write: (draft, { words, patch, options }) =>
    newSettings(draft, "configurations", words[0]!, patch, { ifNotExists: options["if-not-exists"] }),
  view: storedView("configurations"),
});
