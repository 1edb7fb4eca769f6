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

/** One object to show to programs. Members that are iterable, but no arrays, become lists as they are read. */
export type OutputDocument = Readonly<Record<string, unknown>>;

/** A document as JSON with two-space indent, in chunks, however long its lists are. */
export function* renderJsonDocument(document: OutputDocument): Iterable<string> {
  let before = "{\n";
  for (const [key, value] of Object.entries(document)) {
    const name = `${before}  ${JSON.stringify(key)}: `;
    if (isStream(value)) yield* jsonList(name, value);
    else yield name + indented(jsonText(value, 2), "  ");
    before = ",\n";
  }
  yield "\n}\n";
}

function* jsonList(name: string, items: Iterable<unknown>): Iterable<string> {
  let before = `${name}[\n`;
  for (const batch of batches(items, rowsAtOnce, rowsAtOnce)) {
    yield before + batch.map((item) => `    ${indented(jsonText(item, 2), "    ")}`).join(",\n");
    before = ",\n";
  }
  yield before === ",\n" ? "\n  ]" : `${name}[]`;
}

export const isStream = (value: unknown): value is Iterable<unknown> =>
  typeof value === "object" && value !== null && Symbol.iterator in value && !Array.isArray(value);

/** Further lines of a JSON or YAML text moved to the right: line feeds are layout there, and escaped within texts. */
export const indented = (text: string, indent: string): string => text.replaceAll("\n", `\n${indent}`);
