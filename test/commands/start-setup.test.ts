import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Answer, bench, fixtures } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";
import { plain } from "../support/equivalent.ts";
import { refused, tried } from "../support/tried.ts";

/** From nothing to a first room. */
const whole: readonly Answer[] = [
  ...["add", "pchat.litwareinc.com", "Redmond", "go on"],
  ...["read", `${fixtures}/litwareinc.ldif`, ""],
  ...["make a policy", "ChatUsers", "add", "ken myer", "add", "ana myer", "done", "go on"],
  ...["add", "IT", "add", "OU=IT,DC", "done", "done", "add", "ken myer", "done", "go on"],
  ...[
    "add",
    "Help Desk",
    "Closed",
    "add",
    "ken myer",
    "done",
    "add",
    "zoe sato",
    "add",
    "ana myer",
    "done",
    "go on",
  ],
];

const lines = [
  "new-pool pchat.litwareinc.com --site Redmond",
  `import-directory ${fixtures}/litwareinc.ldif`,
  "new-policy ChatUsers --enable-persistent-chat true",
  "grant-policy sip:kenmyer@litwareinc.com sip:anamyer@litwareinc.com --policy ChatUsers",
  "new-category IT --allowed-members OU=IT,DC=litwareinc,DC=com --creators sip:kenmyer@litwareinc.com",
  "new-room 'Help Desk' --category 'pchat.litwareinc.com\\IT' --privacy Closed --managers sip:kenmyer@litwareinc.com --members sip:anamyer@litwareinc.com",
];

const storeOf = (text: string | undefined) => {
  const { lineage: _, ...store } = JSON.parse(text!);
  return store;
};

