import type { StoredLists } from "../core/memory-state.ts";
import { type Collection, collections, type StoredObject, type Write } from "../core/state.ts";
import { completed } from "./completed.ts";
import { emptyDocument, type StoreDocument } from "./document.ts";
import { buildFileLists } from "./file-lists.ts";
import { readRange } from "./files.ts";
import { type OpenJournal, type OutlinedRecord, outlinesOf } from "./journal-file.ts";
import type { PlacedWrite } from "./journal-format.ts";
import type { KeptFile } from "./kept-file.ts";

/** Makes a store out of its journal, record by record. Its objects stay in the journal. */
export interface Replay {
  apply(record: Pick<OutlinedRecord, "record" | "writes">): void;
  /** The store after the records so far, or undefined before the first. */
  document(): StoreDocument | undefined;
}

/** `schema` is the `$schema` of a store whose journal does not say it. */
export function createReplay(journal: Pick<KeptFile, "fd">, schema: string): Replay {
  const latest = new Map(collections.map((collection) => [collection, new Map<number, PlacedWrite>()]));
  let envelope: Omit<StoreDocument, "lists"> | undefined;
  return {
    apply: ({ record: { head }, writes }) => {
      const { serial, lineage, nextId, directory } = head;
      const extra = head.extra ?? envelope?.extra ?? emptyDocument(lineage, schema).extra;
      envelope = { serial, lineage, nextId, directory, extra };
      for (const write of writes) {
        if (write.isRemoval) latest.get(write.collection)!.delete(write.id);
        else latest.get(write.collection)!.set(write.id, write);
      }
    },
    document: () => envelope && { ...envelope, lists: listsIn(journal, latest) },
  };
}

function listsIn(
  journal: Pick<KeptFile, "fd">,
  latest: ReadonlyMap<Collection, ReadonlyMap<number, PlacedWrite>>,
): StoredLists {
  const lists = [...latest].map(
    ([collection, writes]) => [collection, [...writes.values()].sort((a, b) => a.id - b.id)] as const,
  );
  const builder = buildFileLists(journal, objectAfter);
  for (const [collection, writes] of lists) {
    for (const { id, place } of writes) builder.add(collection, { ...place, id });
  }
  const held = (): StoredLists =>
    Object.fromEntries(
      lists.map(([collection, writes]) => [
        collection,
        writes.map(({ place: { offset, length } }) =>
          objectAfter(
            collection,
            JSON.parse(readRange(journal.fd, offset, offset + length).toString("utf8")),
          ),
        ),
      ]),
    ) as unknown as StoredLists;
  return builder.finish() ?? held();
}

/** What a write leaves, which has the same id. */
const objectAfter = (collection: Collection, write: unknown): StoredObject =>
  completed(collection, (write as Write).after!);

/** Replays records up to the first that `wanted` refuses; undefined where the first is refused already. */
export function replay(
  journal: OpenJournal,
  schema: string,
  wanted: (record: OutlinedRecord) => boolean = () => true,
): StoreDocument | undefined {
  const made = createReplay(journal, schema);
  for (const outlined of outlinesOf(journal)) {
    if (!wanted(outlined)) break;
    made.apply(outlined);
  }
  return made.document();
}
