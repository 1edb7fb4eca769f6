import { defineCommand, ifNotExists, oneWord } from "../src/cli/command.ts";
import { newSettings } from "../src/core/configuration.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "create settings of the archive for a site or a pool",
  group: "configuration",
  cmdlet: "New-CsPersistentChatComplianceConfiguration",
  argument: oneWord("identity", "site:<name> or service:PersistentChatServer:<fqdn>"),
  properties: { collection: "complianceConfigurations", on: "new" },
  options: { "if-not-exists": ifNotExists },
  examples: [
    {
      line: "pchat new-compliance-configuration site:Redmond --adapter-type 'Microsoft.Rtc.Internal.Chat.Server.Compliance.XmlAdapter,compliance' --adapter-output-directory 'C:\\Compliance\\Redmond'",
      does: "archive what is said at a site as XML",
    },
  ],
  notes: [
    "A pool has its own, else those of its site, else Global: one whole compliance configuration, nothing merged. Global is there from the start.",
  ],
  write: (draft, { words, patch, options }) =>
    newSettings(draft, "complianceConfigurations", words[0]!, patch, {
      ifNotExists: options["if-not-exists"],
    }),
  view: storedView("complianceConfigurations"),
});
