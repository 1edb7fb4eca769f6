import { expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";

test("drops what is older, after a yes, and keeps the state", async () => {
  const made = await deployed();
  const rooms = await made.json("get-room");
  const before = made.files();
  expect((await made.pchat("compact-history --before 2026-01-01T00:00:05Z")).exitCode).toBe(6);
  expect(made.files()).toEqual(before);
  expect((await made.pchat("compact-history --before 2026-01-01T00:00:05Z --yes")).exitCode).toBe(0);
  expect(await made.json("get-room")).toEqual(rooms);
  const [first] = (await made.json("get-history --fields serial")) as { serial: number }[];
  expect(first!.serial).toBeGreaterThan(1);
});

test.each(["compact-history", "compact-history --before 3/1/2018"])("%s is refused", async (line) => {
  const made = await deployed();
  expect((await made.pchat(line)).exitCode).toBe(2);
});
