import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bench } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";

const helpDesk = "pchat.litwareinc.com\\Help Desk";
const network = "pchat.litwareinc.com\\Network";
const stage = "pchat.litwareinc.com\\Stage";

const printed = (stdout: string) => ({ exitCode: 0, stdout, stderr: "" });
const refused = (exitCode: number, stderr: string) => ({ exitCode, stdout: "", stderr });

const networkRow = {
  identity: network,
  name: "Network",
  description: "Lines and switches",
  category: "IT",
  disabled: false,
  type: "Normal",
  privacy: "Closed",
  invitations: "Inherit",
  addin: null,
  members: ["sip:anamyer@litwareinc.com"],
  managers: ["sip:anamyer@litwareinc.com"],
  presenters: [],
};

describe("get-room prints", () => {
  test("a table", async () => {
    expect(await (await deployed()).pchat("get-room")).toEqual(
      printed(
        "Identity                        Category  Disabled  Type    Privacy  Members                     Managers\n" +
          "──────────────────────────────  ────────  ────────  ──────  ───────  ──────────────────────────  ──────────────────────────\n" +
          "pchat.litwareinc.com\\Help Desk  IT        false     Normal  Closed   sip:kenmyer@litwareinc.com  sip:kenmyer@litwareinc.com\n" +
          "                                                                     sip:anamyer@litwareinc.com\n" +
          "pchat.litwareinc.com\\Network    IT        false     Normal  Closed   sip:anamyer@litwareinc.com  sip:anamyer@litwareinc.com\n",
      ),
    );
  });

  test.each([
    [
      "list",
      "Identity    : pchat.litwareinc.com\\Network\n" +
        "Name        : Network\n" +
        "Description : Lines and switches\n" +
        "Category    : IT\n" +
        "Disabled    : false\n" +
        "Type        : Normal\n" +
        "Privacy     : Closed\n" +
        "Invitations : Inherit\n" +
        "Addin       :\n" +
        "Members     : sip:anamyer@litwareinc.com\n" +
        "Managers    : sip:anamyer@litwareinc.com\n" +
        "Presenters  :\n",
    ],
    ["json", `${JSON.stringify([networkRow], undefined, 2)}\n`],
    ["ndjson", `${JSON.stringify(networkRow)}\n`],
    [
      "yaml",
      "- identity: pchat.litwareinc.com\\Network\n" +
        "  name: Network\n" +
        "  description: Lines and switches\n" +
        "  category: IT\n" +
        "  disabled: false\n" +
        "  type: Normal\n" +
        "  privacy: Closed\n" +
        "  invitations: Inherit\n" +
        "  addin: null\n" +
        "  members:\n" +
        "    - sip:anamyer@litwareinc.com\n" +
        "  managers:\n" +
        "    - sip:anamyer@litwareinc.com\n" +
        "  presenters: []\n",
    ],
    [
      "csv",
      "identity,name,description,category,disabled,type,privacy,invitations,addin,members,managers,presenters\n" +
        "pchat.litwareinc.com\\Network,Network,Lines and switches,IT,false,Normal,Closed,Inherit,,sip:anamyer@litwareinc.com,sip:anamyer@litwareinc.com,\n",
    ],
    ["name", `${network}\n`],
    ["none", ""],
  ])("%s", async (format, stdout) => {
    const {
      exitCode,
      stdout: found,
      stderr,
    } = await (await deployed()).pchat(`get-room Network -o ${format}`);
    expect({ exitCode, stdout: withoutSpaceAtEnds(found), stderr }).toEqual(printed(stdout));
  });

  test.each([
    ["table", ""],
    ["list", ""],
    ["json", "[]\n"],
    ["ndjson", ""],
    [
      "csv",
      "identity,name,description,category,disabled,type,privacy,invitations,addin,members,managers,presenters\n",
    ],
    ["name", ""],
  ])("nothing as %s", async (format, stdout) => {
    expect(await (await deployed()).pchat(`get-room --category Empty -o ${format}`)).toEqual(printed(stdout));
  });

  test("chosen columns in a chosen order", async () => {
    expect(await (await deployed()).pchat("get-room --fields name,addin --sort -name -o csv")).toEqual(
      printed("name,addin\nNetwork,\nHelp Desk,Runbook\n"),
    );
  });
});

/** Lists pad empty values; what matters is the text. */
const withoutSpaceAtEnds = (text: string): string => text.replace(/ +$/gm, "");

