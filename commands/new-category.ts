import { defineCommand, ifNotExists, oneWord, strict } from "../src/cli/command.ts";
import { newCategory } from "../src/core/category.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "create a category: who may be in its rooms, who may not, who creates them",
  group: "categories",
  cmdlet: "New-CsPersistentChatCategory",
  argument: oneWord("name", "name of the category, alone or as pool\\name"),
  properties: { collection: "categories", on: "new" },
  options: { "if-not-exists": ifNotExists, strict },
  examples: [
    {
      line: "pchat new-category Legal --allowed-members 'OU=Legal,DC=litwareinc,DC=com' --creators 'OU=Legal,DC=litwareinc,DC=com'",
      does: "everyone in an OU may be in its rooms and create them",
    },
    {
      line: "pchat new-category Everyone --allowed-members litwareinc.com --denied-members 'CN=Vendor Engineers,OU=Contractors,DC=litwareinc,DC=com'",
      does: "a whole AD domain but for one group",
    },
  ],
  notes: [
    "Allowed members are not members of any room: they are those who may be made members, find rooms, and enter Open ones. Denied members beat them.",
  ],
  write: (draft, { words, patch, pool, options }) =>
    newCategory(draft, words[0]!, patch, {
      pool,
      strict: options.strict,
      ifNotExists: options["if-not-exists"],
    }),
  view: storedView("categories"),
});
