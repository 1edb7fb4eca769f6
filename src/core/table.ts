import type { Series } from "./shelf.ts";

/** Cells as a file has them. Rows may be wider or narrower than the header. */
export interface Table {
  /** The file's name as it was given, or `stdin`. */
  readonly name: string;
  /** What stands between cells. */
  readonly delimiter: string;
  /** Whether the file begins with a byte-order mark. */
  readonly marked: boolean;
  readonly header: readonly string[];
  readonly rows: Series<TableRow>;
}

export interface TableRow {
  /** As a spreadsheet counts, the header being row 1. */
  readonly row: number;
  readonly cells: readonly string[];
}
