import fc from "fast-check";
import { expect, test } from "vitest";
import { joinList, neutralise, restore, splitList } from "../../src/core/csv-cell.ts";

/** Texts made of what the escapes are made of, and of anything. */
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom("|", "%", "0", "2", "5", "7", "C", "\\", ",", "'", "=", "\t", "a") }),
);

test("a joined list splits into its members", () => {
  fc.assert(
    fc.property(fc.array(text), (members) => {
      expect(splitList(joinList(members))).toEqual(members);
    }),
  );
});

test("a neutralised text is restored, and no spreadsheet runs it", () => {
  fc.assert(
    fc.property(text, (value) => {
      expect(restore(neutralise(value))).toBe(value);
      expect(neutralise(value)).not.toMatch(/^[=+\-@\t\r]/);
    }),
  );
});

test("a list in a cell reads back through both", () => {
  fc.assert(
    fc.property(fc.array(text), (members) => {
      expect(splitList(restore(neutralise(joinList(members))))).toEqual(members);
    }),
  );
});

test.each([
  [[], ""],
  [[""], "%00"],
  [
    ["CN=Sales\\, West,DC=litwareinc,DC=com", "pool\\name"],
    "CN=Sales\\, West,DC=litwareinc,DC=com|pool\\name",
  ],
  [["50% off", "100%", "%7c"], "50% off|100%|%7c"],
  [["a|b", "%7C", "%25"], "a%7Cb|%257C|%2525"],
])("the list %j is %s", (members, joined) => {
  expect(joinList(members)).toBe(joined);
});

test("parts that are empty, as a person may type them, are no members", () => {
  expect(splitList("|a||b|")).toEqual(["a", "b"]);
});

test.each([
  ["=1", "'=1"],
  ["'=1", "''=1"],
  ["'it's", "'it's"],
  ["sip:ana@x", "sip:ana@x"],
  ["＝1", "'＝1"],
])("the text %s is %s", (value, safe) => {
  expect(neutralise(value)).toBe(safe);
});
