import { defineCommand } from "../src/cli/command.ts";
import { headerOf, type View } from "../src/output/view.ts";

const view: View = {
  kind: "store",
  identity: "serial",
  columns: ["changed", "serial", "sizeBytes"].map((name) => ({ name, header: headerOf(name) })),
};

export default defineCommand({
  summary: "write the changes that a large file is behind by into it",
  group: "store",
  examples: [
    {
      line: "pchat compact-store",
      does: "make the file current, before it is edited by hand, copied or committed",
    },
  ],
  notes: [
    "A file of more than 1 MB is not written with every change: changes are kept in the journal, and the file follows from time to time. pchat itself always sees the present state. That the file was written is a change of its own in the history. A smaller file is always current.",
  ],
  service: async ({ store, author, whatIf }) => {
    const { behind, serial, fileSerial, sizeBytes, path } = await store.facts();
    if (!behind) {
      const hints = [{ say: `\`${path}\` is current: there is nothing to write` }];
      return { view, rows: [{ changed: false, serial, sizeBytes }], hints };
    }
    if (whatIf) {
      const say = `would bring \`${path}\` from serial ${fileSerial} to ${serial}; nothing was written`;
      return { view, rows: [], hints: [{ say }] };
    }
    const { changed } = await store.compact(author);
    const after = await store.facts();
    return { view, rows: [{ changed, serial: after.serial, sizeBytes: after.sizeBytes }] };
  },
});
