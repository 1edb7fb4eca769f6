import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Bench } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";
import { done, refused, tried, unchanged } from "../support/tried.ts";

const ken = "sip:kenmyer@litwareinc.com";
const ana = "sip:anamyer@litwareinc.com";
const network = "pchat.litwareinc.com\\Network";
const quiet = "-o none -q";

/** The named columns of one room. */
async function room(made: Bench, name: string, fields: string): Promise<unknown> {
  const [found] = (await made.json(`get-room '${name}' --fields ${fields}`)) as unknown[];
  return found;
}

/** The deployment, with Network an auditorium in which Ana presents. */
async function auditorium(): Promise<Bench> {
  const made = await deployed();
  await made.pchat("set-room Network --type Auditorium --add-presenters 'Ana Myer'");
  return made;
}

describe("set-room changes", () => {
  test("every setting at once, in one write", async () => {
    const made = await deployed();
    const before = {
      identity: network,
      name: "Network",
      description: "Lines and switches",
      category: "IT",
      disabled: false,
      type: "Normal",
      privacy: "Closed",
      invitations: "Inherit",
      addin: null,
      members: [ana],
      managers: [ana],
      presenters: [],
    };
    expect(
      await made.json(
        "set-room network --name Netz/2 --description '' --disabled true --type Auditorium --privacy Secret " +
          "--invitations False --addin Runbook --add-members 'Ken Myer' --clear-managers --add-presenters 'Ken Myer'",
      ),
    ).toEqual({
      changed: true,
      dryRun: false,
      serial: 12,
      changes: [
        {
          action: "updated",
          kind: "room",
          identity: "pchat.litwareinc.com\\Netz/2",
          before,
          after: {
            identity: "pchat.litwareinc.com\\Netz/2",
            name: "Netz/2",
            description: null,
            category: "IT",
            disabled: true,
            type: "Auditorium",
            privacy: "Secret",
            invitations: "False",
            addin: "Runbook",
            members: [ana, ken],
            managers: [],
            presenters: [ken],
          },
        },
      ],
      effects: [{ user: ken, room: "pchat.litwareinc.com\\Netz/2", gains: [], loses: ["find"] }],
      warnings: [
        {
          code: "last-manager-lost",
          room: "pchat.litwareinc.com\\Netz/2",
          message: "room `pchat.litwareinc.com\\Netz/2` has no manager any more",
        },
      ],
    });
    expect(await tried(made, "set-room Netz/2 --addin '' -o none")).toEqual(
      done("", "updated room `pchat.litwareinc.com\\Netz/2` (serial 13)\n"),
    );
    expect(await room(made, "Netz/2", "addin")).toEqual({ addin: null });
  });

  test("a name alone is one write of one object, and changes nothing for anybody", async () => {
    const made = await deployed();
    expect(await tried(made, "set-room 'Help Desk' --name 'HELP desk' -o name")).toEqual(
      done(
        "pchat.litwareinc.com\\HELP desk\n",
        "updated room `pchat.litwareinc.com\\HELP desk` (serial 12)\n",
      ),
    );
    const journal = made.files()["pchat.journal.ndjson"]!.trim().split("\n");
    const { writes } = JSON.parse(journal.at(-1)!) as { writes: unknown[] };
    expect(writes).toHaveLength(1);
  });

  test("nothing where all is so already", async () => {
    expect(
      await tried(await deployed(), "set-room Network --disabled false --add-members 'Ana Myer' -o name"),
    ).toEqual(unchanged(`${network}\n`, `unchanged: room \`${network}\` (still at serial 11)\n`));
  });

  test("nothing with --what-if, whose output is that of the real run", async () => {
    const made = await deployed();
    const line = "set-room Network --members 'Ken Myer' --disabled true";
    const preview = await tried(made, `${line} --what-if`);
    const real = await tried(made, `${line} --yes`);
    expect(preview).toEqual(
      unchanged(
        real.stdout,
        real.stderr
          .replace("updated", "would update")
          .replace(
            "serial 12)\n",
            `nothing was written)\n  ${network} disabled: false -> true\n  ${network} members: + "${ken}", - "${ana}"\n`,
          ),
      ),
    );
    expect(real.wrote).toBe(true);
  });

  test("--yes does not cancel --what-if", async () => {
    expect(
      await tried(await deployed(), "set-room Network --disabled true --what-if --yes --force -o name -q"),
    ).toEqual(unchanged(`${network}\n`, ""));
  });
});

