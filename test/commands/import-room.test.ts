import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Bench, Terminal } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";
import { done, refused, type Tried, tried, unchanged } from "../support/tried.ts";

const pool = "pchat.litwareinc.com";
const env = { NO_COLOR: "1" };

/** Imports lines as the file `r.csv`. */
async function importing(
  made: Bench,
  lines: readonly string[] | Buffer,
  options = "",
  terminal: Terminal = { env },
): Promise<Tried> {
  writeFileSync(join(made.folder, "r.csv"), Buffer.isBuffer(lines) ? lines : `${lines.join("\n")}\n`);
  return tried(made, `import-room r.csv ${options}`, terminal);
}

const roomOf = async (made: Bench, name: string): Promise<unknown> =>
  ((await made.json(`get-room '${name}'`)) as unknown[])[0];

describe("import-room", () => {
  test("creates what is not there, and changes what is", async () => {
    const made = await deployed();
    const lines = [
      "Name,CATEGORY,description,privacy,members,managers,disabled,add-in",
      `Bridge,IT,"Lines, ""down""",secret,Ken Myer | sip:anamyer@litwareinc.com,ken.myer@litwareinc.com,TRUE,Runbook`,
      "network,,,,,,true,",
    ];
    expect(
      await importing(
        made,
        lines.map((line) => line.replace("ken.myer@", "kenmyer@")),
        "-o csv",
      ),
    ).toEqual(
      done(
        `row,action,kind,identity\n2,created,room,${pool}\\Bridge\n3,updated,room,${pool}\\Network\n`,
        [
          `created room \`${pool}\\Bridge\`, updated room \`${pool}\\Network\` (serial 12)`,
          `\`sip:kenmyer@litwareinc.com\` can now manage \`${pool}\\Bridge\``,
          `\`sip:kenmyer@litwareinc.com\` can no longer find \`${pool}\\Network\``,
          "",
        ].join("\n"),
      ),
    );
    expect(await roomOf(made, "Bridge")).toEqual({
      identity: `${pool}\\Bridge`,
      name: "Bridge",
      description: 'Lines, "down"',
      category: "IT",
      disabled: true,
      type: "Normal",
      privacy: "Secret",
      invitations: "Inherit",
      addin: "Runbook",
      members: ["sip:kenmyer@litwareinc.com", "sip:anamyer@litwareinc.com"],
      managers: ["sip:kenmyer@litwareinc.com"],
      presenters: [],
    });
    const history: readonly { command: string }[] = await made.json("get-history");
    expect(history.at(-1)?.command).toBe("import-room r.csv -o csv");
  });

  test("an empty cell leaves a property, $null clears it", async () => {
    const made = await deployed();
    const lines = [
      "identity,description,addin,managers",
      `${pool}\\Help Desk,,$null,`,
      `${pool}\\Network,$NULL,, $null `,
    ];
    expect((await importing(made, lines, "-q")).exitCode).toBe(0);
    expect(await roomOf(made, "Help Desk")).toMatchObject({
      addin: null,
      managers: ["sip:kenmyer@litwareinc.com"],
    });
    expect(await roomOf(made, "Network")).toMatchObject({ description: null, managers: [] });
  });

  test("a formula made safe by output is the text again", async () => {
    const made = await deployed();
    const lines = ["name,description", "Network,'=1+1", "Help Desk,''$null"];
    expect((await importing(made, lines, "-q -o none")).exitCode).toBe(0);
    expect(await roomOf(made, "Network")).toMatchObject({ description: "=1+1" });
    expect(await roomOf(made, "Help Desk")).toMatchObject({ description: "'$null" });
    const { stdout } = await made.pchat("get-room --fields name,description -o csv");
    expect(stdout).toBe("name,description\nHelp Desk,''$null\nNetwork,'=1+1\n");
  });

  test("identity with another name renames", async () => {
    const made = await deployed();
    expect((await importing(made, ["identity,name", `${pool}\\Network,Lines`], "-q -o none")).exitCode).toBe(
      0,
    );
    expect(await made.json("get-room --fields name")).toEqual([{ name: "Help Desk" }, { name: "Lines" }]);
  });

  test("what output says is read from stdin, and changes nothing", async () => {
    const made = await deployed();
    const { stdout } = await made.pchat("get-room -o csv");
    expect(await tried(made, "import-room - -o name", { env, stdin: stdout })).toEqual(
      unchanged(`${pool}\\Help Desk\n${pool}\\Network\n`, "unchanged: 2 rooms (still at serial 11)\n"),
    );
  });

  test("a list that drops somebody asks, once for all rows", async () => {
    const made = await deployed();
    const lines = ["name,members", "Help Desk,Ken Myer", "Network,Ken Myer"];
    const question = `take \`sip:anamyer@litwareinc.com\` off the members of \`${pool}\\Help Desk\`? take \`sip:anamyer@litwareinc.com\` off the members of \`${pool}\\Network\`? yes to all 2?`;
    const { stderr, ...rest } = await importing(made, lines);
    expect(rest).toEqual({ exitCode: 6, stdout: "", wrote: false });
    expect(stderr).toContain(`error: \`import-room\` needs a yes: ${question}\n`);
    expect((await importing(made, lines, "--yes -q -o none")).exitCode).toBe(0);
  });

  test("in a role only what the role may", async () => {
    const made = await deployed();
    const run = await importing(made, ["name,description", "Network,x"], "--as 'Ken Myer'");
    expect([run.exitCode, run.wrote, run.stderr.split("\n")[0]]).toEqual([
      4,
      false,
      `error: r.csv row 2: \`sip:kenmyer@litwareinc.com\` may not change room \`${pool}\\Network\``,
    ]);
  });
});

