import type { Snapshot } from "../core/change.ts";
import { memoryState, type ObjectLists } from "../core/memory-state.ts";
import { noContent } from "../core/message.ts";
import { collections } from "../core/state.ts";
import type { Store } from "./context.ts";

const nothing = Object.fromEntries(
  collections.map((collection) => [collection, []]),
) as unknown as ObjectLists;

/** A store before it is made: nothing is in it, not even what every store has from the start. */
export const emptySnapshot: Snapshot = {
  state: memoryState(nothing, () => undefined),
  lineage: "",
  serial: 0,
  nextId: 1,
  directoryHash: null,
  content: noContent,
};

/** A store that is not there yet, and that its first change makes. */
export function unmadeStore(store: Store): Pick<Store, "read" | "update"> {
  return {
    read: async () => ({ ...emptySnapshot, notices: [] }),
    update: async (authorship, step) => {
      const { change, value } = step(emptySnapshot);
      if (change === undefined) return { value, serial: 0, changed: false, notices: [] };
      const { serial } = await store.create(authorship, change);
      return { value, serial, changed: true, notices: [] };
    },
  };
}
