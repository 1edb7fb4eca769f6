import { expect, test } from "vitest";
import { continuation, readShellLine } from "../../src/cli/shell-line.ts";

const breaks = " \t\n\"'@><=;|&(:";

test.each([
  ["pchat get-room He", ["pchat", "get-room"], "He", "", 0],
  ["pchat get-room ", ["pchat", "get-room"], "", "", 0],
  ["pchat get-room Help\\ De", ["pchat", "get-room"], "Help De", "", 0],
  ["pchat get-room 'Help De", ["pchat", "get-room"], "Help De", "'", 0],
  ['pchat get-room "a\\"b\\c', ["pchat", "get-room"], 'a"b\\c', '"', 0],
  ["pchat get-room 'p\\x' y", ["pchat", "get-room", "p\\x"], "y", "", 0],
  ["pchat set-room --add-members sip:ken", ["pchat", "set-room", "--add-members"], "sip:ken", "", 4],
  ["pchat x --category=I", ["pchat", "x"], "--category=I", "", 11],
  ["pchat x --category='I T", ["pchat", "x"], "--category=I T", "'", 11],
  ["get -o name | pchat set-room - --pri", ["pchat", "set-room", "-"], "--pri", "", 0],
  ["cd x; pchat ", ["pchat"], "", "", 0],
  ["pchat a\\", ["pchat"], "a", "", 0],
  ["", [], "", "", 0],
] as const)("%j", (line, words, current, quote, kept) => {
  expect(readShellLine(line, breaks)).toEqual({ words, current, quote, kept });
});

test.each([
  ["it's $x\\y", "", "it\\'s\\ \\$x\\\\y"],
  ["it's $x\\y", "'", "it'\\''s $x\\y"],
  ['a "b" $x\\y', '"', 'a \\"b\\" \\$x\\\\y'],
  ["Zürich-2 (営業)", "", "Zürich-2\\ \\(営業\\)"],
] as const)("%j within %j", (rest, quote, wanted) => {
  expect(continuation(rest, { quote })).toBe(wanted);
});
