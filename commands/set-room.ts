import { alwaysSo, defineCommand, removeIneligible, strict, words } from "../src/cli/command.ts";
import { setRooms } from "../src/core/room.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "change rooms: settings, people, name, or category",
  group: "rooms",
  cmdlet: "Set-CsPersistentChatRoom",
  argument: words("identity", "rooms to change"),
  properties: { collection: "rooms", on: "set" },
  options: { "remove-ineligible": removeIneligible, "as-object": alwaysSo, strict },
  examples: [
    {
      line: "pchat set-room 'Help Desk' --description 'Upgrade trouble and fixes' --add-members 'María Guðmundsdóttir'",
      does: "change a setting and add a person",
    },
    {
      line: "pchat set-room 'Help Desk' --category Trading --what-if --remove-ineligible",
      does: "what a move would do, and to whom",
    },
    {
      line: "pchat get-room --category IT -o name | pchat set-room - --disabled true",
      does: "disable all rooms of a category at once",
    },
  ],
  notes: [
    "--category moves the rooms. A move is refused while the new category does not cover somebody in them; --remove-ineligible takes those out.",
  ],
  write: (draft, { words, patch, pool, options }) =>
    setRooms(draft, words, patch, {
      pool,
      strict: options.strict,
      removeIneligible: options["remove-ineligible"],
    }),
  view: storedView("rooms"),
});
