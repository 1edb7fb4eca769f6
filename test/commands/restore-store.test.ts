import { expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";
import { refused, tried } from "../support/tried.ts";

test("goes back to a backup as a change of its own, after a yes", async () => {
  const made = await deployed();
  const file = `${made.folder}/monday.pchat-backup`;
  const rooms = await made.json("get-room");
  await made.pchat(`backup-store ${file}`);
  await made.pchat("remove-room Network --yes");
  expect((await made.pchat(`restore-store ${file}`)).exitCode).toBe(6);
  expect(await made.json(`restore-store ${file} --yes --fields serial,backupSerial,changed`)).toEqual([
    { serial: 13, backupSerial: 11, changed: true },
  ]);
  expect(await made.json("get-room")).toEqual(rooms);
});

test("a file that is no backup is refused", async () => {
  const made = await deployed();
  const before = made.files();
  const { exitCode } = await made.pchat(`restore-store ${made.folder}/pchat.json --yes`);
  expect(exitCode).not.toBe(0);
  expect(made.files()).toEqual(before);
});

test("tells what it does to people, beforehand and when it is done", async () => {
  const made = await deployed();
  await made.pchat("set-policy Global --enable-persistent-chat true");
  await made.pchat("backup-store monday");
  await made.pchat("set-room Network --add-members 'Ken Myer'");
  const loss =
    "`sip:kenmyer@litwareinc.com` can no longer join, read, post `pchat.litwareinc.com\\Network`\n";
  expect(await tried(made, "restore-store monday --what-if")).toMatchObject({
    exitCode: 0,
    stderr: `would go back to \`monday\` (nothing was written)\n${loss}`,
    wrote: false,
  });
  expect(await tried(made, "restore-store monday")).toEqual(
    refused(
      6,
      "error: `restore-store` needs a yes: bring the store to the state of `monday` (1 person loses access)?\n" +
        "hint: answer yes beforehand with --yes, or see what would happen with --what-if\n",
    ),
  );
  expect(await made.json("restore-store monday --yes")).toEqual([
    {
      file: "monday",
      serial: 14,
      backupSerial: 12,
      changed: true,
      kept: [],
      effects: [
        {
          user: "sip:kenmyer@litwareinc.com",
          room: "pchat.litwareinc.com\\Network",
          gains: [],
          loses: ["join", "read", "post"],
        },
      ],
    },
  ]);
});

test("of a backup without a directory compares with the present one", async () => {
  const made = await deployed();
  await made.pchat("new-store --store bare.json");
  await made.pchat("backup-store bare --store bare.json");
  expect(await made.json("restore-store bare --force --yes --fields serial,effects")).toEqual([
    { serial: 1, effects: [] },
  ]);
});
