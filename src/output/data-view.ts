import type { ImportStep } from "../core/import-data.ts";
import { headerOf, type Row, type View } from "./view.ts";

const column = (name: string, inTable = true) => ({ name, header: headerOf(name), inTable });
const number = (name: string, inTable = true) => ({ ...column(name, inTable), align: "right" as const });

/** What an export wrote, and of which pool. */
export const exportView: View = {
  kind: "export",
  identity: "file",
  columns: [
    column("file"),
    column("pool"),
    column("level"),
    number("principals"),
    number("addins", false),
    number("categories"),
    number("rooms"),
    number("messages"),
    number("disabled", false),
    number("sizeBytes"),
  ],
};

/** What became of each thing in an archive. */
export const importView: View = {
  kind: "object",
  identity: "identity",
  columns: [column("kind"), column("identity"), column("action"), column("properties"), number("messages")],
};

export const importRow = ({ kind, identity, action, properties, messages }: ImportStep): Row => ({
  kind,
  identity,
  action,
  properties,
  messages,
});

/** How many rows of an import came to what. */
export function importCounts(rows: Iterable<Row>): readonly (readonly [string, number])[] {
  const counts = { created: 0, overwritten: 0, unchanged: 0, added: 0 };
  let added = 0;
  for (const { action, messages } of rows) {
    counts[action as ImportStep["action"]]++;
    added += Number(messages);
  }
  const { created, overwritten, unchanged } = counts;
  return Object.entries({ created, overwritten, unchanged, "messages added": added });
}
