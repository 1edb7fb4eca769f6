import { batches, rowsAtOnce } from "./batches.ts";
import { escapeInQuotes } from "./printable.ts";
import type { Cell, Row, View } from "./view.ts";

/** One JSON array with two-space indent, the same keys in every row; `[]` without rows. */
export function* renderJson(rows: Iterable<Row>, view: View): Generator<string> {
  let between = "[\n";
  for (const batch of batches(rows, rowsAtOnce, rowsAtOnce)) {
    const elements = batch.map((row) => `  ${jsonText(record(row, view), 2).replaceAll("\n", "\n  ")}`);
    yield between + elements.join(",\n");
    between = ",\n";
  }
  // "[" waits for the first rows, so that a refusal while reading them leaves stdout empty.
  yield between === "[\n" ? "[]\n" : "\n]\n";
}

/** One JSON object a line, the same keys in every row. */
export function* renderNdjson(rows: Iterable<Row>, view: View): Generator<string> {
  for (const batch of batches(rows, rowsAtOnce, rowsAtOnce)) {
    yield batch.map((row) => `${jsonText(record(row, view))}\n`).join("");
  }
}

/** JSON in which control and bidirectional characters are escaped, also those that JSON lets through. */
export function jsonText(value: unknown, indent?: number): string {
  return escapeInQuotes(JSON.stringify(value, null, indent));
}

/** The row with exactly the view's columns, in its order; null where it has none. */
export function record(row: Row, view: View): Record<string, Cell> {
  return Object.fromEntries(view.columns.map(({ name }) => [name, row[name] ?? null]));
}
