import { type Format, loadRenderer } from "../../src/output/render.ts";
import { headerOf, type Row, type View } from "../../src/output/view.ts";

export const roomView: View = {
  kind: "room",
  identity: "identity",
  columns: [
    { name: "identity", header: headerOf("identity") },
    { name: "membershipType", header: headerOf("membershipType") },
    { name: "disabled", header: headerOf("disabled") },
    { name: "members", header: headerOf("members") },
    { name: "size", header: headerOf("size"), align: "right" },
    { name: "description", header: headerOf("description"), inTable: false },
  ],
};

export const helpDesk: Row = {
  identity: "pool\\Help Desk",
  membershipType: "Closed",
  disabled: false,
  members: ["sip:ana@litwareinc.com", "CN=Sales\\, West,DC=litwareinc,DC=com"],
  size: 12,
  description: "first | second",
};

export const lobby: Row = {
  identity: "pool\\受付 🚀",
  membershipType: "Open",
  disabled: true,
  members: [],
  size: null,
  description: null,
};

interface Options {
  readonly color?: boolean;
  readonly width?: number;
}

export async function chunksOf(
  format: Format,
  rows: Iterable<Row>,
  view: View = roomView,
  { color = false, width }: Options = {},
): Promise<string[]> {
  const renderer = await loadRenderer(format, { color, width });
  return [...renderer(rows, view)];
}

export async function textOf(
  format: Format,
  rows: Iterable<Row>,
  view: View = roomView,
  options: Options = {},
): Promise<string> {
  return (await chunksOf(format, rows, view, options)).join("");
}

export const lines = (...text: string[]): string => text.map((line) => `${line}\n`).join("");

/** Rows of `{ identity }` that are made as they are taken, and how many were. */
export function countedRows(count: number): { rows: Iterable<Row>; taken: () => number } {
  let taken = 0;
  function* rows(): Generator<Row> {
    while (taken < count) {
      taken++;
      yield { ...helpDesk, identity: `pool\\Room ${taken}`, members: ["sip:ana@litwareinc.com"] };
    }
  }
  return { rows: rows(), taken: () => taken };
}
