import type { Entry } from "../core/directory.ts";
import type { DirectoryDifference } from "../core/directory-difference.ts";
import { runnableWord } from "../core/principal.ts";
import { headerOf, type Row, type View } from "./view.ts";

/** How many there were of something, and the first few. */
interface Counted {
  readonly item: string;
  readonly count: number;
  readonly detail: string;
}

/** What was read, in the words of the import. */
export interface ReadReport {
  readonly items: readonly Counted[];
}

const view: View = {
  kind: "report",
  identity: "item",
  columns: [
    { name: "item", header: headerOf("item") },
    { name: "count", header: headerOf("count"), align: "right" },
    { name: "detail", header: headerOf("detail") },
  ],
};

const shownSamples = 5;

/** The report of an import: what was read and skipped, then what is new, changed, renamed or moved, and gone. */
export function directoryReport(
  read: ReadReport,
  difference: DirectoryDifference | undefined,
): { readonly view: View; readonly rows: readonly Row[] } {
  return {
    view,
    rows: [...read.items, ...(difference === undefined ? [] : changesIn(difference))].map((item) => ({
      ...item,
    })),
  };
}

function changesIn({ added, changed, moved, gone }: DirectoryDifference): Counted[] {
  return [
    { item: "added", count: added.length, detail: namesOf(added) },
    { item: "changed", count: changed.length, detail: namesOf(changed.map(({ after }) => after)) },
    {
      item: "renamed or moved",
      count: moved.length,
      detail: samples(
        moved.map(({ before, after }) => `${runnableWord(before)} is now ${runnableWord(after)}`),
      ),
    },
    { item: "gone", count: gone.length, detail: namesOf(gone) },
  ];
}

const namesOf = (entries: readonly Entry[]): string => samples(entries.map(runnableWord));

function samples(words: readonly string[]): string {
  const more = words.length > shownSamples ? ` and ${words.length - shownSamples} more` : "";
  return words.slice(0, shownSamples).join("; ") + more;
}
