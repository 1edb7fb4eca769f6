import type { JournalEntry } from "./change.ts";
import { type Draft, sameValue } from "./draft.ts";
import { DomainError } from "./errors.ts";
import { identityOf } from "./identity.ts";
import { judgeDraft } from "./judge.ts";
import type { Outcome, Touched, Warning } from "./outcome.ts";
import { type Properties, shownName } from "./property.ts";
import { type Collection, nouns, type StoredObject, type Write } from "./state.ts";

/**
 * Takes a change back, as a change of its own: what it created goes, what it removed comes back under its id, and
 * each property that it changed gets the value from before. What other changes did since to other properties stays.
 * `later` are the changes after it. Throws `later-change` where a property has another value by now than the change
 * gave it, naming the changes that did that; `not-permitted` for what cannot be taken back; and what judging the
 * result throws.
 */
export function undoChange(draft: Draft, change: JournalEntry, later: readonly JournalEntry[]): Outcome {
  requireUndoable(change);
  const clashes = change.writes.flatMap((write) => clashesOf(draft, write, later));
  if (clashes.length > 0) throw laterChange(change, clashes);
  for (const write of change.writes) invert(draft, write);
  return { touched: change.writes.map(touch), warnings: [...judgeDraft(draft), ...messagesStay(change)] };
}

function requireUndoable(change: JournalEntry): void {
  const { serial, command, writes, directory, directoryBefore, content = [] } = change;
  if (directory !== directoryBefore) {
    throw new DomainError(
      "not-permitted",
      `change ${serial} read in a directory, and the one before is not kept`,
      {
        hint: {
          say: "import the export of that time again",
          commands: [["import-directory", "export.ldif"]],
        },
        details: { serial, command },
      },
    );
  }
  if (content.some(({ removed, replaced }) => removed + replaced > 0)) {
    throw new DomainError(
      "not-permitted",
      `change ${serial} took messages away or replaced them, and their text is not kept`,
      {
        hint: { say: "a backup that holds them puts them back", commands: [["restore-store", "<file>"]] },
        details: { serial, command },
      },
    );
  }
  if (writes.length > 0) return;
  throw new DomainError(
    "not-permitted",
    `change ${serial} (\`${command}\`) changed no object that could be put back`,
    {
      details: { serial, command },
    },
  );
}

function messagesStay({ serial, content = [] }: JournalEntry): Warning[] {
  if (!content.some(({ added }) => added > 0)) return [];
  return [{ code: "notice", text: `the messages that change ${serial} added stay where they are` }];
}

const touch = ({ collection, id, before, after }: Write): Touched => ({
  collection,
  id,
  identity: identityOf(collection, (before ?? after) as never),
});

function invert(draft: Draft, { collection, id, before, after }: Write): void {
  if (before === undefined) draft.remove(collection, id);
  else if (after === undefined) draft.restore(collection, before as never);
  else draft.update(collection, id, pick(before, changedKeys(before, after)) as never);
}

const pick = (object: StoredObject, keys: readonly string[]): object =>
  Object.fromEntries(keys.map((key) => [key, object[key as never]]));

/** Every property by which two versions of an object differ, unknown ones of a newer version included. */
function changedKeys(a: StoredObject, b: StoredObject): string[] {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].filter((key) => !sameValue(a[key as never], b[key as never]));
}

/** What is no longer as a change left it, and the later changes that touched it. */
interface Clash {
  readonly identity: string;
  readonly kind: string;
  /** As shown; empty where the object itself is gone or there again. */
  readonly properties: readonly string[];
  readonly serials: readonly number[];
}

function clashesOf(draft: Draft, write: Write, later: readonly JournalEntry[]): Clash[] {
  const { collection, id, before, after } = write;
  const present = draft.get(collection, id);
  const keys = clashingKeys(before, after, present);
  if (keys === undefined) return [];
  const serials = later.filter((entry) => touches(entry, collection, id, keys)).map(({ serial }) => serial);
  const table = nouns[collection].properties as Properties;
  const properties = keys.filter((key) => key in table).map((key) => shownName(key, table[key]!));
  const { kind } = nouns[collection];
  return [{ identity: touch(write).identity, kind, properties, serials }];
}

/** Properties that are not as the change left them; none where the object itself is gone or back; undefined where all is. */
function clashingKeys(
  before: StoredObject | undefined,
  after: StoredObject | undefined,
  present: StoredObject | undefined,
): readonly string[] | undefined {
  if (after === undefined || present === undefined) return after === present ? undefined : [];
  const mine = before === undefined ? Object.keys(after) : changedKeys(before, after);
  const others = changedKeys(after, present);
  const clashing = mine.filter((key) => others.includes(key));
  return clashing.length === 0 ? undefined : clashing;
}

function touches(
  { writes }: JournalEntry,
  collection: Collection,
  id: number,
  keys: readonly string[],
): boolean {
  return writes.some((write) => {
    if (write.collection !== collection || write.id !== id) return false;
    if (write.before === undefined || write.after === undefined) return true;
    const changed = changedKeys(write.before, write.after);
    return keys.some((key) => changed.includes(key));
  });
}

function laterChange({ serial, command }: JournalEntry, clashes: readonly Clash[]): DomainError {
  const serials = [...new Set(clashes.flatMap((clash) => clash.serials))].sort((a, b) => b - a);
  const which =
    serials.length === 0
      ? "something"
      : `${serials.length === 1 ? "change" : "changes"} ${serials.toReversed().join(", ")}`;
  const what = clashes.map(({ identity, properties }) =>
    properties.length === 0 ? `\`${identity}\`` : `${properties.join(", ")} of \`${identity}\``,
  );
  return new DomainError(
    "later-change",
    `change ${serial} (\`${command}\`) cannot be undone: ${which} changed ${what.join("; ")} since`,
    {
      hint:
        serials.length === 0
          ? { say: "run it again" }
          : {
              say: "look at the later change; undo it first",
              commands: serials.map((later) => ["undo-change", String(later)]),
            },
      details: { serial, laterSerials: serials.toReversed(), changed: clashes },
    },
  );
}
