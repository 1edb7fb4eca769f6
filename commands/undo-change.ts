import { defineCommand, flag, type Preparation } from "../src/cli/command.ts";
import type { JournalEntry } from "../src/core/change.ts";
import { DomainError } from "../src/core/errors.ts";
import { checkInteger } from "../src/core/property.ts";
import { undoChange } from "../src/core/undo.ts";
import { undoReport } from "../src/output/history-view.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "take a change back, as a change of its own",
  group: "store",
  argument: {
    name: "serial",
    meaning: "the change, as get-history numbers it",
    minimum: 0,
    maximum: 1,
    stdin: false,
  },
  options: { last: flag("the latest change; again, it takes the undoing back") },
  examples: [
    {
      line: "pchat undo-change --last --what-if",
      does: "what taking the latest change back would do, and to whom",
    },
    { line: "pchat undo-change 10", does: "take that change back, and leave later ones as they are" },
  ],
  notes: [
    "Refused where a later change gave one of the same properties another value, and where a rule forbids what would come back: a member who is no longer allowed, a category that is gone. An imported directory cannot be taken back; import the older export again.",
  ],
  check: ({ words, options }) => {
    if (words.length + Number(options.last) !== 1) {
      throw new DomainError("missing-value", "`undo-change` takes the serial of a change, or `--last`", {
        hint: { say: "see the serials with", commands: [["get-history"]] },
      });
    }
    if (words.length > 0) serialOf(words[0]!);
  },
  prepare: async ({ words }, { history }) => findChange(history(), words[0] && serialOf(words[0])),
  write: (draft, _, { change, later }) => {
    const outcome = undoChange(draft, change, later);
    return { ...outcome, report: undoReport(draft.writes()) };
  },
  view: storedView("settings"),
});

const serialOf = (word: string): number => checkInteger("the serial", { minimum: 1 }, word);

interface Found {
  readonly change: JournalEntry;
  readonly later: readonly JournalEntry[];
}

/** The change of this serial, else the latest; and those after it that touched one of its objects. */
async function findChange(
  history: ReturnType<Preparation["history"]>,
  serial: number | "" | undefined,
): Promise<Found> {
  let change: JournalEntry | undefined;
  let touched = new Set<string>();
  const later: JournalEntry[] = [];
  for await (const entry of history) {
    if (serial === undefined ? !isNote(entry) : entry.serial === serial) {
      change = entry;
      touched = keysOf(entry);
    } else if (change !== undefined && [...keysOf(entry)].some((key) => touched.has(key))) later.push(entry);
  }
  if (change !== undefined) return { change, later };
  const wanted = serial === undefined ? "any change" : `change ${serial}`;
  throw new DomainError("not-found", `the history does not hold ${wanted}`, {
    hint: { say: "see the serials with", commands: [["get-history"]] },
    details: { serial: serial ?? null },
  });
}

/** A change that only says that something was done to the files: history that was dropped, a file brought up to date. */
const isNote = ({ writes, content, directory, directoryBefore }: JournalEntry): boolean =>
  writes.length === 0 && content === undefined && directory === directoryBefore;

const keysOf = ({ writes }: JournalEntry): Set<string> =>
  new Set(writes.map(({ collection, id }) => `${collection} ${id}`));