describe("get-room finds", () => {
  const setUp = async () => {
    const made = await deployed();
    await made.pchat("new-category Stages --allowed-members litwareinc.com");
    await made.pchat(
      "new-room Stage --category Stages --type Auditorium --privacy Secret --invitations False --disabled true " +
        "--members 'HelpDesk Tier 1' --managers 'HelpDesk Tier 1' --description 'Help from 9/5'",
    );
    return made;
  };

  test.each([
    ["", [helpDesk, network, stage]],
    ["stage NETWORK", [stage, network]],
    ["Network network 'pchat.litwareinc.com\\Network' pchat.litwareinc.com/network", [network]],
    ["--category it", [helpDesk, network]],
    ["--category 'pchat.litwareinc.com\\Stages'", [stage]],
    ["--addin Runbook", [helpDesk]],
    ["--member 'Ken Myer'", [helpDesk]],
    ["--member anamyer@litwareinc.com", [helpDesk, network]],
    ["--member 'HelpDesk Tier 1'", [stage]],
    ["--member 'Pilar Ackerman'", []],
    ["--member 'Hana Myer'", []],
    ["--manager 'LITWAREINC\\anamyer'", [network]],
    ["--manager 'cn=helpdesk tier 1, ou=HelpDesk, ou=IT, dc=litwareinc, dc=com'", [stage]],
    ["--privacy secret", [stage]],
    ["--privacy Open", []],
    ["--type Auditorium", [stage]],
    ["--invitations False", [stage]],
    ["--disabled true", [stage]],
    ["--disabled '$false'", [helpDesk, network]],
    ["--filter '*e*k'", [helpDesk, network]],
    ["--filter 'help*'", [helpDesk]],
    ["--filter 'help*' --search-description", [helpDesk, stage]],
    ["--filter 'net?ork'", [network]],
    ["--result-size 2", [helpDesk, network]],
    ["--result-size 0", []],
    ["--disabled false --result-size 1 --filter 'n*'", [network]],
    ["--category IT --member 'Ana Myer' --manager 'Ken Myer'", [helpDesk]],
    ["Network Stage --disabled true", [stage]],
    ["--pool pchat.litwareinc.com", [helpDesk, network, stage]],
  ])("with %s: %j", async (options, identities) => {
    const stdout = identities.map((identity) => `${identity}\n`).join("");
    expect(await (await setUp()).pchat(`get-room ${options} -o name`)).toEqual(printed(stdout));
  });

  test("what stdin names, and nothing where it names nothing", async () => {
    const made = await deployed();
    expect(await made.pchat("get-room - -o name", { stdin: "Network\n" })).toEqual(printed(`${network}\n`));
    expect(await made.pchat("get-room - -o name", { stdin: "" })).toEqual(printed(""));
  });

  test("somebody whom a newer directory no longer has, by the stored word", async () => {
    const made = bench();
    await made.pchat("new-store");
    await made.pchat("new-pool pchat.litwareinc.com");
    await made.pchat("new-category All --allowed-members sip:ana@litwareinc.com");
    await made.pchat("new-room Old --category All --members sip:ana@litwareinc.com");
    await made.pchat("import-directory - --force", {
      stdin:
        "dn: DC=litwareinc,DC=com\nobjectClass: domainDNS\n\ndn: OU=IT,DC=litwareinc,DC=com\nobjectClass: organizationalUnit\nou: IT\n",
    });
    expect(await made.pchat("get-room --member ana@litwareinc.com -o name")).toEqual(
      printed("pchat.litwareinc.com\\Old\n"),
    );
  });
});

describe("get-room among several pools", () => {
  const setUp = async () => {
    const made = await deployed();
    await made.pchat("new-pool two.litwareinc.com");
    await made.pchat("new-category IT --pool two.litwareinc.com");
    await made.pchat("new-room Network --category 'two.litwareinc.com\\IT'");
    return made;
  };

  test.each([
    ["--pool two.litwareinc.com", {}, ["two.litwareinc.com\\Network"]],
    ["--category IT --pool pchat.litwareinc.com", {}, [helpDesk, network]],
    ["Network", { PCHAT_POOL: "two.litwareinc.com" }, ["two.litwareinc.com\\Network"]],
    ["Network --pool pchat.litwareinc.com", { PCHAT_POOL: "two.litwareinc.com" }, [network]],
    [
      "two.litwareinc.com/network Network --pool pchat.litwareinc.com",
      {},
      ["two.litwareinc.com\\Network", network],
    ],
  ])("%s with %o: %j", async (options, env, identities) => {
    const stdout = identities.map((identity) => `${identity}\n`).join("");
    expect(await (await setUp()).pchat(`get-room ${options} -o name`, { env })).toEqual(printed(stdout));
  });

  test.each([
    [
      "get-room Network",
      4,
      "error: 2 rooms are named `Network`: `pchat.litwareinc.com\\Network`, `two.litwareinc.com\\Network`\n" +
        "hint: name one in full, or add --pool\n",
    ],
    [
      "get-room --category IT",
      4,
      "error: 2 categories are named `IT`: `pchat.litwareinc.com\\IT`, `two.litwareinc.com\\IT`\n" +
        "hint: name one in full, or add --pool\n",
    ],
    [
      "get-room --pool tow.litwareinc.com",
      3,
      "error: there is no pool `tow.litwareinc.com`\nhint: did you mean `two.litwareinc.com`?\nhint: see them all: pchat get-pool\n",
    ],
  ])("%s is refused", async (line, exitCode, stderr) => {
    expect(await (await setUp()).pchat(line)).toEqual(refused(exitCode, stderr));
  });
});

