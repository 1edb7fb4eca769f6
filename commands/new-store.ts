import { defineCommand } from "../src/cli/command.ts";
import { initialWrites } from "../src/core/initial-state.ts";
import { storeRow, storeView } from "../src/output/store-view.ts";

export default defineCommand({
  summary: "make a store: the Global policy, disabled, and the Global configuration",
  group: "store",
  examples: [
    { line: "pchat new-store --store seed.json", does: "make a store under another name than pchat.json" },
  ],
  notes: [
    "Every other command stops with exit code 3 where there is no store, so that a wrong working directory never reads as an empty deployment.",
  ],
  service: async ({ store, author, whatIf }) => {
    if (!whatIf) await store.create(author, initialWrites());
    return {
      view: storeView,
      rows: whatIf ? [] : [storeRow(await store.facts(), (await store.read()).state)],
    };
  },
});
