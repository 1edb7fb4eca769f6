import { describe, expect, test } from "vitest";
import { openTerminal } from "../support/terminal.ts";

const luca = "sip:lucamyer@litwareinc.com";

describe.each([60, 160])("at %i columns", (columns) => {
  test("a room is edited and a member added by search, with one write", async () => {
    const terminal = await openTerminal({ columns });
    terminal.type("pchat set-room\n");
    expect(await terminal.shows("↑↓ navigate")).toContain("? room to change");
    terminal.type("hlep");
    await terminal.shows("room to change hlep");
    terminal.press("Enter");
    await terminal.shows("members      2: Ken Myer, Ana Myer");
    terminal.press("Down", "Enter");
    await terminal.shows("? description (what the room is for)");
    terminal.type("Where it hurts");
    terminal.press("Enter");
    await terminal.shows("* description  Where it hurts");
    terminal.press("Down", "Down", "Down", "Down", "Down", "Down", "Down", "Enter");
    await terminal.shows("? members (2): Ken Myer, Ana Myer");
    terminal.press("Enter");
    await terminal.shows("? whom? (type to find)");
    terminal.type("luca myer");
    await terminal.shows("Luca Myer · sip:lucamyer@litwareinc.com");
    terminal.press("Enter");
    await terminal.shows("? members (3): Ken Myer, Ana Myer, Luca Myer");
    terminal.press("Down", "Down", "Enter");
    await terminal.shows("* members      3: Ken Myer, Ana Myer, Luca Myer");
    terminal.press("Down", "Down", "Down", "Enter");
    await terminal.shows("? what now?");
    terminal.press("Enter");
    const { screen, exitCode } = await terminal.ends();
    expect(exitCode).toBe(0);
    const unwrapped = screen.replaceAll("\n", "");
    expect(unwrapped).toContain("updated room `pchat.litwareinc.com\\Help Desk` (serial 12)");
    expect(unwrapped).toContain(
      `  pchat set-room 'pchat.litwareinc.com\\Help Desk' --description 'Where it hurts' --add-members ${luca}`.slice(
        0,
        columns === 60 ? 57 : undefined,
      ),
    );
    expect(JSON.parse(terminal.files()["pchat.json"]!)).toMatchObject({
      serial: 12,
      rooms: [
        { name: "Help Desk", description: "Where it hurts", members: expect.arrayContaining([luca]) },
        { name: "Network" },
      ],
    });
  });

  test("who is out of scope is marked, and refused with the reason", async () => {
    const terminal = await openTerminal({ columns });
    terminal.type("pchat set-room Network\n");
    await terminal.shows("❯   name");
    terminal.press("Up", "Up", "Up", "Up", "Up", "Enter");
    await terminal.shows("? members (1): Ana Myer");
    terminal.press("Enter");
    await terminal.shows("? whom? (type to find)");
    terminal.type("zoe sato");
    await terminal.shows("✗ Zoë Sato (out of scope: not allowed)");
    terminal.press("Enter");
    const screen = await terminal.shows("hint: allow them with:");
    expect(screen.replaceAll("\n", "")).toContain(
      "error: not in scope of category `pchat.litwareinc.com\\IT`: `sip:zoesato@litwareinc.com` (no allowed member covers it)",
    );
    terminal.press("C-c");
    expect((await terminal.ends()).exitCode).toBe(130);
  });
});

test("leaving without saving leaves the files as they were", async () => {
  const terminal = await openTerminal({ columns: 80 });
  const before = terminal.files();
  terminal.type("pchat set-room Network\n");
  await terminal.shows("❯   name");
  terminal.press("Enter");
  await terminal.shows("? name (name of the room, unique in its pool) Network");
  terminal.type(" 2");
  terminal.press("Enter");
  await terminal.shows("* name         Network 2");
  terminal.press("Up", "Enter");
  const { screen, exitCode } = await terminal.ends();
  expect({ exitCode, last: screen.split("\n").at(-1), files: terminal.files() }).toEqual({
    exitCode: 6,
    last: "error: left without saving; nothing was written",
    files: before,
  });
});

