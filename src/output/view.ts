import { DomainError } from "../core/errors.ts";
import { kebabCase } from "../core/property.ts";
import { compareText, fold } from "../core/text.ts";
import { type Cell, textOf } from "./cell.ts";

export type { Cell } from "./cell.ts";

/** One object to show. Its keys are the view's column names, never user input. */
export type Row = Readonly<Record<string, Cell>>;

export interface Column {
  /** Key in json, ndjson, yaml and csv: the property's name, `allowedMembers`. */
  readonly name: string;
  /** Title for people, as PowerShell spells it: `AllowedMembers`. */
  readonly header: string;
  /** False for what would make a table too wide; every other format has it. Default true. */
  readonly inTable?: boolean;
  /** Other names that are understood. */
  readonly aliases?: readonly string[];
  readonly align?: "left" | "right";
  /** In tables a longer list is cut after so many entries, and the rest counted; every other format shows all. */
  readonly entriesInTable?: number;
}

export interface View {
  /** What one row is, singular: `room`. */
  readonly kind: string;
  readonly columns: readonly Column[];
  /** The column that `-o name` prints. */
  readonly identity: string;
}

/** The PowerShell spelling of a property: `allowedMembers` → `AllowedMembers`. */
export function headerOf(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/**
 * The view with only the named columns, in the named order, all of them in tables too. `fields` are names separated
 * by commas, in any case, `allowedMembers` or `allowed-members`; a field named twice counts once.
 * Throws `invalid-value` for an unknown or empty name.
 */
export function selectFields(view: View, fields: string): View {
  const chosen = fields.split(",").map((field) => columnNamed(view, field.trim()));
  return { ...view, columns: [...new Set(chosen)].map(inFull) };
}

function inFull({ entriesInTable: _, ...column }: Column): Column {
  return { ...column, inTable: true };
}

/**
 * All rows in the order of one column, `-` before its name for the reverse. Texts are compared without regard to
 * case, numbers by size; numbers come before texts, missing values last either way; equal rows keep their order.
 * Throws `invalid-value` for an unknown name.
 */
export function sortRows(rows: Iterable<Row>, view: View, field: string): Row[] {
  const descending = field.startsWith("-");
  const { name } = columnNamed(view, descending ? field.slice(1) : field);
  const keyed = Array.from(rows, (row) => ({ row, key: sortKey(row[name] ?? null) }));
  keyed.sort((a, b) => compareKeys(a.key, b.key, descending ? -1 : 1));
  return keyed.map(({ row }) => row);
}

/** The column that a word names, in any case, as `allowedMembers` or `allowed-members`. Throws `invalid-value`. */
export function columnNamed(view: View, word: string): Column {
  const wanted = fold(word).replaceAll("-", "");
  const column =
    view.columns.find(({ name }) => fold(name) === wanted) ??
    view.columns.find(({ aliases = [] }) => aliases.some((alias) => fold(alias) === wanted));
  if (column !== undefined) return column;
  const names = view.columns.map(({ name }) => name);
  throw new DomainError(
    "invalid-value",
    `${/^[aeio]/.test(view.kind) ? "an" : "a"} ${view.kind} has no field \`${word}\``,
    {
      hint: { say: `fields are ${names.join(", ")}` },
      details: { fields: names },
      unknown: { word, among: () => [...names, ...names.map(kebabCase)] },
    },
  );
}

/** Folding once a row, not once a comparison, is most of the speed of a long sort. */
type SortKey = { readonly text: string; readonly folded: string } | number | null;

function sortKey(cell: Cell): SortKey {
  if (cell === null || typeof cell === "number") return cell;
  const text = textOf(cell);
  return { text, folded: fold(text) };
}

function compareKeys(a: SortKey, b: SortKey, direction: 1 | -1): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return direction * comparePresent(a, b);
}

function comparePresent(a: NonNullable<SortKey>, b: NonNullable<SortKey>): number {
  if (typeof a === "number") return typeof b === "number" ? a - b : -1;
  if (typeof b === "number") return 1;
  if (a.folded !== b.folded) return a.folded < b.folded ? -1 : 1;
  return compareText(a.text, b.text);
}
