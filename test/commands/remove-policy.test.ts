import { expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";

test("removes a policy that nobody has", async () => {
  const made = await deployed();
  await made.pchat("new-policy Traders");
  expect(await made.json("remove-policy tag:traders --yes")).toEqual({
    changed: true,
    dryRun: false,
    serial: 13,
    changes: [
      {
        action: "removed",
        kind: "policy",
        identity: "Traders",
        before: { identity: "Traders", description: null, enablePersistentChat: false },
        after: null,
      },
    ],
    effects: [],
    warnings: [],
  });
});

test("--force takes it from those who have it, and says what they lose", async () => {
  const made = await deployed();
  expect(await made.json("remove-policy RedmondUsers --force --yes")).toEqual({
    changed: true,
    dryRun: false,
    serial: 12,
    changes: [
      {
        action: "removed",
        kind: "policy",
        identity: "RedmondUsers",
        before: { identity: "RedmondUsers", description: null, enablePersistentChat: true },
        after: null,
      },
      {
        action: "removed",
        kind: "grant",
        identity: "sip:kenmyer@litwareinc.com",
        before: { user: "sip:kenmyer@litwareinc.com", policy: "RedmondUsers" },
        after: null,
      },
    ],
    effects: [
      {
        user: "sip:kenmyer@litwareinc.com",
        room: "pchat.litwareinc.com\\Help Desk",
        gains: [],
        loses: ["find", "join", "read", "post", "manage"],
      },
      {
        user: "sip:kenmyer@litwareinc.com",
        room: "pchat.litwareinc.com\\Network",
        gains: [],
        loses: ["find"],
      },
    ],
    warnings: [
      {
        code: "detached",
        kind: "policy",
        identity: "RedmondUsers",
        from: ["sip:kenmyer@litwareinc.com"],
        message: "policy `RedmondUsers` is taken from `sip:kenmyer@litwareinc.com`",
      },
    ],
  });
  expect(await made.json("get-user --policy none --filter 'Ken Myer' --fields policy,policyFrom")).toEqual([
    { policy: "Global", policyFrom: "global" },
  ]);
});

test("Global is reset in the place of being removed", async () => {
  const made = await deployed();
  await made.pchat("set-policy Global --enable-persistent-chat true --description Everybody");
  const { exitCode, stdout } = await made.pchat("remove-policy global --yes --quiet");
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: [
      "Identity  Description  EnablePersistentChat",
      "────────  ───────────  ────────────────────",
      "Global                 false",
      "",
    ].join("\n"),
  });
});

test("--if-exists does not mind a policy that is not there", async () => {
  const made = await deployed();
  const before = made.files();
  expect(await made.pchat("remove-policy tag:Nope --if-exists --yes")).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: "unchanged: policy `Nope` (still at serial 11)\n",
  });
  expect(made.files()).toEqual(before);
});

test.each([
  {
    line: "remove-policy RedmondUsers --yes",
    exitCode: 4,
    stderr:
      "error: 1 user has policy `RedmondUsers`\nhint: give them another, or take it from them with --force; see them with: pchat get-user --policy RedmondUsers\n",
  },
  {
    line: "remove-policy Global",
    exitCode: 6,
    stderr:
      "error: `remove-policy` needs a yes: reset policy `Global` to its defaults? (it cannot be removed)\nhint: answer yes beforehand with --yes, or see what would happen with --what-if\n",
  },
  {
    line: "remove-policy tag:RedmondUser --force --yes",
    exitCode: 3,
    stderr:
      "error: there is no policy `RedmondUser`\nhint: did you mean `RedmondUsers`?\nhint: see them all: pchat get-policy\n",
  },
])("refuses $line, and writes nothing", async ({ line, exitCode, stderr }) => {
  const made = await deployed();
  const before = made.files();
  expect(await made.pchat(line)).toEqual({ exitCode, stdout: "", stderr });
  expect(made.files()).toEqual(before);
});

test("--force is no yes: it asks, and writes nothing", async () => {
  const made = await deployed();
  const before = made.files();
  const { exitCode, stdout, stderr } = await made.pchat("remove-policy RedmondUsers --force");
  expect({ exitCode, stdout, error: stderr.split("\n").find((line) => line.startsWith("error: ")) }).toEqual({
    exitCode: 6,
    stdout: "",
    error:
      "error: `remove-policy` needs a yes: remove policy `RedmondUsers`, and with it the entries of `sip:kenmyer@litwareinc.com`?",
  });
  expect(made.files()).toEqual(before);
});
