import { expect, test } from "vitest";
import { type Bench, bench } from "../support/cli.ts";

async function withSite(): Promise<Bench> {
  const made = bench();
  await made.pchat("new-store");
  await made.pchat("new-site Redmond");
  await made.pchat("new-policy ChatUsers --enable-persistent-chat true");
  return made;
}

test("creates a policy that enables nobody unless it says so", async () => {
  const made = await withSite();
  expect(await made.pchat("new-policy Contractors --description 'People of agencies'")).toEqual({
    exitCode: 0,
    stdout: [
      "Identity     Description         EnablePersistentChat",
      "───────────  ──────────────────  ────────────────────",
      "Contractors  People of agencies  false",
      "",
    ].join("\n"),
    stderr: "created policy `Contractors` (serial 4)\n",
  });
});

test("creates a policy of a site, spelled as the site is", async () => {
  const made = await withSite();
  expect(await made.json("new-policy Site:REDMOND --enable-persistent-chat '$true'")).toEqual({
    changed: true,
    dryRun: false,
    serial: 4,
    changes: [
      {
        action: "created",
        kind: "policy",
        identity: "site:Redmond",
        before: null,
        after: { identity: "site:Redmond", description: null, enablePersistentChat: true },
      },
    ],
    effects: [],
    warnings: [],
  });
});

test("takes `tag:Name`, as the cmdlets show it, for `Name`", async () => {
  const made = await withSite();
  expect(await made.pchat("new-policy tag:Traders -o name")).toEqual({
    exitCode: 0,
    stdout: "Traders\n",
    stderr: "created policy `Traders` (serial 4)\n",
  });
});

test("--if-not-exists leaves Global as it is, and warns of what differs", async () => {
  const made = await withSite();
  const before = made.files();
  expect(await made.pchat("new-policy global --if-not-exists --enable-persistent-chat true")).toEqual({
    exitCode: 0,
    stdout: [
      "Identity  Description  EnablePersistentChat",
      "────────  ───────────  ────────────────────",
      "Global                 false",
      "",
    ].join("\n"),
    stderr: [
      "unchanged: policy `Global` (still at serial 3)",
      "warning: policy `Global` exists already and differs in `enable-persistent-chat`",
      "",
    ].join("\n"),
  });
  expect(made.files()).toEqual(before);
});

test("--if-not-exists says nothing of a policy that is as asked", async () => {
  const made = await withSite();
  expect(await made.json("new-policy chatusers --if-not-exists --enable-persistent-chat true")).toMatchObject(
    { changed: false, changes: [{ action: "unchanged", identity: "ChatUsers" }], warnings: [] },
  );
});

test.each([
  {
    line: "new-policy Global",
    exitCode: 4,
    stderr:
      "error: policy `Global` exists already\nhint: change it with set-policy, or add --if-not-exists to take it as it is\n",
  },
  {
    line: "new-policy CHATUSERS",
    exitCode: 4,
    stderr:
      "error: policy `ChatUsers` exists already\nhint: change it with set-policy, or add --if-not-exists to take it as it is\n",
  },
  {
    line: "new-policy site:Redmondd",
    exitCode: 3,
    stderr:
      "error: there is no site `Redmondd`\nhint: did you mean `Redmond`?\nhint: declare it first: pchat new-site Redmondd\n",
  },
  {
    line: "new-policy 'a:b'",
    exitCode: 2,
    stderr:
      "error: the name of a policy may not hold a colon or a wildcard: `a:b`\nhint: use `Global`, `site:<name>`, or a plain name\n",
  },
  {
    line: "new-policy 'Chat*'",
    exitCode: 2,
    stderr:
      "error: the name of a policy may not hold a colon or a wildcard: `Chat*`\nhint: use `Global`, `site:<name>`, or a plain name\n",
  },
  {
    line: "new-policy Two --enable-persistent-chat maybe",
    exitCode: 2,
    stderr: "error: `--enable-persistent-chat` takes `true` or `false`, not `maybe`\n",
  },
])("refuses $line, and writes nothing", async ({ line, exitCode, stderr }) => {
  const made = await withSite();
  const before = made.files();
  expect(await made.pchat(line)).toEqual({ exitCode, stdout: "", stderr });
  expect(made.files()).toEqual(before);
});
