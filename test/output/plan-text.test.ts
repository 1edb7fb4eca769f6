import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { Consequences } from "../../src/core/effects.ts";
import { planText, requireAsWritten } from "../../src/output/plan-text.ts";

const consequences: Consequences = {
  effects: () => [
    { user: "sip:ana@contoso.com", room: "a\\Bridge", gains: ["read", "post"], loses: [] },
    { user: "sip:bo@contoso.com", room: "a\\Bridge", gains: [], loses: ["manage"] },
  ],
  counts: () => [{ room: "a\\Bridge", gaining: 1, losing: 1 }],
};

const written = (most?: number): string => {
  const head = { lineage: "l", serial: 1, directoryHash: null, options: { prune: true } };
  const content = { ...head, changes: [], warnings: [], documents: [{ rooms: [] }], consequences };
  return [...planText(content, createHash("sha256"), most)].join("");
};

const withEffects = [
  '"effects": [',
  '{"user":"sip:ana@contoso.com","room":"a\\\\Bridge","gains":["read","post"],"loses":[]},',
  '{"user":"sip:bo@contoso.com","room":"a\\\\Bridge","gains":[],"loses":["manage"]}',
  "],",
];

test.each<[string, number | undefined, readonly string[]]>([
  ["each effect", undefined, withEffects],
  ["as many effects as it may", 2, withEffects],
  [
    "by room how many, of more",
    1,
    ['"effectCounts": [', '{"room":"a\\\\Bridge","gaining":1,"losing":1}', "],"],
  ],
])("a plan's file has %s", (_, most, lines) => {
  const text = written(most);
  expect(text.split("\n")).toEqual([
    "{",
    '"pchatPlan": 1,',
    '"lineage": "l",',
    '"serial": 1,',
    '"directoryHash": null,',
    '"options": {"prune":true},',
    '"changes": [],',
    ...lines,
    '"warnings": [],',
    '"documents": [',
    '{"rooms":[]}',
    "],",
    expect.stringMatching(/^"checksum": "[0-9a-f]{64}"$/),
    "}",
    "",
  ]);
});

const pieces = (text: string, size: number): string[] =>
  Array.from({ length: Math.ceil(text.length / size) }, (_, at) => text.slice(at * size, (at + 1) * size));

test.each([1, 2, 7, 100, 10_000])("is known again in pieces of %d characters, with any line ends", (size) => {
  const long = written().replace('"changes": []', `"changes": [\n${'"😀é",\n'.repeat(500)}"a"\n]`);
  const end = long.indexOf('"checksum"');
  const signed = `${long.slice(0, end)}"checksum": "${createHash("sha256").update(long.slice(0, end)).digest("hex")}"\n}\n`;
  const check = (text: string) => () => requireAsWritten(pieces(text, size), "p", createHash("sha256"));
  expect(check(signed)).not.toThrow();
  expect(check(`${signed.replaceAll("\n", "\r\n")}\r\n\r\n`)).not.toThrow();
  expect(check(signed.trimEnd())).not.toThrow();
  for (const edited of [signed.replace("é", "e"), long, "", `${signed}{`]) {
    expect(check(edited)).toThrow("`p` is not as it was written; nothing was done");
  }
});
