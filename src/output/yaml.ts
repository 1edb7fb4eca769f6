import { Scalar, stringify } from "yaml";
import { hasUnprintable } from "../core/text.ts";
import { batches, rowsAtOnce } from "./batches.ts";
import { isList } from "./cell.ts";
import { indented, isStream, type OutputDocument, record } from "./json.ts";
import { escapeInQuotes, hasLoneSurrogate } from "./printable.ts";
import type { Cell, Row, View } from "./view.ts";

const options = {
  aliasDuplicateObjects: false,
  // Readers of YAML 1.1 (PyYAML, Ansible) take a plain `yes` or `0123` for something else than text.
  compat: "yaml-1.1",
  // Texts stay on one line: folding adds line breaks that escapeInQuotes could not tell from data.
  lineWidth: 0,
  doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
} as const;

/** One YAML sequence, the same keys in every row; `[]` without rows. */
export function* renderYaml(rows: Iterable<Row>, view: View): Generator<string> {
  let empty = true;
  for (const batch of batches(rows, rowsAtOnce, rowsAtOnce)) {
    const elements = batch.map((row) => quoted(record(row, view)));
    yield escapeInQuotes(stringify(elements, options));
    empty = false;
  }
  if (empty) yield "[]\n";
}

/** The cell with every text (and key) that needs escapes put in double quotes, the only place that has them. */
function quoted(cell: Cell): unknown {
  if (typeof cell === "string") return quotedText(cell);
  if (cell === null || typeof cell !== "object") return cell;
  if (isList(cell)) return cell.map(quoted);
  return new Map(Object.entries(cell).map(([key, value]) => [quotedText(key), quoted(value)]));
}

function quotedText(text: string): string | Scalar {
  if (!hasUnprintable(text) && !hasLoneSurrogate(text)) return text;
  const scalar = new Scalar(text);
  scalar.type = "QUOTE_DOUBLE";
  return scalar;
}

/** A document as YAML, in chunks, however long its lists are. */
export function* renderYamlDocument(document: OutputDocument): Iterable<string> {
  for (const [key, value] of Object.entries(document)) {
    if (isStream(value)) yield* yamlList(key, value);
    else yield yamlText({ [key]: value });
  }
}

function* yamlList(key: string, items: Iterable<unknown>): Iterable<string> {
  let before = `${key}:\n`;
  for (const batch of batches(items, rowsAtOnce, rowsAtOnce)) {
    yield `${before}  ${indented(yamlText(batch).trimEnd(), "  ")}\n`;
    before = "";
  }
  if (before !== "") yield yamlText({ [key]: [] });
}

/** One YAML document for any value. */
export function yamlText(value: unknown): string {
  return escapeInQuotes(stringify(quoted(value as Cell), options));
}
