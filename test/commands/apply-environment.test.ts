import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Bench, bench } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";
import { put } from "../support/manifest.ts";
import { refused, tried, unchanged } from "../support/tried.ts";

const pool = "pchat.litwareinc.com";
const helpDesk = `${pool}\\Help Desk`;
const network = `${pool}\\Network`;
const it = `${pool}\\IT`;
const ou = "OU=IT,DC=litwareinc,DC=com";
const managers = "CN=Room Managers,OU=IT,DC=litwareinc,DC=com";
const ken = "sip:kenmyer@litwareinc.com";
const ana = "sip:anamyer@litwareinc.com";
const apply = "apply-environment -f m.yaml";
const again = "hint: answer yes beforehand with --yes, or see what would happen with --what-if\n";

const people = async (made: Bench, room: string): Promise<unknown> =>
  (await made.json(`get-room '${room}' --fields members,managers,category`))[0];

/** A plan's text with the checksum that it should have. */
function signed(text: string): string {
  const body = text.slice(0, text.lastIndexOf('"checksum"'));
  return `${body}"checksum": "${createHash("sha256").update(body).digest("hex")}"\n}\n`;
}

/** A deployment with one manifest beside it. */
async function withManifest(manifest: unknown): Promise<Bench> {
  const made = await deployed();
  put(made, { "m.yaml": manifest });
  return made;
}

const seed = {
  rooms: [{ name: "Bridge", category: "Ops", addin: "Board", members: ["Ken Myer"] }],
  addins: [{ name: "Board", url: "https://board.litwareinc.com/" }],
  grants: [{ user: "LITWAREINC\\anamyer", policy: "tag:OpsUsers" }],
  categories: [{ identity: `${pool}/Ops`, allowedMembers: [ou], creators: ["Room Managers"] }],
  policies: [{ identity: "site:Dublin" }, { identity: "OpsUsers", enablePersistentChat: true }],
  configurations: [{ identity: `service:PersistentChatServer:${pool}`, defaultChatHistory: 50 }],
  sites: [{ name: "Dublin" }],
};

test("makes everything in one change, in whatever order it is written; a second run changes nothing", async () => {
  const made = await withManifest(seed);
  expect(await tried(made, `${apply} -o none`)).toEqual({
    exitCode: 0,
    stdout: "",
    stderr:
      "created site `Dublin`, created 2 policies, " +
      `created grant \`${ana}\`, created configuration \`service:PersistentChatServer:${pool}\`, ` +
      `created category \`${pool}\\Ops\`, created add-in \`${pool}\\Board\`, created room \`${pool}\\Bridge\` (serial 12)\n` +
      `\`${ana}\` can now find \`${pool}\\Bridge\`\n` +
      `\`${ken}\` can now find, join, read, post \`${pool}\\Bridge\`\n` +
      `\`${ana}\` can now find, join, read, post \`${helpDesk}\`\n` +
      `\`${ana}\` can now find, join, read, post, manage \`${network}\`\n`,
    wrote: true,
  });
  expect(await made.json("get-room Bridge")).toEqual([
    expect.objectContaining({ category: "Ops", addin: "Board", members: [ken], privacy: "Closed" }),
  ]);
  const second = await tried(made, `${apply} -o json`);
  expect({ ...second, stdout: "" }).toEqual(unchanged("", ""));
  const { changed, serial, changes } = JSON.parse(second.stdout);
  expect({
    changed,
    serial,
    actions: new Set(changes.map(({ action }: { action: string }) => action)),
  }).toEqual({
    changed: false,
    serial: 12,
    actions: new Set(["unchanged"]),
  });
  expect(await tried(made, apply)).toEqual(
    unchanged("done: nothing to change, 8 unchanged\n", "no change (still at serial 12)\n"),
  );
});

test("several files in any order make the same store as one", async () => {
  const parts = Object.entries(seed).map(
    ([key, value], index) => [`env/${index}.yaml`, { [key]: value }] as const,
  );
  const [one, many] = [await withManifest(seed), await deployed()];
  put(many, Object.fromEntries(parts));
  expect((await one.pchat(apply)).exitCode).toBe(0);
  const files = parts.toReversed().map(([name]) => `-f ${name}`);
  expect((await many.pchat(`apply-environment ${files.join(" ")}`)).exitCode).toBe(0);
  const objects = async (made: Bench) => {
    const store = JSON.parse(readFileSync(join(made.folder, "pchat.json"), "utf8"));
    return { ...store, lineage: "" };
  };
  expect(await objects(many)).toEqual(await objects(one));
});

