import { expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";

const ken = "sip:kenmyer@litwareinc.com";
const desk = "pchat.litwareinc.com\\Help Desk";
const it = "OU=IT,DC=litwareinc,DC=com";

test("--user lists every room with the entry that gives it", async () => {
  const made = await deployed();
  expect(await made.json(`get-access --user 'Ken Myer'`)).toEqual([
    {
      user: ken,
      room: desk,
      can: ["find", "join", "read", "post", "manage"],
      entry: ken,
      via: [],
      because: [
        `find: covered by ${it} in the allowed members of pchat.litwareinc.com\\IT`,
        `join: named by ${ken} in the members of ${desk}`,
        `read: named by ${ken} in the members of ${desk}`,
        `post: named by ${ken} in the members of ${desk}`,
        `manage: named by ${ken} in the managers of ${desk}`,
      ],
      serial: 11,
      directoryDate: "2026-01-01T00:00:01.000Z",
    },
    expect.objectContaining({ user: ken, room: "pchat.litwareinc.com\\Network", can: ["find"], entry: it }),
  ]);
});

test("--room and --all agree with --user: only Ken has an enabling policy", async () => {
  const made = await deployed();
  const rows = await made.json("get-access --all");
  expect(rows).toEqual(await made.json(`get-access --user ${ken}`));
  expect([
    ...((await made.json("get-access --room 'Help Desk'")) as object[]),
    ...((await made.json("get-access --room Network")) as object[]),
  ]).toEqual(rows);
});

test("--because adds the trace: what everyone must pass, then the entry of each action", async () => {
  const made = await deployed();
  const trace = [
    "SIP enabled passed: the account has an enabled SIP address",
    "policy passed: policy RedmondUsers, granted to the user, enables Persistent Chat",
    "room in use passed: the room is in use",
    `allowed passed: covered by ${it} in the allowed members of pchat.litwareinc.com\\IT`,
    "not denied passed: no entry of the denied members of pchat.litwareinc.com\\IT covers the user",
    `find: covered by ${it} in the allowed members of pchat.litwareinc.com\\IT`,
  ];
  const [plain] = (await made.json("get-access --room Network")) as [object];
  expect(await made.json("get-access --room Network --because")).toEqual([{ ...plain, trace }]);
  const { stdout } = await made.pchat("get-access --room Network --because");
  const lines = stdout.split("\n").slice(2, -1);
  expect(lines.map((line) => line.replace(/^.*? {2,}(?=SIP)|^ +/, ""))).toEqual(trace);
  expect(stdout.split("\n")[0]).toMatch(/^User +Room +Trace$/);
});

test.each(["get-access", "get-access --all --room Network"])(
  "%s needs one of its three questions",
  async (line) => {
    const made = await deployed();
    expect(await made.pchat(line)).toEqual({
      exitCode: 2,
      stdout: "",
      stderr:
        "error: `get-access` needs one of `--room`, `--user` and `--all`\nhint: see how it is used: pchat get-access --help\n",
    });
  },
);
