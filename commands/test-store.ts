import { defineCommand } from "../src/cli/command.ts";
import { exitCode } from "../src/cli/exit-code.ts";
import { partView } from "../src/output/history-view.ts";

export default defineCommand({
  summary: "check every part of the store in full: file, journal, directory, messages, lock",
  group: "store",
  examples: [
    { line: "pchat test-store", does: "is everything whole, and does the journal lead to the file" },
  ],
  notes: [
    "Ends with exit code 0 where everything is whole, and 5 where something is not. Nothing is written.",
  ],
  service: async ({ store }) => {
    const parts = await store.test();
    return {
      view: partView,
      rows: parts.map(({ part, ok, detail }) => ({ part, ok, detail })),
      exitCode: parts.every(({ ok }) => ok) ? exitCode.done : exitCode.store,
    };
  },
});
