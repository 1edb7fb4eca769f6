import { describe, expect, test } from "vitest";
import { DomainError } from "../../src/core/errors.ts";
import { loadPaint } from "../../src/output/color.ts";
import { describeError, errorJson, errorText, printable, warningText } from "../../src/output/messages.ts";
import { suggest } from "../../src/output/suggestions.ts";

const posix = { shell: "posix", globalWords: [] } as const;

const missing = new DomainError("not-found", "category `Saels` does not exist", {
  hint: { say: "create it", commands: [["new-category", "Saels"]] },
  details: { category: "Saels" },
  unknown: { word: "Saels", among: () => ["pool\\Sales", "pool\\IT"] },
});

describe("describeError", () => {
  test("puts the did-you-mean before the hint, and appends the global words to its commands", async () => {
    expect(
      await describeError(missing, { shell: "posix", globalWords: ["--store", "my store.json"] }),
    ).toEqual({
      code: "not-found",
      message: "category `Saels` does not exist",
      lines: [],
      hints: [
        { say: "did you mean `pool\\Sales`?", commands: [] },
        { say: "create it", commands: ["pchat new-category Saels --store 'my store.json'"] },
      ],
      details: { category: "Saels" },
    });
  });

  test("puts global words before `--`", async () => {
    const error = new DomainError("exists", "x", {
      hint: { say: "try", commands: [["get-room", "--", "-yes"]] },
    });
    const { hints } = await describeError(error, { shell: "powershell", globalWords: ["--store", "it's"] });
    expect(hints).toEqual([{ say: "try", commands: ["pchat get-room --store 'it''s' '--' -yes"] }]);
  });

  test("names all there are where nothing is like the word and they are few", async () => {
    const error = new DomainError("not-found", "x", {
      unknown: { word: "zzzz", among: () => ["Sales", "IT"] },
    });
    expect((await describeError(error, posix)).hints).toEqual([
      { say: "did you mean `Sales` or `IT`?", commands: [] },
    ]);
  });

  test.each([
    ["many", () => Array.from({ length: 7 }, (_, index) => `Room ${index}`)],
    ["no", () => []],
  ])("among %s names that are not like the word, there is no hint", async (_, among) => {
    const error = new DomainError("not-found", "x", { unknown: { word: "zzzz", among } });
    expect((await describeError(error, posix)).hints).toEqual([]);
  });
});

describe("errorText", () => {
  const text = async (hint: DomainError["hint"], message = "it is so"): Promise<string> =>
    errorText(await describeError(new DomainError("exists", message, hint ? { hint } : {}), posix));

  test.each([
    ["no hint", undefined, "error: it is so\n"],
    ["a sentence", { say: "look elsewhere" }, "error: it is so\nhint: look elsewhere\n"],
    ["a command", { say: "", commands: [["get-room"]] }, "error: it is so\nhint: pchat get-room\n"],
    [
      "a sentence and a command",
      { say: "create it", commands: [["new-room", "a b"]] },
      "error: it is so\nhint: create it: pchat new-room 'a b'\n",
    ],
    [
      "several commands",
      {
        say: "one of",
        commands: [
          ["get-room", "a"],
          ["get-room", "b"],
        ],
      },
      "error: it is so\nhint: one of:\n  pchat get-room a\n  pchat get-room b\n",
    ],
    [
      "several commands alone",
      {
        say: "",
        commands: [
          ["get-room", "a"],
          ["get-room", "b"],
        ],
      },
      "error: it is so\nhint: pchat get-room a\n  pchat get-room b\n",
    ],
  ])("with %s", async (_, hint, expected) => {
    expect(await text(hint)).toBe(expected);
  });

  test("shows both hints", async () => {
    expect(errorText(await describeError(missing, posix))).toBe(
      "error: category `Saels` does not exist\nhint: did you mean `pool\\Sales`?\nhint: create it: pchat new-category Saels\n",
    );
  });

  test("lets no data move the cursor", async () => {
    expect(await text({ say: "\u202e", commands: [["get-room", "\u001b[2J"]] }, "`a\nb`")).toBe(
      "error: `a\\nb`\nhint: \\u202e: pchat get-room '\\u001b[2J'\n",
    );
  });

  test("with colour, paints the first words", async () => {
    const paint = await loadPaint(true);
    expect(errorText(await describeError(missing, posix), paint)).toBe(
      "\u001b[31m\u001b[1merror:\u001b[22m\u001b[39m category `Saels` does not exist\n" +
        "\u001b[36m\u001b[1mhint:\u001b[22m\u001b[39m did you mean `pool\\Sales`?\n" +
        "\u001b[36m\u001b[1mhint:\u001b[22m\u001b[39m create it: pchat new-category Saels\n",
    );
  });
});