describe("start-setup", () => {
  test("leads from nothing to a room, as one change, and saves the same as a script", async () => {
    const made = bench();
    const answers = [...whole, "save", "first.pchat"];
    const { exitCode, stderr } = await made.pchat("start-setup -o none", { answers, env: plain });
    const told = stderr.split("\n");
    expect({
      exitCode,
      willRun: told.filter((line) => line.startsWith("  will run: ")),
      agreed: told.slice(told.indexOf("all of it, as one change:")).slice(1, lines.length + 1),
    }).toEqual({
      exitCode: 0,
      willRun: lines.map((line) => `  will run: pchat ${line}`),
      agreed: lines.map((line) => `  pchat ${line}`),
    });
    expect(readFileSync(join(made.folder, "first.pchat"), "utf8")).toBe(
      ["# Run it with: pchat invoke-script first.pchat", ...lines, ""].join("\n"),
    );
    expect(await made.json("get-history --fields serial,command")).toEqual([
      { serial: 1, command: "new-store" },
      { serial: 2, command: "start-setup -o none" },
    ]);
    const script = readFileSync(join(made.folder, "first.pchat"));
    const other = bench();
    await other.pchat("new-store -q");
    const run = await other.pchat("invoke-script - -o none", { stdin: script.toString() });
    expect(run.exitCode).toBe(0);
    expect(storeOf(other.files()["pchat.json"])).toEqual(storeOf(made.files()["pchat.json"]));
  });

  test("saves what the store will hold as a manifest, which makes an equal one", async () => {
    const made = bench();
    const answers = [...whole, "save what", "first.yaml"];
    expect((await made.pchat("start-setup -o none", { answers, env: plain })).exitCode).toBe(0);
    expect(await made.pchat("plan-environment -f first.yaml -o none")).toMatchObject({ exitCode: 0 });
    const exported = (await made.pchat("export-environment")).stdout;
    expect(readFileSync(join(made.folder, "first.yaml"), "utf8")).toBe(exported);
  });

  test("tells what is missing, and refuses who is out of scope with the reason", async () => {
    const answers = [...whole, "leave"];
    const { exitCode, stderr, wrote } = await tried(bench(), "start-setup", { answers, env: plain });
    const told = stderr.split("\n");
    expect({
      exitCode,
      wrote,
      steps: told.filter((line) => /^\d of 5/.test(line)),
      missing: told.filter((line) => /^ {2}(?!will run|pchat )/.test(line)),
      errors: told.filter((line) => line.startsWith("error:")),
    }).toEqual({
      exitCode: 6,
      wrote: false,
      steps: [
        "1 of 5: the pool that was deployed",
        "2 of 5: who there is: an export of Active Directory",
        "3 of 5: who may use Persistent Chat",
        "4 of 5: a category: who may be in its rooms, who may not, who creates them",
        "5 of 5: the first rooms, with managers and members",
      ],
      missing: [
        "  there is no pool",
        "  no directory was imported",
        "  no policy enables anybody",
        "  pchat.litwareinc.com: there is no category",
        "  there is no room",
      ],
      errors: [
        "error: not in scope of category `pchat.litwareinc.com\\IT`: `sip:zoesato@litwareinc.com` (no allowed member covers it)",
        "error: left; nothing was written",
      ],
    });
  });

  test("Ctrl-C at any question leaves not even a file", async () => {
    for (let asked = 0; asked < whole.length; asked += 3) {
      const made = bench();
      const answers = [...whole.slice(0, asked), "ctrl-c"];
      const { exitCode } = await made.pchat("start-setup", { answers, env: plain });
      expect({ asked, exitCode, files: made.files() }).toEqual({ asked, exitCode: 130, files: {} });
    }
  });

  test("each step can be skipped, and then there is nothing to run", async () => {
    const made = await deployed();
    const answers = ["go on", "go on", "go on", "go on", "go on"];
    const { exitCode, stderr, wrote } = await tried(made, "start-setup -o none", { answers, env: plain });
    expect({ exitCode, wrote, last: stderr.split("\n").slice(-3) }).toEqual({
      exitCode: 0,
      wrote: false,
      last: ["? rooms", "nothing was chosen", ""],
    });
  });

  test("entered again, begins where something is missing", async () => {
    const made = bench();
    await made.pchat("new-store -q");
    await made.pchat("new-pool p.example.com -q");
    await made.pchat(`import-directory '${fixtures}/litwareinc.ldif' -q`);
    const { stderr } = await made.pchat("start-setup -o none", {
      answers: ["enable it for everyone", "go on", "go on", "go on", "run"],
      env: plain,
    });
    expect(stderr.split("\n")[0]).toBe("3 of 5: who may use Persistent Chat");
    expect(await made.json("get-policy --fields identity,enablePersistentChat")).toEqual([
      { identity: "Global", enablePersistentChat: true },
    ]);
  });

  test.each([
    ["no terminal", "start-setup", {}],
    ["--no-input", "start-setup --no-input", { answers: [] }],
    ["CI", "start-setup", { answers: [], env: { CI: "1", ...plain } }],
  ] as const)("asks nothing with %s, and says so", async (_, line, terminal) => {
    const made = await deployed();
    const run = await tried(made, line, { env: plain, ...terminal });
    expect(run).toEqual(
      refused(
        6,
        "error: `start-setup` asks at a terminal, and nobody can be asked here\nhint: in a script, give the lines to invoke-script; what is missing is listed by: pchat test-deployment\n",
      ),
    );
  });

  test("does not write over a file", async () => {
    const made = bench();
    await made.pchat("new-store -q");
    writeFileSync(join(made.folder, "old.txt"), "old");
    const answers = ["add", "p.example.com", "", "go on", "go on", "go on", "go on", "go on"];
    const { stderr } = await made.pchat("start-setup -o none", {
      answers: [...answers, "save", "pchat.json", "old.txt", "x.pchat"],
      env: plain,
    });
    expect(stderr).toContain(
      "`pchat.json` belongs to the store itself: name another\n? file\n`old.txt` is there already: name another\n? file\nsaved as `x.pchat`\n",
    );
  });
});