describe("lists", () => {
  test.each([
    ["{ ensure: [María Guðmundsdóttir] }", [ken, ana, "sip:mariagudmundsdotti@litwareinc.com"], 0],
    ["{ absent: [Ana Myer, sip:long.gone@litwareinc.com] }", [ken], 0],
    [`{ ensure: [Pilar Ackerman], absent: [${ken}] }`, [ana, "sip:pilarackerman@litwareinc.com"], 0],
    ["[Ana Myer, Ken Myer]", [ken, ana], 0],
    ["[Ana Myer]", [ken, ana], 6],
    ["[]", [ken, ana], 6],
  ])("members: %s", async (list, members, exitCode) => {
    const made = await withManifest(`rooms:\n  - name: Help Desk\n    members: ${list}\n`);
    expect((await made.pchat(`${apply} -q -o none`)).exitCode).toBe(exitCode);
    expect(await people(made, "Help Desk")).toEqual({ members, managers: [ken], category: "IT" });
  });

  test("whoever leaves an exact list is asked about, once for everything", async () => {
    const made = await withManifest({ rooms: [{ name: "Help Desk", members: ["Ana Myer"], managers: [] }] });
    const question = `take \`${ken}\` off the members of \`${helpDesk}\`; take \`${ken}\` off the managers of \`${helpDesk}\`?`;
    const preview =
      `~ update room \`${helpDesk}\`\n    members:\n      - ${ken}\n    managers:\n      - ${ken}\n` +
      `\`${ken}\` can no longer join, read, post, manage \`${helpDesk}\`\n` +
      `warning: room \`${helpDesk}\` has no manager any more\n`;
    expect(await tried(made, apply)).toEqual(
      refused(6, `${preview}error: \`apply-environment\` needs a yes: ${question}\n${again}`),
    );
    const env = { NO_COLOR: "1" };
    expect(await tried(made, apply, { answers: [false], env })).toEqual(
      refused(6, `${preview}? ${question}\nerror: declined; nothing was written\n`),
    );
    const { exitCode, wrote } = await tried(made, apply, { answers: [true], env });
    expect({ exitCode, wrote }).toEqual({ exitCode: 0, wrote: true });
    expect(await people(made, "Help Desk")).toEqual({ members: [ana], managers: [], category: "IT" });
  });
});

describe("the rules judge what has come of all of it", () => {
  test("a category is narrowed and its people are taken out at once", async () => {
    const narrow = { categories: [{ name: "IT", allowedMembers: ["Ana Myer"], creators: [] }] };
    const made = await withManifest(narrow);
    const line = `${apply} --yes -q -o none`;
    expect(await tried(made, line)).toEqual(
      refused(
        4,
        `error: m.yaml:3:5: without that allowed member, category \`${it}\` no longer covers \`${ken}\` (members of \`${helpDesk}\`), \`${ken}\` (managers of \`${helpDesk}\`)\n` +
          "hint: take them out of those lists, or allow them in another way\n",
      ),
    );
    put(made, {
      "m.yaml": { ...narrow, rooms: [{ name: "Help Desk", members: ["Ana Myer"], managers: [] }] },
    });
    expect(await made.pchat(line)).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: `warning: room \`${helpDesk}\` has no manager any more\n`,
    });
  });

  test("a room is moved and its people are changed at once", async () => {
    const made = await withManifest({
      rooms: [{ name: "Network", category: "Trading", members: [], managers: [] }],
    });
    expect((await made.pchat(`${apply} --yes -q -o none`)).exitCode).toBe(0);
    expect(await people(made, "Network")).toEqual({ members: [], managers: [], category: "Trading" });
  });

  test("a room that only moves is refused while somebody would fall out", async () => {
    const made = await withManifest({ rooms: [{ name: "Network", category: "Trading" }] });
    const { exitCode, stderr, wrote } = await tried(made, `${apply} --yes`);
    expect({ exitCode, wrote }).toEqual({ exitCode: 4, wrote: false });
    expect(stderr).toContain(`not in scope of category \`${pool}\\Trading\`: \`${ana}\``);
  });

  test("a category takes the name that a room gives up, and never one that a room has", async () => {
    const made = await withManifest({ categories: [{ name: "Help Desk" }] });
    const { exitCode, stderr } = await made.pchat(apply);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 4,
      stderr:
        `error: m.yaml:3:5: room \`${helpDesk}\` has that name, and a room may not bear a category's name\n` +
        "hint: choose another name\n",
    });
    put(made, { "m.yaml": { categories: [{ name: "Help Desk" }], rooms: [{ name: "Network" }] } });
    const pruned = await made.pchat(`${apply} --prune --yes -o none`);
    expect(pruned.exitCode).toBe(4);
    expect(pruned.stderr).toContain(`category \`${it}\` has 1 room`);
  });

  test("--strict refuses what cannot be told without a directory", async () => {
    const made = bench();
    await made.pchat("new-store");
    put(made, {
      "m.yaml": {
        pools: [{ fqdn: "a.contoso.com" }],
        categories: [{ name: "C", allowedMembers: ["OU=IT,DC=contoso,DC=com"] }],
        rooms: [{ name: "R", category: "C", members: ["sip:a@contoso.com"] }],
      },
    });
    expect((await tried(made, `${apply} --strict`)).exitCode).toBe(4);
    expect(await made.pchat(`${apply} -q -o none`)).toEqual({
      exitCode: 0,
      stdout: "",
      stderr:
        "warning: no directory was imported, so it cannot be told whether `sip:a@contoso.com` may be there\n",
    });
  });
});

