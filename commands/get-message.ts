import {
  booleanValue,
  choiceOf,
  defineCommand,
  integerValue,
  messageSpan,
  value,
  wordsOrAll,
} from "../src/cli/command.ts";
import { DomainError } from "../src/core/errors.ts";
import { findRooms } from "../src/core/find-rooms.ts";
import { type Content, type Message, matchClauses, messageCondition } from "../src/core/message.ts";
import { keepsHistory, requireAccess } from "../src/core/message-access.ts";
import type { Room } from "../src/core/nouns/room.ts";
import type { Warning } from "../src/core/outcome.ts";
import type { State } from "../src/core/state.ts";
import { messageRow, messageView } from "../src/output/message-view.ts";

export default defineCommand({
  summary: "list the messages of rooms, oldest first",
  group: "messages",
  argument: wordsOrAll("room", "rooms whose messages are shown"),
  options: {
    ...messageSpan,
    filter: value("only messages that hold these keywords", { placeholder: "words" }),
    "match-clause": choiceOf(
      matchClauses,
      "whether all keywords must be there, any of them, or the exact phrase (default All)",
    ),
    "case-sensitive": booleanValue("whether case matters in keywords (default false)"),
    "result-size": integerValue("at most so many; 0 gives none"),
    last: integerValue("only the last so many"),
  },
  examples: [
    { line: "pchat get-message 'Help Desk' --last 20", does: "the latest messages of a room" },
    {
      line: "pchat get-message --user-uri 'Ken Myer' --start-date 2026-01-01 -o csv",
      does: "what a person wrote since a day, in all rooms",
    },
    {
      line: "pchat get-message 'Help Desk' --as 'Ken Myer'",
      does: "what a person sees in a room, or why nothing",
    },
  ],
  notes: [
    "With --as the rules decide as in test-access --action read, and a category without chat history shows nothing. Without, everything that is kept is shown.",
  ],
  check: ({ options }) => {
    if (options.last === undefined || options["result-size"] === undefined) return;
    throw new DomainError("invalid-usage", "`--last` and `--result-size` do not go together", {
      hint: { say: "--last counts from the end, --result-size from the beginning; give one" },
    });
  },
  prepare: async ({ options }, { spanOf }) => ({
    from: (await spanOf("`--start-date`", options["start-date"], options.timezone))?.start,
    until: (await spanOf("`--end-date`", options["end-date"], options.timezone))?.end,
  }),
  read: (state, { words, all, pool, options }, days, { content, user }) => {
    const meets = messageCondition(state, {
      user: options["user-uri"],
      ...days,
      keywords: options.filter,
      clause: options["match-clause"],
      caseSensitive: options["case-sensitive"],
    });
    const found = [...findRooms(state, all ? undefined : words, { pool })];
    const { rooms, warnings } = readable(state, found, user, all);
    const rows = messagesOf(rooms, content, meets);
    return {
      view: messageView,
      rows:
        options.last === undefined
          ? first(rows, options["result-size"] ?? Number.POSITIVE_INFINITY)
          : last(rows, options.last),
      warnings,
    };
  },
});

/** Rooms of which a user may read something. What was named must be readable; of all rooms, those that are. */
function readable(state: State, rooms: readonly Room[], user: string | undefined, all: boolean) {
  const warnings: Warning[] = [];
  const seen = rooms.filter((room) => {
    if (user !== undefined) {
      try {
        warnings.push(...requireAccess(state, user, "read", room));
      } catch (error) {
        if (all && error instanceof DomainError && error.code === "not-permitted") return false;
        throw error;
      }
    }
    if (keepsHistory(state, room)) return true;
    if (!all) warnings.push({ code: "history-off", room: room.identity });
    return user === undefined;
  });
  return { rooms: seen, warnings: distinct(warnings) };
}

const distinct = (warnings: readonly Warning[]): Warning[] => [
  ...new Map(warnings.map((warning) => [JSON.stringify(warning), warning])).values(),
];

type Rows = Iterable<ReturnType<typeof messageRow>>;

function* messagesOf(rooms: readonly Room[], content: Content, meets: (message: Message) => boolean): Rows {
  for (const { id, identity } of rooms) {
    for (const message of content.messages(id)) if (meets(message)) yield messageRow(identity, message);
  }
}

function* first(rows: Rows, size: number): Rows {
  let left = size;
  if (left === 0) return;
  for (const row of rows) {
    yield row;
    if (--left === 0) return;
  }
}

/** The last rows, of which no more than those are kept at any time. */
function* last(rows: Rows, size: number): Rows {
  const kept: (ReturnType<typeof messageRow> | undefined)[] = [];
  let count = 0;
  if (size > 0) for (const row of rows) kept[count++ % size] = row;
  for (let at = Math.max(0, count - size); at < count; at++) yield kept[at % size]!;
}
