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
    "What is dropped cannot be listed, or gone back to, any more. Rooms that were removed before can then not come back, and their messages go with it. The dropping itself stands in the history, and needs a reason where the store asks for one.",
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
  service: async ({ store, author, confirm, whatIf }, { options }) => {
    const { start } = parseTime(options.before!)!;
    const plan = await store.planCompaction(start);
    const { dropped, roomsForgotten } = plan;
    if (whatIf || dropped === 0) {
      const say =
        dropped === 0 ? `the history has nothing to drop before ${start}` : `would drop ${lossOf(plan)}`;
      return { view: compactView, rows: [{ ...plan }], hints: [{ say: `${say} (nothing was written)` }] };
    }
    await confirm(`drop ${lossOf(plan)} for good?`);
    const done = await store.compactHistory(author, start);
    const messages = roomsForgotten === 0 ? [] : [{ say: `dropped ${lossOf(done)}` }];
    return { view: compactView, rows: [{ ...done }], hints: messages };
  },
});

function lossOf({
  dropped,
  roomsForgotten,
}: {
  readonly dropped: number;
  readonly roomsForgotten: number;
}): string {
  const changes = dropped === 1 ? "1 change" : `${dropped} changes`;
  const rooms = roomsForgotten === 1 ? "1 removed room" : `${roomsForgotten} removed rooms`;
  return roomsForgotten === 0 ? changes : `${changes} and the messages of ${rooms}`;
}
