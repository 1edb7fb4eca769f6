import { describe, expect, test } from "vitest";
import type { Answer } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";
import { asked, plain } from "../support/equivalent.ts";
import { refused, tried, unchanged } from "../support/tried.ts";

const help = "pchat.litwareinc.com\\Help Desk";
const luca = "sip:lucamyer@litwareinc.com";

/** Finds the room, changes two things, adds a member, looks at it, and saves. */
const edit = [
  "hlep desk",
  "description",
  "Where it 'hurts'",
  "disabled",
  "true",
  "members",
  "add",
  "luca myer",
  "done",
  "see",
  "save",
] as const;

const questions = `? room to change
? ${help}
? description (what the room is for)
? ${help}
? disabled (whether the room is out of use)
? ${help}
? members (2): Ken Myer, Ana Myer
? whom? (type to find)
? members (3): Ken Myer, Ana Myer, Luca Myer
? ${help}
`;
const told = `set-room '${help}' -o name --description 'Where it '\\''hurts'\\''' --disabled true --add-members ${luca}`;

describe("a bare set-room at a terminal", () => {
  test("finds the room, changes it, shows what that does, saves once, and tells the line", async () => {
    const made = await deployed();
    const { store, storeOfTold, ...run } = await asked(made, "set-room -o name", edit);
    expect(run).toEqual({
      exitCode: 0,
      stdout: `${help}\n`,
      stderr: `${questions}would update room \`${help}\`
  ${help} description: null -> "Where it 'hurts'"
  ${help} disabled: false -> true
  ${help} members: + "${luca}"
\`sip:kenmyer@litwareinc.com\` can no longer find, join, read, post \`${help}\`
? what now?
updated room \`${help}\` (serial 12)
\`sip:kenmyer@litwareinc.com\` can no longer find, join, read, post \`${help}\`
the same as one command:
  pchat ${told}
`,
      told: `pchat ${told}`,
      journalled: told,
    });
    expect(storeOfTold).toEqual(store);
  });

  test.each(edit.map((_, asked) => asked))("Ctrl-C at question %i writes nothing", async (asked) => {
    const answers: readonly Answer[] = [...edit.slice(0, asked), "ctrl-c"];
    const { exitCode, stdout, stderr, wrote } = await tried(await deployed(), "set-room", {
      answers,
      env: plain,
    });
    expect({ exitCode, stdout, wrote, last: stderr.split("\n").at(-2) }).toEqual({
      exitCode: 130,
      stdout: "",
      wrote: false,
      last: "interrupted; nothing was written",
    });
  });

  test("leaving changes behind writes nothing", async () => {
    const answers = ["description", "x", "leave"];
    expect(await tried(await deployed(), "set-room 'Help Desk'", { answers, env: plain })).toEqual(
      refused(
        6,
        `? ${help}\n? description (what the room is for)\n? ${help}\nerror: left without saving; nothing was written\n`,
      ),
    );
  });

  test("leaving after a look writes nothing", async () => {
    const answers = ["description", "x", "see", "leave"];
    const { exitCode, wrote, stderr } = await tried(await deployed(), "set-room 'Help Desk'", {
      answers,
      env: plain,
    });
    expect({ exitCode, wrote, last: stderr.split("\n").at(-2) }).toEqual({
      exitCode: 6,
      wrote: false,
      last: "error: left without saving; nothing was written",
    });
  });

  test("what is set back to what it was is no change", async () => {
    const answers = [
      "privacy",
      "Open",
      "privacy",
      "Closed",
      "members",
      "add",
      "luca myer",
      "take",
      ["Luca"],
      "done",
      "done",
    ];
    expect(await tried(await deployed(), "set-room 'Help Desk'", { answers, env: plain })).toEqual(
      unchanged(
        "",
        `? ${help}
? privacy (Open: all in scope find and join; Closed: all in scope find, members join; Secret: members only)
? ${help}
? privacy (Open: all in scope find and join; Closed: all in scope find, members join; Secret: members only)
? ${help}
? members (2): Ken Myer, Ana Myer
? whom? (type to find)
? members (3): Ken Myer, Ana Myer, Luca Myer
? take off (space ticks, enter goes on)
? members (2): Ken Myer, Ana Myer
? ${help}
nothing was changed
`,
      ),
    );
  });

  test("refuses who is out of scope with the reason, and goes on", async () => {
    const answers = ["members", "add", "maria sato", "add", "bjork myer", "add", "hana myer"];
    const rest = ["add", "ken myer", "done", "done"];
    const editing = "? members (2): Ken Myer, Ana Myer\n? whom? (type to find)\n";
    const run = await tried(await deployed(), "set-room 'Help Desk'", {
      answers: [...answers, ...rest],
      env: plain,
    });
    expect(run).toEqual(
      unchanged(
        "",
        `? ${help}
${editing}error: not in scope of category \`pchat.litwareinc.com\\IT\`: \`sip:mariasato2@litwareinc.com\` (no allowed member covers it)
hint: allow them with: pchat set-category 'pchat.litwareinc.com\\IT' --add-allowed-members sip:mariasato2@litwareinc.com
${editing}error: not in scope of category \`pchat.litwareinc.com\\IT\`: \`sip:bjorkmyer@litwareinc.com\` (denied by \`CN=HelpDesk Tier 2,OU=HelpDesk,OU=IT,DC=litwareinc,DC=com\`)
hint: lift the denial, for everyone it covers, with: pchat set-category 'pchat.litwareinc.com\\IT' --remove-denied-members 'CN=HelpDesk Tier 2,OU=HelpDesk,OU=IT,DC=litwareinc,DC=com'
${editing}error: \`CN=Myer\\, Hana,OU=HelpDesk,OU=IT,DC=litwareinc,DC=com\` (\`Hana Myer\`) is not enabled for SIP, so cannot take part
hint: enable the account for Lync or Skype for Business, export the directory again, and import it
${editing}\`sip:kenmyer@litwareinc.com\` is there already
? members (2): Ken Myer, Ana Myer
? ${help}
nothing was changed
`,
      ),
    );
  });

  test("shows a refusal of the whole in the place of a summary, and goes on", async () => {
    const made = await deployed();
    const answers = [
      "presenters",
      "add",
      "ken myer",
      "done",
      "see",
      "edit",
      "type",
      "Auditorium",
      "see",
      "save",
    ];
    const { store, storeOfTold, ...run } = await asked(made, "set-room 'Help Desk' -o none", answers);
    const line = `set-room 'Help Desk' -o none --type Auditorium --add-presenters sip:kenmyer@litwareinc.com`;
    expect(run).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: `? ${help}
? presenters: none
? whom? (type to find)
? presenters (1): Ken Myer
? ${help}
error: \`${help}\` is a Normal room, where everyone posts: it has no presenters
hint: make it an auditorium with --type Auditorium
? what now?
? ${help}
? type (whether every member may post, or only presenters)
? ${help}
would update room \`${help}\`
  ${help} type: "Normal" -> "Auditorium"
  ${help} presenters: + "sip:kenmyer@litwareinc.com"
? what now?
updated room \`${help}\` (serial 12)
the same as one command:
  pchat ${line}
`,
      told: `pchat ${line}`,
      journalled: line,
    });
    expect(storeOfTold).toEqual(store);
  });

  test("judges people by the category that was just chosen", async () => {
    const answers = ["category", "trading", "members", "add", "luca myer", "done", "leave"];
    const { stderr } = await tried(await deployed(), "set-room 'Help Desk'", { answers, env: plain });
    expect(stderr.split("\n").filter((line) => line.startsWith("error:"))).toEqual([
      `error: not in scope of category \`pchat.litwareinc.com\\Trading\`: \`${luca}\` (no allowed member covers it)`,
      "error: left without saving; nothing was written",
    ]);
  });

  test("looks again where somebody changed the store in the meantime, and loses neither change", async () => {
    const made = await deployed();
    const meanwhile = async () => {
      await made.pchat("set-room 'Help Desk' --privacy Secret -o none");
      return "save";
    };
    const answers = ["disabled", "true", "see", meanwhile, "see", "save"];
    const { stderr } = await made.pchat("set-room 'Help Desk' -o none", { answers, env: plain });
    expect(stderr).toContain(
      "? what now?\nsomebody changed the store in the meantime; nothing was written: look once more\n? ",
    );
    expect(await made.json("get-room 'Help Desk' --fields disabled,privacy")).toEqual([
      { disabled: true, privacy: "Secret" },
    ]);
  });

  test("changes one object at a time", async () => {
    const { exitCode, stderr, wrote } = await tried(await deployed(), "set-room Network 'Help Desk'", {
      answers: [],
      env: plain,
    });
    expect({ exitCode, stderr, wrote }).toEqual({
      exitCode: 2,
      stderr:
        "error: the form of `set-room` changes one object, not 2\nhint: name one, or say with options what should change in all; see them with: pchat set-room --help\n",
      wrote: false,
    });
  });

  test("shows only what the user sees that it acts as", async () => {
    const { exitCode, stderr } = await tried(await deployed(), "set-room --as 'Ana Myer'", {
      answers: [],
      env: plain,
    });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 3,
      stderr: "error: there is no room to change\nhint: make one: pchat new-room --help\n",
    });
  });
});

