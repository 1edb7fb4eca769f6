import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";
import { done, refused, tried } from "../support/tried.ts";

const helpDesk = "pchat.litwareinc.com\\Help Desk";
const ken = "sip:kenmyer@litwareinc.com";
const ana = "sip:anamyer@litwareinc.com";

describe("a line of the module, typed as it is", () => {
  /** Line, and the line of pchat that it means. */
  test.each([
    ["New-CsPersistentChatRoom -Name X -Category IT", "new-room X --category=IT"],
    ["new-cspersistentchatROOM -NAME X -category:IT", "new-room X --category=IT"],
    ["New-CsPersistentChatRoom X -Cat IT -Desc 'a b'", "new-room X --category=IT --description='a b'"],
    [
      "New-CsPersistentChatRoom -Name X -Category IT -Disabled:'$true'",
      "new-room X --category=IT --disabled=true",
    ],
    [
      "New-CsPersistentChatRoom -Name X -Category IT -Members '@{Add=\"sip:kenmyer@litwareinc.com\"}'",
      "new-room X --category=IT --members=sip:kenmyer@litwareinc.com",
    ],
    [
      "New-CsPersistentChatCategory -Name C -EnableFileUpload -EnableInvitations -RemoveChatHistory",
      "new-category C --file-upload true --invitations true --chat-history false",
    ],
    ["New-CsPersistentChatCategory -Name C -EnableFileUpload:'$false'", "new-category C"],
    [
      "Set-CsPersistentChatRoom -Identity 'Help Desk' -Members '@{Add=\"CN=Room Managers,OU=IT,DC=litwareinc,DC=com\"; Remove=\"sip:anamyer@litwareinc.com\"}'",
      `set-room 'Help Desk' --add-members='CN=Room Managers,OU=IT,DC=litwareinc,DC=com' --remove-members=${ana}`,
    ],
    [
      "Set-CsPersistentChatRoom 'Help Desk' -Managers '@{add=\"sip:anamyer@litwareinc.com\",\"Ken Myer\"}'",
      `set-room 'Help Desk' --add-managers=${ana} --add-managers='Ken Myer'`,
    ],
    [
      "Set-CsPersistentChatRoom 'Help Desk' -Members '@{Replace=\"sip:anamyer@litwareinc.com\"}' -Force",
      `set-room 'Help Desk' --members=${ana} --force --yes`,
    ],
    [
      "Set-CsPersistentChatRoom 'Help Desk' -Members '\"sip:kenmyer@litwareinc.com\",\"sip:anamyer@litwareinc.com\"'",
      `set-room 'Help Desk' --members=${ken} --members=${ana}`,
    ],
    [
      "Set-CsPersistentChatRoom 'Help Desk' -Members '@(\"sip:kenmyer@litwareinc.com\")' -Confirm:'$False'",
      `set-room 'Help Desk' --members=${ken} --yes`,
    ],
    // As bash hands it over: the quotes are gone, and it is still an array.
    [
      "Set-CsPersistentChatRoom 'Help Desk' -Managers sip:kenmyer@litwareinc.com,sip:anamyer@litwareinc.com",
      `set-room 'Help Desk' --managers=${ken} --managers=${ana}`,
    ],
    [
      "Set-CsPersistentChatRoom 'Help Desk' -Managers '@{Add=sip:anamyer@litwareinc.com}'",
      `set-room 'Help Desk' --add-managers=${ana}`,
    ],
    ["Set-CsPersistentChatRoom 'Help Desk' -Managers '$null'", "set-room 'Help Desk' --clear-managers"],
    ["Set-CsPersistentChatRoom 'Help Desk' -Addin '$Null'", "set-room 'Help Desk' --addin ''"],
    ["Set-CsPersistentChatRoom 'Help Desk' -Description '$Null'", "set-room 'Help Desk' --description ''"],
    ["Grant-CsPersistentChatPolicy 'Ana Myer' RedmondUsers", "grant-policy 'Ana Myer' --policy=RedmondUsers"],
    ["Grant-CsPersistentChatPolicy -Identity 'Ken Myer' '$null'", "grant-policy 'Ken Myer' --none"],
    [
      "Grant-CsPersistentChatPolicy -Identity 'Ken Myer' -PolicyName '$null'",
      "grant-policy 'Ken Myer' --none",
    ],
    [
      "Grant-CsPersistentChatPolicy -Identity 'Ana Myer' -PolicyName RedmondUsers -PassThru",
      "grant-policy 'Ana Myer' --policy RedmondUsers",
    ],
    [
      "SkypeForBusiness\\\\Grant-CsPersistentChatPolicy -Identity 'Ken Myer' -PolicyName '$null'",
      "grant-policy 'Ken Myer' --none",
    ],
    ["Remove-CsPersistentChatRoom 'Help Desk' -Force", "remove-room 'Help Desk' --force --yes"],
    ["Remove-CsPersistentChatAddin Runbook -Force", "remove-addin Runbook --force --yes"],
    ["New-CsPersistentChatPolicy -Identity P -InMemory", "new-policy P --what-if"],
    [
      "New-CsPersistentChatRoom -Name X -Category IT -WhatIf -IfNotExists",
      "new-room X --category IT --what-if --if-not-exists",
    ],
    [
      "Set-CsPersistentChatRoom -Identity 'Help Desk' -Disabled '$true' --reason why",
      "set-room 'Help Desk' --disabled true --reason why",
    ],
    [
      "Get-CsPersistentChatRoom -Privacy Closed -Disabled:'$false' -ResultSize 1",
      "get-room --privacy Closed --disabled false --result-size 1",
    ],
    [
      "Get-CsPersistentChatRoom -Filter '{Name -like \"*desk\"}'",
      "get-room --where '{Name -like \"*desk\"}'",
    ],
    ["Get-CsPersistentChatRoom -Filter '*desk'", "get-room --filter '*desk'"],
    [
      "Get-CsPersistentChatRoom -PersistentChatPoolFqdn pchat.litwareinc.com",
      "get-room --pool pchat.litwareinc.com",
    ],
    ["Get-CsUser -Filter '{PersistentChatPolicy -eq \"RedmondUsers\"}'", "get-user --policy RedmondUsers"],
    ["Get-CsService -PoolFqdn pchat.litwareinc.com", "get-pool --pool pchat.litwareinc.com"],
    ["Get-CsPersistentChatPolicy -o name -- Global", "get-policy -o name Global"],
  ])("%s", async (pasted, line) => {
    const [a, b] = [await deployed(), await deployed()];
    const meant = await tried(b, `${line} -q`);
    expect({ line, exitCode: meant.exitCode, stderr: meant.stderr }).toMatchObject({ exitCode: 0 });
    const wanted = pasted.includes("--")
      ? pasted.replace("--", "-q --").replace("-q --reason", "-q --reason")
      : `${pasted} -q`;
    expect(await tried(a, wanted)).toEqual(meant);
  });
});

