import { poolOf } from "../identity-text.ts";
import { compareText, fold } from "../text.ts";
import type { ManifestContent, ManifestObject } from "./export.ts";

/** A part of a manifest, and the name of its file without an ending. */
export interface ManifestPart {
  readonly name: string;
  readonly content: ManifestContent;
}

/**
 * A manifest in parts: each category with its rooms, and everything else. File names are made of the categories'
 * names, in a folder for each pool where there are several; they are safe on every system, and differ in more than
 * case.
 */
export function splitContent(content: ManifestContent): ManifestPart[] {
  const { categories = [], rooms = [], ...rest } = content;
  const taken = new Set(["environment"]);
  const list = [...(categories as readonly ManifestObject[])].sort((a, b) =>
    compareText(identityOf(a), identityOf(b)),
  );
  const pools = new Set(list.map((category) => fold(poolOf(identityOf(category)))));
  const byCategory = roomsByCategory(rooms as readonly ManifestObject[]);
  const parts = list.map((category) => {
    const identity = identityOf(category);
    const folder = pools.size > 1 ? `${safeName(poolOf(identity))}/` : "";
    const name = freeName(taken, `${folder}${safeName(identity.slice(poolOf(identity).length + 1))}`);
    return { name, content: { categories: [category], rooms: byCategory.get(fold(identity)) ?? [] } };
  });
  return [{ name: "environment", content: rest }, ...parts];
}

const identityOf = (object: ManifestObject): string => String(object["identity"]);

function roomsByCategory(rooms: readonly ManifestObject[]): Map<string, ManifestObject[]> {
  const found = new Map<string, ManifestObject[]>();
  for (const room of rooms) {
    const category = String(room["category"]);
    const key = fold(category.includes("\\") ? category : `${poolOf(identityOf(room))}\\${category}`);
    const some = found.get(key);
    if (some === undefined) found.set(key, [room]);
    else some.push(room);
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
