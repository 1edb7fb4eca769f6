import { chmodSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";
import { refused, tried } from "../support/tried.ts";

const helpDesk = "pchat.litwareinc.com\\Help Desk";
const ken = "sip:kenmyer@litwareinc.com";
const ana = "sip:anamyer@litwareinc.com";

test("a message is kept in the room's file, and the store stays as it is", async () => {
  const made = await deployed();
  const before = made.files();
  expect(await made.json("send-message 'Help Desk' 'Printers are back' --as 'Ken Myer'")).toEqual([
    { room: helpDesk, id: 1, time: "2026-01-01T00:00:11.000Z", author: ken, kept: true },
  ]);
  const { lineage } = JSON.parse(before["pchat.json"]!) as { lineage: string };
  expect(made.files()).toEqual({
    ...before,
    "pchat.messages/11.ndjson": [
      JSON.stringify({ pchatMessages: 1, lineage, room: 11, nextId: 1 }),
      JSON.stringify({ id: 1, time: "2026-01-01T00:00:11.000Z", author: ken, text: "Printers are back" }),
      "",
    ].join("\n"),
  });
  const mode = (name: string): string => (statSync(join(made.folder, name)).mode & 0o777).toString(8);
  expect([mode("pchat.messages"), mode("pchat.messages/11.ndjson")]).toEqual(["700", "600"]);
});

test("the folder is open to whom the store is", async () => {
  const made = await deployed();
  chmodSync(join(made.folder, "pchat.json"), 0o640);
  await made.pchat("send-message 'Help Desk' hello --as 'Ken Myer'");
  const mode = (name: string): string => (statSync(join(made.folder, name)).mode & 0o777).toString(8);
  expect([mode("pchat.messages"), mode("pchat.messages/11.ndjson")]).toEqual(["750", "640"]);
});

test("the text comes from stdin, line feeds and all", async () => {
  const made = await deployed();
  await made.pchat("send-message 'Help Desk' - --as 'Ken Myer'", { stdin: "one\ntwo \u202e\n\n" });
  expect(await made.json("get-message --fields text")).toEqual([{ text: "one\ntwo \u202e\n" }]);
});

test("needs to know whose message it is", async () => {
  const made = await deployed();
  expect(await tried(made, "send-message 'Help Desk' hello")).toEqual(
    refused(
      2,
      "error: `send-message` needs `--as`: a message is somebody's\nhint: name the user who posts it, as in --as 'Ken Myer'\n",
    ),
  );
});

test.each([
  [
    "Ana Myer",
    "Help Desk",
    4,
    `error: \`${ana}\` may not post in room \`${helpDesk}\` (no policy enables them)\nhint: see why, and what would change it, with: pchat test-access ${ana} '${helpDesk}' --action post\n`,
  ],
  [
    "Ken Myer",
    "Network",
    4,
    `error: \`${ken}\` may not post in room \`pchat.litwareinc.com\\Network\` (not a member)\nhint: see why, and what would change it, with: pchat test-access ${ken} 'pchat.litwareinc.com\\Network' --action post\n`,
  ],
  [
    "Ken Myer",
    "Nowhere",
    3,
    "error: there is no room `Nowhere`\nhint: did you mean `Help Desk` or `Network`?\nhint: see them all: pchat get-room\n",
  ],
])("%s may not post in %s", async (user, room, exitCode, stderr) => {
  const made = await deployed();
  expect(await tried(made, `send-message '${room}' hello --as '${user}'`)).toEqual(refused(exitCode, stderr));
});

test("access is judged at the moment of writing", async () => {
  const made = await deployed();
  await made.pchat("set-room 'Help Desk' --disabled true");
  expect(await made.pchat("send-message 'Help Desk' hello --as 'Ken Myer'")).toMatchObject({
    exitCode: 4,
    stderr: expect.stringContaining("(the room is disabled)"),
  });
  await made.pchat("set-room 'Help Desk' --disabled false --type Auditorium");
  expect(await made.pchat("send-message 'Help Desk' hello --as 'Ken Myer'")).toMatchObject({
    exitCode: 4,
    stderr: expect.stringContaining("(not a presenter of this auditorium)"),
  });
});

test("without chat history nothing is kept, and it says so", async () => {
  const made = await deployed();
  await made.pchat("set-category IT --chat-history false");
  expect(await tried(made, "send-message 'Help Desk' hello --as 'Ken Myer' -o csv")).toEqual({
    exitCode: 0,
    stdout: `room,id,time,author,kept\n${helpDesk},,2026-01-01T00:00:12.000Z,${ken},false\n`,
    stderr: `warning: chat history is off in the category of room \`${helpDesk}\`: messages are not kept, and users see none\n`,
    wrote: false,
  });
});

test("--what-if says who would post where, and writes nothing", async () => {
  const made = await deployed();
  expect(await tried(made, "send-message 'Help Desk' hello --as 'Ken Myer' --what-if")).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: `would post a message in \`${helpDesk}\` (nothing was written)\n`,
    wrote: false,
  });
});

test.each(["''", "' '"])("an empty text %s is refused", async (text) => {
  const made = await deployed();
  expect(await tried(made, `send-message 'Help Desk' ${text} --as 'Ken Myer'`)).toEqual(
    refused(2, "error: the text may not be empty\n"),
  );
});

test("many messages are one file, which is only added to", async () => {
  const made = await deployed();
  const path = join(made.folder, "pchat.messages/11.ndjson");
  let before = "";
  for (let at = 1; at <= 5; at++) {
    await made.pchat(`send-message 'Help Desk' 'number ${at}' --as 'Ken Myer'`);
    const text = readFileSync(path, "utf8");
    expect(text.startsWith(before)).toBe(true);
    before = text;
  }
  expect(await made.json("get-message --fields id,text")).toEqual(
    [1, 2, 3, 4, 5].map((id) => ({ id, text: `number ${id}` })),
  );
});