describe("--adopt", () => {
  const faulty = {
    rooms: [
      {
        name: "Old Hands",
        category: "IT",
        type: "Normal",
        members: ["sip:left.long.ago@litwareinc.com", "María Sato"],
        presenters: ["Ken Myer"],
      },
    ],
  };

  test("keeps what breaks the rules, and says so", async () => {
    const made = await withManifest(faulty);
    expect((await tried(made, apply)).exitCode).toBe(4);
    expect(await made.pchat(`${apply} --adopt -q -o none`)).toEqual({
      exitCode: 0,
      stdout: "",
      stderr:
        `warning: room \`${pool}\\Old Hands\` is taken as it is: the directory has no \`sip:left.long.ago@litwareinc.com\`\n` +
        `warning: room \`${pool}\\Old Hands\` is taken as it is: not in scope of category \`${it}\`: \`sip:left.long.ago@litwareinc.com\` (no allowed member covers it); \`sip:mariasato@litwareinc.com\` (no allowed member covers it)\n` +
        `warning: room \`${pool}\\Old Hands\` is taken as it is: \`${pool}\\Old Hands\` is a Normal room, where everyone posts: it has no presenters\n`,
    });
    expect(await tried(made, `${apply} -q -o none`)).toEqual(unchanged("", ""));
  });

  test("but nothing that a store cannot hold", async () => {
    const made = await withManifest({ rooms: [{ name: "IT", category: "Empty" }] });
    expect((await tried(made, `${apply} --adopt`)).exitCode).toBe(4);
  });
});

describe("--prune", () => {
  test("asks, removes, and stops above --max-removals", async () => {
    const made = await withManifest({ rooms: [{ name: "Network" }] });
    const question = `remove room \`${helpDesk}\`?`;
    const { exitCode, stderr, wrote } = await tried(made, `${apply} --prune`);
    expect({ exitCode, wrote, last: stderr.split("\n").slice(-3) }).toEqual({
      exitCode: 6,
      wrote: false,
      last: [`error: \`apply-environment\` needs a yes: ${question}`, again.trimEnd(), ""],
    });
    expect((await tried(made, `${apply} --prune --yes --max-removals 0`)).exitCode).toBe(4);
    expect((await made.pchat(`${apply} --prune --yes`)).exitCode).toBe(0);
    expect((await made.pchat("get-room -o name")).stdout).toBe(`${network}\n`);
    expect(await tried(made, `${apply} --prune -q -o none`)).toEqual(unchanged("", ""));
  });
});

test("a manifest may be UTF-16, as PowerShell writes what another command prints", async () => {
  const made = await withManifest({});
  writeFileSync(join(made.folder, "m.yaml"), Buffer.from("\uFEFFcategories:\n  - name: Söl\n", "utf16le"));
  expect((await made.pchat(`${apply} -o name`)).stdout).toBe(`${pool}\\Söl\n`);
});

