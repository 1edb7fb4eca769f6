import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Bench, bench } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";
import { done, refused, tried, unchanged } from "../support/tried.ts";

const plain = {
  description: null,
  category: "IT",
  disabled: false,
  type: "Normal",
  privacy: "Closed",
  invitations: "Inherit",
  addin: null,
  members: [],
  managers: [],
  presenters: [],
};
const nobody = (room: string) =>
  `warning: room \`${room}\` is Closed and has no members: nobody can join it\n`;

describe("new-room creates", () => {
  test("a room of defaults, with a warning that nobody can join it", async () => {
    const made = await deployed();
    expect(await made.json("new-room Alpha --category IT")).toEqual({
      changed: true,
      dryRun: false,
      serial: 12,
      changes: [
        {
          action: "created",
          kind: "room",
          identity: "pchat.litwareinc.com\\Alpha",
          before: null,
          after: { identity: "pchat.litwareinc.com\\Alpha", name: "Alpha", ...plain },
        },
      ],
      effects: [
        {
          user: "sip:kenmyer@litwareinc.com",
          room: "pchat.litwareinc.com\\Alpha",
          gains: ["find"],
          loses: [],
        },
      ],
      warnings: [
        {
          code: "nobody-can-join",
          room: "pchat.litwareinc.com\\Alpha",
          privacy: "Closed",
          message: "room `pchat.litwareinc.com\\Alpha` is Closed and has no members: nobody can join it",
        },
      ],
    });
  });

  test("a room with every property at once", async () => {
    const made = await deployed();
    writeFileSync(join(made.folder, "people.txt"), "Ana Myer\r\n\n  sip:chidisato@litwareinc.com  \n");
    const { exitCode } = await made.pchat(
      "new-room 'pchat.litwareinc.com\\24/7 Support' --category it --description 'Day & night' --disabled '$true' " +
        "--type auditorium --privacy SECRET --invitations false --addin runbook --members 'Ken Myer' " +
        "--members-file people.txt --managers 'María Guðmundsdóttir' --presenters kenmyer@litwareinc.com",
    );
    expect(exitCode).toBe(0);
    expect(await made.json("get-room '24/7 Support'")).toEqual([
      {
        identity: "pchat.litwareinc.com\\24/7 Support",
        name: "24/7 Support",
        description: "Day & night",
        category: "IT",
        disabled: true,
        type: "Auditorium",
        privacy: "Secret",
        invitations: "False",
        addin: "Runbook",
        members: ["sip:kenmyer@litwareinc.com", "sip:anamyer@litwareinc.com", "sip:chidisato@litwareinc.com"],
        managers: ["sip:mariagudmundsdotti@litwareinc.com"],
        presenters: ["sip:kenmyer@litwareinc.com"],
      },
    ]);
  });

  test("and says what came of it, as a table", async () => {
    const made = await deployed();
    expect(
      await tried(made, "new-room Bridge --category IT --members 'Ken Myer' --members 'Ken Myer'"),
    ).toEqual(
      done(
        "Identity                     Category  Disabled  Type    Privacy  Members                     Managers\n" +
          "───────────────────────────  ────────  ────────  ──────  ───────  ──────────────────────────  ────────\n" +
          "pchat.litwareinc.com\\Bridge  IT        false     Normal  Closed   sip:kenmyer@litwareinc.com\n",
        "created room `pchat.litwareinc.com\\Bridge` (serial 12)\n" +
          "`sip:kenmyer@litwareinc.com` can now find, join, read, post `pchat.litwareinc.com\\Bridge`\n",
      ),
    );
  });

  test("nothing with --what-if, which says the same", async () => {
    const made = await deployed();
    const line = "new-room Alpha --category IT -o csv";
    const preview = await tried(made, `${line} --what-if`);
    const real = await tried(made, line);
    const row = (stdout: string) => ({ exitCode: 0, stdout });
    expect(preview).toMatchObject({ ...row(real.stdout), wrote: false });
    expect(preview.stderr).toBe(
      "would create room `pchat.litwareinc.com\\Alpha` (nothing was written)\n" +
        "`sip:kenmyer@litwareinc.com` can now find `pchat.litwareinc.com\\Alpha`\n" +
        nobody("pchat.litwareinc.com\\Alpha"),
    );
    expect(real.wrote).toBe(true);
  });

  test("a room with a slash in its name after a known pool", async () => {
    const made = await deployed();
    expect(await tried(made, "new-room pchat.litwareinc.com/C/D --category IT -o name")).toMatchObject({
      exitCode: 0,
      stdout: "pchat.litwareinc.com\\C/D\n",
    });
    expect(await made.pchat("get-room C/D -o name")).toMatchObject({
      stdout: "pchat.litwareinc.com\\C/D\n",
    });
  });

  test.each([
    ["user", "'María Guðmundsdóttir'", "sip:mariagudmundsdotti@litwareinc.com"],
    [
      "user by DN",
      "'CN=María Guðmundsdóttir,OU=HelpDesk,OU=IT,DC=litwareinc,DC=com'",
      "sip:mariagudmundsdotti@litwareinc.com",
    ],
    [
      "user by escaped DN",
      "'CN=Mar\\C3\\ADa Gu\\C3\\B0mundsd\\C3\\B3ttir,OU=HelpDesk,OU=IT,DC=litwareinc,DC=com'",
      "sip:mariagudmundsdotti@litwareinc.com",
    ],
    ["user by logon name", "'LITWAREINC\\mariagudmundsdotti'", "sip:mariagudmundsdotti@litwareinc.com"],
    ["user by UPN", "mariagudmundsdotti@litwareinc.com", "sip:mariagudmundsdotti@litwareinc.com"],
    ["group", "'HelpDesk Tier 1'", "CN=HelpDesk Tier 1,OU=HelpDesk,OU=IT,DC=litwareinc,DC=com"],
    ["container", "'OU=HelpDesk,OU=IT,DC=litwareinc,DC=com'", "OU=HelpDesk,OU=IT,DC=litwareinc,DC=com"],
  ])("with a member named as %s", async (_, word, stored) => {
    const made = await deployed();
    const { exitCode } = await made.pchat(`new-room X --category IT --members ${word}`);
    expect(exitCode).toBe(0);
    expect(await made.json("get-room X --fields members")).toEqual([{ members: [stored] }]);
  });
});

