import { defineCommand, words } from "../src/cli/command.ts";
import { setSettings } from "../src/core/configuration.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "change settings of the archive, Global included",
  group: "configuration",
  cmdlet: "Set-CsPersistentChatComplianceConfiguration",
  argument: words(
    "identity",
    "compliance configurations to change: Global, site:<name> or service:PersistentChatServer:<fqdn>",
  ),
  properties: { collection: "complianceConfigurations", on: "set" },
  examples: [
    {
      line: "pchat set-compliance-configuration Global --run-interval 00:10:00",
      does: "write an output file every ten minutes",
    },
  ],
  notes: ["They must be named: nothing means Global by default."],
  write: (draft, { words, patch }) => setSettings(draft, "complianceConfigurations", words, patch),
  view: storedView("complianceConfigurations"),
});
