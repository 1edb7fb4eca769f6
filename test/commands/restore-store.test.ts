import { expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";

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