describe("the told line does the same", () => {
  test.each<[string, string, readonly Answer[]]>([
    [
      "set-category IT",
      "set-category IT --description=-x- --invitations true --remove-allowed-members OU=IT,DC=litwareinc,DC=com --add-allowed-members litwareinc.com --add-creators sip:anamyer@litwareinc.com",
      [
        ...["description", "-x-", "invitations", "true"],
        ...["allowed", "add", "litwareinc.com", "take", ["IT"], "done"],
        ...["creators", "add", "ana myer", "done", "see", "save"],
      ],
    ],
    ["set-policy", "set-policy RedmondUsers --description=", ["redmond", "description", "", "see", "save"]],
    [
      "set-pool --reason 'why not'",
      "set-pool pchat.litwareinc.com --reason 'why not' --display-name 'Ünïcode '\\''n \"such\"' --site=",
      ["pchat", "site", "", "display", 'Ünïcode \'n "such"', "see", "save"],
    ],
    [
      "set-addin Runbook",
      "set-addin Runbook --url 'https://example.com/$x`y`'",
      ["url", "nonsense", "https://example.com/$x`y`", "see", "save"],
    ],
    [
      "set-room Network",
      "set-room Network '--name=-rf $HOME' --addin Runbook",
      ["addin", "runb", "name", "-rf $HOME", "see", "save"],
    ],
    [
      "set-room 'Help Desk'",
      "set-room 'Help Desk' --addin= --remove-managers sip:kenmyer@litwareinc.com",
      ["addin", "", "managers", "take", ["Ken"], "done", "see", "save"],
    ],
    [
      "set-store",
      "set-store --require-reason '^CHG'",
      ["require", "(", "see", "edit", "require", "^CHG", "see", "save"],
    ],
    [
      "set-pool",
      "set-pool pchat.litwareinc.com --pool-state FailedOver --add-servers s1.litwareinc.com --add-servers s2.litwareinc.com",
      [
        ...["pchat", "pool state", "FailedOver", "servers", "add", "no such!", "s1.litwareinc.com"],
        ...["add", "s2.litwareinc.com", "done", "see", "save"],
      ],
    ],
    [
      "set-configuration Global",
      "set-configuration Global --default-chat-history 100",
      ["default chat", "1000", "100", "see", "save"],
    ],
  ])("%s", async (line, wanted, answers) => {
    const made = await deployed();
    await made.pchat("set-policy RedmondUsers --description x -q");
    const { told, store, storeOfTold, journalled } = await asked(made, line, answers);
    expect({ told, journalled }).toEqual({ told: `pchat ${wanted}`, journalled: wanted });
    expect(storeOfTold).toEqual(store);
  });
});