describe("set-room on many rooms", () => {
  test("is one serial, in the order named, each room once", async () => {
    const made = await deployed();
    expect(await tried(made, "set-room Network 'Help Desk' network --disabled true -o name")).toEqual(
      done(
        `${network}\npchat.litwareinc.com\\Help Desk\n`,
        "updated 2 rooms (serial 12)\n" +
          `\`${ken}\` can no longer find, join, read, post \`pchat.litwareinc.com\\Help Desk\`\n` +
          `\`${ken}\` can no longer find \`${network}\`\n`,
      ),
    );
  });

  test("reads them from a pipe in one transaction", async () => {
    const made = await deployed();
    expect(await tried(made, "get-room -o name | set-room - --disabled true -o name -q")).toEqual(
      done(`pchat.litwareinc.com\\Help Desk\n${network}\n`, ""),
    );
    expect(await made.json("get-store")).toMatchObject([{ serial: 12 }]);
  });

  test("reads lines of any ending, blank ones left out", async () => {
    const made = await deployed();
    const stdin = "Network\r\n\n  Help Desk  \r\n";
    expect(await tried(made, "set-room - --disabled true -o name -q", { stdin })).toEqual(
      done(`${network}\npchat.litwareinc.com\\Help Desk\n`, ""),
    );
  });

  test("has nothing to do where stdin is empty", async () => {
    expect(await tried(await deployed(), "set-room - --disabled true", { stdin: "" })).toEqual(
      unchanged("", ""),
    );
  });

  test("changes none where one is not there, and names each", async () => {
    expect(await tried(await deployed(), "set-room Network Nework Hlp --disabled true")).toEqual(
      refused(
        3,
        "error: there is no room `Nework`; there is no room `Hlp`\nhint: did you mean `Network`?\nhint: see them all: pchat get-room\n",
      ),
    );
  });

  test("changes none where a rule refuses one", async () => {
    expect(await tried(await deployed(), "set-room Network 'Help Desk' --name Both")).toEqual(
      refused(4, "error: room `pchat.litwareinc.com\\Both` exists already\nhint: choose another name\n"),
    );
  });
});

describe("set-room refuses", () => {
  test.each([
    [
      "a room that is not there",
      "set-room Netwrk --disabled true",
      3,
      "error: there is no room `Netwrk`\nhint: did you mean `Network`?\nhint: see them all: pchat get-room\n",
    ],
    [
      "an identity whose backslash the shell ate",
      "set-room pchat.litwareinc.comNetwork --disabled true",
      3,
      "error: there is no room `pchat.litwareinc.comNetwork`\n" +
        "hint: the shell took the backslash out: quote it, as in 'pchat.litwareinc.com\\Network', or write pchat.litwareinc.com/Network\n",
    ],
    [
      "another room's name",
      "set-room Network --name 'help desk'",
      4,
      "error: room `pchat.litwareinc.com\\Help Desk` exists already\nhint: choose another name\n",
    ],
    [
      "a category's name",
      "set-room Network --name empty",
      4,
      "error: category `pchat.litwareinc.com\\Empty` has that name, and a room may not bear a category's name\n" +
        "hint: choose another name\n",
    ],
    [
      "a name with a backslash",
      "set-room Network --name 'a\\b'",
      2,
      "error: `--name` may not hold a backslash: `a\\b`\n",
    ],
    ["an empty name", "set-room Network --name ''", 2, "error: `--name` may not be empty\n"],
    [
      "an exact list along with a change to it",
      "set-room Network --members 'Ana Myer' --add-members 'Ken Myer'",
      2,
      "error: `--members` is the whole list: it does not go with a change to it\n" +
        "hint: use --members alone, or --add-members, --remove-members and --clear-members without it\n",
    ],
    [
      "a value given twice",
      "set-room Network --privacy Open --privacy Closed",
      2,
      "error: `--privacy` was given twice\nhint: it takes one value; give it once\n",
    ],
    [
      "a bare boolean",
      "set-room Network --disabled",
      2,
      "error: `--disabled` takes a value\nhint: write --disabled true or --disabled false; an unquoted $false is nothing at all in bash\n",
    ],
    [
      "an option that it does not have",
      "set-room Network --disable true",
      2,
      "error: `set-room` has no option `--disable`\nhint: did you mean `--disabled`?\nhint: see its options: pchat set-room --help\n",
    ],
    [
      "no room",
      "set-room --disabled true",
      2,
      "error: `set-room` needs at least one <identity>\nhint: identity: rooms to change; - reads them from stdin, one a line; see: pchat set-room --help\n",
    ],
    [
      "to be told nothing",
      "set-room Network",
      6,
      "error: `set-room` was not told what to change\nhint: say it with --name, --description, --category, --disabled, --type, --privacy, --invitations, --addin, --members, --managers, --presenters, or run it at a terminal, which asks; see all options with: pchat set-room --help\n",
    ],
  ])("%s, and writes nothing", async (_, line, exitCode, stderr) => {
    expect(await tried(await deployed(), line)).toEqual(refused(exitCode, stderr));
  });

  test("a manager out of scope; the hinted command lets him in", async () => {
    const made = await deployed();
    const line = `set-room Network --add-managers 'Elif Berg' ${quiet}`;
    const hinted =
      "pchat set-category 'pchat.litwareinc.com\\IT' --add-allowed-members sip:elifberg@litwareinc.com";
    expect(await tried(made, line)).toEqual(
      refused(
        4,
        "error: not in scope of category `pchat.litwareinc.com\\IT`: `sip:elifberg@litwareinc.com` (no allowed member covers it)\n" +
          `hint: allow them with: ${hinted}\n`,
      ),
    );
    expect((await made.pchat(hinted)).exitCode).toBe(0);
    expect(await tried(made, line)).toEqual(done("", ""));
  });
});

