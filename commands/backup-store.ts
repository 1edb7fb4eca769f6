import { defineCommand, oneWord } from "../src/cli/command.ts";
import { backupView } from "../src/output/history-view.ts";

export default defineCommand({
  summary: "copy everything of the store, journal, directory and messages included, into one file",
  group: "store",
  argument: oneWord("file", "file to make"),
  examples: [
    {
      line: "pchat backup-store monday.pchat-backup",
      does: "a copy from which restore-store brings everything back",
    },
  ],
  notes: ["A file that is there already is replaced only with --force."],
  service: async ({ store, whatIf }, { words, force }) => {
    const file = words[0]!;
    if (whatIf)
      return { view: backupView, rows: [], hints: [{ say: `would write \`${file}\`; nothing was written` }] };
    const { serial, time, sizeBytes } = await store.backup(file, { force });
    return { view: backupView, rows: [{ file, serial, time, sizeBytes }] };
  },
});
