import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readScript } from "../../src/environment/script.ts";
import { commandLine } from "../../src/output/messages.ts";

/** Lines of a script, with refusals as `code: message`. */
const read = (text: string, env: Readonly<Record<string, string>> = {}): unknown[] =>
  [...readScript(text, env)].map((line) =>
    "words" in line ? [line.line, ...line.words] : [line.line, `${line.error.code}: ${line.error.message}`],
  );

describe("the lines of a script", () => {
  test.each([
    ["new-room A", [[1, "new-room", "A"]]],
    ["pchat new-room A", [[1, "new-room", "A"]]],
    ["  new-room\tA  ", [[1, "new-room", "A"]]],
    [
      "new-room A\nnew-room B\n",
      [
        [1, "new-room", "A"],
        [2, "new-room", "B"],
      ],
    ],
    [
      "new-room A\r\nnew-room B\r\n",
      [
        [1, "new-room", "A"],
        [2, "new-room", "B"],
      ],
    ],
    ["", []],
    ["\n \n# nothing\n", []],
    ["# a\nnew-room A # b\n#c", [[2, "new-room", "A"]]],
    ["new-room A#1 '#2' \\#3", [[1, "new-room", "A#1", "#2", "#3"]]],
    ["new-room 'Help Desk'", [[1, "new-room", "Help Desk"]]],
    ["new-room Help' 'Desk\"s\"", [[1, "new-room", "Help Desks"]]],
    ["new-room ''", [[1, "new-room", ""]]],
    ["new-room 'a\\b' a\\\\b a\\ b", [[1, "new-room", "a\\b", "a\\b", "a b"]]],
    ['new-room "a\\"b\\\\c\\d\\$e"', [[1, "new-room", 'a"b\\c\\d$e']]],
    [
      "new-room A \\\n  --category B\nnew-room C",
      [
        [1, "new-room", "A", "--category", "B"],
        [3, "new-room", "C"],
      ],
    ],
    [
      "new-room 'two\nlines'\nnew-room C",
      [
        [1, "new-room", "two\nlines"],
        [3, "new-room", "C"],
      ],
    ],
    [
      'new-room "two \\\nparts"\nnew-room C',
      [
        [1, "new-room", "two parts"],
        [3, "new-room", "C"],
      ],
    ],
    [
      "new-room A \\\n# no comment's end\nnew-room B",
      [
        [1, "new-room", "A"],
        [3, "new-room", "B"],
      ],
    ],
    ["grant-policy '* Myer' * ~", [[1, "grant-policy", "* Myer", "*", "~"]]],
    [
      "set-room A --disabled $true '$HOME' $ 5$ \"$\"",
      [[1, "set-room", "A", "--disabled", "$true", "$HOME", "$", "5$", "$"]],
    ],
  ])("%j", (text, lines) => {
    expect(read(text)).toEqual(lines);
  });

  test("variables are one word, whatever is in them, and none in single quotes", () => {
    const env = { WHO: "Ken  'x' Myer", EMPTY: "", P_1: "p.x" };
    expect(read("a ${WHO} \"<${WHO}>\" x${P_1}y '${WHO}' \\${WHO} ${EMPTY}", env)).toEqual([
      [1, "a", "Ken  'x' Myer", "<Ken  'x' Myer>", "xp.xy", "${WHO}", "${WHO}", ""],
    ]);
  });
});

describe("what a shell would take for something else is refused, with the line where the command begins", () => {
  const shell = (sign: string): string =>
    `invalid-file: \`${sign}\` stands outside quotes, and a script of pchat is not one of a shell`;
  const noVariable = (word: string): string =>
    `invalid-file: \`${word}\` is no variable as scripts have them`;
  test.each([
    ["a ${NO}", "invalid-file: the variable `NO` is not set"],
    ['a "${NO}"', "invalid-file: the variable `NO` is not set"],
    ["a $NO", noVariable("$NO")],
    ["a ${NO:-x}", noVariable("${NO:-x}")],
    ["a $trueish", noVariable("$trueish")],
    ["a $1", noVariable("$1")],
    ["a $(date)", noVariable("$(")],
    ["a `date`", shell("`")],
    ['a "`date`"', shell("`")],
    ["a | b", shell("|")],
    ["a && b", shell("&")],
    ["a; b", shell(";")],
    ["a > b", shell(">")],
    ["a < b", shell("<")],
    ["a (b)", shell("(")],
    ["a 'b", "invalid-file: a single quote in line 2 is never closed"],
    ['a "b', "invalid-file: a double quote in line 2 is never closed"],
    ["a b\\", "invalid-file: a backslash ends the script"],
  ])("%s", (text, message) => {
    expect(read(`# first\n${text}`)).toEqual([[2, message]]);
  });

  test("and the lines after it are read", () => {
    expect(read("a; b 'x\ny' ${NO}\nc d")).toEqual([
      [1, shell(";")],
      [3, "c", "d"],
    ]);
  });

  test("a quote is reported where it begins", () => {
    expect(read("a \\\n b \\\n 'c\n\n")).toEqual([
      [1, "invalid-file: a single quote in line 3 is never closed"],
    ]);
  });
});

// No control characters: terminals and the line ends of systems differ in them, and names have none.
const word = fc.string({ unit: "grapheme" }).filter((text) => !/\p{C}/u.test(text));

test("a command line that pchat prints reads back as it was", () => {
  fc.assert(
    fc.property(fc.array(fc.array(word, { minLength: 1 }), { minLength: 1 }), (commands) => {
      const text = commands.map((words) => commandLine(words, "posix")).join("\n");
      expect(read(text)).toEqual(commands.map((words, index) => [index + 1, ...words]));
    }),
  );
});

test("words are what a POSIX shell makes of them", () => {
  const sign = fc.constantFrom(
    "a",
    "é",
    " ",
    "'",
    '"',
    "\\",
    "\\\\",
    "\\'",
    '\\"',
    "#",
    "x y",
    "*",
    "\\$",
    "%",
  );
  const lines = fc
    .sample(fc.string({ unit: sign, maxLength: 12 }), { numRuns: 600, seed: 1 })
    .map((text) => `w ${text}`)
    .filter((text) => [...readScript(text, {})].every((line) => "words" in line));
  expect(lines.length).toBeGreaterThan(200);
  const script = lines
    .map((line) => `set -f; w() { printf '%s\\0' "$@" .; }\n${line}\nprintf '\\n\\0'`)
    .join("\n");
  const printed = execFileSync("/bin/sh", { input: script, encoding: "utf8" });
  const words = printed
    .split("\n\0")
    .slice(0, -1)
    .map((line) => line.split("\0").slice(0, -2));
  expect(
    lines.map((line) =>
      [...readScript(line, {})].flatMap((read) => ("words" in read ? read.words.slice(1) : [])),
    ),
  ).toEqual(words);
});
