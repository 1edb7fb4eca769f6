import {
  asObject,
  booleanValue,
  choiceOf,
  defineCommand,
  flag,
  integerValue,
  value,
  wordsOrAll,
} from "../src/cli/command.ts";
import { findRooms } from "../src/core/find-rooms.ts";
import type { Content } from "../src/core/message.ts";
import { type Room, roomNoun } from "../src/core/nouns/room.ts";
import { storedView, withDisplayNames } from "../src/output/object-view.ts";

const { rowOf, view } = storedView("rooms");
const { privacy, type, invitations } = roomNoun.properties;

export default defineCommand({
  summary: "list rooms: all, by name, or by what they hold",
  group: "rooms",
  cmdlet: "Get-CsPersistentChatRoom",
  argument: wordsOrAll("identity", "rooms to show"),
  options: {
    category: value("only rooms of this category", { placeholder: "name" }),
    addin: value("only rooms that show this add-in", { placeholder: "name" }),
    manager: value("only rooms that name this principal as manager", { placeholder: "principal" }),
    member: value("only rooms that name this principal as member", { placeholder: "principal" }),
    privacy: choiceOf(privacy.choices as readonly string[], "only rooms of this privacy"),
    type: choiceOf(type.choices as readonly string[], "only rooms of this type"),
    invitations: choiceOf(
      invitations.choices as readonly string[],
      "only rooms with this invitation setting",
    ),
    disabled: booleanValue("only rooms out of use, or only those in use"),
    filter: value("only rooms whose name matches, * and ? being wildcards", { placeholder: "pattern" }),
    "search-description": flag("let --filter look at descriptions too"),
    "chat-content-exceeds-mb": integerValue("only rooms whose messages take more than so many megabytes"),
    "as-object": asObject,
    "result-size": integerValue("at most so many rooms; 0 gives none"),
  },
  examples: [
    { line: "pchat get-room", does: "all rooms" },
    { line: "pchat get-room 'Help Desk' -o list", does: "one room, in full" },
    {
      line: "pchat get-room --member 'Ken Myer' --privacy Closed -o csv",
      does: "Closed rooms that list a person, for a spreadsheet",
    },
    {
      line: "pchat get-room --filter '*desk*' --search-description -o name",
      does: "names of rooms, to be read by another command",
    },
  ],
  notes: [
    "Filters go together: a room must meet all of them. --member and --manager look for the entry itself; get-access tells who reaches a room through groups.",
  ],
  read: (state, { words, all, pool, options }, _, { content }) => ({
    view,
    rows: {
      *[Symbol.iterator]() {
        for (const room of findRooms(state, all ? undefined : words, {
          pool,
          category: options.category,
          addin: options.addin,
          manager: options.manager,
          member: options.member,
          privacy: options.privacy,
          type: options.type,
          invitations: options.invitations,
          disabled: options.disabled,
          filter: options.filter,
          searchDescription: options["search-description"],
          matches: exceeding(content, options["chat-content-exceeds-mb"]),
          resultSize: options["result-size"],
        })) {
          const row = rowOf(state, room);
          yield options["as-object"] ? withDisplayNames("rooms", state, row) : row;
        }
      },
    },
  }),
});

function exceeding(content: Content, megabytes: number | undefined): ((room: Room) => boolean) | undefined {
  if (megabytes === undefined) return undefined;
  return ({ id }) => content.sizeBytes(id) > megabytes * 1024 * 1024;
}
