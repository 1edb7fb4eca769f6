import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";

test("a whole store is left alone", async () => {
  const made = await deployed();
  const before = made.files();
  const { exitCode, stderr } = await made.pchat("repair-store");
  expect({ exitCode, stderr }).toEqual({
    exitCode: 0,
    stderr: "the store is whole: there is nothing to repair\n",
  });
  expect(made.files()).toEqual(before);
});

test("a file that was overwritten comes back from the journal, after a yes", async () => {
  const made = await deployed();
  const rooms = await made.json("get-room");
  writeFileSync(join(made.folder, "pchat.json"), "not a store\n");
  const damaged = made.files();
  expect((await made.pchat("get-room")).exitCode).toBe(5);
  expect((await made.pchat("repair-store")).exitCode).toBe(6);
  expect(made.files()).toEqual(damaged);
  expect((await made.pchat("repair-store --yes")).exitCode).toBe(0);
  expect(await made.json("get-room")).toEqual(rooms);
});