describe("new-room refuses", () => {
  test.each([
    [
      "a name that a room has",
      "new-room 'HELP desk' --category IT",
      4,
      "error: room `pchat.litwareinc.com\\Help Desk` exists already\n" +
        "hint: change it with set-room, or add --if-not-exists to take it as it is\n",
    ],
    [
      "a category's name",
      "new-room trading --category IT --if-not-exists",
      4,
      "error: category `pchat.litwareinc.com\\Trading` has that name, and a room may not bear a category's name\n" +
        "hint: choose another name\n",
    ],
    [
      "a category that is not there",
      "new-room X --category Tradng",
      3,
      "error: there is no category `Tradng`\nhint: did you mean `Trading`?\nhint: see them all: pchat get-category\n",
    ],
    [
      "an add-in that is not there",
      "new-room X --category IT --addin Runbok",
      3,
      "error: there is no add-in `Runbok`\nhint: did you mean `Runbook`?\nhint: see them all: pchat get-addin\n",
    ],
    [
      "an unknown pool before a backslash",
      "new-room 'nowhere\\X' --category IT",
      3,
      "error: there is no pool `nowhere`\nhint: did you mean `pchat.litwareinc.com`?\nhint: see them all: pchat get-pool\n",
    ],
    [
      "a choice that is none",
      "new-room X --category IT --privacy Hidden",
      2,
      "error: `--privacy` takes `Open`, `Closed` or `Secret`, not `Hidden`\nhint: did you mean `Open`, `Closed` or `Secret`?\n",
    ],
    [
      "no category",
      "new-room X",
      2,
      "error: `new-room` needs `--category`\nhint: see how it is used: pchat new-room --help\n",
    ],
    [
      "a bare boolean",
      "new-room X --category IT --disabled",
      2,
      "error: `--disabled` takes a value\nhint: write --disabled true or --disabled false; an unquoted $false is nothing at all in bash\n",
    ],
    [
      "a bare boolean before another option",
      "new-room X --disabled --category IT",
      2,
      "error: `--disabled` takes a value, and `--category` is an option\n" +
        "hint: write --disabled true or --disabled false; an unquoted $false is nothing at all in bash\n",
    ],
    [
      "a boolean that is neither",
      "new-room X --category IT --disabled yes",
      2,
      "error: `--disabled` takes `true` or `false`, not `yes`\n",
    ],
    ["an empty name", "new-room '' --category IT", 2, "error: the name may not be empty\n"],
    [
      "a name with a backslash",
      "new-room 'pchat.litwareinc.com\\a\\b' --category IT",
      2,
      "error: the name may not hold a backslash: `a\\b`\n",
    ],
    [
      "a description that is too long",
      `new-room X --category IT --description ${"x".repeat(257)}`,
      2,
      "error: `--description` takes at most 256 characters, not 257\n",
    ],
    [
      "people whom the directory does not have, each named",
      "new-room X --category IT --members Nobody --managers 'No one'",
      3,
      "error: the directory has no `Nobody`\nhint: find the exact name, or import a newer export: pchat get-user --filter '*Nobody*'\n",
    ],
    [
      "an account that is not enabled for SIP",
      "new-room X --category IT --members 'Hana Myer'",
      4,
      "error: `Hana Myer` is not enabled for SIP, so cannot take part\n" +
        "hint: enable the account for Lync or Skype for Business, export the directory again, and import it\n",
    ],
    [
      "presenters in a Normal room",
      "new-room X --category IT --members 'Ken Myer' --presenters 'Ken Myer'",
      4,
      "error: `pchat.litwareinc.com\\X` is a Normal room, where everyone posts: it has no presenters\n" +
        "hint: make it an auditorium with --type Auditorium\n",
    ],
    [
      "a presenter who is no member",
      "new-room X --category IT --type Auditorium --members 'Ana Myer' --presenters 'Ken Myer'",
      4,
      "error: presenters of `pchat.litwareinc.com\\X` must be members: `sip:kenmyer@litwareinc.com` is not\n" +
        "hint: make them members too, with --members\n",
    ],
  ])("%s, and writes nothing", async (_, line, exitCode, stderr) => {
    expect(await tried(await deployed(), line)).toEqual(refused(exitCode, stderr));
  });

  test("two rooms", async () => {
    const { exitCode, stdout, wrote } = await tried(await deployed(), "new-room X Y --category IT");
    expect({ exitCode, stdout, wrote }).toEqual({ exitCode: 2, stdout: "", wrote: false });
  });

  test("with one object on stderr under -o json", async () => {
    const made = await deployed();
    const { exitCode, stdout, stderr, wrote } = await tried(made, "new-room X --category Tradng -o json");
    expect({ exitCode, stdout, wrote, error: JSON.parse(stderr) }).toEqual({
      exitCode: 3,
      stdout: "",
      wrote: false,
      error: {
        error: {
          code: "not-found",
          message: "there is no category `Tradng`",
          hint: "did you mean `Trading`?; see them all: pchat get-category",
          details: { kind: "category", identity: "Tradng" },
          exitCode: 3,
        },
      },
    });
  });

  test("people out of scope, each named with the reason, and the command of the hint lets them in", async () => {
    const made = await deployed();
    const line =
      "new-room Bridge --category IT --members 'Ken Myer' --members 'Chidi Kowalski' --managers 'Elif Berg' -o name";
    const hinted =
      "pchat set-category 'pchat.litwareinc.com\\IT' --remove-denied-members 'CN=HelpDesk Tier 2,OU=HelpDesk,OU=IT,DC=litwareinc,DC=com' " +
      "--add-allowed-members sip:elifberg@litwareinc.com";
    expect(await tried(made, line)).toEqual(
      refused(
        4,
        "error: not in scope of category `pchat.litwareinc.com\\IT`: `sip:chidikowalski@litwareinc.com` (denied by " +
          "`CN=HelpDesk Tier 2,OU=HelpDesk,OU=IT,DC=litwareinc,DC=com`); `sip:elifberg@litwareinc.com` (no allowed member covers it)\n" +
          `hint: lift the denial, for everyone it covers, with: ${hinted}\n`,
      ),
    );
    expect((await made.pchat(hinted)).exitCode).toBe(0);
    expect((await made.pchat(line)).exitCode).toBe(0);
  });

  test("somebody denied twice, and the hint lifts both denials", async () => {
    const made = await deployed();
    await made.pchat(
      "set-category IT --add-denied-members 'Ana Myer' --add-denied-members 'OU=Network,OU=IT,DC=litwareinc,DC=com'",
    );
    const line = "new-room Bridge --category IT --members 'Ana Myer' -o name";
    const hinted =
      "pchat set-category 'pchat.litwareinc.com\\IT' --remove-denied-members sip:anamyer@litwareinc.com --remove-denied-members OU=Network,OU=IT,DC=litwareinc,DC=com";
    expect(await tried(made, line)).toEqual(
      refused(
        4,
        "error: not in scope of category `pchat.litwareinc.com\\IT`: `sip:anamyer@litwareinc.com` (denied)\n" +
          `hint: lift the denial, for everyone it covers, with: ${hinted}\n`,
      ),
    );
    expect((await made.pchat(hinted)).exitCode).toBe(0);
    expect((await made.pchat(line)).exitCode).toBe(0);
  });
});

