import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type Format, formats, loadRenderer, render } from "../../src/output/render.ts";
import type { Row, View } from "../../src/output/view.ts";
import { yamlText } from "../../src/output/yaml.ts";
import { countedRows, helpDesk, lines, lobby, roomView, textOf } from "./rooms.ts";

const hostile: Row = { identity: "a\u202eb\u001bc\u0085\u2028\ud800", note: { "k\u202e": ["x\ny\t"] } };
const hostileView: View = {
  kind: "thing",
  identity: "identity",
  columns: [
    { name: "identity", header: "Identity" },
    { name: "note", header: "Note" },
  ],
};

test("list: name and value, members below each other, a blank line between rows, all columns", async () => {
  expect(await textOf("list", [helpDesk, lobby])).toBe(
    lines(
      "Identity       : pool\\Help Desk",
      "MembershipType : Closed",
      "Disabled       : false",
      "Members        : sip:ana@litwareinc.com",
      "                 CN=Sales\\, West,DC=litwareinc,DC=com",
      "Size           : 12",
      "Description    : first | second",
      "",
      "Identity       : pool\\受付 🚀",
      "MembershipType : Open",
      "Disabled       : true",
      "Members        :",
      "Size           :",
      "Description    :",
    ),
  );
});

test("list: hostile text and objects", async () => {
  expect(await textOf("list", [hostile], hostileView)).toBe(
    lines("Identity : a\\u202eb\\u001bc\\u0085\\u2028\\ud800", "Note     : k\\u202e=x\\ny\\t"),
  );
});

test("name: one identity a line", async () => {
  expect(await textOf("name", [helpDesk, lobby, { identity: "a\nb" }])).toBe(
    lines("pool\\Help Desk", "pool\\受付 🚀", "a\\nb"),
  );
});

test("none: nothing, and no row is taken", async () => {
  const { rows, taken } = countedRows(3);
  expect([await textOf("none", rows), taken()]).toEqual(["", 0]);
});

describe("json", () => {
  test("is what JSON.stringify makes of all rows with all columns", async () => {
    expect(await textOf("json", [helpDesk, lobby])).toBe(`${JSON.stringify([helpDesk, lobby], null, 2)}\n`);
  });

  test("has the same keys in every row, and only the view's", async () => {
    expect(await textOf("json", [{ note: 1, other: 2 }], hostileView)).toBe(
      lines("[", "  {", '    "identity": null,', '    "note": 1', "  }", "]"),
    );
  });

  test("escapes what does not show, and reads back", async () => {
    const text = await textOf("json", [hostile], hostileView);
    expect(text).toBe(
      lines(
        "[",
        "  {",
        '    "identity": "a\\u202eb\\u001bc\\u0085\\u2028\\ud800",',
        '    "note": {',
        '      "k\\u202e": [',
        '        "x\\ny\\t"',
        "      ]",
        "    }",
        "  }",
        "]",
      ),
    );
    expect(JSON.parse(text)).toEqual([hostile]);
  });

  test("ndjson is one compact object a line", async () => {
    expect(await textOf("ndjson", [hostile, { identity: "b", note: null }], hostileView)).toBe(
      lines(
        '{"identity":"a\\u202eb\\u001bc\\u0085\\u2028\\ud800","note":{"k\\u202e":["x\\ny\\t"]}}',
        '{"identity":"b","note":null}',
      ),
    );
  });
});

describe("yaml", () => {
  test("is one sequence", async () => {
    expect(await textOf("yaml", [helpDesk, lobby])).toBe(
      lines(
        "- identity: pool\\Help Desk",
        "  membershipType: Closed",
        "  disabled: false",
        "  members:",
        "    - sip:ana@litwareinc.com",
        "    - CN=Sales\\, West,DC=litwareinc,DC=com",
        "  size: 12",
        "  description: first | second",
        "- identity: pool\\受付 🚀",
        "  membershipType: Open",
        "  disabled: true",
        "  members: []",
        "  size: null",
        "  description: null",
      ),
    );
  });

  test("escapes what does not show, quotes what is no text elsewhere, and reads back", async () => {
    const rows = [hostile, { identity: "yes", note: ["0123", "=1", "- x", `${"long ".repeat(40)}\nend`] }];
    const text = await textOf("yaml", rows, hostileView);
    expect(text).toBe(
      lines(
        '- identity: "a\\u202eb\\ec\\u0085\\u2028\\ud800"',
        "  note:",
        '    "k\\u202e":',
        '      - "x\\ny\\t"',
        '- identity: "yes"',
        "  note:",
        '    - "0123"',
        "    - =1",
        '    - "- x"',
        `    - "${"long ".repeat(39)}long\\ \\nend"`,
      ),
    );
    expect(parse(text)).toEqual(rows);
  });

  test("writes a document that is no sequence of rows", () => {
    const document = { changed: true, changes: [], reason: undefined, "k\u202e": { note: "a\u202e: yes" } };
    expect(yamlText(document)).toBe(
      lines("changed: true", "changes: []", '"k\\u202e":', '  note: "a\\u202e: yes"'),
    );
  });

  test("does not refer from one row to another", async () => {
    const members = ["sip:ana@litwareinc.com"];
    const rows = [
      { identity: "a", note: members },
      { identity: "b", note: members },
    ];
    expect(parse(await textOf("yaml", rows, hostileView))).toEqual(rows);
    expect(await textOf("yaml", rows, hostileView)).not.toMatch(/[&*]/);
  });
});

