import { expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";

test("lists changes with who, command, reason and what became of what", async () => {
  const made = await deployed();
  await made.pchat("set-room Network --disabled true --reason 'CHG-1 cable cut' -o none", {
    env: { PCHAT_ACTOR: "ana" },
  });
  expect(await made.json("get-history --result-size 1")).toEqual([
    {
      serial: 12,
      time: "2026-01-01T00:00:11.000Z",
      actor: "ana",
      command: "set-room Network --disabled true --reason 'CHG-1 cable cut' -o none",
      reason: "CHG-1 cable cut",
      changes: ["updated room pchat.litwareinc.com\\Network"],
      osUser: "tester",
      as: null,
    },
  ]);
});

test.each([
  ["--serial 3", [3]],
  ["--identity '*Network'", [11]],
  ["--actor nobody", []],
  ["--until 2026-01-01T00:00:01Z", [1, 2]],
  ["--since 2026-01-01T00:00:10Z", [11]],
  ["--at 2", [1, 2]],
  ["--at 2026-01-01T00:00:01Z", [1, 2]],
  ["--result-size 0", []],
])("%s chooses", async (options, serials) => {
  const made = await deployed();
  expect(await made.json(`get-history ${options} --fields serial`)).toEqual(
    serials.map((serial) => ({ serial })),
  );
});

test("other notations of time are refused", async () => {
  const made = await deployed();
  expect((await made.pchat("get-history --since 3/1/2018")).exitCode).toBe(2);
});
