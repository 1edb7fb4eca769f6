import { describe, expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";

const ids = ["IT", "Trading", "Empty"].map((name) => `pchat.litwareinc.com\\${name}`);
const lines = (words: readonly string[]): string => words.map((word) => `${word}\n`).join("");

test("get-category shows whole categories", async () => {
  expect(await (await deployed()).json("get-category Trading it")).toEqual([
    {
      identity: "pchat.litwareinc.com\\Trading",
      name: "Trading",
      description: null,
      invitations: false,
      fileUpload: false,
      chatHistory: true,
      allowedMembers: [
        "OU=Research\\+Trading,DC=litwareinc,DC=com",
        "OU=Finance,DC=litwareinc,DC=com",
        "CN=Trading Floor,OU=Distribution Groups,DC=litwareinc,DC=com",
      ],
      deniedMembers: [],
      creators: ["CN=Trading Floor,OU=Distribution Groups,DC=litwareinc,DC=com"],
      numberOfChatRooms: 0,
    },
    {
      identity: "pchat.litwareinc.com\\IT",
      name: "IT",
      description: null,
      invitations: false,
      fileUpload: false,
      chatHistory: true,
      allowedMembers: ["OU=IT,DC=litwareinc,DC=com"],
      deniedMembers: ["CN=HelpDesk Tier 2,OU=HelpDesk,OU=IT,DC=litwareinc,DC=com"],
      creators: ["CN=Room Managers,OU=IT,DC=litwareinc,DC=com"],
      numberOfChatRooms: 2,
    },
  ]);
});

test("get-category cuts a long list short in a table, unless the column is asked for", async () => {
  const made = await deployed();
  const allowed = ["litwareinc.com", "'Ken Myer'", "'Ana Myer'", "'Elif Berg'", "'Pilar Ackerman'"];
  await made.pchat(`new-category Wide ${allowed.map((word) => `--allowed-members ${word}`).join(" ")}`);
  expect(await made.pchat("get-category Wide")).toEqual({
    exitCode: 0,
    stdout:
      "Identity                   AllowedMembers              DeniedMembers  Creators  NumberOfChatRooms\n" +
      "─────────────────────────  ──────────────────────────  ─────────────  ────────  ─────────────────\n" +
      "pchat.litwareinc.com\\Wide  litwareinc.com                                                       0\n" +
      "                           sip:kenmyer@litwareinc.com\n" +
      "                           sip:anamyer@litwareinc.com\n" +
      "                           (2 more)\n",
    stderr: "",
  });
  expect(await made.pchat("get-category Wide --fields identity,allowedMembers,numberOfChatRooms")).toEqual({
    exitCode: 0,
    stdout:
      "Identity                   AllowedMembers                    NumberOfChatRooms\n" +
      "─────────────────────────  ────────────────────────────────  ─────────────────\n" +
      "pchat.litwareinc.com\\Wide  litwareinc.com                                    0\n" +
      "                           sip:kenmyer@litwareinc.com\n" +
      "                           sip:anamyer@litwareinc.com\n" +
      "                           sip:elifberg@litwareinc.com\n" +
      "                           sip:pilarackerman@litwareinc.com\n",
    stderr: "",
  });
});

describe("get-category finds", () => {
  test.each([
    ["", ids],
    ["empty IT", [ids[2]!, ids[0]!]],
    ["IT it pchat.litwareinc.com/IT", [ids[0]!]],
    ["--filter '*t*'", ids],
    ["--filter 'i?'", [ids[0]!]],
    ["--filter x*", []],
    ["IT Empty --filter E*", [ids[2]!]],
    ["--pool pchat.litwareinc.com --sort -name", [ids[1]!, ids[0]!, ids[2]!]],
  ])("with %s", async (options, found) => {
    expect(await (await deployed()).pchat(`get-category ${options} -o name`)).toEqual({
      exitCode: 0,
      stdout: lines(found),
      stderr: "",
    });
  });

  test("what stdin names, and nothing where it names nothing", async () => {
    const made = await deployed();
    expect(await made.pchat("get-category - -o name", { stdin: "Empty\n" })).toMatchObject({
      stdout: lines([ids[2]!]),
    });
    expect(await made.pchat("get-category - -o json", { stdin: "" })).toEqual({
      exitCode: 0,
      stdout: "[]\n",
      stderr: "",
    });
  });

  test("in one of two pools", async () => {
    const made = await deployed();
    await made.pchat("new-pool two.litwareinc.com");
    await made.pchat("new-category IT --pool two.litwareinc.com");
    const two = lines(["two.litwareinc.com\\IT"]);
    expect(await made.pchat("get-category --pool two.litwareinc.com -o name")).toMatchObject({ stdout: two });
    const env = { PCHAT_POOL: "two.litwareinc.com" };
    expect(await made.pchat("get-category IT -o name", { env })).toMatchObject({ stdout: two });
    expect(await made.pchat("get-category IT -o name")).toEqual({
      exitCode: 4,
      stdout: "",
      stderr:
        "error: 2 categories are named `IT`: `pchat.litwareinc.com\\IT`, `two.litwareinc.com\\IT`\n" +
        "hint: name one in full, or add --pool\n",
    });
  });
});

describe("get-category refuses", () => {
  test.each([
    [
      "get-category Tradng",
      3,
      "error: there is no category `Tradng`\nhint: did you mean `Trading`?\nhint: see them all: pchat get-category\n",
    ],
    [
      "get-category pchat.litwareinc.comIT",
      3,
      "error: there is no category `pchat.litwareinc.comIT`\n" +
        "hint: the shell took the backslash out: quote it, as in 'pchat.litwareinc.com\\IT', or write pchat.litwareinc.com/IT\n",
    ],
    [
      "get-category --pool nowhere.example",
      3,
      "error: there is no pool `nowhere.example`\nhint: did you mean `pchat.litwareinc.com`?\nhint: see them all: pchat get-pool\n",
    ],
  ])("%s", async (line, exitCode, stderr) => {
    expect(await (await deployed()).pchat(line)).toEqual({ exitCode, stdout: "", stderr });
  });
});