test("the told line is quoted for PowerShell there", async () => {
  const { stderr } = await (await deployed()).pchat("set-room 'Help Desk' -o none", {
    answers: ["description", "it's", "see", "save"],
    env: plain,
    shell: "powershell",
  });
  expect(stderr.split("\n").at(-2)).toBe("  pchat set-room 'Help Desk' -o none --description 'it''s'");
});

describe("without somebody to ask", () => {
  const nobody = [
    ["no terminal", "", {}],
    ["CI", "", { answers: [], env: { CI: "1" } }],
    ["--no-input", " --no-input", { answers: [] }],
  ] as const;
  const lines: readonly (readonly [string, number, string])[] = [
    ["set-room", 6, "--name"],
    ["set-room 'Help Desk'", 6, "--members"],
    ["set-category IT", 6, "--allowed-members"],
    ["set-policy Global", 6, "--enable-persistent-chat"],
    ["set-pool pchat.litwareinc.com", 6, "--display-name"],
    ["set-addin Runbook", 6, "--url"],
    ["set-room --privacy Open", 2, "<identity>"],
    ["new-room", 2, "<name>"],
    ["new-room X", 2, "--category"],
    ["new-category", 2, "<name>"],
    ["new-policy", 2, "<identity>"],
    ["new-pool", 2, "<fqdn>"],
    ["new-addin X", 2, "--url"],
    ["grant-policy 'Ken Myer'", 2, "--policy"],
    ["grant-policy --policy RedmondUsers", 2, "<user>"],
    ["remove-room", 2, "<identity>"],
    ["remove-room Network", 6, "--yes"],
  ];
  test.each(nobody.flatMap((way) => lines.map((line) => [line[0], way, line] as const)))(
    "%s (%#)",
    async (_, [, suffix, terminal], [line, exitCode, flag]) => {
      const run = await tried(await deployed(), line + suffix, { ...terminal });
      expect({ exitCode: run.exitCode, stdout: run.stdout, wrote: run.wrote }).toEqual({
        exitCode,
        stdout: "",
        wrote: false,
      });
      expect(run.stderr).toContain(flag);
    },
  );
});
