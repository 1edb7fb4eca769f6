import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bench, fixtures } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";
import { put } from "../support/manifest.ts";
import { refused, tried, unchanged } from "../support/tried.ts";

const pool = "pchat.litwareinc.com";
const helpDesk = `${pool}\\Help Desk`;
const network = `${pool}\\Network`;
const ken = "sip:kenmyer@litwareinc.com";
const ana = "sip:anamyer@litwareinc.com";

test("says what would be created and updated, property by property, and who gains what", async () => {
  const made = await deployed();
  cpSync(join(fixtures, "environment.yaml"), join(made.folder, "environment.yaml"));
  expect(await tried(made, "plan-environment -f environment.yaml")).toEqual({
    exitCode: 10,
    stdout: `+ create grant \`${ana}\`
    policy: RedmondUsers
+ create category \`${pool}\\Incidents\`
    description: "One room for each major incident"
    allowedMembers:
      + OU=IT,DC=litwareinc,DC=com
      + CN=Trading Floor,OU=Distribution Groups,DC=litwareinc,DC=com
    creators:
      + CN=Room Managers,OU=IT,DC=litwareinc,DC=com
+ create room \`${pool}\\Major Incident\`
    description: "Bridge for whatever is down"
    category: Incidents
    privacy: Secret
    members:
      + ${ken}
      + ${ana}
    managers:
      + ${ken}
~ update room \`${helpDesk}\`
    members:
      + sip:mariagudmundsdotti@litwareinc.com

people:
  \`${ana}\` can now find, join, read, post \`${helpDesk}\`
  \`${ana}\` can now find, join, read, post \`${pool}\\Major Incident\`
  \`${ken}\` can now find, join, read, post, manage \`${pool}\\Major Incident\`
  \`${ana}\` can now find, join, read, post, manage \`${network}\`

plan: 3 to create, 1 to update, 1 unchanged; 2 people gain access
`,
    stderr: "",
    wrote: false,
  });
});

test("a list that loses entries shows them, with who loses what; with --fields rows are rows", async () => {
  const made = await deployed();
  put(made, {
    "m.yaml": "rooms:\n  - name: Help Desk\n    privacy: Open\n    members: [Ana Myer]\n    addin: null\n",
  });
  expect(await tried(made, "plan-environment -f m.yaml")).toEqual({
    exitCode: 10,
    stdout: `~ update room \`${helpDesk}\`
    privacy: Closed -> Open
    addin: Runbook -> (none)
    members:
      - ${ken}

plan: 1 to update
`,
    stderr: `warning: room \`${helpDesk}\` is Open, so its member list has no effect\n`,
    wrote: false,
  });
  expect((await made.pchat("plan-environment -f m.yaml -o csv")).stdout).toBe(
    `action,kind,identity\nupdated,room,${helpDesk}\n`,
  );
});

test("-o json gives the change document; nothing to do ends with 0", async () => {
  const made = await deployed();
  put(made, { "m.json": { rooms: [{ identity: network, members: { ensure: ["Ana Myer"] } }] } });
  const { exitCode, stdout, stderr } = await made.pchat("plan-environment -f m.json -o json");
  const [row]: unknown[] = await made.json("get-room Network");
  expect({ exitCode, stderr, document: JSON.parse(stdout) }).toEqual({
    exitCode: 0,
    stderr: "",
    document: {
      changed: false,
      dryRun: true,
      serial: 11,
      changes: [{ action: "unchanged", kind: "room", identity: network, before: row, after: row }],
      effects: [],
      warnings: [],
    },
  });
  expect(await tried(made, "plan-environment -f m.json")).toEqual(
    unchanged("plan: nothing to change, 1 unchanged\n", ""),
  );
});

