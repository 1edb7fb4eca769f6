import { defineCommand, oneWord, type ServiceContext } from "../src/cli/command.ts";
import type { Snapshot } from "../src/core/change.ts";
import { createDraft } from "../src/core/draft.ts";
import { type Consequences, consequencesOf } from "../src/core/effects.ts";
import { DomainError } from "../src/core/errors.ts";
import type { Effect } from "../src/core/outcome.ts";
import type { State, Write } from "../src/core/state.ts";
import { writesBetween } from "../src/core/writes-between.ts";
import { restoreView } from "../src/output/history-view.ts";
import type { Row } from "../src/output/view.ts";
import { countedPeople, effectLines } from "../src/output/wording.ts";

export default defineCommand({
  summary: "bring the store to the state of a backup",
  group: "store",
  argument: oneWord("file", "backup to go back to"),
  examples: [
    {
      line: "pchat restore-store monday.pchat-backup --what-if",
      does: "what going back would do, and to whom",
    },
    {
      line: "pchat restore-store monday.pchat-backup --yes",
      does: "go back to a backup without being asked",
    },
  ],
  notes: [
    "Where the backup is of this store, going back is a change like any other, and stands in the history. A backup of another store is refused without --force.",
    "-o json tells each consequence for people; of more than 100,000, effects is null, and they are counted by room on stderr in the other formats.",
  ],
  service: async (context, { words, force }) => {
    const { store, author, confirm, whatIf } = context;
    const file = words[0]!;
    const backup = await context.readBackup(file);
    const present = await presentOf(context, force);
    const consequences = differenceFor(present, backup);
    const people = [...effectLines(consequences)].map((say) => ({ say }));
    const effects = upTo(mostEffects, consequences.effects());
    if (whatIf) {
      const say = `would go back to \`${file}\` (nothing was written)`;
      return { view: restoreView, rows: [], hints: [{ say }, ...people] };
    }
    const crowd = countedPeople(consequences);
    await confirm(`bring the store to the state of \`${file}\`${crowd === "" ? "" : ` (${crowd})`}?`);
    const { serial, backupSerial, changed, kept } = await store.restore(file, author, { force });
    return {
      view: restoreView,
      rows: [{ file, serial, backupSerial, changed, kept, effects }],
      hints: people,
    };
  },
});

const mostEffects = 100_000;

/** All effects in a list; null where there are more than one answer can hold. */
function upTo(most: number, effects: Iterable<Effect>): Row[] | null {
  const rows: Row[] = [];
  for (const effect of effects) {
    if (rows.length === most) return null;
    rows.push({ ...effect });
  }
  return rows;
}

/** The store as it stands; undefined where there is none, or a damaged one that may be replaced. */
async function presentOf({ store }: ServiceContext, force: boolean): Promise<Snapshot | undefined> {
  if (!(await store.exists())) return undefined;
  try {
    return await store.read();
  } catch (error) {
    if (force && error instanceof DomainError) return undefined;
    throw error;
  }
}

/** What going back does to people. Another store has other people: there is nothing to compare. */
function differenceFor(present: Snapshot | undefined, backup: Snapshot): Consequences {
  if (present === undefined || present.lineage !== backup.lineage)
    return { effects: () => [], counts: () => [] };
  const writes = writesBetween(present.state, backup.state);
  const isOther = backup.directoryHash !== null && backup.directoryHash !== present.directoryHash;
  // A backup without a directory leaves the present one.
  const after = isOther ? backup.state : withWrites(present, writes);
  return consequencesOf(present.state, after, writes, isOther);
}

function withWrites({ state, nextId }: Snapshot, writes: readonly Write[]): State {
  const draft = createDraft(state, nextId);
  for (const { collection, id, after } of writes) {
    if (after === undefined) draft.remove(collection, id);
    else draft.restore(collection, after as never);
  }
  return draft;
}
