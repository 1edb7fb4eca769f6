import { defineCommand, value, words } from "../src/cli/command.ts";
import { clearRooms } from "../src/core/content-change.ts";
import { contentRow, contentView } from "../src/output/message-view.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "remove the messages of rooms up to a day, for good; the rooms stay",
  group: "messages",
  cmdlet: "Clear-CsPersistentChatRoom",
  argument: words("identity", "rooms to clear"),
  options: {
    "end-date": {
      ...value("last ISO day or time whose messages are removed; the whole of the day", {
        placeholder: "time",
      }),
      required: true,
    },
    timezone: value("time zone of the day (default UTC)", { placeholder: "name" }),
  },
  examples: [
    {
      line: "pchat clear-room 'Help Desk' --end-date 2018-03-01 --what-if",
      does: "how many messages would be removed",
    },
    {
      line: "pchat get-room -o name | pchat clear-room - --end-date 2018-03-01 --yes",
      does: "keep in all rooms only what was posted after a day",
    },
  ],
  notes: [
    "Asks first, or needs --yes. It cannot be undone, except from a backup. The history keeps how many messages were removed and of which days, never what they said.",
  ],
  prepare: async ({ options }, { spanOf }) =>
    (await spanOf("`--end-date`", options["end-date"], options.timezone))!.end,
  write: (draft, { words, pool }, until, content) => {
    const outcome = clearRooms(draft, words, { until, pool }, content);
    return { ...outcome, report: { view: contentView, rows: outcome.facts.map(contentRow) } };
  },
  view: storedView("rooms"),
  alone: true,
});
