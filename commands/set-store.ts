import { defineCommand } from "../src/cli/command.ts";
import { setSettings } from "../src/core/settings.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "set what the store asks of those who change it",
  group: "store",
  properties: { collection: "settings", on: "set" },
  examples: [
    {
      line: "pchat set-store --require-reason '^CHG-[0-9]+'",
      does: "refuse every change whose --reason names no ticket",
    },
    {
      line: "pchat set-store --require-reason ''",
      does: "ask for no reason any more; where one is asked for, this too needs it",
    },
  ],
  write: (draft, { patch }) => setSettings(draft, patch),
  view: storedView("settings"),
});
