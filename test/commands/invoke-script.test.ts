import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Bench, Terminal } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";
import { done, refused, type Tried, tried, unchanged } from "../support/tried.ts";

const pool = "pchat.litwareinc.com";
const env = { NO_COLOR: "1" };

/** Runs lines as the script `s.pchat`. */
async function script(
  made: Bench,
  lines: readonly string[],
  options = "",
  terminal: Terminal = { env },
): Promise<Tried> {
  writeFileSync(join(made.folder, "s.pchat"), `${lines.join("\n")}\n`);
  return tried(made, `invoke-script s.pchat ${options}`, terminal);
}

const table = (...rows: readonly (readonly [number, string, string, string])[]): string => {
  const names = rows.map(
    ([line, action, kind, identity]) => `${line},${action},${kind},${pool}\\${identity}`,
  );
  return ["line,action,kind,identity", ...names, ""].join("\n");
};

describe("invoke-script", () => {
  test("keeps all lines as one change, of which the history says one thing", async () => {
    const made = await deployed();
    const lines = [
      "# a project",
      "pchat New-CsPersistentChatCategory Project --allowed-members 'OU=IT,DC=litwareinc,DC=com'",
      "new-room 'Project Desk' --category Project \\",
      `  --members "Ken Myer" --description 'it'\\''s "here"'`,
      "set-room 'Help Desk' --category Project",
    ];
    expect(await script(made, lines, "-o csv")).toEqual(
      done(
        table(
          [2, "created", "category", "Project"],
          [3, "created", "room", "Project Desk"],
          [5, "updated", "room", "Help Desk"],
        ),
        [
          `created category \`${pool}\\Project\`, created room \`${pool}\\Project Desk\`, updated room \`${pool}\\Help Desk\` (serial 12)`,
          `\`sip:kenmyer@litwareinc.com\` can now find, join, read, post \`${pool}\\Project Desk\``,
          "",
        ].join("\n"),
      ),
    );
    const history: readonly Record<string, unknown>[] = await made.json("get-history");
    expect(history.slice(11)).toEqual([
      expect.objectContaining({
        serial: 12,
        command: "invoke-script s.pchat -o csv",
        changes: [
          `created category ${pool}\\Project`,
          `created room ${pool}\\Project Desk`,
          `updated room ${pool}\\Help Desk`,
        ],
      }),
    ]);
    expect(await made.json("get-room 'Project Desk'")).toEqual([
      expect.objectContaining({ description: `it's "here"`, members: ["sip:kenmyer@litwareinc.com"] }),
    ]);
  });

  test("reads stdin, and says nothing was to do where it is empty", async () => {
    const made = await deployed();
    const piped = await tried(made, "invoke-script -", { env, stdin: "remove-room Nobody --if-exists\n" });
    expect(piped).toEqual(
      unchanged(
        "Line  Action     Kind  Identity\n────  ─────────  ────  ────────\n   1  unchanged  room  Nobody\n",
        "unchanged: room `Nobody` (still at serial 11)\n",
      ),
    );
    const silence = "`stdin` has no command lines, so there was nothing to do";
    expect(await tried(made, "invoke-script - -o json", { env, stdin: "# nothing\n" })).toEqual(
      unchanged(
        `${JSON.stringify({ changed: false, dryRun: false, serial: 11, changes: [], effects: [], warnings: [{ code: "notice", text: silence, message: silence }], failures: [], report: [] }, null, 2)}\n`,
        "",
      ),
    );
    const { exitCode, stderr } = await tried(made, "invoke-script -", { env, stdin: "" });
    expect({ exitCode, first: stderr.split("\n")[0] }).toEqual({ exitCode: 0, first: `warning: ${silence}` });
  });

  test("takes variables from the environment", async () => {
    const made = await deployed();
    const lines = ["new-room ${ROOM} --category IT --members ${WHO}"];
    const run = await script(made, lines, "-o name", { env: { ...env, ROOM: "A 'b' #c", WHO: "Ken Myer" } });
    expect(run.stdout).toBe(`${pool}\\A 'b' #c\n`);
  });

  test("--what-if shows the whole, and keeps nothing", async () => {
    const made = await deployed();
    const lines = ["remove-room 'Help Desk'", "new-room 'Help Desk' --category IT --members 'Ken Myer'"];
    expect(await script(made, lines, "--what-if -o csv")).toEqual(
      unchanged(
        table([1, "removed", "room", "Help Desk"], [2, "created", "room", "Help Desk"]),
        [
          `would remove room \`${pool}\\Help Desk\`, would create room \`${pool}\\Help Desk\` (nothing was written)`,
          `\`sip:kenmyer@litwareinc.com\` can no longer find, join, read, post, manage \`${pool}\\Help Desk\``,
          `\`sip:kenmyer@litwareinc.com\` can now find, join, read, post \`${pool}\\Help Desk\``,
          "",
        ].join("\n"),
      ),
    );
  });
});

