import { type Collection, collections, type StoredObject } from "../core/state.ts";
import { inOrder, type StoreDocument, schemaVersion } from "./document.ts";

/** What a store's file says of the store besides its lists. */
export type Envelope = Omit<StoreDocument, "lists">;

/*
 * The pieces that a store's text is made of (see document-text.ts): whoever reads or writes single records of it relies
 * on them.
 *
 *   {                          head
 *     "$schema": …,
 *     …
 *     "directory": null,
 *     "sites": [],             a list without records
 *     "rooms": [               a list
 *       {                      records, each indented by four
 *         "id": 3,
 *         …
 *       },
 *       …
 *     ]
 *   }                          foot, with properties that this version does not know before it
 */

/** The text up to the first list. */
export function headText(envelope: Envelope): string {
  const { lineage, serial, nextId, directory, extra } = envelope;
  const known = { $schema: extra["$schema"], schemaVersion, lineage, serial, nextId, directory };
  // JavaScript puts such names before all others.
  const numbered = Object.entries(extra).filter(([key]) => isNumbered(key));
  return JSON.stringify({ ...known, ...Object.fromEntries(numbered) }, null, 2).slice(0, -2);
}

const isNumbered = (key: string): boolean => /^(?:0|[1-9]\d*)$/.test(key) && Number(key) < 2 ** 32 - 1;

/** The text after the last list. */
export function footText({ extra }: Envelope): string {
  const rest = Object.entries(extra).filter(([key]) => key !== "$schema" && !isNumbered(key));
  if (rest.every(([, value]) => value === undefined)) return "\n}\n";
  return `,${JSON.stringify(Object.fromEntries(rest), null, 2).slice(1)}\n`;
}

export const listStart = (collection: Collection): string => `,\n  "${collection}": [`;
export const recordStart = "\n    ";
export const recordEnd = "\n    }";
export const betweenRecords = ",";
export const listEnd = "\n  ]";
export const emptyListEnd = "]";
export const firstList = listStart(collections[0]!);

/** What stands before and after an object in a list of lists: there it is indented as a record is. */
const beforeNested = "[\n  [\n    ".length;
const afterNested = "\n  ]\n]".length;

/** A record without the line feed and the blanks before it. */
export const recordText = (collection: Collection, object: StoredObject): string =>
  JSON.stringify([[inOrder(collection, object as never)]], null, 2).slice(beforeNested, -afterNested);
