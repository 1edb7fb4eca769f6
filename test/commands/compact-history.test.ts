import { expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";
import { refused, tried, unchanged } from "../support/tried.ts";

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

test("says beforehand what would go, the messages of removed rooms included, and stays in the history itself", async () => {
  const made = await deployed();
  await made.pchat("set-policy Global --enable-persistent-chat true");
  await made.pchat("send-message 'Help Desk' hello --as 'Ken Myer'");
  await made.pchat("remove-room 'Help Desk' --yes");
  const line = "compact-history --before 2027-01-01";
  expect(await tried(made, `${line} --what-if -o none`)).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: "would drop 13 changes and the messages of 1 removed room (nothing was written)\n",
    wrote: false,
  });
  expect(await tried(made, line)).toEqual(
    refused(
      6,
      "error: `compact-history` needs a yes: drop 13 changes and the messages of 1 removed room for good?\n" +
        "hint: answer yes beforehand with --yes, or see what would happen with --what-if\n",
    ),
  );
  expect(await made.json(`${line} --yes`)).toEqual([{ dropped: 13, kept: 1, roomsForgotten: 1, serial: 13 }]);
  expect(await made.json("get-history --fields serial,command")).toEqual([
    { serial: 14, command: `${line} --yes -o json` },
  ]);
  expect(await tried(made, `${line} --yes -o none`)).toEqual(
    unchanged("", "the history has nothing to drop before 2027-01-01T00:00:00.000Z (nothing was written)\n"),
  );
});

test("needs a reason where the store asks for one", async () => {
  const made = await deployed();
  await made.pchat("set-store --require-reason CHG");
  const line = "compact-history --before 2027-01-01 --yes";
  expect(await tried(made, line)).toMatchObject({ exitCode: 4, wrote: false });
  expect(await tried(made, `${line} --reason CHG-1`)).toMatchObject({ exitCode: 0, wrote: true });
});
