import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { dump } from "js-yaml";
import { expect, onTestFinished, test } from "vitest";
import { openNamedBytes } from "../../src/cli/node-files.ts";
import { positionText } from "../../src/core/environment/fault.ts";
import type { Manifest } from "../../src/core/environment/manifest.ts";
import { DomainError } from "../../src/core/errors.ts";
import { type ManifestBounds, readManifestFiles } from "../../src/environment/manifest-files.ts";
import { readPieces } from "../../src/environment/manifest-pieces.ts";
import { NotInPieces, SyntaxFaults } from "../../src/environment/piece.ts";
import { scratchFile } from "../../src/store/scratch-file.ts";
import { manifestFile } from "../support/manifest-file.ts";

const asWhole: ManifestBounds = { whole: 1e9, piece: 1, most: 1e9 };
const inPieces: ManifestBounds = { whole: 0, piece: 1, most: 1e9 };

/** Everything that a manifest says, each object and fault with its position; or what refuses it. */
function said(name: string, text: string, bounds: ManifestBounds): unknown {
  try {
    const read = readManifestFiles([manifestFile(name, text)], scratchFile(0), bounds);
    const position = ({ locate }: Manifest, place: Parameters<Manifest["locate"]>[0]): string =>
      positionText(locate(place));
    return {
      objects: [...read.objects].map((wanted) => ({ ...wanted, at: position(read, wanted.place) })),
      named: [...read.named].map(([collection, place]) => [collection, position(read, place)]).sort(),
      faults: read.faults
        .map(({ place, error }) => [position(read, place), error.message, error.details])
        .sort(),
    };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { code: error.code, message: error.message, lines: error.lines, details: error.details };
  }
}

/** What the documents say together, by key, however they are parted. */
function content(text: string, bounds: ManifestBounds): unknown {
  const together: Record<string, unknown> = {};
  for (const value of readManifestFiles([manifestFile("m", text)], undefined, bounds).documents) {
    for (const [key, each] of Object.entries(value as object)) {
      together[key] = Array.isArray(each) ? [...((together[key] ?? []) as unknown[]), ...each] : each;
    }
  }
  return together;
}

/** Whether a text is read in pieces, and not as a whole after all. */
function isPieced(text: string): boolean {
  try {
    readPieces(manifestFile("m", text).bytes, 1, () => {});
    return true;
  } catch (error) {
    if (error instanceof NotInPieces) return false;
    throw error;
  }
}

const signs = [
  "- a",
  "-",
  "a:",
  "# b",
  "  c",
  "'",
  '"',
  "---",
  "...",
  "\t",
  ": ",
  "[",
  "{",
  "é",
  "😀",
  "|",
  ">",
  "\\",
  "%",
];
const words = fc
  .array(fc.constantFrom(...signs, "\n", "\n\n", "\r\n", " "), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join(""));
const object = fc.record(
  {
    name: words,
    description: words,
    members: fc.array(words, { maxLength: 3 }),
    presenters: fc.record({ ensure: fc.array(words, { maxLength: 2 }) }),
    disabled: fc.constantFrom(true, "maybe"),
    wrong: fc.constant(1),
  },
  { requiredKeys: [] },
);
const manifest = fc.record(
  {
    $schema: fc.constant("https://pchat.invalid/schema/environment-1.json"),
    rooms: fc.array(object, { maxLength: 4 }),
    categories: fc.oneof(fc.array(object, { maxLength: 3 }), fc.constant(null), fc.constant("IT")),
    settings: fc.record({ requireReason: words }),
    unknown: fc.array(object, { minLength: 2, maxLength: 2 }),
  },
  { requiredKeys: ["rooms"] },
);

/** A manifest as people and programs write YAML. */
const yaml = fc
  .tuple(
    fc.array(manifest, { minLength: 1, maxLength: 2 }),
    fc.constantFrom(0, 1, 2, 4),
    fc.boolean(),
    fc.constantFrom(-1, 20),
    fc.constantFrom("\n", "\r\n"),
  )
  .map(([documents, indent, isFlat, lineWidth, end]) =>
    documents
      .map((each) => dump(each, { indent: indent + 2, seqNoIndent: isFlat, lineWidth }))
      .join("--- # another\n")
      .replaceAll("\n", end),
  );

test("YAML in pieces says what it says as a whole, at the same positions", () => {
  let pieced = 0;
  fc.assert(
    fc.property(yaml, (text) => {
      pieced += Number(isPieced(text));
      expect(said("m.yaml", text, inPieces)).toEqual(said("m.yaml", text, asWhole));
      expect(content(text, inPieces)).toEqual(content(text, asWhole));
    }),
    { numRuns: 150 },
  );
  expect(pieced).toBeGreaterThan(140);
});

