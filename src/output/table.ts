import CliTable3 from "cli-table3";
import { batches, rowsAtOnce } from "./batches.ts";
import { linesOf } from "./cell.ts";
import { loadPaint, type Paint } from "./color.ts";
import type { Renderer, RenderOptions } from "./format.ts";
import { listOf } from "./list.ts";
import { textWidth, wrap } from "./text-width.ts";
import type { Column, Row, View } from "./view.ts";

/** Rows that are measured before the first line is drawn; the widths stay for the rest. */
const measuredRows = 200;
const gap = "  ";
/** Columns with long cells keep this width on a narrow terminal. */
const narrowest = 8;
/** Marks the further lines of a wrapped text, which could otherwise pass for members of a list or for rows. */
const indent = "  ";

/**
 * The renderer of tables: a line of headers, a rule, the rows; no boxes, as in PowerShell's Format-Table. Draws the
 * first rows before it has seen the others, so a later cell that is too long for its column is wrapped in it; nothing
 * is ever cut. Where a terminal is too narrow for the columns, the rows become lists.
 */
export async function loadTable({ color, width }: RenderOptions): Promise<Renderer> {
  const paint = await loadPaint(color);
  return (rows, view) => drawTable(rows, view, width, paint);
}

type Cells = readonly (readonly string[])[];

function* drawTable(
  rows: Iterable<Row>,
  view: View,
  width: number | undefined,
  paint: Paint,
): Generator<string> {
  const columns = view.columns.filter(({ inTable }) => inTable !== false);
  const groups = batches(rows, measuredRows, rowsAtOnce);
  const first = groups.next();
  if (first.done === true) return;
  const cells = first.value.map((row) => cellsOf(row, columns));
  const widths = fitWidths(columns, cells, first.value.length === measuredRows, width);
  if (widths === undefined) {
    yield* listOf(chain(first.value, groups), columns);
    return;
  }
  const frame = drawFrame(columns, widths, paint);
  yield frame.head + drawRows(cells, frame);
  for (const group of groups) {
    yield drawRows(
      group.map((row) => cellsOf(row, columns)),
      frame,
    );
  }
}

const cellsOf = (row: Row, columns: readonly Column[]): Cells =>
  columns.map(({ name, entriesInTable }) => atMost(linesOf(row[name] ?? null), entriesInTable));

/** A list of many entries, cut, with the number of the others; one more is never worth a line of its own. */
function atMost(lines: readonly string[], most: number | undefined): readonly string[] {
  if (most === undefined || lines.length <= most + 1) return lines;
  return [...lines.slice(0, most), `(${lines.length - most} more)`];
}

function* chain(first: readonly Row[], others: Iterable<readonly Row[]>): Generator<Row> {
  yield* first;
  for (const group of others) yield* group;
}

/**
 * The width of each column for the rows seen, with some room for longer cells when more rows follow; on a terminal
 * at most its width in all, the widest columns giving way first. Undefined when even that does not fit.
 */
function fitWidths(
  columns: readonly Column[],
  rows: readonly Cells[],
  moreFollow: boolean,
  terminal: number | undefined,
): readonly number[] | undefined {
  const measured = columns.map(({ header }, index) => measure(header, rows, index));
  const room =
    terminal === undefined ? Number.POSITIVE_INFINITY : terminal - gap.length * (columns.length - 1);
  const roomy = measured.map(({ natural, varies }) =>
    moreFollow && varies ? natural + Math.ceil(natural / 4) : natural,
  );
  return sum(roomy) <= room ? roomy : shrink(measured, room);
}

interface Measure {
  /** The widest cell or the header. Two at least, since one character may take that many. */
  readonly natural: number;
  /** What is left of it on a narrow terminal; the parts of `MembershipType` stay whole. */
  readonly least: number;
  readonly varies: boolean;
}

function measure(header: string, rows: readonly Cells[], index: number): Measure {
  const widths = rows.map((cells) =>
    cells[index]!.reduce((most, line) => Math.max(most, textWidth(line)), 0),
  );
  const widest = Math.max(...widths);
  const natural = Math.max(widest, textWidth(header), 2);
  const parts = header.split(/(?<=[a-z])(?=[A-Z])/).map(textWidth);
  return {
    natural,
    least: Math.min(natural, Math.max(narrowest, ...parts)),
    varies: widest !== Math.min(...widths),
  };
}

function shrink(measured: readonly Measure[], room: number): readonly number[] | undefined {
  if (sum(measured.map(({ least }) => least)) > room) return undefined;
  const widths = measured.map(({ natural }) => natural);
  for (let excess = sum(widths) - room; excess > 0; excess--) {
    const spare = widths.map((width, index) => (width > measured[index]!.least ? width : 0));
    widths[spare.lastIndexOf(Math.max(...spare))]! -= 1;
  }
  return widths;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

interface Frame {
  /** The headers and the rule below them. */
  readonly head: string;
  /** What stands before, between and after the cells of a row. */
  readonly separators: readonly string[];
  readonly widths: readonly number[];
  readonly columns: readonly Column[];
}

/**
 * The table without its rows, drawn by cli-table3 with one row of `x`, which shows where cells go. The rows are put
 * into the frame here: cli-table3 keeps all rows until it draws, needs a quarter of a millisecond for each however
 * few they are, and measures text by a Unicode version in which younger emoji and South Asian marks do not align.
 */
function drawFrame(columns: readonly Column[], widths: readonly number[], paint: Paint): Frame {
  const table = new CliTable3({
    head: columns.map(({ header }, index) =>
      wrap(header, widths[index]!)
        .map((line) => paint.bold(line))
        .join("\n"),
    ),
    colWidths: [...widths],
    colAligns: columns.map(({ align }) => align ?? "left"),
    chars,
    // Without empty lists cli-table3 colours heads and borders, into pipes too.
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 0 },
  });
  table.push(widths.map((width) => "x".repeat(width)));
  const lines = table.toString().split("\n");
  const separators = lines.pop()!.split(/x+/);
  return { head: lines.map((line) => `${line.trimEnd()}\n`).join(""), separators, widths, columns };
}

const chars = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "─",
  "mid-mid": gap,
  right: "",
  "right-mid": "",
  middle: gap,
};

const drawRows = (rows: readonly Cells[], frame: Frame): string =>
  rows.map((cells) => drawRow(cells, frame)).join("");

function drawRow(cells: Cells, frame: Frame): string {
  const wrapped = cells.map((lines, index) => wrapAll(lines, frame.widths[index]!));
  const height = Math.max(...wrapped.map(({ length }) => length));
  let drawn = "";
  for (let line = 0; line < height; line++) {
    const texts = wrapped.map((lines) => lines[line] ?? "");
    drawn += `${drawLine(texts, frame).trimEnd()}\n`;
  }
  return drawn;
}

const wrapAll = (lines: readonly string[], width: number): readonly string[] =>
  lines.flatMap((line) => wrap(line, width, width < narrowest ? "" : indent));

function drawLine(texts: readonly string[], { separators, widths, columns }: Frame): string {
  let line = separators[0]!;
  for (const [index, text] of texts.entries()) {
    const blanks = " ".repeat(Math.max(0, widths[index]! - textWidth(text)));
    line += columns[index]!.align === "right" ? blanks + text : text + blanks;
    line += separators[index + 1]!;
  }
  return line;
}
