import { poolOf } from "../identity-text.ts";
import { collections, type State } from "../state.ts";
import { fold } from "../text.ts";
import { exportState, type ManifestContent, manifestObjects, placesIn, type Selection } from "./export.ts";

/** A part of a manifest, and the name of its file without an ending. */
export interface ManifestPart {
  readonly name: string;
  readonly content: ManifestContent;
}

const others = collections.filter((collection) => collection !== "categories" && collection !== "rooms");

/**
 * A state as a manifest in parts: each category with its rooms, and everything else. File names are made of the
 * categories' names, in a folder for each pool where there are several; they are safe on every system, and differ in
 * more than case.
 */
export function splitState(state: State, selection: Selection = {}): ManifestPart[] {
  const taken = new Set(["environment"]);
  const categories = placesIn(state, "categories", selection);
  const pools = new Set(categories.map(({ text }) => fold(poolOf(text))));
  const rooms = roomsByCategory(state, selection);
  const parts = categories.map(({ id, text: identity }) => {
    const folder = pools.size > 1 ? `${safeName(poolOf(identity))}/` : "";
    const name = freeName(taken, `${folder}${safeName(identity.slice(poolOf(identity).length + 1))}`);
    const content = {
      categories: manifestObjects(state, "categories", [id]),
      rooms: manifestObjects(state, "rooms", rooms.get(id) ?? []),
    };
    return { name, content };
  });
  return [{ name: "environment", content: exportState(state, selection, others) }, ...parts];
}

function roomsByCategory(state: State, selection: Selection): ReadonlyMap<number | undefined, number[]> {
  const found = new Map<number | undefined, number[]>();
  for (const { id, categoryId } of placesIn(state, "rooms", selection)) {
    const some = found.get(categoryId);
    if (some === undefined) found.set(categoryId, [id]);
    else some.push(id);
  }
  return found;
}

const longestName = 80;

/** Letters, digits, blanks and a few signs, as every file system takes them; Windows keeps some names for itself. */
function safeName(name: string): string {
  const plain = name
    .replace(/[^\p{L}\p{N} ._()+-]/gu, "_")
    .replace(/^[ .]+|[ .]+$/g, "")
    .slice(0, longestName)
    .trimEnd();
  const isReserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(plain);
  return plain === "" || isReserved ? `_${plain}` : plain;
}

function freeName(taken: Set<string>, wanted: string): string {
  let name = wanted;
  for (let count = 2; taken.has(fold(name)); count++) name = `${wanted} ${count}`;
  taken.add(fold(name));
  return name;
}
