import { defineCommand, ifExists, words } from "../src/cli/command.ts";
import { removePolicies } from "../src/core/policy.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "remove policies; Global is reset in the place of being removed",
  group: "policies",
  cmdlet: "Remove-CsPersistentChatPolicy",
  argument: words("identity", "policies to remove"),
  options: { "if-exists": ifExists },
  examples: [
    {
      line: "pchat remove-policy RedmondUsers --force --yes",
      does: "remove a policy, and take it from the users who have it",
    },
  ],
  notes: [
    "A policy that users have is refused without --force, which takes it from them: then their site's policy or Global applies.",
  ],
  write: (draft, { words, force, options }) =>
    removePolicies(draft, words, { force, ifExists: options["if-exists"] }),
  view: storedView("policies"),
});
