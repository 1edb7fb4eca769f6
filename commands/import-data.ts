import { defineCommand, flag, value } from "../src/cli/command.ts";
import { DomainError } from "../src/core/errors.ts";
import { type ImportStep, importData } from "../src/core/import-data.ts";
import { again } from "../src/core/sequence.ts";
import { importCounts, importRow, importView } from "../src/output/data-view.ts";
import { storedView } from "../src/output/object-view.ts";
import type { Row } from "../src/output/view.ts";
import { warningWords } from "../src/output/wording.ts";

const notUsed = "understood and not used, since there is no SQL Server behind a model";

export default defineCommand({
  summary: "merge an export into a pool: categories, rooms, people and messages",
  group: "messages",
  cmdlet: "Import-CsPersistentChatData",
  argument: { name: "file", meaning: "zip file of export-data", minimum: 0, maximum: 1, stdin: false },
  options: {
    "file-name": value("zip file, in the place of the word", { placeholder: "file" }),
    adopt: flag("keep what the rules would refuse of people, and list it"),
    category: value("category for rooms of which the archive does not say it", { placeholder: "name" }),
    report: value("page to write with what became of what; replaced where it is there", {
      placeholder: "file",
    }),
    "db-instance": value(notUsed, { placeholder: "server\\instance" }),
  },
  examples: [
    {
      line: "pchat import-data pchat.zip --what-if",
      does: "what would be created and overwritten, and what not",
    },
    {
      line: "pchat import-data pchat.zip --report import.html --yes",
      does: "merge an export, and write a page about it",
    },
  ],
  notes: [
    "What is not there is created. What is there under the same name is a conflict where it differs: it is listed, and overwritten after a yes. Messages that a room lacks are added to it. All of it is one change.",
    "The pool is that of the archive where it is known here, else --pool or the only one. A zip of the product itself holds, as far as its files are known, rooms with members and managers, and no category: --category says where they go.",
  ],
  check: ({ words, options }) => {
    if (words.length + Number(options["file-name"] !== undefined) === 1) return;
    throw new DomainError("missing-value", "`import-data` takes a file, as a word or with `--file-name`", {
      hint: { say: "for example pchat.zip" },
    });
  },
  outputs: ({ words, options }) =>
    options.report === undefined
      ? []
      : [
          {
            path: options.report,
            others: [words[0] ?? options["file-name"]!],
            onlyFile: true,
            replaces: "anything",
          },
        ],
  prepare: async ({ words, options }, { loadDataArchive }) => {
    const archive = await loadDataArchive();
    return { archive, data: await archive.read(words[0] ?? options["file-name"]!) };
  },
  write: (draft, { pool, options }, { data }, content) => {
    const { steps, ...outcome } = importData(
      draft,
      data,
      { pool, category: options.category, adopt: options.adopt },
      content,
    );
    const report = { view: importView, rows: again(() => rowsOf(steps)) };
    return { ...outcome, report };
  },
  view: storedView("rooms"),
  alone: true,
  finish: async ({ options }, { archive, data }, { outcome, whatIf }) => {
    data.close();
    if (options.report === undefined || outcome?.report === undefined) return;
    const { rows } = outcome.report;
    const headers = importView.columns.map(({ name }) => name);
    await archive.writeReport(options.report, {
      title: whatIf ? "Persistent Chat import: what would happen" : "Persistent Chat import",
      facts: importCounts(rows),
      headers,
      rows: again(() => cellsOf(rows, headers)),
      notes: (outcome.warnings ?? []).map(warningWords),
    });
  },
});

function* rowsOf(steps: Iterable<ImportStep>): Iterable<Row> {
  for (const step of steps) yield importRow(step);
}

function* cellsOf(rows: Iterable<Row>, names: readonly string[]): Iterable<readonly string[]> {
  for (const row of rows) yield names.map((name) => [row[name] ?? ""].flat().join(", "));
}
