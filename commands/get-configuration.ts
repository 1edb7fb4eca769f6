import { defineCommand, flag, value, wordsOrAll } from "../src/cli/command.ts";
import { listSettings } from "../src/core/configuration.ts";
import { DomainError } from "../src/core/errors.ts";
import { effectiveView, storedView } from "../src/output/object-view.ts";

const { rowOf, view } = storedView("configurations");
const effective = effectiveView("configurations");

export default defineCommand({
  summary: "list settings of the service, or those that apply to each pool",
  group: "configuration",
  cmdlet: "Get-CsPersistentChatConfiguration",
  argument: wordsOrAll("identity", "configurations to show"),
  options: {
    filter: value("only those whose identity matches, * and ? being wildcards", { placeholder: "pattern" }),
    effective: flag("for each pool, or the one of --pool, what applies to it, and from where"),
  },
  examples: [
    { line: "pchat get-configuration", does: "all of them" },
    { line: "pchat get-configuration --filter 'service:*'", does: "those of pools only" },
    {
      line: "pchat get-configuration --effective --pool pchat.litwareinc.com",
      does: "what applies to a pool",
    },
  ],
  check: ({ all, options }) => {
    if (!options.effective || (all && options.filter === undefined)) return;
    throw new DomainError(
      "invalid-usage",
      "`--effective` goes with `--pool`, not with an identity or `--filter`",
      {
        hint: { say: "see how it is used", commands: [["get-configuration", "--help"]] },
      },
    );
  },
  read: (state, { words, all, pool, options }) =>
    options.effective
      ? { view: effective.view, rows: effective.rows(state, pool) }
      : {
          view,
          rows: listSettings(state, "configurations", all ? undefined : words, options.filter).map((object) =>
            rowOf(state, object),
          ),
        },
});
