import { defineCommand, ifExists, words } from "../src/cli/command.ts";
import { removeSettings } from "../src/core/configuration.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "remove settings of the service; Global is reset in the place of being removed",
  group: "configuration",
  cmdlet: "Remove-CsPersistentChatConfiguration",
  argument: words("identity", "configurations to remove"),
  options: { "if-exists": ifExists },
  examples: [
    {
      line: "pchat remove-configuration Global --yes",
      does: "bring the defaults back",
    },
    {
      line: "pchat get-configuration --filter 'site:*' -o name | pchat remove-configuration - --yes",
      does: "remove those of all sites, so that Global applies",
    },
  ],
  write: (draft, { words, options }) =>
    removeSettings(draft, "configurations", words, { ifExists: options["if-exists"] }),
  view: storedView("configurations"),
});
