import { defineCommand, ifNotExists, oneWord, strict } from "../src/cli/command.ts";
import { newRoom } from "../src/core/room.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "create a room in a category, with its managers and members",
  group: "rooms",
  cmdlet: "New-CsPersistentChatRoom",
  argument: oneWord("name", "name of the room, alone or as pool\\name"),
  properties: { collection: "rooms", on: "new" },
  options: { "if-not-exists": ifNotExists, strict },
  examples: [
    {
      line: "pchat new-room 'Outage Bridge' --category IT --privacy Closed --managers 'Ken Myer' --members 'Ken Myer' --members 'CN=HelpDesk Tier 1,OU=HelpDesk,OU=IT,DC=litwareinc,DC=com'",
      does: "a Closed room with a manager, who is a member too, and a group",
    },
    {
      line: "pchat new-room Announcements --category IT --type Auditorium --members 'Ken Myer' --presenters 'Ken Myer' --if-not-exists",
      does: "an auditorium, made only where there is none yet",
    },
  ],
  notes: [
    "Members, managers and presenters must be covered by the category's allowed members and not by its denied members. Managers are not members by being managers.",
  ],
  write: (draft, { words, patch, pool, options }) =>
    newRoom(
      draft,
      words[0]!,
      { ...patch, categoryId: patch.categoryId! },
      {
        pool,
        strict: options.strict,
        ifNotExists: options["if-not-exists"],
      },
    ),
  view: storedView("rooms"),
});
