import { defineCommand, flag, value, wordsOrAll } from "../src/cli/command.ts";
import { listSettings } from "../src/core/configuration.ts";
import { DomainError } from "../src/core/errors.ts";
import { effectiveView, storedView } from "../src/output/object-view.ts";

const { rowOf, view } = storedView("complianceConfigurations");
const effective = effectiveView("complianceConfigurations");

export default defineCommand({
  summary: "list settings of the archive, or those that apply to each pool",
  group: "configuration",
  cmdlet: "Get-CsPersistentChatComplianceConfiguration",
  argument: wordsOrAll("identity", "compliance configurations to show"),
  options: {
    filter: value("only those whose identity matches, * and ? being wildcards", { placeholder: "pattern" }),
    effective: flag("for each pool, or the one of --pool, what applies to it, and from where"),
  },
  examples: [
    { line: "pchat get-compliance-configuration", does: "all of them" },
    { line: "pchat get-compliance-configuration --filter 'service:*'", does: "those of pools only" },
    {
      line: "pchat get-compliance-configuration --effective --pool pchat.litwareinc.com",
      does: "what applies to a pool",
    },
  ],
  check: ({ all, options }) => {
    if (!options.effective || (all && options.filter === undefined)) return;
    throw new DomainError(
      "invalid-usage",
      "`--effective` goes with `--pool`, not with an identity or `--filter`",
      {
        hint: { say: "see how it is used", commands: [["get-compliance-configuration", "--help"]] },
      },
    );
  },
  read: (state, { words, all, pool, options }) =>
    options.effective
      ? { view: effective.view, rows: effective.rows(state, pool) }
      : {
          view,
          rows: listSettings(state, "complianceConfigurations", all ? undefined : words, options.filter).map(
            (object) => rowOf(state, object),
          ),
        },
});
