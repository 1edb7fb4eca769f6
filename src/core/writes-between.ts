import { sameValue } from "./draft.ts";
import { type Collection, collections, type StoredObject, type Write } from "./state.ts";

/** Everything stored, each kind by ascending id. */
interface Everything {
  all(collection: Collection): Iterable<StoredObject>;
}

/**
 * The writes that lead from one state of a store to another of the same store, where ids say what is the same: of each
 * kind what is put, then what is removed. Each state is walked once, and of what is the same nothing is held.
 */
export function writesBetween(before: Everything, after: Everything): Write[] {
  return collections.flatMap((collection) => {
    const put: Write[] = [];
    const removed: Write[] = [];
    for (const [was, now] of paired(before.all(collection), after.all(collection))) {
      const { id } = (was ?? now)!;
      if (now === undefined) removed.push({ collection, id, before: was } as Write);
      else if (was === undefined) put.push({ collection, id, after: now } as Write);
      else if (!sameValue(was, now)) put.push({ collection, id, before: was, after: now } as Write);
    }
    return [...put, ...removed];
  });
}

/** Objects of two lists, those of the same id together. */
function* paired(
  before: Iterable<StoredObject>,
  after: Iterable<StoredObject>,
): Generator<readonly [StoredObject | undefined, StoredObject | undefined], void> {
  const olds = before[Symbol.iterator]();
  let old = olds.next();
  for (const now of after) {
    for (; old.done !== true && old.value.id < now.id; old = olds.next()) yield [old.value, undefined];
    const isSame = old.done !== true && old.value.id === now.id;
    yield [isSame ? old.value : undefined, now];
    if (isSame) old = olds.next();
  }
  for (; old.done !== true; old = olds.next()) yield [old.value, undefined];
}