test("the history holds the command that it was, so that it can be typed again", async () => {
  const made = await deployed();
  await made.pchat(
    "Set-CsPersistentChatRoom -Identity 'Help Desk' -Members '@{Remove=\"sip:anamyer@litwareinc.com\"}' -Force",
  );
  const history = (await made.json("get-history")) as { command: string }[];
  expect(history.at(-1)!.command).toBe(
    "set-room 'Help Desk' --remove-members=sip:anamyer@litwareinc.com --force --yes",
  );
});

test("what only says how or where is passed over, and said", async () => {
  const made = await deployed();
  const line =
    "Grant-CsPersistentChatPolicy 'Ana Myer' -PolicyName RedmondUsers -DomainController dc1.litwareinc.com -ErrorAction Stop -Verbose -o none";
  expect(await tried(made, line)).toEqual(
    done(
      "",
      "warning: `-DomainController` is passed over: what is known of the directory was imported with import-directory\n" +
        "warning: `-ErrorAction` is passed over: pchat ends with an exit code\n" +
        "warning: `-Verbose` is passed over: pchat says what it did\n" +
        "created grant `sip:anamyer@litwareinc.com` (serial 12)\n" +
        "`sip:anamyer@litwareinc.com` can now find, join, read, post `pchat.litwareinc.com\\Help Desk`\n" +
        "`sip:anamyer@litwareinc.com` can now find, join, read, post, manage `pchat.litwareinc.com\\Network`\n",
    ),
  );
  expect((await made.pchat("Get-CsPersistentChatPolicy -LocalStore Global -o json")).stderr).toBe("");
});

test("a date with slashes is read as PowerShell reads it, and said", async () => {
  const made = await deployed();
  expect(
    await tried(made, "Clear-CsPersistentChatRoom 'Help Desk' -EndDate 3/1/2018 -Confirm:'$False' -o none"),
  ).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining("warning: `3/1/2018` is read as 2018-03-01, as PowerShell does\n"),
  });
});

