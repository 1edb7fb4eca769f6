import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { commandLine, quoteWord } from "../../src/output/messages.ts";

test("a word quoted for a POSIX shell reaches the program as it was", () => {
  const character = fc.oneof(
    fc.constantFrom(..."'\"\\`$!*?[]{}()<>|&;#~=%^ \t\n-@:,.ab0é営🚀‘’"),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  );
  const word = fc
    .string({ unit: character })
    // No argument can hold NUL, and a lone surrogate has no UTF-8 form.
    .filter((text) => !text.includes("\0") && !/\p{Cs}/u.test(text));
  const words = ["", "-", "--", "=ls", "~", "it's", ...fc.sample(word, 2000)];
  const script = `printf '%s\\0' ${words.map((text) => quoteWord(text, "posix")).join(" ")}`;
  const printed = execFileSync("/bin/sh", { input: script, encoding: "utf8" });
  expect(printed.split("\0").slice(0, -1)).toEqual(words);
});

test.each([
  ["Sales", "Sales", "Sales"],
  ["Help Desk", "'Help Desk'", "'Help Desk'"],
  ["", "''", "''"],
  ["pool\\name", "'pool\\name'", "pool\\name"],
  ["it's", "'it'\\''s'", "'it''s'"],
  ["it’s ‘a’ ‚b‛", "'it’s ‘a’ ‚b‛'", "'it’’s ‘‘a’’ ‚‚b‛‛'"],
  ["$HOME", "'$HOME'", "'$HOME'"],
  ["--store", "--store", "--store"],
  ["-a.b", "-a.b", "'-a.b'"],
  ["--%", "--%", "'--%'"],
  ["@x", "@x", "'@x'"],
  ["a,b", "a,b", "'a,b'"],
  ["=ls", "'=ls'", "'=ls'"],
  ["10", "10", "10"],
  ["1kb", "1kb", "'1kb'"],
  ["007", "007", "'007'"],
  ["sip:ana@litwareinc.com", "sip:ana@litwareinc.com", "sip:ana@litwareinc.com"],
  ["Zürich", "Zürich", "Zürich"],
  ["~", "'~'", "'~'"],
  ["a\u00a0b", "'a\u00a0b'", "'a\u00a0b'"],
])("%j is %s in a POSIX shell and %s in PowerShell", (word, posix, powershell) => {
  expect([quoteWord(word, "posix"), quoteWord(word, "powershell")]).toEqual([posix, powershell]);
});

test("a command line is the program and its words", () => {
  expect(commandLine(["new-room", "Help Desk", "--category", "IT"], "posix")).toBe(
    "pchat new-room 'Help Desk' --category IT",
  );
});