const bad = [
  "name;category;disabled;privacy;members;managers",
  "A;IT;WAHR;Opn;Ken Mier;Ken Myer",
  "B;It2;FALSE;;Ken Mier|Nobody Here;Kan Myer",
  "C;IT;VRAI;;;",
  ";IT;;;;",
  "D;IT;;;Ken Myer;",
  "D;IT;;;;",
  "E;IT",
  "F;$null;;;;",
  "G;;;;;",
  "H;IT;;;María Sato;María Sato",
];
const reasons = [
  "row 2: `disabled` takes `true` or `false`, not `WAHR`; `privacy` takes `Open`, `Closed` or `Secret`, not `Opn`; `members`: the directory has no `Ken Mier`",
  "row 3: `category`: there is no category `It2`; `members`: the directory has no `Ken Mier`; the directory has no `Nobody Here`; `managers`: the directory has no `Kan Myer`",
  "row 4: `disabled` takes `true` or `false`, not `VRAI`",
  "row 5: it needs an `identity` or a `name`",
  `row 7: it is about \`${pool}\\D\`, and so is row 6`,
  "row 8: it has 2 cells, and the header 6",
  "row 9: `category` cannot be cleared, which `$null` asks for",
  "row 10: `category`: a new room needs a category",
  `row 11: \`members\` and \`managers\`: not in scope of category \`${pool}\\IT\`: \`sip:mariasato@litwareinc.com\` (no allowed member covers it)`,
];

