import { describe, expect, test } from "vitest";
import type { Bench } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";
import { done, refused, tried, unchanged } from "../support/tried.ts";

const it = "pchat.litwareinc.com\\IT";
const ken = "sip:kenmyer@litwareinc.com";
const ana = "sip:anamyer@litwareinc.com";
const helpDesk = "pchat.litwareinc.com\\Help Desk";
const network = "pchat.litwareinc.com\\Network";
const ou = "OU=IT,DC=litwareinc,DC=com";
const managers = "CN=Room Managers,OU=IT,DC=litwareinc,DC=com";
const tier2 = "CN=HelpDesk Tier 2,OU=HelpDesk,OU=IT,DC=litwareinc,DC=com";
const quiet = "-o none -q";

async function category(made: Bench, name: string, fields: string): Promise<unknown> {
  const [found] = (await made.json(`get-category '${name}' --fields ${fields}`)) as unknown[];
  return found;
}

describe("set-category changes", () => {
  test("every setting and list at once, in one write", async () => {
    const made = await deployed();
    expect(
      await made.json(
        "set-category it --name Technik --description 'All of IT' --invitations true --file-upload true --chat-history false " +
          "--add-allowed-members 'Elif Berg' --clear-denied-members --add-creators 'Elif Berg'",
      ),
    ).toEqual({
      changed: true,
      dryRun: false,
      serial: 12,
      changes: [
        {
          action: "updated",
          kind: "category",
          identity: "pchat.litwareinc.com\\Technik",
          before: {
            identity: it,
            name: "IT",
            description: null,
            invitations: false,
            fileUpload: false,
            chatHistory: true,
            allowedMembers: [ou],
            deniedMembers: [tier2],
            creators: [managers],
            numberOfChatRooms: 2,
          },
          after: {
            identity: "pchat.litwareinc.com\\Technik",
            name: "Technik",
            description: "All of IT",
            invitations: true,
            fileUpload: true,
            chatHistory: false,
            allowedMembers: [ou, "sip:elifberg@litwareinc.com"],
            deniedMembers: [],
            creators: [managers, "sip:elifberg@litwareinc.com"],
            numberOfChatRooms: 2,
          },
        },
      ],
      effects: [],
      warnings: [
        {
          code: "file-upload-ignored",
          category: "pchat.litwareinc.com\\Technik",
          message: "file upload is on in `pchat.litwareinc.com\\Technik`: Lync 2013 clients ignore it",
        },
      ],
    });
    expect(await made.pchat("get-room --category Technik -o name")).toMatchObject({
      stdout: `${helpDesk}\n${network}\n`,
    });
  });

  test("a name alone is one write of one object, the rooms untouched", async () => {
    const made = await deployed();
    expect(await tried(made, "set-category IT --name 'IT/All' -o name")).toEqual(
      done("pchat.litwareinc.com\\IT/All\n", "updated category `pchat.litwareinc.com\\IT/All` (serial 12)\n"),
    );
    const journal = made.files()["pchat.journal.ndjson"]!.trim().split("\n");
    expect((JSON.parse(journal.at(-1)!) as { writes: unknown[] }).writes).toHaveLength(1);
  });

  test("many in one serial, each once, also from stdin", async () => {
    const made = await deployed();
    const line = "set-category - IT 'pchat.litwareinc.com\\Empty' --invitations true -o name";
    expect(await tried(made, line, { stdin: "Empty\n" })).toEqual(
      done(`pchat.litwareinc.com\\Empty\n${it}\n`, "updated 2 categories (serial 12)\n"),
    );
  });

  test("nothing where stdin is empty", async () => {
    expect(await tried(await deployed(), "set-category - --invitations true", { stdin: "" })).toEqual(
      unchanged("", ""),
    );
  });

  test("nothing where all is so already", async () => {
    expect(
      await tried(
        await deployed(),
        "set-category IT --chat-history true --add-allowed-members 'ou=it,dc=litwareinc,dc=com' -o name",
      ),
    ).toEqual(unchanged(`${it}\n`, `unchanged: category \`${it}\` (still at serial 11)\n`));
  });

  test("does not warn again of file upload that was on", async () => {
    const made = await deployed();
    await made.pchat("set-category IT --file-upload true");
    expect(await tried(made, `set-category IT --file-upload true --description x ${quiet}`)).toEqual(
      done("", ""),
    );
  });
});