describe("a line that fails", () => {
  const one = ["new-room A --category IT --members 'Ken Myer'", "new-room B --category It2", "new-room C"];

  test("refuses all, and every such line is named", async () => {
    expect(await script(await deployed(), one)).toEqual(
      refused(
        3,
        [
          "error: s.pchat:2: there is no category `It2`",
          "hint: did you mean `IT`?",
          "hint: see them all: pchat get-category",
          "error: s.pchat:3: `new-room` needs `--category`",
          "hint: see how it is used: pchat new-room --help",
          "2 failed; nothing was written",
          "",
        ].join("\n"),
      ),
    );
  });

  test("is one object under -o json", async () => {
    const { stderr, ...rest } = await script(await deployed(), one, "-o json");
    expect({ ...rest, stderr: JSON.parse(stderr) }).toEqual({
      exitCode: 3,
      stdout: "",
      wrote: false,
      stderr: {
        error: {
          code: "not-found",
          message: "s.pchat:2: there is no category `It2`; s.pchat:3: `new-room` needs `--category`",
          hint: "did you mean `IT`?; see them all: pchat get-category",
          details: {
            failures: [
              {
                line: 2,
                code: "not-found",
                message: "there is no category `It2`",
                details: { kind: "category", identity: "It2" },
              },
              {
                line: 3,
                code: "missing-value",
                message: "`new-room` needs `--category`",
                details: { missing: ["--category"] },
              },
            ],
          },
          exitCode: 3,
        },
      },
    });
  });

  test("is left out with --continue-on-error, and the rest kept", async () => {
    expect(await script(await deployed(), one, "--continue-on-error -o csv")).toEqual({
      ...done(
        table([1, "created", "room", "A"]),
        [
          "error: s.pchat:2: there is no category `It2`",
          "hint: did you mean `IT`?",
          "hint: see them all: pchat get-category",
          "error: s.pchat:3: `new-room` needs `--category`",
          "hint: see how it is used: pchat new-room --help",
          `created room \`${pool}\\A\` (serial 12)`,
          `\`sip:kenmyer@litwareinc.com\` can now find, join, read, post \`${pool}\\A\``,
          "error: 2 failed; the rest is kept (serial 12)",
          "",
        ].join("\n"),
      ),
      exitCode: 7,
    });
  });

  test("leaves nothing of itself behind", async () => {
    const made = await deployed();
    const half = ["set-room Network 'Help Desk' --name Same", "set-room Network --disabled true"];
    expect((await script(made, half, "--continue-on-error -q")).exitCode).toBe(7);
    const rooms: readonly { name: string; disabled: boolean }[] = await made.json("get-room");
    expect(rooms.map(({ name, disabled }) => [name, disabled])).toEqual([
      ["Help Desk", false],
      ["Network", true],
    ]);
  });

  test("with --continue-on-error and nothing left, nothing is written", async () => {
    const run = await script(await deployed(), ["nwe-room A"], "--continue-on-error -o none");
    expect(run).toEqual({
      ...refused(
        7,
        [
          "error: s.pchat:1: there is no command `nwe-room`",
          "hint: did you mean `new-room`?",
          "hint: see all commands: pchat --help",
          "error: 1 failed; the rest comes to nothing, so nothing was written",
          "",
        ].join("\n"),
      ),
    });
  });
});

