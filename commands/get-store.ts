import { atMoment, defineCommand } from "../src/cli/command.ts";
import type { Hint } from "../src/core/errors.ts";
import { type StoreDescription, storeRow, storeView } from "../src/output/store-view.ts";

export default defineCommand({
  summary: "show the store: where it is, its serial, what it holds",
  group: "store",
  examples: [
    { line: "pchat get-store", does: "where the store is and what it holds" },
    { line: "pchat get-store -o json", does: "the same for a script, such as the serial for --if-serial" },
  ],
  options: { at: atMoment },
  service: async ({ store }, { options }) => {
    const { state, serial } = await store.read(options.at);
    const facts = await store.facts();
    return {
      view: storeView,
      rows: [storeRow({ ...facts, serial }, state)],
      hints: facts.behind ? [behind(facts)] : [],
    };
  },
});

const behind = ({ path, serial, fileSerial }: StoreDescription): Hint => ({
  say: `the file \`${path}\` is at serial ${fileSerial}, and its journal at ${serial}; before it is edited by hand or copied alone, run`,
  commands: [["compact-store"]],
});
