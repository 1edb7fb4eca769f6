import { defineCommand, ifNotExists, oneWord } from "../src/cli/command.ts";
import { newAddin } from "../src/core/addin.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "register a web page that rooms of a pool may show",
  group: "add-ins",
  cmdlet: "New-CsPersistentChatAddin",
  argument: oneWord("name", "name of the add-in, alone or as pool\\name"),
  properties: { collection: "addins", on: "new" },
  options: { "if-not-exists": ifNotExists },
  examples: [
    {
      line: "pchat new-addin Wiki --url https://wiki.litwareinc.com/chat",
      does: "register an add-in; set-room --addin Wiki shows it",
    },
  ],
  write: (draft, { words, patch, pool, options }) =>
    newAddin(draft, words[0]!, patch, { pool, ifNotExists: options["if-not-exists"] }),
  view: storedView("addins"),
});