describe("everything wrong is reported at once, by position", () => {
  const faulty = {
    "a.yaml": `rooms:
  - { name: Help Desk, category: Nope, membrs: [x] }
  - { name: New, members: [Kan Myer, Ana Myer], disabled: yes, description: 24 }
catgories: []
sites:
`,
    "b/b.yaml": `rooms:
  - { identity: pchat.litwareinc.com\\help desk, privacy: opn }
---
pools: [{ fqdn: 7 }]
categories: [{ name: IT, allowedMembers: { ensure: [Ana Myer], absnt: [] } }]
`,
    "b/c.json": '{\n\t"addins": [{ "name": "Runbook", "url": "ftp://x" }]\n}\n',
    "b/notes.txt": "not read",
  };
  const lines = [
    "a.yaml:2:24: there is no category `Nope` (did you mean `IT`, `Trading` or `Empty`?)",
    "a.yaml:2:40: a room has no `membrs` (did you mean `members`?)",
    "a.yaml:3:5: a new room needs `category`",
    "a.yaml:3:28: the directory has no `Kan Myer` (did you mean `Ken Myer`, `Hana Myer` or `Ivan Myer`?)",
    "a.yaml:3:49: `disabled` takes `true` or `false`, not `yes`",
    "a.yaml:3:64: `description` takes a text, not the number `24`: put it in quotes",
    "a.yaml:4:1: a manifest has no `catgories` (did you mean `categories`?)",
    "a.yaml:5:1: `sites` is empty, not a list; write [] for none",
    `b/b.yaml:2:5: room \`${pool}\\help desk\` stands there twice: first at a.yaml:2:5`,
    "b/b.yaml:2:49: `privacy` takes `Open`, `Closed` or `Secret`, not `opn` (did you mean `Open`?)",
    "b/b.yaml:4:11: `fqdn` takes a text, not the number `7`: put it in quotes",
    "b/b.yaml:5:64: `allowedMembers` has no `absnt` (did you mean `absent`?)",
    "b/c.json:2:34: `url` takes an http or https address, not `ftp://x`",
  ];

  test("for people, each with what was meant", async () => {
    const made = await deployed();
    put(made, faulty);
    const { exitCode, stdout, stderr, wrote } = await tried(made, "plan-environment -f a.yaml -f b");
    expect(stderr.split("\n").slice(1, -1)).toEqual(lines.map((line) => `  ${line}`));
    expect({ exitCode, stdout, wrote, first: stderr.split("\n")[0] }).toEqual({
      exitCode: 2,
      stdout: "",
      wrote: false,
      first: `error: ${lines.length} faults; nothing was written`,
    });
  });

  test("for programs, in one object", async () => {
    const made = await deployed();
    put(made, faulty);
    const { stdout, stderr } = await made.pchat("apply-environment -f a.yaml -f b --yes -o json");
    const { error } = JSON.parse(stderr);
    expect(stdout).toBe("");
    expect({ ...error, details: null }).toEqual({
      code: "invalid-file",
      message: `${lines.length} faults; nothing was written`,
      hint: null,
      details: null,
      exitCode: 2,
    });
    const places = (error.details.faults as { file: string; line: number; column: number }[]).map(
      ({ file, line, column }) => `${file}:${line}:${column}`,
    );
    expect(places).toEqual(lines.map((line) => line.split(": ")[0]));
  });

  test.each([
    ["YAML", "rooms:\n  - name: [x\n  - y: 1\n", /^error: .*m\.yaml:\d+:\d+: /],
    ["a key twice", "rooms: []\nrooms: []\n", /^error: m\.yaml:2:1: map keys must be unique\n$/],
  ])("faults of syntax: %s", async (_, text, wanted) => {
    const made = await deployed();
    put(made, { "m.yaml": text });
    const { exitCode, stderr } = await made.pchat("plan-environment -f m.yaml");
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(wanted);
  });

  test("one fault is the message itself, with its hints", async () => {
    const made = await deployed();
    put(made, { "m.yaml": "rooms:\n  - name: Network\n    members: [María Sato]\n" });
    expect(await tried(made, "plan-environment -f m.yaml")).toEqual(
      refused(
        4,
        `error: m.yaml:3:15: not in scope of category \`${pool}\\IT\`: \`sip:mariasato@litwareinc.com\` (no allowed member covers it)\n` +
          `hint: allow them with: pchat set-category '${pool}\\IT' --add-allowed-members sip:mariasato@litwareinc.com\n`,
      ),
    );
  });
});

describe("--prune", () => {
  test("concerns only the collections that are named, and names each removal", async () => {
    const made = await deployed();
    put(made, { "m.yaml": "rooms:\n  - name: Network\n" });
    expect(await tried(made, "plan-environment -f m.yaml --prune")).toEqual({
      exitCode: 10,
      stdout: `- remove room \`${helpDesk}\`

people:
  \`${ken}\` can no longer find, join, read, post, manage \`${helpDesk}\`

plan: 1 to remove, 1 unchanged; 1 person loses access
`,
      stderr: "",
      wrote: false,
    });
  });

  test("keeps Global, and refuses what is in use", async () => {
    const made = await deployed();
    put(made, { "m.yaml": "policies: []\n", "n.yaml": "policies: []\ngrants: []\n" });
    expect(await tried(made, "plan-environment -f m.yaml --prune")).toEqual(
      refused(
        4,
        "error: 1 user has policy `RedmondUsers`\n" +
          "hint: give them another, or take it from them with --force; see them with: pchat get-user --policy RedmondUsers\n",
      ),
    );
    const { stdout } = await made.pchat("plan-environment -f n.yaml --prune -o name");
    expect(stdout).toBe(`${ken}\nRedmondUsers\n`);
  });

  test("stops above --max-removals, naming all", async () => {
    const made = await deployed();
    put(made, { "m.yaml": "rooms: []\n" });
    expect(await tried(made, "plan-environment -f m.yaml --prune --max-removals 1")).toEqual(
      refused(
        4,
        `error: --prune would remove 2 objects, which is more than 1: room \`${helpDesk}\`, room \`${network}\`\n` +
          "hint: if all of them shall go, allow it with --max-removals 2\n",
      ),
    );
  });

  test("with --pool leaves other pools alone", async () => {
    const made = await deployed();
    await made.pchat("new-pool two.litwareinc.com");
    await made.pchat("new-category Other --pool two.litwareinc.com");
    put(made, { "m.yaml": "categories: [{ name: Other }]\npools: []\n" });
    const { stdout } = await made.pchat("plan-environment -f m.yaml --prune --pool two.litwareinc.com");
    expect(stdout).toBe("plan: nothing to change, 1 unchanged\n");
  });
});