describe("set-room on people", () => {
  test.each([
    ["--add-members 'Ken Myer'", { members: [ana, ken] }],
    ["--add-members 'Ana Myer' --add-members kenmyer@litwareinc.com", { members: [ana, ken] }],
    ["--remove-members anamyer@litwareinc.com", { members: [] }],
    ["--remove-members 'Ken Myer' --disabled true", { members: [ana] }],
    ["--remove-members 'Ana Myer' --add-members 'Ken Myer'", { members: [ken] }],
    ["--clear-members", { members: [] }],
    ["--clear-members --add-members 'Ken Myer'", { members: [ken] }],
    ["--members 'Ana Myer' --members 'Ken Myer'", { members: [ana, ken] }],
    ["--members-file people.txt", { members: [ana, ken] }],
    ["--members 'Ken Myer' --members-file people.txt", { members: [ken, ana] }],
  ])("%s", async (options, people) => {
    const made = await deployed();
    writeFileSync(join(made.folder, "people.txt"), "\ufeffAna Myer\nKen Myer\n");
    expect((await made.pchat(`set-room Network ${options} ${quiet}`)).exitCode).toBe(0);
    expect(await room(made, "Network", "members")).toEqual(people);
  });

  test("takes a list from stdin", async () => {
    const made = await deployed();
    const stdin = "Ana Myer\nHelpDesk Tier 1\n";
    expect(await tried(made, `set-room Network --managers-file - ${quiet}`, { stdin })).toEqual(done("", ""));
    expect(await room(made, "Network", "managers")).toEqual({
      managers: [ana, "CN=HelpDesk Tier 1,OU=HelpDesk,OU=IT,DC=litwareinc,DC=com"],
    });
  });

  test("names a file that is not there", async () => {
    const result = await tried(await deployed(), "set-room Network --members-file nope.txt");
    expect({ exitCode: result.exitCode, stdout: result.stdout, wrote: result.wrote }).toEqual({
      exitCode: 3,
      stdout: "",
      wrote: false,
    });
    expect(result.stderr).toContain("`nope.txt`");
  });

  test("warns of a room that lost its last member and manager", async () => {
    expect(
      await tried(await deployed(), `set-room Network --clear-members --clear-managers ${quiet}`),
    ).toEqual(
      done(
        "",
        `warning: room \`${network}\` is Closed and has no members: nobody can join it\n` +
          `warning: room \`${network}\` has no manager any more\n`,
      ),
    );
  });

  test("warns that members have no effect in a room that turns Open", async () => {
    expect(await tried(await deployed(), `set-room Network --privacy Open ${quiet}`)).toEqual(
      done("", `warning: room \`${network}\` is Open, so its member list has no effect\n`),
    );
  });

  test("does not warn again of what was so before", async () => {
    const made = await deployed();
    await made.pchat("set-room Network --privacy Open");
    expect(await tried(made, `set-room Network --description 'Still open' ${quiet}`)).toEqual(done("", ""));
  });
});

