import { defineCommand, flag, words } from "../src/cli/command.ts";
import { DomainError } from "../src/core/errors.ts";
import { setActiveServers } from "../src/core/pool.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "say which servers of a pool take new connections",
  group: "topology",
  cmdlet: "Set-CsPersistentChatActiveServer",
  argument: words("pool", "pools to change; PChatServerCollection for the only one"),
  properties: { collection: "pools", on: "set", only: ["activeServers"], orOptions: ["swap"] },
  options: { swap: flag("make the inactive servers active, and the active ones inactive") },
  examples: [
    {
      line: "pchat set-active-server pchat.litwareinc.com --clear-active-servers",
      does: "take no new connections, before failing back",
    },
    { line: "pchat set-active-server pchat.litwareinc.com --swap", does: "change to the other servers" },
  ],
  notes: [
    "At most 4 of a pool's servers can be active; set-pool --add-servers declares servers. One that is taken off keeps the connections it has.",
  ],
  check: ({ patch, options }) => {
    if (!options.swap || patch.activeServers === undefined) return;
    throw new DomainError(
      "invalid-usage",
      "`--swap` does not go with `--active-servers` or a change to them",
      {
        hint: { say: "swap, or name the servers" },
      },
    );
  },
  write: (draft, { words, patch, options }) =>
    setActiveServers(draft, words, { activeServers: patch.activeServers, swap: options.swap }),
  view: storedView("pools"),
});
