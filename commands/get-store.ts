import { atMoment, defineCommand } from "../src/cli/command.ts";
import { storeRow, storeView } from "../src/output/store-view.ts";

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
    return { view: storeView, rows: [storeRow({ ...(await store.facts()), serial }, state)] };
  },
});
