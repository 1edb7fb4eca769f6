import { collections, nouns, type State } from "../core/state.ts";
import { headerOf, type Row, type View } from "./view.ts";

/** What a store says of itself. */
export interface StoreDescription {
  readonly path: string;
  readonly lineage: string;
  readonly serial: number;
  readonly sizeBytes: number;
  readonly journalBytes: number;
  readonly directoryDate: string | null;
  readonly behind: boolean;
  /** Serial that the file alone is at. */
  readonly fileSerial: number;
}

const counted = collections.filter((collection) => collection !== "settings");
const facts = ["path", "serial", "lineage", "sizeBytes", "journalBytes", "directoryDate", "behind"] as const;
const inTable: readonly string[] = ["path", "serial", "directoryDate", "sizeBytes"];

export const storeView: View = {
  kind: "store",
  identity: "path",
  columns: [
    ...facts.map((name) => ({ name, header: headerOf(name), inTable: inTable.includes(name) })),
    { name: "requireReason", header: headerOf("requireReason"), inTable: false },
    ...counted.map((collection) => ({
      name: collection,
      header: headerOf(nouns[collection].collection),
      align: "right" as const,
    })),
  ],
};

/** The row of a store, with how many objects of each kind it holds. */
export function storeRow(store: StoreDescription, state: State): Row {
  return {
    ...Object.fromEntries(facts.map((name) => [name, store[name]])),
    requireReason: [...state.all("settings")][0]?.requireReason ?? null,
    ...Object.fromEntries(counted.map((collection) => [collection, state.count(collection)])),
  };
}
