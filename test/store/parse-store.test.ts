import { closeSync, fstatSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DomainError } from "../../src/core/errors.ts";
import { collections } from "../../src/core/state.ts";
import { applyWrites, emptyDocument } from "../../src/store/document.ts";
import { documentText } from "../../src/store/document-text.ts";
import { parseStore } from "../../src/store/parse-store.ts";
import { type JsonPath, pathText, scanJson } from "../../src/text/json-scan.ts";
import { type Position, textWindow } from "../../src/text/text-window.ts";
import { initial } from "./values.ts";

/** Bytes cut into pieces of a size. */
function cut(bytes: Buffer, size: number): Buffer[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}

interface Place extends Position {
  readonly path: JsonPath;
}

/** Everything that is read of a text in pieces, but for the error that ends it, which may be none. */
function scanned(pieces: readonly Buffer[]) {
  const places: Place[] = [];
  const window = textWindow(pieces);
  try {
    const result = scanJson(window, {
      visit: (path, place) => {
        places.push({ path: [...path], ...place() });
      },
    });
    return { result, places };
  } catch (error) {
    return { result: String(error), places };
  }
}

const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }));
/** Any but the one name that the scan refuses. */
const key = text.filter((word) => word !== "__proto__");
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, false, 0, -1.5e-9, 2 ** 53 - 1),
    text,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;
const layout = fc.constantFrom<string | undefined>(undefined, "  ", "\t");
const pieceSize = fc.integer({ min: 1, max: 40 });

/** What a person or a tool may do to a text, at a place of it. */
const slip = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  taken: fc.integer({ min: 0, max: 3 }),
  put: fc.constantFrom(
    ...['"', "\\", "{", "}", "[", "]", ",", ":", "\n", "\r\n", "\u0000", "01", "1e999", "-", "nul", "é"],
    ...["9007199254740993", '"a":1,"a":2,', '"__proto__":1,', "\n<<<<<<< HEAD\n", "\n=======\r\n", "\\u00e9"],
    ...["[".repeat(120), "\ufeff", "\n>>>>>>> x"],
  ),
});

function slipped(whole: string, { at, taken, put }: typeof slip extends fc.Arbitrary<infer T> ? T : never) {
  const from = Math.floor(at * whole.length);
  return `${whole.slice(0, from)}${put}${whole.slice(from + taken)}`;
}

