import { expect, test } from "vitest";
import { bench } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";

const help = "pchat.litwareinc.com\\Help Desk";
const network = "pchat.litwareinc.com\\Network";

test("gives users a policy, in one transaction, and says what they gain", async () => {
  const made = await deployed();
  expect(await made.json("grant-policy 'Ana Myer' 'Ken Myer' --policy redmondusers")).toEqual({
    changed: true,
    dryRun: false,
    serial: 12,
    changes: [
      {
        action: "created",
        kind: "grant",
        identity: "sip:anamyer@litwareinc.com",
        before: null,
        after: { user: "sip:anamyer@litwareinc.com", policy: "RedmondUsers" },
      },
      {
        action: "unchanged",
        kind: "grant",
        identity: "sip:kenmyer@litwareinc.com",
        before: { user: "sip:kenmyer@litwareinc.com", policy: "RedmondUsers" },
        after: { user: "sip:kenmyer@litwareinc.com", policy: "RedmondUsers" },
      },
    ],
    effects: [
      {
        user: "sip:anamyer@litwareinc.com",
        room: help,
        gains: ["find", "join", "read", "post"],
        loses: [],
      },
      {
        user: "sip:anamyer@litwareinc.com",
        room: network,
        gains: ["find", "join", "read", "post", "manage"],
        loses: [],
      },
    ],
    warnings: [],
  });
});

test("shows each user with the policy that applies now", async () => {
  const made = await deployed();
  expect(await made.pchat("grant-policy 'Ana Myer' --policy tag:RedmondUsers")).toEqual({
    exitCode: 0,
    stdout: [
      "User                        DisplayName  GrantedPolicy  Policy        PolicyFrom  EnablePersistentChat",
      "──────────────────────────  ───────────  ─────────────  ────────────  ──────────  ────────────────────",
      "sip:anamyer@litwareinc.com  Ana Myer     RedmondUsers   RedmondUsers  user        true",
      "",
    ].join("\n"),
    stderr: [
      "created grant `sip:anamyer@litwareinc.com` (serial 12)",
      "`sip:anamyer@litwareinc.com` can now find, join, read, post `pchat.litwareinc.com\\Help Desk`",
      "`sip:anamyer@litwareinc.com` can now find, join, read, post, manage `pchat.litwareinc.com\\Network`",
      "",
    ].join("\n"),
  });
});

test.each([
  "'María Guðmundsdóttir'",
  "'CN=María Guðmundsdóttir, ou=helpdesk,OU=IT,dc=litwareinc,DC=com'",
  "'CN=Mar\\C3\\ADa Gu\\C3\\B0mundsd\\C3\\B3ttir,OU=HelpDesk,OU=IT,DC=litwareinc,DC=com'",
  "mariagudmundsdotti@litwareinc.com",
  "'litwareinc\\mariagudmundsdotti'",
  "'litwareinc.com\\mariagudmundsdotti'",
  "SIP:MariaGudmundsdotti@litwareinc.com",
  "user:mariagudmundsdotti@litwareinc.com",
])("finds the user by %s", async (word) => {
  const made = await deployed();
  await made.pchat(`grant-policy ${word} --policy RedmondUsers`);
  expect(await made.pchat("get-user --policy RedmondUsers -o name")).toEqual({
    exitCode: 0,
    stdout: "sip:kenmyer@litwareinc.com\nsip:mariagudmundsdotti@litwareinc.com\n",
    stderr: "",
  });
});

test("--none takes it away, so that the policy of the site applies", async () => {
  const made = await deployed();
  await made.pchat("new-policy site:Redmond --enable-persistent-chat true");
  expect(await made.pchat("grant-policy 'Ken Myer' --none")).toEqual({
    exitCode: 0,
    stdout: [
      "User                        DisplayName  GrantedPolicy  Policy        PolicyFrom  EnablePersistentChat",
      "──────────────────────────  ───────────  ─────────────  ────────────  ──────────  ────────────────────",
      "sip:kenmyer@litwareinc.com  Ken Myer                    site:Redmond  site        true",
      "",
    ].join("\n"),
    stderr: "removed grant `sip:kenmyer@litwareinc.com` (serial 13)\n",
  });
});

test("--none for a user without a policy changes nothing", async () => {
  const made = await deployed();
  const before = made.files();
  expect(await made.pchat("grant-policy 'Ana Myer' --none -o none")).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: "unchanged: grant `sip:anamyer@litwareinc.com` (still at serial 11)\n",
  });
  expect(made.files()).toEqual(before);
});

test("another policy takes the place of the present one", async () => {
  const made = await deployed();
  await made.pchat("new-policy Traders");
  expect(await made.json("grant-policy 'Ken Myer' --policy Traders")).toMatchObject({
    changes: [
      {
        action: "updated",
        before: { user: "sip:kenmyer@litwareinc.com", policy: "RedmondUsers" },
        after: { user: "sip:kenmyer@litwareinc.com", policy: "Traders" },
      },
    ],
    effects: [
      { room: help, loses: ["find", "join", "read", "post", "manage"] },
      { room: network, loses: ["find"] },
    ],
  });
});

const myers = [
  "sip:anamyer@litwareinc.com",
  "sip:bjorkmyer@litwareinc.com",
  "sip:freyamyer@litwareinc.com",
  "sip:ivanmyer@litwareinc.com",
  "sip:kenmyer@litwareinc.com",
  "sip:lucamyer@litwareinc.com",
];

test("a wildcard that matches several users needs a yes, and leaves out who is not enabled", async () => {
  const made = await deployed();
  expect(await made.pchat("grant-policy '* MYER' --policy RedmondUsers --yes -o name -q")).toEqual({
    exitCode: 0,
    stdout: `${myers.join("\n")}\n`,
    stderr: "",
  });
});