/** What leads to each kind of question, and what shows that it is asked. */
const questions: readonly (readonly [string, string, readonly (readonly [string, string])[]])[] = [
  ["a search for the object", "set-room", [["", "? room to change"]]],
  ["the form", "set-room Network", [["", "❯   name"]]],
  [
    "a text",
    "set-room Network",
    [
      ["", "❯   name"],
      ["Enter", "? name (name of the room"],
    ],
  ],
  [
    "a choice",
    "set-policy Global",
    [
      ["", "❯   description"],
      ["Down Enter", "? enable persistent chat"],
    ],
  ],
  [
    "a list",
    "set-room Network",
    [
      ["", "❯   name"],
      ["Up Up Up Up Up Enter", "? members (1)"],
    ],
  ],
  [
    "a search for people",
    "set-room Network",
    [
      ["", "❯   name"],
      ["Up Up Up Up Up Enter", "? members (1)"],
      ["Enter", "? whom?"],
    ],
  ],
  [
    "ticks",
    "set-room Network",
    [
      ["", "❯   name"],
      ["Up Up Up Up Up Enter", "? members (1)"],
      ["Down Enter", "? take off"],
    ],
  ],
  [
    "the summary",
    "set-room Network",
    [
      ["", "❯   name"],
      ["Enter", "? name (name of the room"],
      ["2 Enter", "* name"],
      ["Up Up Enter", "? what now?"],
    ],
  ],
  ["a missing name", "new-room", [["", "? name of the room"]]],
  ["a missing option", "new-room X", [["", "? category (category that holds the room)"]]],
  ["a name to be typed", "remove-room Network", [["", "Type Network to go on"]]],
  ["a removal", "remove-category Empty", [["", "remove category"]]],
];

test.each(questions)("Ctrl-C at %s: 130, nothing written, the terminal as it was", async (_, line, steps) => {
  const terminal = await openTerminal({ columns: 80 });
  const before = terminal.files();
  const { screen: settings } = await terminal.runs("stty -g");
  terminal.type(`clear; pchat ${line}\n`);
  for (const [keys, shown] of steps) {
    if (keys !== "") terminal.press(...keys.split(" "));
    await terminal.shows(shown);
  }
  terminal.press("C-c");
  const { screen, exitCode } = await terminal.ends();
  expect({
    exitCode,
    last: screen.split("\n").at(-1),
    files: terminal.files(),
    cursor: terminal.cursorShown(),
    settings: (await terminal.runs("stty -g")).screen,
  }).toEqual({
    exitCode: 130,
    last: "interrupted; nothing was written",
    files: before,
    cursor: true,
    settings,
  });
});

test("a closed input (Ctrl-D) is an interruption", async () => {
  const terminal = await openTerminal({ columns: 80 });
  const before = terminal.files();
  terminal.type("pchat set-room Network\n");
  await terminal.shows("❯   name");
  terminal.press("C-d");
  expect({ exitCode: (await terminal.ends()).exitCode, files: terminal.files() }).toEqual({
    exitCode: 130,
    files: before,
  });
});

test.each([
  ["", true],
  ["NO_COLOR=1 ", false],
  ["TERM=dumb ", false],
])("%j before the line: colour %s", async (variable, isColored) => {
  const terminal = await openTerminal({ columns: 80 });
  terminal.type(`clear; ${variable}pchat set-room Network\n`);
  await terminal.shows("❯   name");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what colours are made of
  expect(/\u001b\[[0-9;]*m/.test(terminal.withColors())).toBe(isColored);
});

test("questions go to stderr: stdout can be a file", async () => {
  const terminal = await openTerminal({ columns: 80 });
  terminal.type("pchat set-room Network -o name > out.txt\n");
  await terminal.shows("❯   name");
  terminal.press("Enter");
  await terminal.shows("? name (name of the room");
  terminal.type("2");
  terminal.press("Enter");
  await terminal.shows("* name         Network2");
  terminal.press("Up", "Up", "Enter");
  await terminal.shows("? what now?");
  terminal.press("Enter");
  expect((await terminal.ends()).exitCode).toBe(0);
  expect((await terminal.runs("cat out.txt")).screen).toBe("pchat.litwareinc.com\\Network2");
});

test("wide characters keep lines apart and in line", async () => {
  const terminal = await openTerminal({ columns: 60 });
  await terminal.runs(
    "pchat new-room '営業部 東京 第二営業グループ お知らせと連絡のための部屋です' --category IT --description '営業部の連絡と資料と日程と議事録と報告書と提案書と契約書の部屋' -q -o none",
  );
  terminal.type("clear; pchat set-room\n");
  await terminal.shows("? room to change");
  terminal.type("東京");
  const found = await terminal.shows("❯ 営業部");
  expect(found.split("\n").slice(0, 3)).toEqual([
    "? room to change 東京",
    "❯ 営業部 東京 第二営業グループ お知らせと連絡のための部屋…",
    "",
  ]);
  terminal.press("Enter");
  const form = await terminal.shows("description");
  expect(form.split("\n").slice(2, 6)).toEqual([
    "? pchat.litwareinc.com\\営業部 東京 第二営業グループ お知…",
    "❯   name         営業部 東京 第二営業グループ お知らせと…",
    "    description  営業部の連絡と資料と日程と議事録と報告書…",
    "    category     IT",
  ]);
  terminal.press("C-c");
  await terminal.ends();
});
