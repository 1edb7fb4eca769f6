import { defineCommand, ifExists, words } from "../src/cli/command.ts";
import { removeRooms } from "../src/core/room.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "remove rooms for good",
  group: "rooms",
  cmdlet: "Remove-CsPersistentChatRoom",
  argument: words("identity", "rooms to remove"),
  options: { "if-exists": ifExists },
  examples: [
    { line: "pchat remove-room 'Help Desk' --yes", does: "remove a room without being asked" },
    {
      line: "pchat get-room --disabled true -o name | pchat remove-room - --yes",
      does: "remove all disabled rooms",
    },
  ],
  notes: ["set-room --disabled true takes a room out of use and keeps it."],
  write: (draft, { words, pool, options }) =>
    removeRooms(draft, words, { pool, ifExists: options["if-exists"] }),
  view: storedView("rooms"),
});
