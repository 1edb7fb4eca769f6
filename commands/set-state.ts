import { defineCommand, words } from "../src/cli/command.ts";
import { setPools } from "../src/core/pool.ts";
import { stateView } from "../src/output/state-view.ts";

export default defineCommand({
  summary: "note that pools use their backup databases (FailedOver), or their own again (Normal)",
  group: "topology",
  cmdlet: "Set-CsPersistentChatState",
  argument: words("pool", "pools to change, also as PersistentChatServer:<fqdn>"),
  properties: { collection: "pools", on: "set", only: ["poolState"] },
  examples: [
    {
      line: "pchat set-state pchat.litwareinc.com --pool-state FailedOver",
      does: "after the databases were brought up at the other site",
    },
  ],
  notes: [
    "Failing over: the databases, set-state FailedOver, the mirror, set-active-server with the servers of the other site. Failing back: set-active-server --clear-active-servers, the databases, set-active-server with the servers, set-state Normal.",
  ],
  write: (draft, { words, patch }) => setPools(draft, words, patch),
  view: stateView,
});
