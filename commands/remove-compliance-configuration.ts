import { defineCommand, ifExists, words } from "../src/cli/command.ts";
import { removeSettings } from "../src/core/configuration.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "remove settings of the archive; Global is reset in the place of being removed",
  group: "configuration",
  cmdlet: "Remove-CsPersistentChatComplianceConfiguration",
  argument: words("identity", "compliance configurations to remove"),
  options: { "if-exists": ifExists },
  examples: [
    {
      line: "pchat remove-compliance-configuration Global --yes",
      does: "bring the defaults back",
    },
    {
      line: "pchat get-compliance-configuration --filter 'site:*' -o name | pchat remove-compliance-configuration - --yes",
      does: "remove those of all sites, so that Global applies",
    },
  ],
  write: (draft, { words, options }) =>
    removeSettings(draft, "complianceConfigurations", words, { ifExists: options["if-exists"] }),
  view: storedView("complianceConfigurations"),
});
