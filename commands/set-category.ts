import { alwaysSo, defineCommand, removeIneligible, strict, words } from "../src/cli/command.ts";
import { setCategories } from "../src/core/category.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "change categories: settings, allowed and denied members, creators, name",
  group: "categories",
  cmdlet: "Set-CsPersistentChatCategory",
  argument: words("identity", "categories to change"),
  properties: { collection: "categories", on: "set" },
  options: { "remove-ineligible": removeIneligible, "as-object": alwaysSo, strict },
  examples: [
    {
      line: "pchat set-category IT --add-allowed-members 'OU=Sales,DC=litwareinc,DC=com'",
      does: "let another OU in",
    },
    {
      line: "pchat set-category IT --add-denied-members 'Omar Haddad'",
      does: "keep one person out, whatever group he is in",
    },
    {
      line: "pchat set-category IT --remove-allowed-members 'OU=IT,DC=litwareinc,DC=com' --remove-ineligible --what-if",
      does: "what narrowing a category would take, and from whom",
    },
  ],
  notes: [
    "Taking an allowed member off is refused while somebody in a room would no longer be covered; --remove-ineligible takes those people out of the rooms. A denial lands at once: entries that it covers stay in their lists, without power.",
  ],
  write: (draft, { words, patch, pool, options }) =>
    setCategories(draft, words, patch, {
      pool,
      strict: options.strict,
      removeIneligible: options["remove-ineligible"],
    }),
  view: storedView("categories"),
});