describe("new-room warns", () => {
  test.each([
    [
      "that an Open room's members have no effect",
      "new-room X --category IT --privacy Open --members 'Ana Myer' -o none -q",
      "warning: room `pchat.litwareinc.com\\X` is Open, so its member list has no effect\n",
    ],
    [
      "that nobody can join a Secret room without members",
      "new-room X --category IT --privacy Secret -o none -q",
      "warning: room `pchat.litwareinc.com\\X` is Secret and has no members: nobody can join it\n",
    ],
    ["of nothing for an Open room without members", "new-room X --category IT --privacy Open -o none -q", ""],
    [
      "of an account that is disabled in AD",
      "new-room X --category IT --members 'Yara Patel' -o none -q",
      "warning: the account of `Yara Patel` (sip:yarapatel@litwareinc.com) is disabled in AD, yet enabled for SIP: it can still take part\n",
    ],
    [
      "of nothing for a presenter in scope of an Open auditorium",
      "new-room X --category IT --privacy Open --type Auditorium --presenters 'Ana Myer' -o none -q",
      "",
    ],
  ])("%s", async (_, line, stderr) => {
    expect(await tried(await deployed(), line)).toEqual(done("", stderr));
  });
});

describe("new-room --if-not-exists", () => {
  test("takes a room as it is, without a word where nothing differs", async () => {
    const made = await deployed();
    expect(
      await tried(
        made,
        "new-room 'help desk' --category IT --if-not-exists --members 'Ana Myer' --members 'Ken Myer' -o name",
      ),
    ).toEqual(
      unchanged(
        "pchat.litwareinc.com\\Help Desk\n",
        "unchanged: room `pchat.litwareinc.com\\Help Desk` (still at serial 11)\n",
      ),
    );
  });

  test("names what differs in a warning", async () => {
    const made = await deployed();
    expect(
      await tried(
        made,
        "new-room 'Help Desk' --category Trading --if-not-exists --privacy Open --members 'Pilar Ackerman' -o name",
      ),
    ).toEqual(
      unchanged(
        "pchat.litwareinc.com\\Help Desk\n",
        "unchanged: room `pchat.litwareinc.com\\Help Desk` (still at serial 11)\n" +
          "warning: room `pchat.litwareinc.com\\Help Desk` exists already and differs in `category`, `privacy`, `members`\n",
      ),
    );
  });

  test("creates what is not there", async () => {
    expect(
      await tried(await deployed(), "new-room X --category IT --privacy Open --if-not-exists -o name -q"),
    ).toEqual(done("pchat.litwareinc.com\\X\n", ""));
  });
});

