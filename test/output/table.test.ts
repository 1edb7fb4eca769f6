import stringWidth from "string-width";
import { expect, test } from "vitest";
import type { View } from "../../src/output/view.ts";
import { chunksOf, countedRows, helpDesk, lines, lobby, roomView, textOf } from "./rooms.ts";

const descriptions: View = {
  kind: "room",
  identity: "identity",
  columns: [
    { name: "identity", header: "Identity" },
    { name: "description", header: "Description" },
  ],
};

test("a table has the headers, a rule, a line for each member, no boxes, no blanks at line ends", async () => {
  expect(await textOf("table", [helpDesk, lobby])).toBe(
    lines(
      "Identity        MembershipType  Disabled  Members                               Size",
      "──────────────  ──────────────  ────────  ────────────────────────────────────  ────",
      "pool\\Help Desk  Closed          false     sip:ana@litwareinc.com                  12",
      "                                          CN=Sales\\, West,DC=litwareinc,DC=com",
      "pool\\受付 🚀    Open            true",
    ),
  );
});

test("without rows there is no table", async () => {
  expect(await textOf("table", [])).toBe("");
});

test("colour makes the headers bold and nothing else", async () => {
  const plain = await textOf("table", [helpDesk, lobby]);
  const colored = await textOf("table", [helpDesk, lobby], roomView, { color: true });
  expect(colored.split("\n")[0]).toBe(
    "\u001b[1mIdentity\u001b[22m        \u001b[1mMembershipType\u001b[22m  \u001b[1mDisabled\u001b[22m  " +
      "\u001b[1mMembers\u001b[22m                               \u001b[1mSize\u001b[22m",
  );
  expect(colored.replaceAll("\u001b[1m", "").replaceAll("\u001b[22m", "")).toBe(plain);
});

test("wide, combining and joined characters take the room that they take on a terminal", async () => {
  const names = ["営業部", "🫡🚀", "👩‍👩‍👧‍👦", "สวัสดี", "e\u0301te\u0301", "한국어"];
  const rows = names.map((identity) => ({ identity, description: "|" }));
  const drawn = (await textOf("table", rows, descriptions)).trimEnd().split("\n").slice(2);
  expect(drawn.map((line) => stringWidth(line.slice(0, line.indexOf("|"))))).toEqual(names.map(() => 10));
});

test("on a narrow terminal the widest columns give way, and their texts are wrapped", async () => {
  const drawn = await textOf("table", [helpDesk], roomView, { width: 70 });
  expect(drawn).toBe(
    lines(
      "Identity        MembershipType  Disabled  Members                 Size",
      "──────────────  ──────────────  ────────  ──────────────────────  ────",
      "pool\\Help Desk  Closed          false     sip:ana@litwareinc.com    12",
      "                                          CN=Sales\\, West,",
      "                                            DC=litwareinc,DC=com",
    ),
  );
});

test("headers wrap between their words", async () => {
  const drawn = await textOf("table", [lobby], roomView, { width: 52 });
  expect(drawn.split("\n").slice(0, 3)).toEqual([
    "Identity      Membership     Disabled  Members  Size",
    "              Type",
    "────────────  ─────────────  ────────  ───────  ────",
  ]);
});

test("where the columns do not fit, rows become lists of the same columns", async () => {
  expect(await textOf("table", [helpDesk, lobby], roomView, { width: 40 })).toBe(
    lines(
      "Identity       : pool\\Help Desk",
      "MembershipType : Closed",
      "Disabled       : false",
      "Members        : sip:ana@litwareinc.com",
      "                 CN=Sales\\, West,DC=litwareinc,DC=com",
      "Size           : 12",
      "",
      "Identity       : pool\\受付 🚀",
      "MembershipType : Open",
      "Disabled       : true",
      "Members        :",
      "Size           :",
    ),
  );
});

test("no line is wider than the terminal", async () => {
  const rows = [{ identity: "pool\\営業部".repeat(9), description: "ab cd,ef ".repeat(60) }];
  const drawn = await textOf("table", rows, descriptions, { width: 33 });
  expect(Math.max(...drawn.split("\n").map((line) => stringWidth(line)))).toBe(33);
});

test("a later cell that is too long for its column is wrapped in it, none of it lost", async () => {
  const long = "0123456789".repeat(10);
  const rows = Array.from({ length: 250 }, (_, index) => ({
    identity: "pool\\Room",
    description: index === 249 ? long : "short text",
  }));
  const drawn = (await textOf("table", rows, descriptions)).split("\n").slice(251, -1);
  expect(drawn).toEqual([
    "pool\\Room  01234567890",
    ...Array.from({ length: 9 }, (_, index) => `             ${long.slice(11 + index * 9, 20 + index * 9)}`),
    `             ${long.slice(92)}`,
  ]);
});

test("when more rows follow the measured ones, columns of varying width get room for longer cells", async () => {
  const { rows } = countedRows(10_000);
  const drawn = (await textOf("table", rows)).split("\n");
  expect(drawn.length).toBe(2 + 10_000 + 1);
  expect(drawn.at(-2)).toBe("pool\\Room 10000    Closed          false     sip:ana@litwareinc.com    12");
});

test("33,000 rows are one table, drawn while they come", async () => {
  const { rows, taken } = countedRows(33_000);
  const { loadRenderer } = await import("../../src/output/render.ts");
  const chunks = (await loadRenderer("table", { color: false, width: undefined }))(rows, roomView)[
    Symbol.iterator
  ]();
  const first = chunks.next().value as string;
  expect(taken()).toBe(200);
  let text = first;
  let ahead = 0;
  for (let chunk = chunks.next(); chunk.done !== true; chunk = chunks.next()) {
    text += chunk.value;
    ahead = Math.max(ahead, taken() - text.split("\n").length);
    if (taken() > 1000) break;
  }
  expect(ahead).toBeLessThanOrEqual(0);
  for (let chunk = chunks.next(); chunk.done !== true; chunk = chunks.next()) text += chunk.value;
  const [head, rule, ...body] = text.trimEnd().split("\n");
  expect(head).toBe("Identity           MembershipType  Disabled  Members                 Size");
  expect(rule).toMatch(/^[─ ]+$/);
  expect(body.map((line) => line.slice(0, 19).trimEnd())).toEqual(
    Array.from({ length: 33_000 }, (_, index) => `pool\\Room ${index + 1}`),
  );
  expect(new Set(body.map((line) => line.slice(19)))).toEqual(
    new Set(["Closed          false     sip:ana@litwareinc.com    12"]),
  );
});

test("a list of very many members is drawn", async () => {
  const members = Array.from({ length: 200_000 }, (_, index) => `sip:${index}@x`);
  const drawn = (await chunksOf("table", [{ ...helpDesk, members }])).join("");
  expect(drawn.split("\n").length).toBe(2 + 200_000 + 1);
});

test("control and bidirectional characters are shown escaped", async () => {
  const rows = [{ identity: "a\u001b[31mb\u202ec", description: ["x\ny", "\t\u0085\ud800"] }];
  expect(await textOf("table", rows, descriptions)).toBe(
    lines(
      "Identity             Description",
      "───────────────────  ──────────────",
      "a\\u001b[31mb\\u202ec  x\\ny",
      "                     \\t\\u0085\\ud800",
    ),
  );
});