describe("errorJson", () => {
  test("is one line with everything in it", async () => {
    expect(errorJson(await describeError(missing, posix), 3)).toBe(
      '{"error":{"code":"not-found","message":"category `Saels` does not exist",' +
        '"hint":"did you mean `pool\\\\Sales`?; create it: pchat new-category Saels",' +
        '"details":{"category":"Saels"},"exitCode":3}}\n',
    );
  });

  test("lists each thing that is wrong in a line of its own, with what was meant", async () => {
    const among = () => ["members", "managers"];
    const error = new DomainError("invalid-file", "2 faults", {
      lines: [{ text: "a.yaml:1:1: no `membrs`", unknown: { word: "membrs", among } }, { text: "b\n" }],
    });
    const message = await describeError(error, posix);
    expect(errorText(message)).toBe(
      "error: 2 faults\n  a.yaml:1:1: no `membrs` (did you mean `members`?)\n  b\\n\n",
    );
    expect(errorJson(message, 2)).toBe(
      '{"error":{"code":"invalid-file","message":"2 faults","hint":null,"details":{},"exitCode":2}}\n',
    );
  });

  test("has the same keys without a hint", async () => {
    const error = new DomainError("exists", "`\u202ea\n`");
    expect(errorJson(await describeError(error, posix), 4)).toBe(
      '{"error":{"code":"exists","message":"`\\u202ea\\n`","hint":null,"details":{},"exitCode":4}}\n',
    );
  });
});

test("a warning", () => {
  expect(warningText("room `a\tb` has no manager")).toBe("warning: room `a\\tb` has no manager\n");
});

test.each([
  ["DOMAIN\\ana 営業部 🚀", "DOMAIN\\ana 営業部 🚀"],
  ["a\r\n\tb", "a\\r\\n\\tb"],
  ["\u0000\u007f\u009b\u200f\u2066", "\\u0000\\u007f\\u009b\\u200f\\u2066"],
  ["\udc00x", "\\udc00x"],
])("%j is printed as %s", (text, expected) => {
  expect(printable(text)).toBe(expected);
});

describe("suggest", () => {
  const commands = ["get-room", "set-room", "new-room", "remove-room", "new-category", "get-category"];

  test.each([
    ["a slip", "get-rom", commands, ["get-room"]],
    ["case", "GET-ROOM", commands, ["get-room"]],
    ["only the closest", "st-room", commands, ["set-room"]],
    ["equally close ones in order", "xet-room", commands, ["get-room", "set-room"]],
    ["a beginning", "new-cat", commands, ["new-category"]],
    [
      "a part",
      "desk",
      ["pool\\Help Desk for all of Europe", "pool\\Sales"],
      ["pool\\Help Desk for all of Europe"],
    ],
    ["a name without its pool", "Saels", ["pool.contoso.com\\Sales"], ["pool.contoso.com\\Sales"]],
    ["nothing like it", "zebra", commands, []],
    ["too short to tell", "x", ["y", "z"], []],
    ["the same name once", "salse", ["Sales", "Sales"], ["Sales"]],
    ["the other Unicode form", "Zu\u0308rihc", ["Zürich"], ["Zürich"]],
  ])("%s", async (_, word, among, expected) => {
    expect(await suggest(word, among)).toEqual(expected);
  });

  test("finds one among 33,000, and at most three", async () => {
    const rooms = Array.from({ length: 33_000 }, (_, index) => `pool\\Room ${index}`);
    expect(await suggest("Rom 31700", rooms)).toEqual([
      "pool\\Room 31700",
      "pool\\Room 11700",
      "pool\\Room 21700",
    ]);
  });

  test("reads no endless list to its end", async () => {
    let read = 0;
    function* endless(): Generator<string> {
      for (;;) yield `room ${read++}`;
    }
    await suggest("room", endless());
    expect(read).toBe(100_001);
  });
});
