import { defineCommand, value } from "../src/cli/command.ts";
import { DomainError } from "../src/core/errors.ts";
import { parseTime } from "../src/core/time.ts";
import { compactView } from "../src/output/history-view.ts";

export default defineCommand({
  summary: "drop the part of the journal before a day; a snapshot stands in its place",
  group: "store",
  options: { before: value("ISO day or time; changes before it are dropped", { placeholder: "time" }) },
  examples: [
    { line: "pchat compact-history --before 2025-01-01 --yes", does: "keep the history since a day" },
  ],
  notes: [
    "What is dropped cannot be listed, or gone back to, any more. Messages of rooms that were removed before go with it.",
  ],
  check: ({ options: { before } }) => {
    if (before !== undefined && parseTime(before) !== undefined) return;
    const said =
      before === undefined
        ? "`compact-history` needs `--before`"
        : `\`--before\` takes an ISO day or time, not \`${before}\``;
    throw new DomainError(before === undefined ? "missing-value" : "invalid-value", said, {
      hint: { say: "for example 2026-11-23 or 2026-11-23T14:00Z" },
    });
  },
  service: async ({ store, confirm, whatIf }, { options }) => {
    const { start } = parseTime(options.before!)!;
    if (whatIf)
      return {
        view: compactView,
        rows: [],
        hints: [{ say: `would drop the history before ${start}; nothing was written` }],
      };
    await confirm(`drop the history before ${start} for good?`);
    const { dropped, kept, serial } = await store.compactHistory(start);
    return { view: compactView, rows: [{ dropped, kept, serial }] };
  },
});
