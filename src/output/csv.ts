import { type Options, stringify } from "csv-stringify/sync";
import { joinList, neutralise } from "../core/csv-cell.ts";
import { batches, rowsAtOnce } from "./batches.ts";
import { isList } from "./cell.ts";
import type { Cell, Row, View } from "./view.ts";

/**
 * CSV as RFC 4180 quotes it, with line feeds: a header line always, then a line for each row. Lists are joined
 * (`joinList`), formulas made safe (`neutralise`), missing values empty, U+FFFD for NUL, which ends a text for some
 * readers; all else is the data as it is, to be read back.
 */
export function* renderCsv(rows: Iterable<Row>, view: View): Generator<string> {
  const options: Options = {
    // Blanks at either end are data, but some readers trim them outside quotes; a lone CR ends a line for others.
    quoted_match: /[\r\n]|^\s|\s$/,
    // An empty line would be no row at all.
    quoted_empty: view.columns.length === 1,
  };
  let header = [view.columns.map(({ name }) => name)];
  for (const batch of batches(rows, rowsAtOnce, rowsAtOnce)) {
    const lines = batch.map((row) => view.columns.map(({ name }) => field(row[name] ?? null)));
    yield stringify([...header, ...lines], options);
    header = [];
  }
  if (header.length > 0) yield stringify(header, options);
}

function field(cell: Cell): string {
  if (cell === null) return "";
  // A negative number is no formula.
  if (typeof cell === "number" || typeof cell === "boolean") return String(cell);
  const text = isList(cell) ? joinList(cell.map(plain)) : plain(cell);
  return neutralise(text.replaceAll("\0", "\uFFFD"));
}

/** One text; whatever has no form of its own in CSV, as JSON. */
function plain(cell: Cell): string {
  if (cell === null) return "";
  return typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}