describe("rows that fail", () => {
  test("refuse all; each is named with its columns", async () => {
    const { stderr, ...rest } = await importing(await deployed(), bad);
    expect(rest).toEqual({ exitCode: 2, stdout: "", wrote: false });
    expect(stderr.match(/^error: .*$/gm)).toEqual(reasons.map((reason) => `error: r.csv ${reason}`));
    expect(stderr).toContain(
      "hint: write TRUE or FALSE: a spreadsheet in another language writes words of its own\n",
    );
    expect(stderr.split("\n").at(-2)).toBe("9 failed; nothing was written");
  });

  test("are left in a file with --continue-on-error, which can be mended and read again", async () => {
    const made = await deployed();
    const run = await importing(made, [...bad], "--continue-on-error --failed f.csv -o csv");
    expect([run.exitCode, run.stdout]).toEqual([7, `row,action,kind,identity\n6,created,room,${pool}\\D\n`]);
    expect(run.stderr.split("\n").at(-2)).toBe("error: 9 failed; the rest is kept (serial 12)");
    const failed = readFileSync(join(made.folder, "f.csv"), "utf8");
    expect(failed.split("\n")).toEqual([
      "name;category;disabled;privacy;members;managers;reason",
      ...[1, 2, 3, 4, 6, 7, 8, 9, 10].map((row, index) => {
        const cells = bad[row]!.split(";");
        const reason = reasons[index]!.replace(/^row \d+: /, "");
        return [
          ...Array.from({ length: 6 }, (_, column) => cells[column] ?? ""),
          /;/.test(reason) ? `"${reason}"` : reason,
        ].join(";");
      }),
      "",
    ]);
    writeFileSync(
      join(made.folder, "g.csv"),
      failed
        .split("\n")
        .filter((line) => /^(name|C);/.test(line))
        .join("\n")
        .replace("VRAI", "TRUE"),
    );
    const again = "import-room g.csv -o csv --continue-on-error --failed f.csv";
    expect(await tried(made, again)).toEqual(
      refused(
        4,
        "error: `f.csv` is there already\nhint: name another file, or replace this one with --force\n",
      ),
    );
    expect((await made.pchat(`${again} --force`)).stdout).toBe(
      `row,action,kind,identity\n2,created,room,${pool}\\C\n`,
    );
    expect(readFileSync(join(made.folder, "f.csv"), "utf8")).toBe(
      "name;category;disabled;privacy;members;managers;reason\n",
    );
  });

  test("leave no file with --what-if, and none without --continue-on-error", async () => {
    const made = await deployed();
    expect((await importing(made, bad, "--continue-on-error --failed f.csv --what-if")).exitCode).toBe(7);
    expect(existsSync(join(made.folder, "f.csv"))).toBe(false);
    expect(await importing(made, bad, "--failed f.csv")).toEqual(
      refused(
        2,
        "error: `--failed` goes with `--continue-on-error`\nhint: without it a row that fails refuses all, and nothing is left for a second run\n",
      ),
    );
  });

  test.skipIf(!existsSync("/dev/full"))(
    "a file that cannot be written is no reason to run it again",
    async () => {
      const made = await deployed();
      const lines = ["name,category", "A,IT", "B,No"];
      const run = await importing(made, lines, "--continue-on-error --failed /dev/full -o csv");
      expect(run).toEqual({
        exitCode: 1,
        wrote: true,
        stdout: `row,action,kind,identity\n2,created,room,${pool}\\A\n`,
        stderr: expect.stringMatching(
          /^error: r.csv row 3: `category`: there is no category `No`\n[\s\S]*\nerror: the change is kept \(serial 12\), but cannot write `\/dev\/full`: the disk is full\nhint: do not run it again: look at what it did with a get- command\n$/,
        ),
      });
    },
  );
});

describe("a file that cannot be read is refused", () => {
  test.each([
    [
      ["nme,category", "A,IT"],
      "r.csv: there is no column `nme`; a column `identity` or `name` is missing",
      "did you mean `name`?",
    ],
    [["name,Category,category", "A,IT,IT"], "r.csv: there are two columns `category`", undefined],
    [["name,category,", "A,IT,x"], "r.csv: column 3 has cells and no title", undefined],
    [[""], "r.csv: a column `identity` or `name` is missing", undefined],
    [
      ["name", '"A'],
      "r.csv row 2: a quote is never closed",
      'put a cell that holds quotes in quotes, and double those in it: "the ""old"" room"',
    ],
  ])("%j", async (lines, message, hint) => {
    const run = await importing(await deployed(), lines);
    const said = [`error: ${message}`, ...(hint === undefined ? [] : [`hint: ${hint}`])];
    expect({ ...run, stderr: run.stderr.split("\n").slice(0, said.length) }).toEqual({
      ...refused(2, ""),
      stderr: said,
    });
  });

  test("an unnamed column without cells is none, and reason is not read", async () => {
    const made = await deployed();
    expect((await importing(made, ["name,category,,Reason", "A,IT,,it was bad"], "-q -o name")).stdout).toBe(
      `${pool}\\A\n`,
    );
  });

  test("bytes of another encoding", async () => {
    const latin = Buffer.from("name,category\nZo\xeb,IT\n", "latin1");
    expect(await importing(await deployed(), latin)).toEqual(
      refused(2, "error: `r.csv` is not UTF-8 or UTF-16 text\nhint: save it as `CSV UTF-8`\n"),
    );
  });
});

