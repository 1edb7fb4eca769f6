import { defineCommand, ifNotExists, oneWord } from "../src/cli/command.ts";
import { newPolicy } from "../src/core/policy.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "create a policy for a site, or one to grant to users",
  group: "policies",
  cmdlet: "New-CsPersistentChatPolicy",
  argument: oneWord("identity", "site:<name>, or a name of its own"),
  properties: { collection: "policies", on: "new" },
  options: { "if-not-exists": ifNotExists },
  examples: [
    {
      line: "pchat new-policy ChatUsers --enable-persistent-chat true",
      does: "a policy to give to users with grant-policy",
    },
    {
      line: "pchat new-policy site:Redmond --enable-persistent-chat true",
      does: "a policy for everyone at a site",
    },
  ],
  notes: [
    "A user has the policy that was granted, else the site's, else Global: one whole policy, nothing merged. Global is there from the start, and enables nobody.",
  ],
  write: (draft, { words, patch, options }) =>
    newPolicy(draft, words[0]!, patch, { ifNotExists: options["if-not-exists"] }),
  view: storedView("policies"),
});
