import { expect, test } from "vitest";
import type { Bench } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";
import { refused, tried } from "../support/tried.ts";

const helpDesk = "pchat.litwareinc.com\\Help Desk";
const network = "pchat.litwareinc.com\\Network";
const ken = "sip:kenmyer@litwareinc.com";
const ana = "sip:anamyer@litwareinc.com";

/** Two rooms with messages of two people, from 2026-01-01T00:00:12Z on, one a second. */
async function talked(): Promise<Bench> {
  const made = await deployed();
  await made.pchat("grant-policy 'Ana Myer' --policy RedmondUsers");
  for (const [room, who, text] of [
    ["Help Desk", "Ken Myer", "Printers are down"],
    ["Help Desk", "Ana Myer", "Which printers?"],
    ["Network", "Ana Myer", "Switch 7 is down"],
    ["Help Desk", "Ken Myer", "All are UP again"],
  ]) {
    const { exitCode } = await made.pchat(`send-message '${room}' '${text}' --as '${who}'`);
    expect(exitCode).toBe(0);
  }
  return made;
}

test("shows a room's messages, oldest first", async () => {
  const made = await talked();
  expect(await made.json("get-message 'Help Desk'")).toEqual([
    {
      room: helpDesk,
      id: 1,
      time: "2026-01-01T00:00:12.000Z",
      author: ken,
      text: "Printers are down",
      replaced: false,
    },
    {
      room: helpDesk,
      id: 2,
      time: "2026-01-01T00:00:13.000Z",
      author: ana,
      text: "Which printers?",
      replaced: false,
    },
    {
      room: helpDesk,
      id: 3,
      time: "2026-01-01T00:00:15.000Z",
      author: ken,
      text: "All are UP again",
      replaced: false,
    },
  ]);
});

test.each([
  ["", ["Printers are down", "Which printers?", "All are UP again", "Switch 7 is down"]],
  ["Network 'Help Desk'", ["Switch 7 is down", "Printers are down", "Which printers?", "All are UP again"]],
  ["--user-uri 'Ana Myer'", ["Which printers?", "Switch 7 is down"]],
  ["--user sip:gone@litwareinc.com", []],
  ["--filter 'are up'", ["All are UP again"]],
  ["--filter 'up down' --match-clause Or", ["Printers are down", "All are UP again", "Switch 7 is down"]],
  ["--filter 'are down' --match-clause exact", ["Printers are down"]],
  ["--filter up --case-sensitive true", []],
  ["--start-date 2026-01-01T00:00:14Z", ["All are UP again", "Switch 7 is down"]],
  ["--end-date 2026-01-01T00:00:12Z", ["Printers are down"]],
  ["--end-date 2025-12-31", []],
  [
    "--end-date 2025-12-31 --timezone America/Los_Angeles",
    ["Printers are down", "Which printers?", "All are UP again", "Switch 7 is down"],
  ],
  ["--result-size 2", ["Printers are down", "Which printers?"]],
  ["--result-size 0", []],
  ["'Help Desk' --last 2", ["Which printers?", "All are UP again"]],
  ["--last 9", ["Printers are down", "Which printers?", "All are UP again", "Switch 7 is down"]],
  ["--last 0", []],
])("get-message %s", async (options, texts) => {
  const made = await talked();
  expect(await made.json(`get-message ${options} --fields text`)).toEqual(texts.map((text) => ({ text })));
});

test("a user sees the rooms that the user may read, and is told why not", async () => {
  const made = await talked();
  expect(await made.json(`get-message --as 'Ken Myer' --fields room,text`)).toEqual(
    ["Printers are down", "Which printers?", "All are UP again"].map((text) => ({ room: helpDesk, text })),
  );
  expect(await tried(made, "get-message Network --as 'Ken Myer'")).toEqual(
    refused(
      4,
      `error: \`${ken}\` may not read in room \`${network}\` (not a member)\nhint: see why, and what would change it, with: pchat test-access ${ken} '${network}' --action read\n`,
    ),
  );
});

test("a room that a user cannot find is not there", async () => {
  const made = await talked();
  await made.pchat("set-room Network --privacy Secret");
  expect(await made.pchat("get-message Network --as 'Ken Myer'")).toMatchObject({ exitCode: 3 });
});

test("without chat history a user sees nothing, and an administrator what is left", async () => {
  const made = await talked();
  await made.pchat("set-category IT --chat-history false");
  const warning = `warning: chat history is off in the category of room \`${network}\`: messages are not kept, and users see none\n`;
  expect(await made.pchat("get-message Network --as 'Ana Myer' -o name")).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: warning,
  });
  expect(await made.pchat("get-message Network -o name")).toEqual({
    exitCode: 0,
    stdout: "1\n",
    stderr: warning,
  });
});

test("messages of a removed room are there until its removal is forgotten", async () => {
  const made = await talked();
  await made.pchat("remove-room Network --yes");
  expect(await made.pchat("get-message Network")).toMatchObject({ exitCode: 3 });
  expect(await made.json("get-message Network --at 12 --fields text")).toEqual([
    { text: "Switch 7 is down" },
  ]);
});

test.each([
  ["--last 1 --result-size 1", "`--last` and `--result-size` do not go together"],
  ["--start-date 3/1/2018", "`--start-date` takes an ISO day or time, not `3/1/2018`"],
  ["--timezone Nowhere --end-date 2018-03-01", "`--timezone` knows no time zone `Nowhere`"],
  ["--filter ''", "`--filter` takes one or more keywords, not an empty word"],
  ["--user-uri 'Ken Meyer'", "the directory has no `Ken Meyer`"],
])("get-message %s is refused", async (options, message) => {
  const made = await deployed();
  const { exitCode, stdout, stderr } = await made.pchat(`get-message ${options}`);
  expect({ usage: exitCode === 2 || exitCode === 3, stdout, first: stderr.split("\n")[0] }).toEqual({
    usage: true,
    stdout: "",
    first: `error: ${message}`,
  });
});
