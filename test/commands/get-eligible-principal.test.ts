import { expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";

test("lists who may be put into a room, by the entry that allows them", async () => {
  const made = await deployed();
  expect(await made.json("get-eligible-principal --room Network --filter 'sip:*myer@*'")).toEqual(
    ["ana", "ken", "luca", "bjork", "freya"]
      .map((name) => `sip:${name}myer@litwareinc.com`)
      .filter((principal) => !/bjork/.test(principal))
      .sort()
      .map((principal) => expect.objectContaining({ principal, principalType: "user" })),
  );
});

test("groups and containers come after users, and --result-size cuts", async () => {
  const made = await deployed();
  const all = (await made.json("get-eligible-principal --category IT")) as { principalType: string }[];
  expect([...new Set(all.map(({ principalType }) => principalType))]).toEqual(["user", "group", "container"]);
  expect(await made.json("get-eligible-principal --category IT --result-size 2")).toEqual(all.slice(0, 2));
  expect(await made.json("get-eligible-principal --category IT --result-size 0")).toEqual([]);
});

test("presenters are asked of auditoriums only", async () => {
  const made = await deployed();
  const { exitCode, stderr } = await made.pchat("get-eligible-principal --room Network --presenters");
  expect(exitCode).toBe(4);
  expect(stderr).toContain("error: `pchat.litwareinc.com\\Network` is a Normal room");
});

test.each(["get-eligible-principal", "get-eligible-principal --room Network --category IT"])(
  "%s needs a category or a room",
  async (line) => {
    const made = await deployed();
    expect((await made.pchat(line)).exitCode).toBe(2);
  },
);
