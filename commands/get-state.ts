import { defineCommand, value, wordsOrAll } from "../src/cli/command.ts";
import { findPools } from "../src/core/pool.ts";
import { stateRow, stateView } from "../src/output/state-view.ts";

export default defineCommand({
  summary: "show whether each pool uses its primary or its backup databases",
  group: "topology",
  cmdlet: "Get-CsPersistentChatState",
  argument: wordsOrAll("pool", "pools to show, also as PersistentChatServer:<fqdn>"),
  options: {
    filter: value("only those whose identity matches, * and ? being wildcards", { placeholder: "pattern" }),
  },
  examples: [
    { line: "pchat get-state", does: "all pools" },
    {
      line: "pchat get-state PersistentChatServer:pchat.litwareinc.com -o json",
      does: "one pool, for a script",
    },
  ],
  read: (state, { words, all, pool, options }) => ({
    view: stateView.view,
    rows: findPools(state, all ? undefined : words, { pool, filter: options.filter }).map(stateRow),
  }),
});
