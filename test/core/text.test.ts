import { describe, expect, test } from "vitest";
import { compareText, fold, hasUnprintable, hasWildcard, wildcard } from "../../src/core/text.ts";

describe("fold", () => {
  test.each([
    ["Help Desk", "HELP DESK"],
    ["José", "Jose\u0301"],
    ["GUÐMUNDSDÓTTIR", "guðmundsdóttir"],
    ["Ångström", "A\u030angstro\u0308m"],
  ])("%j and %j are the same word", (a, b) => {
    expect(fold(a)).toBe(fold(b));
  });

  test.each([
    ["Jose", "José"],
    ["i", "ı"],
    ["ss", "ß"],
    ["Help Desk", "HelpDesk"],
  ])("%j and %j are different words", (a, b) => {
    expect(fold(a)).not.toBe(fold(b));
  });

  test("does not follow the language of the machine", () => {
    expect(fold("TITLE I")).toBe("title i");
  });
});

test("words are ordered by their folded text, then as they are", () => {
  expect(["b", "a", "C", "A", "é", "z"].sort(compareText)).toEqual(["A", "a", "b", "C", "z", "é"]);
  expect(compareText("a", "a")).toBe(0);
});

describe("wildcard", () => {
  test.each([
    ["*", "", true],
    ["", "", true],
    ["", "a", false],
    ["desk", "Desk", true],
    ["desk", "Help Desk", false],
    ["*desk", "Help Desk", true],
    ["help*", "Help Desk", true],
    ["*l*p*", "Help Desk", true],
    ["*lp d*x", "Help Desk", false],
    ["h?lp*", "Help Desk", true],
    ["h?", "h", false],
    ["?", "🙂", true],
    ["*é", "Jose\u0301", true],
    ["a.c", "abc", false],
    ["[ab]", "a", false],
    ["**x", "x", true],
    ["*a*b", "aXbXab", true],
  ])("%j on %j: %s", (pattern, text, matches) => {
    expect(wildcard(pattern)(text)).toBe(matches);
  });

  test("no pattern takes more than a moment", () => {
    expect(wildcard(`${"*a".repeat(30)}b`)("a".repeat(5000))).toBe(false);
  });

  test.each([
    ["a*", true],
    ["a?", true],
    ["a[b]", false],
    ["", false],
  ])("%j has a wildcard: %s", (text, has) => {
    expect(hasWildcard(text)).toBe(has);
  });
});

test.each([
  ["plain", false],
  ["Ana Š. 🙂 é", false],
  ["tab\there", true],
  ["line\nbreak", true],
  ["bell\u0007", true],
  ["delete\u007f", true],
  ["next line\u0085", true],
  ["override\u202e", true],
  ["isolate\u2066", true],
  ["mark\u200f", true],
  ["arabic mark\u061c", true],
  ["separator\u2028", true],
])("%j holds what a name may not: %s", (text, holds) => {
  expect(hasUnprintable(text)).toBe(holds);
});
