import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Bench, bench } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";
import { put } from "../support/manifest.ts";
import { refused, tried, unchanged } from "../support/tried.ts";

const pool = "pchat.litwareinc.com";
const ken = "sip:kenmyer@litwareinc.com";
const ana = "sip:anamyer@litwareinc.com";

const category = `# A manifest of pchat
# yaml-language-server: $schema=https://pchat.invalid/schema/environment-1.json
$schema: https://pchat.invalid/schema/environment-1.json
sites:
  - name: Redmond
pools:
  - fqdn: ${pool}
    displayName: null
    site: Redmond
    poolState: Normal
    servers: []
    activeServers: []
    compliance: false
categories:
  - identity: ${pool}\\IT
    description: null
    invitations: false
    fileUpload: false
    chatHistory: true
    allowedMembers:
      - OU=IT,DC=litwareinc,DC=com
    deniedMembers:
      - CN=HelpDesk Tier 2,OU=HelpDesk,OU=IT,DC=litwareinc,DC=com
    creators:
      - CN=Room Managers,OU=IT,DC=litwareinc,DC=com
addins:
  - identity: ${pool}\\Runbook
    url: https://runbook.litwareinc.com/
rooms:
  - identity: ${pool}\\Help Desk
    description: null
    category: IT
    disabled: false
    type: Normal
    privacy: Closed
    invitations: Inherit
    addin: Runbook
    members:
      - ${ken}
      - ${ana}
    managers:
      - ${ken}
    presenters: []
  - identity: ${pool}\\Network
    description: Lines and switches
    category: IT
    disabled: false
    type: Normal
    privacy: Closed
    invitations: Inherit
    addin: null
    members:
      - ${ana}
    managers:
      - ${ana}
    presenters: []
`;

test("a category comes with its rooms and what they refer to, as YAML", async () => {
  expect(await tried(await deployed(), "export-environment --category IT")).toEqual(unchanged(category, ""));
});

test("the whole store, the same in YAML and JSON, and the same every time", async () => {
  const made = await deployed();
  const yaml = await made.pchat("export-environment --no-schema");
  expect(yaml.stdout).not.toContain("schema");
  const json: Record<string, unknown[]> = await made.json("export-environment --schema ./e.json");
  const { $schema, ...rest } = json;
  expect($schema).toBe("./e.json");
  expect(await made.json("export-environment --no-schema")).toEqual(rest);
  expect(Object.fromEntries(Object.entries(rest).map(([key, list]) => [key, list.length]))).toMatchObject({
    sites: 1,
    pools: 1,
    policies: 2,
    grants: 1,
    configurations: 1,
    categories: 3,
    addins: 1,
    rooms: 2,
  });
  expect(await made.pchat("export-environment --no-schema")).toEqual(yaml);
});

test("a pool comes alone", async () => {
  const made = await deployed();
  await made.pchat("new-pool two.litwareinc.com --site Dublin");
  await made.pchat("new-category Other --pool two.litwareinc.com");
  const { stdout } = await made.pchat("export-environment --pool two.litwareinc.com --no-schema");
  expect(stdout.match(/^\S+:$|^ {2}- .*$/gm)).toEqual([
    "sites:",
    "  - name: Dublin",
    "pools:",
    "  - fqdn: two.litwareinc.com",
    "categories:",
    "  - identity: two.litwareinc.com\\Other",
  ]);
});

test("the state of another time", async () => {
  const made = await deployed();
  const before = await made.pchat("export-environment");
  await made.pchat("new-site Dublin");
  expect(await made.pchat("export-environment --at 11")).toEqual(before);
});

describe("--split", () => {
  const list = (made: Bench, folder: string): string[] =>
    readdirSync(join(made.folder, folder), { recursive: true }).map(String).sort();

  test("writes a file for each category, from which the store is made again", async () => {
    const made = await deployed();
    await made.pchat("new-category CON --description 'reserved on Windows'");
    await made.pchat("new-category 'a/b: c' --pool pchat.litwareinc.com");
    const { exitCode, stdout } = await made.pchat("export-environment --split env -o name");
    const files = ["CON.yaml", "Empty.yaml", "IT.yaml", "Trading.yaml", "a_b_ c.yaml"];
    const written = ["_CON.yaml", ...files.slice(1), "environment.schema.json", "environment.yaml"];
    expect({ exitCode, files: list(made, "env"), named: stdout.trimEnd().split("\n").sort() }).toEqual({
      exitCode: 0,
      files: written.toSorted(),
      named: written.map((name) => `env/${name}`).sort(),
    });
    expect(readFileSync(join(made.folder, "env/IT.yaml"), "utf8")).toMatch(
      /^# A manifest of pchat\n# yaml-language-server: \$schema=\.\/environment\.schema\.json\n\$schema: \.\/environment\.schema\.json\ncategories:\n/,
    );
    expect(await tried(made, "plan-environment -f env --prune")).toEqual(
      unchanged(expect.stringMatching(/^plan: nothing to change, \d+ unchanged\n$/) as never, ""),
    );
  });

  test("replaces its own files, tells of those that are left, and refuses others", async () => {
    const made = await deployed();
    await made.pchat("export-environment --split env -o none");
    await made.pchat("remove-category Empty --yes");
    expect(await made.pchat("export-environment --split env -o none")).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "warning: `env/Empty.yaml` was there before, and is no part of this export\n",
    });
    put(made, { "env/IT.yaml": "mine: true\n" });
    expect(await tried(made, "export-environment --split env")).toEqual(
      refused(
        4,
        "error: `env/IT.yaml` is there already, and pchat did not make it\n" +
          "hint: name another file, or replace this one with --force\n",
      ),
    );
    expect((await made.pchat("export-environment --split env --force -o none")).exitCode).toBe(0);
    expect(readFileSync(join(made.folder, "env/IT.yaml"), "utf8")).toContain("Help Desk");
  });

  test("keeps pools apart, and names that differ in case alone", async () => {
    const made = await deployed();
    await made.pchat("new-pool two.litwareinc.com");
    await made.pchat("new-category 'it?' --pool pchat.litwareinc.com");
    await made.pchat("new-category 'IT*' --pool pchat.litwareinc.com");
    await made.pchat("new-category IT --pool two.litwareinc.com");
    await made.pchat("export-environment --split env --no-schema -o none");
    expect(list(made, "env").filter((name) => name.includes("/"))).toEqual([
      ...["Empty", "IT", "IT_", "Trading", "it_ 2"].map((name) => `${pool}/${name}.yaml`),
      "two.litwareinc.com/IT.yaml",
    ]);
  });
});

test.each([
  ["--schema x --no-schema", 2, "error: `--schema` and `--no-schema` contradict each other\n"],
  ["--split ''", 2, "error: `--split` takes the name of a folder, not an empty word\n"],
])("%s is refused", async (options, exitCode, stderr) => {
  expect(await tried(await deployed(), `export-environment ${options}`)).toEqual(refused(exitCode, stderr));
});

test("no store is no empty environment", async () => {
  expect((await bench().pchat("export-environment")).exitCode).toBe(3);
});

test.each(["", "--split out", "--category IT"])(
  "under --as it is refused, since a part would look like the whole: %s",
  async (options) => {
    expect(await tried(await deployed(), `export-environment ${options} --as 'Ken Myer'`)).toEqual(
      refused(
        4,
        `error: \`${ken}\` may not do that: exporting an environment is an administrator's\n` +
          "hint: only an administrator could: run it without --as, and without PCHAT_AS\n",
      ),
    );
  },
);