describe("set-category refuses", () => {
  test.each([
    [
      "a category that is not there",
      "set-category Tradng --invitations true",
      3,
      "error: there is no category `Tradng`\nhint: did you mean `Trading`?\nhint: see them all: pchat get-category\n",
    ],
    [
      "an identity whose backslash the shell ate",
      "set-category pchat.litwareinc.comIT --invitations true",
      3,
      "error: there is no category `pchat.litwareinc.comIT`\n" +
        "hint: the shell took the backslash out: quote it, as in 'pchat.litwareinc.com\\IT', or write pchat.litwareinc.com/IT\n",
    ],
    [
      "another category's name",
      "set-category IT --name TRADING",
      4,
      "error: category `pchat.litwareinc.com\\Trading` exists already\nhint: choose another name\n",
    ],
    [
      "a room's name",
      "set-category IT --name network",
      4,
      `error: room \`${network}\` has that name, and a room may not bear a category's name\nhint: choose another name\n`,
    ],
    [
      "one of several, and changes none",
      "set-category Empty Trading --name Both",
      4,
      "error: category `pchat.litwareinc.com\\Both` exists already\nhint: choose another name\n",
    ],
    [
      "an exact list along with a change to it",
      "set-category IT --creators 'Ken Myer' --clear-creators",
      2,
      "error: `--creators` is the whole list: it does not go with a change to it\n" +
        "hint: use --creators alone, or --add-creators, --remove-creators and --clear-creators without it\n",
    ],
    [
      "a bare boolean",
      "set-category IT --invitations",
      2,
      "error: `--invitations` takes a value\nhint: write --invitations true or --invitations false; an unquoted $false is nothing at all in bash\n",
    ],
    [
      "to be told nothing",
      "set-category IT",
      6,
      "error: `set-category` was not told what to change\nhint: say it with --name, --description, --invitations, --file-upload, --chat-history, --allowed-members, --denied-members, --creators, or run it at a terminal, which asks; see all options with: pchat set-category --help\n",
    ],
  ])("%s, and writes nothing", async (_, line, exitCode, stderr) => {
    const result = await tried(await deployed(), line);
    expect(result).toEqual(refused(exitCode, stderr));
  });

  test("a creator out of scope; the hinted command allows him, even along with a rename", async () => {
    const made = await deployed();
    const line = `set-category IT --name Technik --add-creators 'Elif Berg' ${quiet}`;
    const hinted = `pchat set-category '${it}' --add-allowed-members sip:elifberg@litwareinc.com`;
    expect(await tried(made, line)).toEqual(
      refused(
        4,
        "error: not in scope of category `pchat.litwareinc.com\\Technik`: `sip:elifberg@litwareinc.com` (no allowed member covers it)\n" +
          `hint: allow them with: ${hinted}\n`,
      ),
    );
    expect((await made.pchat(hinted)).exitCode).toBe(0);
    expect(await tried(made, line)).toEqual(done("", ""));
  });

  test("a name that two pools have", async () => {
    const made = await deployed();
    await made.pchat("new-pool two.litwareinc.com");
    await made.pchat("new-category IT --pool two.litwareinc.com");
    expect(await tried(made, "set-category IT --invitations true")).toEqual(
      refused(
        4,
        "error: 2 categories are named `IT`: `pchat.litwareinc.com\\IT`, `two.litwareinc.com\\IT`\n" +
          "hint: name one in full, or add --pool\n",
      ),
    );
    const env = { PCHAT_POOL: "two.litwareinc.com" };
    expect(await tried(made, "set-category IT --invitations true -q -o name", { env })).toEqual(
      done("two.litwareinc.com\\IT\n", ""),
    );
  });
});