describe("set-room asks before an exact list drops somebody", () => {
  const line = `set-room Network --members 'Ken Myer' -o none`;
  const question = `take \`${ana}\` off the members of \`${network}\`?`;
  const effect = `\`${ken}\` can now join, read, post \`${network}\`\n`;
  const preview = `  ${network} members: + "${ken}", - "${ana}"\n${effect}`;
  const env = { NO_COLOR: "1" };

  test("and cannot without a terminal", async () => {
    expect(await tried(await deployed(), line)).toEqual(
      refused(
        6,
        `${preview}error: \`set-room\` needs a yes: ${question}\n` +
          "hint: answer yes beforehand with --yes, or see what would happen with --what-if\n",
      ),
    );
  });

  test.each([
    ["--no-input", {}],
    ["", { CI: "true" }],
  ])("nor with %s %o", async (option, more) => {
    const { exitCode, wrote } = await tried(await deployed(), `${line} ${option}`, {
      answers: [],
      env: more,
    });
    expect({ exitCode, wrote }).toEqual({ exitCode: 6, wrote: false });
  });

  test("and writes upon a yes", async () => {
    expect(await tried(await deployed(), line, { answers: [true], env })).toEqual(
      done("", `${preview}? ${question}\nupdated room \`${network}\` (serial 12)\n${effect}`),
    );
  });

  test("and writes nothing upon a no", async () => {
    expect(await tried(await deployed(), line, { answers: [false], env })).toEqual(
      refused(6, `${preview}? ${question}\nerror: declined; nothing was written\n`),
    );
  });

  test("and writes nothing upon Ctrl-C", async () => {
    expect(await tried(await deployed(), line, { answers: ["ctrl-c"], env })).toEqual(
      refused(130, `${preview}? ${question}\ninterrupted; nothing was written\n`),
    );
  });

  test("unless --yes answers", async () => {
    expect(await tried(await deployed(), `${line} --yes`)).toEqual(
      done("", `updated room \`${network}\` (serial 12)\n${effect}`),
    );
  });

  test("but not for an exact list of the same people, nor for --remove-members", async () => {
    const made = await deployed();
    expect(
      await tried(made, `set-room 'Help Desk' --members 'Ana Myer' --members 'Ken Myer' ${quiet}`),
    ).toEqual(unchanged("", ""));
    expect(await tried(made, `set-room 'Help Desk' --remove-members 'Ana Myer' ${quiet}`)).toEqual(
      done("", ""),
    );
  });

  test("--force is no yes", async () => {
    expect((await tried(await deployed(), `${line} --force`)).exitCode).toBe(6);
  });
});

