import { checkSettingsOptions, defineCommand, settingsOptions, wordsOrAll } from "../src/cli/command.ts";
import { listSettings } from "../src/core/configuration.ts";
import { effectiveView, storedView } from "../src/output/object-view.ts";

const { rowOf, view } = storedView("complianceConfigurations");
const effective = effectiveView("complianceConfigurations");

export default defineCommand({
  summary: "list settings of the archive, or those that apply to each pool",
  group: "configuration",
  cmdlet: "Get-CsPersistentChatComplianceConfiguration",
  argument: wordsOrAll("identity", "compliance configurations to show"),
  options: settingsOptions,
  examples: [
    { line: "pchat get-compliance-configuration", does: "all of them" },
    { line: "pchat get-compliance-configuration --filter 'service:*'", does: "those of pools only" },
    {
      line: "pchat get-compliance-configuration --effective --pool pchat.litwareinc.com",
      does: "what applies to a pool",
    },
  ],
  check: checkSettingsOptions("get-compliance-configuration"),
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