describe("a text in pieces", () => {
  test("has the value and the places that the whole has", () => {
    fc.assert(
      fc.property(json, layout, pieceSize, (value, indent, size) => {
        const whole = JSON.stringify(value, null, indent);
        const { result, places } = scanned(cut(Buffer.from(whole), size));
        expect(result).toEqual({ value: JSON.parse(whole), faults: [], brokenAt: undefined });
        const lines = whole.split("\n");
        for (const { path, line, column } of places) {
          const found = path.reduce((within, step) => (within as never)[step], JSON.parse(whole) as unknown);
          expect(lines[line - 1]!.slice(column - 1)[0], pathText(path)).toBe(JSON.stringify(found)[0]);
        }
      }),
    );
  });

  test("has the faults that the whole has", () => {
    fc.assert(
      fc.property(json, layout, fc.array(slip, { minLength: 1, maxLength: 2 }), pieceSize, (...random) => {
        const [value, indent, slips, size] = random;
        const whole = Buffer.from(slips.reduce(slipped, JSON.stringify(value, null, indent)));
        expect(scanned(cut(whole, size))).toEqual(scanned([whole]));
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    "1",
    "-0.5e-7",
    '"\\u00e9\\n"',
    "[]",
    "{}",
    ' [ 1 , {"a" : null } ] \r\n',
    "true",
    '{"a":{"a":1}}',
  ])("is what JSON takes: %j", (whole) => {
    for (const size of [1, 2, 100]) {
      expect(scanned(cut(Buffer.from(whole), size)).result).toEqual({
        value: JSON.parse(whole),
        faults: [],
        brokenAt: undefined,
      });
    }
  });
});

describe("a store's file in pieces", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "pchat-parse-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const empty = emptyDocument("11111111-2222", "schema");
  const document = applyWrites(empty, initial.writes, { serial: 1, nextId: 4, directory: null });
  const usual = Buffer.concat([...documentText(document)]).toString("utf8");

  /** What is read, with each object in memory, or how it is refused. */
  function outcome(pieces: readonly Buffer[], trusted = false): unknown {
    const whole = pieces.length === 1 ? pieces[0] : undefined;
    const path = join(folder, "pchat.json");
    writeFileSync(path, Buffer.concat(pieces));
    const fd = openSync(path, "r");
    const bytes = { fd, from: 0, size: fstatSync(fd).size, pieces: () => pieces, whole };
    try {
      const parsed = parseStore(bytes, "pchat.json", "schema", trusted);
      const { lists } = parsed.document;
      const held = collections.map((collection) => [collection, [...lists[collection]]]);
      return { ...parsed, document: { ...parsed.document, lists: Object.fromEntries(held) } };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const { code, message, details, hint } = error;
      return { code, message, details, hint };
    } finally {
      closeSync(fd);
    }
  }

  test("is read as the whole is, trusted or not", () => {
    const whole = Buffer.from(usual);
    const read = { document, version: 1, notices: [] };
    for (const trusted of [true, false]) {
      expect([1, 7, 1000, 1e6].map((size) => outcome(cut(whole, size), trusted))).toEqual(
        Array.from({ length: 4 }, () => read),
      );
    }
  });

  test("is told to have line ends of Windows and a byte order mark", () => {
    const whole = Buffer.from(`\ufeff${usual.replaceAll("\n", "\r\n")}`);
    const notices = [
      "`pchat.json` begins with a byte order mark; the next change leaves it out",
      "`pchat.json` has CRLF line ends; the next change writes LF",
    ];
    for (const size of [1, 2, 3, 1e6]) {
      expect(outcome(cut(whole, size))).toEqual({ document, version: 1, notices });
    }
  });

  test("is refused as the whole is, with every fault and its place", () => {
    const values = fc.constantFrom('"Desk"', "null", "false", "2", "1", '"Closed"', '"contoso.com"', "[]");
    const exchange = fc.tuple(values, values, fc.nat({ max: 9 }));
    const bytes = fc.constantFrom([], [0xff], [0xc3], [0xed, 0xa0, 0x80], [0xef, 0xbb, 0xbf]);
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(exchange, { maxLength: 2 }),
        fc.array(slip, { maxLength: 2 }),
        bytes,
        place,
        pieceSize,
        (exchanges, slips, put, at, size) => {
          const exchanged = exchanges.reduce(
            (made, [from, to, turn]) =>
              made.replaceAll(from, (found, where: number) => (where % 10 === turn ? to : found)),
            usual,
          );
          const made = Buffer.from(slips.reduce(slipped, exchanged));
          const from = Math.floor(at * made.length);
          const whole = Buffer.concat([made.subarray(0, from), Buffer.from(put), made.subarray(from)]);
          expect(outcome(cut(whole, size))).toEqual(outcome([whole]));
        },
      ),
      { numRuns: 200 },
    );
  });

  test.each([
    ["at the end of a piece", "\n<<<<<<< HEAD\n", "line 4: an unfinished git merge"],
    ["without a name", "\n=======\n", "line 4: an unfinished git merge"],
    ["that is none", "\n<<<<<<<HEAD\n", "line 4, column 1: a key in double quotes expected, not `<`"],
    ["at the end of the file", "\n>>>>>>>", "line 4: an unfinished git merge"],
  ])("a mark of a merge %s", (_, mark, said) => {
    const at = usual.indexOf('\n  "lineage"');
    const end = mark.endsWith("\n") ? usual.slice(at) : "";
    const whole = Buffer.from(`${usual.slice(0, at)}${mark}${end}`);
    for (const size of [1, 2, 3, 5, 8, 1000]) {
      expect(outcome(cut(whole, size))).toMatchObject({ message: expect.stringContaining(said) });
    }
  });

  test("bytes that are no text count before whatever else is wrong", () => {
    const whole = Buffer.concat([
      Buffer.from(usual.replace('"lineage"', "\n<<<<<<< HEAD\nlineage")),
      Buffer.from([0xff]),
    ]);
    const lines = usual.split("\n").length + 2;
    for (const size of [1, 100, 1e6]) {
      expect(outcome(cut(whole, size))).toMatchObject({
        message: `\`pchat.json\` line ${lines}, column 1: not UTF-8 text`,
      });
    }
  });
});
