import { checkSettingsOptions, defineCommand, settingsOptions, wordsOrAll } from "../src/cli/command.ts";
import { listSettings } from "../src/core/configuration.ts";
import { effectiveView, storedView } from "../src/output/object-view.ts";

const { rowOf, view } = storedView("configurations");
const effective = effectiveView("configurations");

export default defineCommand({
  summary: "list settings of the service, or those that apply to each pool",
  group: "configuration",
  cmdlet: "Get-CsPersistentChatConfiguration",
  argument: wordsOrAll("identity", "configurations to show"),
  options: settingsOptions,
  examples: [
    { line: "pchat get-configuration", does: "all of them" },
    { line: "pchat get-configuration --filter 'service:*'", does: "those of pools only" },
    {
      line: "pchat get-configuration --effective --pool pchat.litwareinc.com",
      does: "what applies to a pool",
    },
  ],
  check: checkSettingsOptions("get-configuration"),
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
