import { defineCommand, flag, type ServiceContext } from "../src/cli/command.ts";
import { exitCode } from "../src/cli/exit-code.ts";
import type { Snapshot } from "../src/core/change.ts";
import type { Directory } from "../src/core/directory.ts";
import { createDraft, type Draft } from "../src/core/draft.ts";
import { consequencesOf } from "../src/core/effects.ts";
import { mirror } from "../src/core/environment/mirror.ts";
import { applyManifest } from "../src/core/environment/plan.ts";
import { beginStore } from "../src/core/initial-state.ts";
import { memoryState, type ObjectLists } from "../src/core/memory-state.ts";
import { collections, type State, type Write } from "../src/core/state.ts";
import { writesBetween } from "../src/core/writes-between.ts";
import { changeRows, changeView, comparisonSpeech, differenceText } from "../src/output/change-view.ts";
import { changeDocument, changesOf } from "../src/output/changes.ts";
import { printable } from "../src/output/printable.ts";

export default defineCommand({
  summary: "compare two stores, manifests, backups or moments of the store",
  group: "environments",
  argument: {
    name: "environment",
    meaning: "two of: a store, a manifest (file, folder, or - for stdin), a backup, serial:N of this store",
    minimum: 2,
    maximum: 2,
    stdin: false,
  },
  options: { access: flag("say also who may do more, and who less, in the second") },
  examples: [
    {
      line: "pchat compare-environment serial:9 pchat.json --access",
      does: "what became of the store since, and for whom",
      exitCode: exitCode.verdict,
    },
    {
      line: "pchat compare-environment serial:10 serial:11 -o json",
      does: "one change, property by property, for a script",
      exitCode: exitCode.verdict,
    },
  ],
  notes: [
    "Objects are the same when their names are; in two states of one store when their ids are, so that a rename is one. + is only in the second, - only in the first.",
    "A manifest stands for what a new store would hold after applying it, whatever the rules say of it. Its people are looked up in the directory of the other side, else of the store.",
    "Ends with exit code 0 where both are the same, and 10 where they differ.",
  ],
  service: async (context, { words, options }) => {
    const [first, second] = await readSides(context, words);
    const { before, after, writes, directoryChanged } = difference(first, second, options.access);
    const changes = changesOf({ before, after, touched: [], writes });
    const concerned = options.access ? writes : [];
    const consequences = consequencesOf(before, after, concerned, options.access && directoryChanged);
    const [someone] = consequences.counts();
    const differs = writes.length > 0 || someone !== undefined;
    return {
      view: changeView,
      rows: changeRows(changes),
      document: changeDocument({
        changed: differs,
        dryRun: true,
        serial: first.serial,
        changes,
        consequences,
        warnings: [],
      }),
      *text(paint) {
        yield `--- ${printable(first.name)}\n+++ ${printable(second.name)}\n`;
        yield* differenceText(changes, consequences, comparisonSpeech, paint);
      },
      exitCode: differs ? exitCode.verdict : exitCode.done,
    };
  },
});

/** One of the two, as a state. A manifest has no lineage. */
type Side = Pick<Snapshot, "state" | "lineage" | "serial" | "nextId"> & { readonly name: string };

async function readSides(context: ServiceContext, words: readonly string[]): Promise<[Side, Side]> {
  const stores = await Promise.all(words.map((word) => readStored(context, word)));
  const directory = await directoryFor(context, stores);
  const sides: Side[] = [];
  for (const [index, word] of words.entries()) {
    sides.push(stores[index] ?? (await readWanted(context, word, directory)));
  }
  return sides as [Side, Side];
}

/** Undefined for what is to be read as a manifest. */
async function readStored(context: ServiceContext, word: string): Promise<Side | undefined> {
  const serial = /^serial:(\d+)$/.exec(word)?.[1];
  if (serial !== undefined) return { ...(await context.store.read({ serial: Number(serial) })), name: word };
  if (word === "-" || (await context.preparation.listFolder(word)) !== undefined) return undefined;
  const beginning = (await context.preparation.readBeginning(word)) ?? "";
  if (beginning.startsWith('{"pchatBackup":')) return { ...(await context.readBackup(word)), name: word };
  const isStore =
    /^\s*\{/.test(beginning) && /"lineage"\s*:/.test(beginning) && !/"pchatPlan"/.test(beginning);
  return isStore ? { ...(await context.openStore(word).read()), name: word } : undefined;
}

/** In which people that a manifest names are looked up. */
async function directoryFor(
  { store }: ServiceContext,
  stores: readonly (Side | undefined)[],
): Promise<Directory | undefined> {
  if (!stores.includes(undefined)) return undefined;
  const other = stores.find((side) => side !== undefined);
  if (other !== undefined) return other.state.directory;
  return (await store.exists()) ? (await store.read()).state.directory : undefined;
}

async function readWanted(
  { preparation }: ServiceContext,
  word: string,
  directory: Directory | undefined,
): Promise<Side> {
  const nothing = Object.fromEntries(collections.map((collection) => [collection, []]));
  const draft = createDraft(
    memoryState(nothing as unknown as ObjectLists, () => directory),
    1,
  );
  beginStore(draft);
  applyManifest(draft, await preparation.readManifest([word]), { adopt: true });
  return { state: draft, lineage: "", serial: 0, nextId: draft.nextId, name: word === "-" ? "stdin" : word };
}

interface Compared {
  readonly before: State;
  readonly after: State;
  readonly writes: readonly Write[];
  readonly directoryChanged: boolean;
}

function difference(first: Side, second: Side, access: boolean): Compared {
  const [before, other] = [first.state, second.state];
  if (first.lineage !== "" && first.lineage === second.lineage) {
    const directoryChanged = access && before.directory?.hash !== other.directory?.hash;
    return { before, after: other, writes: writesBetween(before, other), directoryChanged };
  }
  const draft = createDraft(before, first.nextId);
  mirror(draft, other);
  return { before, after: draft, writes: draft.writes(), ...withDirectory(draft, other, access) };
}

/** Two stores may know different people: each side is judged by its own directory, where it has one. */
function withDirectory(draft: Draft, { directory }: State, access: boolean): { directoryChanged: boolean } {
  if (!access || directory === undefined || directory.hash === draft.directory?.hash) {
    return { directoryChanged: false };
  }
  draft.replaceDirectory({ content: { entries: [...directory.all()] }, date: directory.date, directory });
  return { directoryChanged: true };
}
