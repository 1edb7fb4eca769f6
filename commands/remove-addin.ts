import { defineCommand, ifExists, words } from "../src/cli/command.ts";
import { removeAddins } from "../src/core/addin.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "remove add-ins",
  group: "add-ins",
  cmdlet: "Remove-CsPersistentChatAddin",
  argument: words("identity", "add-ins to remove"),
  options: { "if-exists": ifExists },
  examples: [
    {
      line: "pchat remove-addin Runbook --force --yes",
      does: "remove an add-in, and take it from the rooms that show it",
    },
  ],
  notes: ["An add-in that rooms show is refused without --force, which detaches it from them."],
  write: (draft, { words, pool, force, options }) =>
    removeAddins(draft, words, { pool, force, ifExists: options["if-exists"] }),
  view: storedView("addins"),
});