test("JSON in pieces says what it says as a whole, at the same positions", () => {
  fc.assert(
    fc.property(manifest, fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(isPieced(text)).toBe(true);
      expect(said("m.json", text, inPieces)).toEqual(said("m.json", text, asWhole));
      expect(content(text, inPieces)).toEqual(content(text, asWhole));
    }),
    { numRuns: 100 },
  );
});

/** Texts that are hard to part, or wrong, and whether they are read in pieces nevertheless. */
const odd: Readonly<Record<string, readonly [text: string, isPieced: boolean]>> = {
  "a flow mapping": ["{rooms: [{name: A, category: B}]}", false],
  "JSON with a comment": ['{"rooms": [{"name": "A"}] # all\n}', false],
  "JSON that is cut off": ['{"rooms": [{"name": "A"}, {"na', false],
  "a list": ["- a\n- b\n", false],
  "a text": ["rooms\n", false],
  "a quoted key": ['"rooms":\n  - name: A\n', false],
  "a key in brackets": ["? rooms\n: - name: A\n", false],
  "a directive": ["%YAML 1.2\n---\nrooms: []\n", false],
  "an end of a document": ["rooms: []\n...\ncategories: []\n", false],
  "a document on the line of its mark": ["--- {rooms: []}\n", false],
  "a key twice": ["rooms: []\nrooms: []\n", false],
  "a key of an item twice": ["rooms:\n  - name: A\n    name: B\n", true],
  "an alias": ["rooms:\n  - &a\n    name: A\n    members: [b]\n  - <<: *a\n    name: C\n", false],
  "an alias of another key": ["rooms:\n  - &a name: A\ncategories:\n  - *a\n", false],
  "an anchor on a list": ["rooms: &all\n  - name: A\n", true],
  "an item less indented": ["rooms:\n  - name: A\n - name: B\n", false],
  "a property less indented": ["rooms:\n  - name: A\n  category: B\n", false],
  "a property beside the item": ["rooms:\n- name: A\ncategory: B\n", true],
  "a bracket at the margin": ["rooms:\n  - name: A\n    members: [\n]\n", false],
  "a text in quotes to the margin": ['rooms:\n  - name: "A\nB"\n', false],
  "a block text that seems an item": [
    "rooms:\n  - description: |\n      - name: B\n      # no comment\n    name: A\n",
    true,
  ],
  "a block text less indented": ["rooms:\n  - description: |\n    - name: B\n", true],
  "comments anywhere": ["# a\nrooms: # b\n# c\n  # d\n  - name: A # e\n# f\n  - name: B\n", true],
  "items at the margin": ["rooms:\n- name: A\n-\n  name: B\n- \n  name: C\ncategories: []\n", true],
  "an item in an item": ["rooms:\n  - - name: A\n    - name: B\n", true],
  "a list that is none": ["rooms:\n  name: A\n", true],
  "a key without anything": ["rooms:\ncategories:\n  # nothing\n", true],
  tabs: ["rooms:\n\t- name: A\n", false],
  "a line end of old Macs behind a comment": ["# a\rcategories:\r  - name: X\nrooms:\n  - name: A\n", false],
  "a line end of old Macs in a comment at the end": ["rooms:\n  - name: A\n# c\rcategories: []\n", false],
  "line ends of old Macs": ["rooms:\r  - name: A\rcategories: []\r", false],
  "a byte order mark": ["\uFEFFrooms:\n  - name: A\n", true],
  "documents without anything": [
    "---\n---\nrooms:\n  - name: A\n---\n# no more\n---\ncategories: [1]\n",
    true,
  ],
  nothing: ["", true],
  "nothing but a schema": ["$schema: https://pchat.invalid/schema/environment-1.json\n", true],
  "nothing but a comment": ["# soon\n---\n", true],
  "no end of the last line": ["rooms:\n  - name: A\n  - name: 1", true],
  "a character that is none": ["rooms:\n  - name: A\n  - name: \u0007\n", true],
};

test.each(Object.entries(odd))("%s is read in pieces, or refused, as a whole is", (_, [text, pieced]) => {
  const outcome = (): boolean => {
    try {
      return isPieced(text);
    } catch (error) {
      // What is wrong with a piece is wrong with the whole.
      if (error instanceof SyntaxFaults) return true;
      throw error;
    }
  };
  expect({ pieced: outcome(), said: said("m.yaml", text, inPieces) }).toEqual({
    pieced,
    said: said("m.yaml", text, asWhole),
  });
});