describe("set-room on auditoriums", () => {
  test("lets a member present", async () => {
    const made = await auditorium();
    expect(await room(made, "Network", "type,members,presenters")).toEqual({
      type: "Auditorium",
      members: [ana],
      presenters: [ana],
    });
  });

  test("lets a member of a listed group present", async () => {
    const made = await auditorium();
    expect(
      await tried(
        made,
        `set-room Network --add-members 'HelpDesk Tier 1' --add-presenters 'Pilar Ackerman' ${quiet}`,
      ),
    ).toEqual(done("", ""));
  });

  test("refuses a presenter who is no member; the hinted command makes room for him", async () => {
    const made = await auditorium();
    const line = `set-room Network --add-presenters 'Ken Myer' ${quiet}`;
    const hinted = `pchat set-room '${network}' --add-members ${ken}`;
    expect(await tried(made, line)).toEqual(
      refused(
        4,
        `error: presenters of \`${network}\` must be members: \`${ken}\` is not\n` +
          `hint: make them members in the same command with --add-members, or first with: ${hinted}\n`,
      ),
    );
    expect((await made.pchat(hinted)).exitCode).toBe(0);
    expect(await tried(made, line)).toEqual(done("", ""));
  });

  test("refuses to take a presenter off the members; the hinted command takes him off the presenters", async () => {
    const made = await auditorium();
    const line = `set-room Network --remove-members 'Ana Myer' ${quiet}`;
    const hinted = `pchat set-room '${network}' --remove-presenters ${ana}`;
    expect(await tried(made, line)).toEqual(
      refused(
        4,
        `error: presenters of \`${network}\` must be members: \`${ana}\` is not\n` +
          `hint: keep them members, or take them off first with: ${hinted}\n`,
      ),
    );
    expect(await tried(made, `${hinted} ${quiet}`)).toEqual(
      done("", `warning: room \`${network}\` is an auditorium without presenters: nobody can post\n`),
    );
    expect((await tried(made, line)).exitCode).toBe(0);
  });

  test("refuses to close an Open auditorium while somebody presents who is no member", async () => {
    const made = await auditorium();
    await made.pchat("set-room Network --privacy Open --add-presenters 'Ken Myer'");
    expect(await tried(made, `set-room Network --privacy Closed ${quiet}`)).toEqual(
      refused(
        4,
        `error: presenters of \`${network}\` must be members: \`${ken}\` is not\n` +
          `hint: keep them members, or take them off first with: pchat set-room '${network}' --remove-presenters ${ken}\n`,
      ),
    );
  });

  test("refuses to turn Normal with presenters; the hinted command does both", async () => {
    const made = await auditorium();
    const hinted = `pchat set-room '${network}' --type Normal --clear-presenters`;
    expect(await tried(made, `set-room Network --type Normal ${quiet}`)).toEqual(
      refused(
        4,
        `error: \`${network}\` has a presenter, which a Normal room cannot have\n` +
          `hint: take them off in the same command: ${hinted}\n`,
      ),
    );
    expect(await tried(made, `${hinted} ${quiet}`)).toEqual(done("", ""));
    expect(await room(made, "Network", "type,presenters")).toEqual({ type: "Normal", presenters: [] });
  });

  test("refuses presenters in a Normal room", async () => {
    expect(await tried(await deployed(), `set-room Network --add-presenters 'Ana Myer' ${quiet}`)).toEqual(
      refused(
        4,
        `error: \`${network}\` is a Normal room, where everyone posts: it has no presenters\n` +
          "hint: make it an auditorium with --type Auditorium\n",
      ),
    );
  });
});