test("a wildcard asks with the count at a terminal", async () => {
  const made = await deployed();
  const before = made.files();
  const { exitCode, stdout, stderr } = await made.pchat(
    "grant-policy '* Myer' --policy RedmondUsers --color never",
    { answers: [false] },
  );
  expect({ exitCode, stdout, end: stderr.split("\n").slice(-3) }).toEqual({
    exitCode: 6,
    stdout: "",
    end: ["? `* Myer` means 6 users: go on with all of them?", "error: declined; nothing was written", ""],
  });
  expect(made.files()).toEqual(before);
});

test("a wildcard that matches one user does not ask", async () => {
  const made = await deployed();
  expect(await made.pchat("grant-policy 'An? Myer' --policy RedmondUsers -o name -q")).toEqual({
    exitCode: 0,
    stdout: "sip:anamyer@litwareinc.com\n",
    stderr: "",
  });
});

test("reads users from another command", async () => {
  const made = await deployed();
  expect(
    await made.pchat(
      "get-user --filter '*myer*' -o name | pchat grant-policy - --policy RedmondUsers -o name -q",
    ),
  ).toEqual({ exitCode: 0, stdout: `${myers.join("\n")}\n`, stderr: "" });
});

test.each([
  {
    line: "grant-policy '* Myer' --policy RedmondUsers -q",
    exitCode: 6,
    stderr:
      "error: `grant-policy` needs a yes: `* Myer` means 6 users: go on with all of them?\nhint: answer yes beforehand with --yes, or see what would happen with --what-if\n",
  },
  {
    line: "grant-policy 'Ana Myer' 'Hana Myer' --policy RedmondUsers",
    exitCode: 4,
    stderr:
      "error: `Hana Myer` is not enabled for SIP, so cannot take part\nhint: enable the account for Lync or Skype for Business, export the directory again, and import it\n",
  },
  {
    line: "grant-policy 'Anna Myer' 'Hana Myer' --policy RedmondUsers",
    exitCode: 3,
    stderr:
      "error: the directory has no `Anna Myer`; `Hana Myer` is not enabled for SIP, so cannot take part\nhint: did you mean `Ana Myer`?\nhint: find the exact name, or import a newer export: pchat get-user --filter '*Anna Myer*'\n",
  },
  {
    line: "grant-policy 'All Staff' --policy RedmondUsers",
    exitCode: 2,
    stderr: "error: `All Staff` is a group, not a user\n",
  },
  {
    line: "grant-policy 'Zz*' --none",
    exitCode: 3,
    stderr:
      "error: no user with an enabled SIP address has a display name like `Zz*`\nhint: try the pattern: pchat get-user --filter 'Zz*'\n",
  },
  {
    line: "grant-policy 'Ana Myer' --policy Global",
    exitCode: 2,
    stderr:
      "error: `Global` is not granted: it applies by itself\nhint: name a per-user policy, or use --none so that site and Global policies apply\n",
  },
  {
    line: "grant-policy 'Ana Myer' --policy RedmondUser",
    exitCode: 3,
    stderr:
      "error: there is no policy `RedmondUser`\nhint: did you mean `RedmondUsers`?\nhint: see them all: pchat get-policy\n",
  },
  {
    line: "grant-policy 'Ana Myer'",
    exitCode: 2,
    stderr:
      "error: `grant-policy` needs either `--policy` or `--none`\nhint: name the policy to give, or take the present one away with --none; see policies with: pchat get-policy\n",
  },
  {
    line: "grant-policy 'Ana Myer' --none --policy RedmondUsers",
    exitCode: 2,
    stderr:
      "error: `grant-policy` needs either `--policy` or `--none`\nhint: name the policy to give, or take the present one away with --none; see policies with: pchat get-policy\n",
  },
])("refuses $line, and writes nothing", async ({ line, exitCode, stderr }) => {
  const made = await deployed();
  const before = made.files();
  expect(await made.pchat(line)).toEqual({ exitCode, stdout: "", stderr });
  expect(made.files()).toEqual(before);
});

test("a site's policy is not granted", async () => {
  const made = await deployed();
  await made.pchat("new-policy site:Redmond");
  const before = made.files();
  expect(await made.pchat("grant-policy 'Ana Myer' --policy site:Redmond")).toEqual({
    exitCode: 2,
    stdout: "",
    stderr:
      "error: `site:Redmond` is not granted: it applies by itself\nhint: name a per-user policy, or use --none so that site and Global policies apply\n",
  });
  expect(made.files()).toEqual(before);
});

test("without a directory, SIP addresses can be granted and display names cannot", async () => {
  const made = bench();
  await made.pchat("new-store");
  await made.pchat("new-policy Chat --enable-persistent-chat true");
  expect(await made.pchat("grant-policy sip:ana@litwareinc.com ken@litwareinc.com --policy Chat")).toEqual({
    exitCode: 0,
    stdout: [
      "User                    DisplayName  GrantedPolicy  Policy  PolicyFrom  EnablePersistentChat",
      "──────────────────────  ───────────  ─────────────  ──────  ──────────  ────────────────────",
      "sip:ana@litwareinc.com               Chat           Chat    user        true",
      "sip:ken@litwareinc.com               Chat           Chat    user        true",
      "",
    ].join("\n"),
    stderr: "created 2 grants (serial 3)\n",
  });
  const before = made.files();
  expect(await made.pchat("grant-policy 'Ana Myer' --policy Chat")).toEqual({
    exitCode: 3,
    stdout: "",
    stderr:
      "error: `Ana Myer` cannot be looked up: no directory was imported\nhint: name it by SIP address, distinguished name or AD domain, or import an export of the directory: pchat import-directory export.ldif\n",
  });
  expect(made.files()).toEqual(before);
});
