import { atMoment, defineCommand, integerValue, type Moment, value } from "../src/cli/command.ts";
import type { JournalEntry } from "../src/core/change.ts";
import { identityOf } from "../src/core/identity.ts";
import type { Write } from "../src/core/state.ts";
import { fold, wildcard } from "../src/core/text.ts";
import { spanOf } from "../src/core/time.ts";
import { changeText, historyRow, historyView } from "../src/output/history-view.ts";
import type { Row } from "../src/output/view.ts";

export default defineCommand({
  summary: "list the changes of the store: when, who, with which command, why, and what became of what",
  group: "store",
  options: {
    identity: value("only changes of objects whose identity matches, * and ? being wildcards", {
      placeholder: "pattern",
    }),
    actor: value("only changes by this person", { placeholder: "name" }),
    reason: value("only changes whose reason matches, * and ? being wildcards", { placeholder: "pattern" }),
    since: value("only changes from this ISO day or time on", { placeholder: "time" }),
    until: value("only changes up to this ISO day or time", { placeholder: "time" }),
    serial: integerValue("only this change"),
    at: atMoment,
    "result-size": integerValue("at most so many, the latest; 0 gives none"),
  },
  examples: [
    { line: "pchat get-history", does: "everything that was ever done to the store" },
    {
      line: "pchat get-history --identity '*Help Desk' --result-size 5",
      does: "the latest changes of a room",
    },
  ],
  service: async ({ store }, { options }) => {
    const meets = condition(options);
    const size = options["result-size"] ?? Number.POSITIVE_INFINITY;
    const rows: Row[] = [];
    for await (const entry of store.history(noted(options.identity))) {
      if (!meets(entry)) continue;
      rows.push(historyRow({ ...entry, writes: entry.writes.map(({ text }) => text) }));
      if (rows.length > size) rows.shift();
    }
    return { view: historyView, rows };
  },
});

/** What is looked at of a write: a change may have more of them than memory should hold. */
interface Noted {
  readonly text: string;
  /** Whether its object, before or after, is one of those asked for. */
  readonly isMeant: boolean;
}

function noted(identity: string | undefined): (write: Write) => Noted {
  const matches = identity === undefined ? () => true : wildcard(identity);
  return (write) => ({
    text: changeText(write),
    isMeant: [write.before, write.after].some(
      (object) => object !== undefined && matches(identityOf(write.collection, object as never)),
    ),
  });
}

interface Wanted {
  readonly identity: string | undefined;
  readonly actor: string | undefined;
  readonly reason: string | undefined;
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly serial: number | undefined;
  readonly at: Moment | undefined;
}

function condition({
  identity,
  actor,
  reason,
  since,
  until,
  serial,
  at,
}: Wanted): (entry: JournalEntry<Noted>) => boolean {
  const conditions: ((entry: JournalEntry<Noted>) => boolean)[] = [];
  if (serial !== undefined) conditions.push((entry) => entry.serial === serial);
  if (at !== undefined)
    conditions.push((entry) => ("serial" in at ? entry.serial <= at.serial : entry.time <= at.time));
  if (actor !== undefined) conditions.push((entry) => fold(entry.actor) === fold(actor));
  if (reason !== undefined) {
    const matches = wildcard(reason);
    conditions.push((entry) => matches(entry.reason ?? ""));
  }
  if (identity !== undefined) {
    const matches = wildcard(identity);
    conditions.push(
      ({ writes, content = [] }) =>
        content.some(({ room }) => matches(room)) || writes.some(({ isMeant }) => isMeant),
    );
  }
  if (since !== undefined) {
    const { start } = spanOf("`--since`", since);
    conditions.push((entry) => entry.time >= start);
  }
  if (until !== undefined) {
    const { end } = spanOf("`--until`", until);
    conditions.push((entry) => entry.time <= end);
  }
  return (entry) => conditions.every((meets) => meets(entry));
}
