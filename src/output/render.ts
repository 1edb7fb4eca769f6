import type { Format, Renderer, RenderOptions } from "./format.ts";
import type { Row, View } from "./view.ts";

export { type Format, formats, type Renderer, type RenderOptions } from "./format.ts";

/**
 * The renderer of a format, after loading the libraries that this format needs and no other: they are what makes
 * starting slow.
 */
export async function loadRenderer(format: Format, options: RenderOptions): Promise<Renderer> {
  switch (format) {
    case "table":
      return (await import("./table.ts")).loadTable(options);
    case "list":
      return (await import("./list.ts")).renderList;
    case "json":
      return (await import("./json.ts")).renderJson;
    case "ndjson":
      return (await import("./json.ts")).renderNdjson;
    case "yaml":
      return (await import("./yaml.ts")).renderYaml;
    case "csv":
      return (await import("./csv.ts")).renderCsv;
    case "name":
      return (await import("./list.ts")).renderNames;
    case "none":
      return () => [];
  }
}

/** Rows in a format, chunk by chunk: `loadRenderer` for callers that can wait between chunks. */
export async function* render(
  rows: Iterable<Row>,
  view: View,
  format: Format,
  options: RenderOptions,
): AsyncGenerator<string> {
  const renderer = await loadRenderer(format, options);
  yield* renderer(rows, view);
}
