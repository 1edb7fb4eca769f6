import { defineCommand, oneWord } from "../src/cli/command.ts";
import { restoreView } from "../src/output/history-view.ts";

export default defineCommand({
  summary: "bring the store to the state of a backup",
  group: "store",
  argument: oneWord("file", "backup to go back to"),
  examples: [
    {
      line: "pchat restore-store monday.pchat-backup --yes",
      does: "go back to a backup without being asked",
    },
  ],
  notes: [
    "Where the backup is of this store, going back is a change like any other, and stands in the history; messages that were removed or replaced since come back, and later ones stay. A backup of another store is refused without --force.",
  ],
  service: async ({ store, author, confirm, whatIf }, { words, force }) => {
    const file = words[0]!;
    if (whatIf)
      return {
        view: restoreView,
        rows: [],
        hints: [{ say: `would go back to \`${file}\`; nothing was written` }],
      };
    await confirm(`bring the store to the state of \`${file}\`?`);
    const { serial, backupSerial, changed, kept } = await store.restore(file, author, { force });
    return { view: restoreView, rows: [{ file, serial, backupSerial, changed, kept }] };
  },
});
