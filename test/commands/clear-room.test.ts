import { expect, test } from "vitest";
import type { Bench } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";
import { refused, tried } from "../support/tried.ts";

const env = { NO_COLOR: "1" };
const helpDesk = "pchat.litwareinc.com\\Help Desk";
const network = "pchat.litwareinc.com\\Network";
const firstTime = "2026-01-01T00:00:12.000Z";
const lastTime = "2026-01-01T00:00:13.000Z";
const question = `remove 2 messages from ${firstTime} to ${lastTime} in \`${helpDesk}\` for good? (this cannot be undone)`;

/** Two messages in Help Desk and one in Network, a second apart, and three objects in what follows. */
async function talked(): Promise<Bench> {
  const made = await deployed();
  await made.pchat("grant-policy 'Ana Myer' --policy RedmondUsers");
  await made.pchat("send-message 'Help Desk' 'a secret' --as 'Ken Myer'");
  await made.pchat("send-message 'Help Desk' 'another secret' --as 'Ana Myer'");
  await made.pchat("send-message Network 'third secret' --as 'Ana Myer'");
  return made;
}

test("removes what was posted up to the end of a day, and journals the fact", async () => {
  const made = await talked();
  expect(await made.json("clear-room 'Help Desk' --end-date 2026-01-01T00:00:12Z --yes")).toEqual({
    changed: true,
    dryRun: false,
    serial: 13,
    changes: [],
    effects: [],
    warnings: [],
    report: [{ room: helpDesk, removed: 1, replaced: 0, first: firstTime, last: firstTime }],
  });
  expect(await made.json("get-message --fields id,text")).toEqual([
    { id: 2, text: "another secret" },
    { id: 1, text: "third secret" },
  ]);
  expect(await made.json("get-history --serial 13")).toEqual([
    {
      serial: 13,
      time: "2026-01-01T00:00:15.000Z",
      actor: "tester",
      command: "clear-room 'Help Desk' --end-date 2026-01-01T00:00:12Z --yes -o json",
      reason: null,
      changes: [`removed 1 message from ${helpDesk}`],
      osUser: "tester",
      as: null,
    },
  ]);
  expect(made.files()["pchat.journal.ndjson"]).not.toContain("secret");
  expect((await made.pchat("test-store")).exitCode).toBe(0);
});

test("numbers are not given again", async () => {
  const made = await talked();
  await made.pchat("clear-room 'Help Desk' --end-date 2026-01-01 --yes");
  expect(await made.json("get-message 'Help Desk'")).toEqual([]);
  await made.pchat("send-message 'Help Desk' fresh --as 'Ken Myer'");
  expect(await made.json("get-message 'Help Desk' --fields id")).toEqual([{ id: 3 }]);
});

test("clears what a pipe names, in one change", async () => {
  const made = await talked();
  expect(await tried(made, "get-room -o name | clear-room - --end-date 2026-01-01 --yes -o csv")).toEqual({
    exitCode: 0,
    stdout: [
      "room,removed,replaced,first,last",
      `${helpDesk},2,0,${firstTime},${lastTime}`,
      `${network},1,0,2026-01-01T00:00:14.000Z,2026-01-01T00:00:14.000Z`,
      "",
    ].join("\n"),
    stderr: "removed 3 messages from 2 rooms (serial 13)\n",
    wrote: true,
  });
  expect(await made.json("get-message")).toEqual([]);
});

test("asks with what would be lost; a no keeps everything", async () => {
  const made = await talked();
  expect(
    await tried(made, "clear-room 'Help Desk' --end-date 2026-01-01", { answers: [false], env }),
  ).toEqual(refused(6, `? ${question}\nerror: declined; nothing was written\n`));
  expect(await tried(made, "clear-room 'Help Desk' --end-date 2026-01-01")).toEqual(
    refused(
      6,
      `error: \`clear-room\` needs a yes: ${question}\nhint: answer yes beforehand with --yes, or see what would happen with --what-if\n`,
    ),
  );
  expect(
    await tried(made, "clear-room 'Help Desk' --end-date 2026-01-01 -o none", { answers: [true], env }),
  ).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: `? ${question}\nremoved 2 messages from \`${helpDesk}\` (serial 13)\n`,
    wrote: true,
  });
});

test("--what-if counts, and writes nothing", async () => {
  const made = await talked();
  expect(await tried(made, "clear-room 'Help Desk' --end-date 2026-01-01 --what-if -o name")).toEqual({
    exitCode: 0,
    stdout: `${helpDesk}\n`,
    stderr: `would remove 2 messages from \`${helpDesk}\` (nothing was written)\n`,
    wrote: false,
  });
});

test("where nothing is that old, nothing is written or asked", async () => {
  const made = await talked();
  expect(await tried(made, "clear-room 'Help Desk' --end-date 2025-12-31 -o csv")).toEqual({
    exitCode: 0,
    stdout: `room,removed,replaced,first,last\n${helpDesk},0,0,,\n`,
    stderr: "no message is concerned (still at serial 12)\n",
    wrote: false,
  });
});

test("the day is that of the time zone", async () => {
  const made = await talked();
  const line = "clear-room 'Help Desk' --end-date 2025-12-31 --timezone America/New_York --yes";
  expect(await made.pchat(`${line} -o none`)).toMatchObject({
    stderr: `removed 2 messages from \`${helpDesk}\` (serial 13)\n`,
  });
});

test.each([
  [
    "clear-room 'Help Desk' --yes",
    2,
    "error: `clear-room` needs `--end-date`\nhint: see how it is used: pchat clear-room --help\n",
  ],
  ["clear-room --end-date 2018-03-01", 2, undefined],
  [
    "Clear-CsPersistentChatRoom 'Help Desk' --end-date 3/1/2018 --yes",
    2,
    "error: `--end-date` takes an ISO day or time, not `3/1/2018`\nhint: write it as 2018-03-01 or as 2018-01-03, whichever is meant\n",
  ],
  ["clear-room 'Help Desk' Nowhere --end-date 2026-01-01 --yes", 3, undefined],
  [
    "clear-room 'Help Desk' --end-date 2026-01-01 --yes --as 'Ken Myer'",
    4,
    "error: `sip:kenmyer@litwareinc.com` may not do that: changing messages is an administrator's\nhint: only an administrator could: run it without --as, and without PCHAT_AS\n",
  ],
  ["clear-room 'Help Desk' --end-date 2026-01-01 --yes --if-serial 3", 5, undefined],
])("%s is refused", async (line, exitCode, stderr) => {
  const made = await talked();
  expect(await tried(made, line)).toEqual(refused(exitCode, stderr ?? expect.stringMatching(/^error: /)));
});

test("the cmdlet's name does the same", async () => {
  const made = await talked();
  expect(
    await made.pchat("Clear-CsPersistentChatRoom 'Help Desk' --end-date 2026-01-01 --yes -o none"),
  ).toMatchObject({ exitCode: 0 });
  expect(await made.json("get-message 'Help Desk'")).toEqual([]);
});

test("taking it back is refused, with what would", async () => {
  const made = await talked();
  await made.pchat("clear-room 'Help Desk' --end-date 2026-01-01 --yes");
  expect(await tried(made, "undo-change --last --yes")).toEqual(
    refused(
      4,
      "error: change 13 took messages away or replaced them, and their text is not kept\nhint: a backup that holds them puts them back: pchat restore-store '<file>'\n",
    ),
  );
});