describe("set-category on lists", () => {
  test.each([
    ["--add-denied-members 'Elif Berg'", { deniedMembers: [tier2, "sip:elifberg@litwareinc.com"] }],
    ["--remove-denied-members 'HelpDesk Tier 2'", { deniedMembers: [] }],
    ["--remove-denied-members 'Elif Berg' --invitations true", { deniedMembers: [tier2] }],
    ["--clear-denied-members", { deniedMembers: [] }],
    [
      "--denied-members 'HelpDesk Tier 2' --denied-members litwareinc.com",
      { deniedMembers: [tier2, "litwareinc.com"] },
    ],
    ["--denied-members-file -", { deniedMembers: [tier2, "OU=Sales,DC=litwareinc,DC=com"] }],
  ])("%s", async (options, lists) => {
    const made = await deployed();
    const stdin = "HelpDesk Tier 2\nOU=Sales,DC=litwareinc,DC=com\n";
    expect((await made.pchat(`set-category IT ${options} ${quiet}`, { stdin })).exitCode).toBe(0);
    expect(await category(made, "IT", "deniedMembers")).toEqual(lists);
  });

  test("asks before an exact list drops an entry", async () => {
    const made = await deployed();
    const line = "set-category IT --denied-members 'Elif Berg' -o none";
    const question = `take \`${tier2}\` off the denied members of \`${it}\`?`;
    const preview = `  ${it} deniedMembers: + "sip:elifberg@litwareinc.com", - "${tier2}"\n`;
    const env = { NO_COLOR: "1" };
    expect(await tried(made, line)).toEqual(
      refused(
        6,
        `${preview}error: \`set-category\` needs a yes: ${question}\n` +
          "hint: answer yes beforehand with --yes, or see what would happen with --what-if\n",
      ),
    );
    expect(await tried(made, line, { answers: [false], env })).toEqual(
      refused(6, `${preview}? ${question}\nerror: declined; nothing was written\n`),
    );
    expect(await tried(made, line, { answers: [true], env })).toEqual(
      done("", `${preview}? ${question}\nupdated category \`${it}\` (serial 12)\n`),
    );
  });
});

