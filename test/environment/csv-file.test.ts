import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DomainError } from "../../src/core/errors.ts";
import type { Shelf } from "../../src/core/shelf.ts";
import type { Table, TableRow } from "../../src/core/table.ts";
import { readCsv } from "../../src/environment/csv-file.ts";
import { scratchFile } from "../../src/store/scratch-file.ts";

/** A file in pieces of a few bytes, so that every mark, character and line end is cut somewhere. */
const file = (bytes: Uint8Array, piece = 3) => ({
  name: "r.csv",
  chunks: (async function* () {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  })(),
});

interface ReadTable extends Omit<Table, "rows"> {
  readonly rows: readonly TableRow[];
}

const readBytes = async (bytes: Uint8Array, piece?: number, shelf?: Shelf): Promise<ReadTable> => {
  const { rows, ...rest } = await readCsv(file(bytes, piece), shelf);
  expect([...rows]).toHaveLength(rows.length);
  return { ...rest, rows: [...rows] };
};
const read = (text: string): Promise<ReadTable> => readBytes(Buffer.from(text));
const utf16be = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();

const table = (more: Partial<ReadTable>): ReadTable => ({
  name: "r.csv",
  delimiter: ",",
  marked: false,
  header: ["name", "members"],
  rows: [{ row: 2, cells: ["Zoë", "a|b"] }],
  ...more,
});

describe("a CSV file", () => {
  const text = "name,members\nZoë,a|b\n";
  test.each([
    ["as UTF-8", Buffer.from(text), {}],
    ["with a byte-order mark", Buffer.from(`\uFEFF${text}`), { marked: true }],
    ["as UTF-16 of Windows", Buffer.from(`\uFEFF${text}`, "utf16le"), { marked: true }],
    ["as UTF-16, big end first", utf16be(`\uFEFF${text}`), { marked: true }],
    ["with semicolons", Buffer.from(text.replaceAll(",", ";")), { delimiter: ";" }],
    ["with tabs", Buffer.from(text.replaceAll(",", "\t")), { delimiter: "\t" }],
    ["that says its separator", Buffer.from(`sep=;\r\n${text.replaceAll(",", ";")}`), { delimiter: ";" }],
    ["that says an unusual one", Buffer.from(`sep=^\r\n${text.replaceAll(",", "^")}`), { delimiter: "^" }],
    ["with line ends of Windows", Buffer.from(text.replaceAll("\n", "\r\n")), {}],
    ["with line ends of old", Buffer.from(text.replaceAll("\n", "\r")), {}],
    ["without a last line end", Buffer.from(text.trimEnd()), {}],
  ])("%s", async (_, bytes, more) => {
    expect(await readBytes(bytes)).toEqual(table(more));
  });

  test("with commas in the titles and semicolons between them", async () => {
    expect(await read('"a,b,c";d\n1;2\n')).toEqual(
      table({ delimiter: ";", header: ["a,b,c", "d"], rows: [{ row: 2, cells: ["1", "2"] }] }),
    );
  });

  test("of one column", async () => {
    expect(await read("name\nA;B\n")).toEqual(
      table({ header: ["name"], rows: [{ row: 2, cells: ["A;B"] }] }),
    );
  });

  test("counts empty rows, and leaves them out; wide and narrow ones stay", async () => {
    expect((await read("a,b\n\n,\n1,2\n3\n4,5,6\n")).rows).toEqual([
      { row: 4, cells: ["1", "2"] },
      { row: 5, cells: ["3"] },
      { row: 6, cells: ["4", "5", "6"] },
    ]);
  });

  test.each(["", "\uFEFF"])("without anything is refused as empty: %j", async (text) => {
    await expect(read(text)).rejects.toMatchObject({ code: "invalid-file", message: "`r.csv` is empty" });
  });

  test.each([
    ["in memory", undefined],
    ["on a shelf", 0],
    ["in memory and on a shelf", 1],
  ])("keeps every cell, whatever is in it: %s", async (_, after) => {
    const cell = fc
      .string({
        unit: fc.oneof(
          fc.constantFrom('"', ",", ";", "\t", "\n", "\r", "|", " ", "'"),
          fc.string({ unit: "grapheme", maxLength: 2 }),
        ),
      })
      .filter((text) => !/\p{Cs}/u.test(text));
    const cells = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 });
    const format = fc.record({
      delimiter: fc.constantFrom(",", ";", "\t"),
      record_delimiter: fc.constantFrom("\n", "\r\n"),
      bom: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(cells, format, fc.integer({ min: 1, max: 40 }), async (records, options, piece) => {
        const text = stringify([["name", "members"], ...records], { ...options, quoted: true });
        const { delimiter, marked, rows } = await readBytes(
          Buffer.from(text),
          piece,
          after === undefined ? undefined : scratchFile(after),
        );
        const kept = records.map((record, index) => ({ row: index + 2, cells: record }));
        expect({ delimiter, marked, rows }).toEqual({
          delimiter: options.delimiter,
          marked: options.bom,
          rows: kept.filter((row) => row.cells.some((each) => each !== "")),
        });
      }),
    );
  });
});

describe("what is no CSV file is refused", () => {
  const quotes = "a quote stands inside a cell that is not quoted, or text after the end of one that is";
  test.each([
    [Buffer.from('a,b\n1,2\n3,"x" y\n'), `r.csv row 3: ${quotes}`],
    [Buffer.from('a,b\n1 "x",2\n'), `r.csv row 2: ${quotes}`],
    [Buffer.from('a,b\n1,"2\n\n'), "r.csv row 2: a quote is never closed"],
    [Buffer.from([0x61, 0x0a, 0xe9, 0x0a]), "`r.csv` is not UTF-8 or UTF-16 text"],
    [Buffer.from([0xff, 0xfe, 0x61]), "`r.csv` is not UTF-8 or UTF-16 text"],
  ])("%s", async (bytes, message) => {
    const error = await readCsv(file(bytes)).catch((thrown: unknown) => thrown);
    if (!(error instanceof DomainError)) throw error;
    expect([error.code, error.message]).toEqual(["invalid-file", message]);
  });
});