describe("new-room among several pools", () => {
  async function twoPools(): Promise<Bench> {
    const made = await deployed();
    await made.pchat("new-pool two.litwareinc.com");
    await made.pchat("new-category IT --pool two.litwareinc.com --allowed-members litwareinc.com");
    await made.pchat("new-addin Chart --pool two.litwareinc.com --url https://chart.litwareinc.com/");
    return made;
  }

  test.each([
    ["its own name", "new-room 'two.litwareinc.com\\Network' --category IT", {}],
    ["the category's full name", "new-room Network --category 'two.litwareinc.com\\IT'", {}],
    ["--pool", "new-room Network --category IT --pool TWO.litwareinc.com", {}],
    ["PCHAT_POOL", "new-room Network --category IT", { PCHAT_POOL: "two.litwareinc.com" }],
  ])("takes the pool from %s", async (_, line, env) => {
    expect(await tried(await twoPools(), `${line} -o name -q`, { env })).toEqual(
      done("two.litwareinc.com\\Network\n", nobody("two.litwareinc.com\\Network")),
    );
  });

  test.each([
    [
      "a category's name that two have",
      "new-room X --category IT",
      4,
      "error: 2 categories are named `IT`: `pchat.litwareinc.com\\IT`, `two.litwareinc.com\\IT`\nhint: name one in full, or add --pool\n",
    ],
    [
      "two different pools",
      "new-room 'pchat.litwareinc.com\\X' --category IT --pool two.litwareinc.com",
      2,
      "error: `pchat.litwareinc.com` and `two.litwareinc.com` are different pools\nhint: name the pool once\n",
    ],
    [
      "a category of another pool",
      "new-room X --category 'two.litwareinc.com\\IT' --pool pchat.litwareinc.com",
      2,
      "error: category `two.litwareinc.com\\IT` is not of the room's pool `pchat.litwareinc.com`\n" +
        "hint: objects never change pool: name one of the same pool; see them with: pchat get-category --pool pchat.litwareinc.com\n",
    ],
    [
      "an add-in of another pool",
      "new-room X --category 'pchat.litwareinc.com\\IT' --addin 'two.litwareinc.com\\Chart'",
      2,
      "error: add-in `two.litwareinc.com\\Chart` is not of the room's pool `pchat.litwareinc.com`\n" +
        "hint: objects never change pool: name one of the same pool; see them with: pchat get-addin --pool pchat.litwareinc.com\n",
    ],
  ])("refuses %s", async (_, line, exitCode, stderr) => {
    expect(await tried(await twoPools(), line)).toEqual(refused(exitCode, stderr));
  });
});