describe("--out", () => {
  test("keeps the plan, and replaces only plans", async () => {
    const made = await deployed();
    put(made, { "m.yaml": "categories: [{ name: Empty, description: none }]\n", "mine.json": "{}" });
    const line = "plan-environment -f m.yaml -o none --out";
    expect(await made.pchat(`${line} plan.json`)).toEqual({ exitCode: 10, stdout: "", stderr: "" });
    const plan = JSON.parse(readFileSync(join(made.folder, "plan.json"), "utf8"));
    const [store]: { lineage: string }[] = await made.json("get-store");
    expect(plan).toEqual({
      pchatPlan: 1,
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
      lineage: store!.lineage,
      serial: 11,
      directoryHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      options: { prune: false, adopt: false, strict: false, force: false },
      changes: [expect.objectContaining({ action: "updated", identity: `${pool}\\Empty` })],
      effects: [],
      warnings: [],
      documents: [{ categories: [{ name: "Empty", description: "none" }] }],
    });
    expect((await made.pchat(`${line} plan.json`)).exitCode).toBe(10);
    expect(await tried(made, `${line} mine.json`)).toEqual(
      refused(
        4,
        "error: `mine.json` is there already, and pchat did not make it\n" +
          "hint: name another file, or replace this one with --force\n",
      ),
    );
    expect((await made.pchat(`${line} mine.json --force`)).exitCode).toBe(10);
  });
});

test.each([
  [
    "no manifest",
    "plan-environment",
    2,
    "error: `plan-environment` needs `--file`\nhint: name a manifest, a folder of them, or - for stdin\n",
  ],
  [
    "no store",
    "plan-environment -f m.yaml --store none.json",
    3,
    "error: there is no store at `none.json`\nhint: make one, or name another with --store: pchat new-store --store none.json\n",
  ],
  [
    "a store for a manifest",
    "plan-environment -f pchat.json",
    2,
    "error: `pchat.json` is not a manifest\nhint: it is a store: export it first with: pchat export-environment --store pchat.json\n",
  ],
])("%s is refused", async (_, line, exitCode, stderr) => {
  const made = await deployed();
  put(made, { "m.yaml": "rooms: []\n" });
  expect(await tried(made, line)).toEqual(refused(exitCode, stderr));
});

test("a folder is read as a whole but for what is no manifest; stdin is read for -", async () => {
  const made = await deployed();
  put(made, {
    "env/one.yaml": "categories: [{ name: One }]\n",
    "env/deep/two.yml": "categories: [{ name: Two }]\n",
    "env/.hidden.yaml": "wrong: true\n",
    "env/environment.schema.json": { $schema: "https://json-schema.org/draft/2020-12/schema" },
  });
  const stdin = "categories: [{ name: Three }]\n";
  const { stdout, stderr } = await made.pchat("plan-environment -f env -f - -o name", { stdin });
  expect({ stdout, stderr }).toEqual({
    stdout: `${pool}\\Two\n${pool}\\One\n${pool}\\Three\n`,
    stderr: "",
  });
});

test.each([
  ["plan-environment -f -", "error: `stdin` holds no collection, so there is nothing to apply\n"],
  ["apply-environment --plan -", "error: `stdin` is not a saved plan\n"],
])("%s is refused where nothing comes from stdin", async (line, first) => {
  const made = await deployed();
  const { exitCode, stderr } = await made.pchat(line, { stdin: "" });
  expect({ exitCode, first: stderr.slice(0, stderr.indexOf("\n") + 1) }).toEqual({ exitCode: 2, first });
});

test("a plan on stdin is told from a manifest, with the command that takes it from there", async () => {
  const made = await deployed();
  const { stderr } = await made.pchat("plan-environment -f -", { stdin: '{"pchatPlan": 1, "serial": 1}' });
  expect(stderr).toBe(
    "error: `stdin` is not a manifest\nhint: it is a saved plan: apply it with: pchat apply-environment --plan -\n",
  );
});

test("--create plans for a store that is not there yet", async () => {
  const made = bench();
  put(made, { "m.yaml": "pools: [{ fqdn: a.contoso.com, site: Redmond }]\n" });
  const { exitCode, stdout } = await made.pchat("plan-environment -f m.yaml --create -o name");
  expect({ exitCode, names: stdout.split("\n").slice(0, 1), files: Object.keys(made.files()) }).toEqual({
    exitCode: 10,
    names: ["a.contoso.com"],
    files: ["m.yaml"],
  });
});
