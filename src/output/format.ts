import type { Row, View } from "./view.ts";

export const formats = ["table", "list", "json", "ndjson", "yaml", "csv", "name", "none"] as const;
export type Format = (typeof formats)[number];

export interface RenderOptions {
  readonly color: boolean;
  /** Columns of the terminal; undefined when stdout is not one, and then tables are as wide as they need. */
  readonly width: number | undefined;
}

/** Rows to chunks of text. Takes rows as it needs them; chunks are whole lines, and there are none without text. */
export type Renderer = (rows: Iterable<Row>, view: View) => Iterable<string>;
