import { initialValues } from "../core/patch.ts";
import { type Collection, nouns, type Write } from "../core/state.ts";

/** Kinds that got properties after the first release of this schema version. */
const grown: ReadonlySet<string> = new Set<Collection>(["pools"]);

/** A stored object with the initial value of each property that it was written without. */
export function completed<T extends object>(collection: Collection, object: T): T {
  return grown.has(collection)
    ? ({ ...initialValues(nouns[collection].properties), ...object } as T)
    : object;
}

/** Writes as this version would have recorded them. */
export function completedWrites(writes: readonly Write[]): readonly Write[] {
  if (!writes.some(({ collection }) => grown.has(collection))) return writes;
  return writes.map(
    ({ collection, id, before, after }) =>
      ({
        collection,
        id,
        ...(before === undefined ? {} : { before: completed(collection, before) }),
        ...(after === undefined ? {} : { after: completed(collection, after) }),
      }) as Write,
  );
}
