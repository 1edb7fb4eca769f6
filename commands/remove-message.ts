import {
  booleanValue,
  choiceOf,
  defineCommand,
  flag,
  messageSpan,
  value,
  words,
} from "../src/cli/command.ts";
import { removeMessages } from "../src/core/content-change.ts";
import { DomainError } from "../src/core/errors.ts";
import { checkMessageText, matchClauses } from "../src/core/message.ts";
import { contentRow, contentView } from "../src/output/message-view.ts";
import { storedView } from "../src/output/object-view.ts";

/** The product's own words for a message that was replaced without a text of the administrator's. */
const stockText = "This message was replaced by the Persistent Chat administrator.";

export default defineCommand({
  summary: "remove messages of rooms, or replace their text, by user, days and keywords",
  group: "messages",
  cmdlet: "Remove-CsPersistentChatMessage",
  argument: words("identity", "rooms whose messages are meant"),
  options: {
    ...messageSpan,
    filter: value("only messages that hold these keywords", { placeholder: "words", isPrivate: true }),
    "match-clause": choiceOf(
      [...matchClauses, "And"],
      "whether all keywords must be there (And is another word for it), any of them, or the exact phrase (default All)",
    ),
    "case-sensitive": booleanValue("whether case matters in keywords (default false)"),
    remove: flag("take the messages out, leaving nothing in their place"),
    "replace-message": value(`text in the place of each; "" stands for "${stockText}"`, {
      placeholder: "text",
      isPrivate: true,
    }),
  },
  examples: [
    {
      line: "pchat remove-message 'Help Desk' --user-uri 'Ken Myer' --replace-message '' --what-if",
      does: "how many messages would be replaced",
    },
    {
      line: "pchat remove-message 'Help Desk' --filter 'hunter2' --case-sensitive true --remove --yes",
      does: "take out every message that holds a word",
    },
  ],
  notes: [
    "One of --remove and --replace-message says what to do. Asks first, or needs --yes. It cannot be undone, except from a backup. The history keeps how many messages were concerned and of which days, never keywords or texts.",
  ],
  check: ({ options }) => {
    if (options.remove === (options["replace-message"] !== undefined)) throw oneOfTwo(options.remove);
    checkMessageText("`--replace-message`", options["replace-message"] || stockText);
  },
  prepare: async ({ options }, { spanOf }) => ({
    from: (await spanOf("`--start-date`", options["start-date"], options.timezone))?.start,
    until: (await spanOf("`--end-date`", options["end-date"], options.timezone))?.end,
  }),
  write: (draft, { words, pool, options }, days, content) => {
    const clause = options["match-clause"];
    const replacement = options["replace-message"];
    const outcome = removeMessages(
      draft,
      words,
      {
        pool,
        filter: {
          user: options["user-uri"],
          ...days,
          keywords: options.filter,
          clause: clause === "And" ? "All" : clause,
          caseSensitive: options["case-sensitive"],
        },
        replacement: replacement === undefined ? undefined : replacement || stockText,
      },
      content,
    );
    return { ...outcome, report: { view: contentView, rows: outcome.facts.map(contentRow) } };
  },
  view: storedView("rooms"),
  alone: true,
});

function oneOfTwo(both: boolean): DomainError {
  const fault = both
    ? "`--remove` and `--replace-message` exclude each other"
    : "`remove-message` needs `--remove` or `--replace-message`";
  return new DomainError("invalid-usage", fault, {
    hint: { say: "--remove takes the messages out, --replace-message puts a text in their place" },
  });
}
