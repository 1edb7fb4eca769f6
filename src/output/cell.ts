import { printable } from "./printable.ts";

/** What a row can hold for a column. */
export type Cell = string | number | boolean | null | readonly Cell[] | { readonly [key: string]: Cell };

/** A cell as one text: nothing for null, the members of a list after commas, an object as `name=value` pairs. */
export function textOf(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell !== "object") return String(cell);
  if (isList(cell)) return cell.map(textOf).join(", ");
  return Object.entries(cell)
    .map(([key, value]) => `${key}=${textOf(value)}`)
    .join("; ");
}

/** A cell for people, safe on a terminal: one line for each member of a list, otherwise exactly one line. */
export function linesOf(cell: Cell): readonly string[] {
  if (cell === null) return [""];
  if (typeof cell === "boolean" || typeof cell === "number") return [String(cell)];
  if (!isList(cell)) return [printable(textOf(cell))];
  return cell.length === 0 ? [""] : cell.map((member) => printable(textOf(member)));
}

/** `Array.isArray` does not narrow readonly arrays. */
export function isList(cell: Cell): cell is readonly Cell[] {
  return Array.isArray(cell);
}