test.each<[string, string, readonly string[]]>([
  [
    "a text that does not end",
    'rooms:\n  - name: "A\n  - name: B"\n',
    ['error: m.yaml:3:1: missing closing "quote'],
  ],
  [
    "one of several items in a piece",
    `rooms:\n  - name: "A\n${"  - name: B\n    description: some more text\n".repeat(20)}`,
    ['error: m.yaml:3:1: missing closing "quote'],
  ],
  [
    "a list that does not end",
    "rooms:\n  - members: [a,\n  - name: b]\n",
    ["error: m.yaml:3:1: flow sequence in block collection must be sufficiently indented and end with a ]"],
  ],
  [
    "several items",
    "rooms:\n  - name: 'A\n  - name: B\n  - name: [\n  - name: D\n",
    [
      "error: 2 faults; nothing was read",
      "  m.yaml:3:1: missing closing 'quote",
      "  m.yaml:5:1: flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
  ],
])("what is wrong with %s is told of each item where it ends", (_, text, expected) => {
  const bounds = { ...inPieces, piece: 500 };
  const { message, lines } = said("m.yaml", text, bounds) as Pick<DomainError, "message" | "lines">;
  expect([`error: ${message}`, ...lines.map((line) => `  ${line.text}`)]).toEqual(expected);
});

test.each<[string, boolean, string]>([
  ["a number that cannot be kept", false, '{"rooms": [{"name": "A", "maximum": 12345678901234567890}]}'],
  ["a number without an end", false, '{"rooms": [{"name": 1e400}]}'],
  ["a key twice", false, '{"rooms": [{"name": "A", "name": "B"}]}'],
  ["a key of objects", false, '{"rooms": [{"name": "A", "__proto__": {}}]}'],
  [
    "a saved plan, its keys in order",
    true,
    '{"changes": [], "documents": [{}], "pchatPlan": 1, "serial": 2}',
  ],
  ["a store, its keys in order", true, '{"categories": [{"name": "A"}], "lineage": "x", "serial": 3}'],
  ["a schema, its keys in order", true, '{"$defs": [1], "$schema": "https://json-schema.org/x"}'],
  ["a saved plan as YAML", true, "changes: []\npchatPlan: 1\n"],
])("%s is judged as in a small file", (_, pieced, text) => {
  expect({ pieced: isPieced(text), said: said("m", text, inPieces) }).toEqual({
    pieced,
    said: said("m", text, asWhole),
  });
});

test("what only the whole tells is refused where the whole is too large", () => {
  const bounds = { ...inPieces, most: 20 };
  const alias = said("m.yaml", "rooms:\n  - &a\n    name: A\n  - *a\n", bounds) as DomainError;
  expect({ code: alias.code, message: alias.message, details: alias.details }).toEqual({
    code: "invalid-file",
    message: "m.yaml:4:1: it has an alias; 0 MB can only be read piece by piece, and this stands in the way",
    details: { file: "m.yaml", line: 4, column: 1, reason: "it has an alias" },
  });
  const cut = said("m.json", '{"rooms": [{"name": "A"}', bounds) as DomainError;
  expect(cut.message).toBe(
    "m.json:1:25: `,` or `]` expected, not the end of the file; 0 MB can only be read piece by piece, and this stands in the way",
  );
});

test("what stands in the way of one file leaves the others as they were read", () => {
  const files = [
    manifestFile("a.yaml", "rooms:\n  - name: A\n"),
    manifestFile("b.yaml", "{rooms: [{name: B}]}\n"),
    manifestFile("c.json", '{"rooms": [{"name": "C"}]}'),
  ];
  const read = readManifestFiles(files, undefined, inPieces);
  expect([...read.objects].map(({ name, place }) => [name?.word, positionText(read.locate(place))])).toEqual([
    ["A", "a.yaml:2:5"],
    ["B", "b.yaml:1:10"],
    ["C", "c.json:1:12"],
  ]);
  expect([...read.documents]).toEqual([
    { rooms: [{ name: "A" }] },
    { rooms: [{ name: "B" }] },
    { rooms: [{ name: "C" }] },
    { rooms: [] },
  ]);
});

test("a piece ends only once it is as large as it may be", () => {
  const text = `rooms:\n${Array.from({ length: 100 }, (_, at) => `  - name: Room ${at}\n`).join("")}`;
  const sizes: number[] = [];
  readPieces(manifestFile("m", text).bytes, 500, ({ value }) => {
    sizes.push((value as { rooms: unknown[] }).rooms.length);
  });
  expect(sizes).toEqual([29, 28, 28, 15]);
});

test("a file that another program writes to is not read on", () => {
  const folder = mkdtempSync(join(tmpdir(), "pchat-pieces-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "m.yaml");
  writeFileSync(path, "rooms:\n  - name: A\n");
  const { size, bytes } = openNamedBytes(path);
  const file = { name: "m.yaml", isNamed: true, size, bytes, text: () => "" };
  const read = readManifestFiles([file], undefined, inPieces);
  writeFileSync(path, "categories:\n  - name: A\n");
  expect(() => [...read.documents]).toThrow(`\`${path}\` was changed while it was read`);
});
