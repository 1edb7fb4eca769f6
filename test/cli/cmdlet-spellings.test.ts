import { describe, expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";
import { refused, tried } from "../support/tried.ts";

describe("the cmdlets' other spellings do what pchat's own do", () => {
  test.each([
    ["new-category C --enable-file-upload", "new-category C --file-upload true"],
    ["new-category C --enable-invitations", "new-category C --invitations true"],
    ["new-category C --remove-chat-history", "new-category C --chat-history false"],
    ["set-category IT --remove-chat-history", "set-category IT --chat-history false"],
    ["set-category IT --invites true", "set-category IT --invitations true"],
    ["grant-policy 'Ana Myer' --policy-name RedmondUsers", "grant-policy 'Ana Myer' --policy RedmondUsers"],
    [
      "grant-policy 'Ana Myer' --policy RedmondUsers --pass-thru",
      "grant-policy 'Ana Myer' --policy RedmondUsers",
    ],
    [
      "new-room R --category IT --persistent-chat-pool-fqdn pchat.litwareinc.com",
      "new-room R --category IT --pool pchat.litwareinc.com",
    ],
    [
      "set-room 'Help Desk' --add-managers 'Ana Myer' --as-object",
      "set-room 'Help Desk' --add-managers 'Ana Myer'",
    ],
    ["get-category --fields invites", "get-category --fields invitations"],
    ["get-user 'Ken Myer' --fields persistentChatPolicy", "get-user 'Ken Myer' --fields grantedPolicy"],
  ])("%s", async (line, own) => {
    const [a, b] = [await deployed(), await deployed()];
    const meant = await tried(b, own);
    expect(meant.exitCode).toBe(0);
    expect(await tried(a, line)).toEqual(meant);
  });
});

test("a switch and its option together are one too many", async () => {
  expect(await tried(await deployed(), "new-category C --file-upload false --enable-file-upload")).toEqual(
    refused(
      2,
      "error: `--file-upload` and `--enable-file-upload` say the same property\nhint: give one of them\n",
    ),
  );
});

describe("--as-object shows people by display name", () => {
  test("in a room", async () => {
    const made = await deployed();
    expect(await made.json("get-room 'Help Desk' --as-object --fields members,managers,presenters")).toEqual([
      { members: ["Ken Myer", "Ana Myer"], managers: ["Ken Myer"], presenters: [] },
    ]);
  });

  test("in a category, groups and containers too, and whom the directory does not know as they are", async () => {
    const made = await deployed();
    expect(
      await made.json("get-category IT --as-object --fields allowedMembers,deniedMembers,creators"),
    ).toEqual([{ allowedMembers: ["IT"], deniedMembers: ["HelpDesk Tier 2"], creators: ["Room Managers"] }]);
  });
});

describe("--where", () => {
  test.each([
    [
      "get-room --where 'Privacy -eq Closed -and Managers -contains sip:kenmyer@litwareinc.com' -o name",
      ["pchat.litwareinc.com\\Help Desk"],
    ],
    ["get-category --where 'numberOfChatRooms -gt 1' -o name", ["pchat.litwareinc.com\\IT"]],
    [
      "get-user --where 'PersistentChatPolicy -eq RedmondUsers' --fields displayName -o csv",
      ["displayName", "Ken Myer"],
    ],
    ["get-room --where 'name -eq x' -o json", ["[]"]],
  ])("%s", async (line, lines) => {
    const { exitCode, stdout, stderr } = await (await deployed()).pchat(line);
    expect({ exitCode, stderr, lines: stdout.split("\n").slice(0, -1) }).toEqual({
      exitCode: 0,
      stderr: "",
      lines,
    });
  });

  test("names the fields where there is none of that name", async () => {
    expect(await tried(await deployed(), "get-addin --where 'ur -eq x'")).toEqual(
      refused(
        2,
        "error: an add-in has no field `ur`\nhint: did you mean `url`?\nhint: fields are identity, name, url\n",
      ),
    );
  });
});