describe("csv", () => {
  test("has a header, joined lists, empty fields for what is missing", async () => {
    expect(await textOf("csv", [helpDesk, lobby])).toBe(
      lines(
        "identity,membershipType,disabled,members,size,description",
        'pool\\Help Desk,Closed,false,"sip:ana@litwareinc.com|CN=Sales\\, West,DC=litwareinc,DC=com",12,first | second',
        "pool\\受付 🚀,Open,true,,,",
      ),
    );
  });

  test.each([
    ['say "no"', '"say ""no"""'],
    ["two\nlines", '"two\nlines"'],
    ["lone\rreturn", '"lone\rreturn"'],
    [" blanks ", '" blanks "'],
    ["=1+1", "'=1+1"],
    ["+1 425", "'+1 425"],
    ["'quoted", "'quoted"],
    ["'=1", "''=1"],
    [-5, "-5"],
    [["=a|b", "c"], "'=a%7Cb|c"],
    [{ a: 1 }, '"{""a"":1}"'],
    ["\u202e", "\u202e"],
    ["a\0b", "a\uFFFDb"],
  ])("writes %j as %s", async (note, field) => {
    expect(await textOf("csv", [{ identity: "x", note }], hostileView)).toBe(`identity,note\nx,${field}\n`);
  });

  test("a row of one empty field is not an empty line", async () => {
    const view = { ...hostileView, columns: hostileView.columns.slice(1) };
    expect(await textOf("csv", [{ note: null }], view)).toBe('note\n""\n');
  });
});

describe("every format", () => {
  const empty: Record<Format, string> = {
    table: "",
    list: "",
    json: "[]\n",
    ndjson: "",
    yaml: "[]\n",
    csv: "identity,membershipType,disabled,members,size,description\n",
    name: "",
    none: "",
  };

  test.each(formats)("%s without rows", async (format) => {
    expect(await textOf(format, [])).toBe(empty[format]);
  });

  test.each(formats.filter((format) => format !== "none"))(
    "%s starts before it has all rows",
    async (format) => {
      const { rows, taken } = countedRows(33_000);
      const renderer = await loadRenderer(format, { color: false, width: 200 });
      for (const chunk of renderer(rows, roomView)) {
        expect(chunk).toContain("Room 1");
        break;
      }
      expect(taken()).toBeLessThanOrEqual(200);
    },
  );

  test.each(formats)("%s of many rows is %s of each, put together", async (format) => {
    const { rows } = countedRows(450);
    const text = await textOf(format, rows);
    const names = text.match(/Room \d+/g) ?? [];
    const expected = format === "none" ? [] : Array.from({ length: 450 }, (_, index) => `Room ${index + 1}`);
    expect(names).toEqual(expected);
  });

  test("a refusal while the first rows are read leaves nothing written", async () => {
    const refusing = (): Iterable<Row> => ({
      [Symbol.iterator]: () => {
        throw new Error("refused");
      },
    });
    for (const format of formats.filter((format) => format !== "none")) {
      const renderer = await loadRenderer(format, { color: false, width: undefined });
      const written: string[] = [];
      expect(() => {
        for (const chunk of renderer(refusing(), roomView)) written.push(chunk);
      }).toThrow("refused");
      expect(written).toEqual([]);
    }
  });

  test("render yields the renderer's chunks", async () => {
    const chunks: string[] = [];
    for await (const chunk of render([helpDesk], roomView, "name", { color: false, width: undefined })) {
      chunks.push(chunk);
    }
    expect(chunks).toEqual(["pool\\Help Desk\n"]);
  });
});