describe("--plan", () => {
  const plan = "plan-environment -f m.yaml -o none --out plan.json";

  test("does exactly what applying the files does, and asks nothing", async () => {
    const manifest = { ...seed, categories: [...seed.categories, { name: "IT", creators: [] }] };
    const [byFiles, byPlan] = [await withManifest(manifest), await withManifest(manifest)];
    expect((await byFiles.pchat(`${apply} --yes -o none`)).exitCode).toBe(0);
    expect((await byPlan.pchat(plan)).exitCode).toBe(10);
    expect((await byPlan.pchat("apply-environment --plan plan.json -o none")).exitCode).toBe(0);
    const store = (made: Bench) => readFileSync(join(made.folder, "pchat.json"), "utf8");
    expect(store(byPlan)).toBe(store(byFiles));
  });

  test("is refused once the store, or its directory, is another", async () => {
    const made = await withManifest({ categories: [{ name: "Empty", description: "x" }] });
    await made.pchat(plan);
    await made.pchat("new-site Dublin");
    expect(await tried(made, "apply-environment --plan plan.json")).toEqual(
      refused(
        5,
        "error: the plan was made at serial 11, and the store is at 12; nothing was written\n" +
          "hint: plan again; see what changed since with: pchat get-history\n",
      ),
    );
    await made.pchat(plan);
    const path = join(made.folder, "plan.json");
    const saved = readFileSync(path, "utf8");
    writeFileSync(path, signed(saved.replace(/"directoryHash": "[0-9a-f]{8}/, '"directoryHash": "00000000')));
    expect((await tried(made, "apply-environment --plan plan.json")).stderr).toMatch(
      /^error: the plan was made with another directory; nothing was written\n/,
    );
    writeFileSync(path, signed(saved.replace(/"lineage": "[0-9a-f]{8}/, '"lineage": "00000000')));
    expect((await tried(made, "apply-environment --plan plan.json")).stderr).toMatch(
      /^error: the plan was made for another store; nothing was written\n/,
    );
  });

  test("is applied with the line ends of Windows, and refused without its checksum", async () => {
    const made = await withManifest({ categories: [{ name: "Empty", description: "x" }] });
    await made.pchat(plan);
    const path = join(made.folder, "plan.json");
    const saved = readFileSync(path, "utf8");
    writeFileSync(path, saved.replace(/,\n"checksum": .*/, ""));
    expect((await tried(made, "apply-environment --plan plan.json")).exitCode).toBe(2);
    // An edit of an earlier line that leaves the change as it is.
    writeFileSync(path, signed(saved).replace('"effects": [', '"effects":  ['));
    expect((await tried(made, "apply-environment --plan plan.json")).exitCode).toBe(2);
    writeFileSync(path, saved.replaceAll("\n", "\r\n"));
    expect((await tried(made, "apply-environment --plan plan.json")).exitCode).toBe(0);
  });

  test("is applied as UTF-16, and refused where it is cut off", async () => {
    const made = await withManifest({ categories: [{ name: "Empty", description: "x" }] });
    await made.pchat(plan);
    const path = join(made.folder, "plan.json");
    const saved = readFileSync(path, "utf8");
    const end = saved.indexOf('"documents"');
    writeFileSync(path, saved.slice(0, end));
    const lines = saved.slice(0, end).split("\n");
    expect(await tried(made, "apply-environment --plan plan.json")).toEqual(
      refused(
        2,
        `error: plan.json:${lines.length}:1: a key in double quotes expected, not the end of the file\n`,
      ),
    );
    writeFileSync(path, Buffer.from(`\uFEFF${saved}`, "utf16le"));
    expect((await tried(made, "apply-environment --plan plan.json")).exitCode).toBe(0);
  });

  test("is refused where it would do something else than it says", async () => {
    const made = await withManifest({ categories: [{ name: "Empty", description: "x" }] });
    await made.pchat(plan);
    const path = join(made.folder, "plan.json");
    const saved = readFileSync(path, "utf8");
    const other = saved.replace('"Empty","description":"x"', '"Empty","description":"y"');
    writeFileSync(path, other);
    expect(await tried(made, "apply-environment --plan plan.json")).toEqual(
      refused(
        2,
        "error: `plan.json` is not as it was written; nothing was done\n" +
          "hint: a plan is applied as it was reviewed: change the manifest, and plan again\n",
      ),
    );
    writeFileSync(path, signed(other));
    expect(await tried(made, "apply-environment --plan plan.json")).toEqual(
      refused(
        2,
        "error: `plan.json` would do something else than it says; nothing was written\n" +
          "hint: it was edited, or made by another version: plan again\n",
      ),
    );
    expect(await tried(made, "apply-environment --plan m.yaml")).toEqual(
      refused(
        2,
        "error: `m.yaml` is not a saved plan\n" +
          "hint: name a file that plan-environment --out wrote; a manifest is given with --file\n",
      ),
    );
    expect((await tried(made, "apply-environment --plan plan.json --prune")).exitCode).toBe(2);
    expect((await tried(made, "apply-environment --plan plan.json -f m.yaml")).exitCode).toBe(2);
  });
});

describe("--create", () => {
  const manifest = {
    pools: [{ fqdn: "a.contoso.com", site: "Redmond" }],
    policies: [{ identity: "Global", enablePersistentChat: true }],
  };

  test("makes the store in one with the change", async () => {
    const made = bench();
    put(made, { "m.yaml": manifest });
    expect((await tried(made, apply)).exitCode).toBe(3);
    expect((await tried(made, `${apply} --create --what-if`)).wrote).toBe(false);
    expect((await made.pchat(`${apply} --create`)).exitCode).toBe(0);
    expect(await made.json("get-history --fields serial,command")).toEqual([
      { serial: 1, command: "apply-environment -f m.yaml --create" },
    ]);
    expect(await made.json("get-policy")).toEqual([
      { identity: "Global", description: null, enablePersistentChat: true },
    ]);
    expect((await made.json("test-store")) as { ok: boolean }[]).toSatisfy((parts: { ok: boolean }[]) =>
      parts.every(({ ok }) => ok),
    );
    expect(await tried(made, `${apply} --create -q -o none`)).toEqual(unchanged("", ""));
  });

  test("makes none where the manifest is refused", async () => {
    const made = bench();
    put(made, { "m.yaml": { ...manifest, rooms: [{ name: "x" }] } });
    expect((await tried(made, `${apply} --create`)).exitCode).toBe(2);
    expect(Object.keys(made.files())).toEqual(["m.yaml"]);
  });

  test("is part of a plan, which is stale once somebody made the store", async () => {
    const made = bench();
    put(made, { "m.yaml": manifest });
    await made.pchat("plan-environment -f m.yaml --create --out plan.json");
    expect((await made.pchat("apply-environment --plan plan.json")).exitCode).toBe(0);
    expect((await tried(made, "apply-environment --plan plan.json")).exitCode).toBe(5);
  });
});

test("what a role may not do is refused", async () => {
  const made = await withManifest({ rooms: [{ name: "Help Desk", description: "x" }] });
  expect((await tried(made, `${apply} --as 'Ana Myer'`)).exitCode).toBe(4);
  expect((await tried(made, `${apply} --as 'Ken Myer' -o none`)).exitCode).toBe(0);
});

test("a name in words is the stored one's, whatever its case; another spelling is no rename", async () => {
  const made = await withManifest({ rooms: [{ name: "HELP desk", pool: "PCHAT.litwareinc.com" }] });
  expect(await tried(made, `${apply} -q -o none`)).toEqual(unchanged("", ""));
});

test(`the manager group ${managers} is one that a creator may be`, async () => {
  const made = await withManifest({ categories: [{ name: "IT", creators: { ensure: [managers] } }] });
  expect(await tried(made, `${apply} -q -o none`)).toEqual(unchanged("", ""));
});

describe("one person in both lists of an edit", () => {
  test("is a fault at the absence, whatever words name the person", async () => {
    const made = await withManifest(
      "rooms:\n  - name: Network\n    members:\n      ensure: [Ana Myer, Ken Myer]\n      absent: [LITWAREINC\\anamyer]\n",
    );
    expect(await tried(made, apply)).toEqual(
      refused(
        2,
        "error: m.yaml:5:16: `LITWAREINC\\anamyer` is wanted absent, and `Ana Myer` is ensured in the same `members`\n" +
          "hint: keep the one that is meant\n",
      ),
    );
  });

  test("an exact list may name a person twice", async () => {
    const made = await withManifest({ rooms: [{ name: "Network", members: ["Ken Myer", ken] }] });
    expect((await tried(made, `${apply} --yes`)).exitCode).toBe(0);
    expect(await people(made, "Network")).toMatchObject({ members: [ken] });
  });
});

describe("a manifest that names nothing", () => {
  const hint =
    "hint: a manifest is such as `rooms: [{ name: Bridge, category: IT }]`, and `rooms: []` is none; described by: pchat get-schema environment\n";

  test.each(["", "{}", "# rooms:\n", "---\n---\n", "$schema: x.json\n"])(
    "is refused by itself and in a folder, as what was cut off: %j",
    async (text) => {
      const made = await deployed();
      put(made, { "m.yaml": text, "env/a.yaml": "rooms: []\n", "env/m.yaml": text });
      for (const [line, name] of [
        [apply, "m.yaml"],
        ["plan-environment -f m.yaml", "m.yaml"],
        ["apply-environment -f env --prune --yes", "env/m.yaml"],
      ]) {
        expect(await tried(made, line!)).toEqual(
          refused(2, `error: \`${name}\` holds no collection, so there is nothing to apply\n${hint}`),
        );
      }
    },
  );

  test("so is a folder without any; an empty collection is none", async () => {
    const made = await withManifest("rooms: []\n");
    put(made, { "env/notes.txt": "x" });
    expect(await tried(made, "apply-environment -f env")).toEqual(
      refused(
        2,
        "error: `env` holds no manifest: no YAML or JSON file\n" +
          "hint: name the folder that holds them, or write what there is with: pchat export-environment --split env\n",
      ),
    );
    expect((await tried(made, apply)).exitCode).toBe(0);
  });

  test("a manifest that is nested too deeply is told so once", async () => {
    const made = await withManifest("[".repeat(20_000));
    expect(await tried(made, apply)).toEqual(refused(2, "error: m.yaml:1:100: nested too deeply\n"));
  });
});

describe("--as", () => {
  const manifest =
    "rooms:\n  - name: Help Desk\n    description: Printers\n  - name: Network\n    description: Lines\n";

  test("previews and applies what the role allows", async () => {
    const made = await withManifest("rooms: [{ name: Help Desk, description: Printers }]\n");
    expect(await tried(made, "plan-environment -f m.yaml --as 'Ken Myer'")).toMatchObject({
      exitCode: 10,
      stderr: "",
    });
    await made.pchat("plan-environment -f m.yaml --as 'Ken Myer' --out plan.json");
    const applied = await tried(made, "apply-environment --plan plan.json --as 'Ken Myer' -o none");
    expect(applied).toMatchObject({ exitCode: 0, wrote: true });
  });

  test("a room of a creator is planned with what its role brings, and applied so", async () => {
    const made = await withManifest("rooms: [{ name: Bridge, category: IT }]\n");
    const line = "plan-environment -f m.yaml --as 'Ken Myer' --out plan.json";
    expect((await made.pchat(line)).stdout).toContain(`    managers:\n      + ${ken}\n`);
    expect(await tried(made, "apply-environment --plan plan.json --as 'Ken Myer' -o none")).toMatchObject({
      exitCode: 0,
    });
  });

  test.each(["plan-environment", "apply-environment"])(
    "%s names each place that the role does not allow",
    async (command) => {
      const made = await withManifest(`${manifest}sites:\n  - name: Dublin\n`);
      const { exitCode, stderr, wrote } = await tried(made, `${command} -f m.yaml --as 'Ken Myer'`);
      expect({ exitCode, wrote, lines: stderr.split("\n").slice(0, 3) }).toEqual({
        exitCode: 4,
        wrote: false,
        lines: [
          "error: 2 faults; nothing was written",
          `  m.yaml:4:5: \`${ken}\` may not change room \`${network}\``,
          `  m.yaml:7:5: \`${ken}\` may not do that: creating site \`Dublin\` is an administrator's`,
        ],
      });
    },
  );

  test("what --prune would remove stands at its collection", async () => {
    const made = await withManifest("rooms:\n  - name: Help Desk\n");
    const { exitCode, stderr } = await tried(made, `${apply} --prune --as 'Ken Myer' --yes`);
    expect({ exitCode, first: stderr.split("\n")[0] }).toEqual({
      exitCode: 4,
      first: `error: m.yaml:1:1: \`${ken}\` may not do that: removing room \`${network}\` is an administrator's`,
    });
  });
});
