import { defineCommand, words } from "../src/cli/command.ts";
import { setAddins } from "../src/core/addin.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "change add-ins: address or name",
  group: "add-ins",
  cmdlet: "Set-CsPersistentChatAddin",
  argument: words("identity", "add-ins to change"),
  properties: { collection: "addins", on: "set" },
  examples: [
    { line: "pchat set-addin Runbook --url https://runbook.litwareinc.com/v2", does: "change the page" },
  ],
  write: (draft, { words, patch, pool }) => setAddins(draft, words, patch, { pool }),
  view: storedView("addins"),
});
