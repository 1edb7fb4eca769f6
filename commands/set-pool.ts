import { defineCommand, words } from "../src/cli/command.ts";
import { setPools } from "../src/core/pool.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "change pools: site, display name, servers, state",
  group: "topology",
  argument: words("fqdn", "pools to change"),
  properties: { collection: "pools", on: "set" },
  examples: [
    {
      line: "pchat set-pool pchat.litwareinc.com --display-name 'Head office'",
      does: "name a pool for people",
    },
  ],
  write: (draft, { words, patch }) => setPools(draft, words, patch),
  view: storedView("pools"),
});