test("a file of Windows, with a mark, semicolons and UTF-16, gives back one of that form", async () => {
  const made = await deployed();
  const text = '\uFEFFname;category;description\r\nZoë;IT;"a;b"\r\nX;No;"c;d"\r\n';
  const run = await importing(made, Buffer.from(text, "utf16le"), "--continue-on-error --failed f.csv -q");
  expect(run.exitCode).toBe(7);
  expect(await roomOf(made, "Zoë")).toMatchObject({ description: "a;b" });
  expect(readFileSync(join(made.folder, "f.csv"), "utf8")).toBe(
    '\uFEFFname;category;description;reason\nX;No;"c;d";`category`: there is no category `No`\n',
  );
});

describe("import-room --as", () => {
  const lines = ["identity,description", "Help Desk,Printers", "Stale,Mine now"];

  test("judges each row by itself: what the role does not allow is named with its row, the rest is kept", async () => {
    const made = await deployed();
    await made.pchat("new-category Others --allowed-members litwareinc.com");
    await made.pchat("new-room Stale --category Others");
    const refusal = `\`sip:kenmyer@litwareinc.com\` may not change room \`${pool}\\Stale\``;
    expect((await importing(made, lines, "--as 'Ken Myer'")).stderr).toBe(
      `error: r.csv row 3: ${refusal}\n` +
        "hint: a manager of the room could, or an administrator (without --as); make the user a manager with: " +
        `pchat set-room '${pool}\\Stale' --add-managers sip:kenmyer@litwareinc.com\n`,
    );
    const kept = await importing(
      made,
      lines,
      "--as 'Ken Myer' --continue-on-error --failed failed.csv -o none",
    );
    expect(kept).toMatchObject({ exitCode: 7, wrote: true });
    expect(readFileSync(join(made.folder, "failed.csv"), "utf8")).toBe(
      `identity,description,reason\nStale,Mine now,${refusal}\n`,
    );
    expect(await roomOf(made, "Help Desk")).toMatchObject({ description: "Printers" });
    expect(await roomOf(made, "Stale")).toMatchObject({ description: null });
  });

  test("a user who is not there fails no row, but all of it", async () => {
    const made = await deployed();
    const run = await importing(made, lines, "--as Nobody --continue-on-error");
    expect(run).toMatchObject({ exitCode: 3, wrote: false });
    expect(run.stderr).toMatch(/^error: .*`Nobody`/);
  });

  test("as a line of a script goes by the role of its line", async () => {
    const made = await deployed();
    writeFileSync(join(made.folder, "r.csv"), "identity,description\nHelp Desk,Printers\n");
    writeFileSync(join(made.folder, "s.pchat"), "import-room r.csv --as 'Ana Myer'\nimport-room r.csv\n");
    const { exitCode, stderr } = await tried(made, "invoke-script s.pchat", { env });
    expect({ exitCode, first: stderr.split("\n")[0] }).toEqual({
      exitCode: 4,
      first: `error: s.pchat:1: r.csv row 2: \`sip:anamyer@litwareinc.com\` may not change room \`${pool}\\Help Desk\`: no policy enables Persistent Chat for that account`,
    });
  });
});

describe("cells and files as spreadsheets leave them", () => {
  test("a lone | clears nobody's list: the cell is named", async () => {
    const made = await deployed();
    expect(await importing(made, ["name,managers", "Network, | "])).toEqual(
      refused(
        2,
        "error: r.csv row 2: `managers`: `|` names nobody\n" +
          "hint: write $null to clear the list, or leave the cell empty to keep it\n",
      ),
    );
  });

  test.each(["name", "identity"])("blanks around a %s are none of it", async (title) => {
    const made = await deployed();
    const lines = [`${title},category`, '"  Sp  ",IT', '" help desk ",'];
    expect((await importing(made, lines, "-o name -q")).stdout).toBe(`${pool}\\Sp\n${pool}\\Help Desk\n`);
    expect(await roomOf(made, "Sp")).toMatchObject({ name: "Sp" });
  });

  test("a header alone is told, and is no failure; a file without a byte is one", async () => {
    const made = await deployed();
    const { exitCode, stderr } = await importing(made, ["name,category"]);
    expect({ exitCode, first: stderr.split("\n")[0] }).toEqual({
      exitCode: 0,
      first: "warning: `r.csv` has no rows, so there was nothing to do",
    });
    expect(await importing(made, Buffer.alloc(0))).toEqual(
      refused(
        2,
        "error: `r.csv` is empty\nhint: the first line names the columns; see those of the command with --help\n",
      ),
    );
  });
});
