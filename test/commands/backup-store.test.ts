import { expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";

test("a backup is made once, and replaced only with --force", async () => {
  const made = await deployed();
  const file = `${made.folder}/monday.pchat-backup`;
  expect(await made.json(`backup-store ${file} --fields serial`)).toEqual([{ serial: 11 }]);
  const before = made.files();
  expect((await made.pchat(`backup-store ${file}`)).exitCode).toBe(4);
  expect(made.files()).toEqual(before);
  expect((await made.pchat(`backup-store ${file} --force`)).exitCode).toBe(0);
});
