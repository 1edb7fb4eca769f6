import { batches, rowsAtOnce } from "./batches.ts";
import { linesOf, textOf } from "./cell.ts";
import { printable } from "./printable.ts";
import type { Column, Row, View } from "./view.ts";

/** PowerShell's Format-List with all columns: `Name : value`, list members below each other, a blank line between rows. */
export function renderList(rows: Iterable<Row>, view: View): Generator<string> {
  return listOf(rows, view.columns);
}

/** The same with the given columns. */
export function* listOf(rows: Iterable<Row>, columns: readonly Column[]): Generator<string> {
  const width = Math.max(0, ...columns.map(({ header }) => header.length));
  let between = "";
  for (const batch of batches(rows, rowsAtOnce, rowsAtOnce)) {
    const blocks = batch.map((row) => columns.map((column) => property(row, column, width)).join(""));
    yield between + blocks.join("\n");
    between = "\n";
  }
}

function property(row: Row, { name, header }: Column, width: number): string {
  const label = `${header.padEnd(width)} : `;
  const indent = " ".repeat(label.length);
  return linesOf(row[name] ?? null)
    .map((line, index) => `${`${index === 0 ? label : indent}${line}`.trimEnd()}\n`)
    .join("");
}

/** The identity of each row on a line of its own. */
export function* renderNames(rows: Iterable<Row>, view: View): Generator<string> {
  for (const batch of batches(rows, rowsAtOnce, rowsAtOnce)) {
    yield batch.map((row) => `${printable(textOf(row[view.identity] ?? null))}\n`).join("");
  }
}