describe("set-category narrows", () => {
  const line =
    "set-category IT --remove-allowed-members 'OU=IT,DC=litwareinc,DC=com' --add-allowed-members 'Ana Myer'";

  test("not while it would take somebody out: each is named", async () => {
    expect(await tried(await deployed(), line)).toEqual(
      refused(
        4,
        `error: without that allowed member, category \`${it}\` no longer covers \`${managers}\` (creators of \`${it}\`), ` +
          `\`${ken}\` (members of \`${helpDesk}\`), \`${ken}\` (managers of \`${helpDesk}\`)\n` +
          "hint: take them out of those lists with --remove-ineligible, or allow them in another way first\n",
      ),
    );
  });

  test("once they are allowed in another way", async () => {
    const made = await deployed();
    await made.pchat("set-category IT --add-allowed-members 'Room Managers'");
    expect(await tried(made, `${line} ${quiet}`)).toEqual(done("", ""));
  });

  test("and takes out whom it must with --remove-ineligible, with the warnings of the rooms", async () => {
    const made = await deployed();
    await made.pchat("set-room 'Help Desk' --remove-members 'Ana Myer'");
    expect(await tried(made, `${line} --remove-ineligible -o none`)).toEqual(
      done(
        "",
        `updated category \`${it}\`, updated room \`${helpDesk}\` (serial 13)\n` +
          `\`${ken}\` can no longer find, join, read, post, manage \`${helpDesk}\`\n` +
          `\`${ken}\` can no longer find \`${network}\`\n` +
          `warning: room \`${helpDesk}\` is Closed and has no members: nobody can join it\n` +
          `warning: room \`${helpDesk}\` has no manager any more\n`,
      ),
    );
    expect(await made.json("get-room --fields name,members,managers")).toEqual([
      { name: "Help Desk", members: [], managers: [] },
      { name: "Network", members: [ana], managers: [ana] },
    ]);
    expect(await category(made, "IT", "allowedMembers,creators")).toEqual({
      allowedMembers: [ana],
      creators: [],
    });
  });

  test("with --what-if writes nothing and says the same", async () => {
    const made = await deployed();
    const preview = await tried(made, `${line} --remove-ineligible --what-if`);
    const real = await tried(made, `${line} --remove-ineligible`);
    expect({ ...preview, stderr: "" }).toEqual(unchanged(real.stdout, ""));
    const consequences = (text: string) =>
      text
        .split("\n")
        .slice(1)
        .filter((line) => !line.startsWith("  "));
    expect(consequences(preview.stderr)).toEqual(consequences(real.stderr));
    expect(preview.stderr).toContain(`  ${it} creators: - "CN=Room Managers,OU=IT,DC=litwareinc,DC=com"\n`);
  });

  test("not while a presenter would be no member any more", async () => {
    const made = await deployed();
    await made.pchat(
      "new-room Stage --category IT --type Auditorium --members 'HelpDesk Tier 1' --presenters 'Pilar Ackerman'",
    );
    const narrow =
      "set-category IT --add-allowed-members 'Room Managers' --add-allowed-members 'Ana Myer' --remove-allowed-members 'OU=IT,DC=litwareinc,DC=com' --remove-ineligible";
    const hinted =
      "pchat set-room 'pchat.litwareinc.com\\Stage' --remove-presenters sip:pilarackerman@litwareinc.com";
    expect(await tried(made, narrow)).toEqual(
      refused(
        4,
        "error: presenters of `pchat.litwareinc.com\\Stage` must be members: `sip:pilarackerman@litwareinc.com` is not\n" +
          `hint: keep them members, or take them off first with: ${hinted}\n`,
      ),
    );
    expect((await made.pchat(hinted)).exitCode).toBe(0);
    expect((await tried(made, narrow)).exitCode).toBe(0);
  });

  test("needs a yes as well where an exact list does it", async () => {
    const made = await deployed();
    const exact = "set-category IT --allowed-members 'Ana Myer' --remove-ineligible -q -o none";
    expect((await tried(made, exact)).exitCode).toBe(6);
    expect((await tried(made, `${exact} --yes`)).exitCode).toBe(0);
  });
});

describe("set-category denies", () => {
  test("at once: entries stay, powerless, and are named", async () => {
    const made = await deployed();
    expect(await tried(made, "set-category IT --add-denied-members 'Room Managers' -o none")).toEqual(
      done(
        "",
        `updated category \`${it}\` (serial 12)\n` +
          `\`${ken}\` can no longer find, join, read, post, manage \`${helpDesk}\`\n` +
          `\`${ken}\` can no longer find \`${network}\`\n` +
          `warning: \`${managers}\` stays in the creators of \`${it}\`, without power: it is denied by \`${managers}\`\n` +
          `warning: \`${ken}\` stays in the members of \`${helpDesk}\`, without power: it is denied by \`${managers}\`\n` +
          `warning: \`${ken}\` stays in the managers of \`${helpDesk}\`, without power: it is denied by \`${managers}\`\n`,
      ),
    );
    expect(await made.json("get-room 'Help Desk' --fields members,managers")).toEqual([
      { members: [ken, ana], managers: [ken] },
    ]);
  });

  test("and gives back what it took", async () => {
    const made = await deployed();
    await made.pchat("set-category IT --add-denied-members 'Ken Myer'");
    expect(await tried(made, "set-category IT --remove-denied-members 'Ken Myer' -o none")).toEqual(
      done(
        "",
        `updated category \`${it}\` (serial 13)\n` +
          `\`${ken}\` can now find, join, read, post, manage \`${helpDesk}\`\n` +
          `\`${ken}\` can now find \`${network}\`\n`,
      ),
    );
  });

  test("and other edits are not refused for entries without power", async () => {
    const made = await deployed();
    await made.pchat("set-category IT --add-denied-members 'Ana Myer'");
    expect(
      await tried(made, `set-room Network --description Still --add-members 'Ken Myer' ${quiet}`),
    ).toEqual(done("", ""));
  });
});
