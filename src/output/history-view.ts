import type { JournalEntry } from "../core/change.ts";
import type { ContentFact } from "../core/content-change.ts";
import { identityOf } from "../core/identity.ts";
import { nouns, type Write } from "../core/state.ts";
import { headerOf, type Row, type View } from "./view.ts";
import { contentWords } from "./wording.ts";

const column = (name: string, inTable = true) => ({ name, header: headerOf(name), inTable });

/** Changes as the journal has them. */
export const historyView: View = {
  kind: "change",
  identity: "serial",
  columns: [
    column("serial"),
    column("time"),
    column("actor"),
    column("command"),
    column("reason"),
    { ...column("changes"), entriesInTable: 3 },
    column("osUser", false),
    column("as", false),
  ],
};

/** The row of a change of whose writes only their texts were kept. */
export function historyRow(entry: JournalEntry<string>): Row {
  const { serial, time, actor, command, reason, writes, content = [], osUser, as } = entry;
  const changes = [...writes, ...content.map((fact) => contentText(fact))];
  return { serial, time, actor, command, reason, changes, osUser, as };
}

const contentText = (fact: ContentFact): string => contentWords([fact], "did").replaceAll("`", "");

/** What a write did to its object. */
export function changeText(write: Write): string {
  return `${actionOf(write)} ${nouns[write.collection].one} ${identityAfter(write)}`;
}

const actionOf = ({ before, after }: Write): string =>
  before === undefined ? "created" : after === undefined ? "removed" : "updated";
const identityAfter = ({ collection, before, after }: Write): string =>
  identityOf(collection, (after ?? before) as never);

/** What became of each object when a change was taken back. */
export function undoReport(writes: readonly Write[]): { readonly view: View; readonly rows: readonly Row[] } {
  return {
    view: undoView,
    rows: writes.map((write) => ({
      action: actionOf(write),
      kind: nouns[write.collection].kind,
      identity: identityAfter(write),
    })),
  };
}

const undoView: View = {
  kind: "object",
  identity: "identity",
  columns: [column("action"), column("kind"), column("identity")],
};

/** Parts of a store, each found whole or not. */
export const partView: View = {
  kind: "part",
  identity: "part",
  columns: [column("part"), column("ok"), column("detail")],
};

/** States to which a damaged store could be brought. */
export const candidateView: View = {
  kind: "candidate",
  identity: "from",
  columns: [column("from"), column("serial"), column("objects")],
};

export const backupView: View = {
  kind: "backup",
  identity: "file",
  columns: [column("file"), column("serial"), column("time"), column("sizeBytes")],
};

export const restoreView: View = {
  kind: "restore",
  identity: "file",
  columns: [
    column("file"),
    column("serial"),
    column("backupSerial"),
    column("changed"),
    column("kept"),
    column("effects", false),
  ],
};

export const compactView: View = {
  kind: "compaction",
  identity: "serial",
  columns: [column("dropped"), column("kept"), column("roomsForgotten"), column("serial")],
};
