import { expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";

test("Global lets people in whom no other policy governs: they are told as effects", async () => {
  const made = await deployed();
  const answer = (await made.json("set-policy Global --enable-persistent-chat true")) as {
    readonly effects: readonly { readonly user: string }[];
  };
  expect(answer).toMatchObject({
    changed: true,
    dryRun: false,
    serial: 12,
    changes: [
      {
        action: "updated",
        kind: "policy",
        identity: "Global",
        before: { identity: "Global", description: null, enablePersistentChat: false },
        after: { identity: "Global", description: null, enablePersistentChat: true },
      },
    ],
    warnings: [],
  });
  expect(answer.effects).toContainEqual({
    user: "sip:anamyer@litwareinc.com",
    room: "pchat.litwareinc.com\\Network",
    gains: ["find", "join", "read", "post", "manage"],
    loses: [],
  });
  // Ken Myer has a policy of his own: nothing changes for him.
  expect(answer.effects.filter(({ user }) => user === "sip:kenmyer@litwareinc.com")).toEqual([]);
});

test("several policies in one transaction, from stdin too", async () => {
  const made = await deployed();
  expect(await made.pchat("get-policy -o name | pchat set-policy - --description Everybody -o name")).toEqual(
    {
      exitCode: 0,
      stdout: "Global\nRedmondUsers\n",
      stderr: "updated 2 policies (serial 12)\n",
    },
  );
});

test("an empty stdin is nothing to do", async () => {
  const made = await deployed();
  const before = made.files();
  expect(await made.pchat("set-policy - --description x", { stdin: "" })).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: "",
  });
  expect(made.files()).toEqual(before);
});

test("the same again changes nothing", async () => {
  const made = await deployed();
  const before = made.files();
  expect(await made.pchat("set-policy tag:RedmondUsers --enable-persistent-chat true -o name")).toEqual({
    exitCode: 0,
    stdout: "RedmondUsers\n",
    stderr: "unchanged: policy `RedmondUsers` (still at serial 11)\n",
  });
  expect(made.files()).toEqual(before);
});

test.each([
  {
    line: "set-policy --enable-persistent-chat true",
    exitCode: 2,
    stderr:
      "error: `set-policy` needs at least one <identity>\nhint: identity: policies to change: Global, site:<name>, or a name; - reads them from stdin, one a line; see: pchat set-policy --help\n",
  },
  {
    line: "set-policy Global RedmondUser --description x",
    exitCode: 3,
    stderr:
      "error: there is no policy `RedmondUser`\nhint: did you mean `RedmondUsers`?\nhint: see them all: pchat get-policy\n",
  },
  {
    line: "set-policy Global --enable-persistent-chat",
    exitCode: 2,
    stderr:
      "error: `--enable-persistent-chat` takes a value\nhint: write --enable-persistent-chat true or --enable-persistent-chat false; an unquoted $false is nothing at all in bash\n",
  },
])("refuses $line, and writes nothing", async ({ line, exitCode, stderr }) => {
  const made = await deployed();
  const before = made.files();
  expect(await made.pchat(line)).toEqual({ exitCode, stdout: "", stderr });
  expect(made.files()).toEqual(before);
});
