/**
 * The items in groups, in order: the first of at most `first`, the others of at most `following`. Never takes more
 * from `items` than the group it is about to yield.
 */
export function* batches<T>(items: Iterable<T>, first: number, following: number): Generator<readonly T[]> {
  let size = first;
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
    size = following;
  }
  if (batch.length > 0) yield batch;
}

/** Rows that are turned into text and written at once: enough to make writing cheap, few enough to start at once. */
export const rowsAtOnce = 100;