test.each([
  [
    "an unknown parameter",
    "New-CsPersistentChatRoom -Nmae X -Category IT",
    2,
    "error: `New-CsPersistentChatRoom` has no parameter `-Nmae`\nhint: did you mean `-Name`?\n" +
      "hint: its parameters are -Name, -Addin, -Category, -Description, -Disabled, -Invitations, -Privacy, -Type, -PersistentChatPoolFqdn\n",
  ],
  [
    "the beginning of two",
    "New-CsPersistentChatRoom X -Category IT -D x",
    2,
    "error: `-D` may be `-Debug` or `-Description` or `-Disabled`\n" +
      "hint: its parameters are -Name, -Addin, -Category, -Description, -Disabled, -Invitations, -Privacy, -Type, -PersistentChatPoolFqdn\n",
  ],
  [
    "a parameter without counterpart",
    "Get-CsPersistentChatEndpoint -OU 'OU=IT,DC=litwareinc,DC=com'",
    2,
    "error: `-OU` has no counterpart: endpoints are kept without a place in Active Directory\n",
  ],
  [
    "a boolean that bash swallowed",
    "Set-CsPersistentChatRoom 'Help Desk' -Disabled",
    2,
    "error: `-Disabled` takes a value\nhint: in bash an unquoted $null, $true or $false is nothing at all: write it in single quotes\n",
  ],
  [
    "a boolean that bash swallowed, before another parameter",
    "Set-CsPersistentChatRoom 'Help Desk' -Disabled -Privacy Open",
    2,
    "error: `-Disabled` takes a value\nhint: in bash an unquoted $null, $true or $false is nothing at all: write it in single quotes\n",
  ],
  [
    "a hash table that bash cut",
    "Set-CsPersistentChatRoom 'Help Desk' -Members '@{Add=\"Ken'",
    2,
    'error: the value of `-Members` has no end: `@{Add="Ken`\n' +
      "hint: put the whole of it into single quotes: -Members '@{Add=\"sip:ana@contoso.com\"}'\n",
  ],
  [
    "another key in it",
    "Set-CsPersistentChatRoom 'Help Desk' -Members '@{Ad=\"Ken Myer\"}'",
    2,
    'error: `-Members` takes Add, Remove or Replace in `@{…}`, not `Ad="Ken Myer"`\n',
  ],
  [
    "a value of a switch",
    "Remove-CsPersistentChatRoom 'Help Desk' -Force:maybe",
    2,
    "error: `-Force` takes `:$true` or `:$false`, not `maybe`\n",
  ],
  [
    "a change beside the whole",
    "Set-CsPersistentChatRoom 'Help Desk' -Members '@{Replace=\"sip:anamyer@litwareinc.com\";Add=\"sip:kenmyer@litwareinc.com\"}'",
    2,
    "error: `--members` is the whole list: it does not go with a change to it\n" +
      "hint: use --members alone, or --add-members, --remove-members and --clear-members without it\n",
  ],
  [
    "single dashes after pchat's own name",
    "set-room 'Help Desk' -Disabled true",
    2,
    "error: `set-room` has no option `-Disabled`\nhint: did you mean `--disabled`?\nhint: see its options: pchat set-room --help\n",
  ],
])("refuses %s, and writes nothing", async (_, line, exitCode, stderr) => {
  expect(await tried(await deployed(), line)).toEqual(refused(exitCode, stderr));
});

test("the lines of a script may be the module's", async () => {
  const made = await deployed();
  writeFileSync(
    join(made.folder, "s.pchat"),
    "New-CsPersistentChatRoom -Name Bridge -Category IT -Members '@{Add=\"sip:anamyer@litwareinc.com\"}'\n" +
      "Set-CsPersistentChatRoom Bridge '-Disabled:$true'\n",
  );
  expect((await tried(made, "invoke-script s.pchat -q -o none")).exitCode).toBe(0);
  expect(await made.json("get-room Bridge --fields disabled,members")).toEqual([
    { disabled: true, members: [ana] },
  ]);
});

test("the room is named in full where its backslash arrives", async () => {
  const made = await deployed();
  const run = await made.run(["Get-CsPersistentChatRoom", "-Identity", helpDesk, "-o", "name"]);
  expect(run).toEqual({ exitCode: 0, stdout: `${helpDesk}\n`, stderr: "" });
});