describe("set-room --category moves", () => {
  const trading = "pchat.litwareinc.com\\Trading";

  test("a room whose people the new category covers", async () => {
    const made = await deployed();
    await made.pchat("new-category Everyone --allowed-members litwareinc.com");
    expect(await tried(made, "set-room Network 'Help Desk' --category everyone -o none")).toEqual(
      done("", "updated 2 rooms (serial 13)\n"),
    );
    expect(await made.json("get-room --category Everyone --fields name,members")).toEqual([
      { name: "Help Desk", members: [ken, ana] },
      { name: "Network", members: [ana] },
    ]);
  });

  test("not while it would take somebody out; the hinted command lets them in", async () => {
    const made = await deployed();
    const line = `set-room 'Help Desk' --category Trading ${quiet}`;
    const hinted = `pchat set-category '${trading}' --add-allowed-members ${ken} --add-allowed-members ${ana}`;
    expect(await tried(made, line)).toEqual(
      refused(
        4,
        `error: category \`${trading}\` does not cover \`${ken}\` (members), \`${ana}\` (members), \`${ken}\` (managers) ` +
          "of room `pchat.litwareinc.com\\Help Desk`\n" +
          `hint: take them out of the room with --remove-ineligible, or first allow them with: ${hinted}\n`,
      ),
    );
    expect((await made.pchat(hinted)).exitCode).toBe(0);
    expect(await tried(made, line)).toEqual(done("", ""));
  });

  test("not while the new category denies somebody; the hinted command lifts that", async () => {
    const made = await deployed();
    await made.pchat("new-category Everyone --allowed-members litwareinc.com --denied-members 'Ana Myer'");
    const line = `set-room Network --category Everyone ${quiet}`;
    const hinted = `pchat set-category 'pchat.litwareinc.com\\Everyone' --remove-denied-members ${ana}`;
    expect(await tried(made, line)).toEqual(
      refused(
        4,
        `error: category \`pchat.litwareinc.com\\Everyone\` does not cover \`${ana}\` (members), \`${ana}\` (managers) of room \`${network}\`\n` +
          `hint: take them out of the room with --remove-ineligible, or first lift the denial, for everyone it covers, with: ${hinted}\n`,
      ),
    );
    expect((await made.pchat(hinted)).exitCode).toBe(0);
    expect(await tried(made, line)).toEqual(done("", ""));
  });

  test("and takes out whom it must with --remove-ineligible", async () => {
    const made = await deployed();
    await made.pchat(`set-category Trading --add-allowed-members ${ana}`);
    expect(await tried(made, "set-room 'Help Desk' --category Trading --remove-ineligible -o none")).toEqual(
      done(
        "",
        "updated room `pchat.litwareinc.com\\Help Desk` (serial 13)\n" +
          `\`${ken}\` can no longer find, join, read, post, manage \`pchat.litwareinc.com\\Help Desk\`\n` +
          "warning: room `pchat.litwareinc.com\\Help Desk` has no manager any more\n",
      ),
    );
    expect(await room(made, "Help Desk", "category,members,managers")).toEqual({
      category: "Trading",
      members: [ana],
      managers: [],
    });
  });

  test("together with new people, who are judged by the new category", async () => {
    const made = await deployed();
    expect(
      await tried(
        made,
        `set-room Network --category Trading --members 'Elif Berg' --clear-managers --yes ${quiet}`,
      ),
    ).toEqual(done("", `warning: room \`${network}\` has no manager any more\n`));
    expect(
      await tried(made, `set-room Network --category IT --add-members 'Ana Myer' ${quiet}`),
    ).toMatchObject({
      exitCode: 4,
      wrote: false,
    });
  });

  test("not to a category of another pool, which would break the store", async () => {
    const made = await deployed();
    await made.pchat("new-pool two.litwareinc.com");
    await made.pchat("new-category All --pool two.litwareinc.com --allowed-members litwareinc.com");
    expect(await tried(made, "set-room Network --category 'two.litwareinc.com\\All'")).toEqual(
      refused(
        2,
        "error: category `two.litwareinc.com\\All` is not of the room's pool `pchat.litwareinc.com`\n" +
          "hint: objects never change pool: name one of the same pool; see them with: pchat get-category --pool pchat.litwareinc.com\n",
      ),
    );
    expect((await made.pchat("set-room Network --category All")).exitCode).toBe(3);
  });

  test("not to a category that is not there", async () => {
    expect(await tried(await deployed(), "set-room Network --category Tradin")).toEqual(
      refused(
        3,
        "error: there is no category `Tradin`\nhint: did you mean `Trading`?\nhint: see them all: pchat get-category\n",
      ),
    );
  });
});

describe("set-room among several pools", () => {
  async function twoNetworks(): Promise<Bench> {
    const made = await deployed();
    await made.pchat("new-pool two.litwareinc.com");
    await made.pchat("new-category All --pool two.litwareinc.com --allowed-members litwareinc.com");
    await made.pchat("new-room Network --category All");
    return made;
  }

  test("refuses a name that two rooms have, and lists both", async () => {
    expect(await tried(await twoNetworks(), "set-room Network --disabled true")).toEqual(
      refused(
        4,
        "error: 2 rooms are named `Network`: `pchat.litwareinc.com\\Network`, `two.litwareinc.com\\Network`\n" +
          "hint: name one in full, or add --pool\n",
      ),
    );
  });

  test.each([
    ["set-room 'two.litwareinc.com\\network'", {}],
    ["set-room two.litwareinc.com/network", {}],
    ["set-room Network --pool two.litwareinc.com", {}],
    ["set-room Network", { PCHAT_POOL: "two.litwareinc.com" }],
  ])("%s with %o means the one", async (line, env) => {
    expect(await tried(await twoNetworks(), `${line} --disabled true -q -o name`, { env })).toEqual(
      done("two.litwareinc.com\\Network\n", ""),
    );
  });
});
