import { defineCommand, words } from "../src/cli/command.ts";
import { setPolicies } from "../src/core/policy.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "change policies, Global included",
  group: "policies",
  cmdlet: "Set-CsPersistentChatPolicy",
  argument: words("identity", "policies to change: Global, site:<name>, or a name"),
  properties: { collection: "policies", on: "set" },
  examples: [
    {
      line: "pchat set-policy Global --enable-persistent-chat true",
      does: "let everyone use Persistent Chat",
    },
  ],
  notes: ["The policy must be named: nothing means Global by default."],
  write: (draft, { words, patch }) => setPolicies(draft, words, patch),
  view: storedView("policies"),
});
