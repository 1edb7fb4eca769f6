import type { ObjectLists } from "../core/memory-state.ts";
import { collections, type StoredObject } from "../core/state.ts";
import { emptyDocument, type StoreDocument } from "./document.ts";
import type { JournalRecord } from "./journal-format.ts";

/** Makes a store out of its journal, record by record. */
export interface Replay {
  apply(record: JournalRecord): void;
  /** The store after the records so far, or undefined before the first. */
  document(): StoreDocument | undefined;
}

/** `schema` is the `$schema` of a store whose journal does not say it. */
export function createReplay(schema: string): Replay {
  const objects = new Map(collections.map((collection) => [collection, new Map<number, StoredObject>()]));
  let envelope: Omit<StoreDocument, "lists"> | undefined;
  return {
    apply: ({ head, writes }) => {
      const { serial, lineage, nextId, directory } = head;
      const extra = head.extra ?? envelope?.extra ?? emptyDocument(lineage, schema).extra;
      envelope = { serial, lineage, nextId, directory, extra };
      for (const { collection, id, after } of writes) {
        if (after === undefined) objects.get(collection)!.delete(id);
        else objects.get(collection)!.set(id, after);
      }
    },
    document: () => envelope && { ...envelope, lists: listsOf(objects) },
  };
}

function listsOf(objects: ReadonlyMap<string, ReadonlyMap<number, StoredObject>>): ObjectLists {
  const lists = [...objects].map(([collection, byId]) => [
    collection,
    [...byId.values()].sort((a, b) => a.id - b.id),
  ]);
  return Object.fromEntries(lists) as unknown as ObjectLists;
}

/** Replays records up to the first that `wanted` refuses; undefined where the first is refused already. */
export function replay(
  records: Iterable<{ readonly record: JournalRecord }>,
  schema: string,
  wanted: (record: JournalRecord) => boolean = () => true,
): StoreDocument | undefined {
  const made = createReplay(schema);
  for (const { record } of records) {
    if (!wanted(record)) break;
    made.apply(record);
  }
  return made.document();
}
