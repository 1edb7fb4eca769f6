import fc from "fast-check";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import { textWidth, wrap } from "../../src/output/text-width.ts";

test.each([
  ["short", 8, ["short"]],
  ["Help Desk for all", 9, ["Help Desk", "for all"]],
  ["CN=Sales,OU=Groups,DC=x", 12, ["CN=Sales,", "OU=Groups,", "DC=x"]],
  ["MembershipType", 12, ["Membership", "Type"]],
  ["abcdefghij", 4, ["abcd", "efgh", "ij"]],
  ["営業部営業部", 5, ["営業", "部営", "業部"]],
  ["👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 2, ["👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"]],
])("%j in %i columns", (text, width, expected) => {
  expect(wrap(text, width)).toEqual(expected);
});

test("further lines are indented", () => {
  expect(wrap("abcdefghij", 6, "  ")).toEqual(["abcdef", "  ghij"]);
});

test("wrapped lines fit, and hold all of the text but blanks", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", " ", ",", "\\", "営", "🚀", "e\u0301", "X") });
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 12 }), (value, width) => {
      const lines = wrap(value, width);
      expect(lines.join("").replaceAll(" ", "")).toBe(value.replaceAll(" ", ""));
      expect(lines.filter((line) => textWidth(line) > width)).toEqual([]);
    }),
  );
});

test("every character is as wide as string-width says, alone and after a letter", () => {
  const all = Array.from({ length: 0xffff - 0x20 }, (_, index) => String.fromCharCode(index + 0x20));
  const drawn = all.filter((character) => !/[\p{Cc}\p{Cs}]/u.test(character));
  expect(drawn.length).toBeGreaterThan(60_000);
  expect(drawn.filter((character) => textWidth(character) !== stringWidth(character))).toEqual([]);
  expect(drawn.filter((character) => textWidth(`a${character}`) !== stringWidth(`a${character}`))).toEqual(
    [],
  );
});