describe("get-room refuses", () => {
  test.each([
    [
      "get-room Netwrk",
      3,
      "error: there is no room `Netwrk`\nhint: did you mean `Network`?\nhint: see them all: pchat get-room\n",
    ],
    [
      "get-room pchat.litwareinc.comNetwork",
      3,
      "error: there is no room `pchat.litwareinc.comNetwork`\n" +
        "hint: the shell took the backslash out: quote it, as in 'pchat.litwareinc.com\\Network', or write pchat.litwareinc.com/Network\n",
    ],
    [
      "get-room --addin Runbok",
      3,
      "error: there is no add-in `Runbok`\nhint: did you mean `Runbook`?\nhint: see them all: pchat get-addin\n",
    ],
    [
      "get-room --member 'Kenn Myer'",
      3,
      "error: the directory has no `Kenn Myer`\nhint: did you mean `Ken Myer`?\n" +
        "hint: find the exact name, or import a newer export: pchat get-user --filter '*Kenn Myer*'\n",
    ],
    [
      "get-room --disabled",
      2,
      "error: `--disabled` takes a value\nhint: write --disabled true or --disabled false; an unquoted $false is nothing at all in bash\n",
    ],
    [
      "get-room --type Chat",
      2,
      "error: `--type` takes `Normal` or `Auditorium`, not `Chat`\nhint: did you mean `Normal` or `Auditorium`?\n",
    ],
    [
      "get-room --result-size many",
      2,
      "error: `--result-size` takes a whole number from 0 to 2147483647, not `many`\n",
    ],
    [
      "get-room -o xml",
      2,
      "error: `--output` takes `table`, `list`, `json`, `ndjson`, `yaml`, `csv`, `name` or `none`, not `xml`\n",
    ],
  ])("%s", async (line, exitCode, stderr) => {
    expect(await (await deployed()).pchat(line)).toEqual(refused(exitCode, stderr));
  });

  test("a field that rooms do not have", async () => {
    expect(await (await deployed()).pchat("get-room --fields nme")).toEqual(
      refused(
        2,
        "error: a room has no field `nme`\nhint: did you mean `name`?\n" +
          "hint: fields are identity, name, description, category, disabled, type, privacy, invitations, addin, members, managers, presenters\n",
      ),
    );
  });

  test("a folder without a store", async () => {
    const { exitCode, stdout } = await bench().pchat("get-room");
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
  });
});

test("get-room --chat-content-exceeds-mb finds the rooms whose messages take more", async () => {
  const made = await deployed();
  const text = "x".repeat(600_000);
  for (const _ of [1, 2]) await made.pchat("send-message 'Help Desk' - --as 'Ken Myer'", { stdin: text });
  expect(await made.json("get-room --chat-content-exceeds-mb 1 --fields name")).toEqual([
    { name: "Help Desk" },
  ]);
  expect(await made.json("get-room --chat-content-exceeds-mb 2 --fields name")).toEqual([]);
  expect(await made.json("get-room --chat-content-exceeds-mb 0 --fields name")).toEqual([
    { name: "Help Desk" },
  ]);
  expect(await made.pchat("get-room --chat-content-exceeds-mb -1")).toMatchObject({ exitCode: 2 });
});

test("a control character that a store holds from before is still read, and CSV has no NUL", async () => {
  const made = await deployed();
  const path = join(made.folder, "pchat.json");
  const text = readFileSync(path, "utf8");
  const room = /"name": "Network",/;
  expect(text).toMatch(room);
  const described = JSON.parse(text) as { rooms: { name: string; description: string | null }[] };
  for (const each of described.rooms) if (each.name === "Network") each.description = "a\0\u001bb";
  writeFileSync(path, `${JSON.stringify(described, null, 2)}\n`);
  expect(await made.json("get-room Network")).toMatchObject([{ description: "a\0\u001bb" }]);
  expect((await made.pchat("get-room Network --fields description -o csv")).stdout).toBe(
    "description\na\uFFFD\u001bb\n",
  );
});