describe("what a line may not be", () => {
  test.each<[string, string, string | undefined]>([
    ["get-room", "`get-room` cannot be one of several steps", "it only reads: run it before or after"],
    [
      "new-store",
      "`new-store` cannot be one of several steps",
      "run it by itself, before or after: it is no change to the objects of a store",
    ],
    [
      "invoke-script s.pchat",
      "`invoke-script` cannot be one of several steps",
      "run it by itself, before or after: it is no change to the objects of a store",
    ],
    [
      "new-room --help",
      "help cannot be asked for in a script",
      "ask for it at the prompt, with the same words",
    ],
    ...[
      "--store x",
      "--what-if",
      "--dry-run",
      "--reason x",
      "-o json",
      "-q",
      "--confirm",
      "--if-serial 3",
    ].map((option): [string, string, string] => {
      const name = { "-o json": "--output", "-q": "--quiet", "--dry-run": "--what-if" }[option];
      return [
        `new-room A --category IT ${option}`,
        `\`${name ?? option.split(" ")[0]}\` cannot be given to one line: all are one change`,
        "take it off the `new-room` line, and give it to the whole if it is meant",
      ];
    }),
    [
      "import-room r.csv --continue-on-error",
      "`--continue-on-error` cannot be given to one line: all are one change",
      "take it off the `import-room` line, and give it to the whole if it is meant",
    ],
    [
      "clear-room Network --end-date 2020-01-01 --yes",
      "`clear-room` cannot be one of several steps",
      "run it by itself, before or after: it is no change to the objects of a store",
    ],
    ["pchat", "a line needs a command", undefined],
    ["set-room Network", "`set-room` was not told what to change", undefined],
  ])("%s", async (line, message, hint) => {
    const run = await script(await deployed(), [line]);
    expect({ ...run, stderr: run.stderr.split("\n").slice(0, hint === undefined ? 1 : 2) }).toEqual({
      exitCode: line === "set-room Network" ? 6 : 2,
      stdout: "",
      wrote: false,
      stderr: [`error: s.pchat:1: ${message}`, ...(hint === undefined ? [] : [`hint: ${hint}`])],
    });
  });

  test("stdin serves once", async () => {
    const stdin = "new-room A --category IT --members-file -\n";
    expect(await tried(await deployed(), "invoke-script -", { env, stdin })).toEqual(
      refused(2, "error: stdin:1: stdin can be read once, and `-` was given twice\n"),
    );
  });
});

describe("questions", () => {
  const two = ["remove-room 'Help Desk'", "remove-category Empty", "remove-room Network --yes"];
  const asked = `remove room \`${pool}\\Help Desk\`, and with it the entries of \`sip:kenmyer@litwareinc.com\`, \`sip:anamyer@litwareinc.com\`? remove category \`${pool}\\Empty\`? yes to all 2?`;

  test("are one for the whole", async () => {
    const run = await script(await deployed(), two, "-o none", { env, answers: [true] });
    expect({ exitCode: run.exitCode, wrote: run.wrote }).toEqual({ exitCode: 0, wrote: true });
    expect(run.stderr.match(/^\? .*$/gm)).toEqual([`? ${asked}`]);
  });

  test("declined, nothing is written", async () => {
    const { stderr, ...rest } = await script(await deployed(), two, "", { env, answers: [false] });
    expect(rest).toEqual({ exitCode: 6, stdout: "", wrote: false });
    expect(stderr.split("\n").at(-2)).toBe("error: declined; nothing was written");
  });

  test("cannot be asked without a terminal; --yes answers", async () => {
    const made = await deployed();
    const { stderr, ...rest } = await script(made, two);
    expect(rest).toEqual({ exitCode: 6, stdout: "", wrote: false });
    expect(stderr.split("\n").slice(-3)).toEqual([
      `error: \`invoke-script\` needs a yes: ${asked}`,
      "hint: answer yes beforehand with --yes, or see what would happen with --what-if",
      "",
    ]);
    expect((await script(made, two, "--yes -q -o none")).exitCode).toBe(0);
    expect(await made.json("get-room")).toEqual([]);
  });

  test("many are counted after the tenth", async () => {
    const made = await deployed();
    const names = Array.from({ length: 12 }, (_, index) => `R${index}`);
    await script(
      made,
      names.map((name) => `new-room ${name} --category IT`),
      "-q -o none",
    );
    const { stderr } = await script(
      made,
      names.map((name) => `remove-room ${name}`),
    );
    const first = names.slice(0, 10).map((name) => `remove room \`${pool}\\${name}\`?`);
    expect(stderr.split("\n").at(-3)).toBe(
      `error: \`invoke-script\` needs a yes: ${first.join(" ")} and 2 more: yes to all 12?`,
    );
  });

  test("--force overrides guards: on one line, or on all", async () => {
    const made = await deployed();
    const lines = ["remove-addin Runbook --yes"];
    expect((await script(made, lines)).exitCode).toBe(4);
    expect((await script(made, lines, "--force -q --what-if")).exitCode).toBe(0);
    expect((await script(made, ["remove-addin Runbook --yes --force"], "-q")).exitCode).toBe(0);
  });
});