describe("new-room without a directory", () => {
  async function undirected(): Promise<Bench> {
    const made = bench();
    await made.pchat("new-store");
    await made.pchat("new-pool pchat.litwareinc.com");
    await made.pchat(
      "new-category IT --allowed-members 'OU=IT,DC=litwareinc,DC=com' --allowed-members sip:ana@litwareinc.com",
    );
    return made;
  }
  const line = "new-room X --category IT -q -o name";

  test("takes what the words decide without a warning", async () => {
    expect(
      await tried(
        await undirected(),
        `${line} --strict --members sip:ANA@litwareinc.com --members 'CN=Desk,OU=IT,DC=litwareinc,DC=com'`,
      ),
    ).toEqual(done("pchat.litwareinc.com\\X\n", ""));
  });

  test("takes what it cannot tell with one warning", async () => {
    expect(
      await tried(
        await undirected(),
        `${line} --members bo@litwareinc.com --members cy@litwareinc.com --managers bo@litwareinc.com`,
      ),
    ).toEqual(
      done(
        "pchat.litwareinc.com\\X\n",
        "warning: no directory was imported, so it cannot be told whether `sip:bo@litwareinc.com`, `sip:cy@litwareinc.com` may be there\n",
      ),
    );
  });

  test.each([
    [
      "what it cannot tell, with --strict",
      "--members bo@litwareinc.com --strict",
      4,
      "error: it cannot be told whether category `pchat.litwareinc.com\\IT` allows `sip:bo@litwareinc.com`: no directory was imported\n" +
        "hint: import an export of the directory, or leave out --strict: pchat import-directory export.ldif\n",
    ],
    [
      "what the words decide against",
      "--members 'CN=Desk,OU=Sales,DC=litwareinc,DC=com'",
      4,
      "error: not in scope of category `pchat.litwareinc.com\\IT`: `CN=Desk,OU=Sales,DC=litwareinc,DC=com` (no allowed member covers it)\n" +
        "hint: allow them with: pchat set-category 'pchat.litwareinc.com\\IT' --add-allowed-members CN=Desk,OU=Sales,DC=litwareinc,DC=com\n",
    ],
    [
      "a display name",
      "--members 'Ken Myer'",
      3,
      "error: `Ken Myer` cannot be looked up: no directory was imported\n" +
        "hint: name it by SIP address, distinguished name or AD domain, or import an export of the directory: pchat import-directory export.ldif\n",
    ],
  ])("refuses %s", async (_, options, exitCode, stderr) => {
    expect(await tried(await undirected(), `${line} ${options}`)).toEqual(refused(exitCode, stderr));
  });
});

test.each([
  ["new-room chat.litwareinc.com/Bridge --category IT", "chat.litwareinc.com", "chat.litwareinc.com/Bridge"],
  ["new-room '24/7 Support' --category IT", undefined, ""],
  ["new-room '1.5/2.0 GHz' --category IT", undefined, ""],
  ["new-room pchat.litwareinc.com/a.b/c --category IT", undefined, ""],
  ["new-category chat.litwareinc.com/IT", "chat.litwareinc.com", "chat.litwareinc.com/IT"],
  ["new-addin x.y/z --url https://litwareinc.com/", "x.y", "x.y/z"],
])("a name that looks like one in a pool that is not there draws a warning: %s", async (line, pool, name) => {
  const made = await deployed();
  const { exitCode, stderr } = await made.pchat(`${line} -o none`);
  expect(exitCode).toBe(0);
  expect(stderr.split("\n").filter((told) => told.includes("there is no pool"))).toEqual(
    pool === undefined ? [] : [`warning: there is no pool \`${pool}\`, so \`${name}\` is the whole name`],
  );
});
