import { describe, expect, test } from "vitest";
import { DomainError } from "../../src/core/errors.ts";
import {
  boolean,
  checkInteger,
  checkName,
  choice,
  integer,
  kebabCase,
  name,
  oneOf,
  type Property,
  parseValue,
  principals,
  reference,
  text,
  url,
} from "../../src/core/property.ts";

const meaning = "for this test";
const label = "`--x`";

/** What a refusal says, for comparison as one value. */
function refusal(act: () => unknown): { code: string; message: string } | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof DomainError) return { code: error.code, message: error.message };
    throw error;
  }
  return undefined;
}

describe("parseValue", () => {
  const values: [Property, string, string | number | boolean][] = [
    [boolean({ meaning }), "true", true],
    [boolean({ meaning }), "FALSE", false],
    [boolean({ meaning }), "$true", true],
    [boolean({ meaning }), "$False", false],
    [choice(["Open", "Closed"], { meaning }), "cLOSED", "Closed"],
    [integer({ meaning }), "0", 0],
    [integer({ meaning, minimum: -5 }), "-5", -5],
    [integer({ meaning, maximum: 10 }), "+10", 10],
    [url({ meaning }), "https://wiki.litwareinc.com/a?b=c#d", "https://wiki.litwareinc.com/a?b=c#d"],
    [url({ meaning }), "HTTP://host:8080", "HTTP://host:8080"],
    [name({ meaning }), "24/7 Support", "24/7 Support"],
    [name({ meaning }), "Jose\u0301", "José"],
    [text({ meaning, maxLength: 4 }), "1234", "1234"],
    [text({ meaning }), "", ""],
    [text({ meaning }), "two\nlines", "two\nlines"],
    [reference({ meaning }), "any word", "any word"],
    [principals({ meaning }), "Ken Myer", "Ken Myer"],
  ];
  test.each(values)("%# %o reads %j as %j", (property, word, value) => {
    expect(parseValue(label, property as Property, word)).toBe(value);
  });

  const refusals: [Property, string, string][] = [
    [boolean({ meaning }), "yes", "`--x` takes `true` or `false`, not `yes`"],
    [boolean({ meaning }), "1", "`--x` takes `true` or `false`, not `1`"],
    [boolean({ meaning }), "", "`--x` takes `true` or `false`, not ``"],
    [
      choice(["Open", "Closed", "Secret"], { meaning }),
      "Hidden",
      "`--x` takes `Open`, `Closed` or `Secret`, not `Hidden`",
    ],
    [integer({ meaning }), "-1", "`--x` takes a whole number from 0 to 2147483647, not `-1`"],
    [integer({ meaning, maximum: 9 }), "10", "`--x` takes a whole number from 0 to 9, not `10`"],
    [integer({ meaning }), "1.5", "`--x` takes a whole number from 0 to 2147483647, not `1.5`"],
    [integer({ meaning }), "0x10", "`--x` takes a whole number from 0 to 2147483647, not `0x10`"],
    [integer({ meaning }), "", "`--x` takes a whole number from 0 to 2147483647, not ``"],
    [url({ meaning }), "ftp://host/", "`--x` takes an http or https address, not `ftp://host/`"],
    [url({ meaning }), "https://", "`--x` takes an http or https address, not `https://`"],
    [url({ meaning }), "https://a b", "`--x` takes an http or https address, not `https://a b`"],
    [
      url({ meaning }),
      "javascript:alert(1)",
      "`--x` takes an http or https address, not `javascript:alert(1)`",
    ],
    [text({ meaning, maxLength: 4 }), "12345", "`--x` takes at most 4 characters, not 5"],
    [
      text({ meaning }),
      "a\u001b[2J",
      "`--x` may not hold control characters other than tabs and line breaks",
    ],
    [text({ meaning }), "a\0", "`--x` may not hold control characters other than tabs and line breaks"],
  ];
  test.each(refusals)("%# %o refuses %j: %s", (property, word, message) => {
    expect(refusal(() => parseValue(label, property as Property, word))).toEqual({
      code: "invalid-value",
      message,
    });
  });
});

describe("checkName", () => {
  test.each(["a", "A".repeat(256), "24/7 Support", "a, b + c", "María", "🙂"])("takes %j", (word) => {
    expect(checkName("the name", {}, word)).toBe(word);
  });

  test.each([
    ["", "the name may not be empty"],
    ["   ", "the name may not be empty"],
    ["a".repeat(257), "the name takes at most 256 characters, not 257"],
    ["a\\b", "the name may not hold a backslash: `a\\b`"],
    ["a\tb", "the name may not hold control or bidirectional characters"],
    ["a\u202eb", "the name may not hold control or bidirectional characters"],
    [" a", "the name may not begin or end with a blank: ` a`"],
    ["a ", "the name may not begin or end with a blank: `a `"],
  ])("refuses %j: %s", (word, message) => {
    expect(refusal(() => checkName("the name", {}, word))).toEqual({ code: "invalid-value", message });
  });
});

test("a whole number keeps the limits that it is given", () => {
  expect(checkInteger(label, { minimum: 1, maximum: 3 }, "3")).toBe(3);
  expect(refusal(() => checkInteger(label, { minimum: 1, maximum: 3 }, "0"))).toEqual({
    code: "invalid-value",
    message: "`--x` takes a whole number from 1 to 3, not `0`",
  });
});

test.each([
  ["allowedMembers", "allowed-members"],
  ["maxFileSizeKB", "max-file-size-kb"],
  ["URLPath", "url-path"],
  ["name", "name"],
])("%s is the option %s", (word, option) => {
  expect(kebabCase(word)).toBe(option);
});

test.each([
  [[], ""],
  [["a"], "`a`"],
  [["a", "b"], "`a` or `b`"],
  [["a", "b", "c"], "`a`, `b` or `c`"],
])("%j in words", (words, said) => {
  expect(oneOf(words)).toBe(said);
});