describe("roles", () => {
  const bridge = "new-room Bridge --category IT";
  const person = "'Ken Myer'";

  test("a line may act as somebody, and is judged by what was before it", async () => {
    const made = await deployed();
    const lines = [
      "set-category IT --add-creators 'Ken Myer'",
      `${bridge} --as ${person}`,
      `set-room Bridge --description Ours --as ${person}`,
    ];
    expect((await script(made, lines, "-o none -q")).exitCode).toBe(0);
    expect(await made.json("get-room Bridge")).toEqual([
      expect.objectContaining({ description: "Ours", managers: ["sip:kenmyer@litwareinc.com"] }),
    ]);
  });

  test("--as of the whole is every line's", async () => {
    const made = await deployed();
    const lines = ["set-room 'Help Desk' --disabled true", "set-room 'Help Desk' --disabled false"];
    expect(await script(made, lines, `--as ${person}`)).toEqual(
      refused(
        4,
        `error: s.pchat:2: \`sip:kenmyer@litwareinc.com\` may not do that: enabling room \`${pool}\\Help Desk\` again is an administrator's\nhint: only an administrator could: run it without --as, and without PCHAT_AS\n`,
      ),
    );
  });
});

test("a line may import a file", async () => {
  const made = await deployed();
  writeFileSync(join(made.folder, "r.csv"), "name,category\nA,Late\nB,Late\n");
  const run = await script(made, ["new-category Late", "import-room r.csv"], "-o csv -q");
  expect(run.stdout).toBe(
    table([1, "created", "category", "Late"], [2, "created", "room", "A"], [2, "created", "room", "B"]),
  );
  writeFileSync(join(made.folder, "r.csv"), "name,category\nC,Late\nD,Later\n");
  expect((await script(made, ["import-room r.csv"])).stderr.split("\n")[0]).toBe(
    "error: s.pchat:1: r.csv row 3: `category`: there is no category `Later`",
  );
});

test("a directory that a line imports is known to the lines after it", async () => {
  const made = await deployed();
  const ldif = [
    "dn: DC=x,DC=y\nobjectClass: domainDNS\n",
    "dn: CN=Zoe,DC=x,DC=y\nobjectClass: user\nsAMAccountName: zoe\nmsRTCSIP-PrimaryUserAddress: sip:zoe@x.y\nmsRTCSIP-UserEnabled: TRUE\n",
  ];
  writeFileSync(join(made.folder, "x.ldif"), ldif.join("\n"));
  const lines = [
    "import-directory x.ldif --force",
    "new-category X --allowed-members x.y",
    "new-room Z --category X --members Zoe",
  ];
  expect((await script(made, lines, "-o none")).stderr).toContain("created room `pchat.litwareinc.com\\Z`");
  expect(await made.json("get-room Z")).toEqual([expect.objectContaining({ members: ["sip:zoe@x.y"] })]);
});

test("many warnings of a kind are counted after the twentieth, and whole under -o json", async () => {
  const made = await deployed();
  const lines = Array.from({ length: 23 }, (_, index) => `new-room R${index} --category IT`);
  const { stderr } = await script(made, lines, "--what-if");
  expect(stderr.match(/^warning: .*$/gm)?.slice(19)).toEqual([
    `warning: room \`${pool}\\R19\` is Closed and has no members: nobody can join it`,
    "warning: and 3 more of the kind `nobody-can-join`; -o json has them all",
  ]);
  const { warnings }: { warnings: unknown[] } = await made.json("invoke-script s.pchat --what-if");
  expect(warnings).toHaveLength(23);
});

test("people in many rooms are counted by room, every one of them", async () => {
  const made = await deployed();
  const names = Array.from({ length: 53 }, (_, index) => `R${String(index).padStart(2, "0")}`);
  const lines = names.map((name) => `new-room ${name} --category IT --members 'Ken Myer'`);
  const { stderr } = await script(made, lines, "-o none --what-if");
  expect(stderr.split("\n")).toEqual([
    "would create 53 rooms (nothing was written)",
    ...names.map((name) => `\`${pool}\\${name}\`: 1 person gains access`),
    "53 rooms in all",
    "",
  ]);
});
