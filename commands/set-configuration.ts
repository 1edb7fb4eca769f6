import { defineCommand, words } from "../src/cli/command.ts";
import { setSettings } from "../src/core/configuration.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "change settings of the service, Global included",
  group: "configuration",
  cmdlet: "Set-CsPersistentChatConfiguration",
  argument: words(
    "identity",
    "configurations to change: Global, site:<name> or service:PersistentChatServer:<fqdn>",
  ),
  properties: { collection: "configurations", on: "set" },
  examples: [
    {
      line: "pchat set-configuration Global --default-chat-history 100",
      does: "show 100 messages when a user opens a room",
    },
  ],
  notes: ["They must be named: nothing means Global by default."],
  write: (draft, { words, patch }) => setSettings(draft, "configurations", words, patch),
  view: storedView("configurations"),
});
