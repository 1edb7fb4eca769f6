import { describe, expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";
import { put } from "../support/manifest.ts";
import { refused, tried, unchanged } from "../support/tried.ts";

const pool = "pchat.litwareinc.com";
const helpDesk = `${pool}\\Help Desk`;
const ken = "sip:kenmyer@litwareinc.com";
const ana = "sip:anamyer@litwareinc.com";

test("two moments of one store: a rename is one, and --access says what became of people", async () => {
  const made = await deployed();
  await made.pchat(
    "set-room 'Help Desk' --name Desk --remove-members 'Ken Myer' --add-members 'Pilar Ackerman'",
  );
  await made.pchat("new-room Bridge --category IT --members 'Ken Myer'");
  expect(await tried(made, "compare-environment serial:11 serial:13 --access")).toEqual({
    exitCode: 10,
    stdout: `--- serial:11
+++ serial:13
~ differs: room \`${pool}\\Desk\`
    members:
      + sip:pilarackerman@litwareinc.com
      - ${ken}
+ only in B: room \`${pool}\\Bridge\`
    category: IT
    members:
      + ${ken}

people:
  \`${ken}\` can now find, join, read, post \`${pool}\\Bridge\`
  \`${ken}\` can no longer join, read, post \`${pool}\\Desk\`

A and B: 1 only in B, 1 differ; 1 person gains access, 1 person loses access
`,
    stderr: "",
    wrote: false,
  });
  expect(await tried(made, "compare-environment serial:11 serial:11 --access")).toEqual(
    unchanged("--- serial:11\n+++ serial:11\nA and B: no difference\n", ""),
  );
});

describe("a store and", () => {
  test("its export, its copy and its backup are the same", async () => {
    const made = await deployed();
    put(made, { "export.yaml": (await made.pchat("export-environment")).stdout });
    await made.pchat("export-environment --split env -o none");
    await made.pchat("backup-store monday.pchat-backup");
    for (const other of ["export.yaml", "env", "monday.pchat-backup", "serial:11"]) {
      for (const line of [`pchat.json ${other}`, `${other} pchat.json`]) {
        const { exitCode, stdout, stderr, wrote } = await tried(made, `compare-environment ${line} --access`);
        expect({ line, exitCode, last: stdout.split("\n").at(-2), stderr, wrote }).toEqual({
          line,
          exitCode: 0,
          last: "A and B: no difference",
          stderr: "",
          wrote: false,
        });
      }
    }
  });

  test("a manifest that differs", async () => {
    const made = await deployed();
    const { stdout } = await made.pchat("export-environment");
    put(made, {
      "m.yaml": stdout
        .replace("Lines and switches", "Lines")
        .replace(/ {2}- identity: .*Help Desk\n(?: {4}.*\n)*/, "")
        .replace(/enablePersistentChat: true/, "enablePersistentChat: false"),
    });
    expect(await tried(made, "compare-environment pchat.json m.yaml --access")).toEqual({
      exitCode: 10,
      stdout: `--- pchat.json
+++ m.yaml
~ differs: policy \`RedmondUsers\`
    enablePersistentChat: true -> false
~ differs: room \`${pool}\\Network\`
    description: "Lines and switches" -> Lines
- only in A: room \`${helpDesk}\`

people:
  \`${ken}\` can no longer find, join, read, post, manage \`${helpDesk}\`
  \`${ken}\` can no longer find \`${pool}\\Network\`

A and B: 2 differ, 1 only in A; 1 person loses access
`,
      stderr: "",
      wrote: false,
    });
  });

  test("another store, whose ids are others", async () => {
    const made = await deployed();
    put(made, { "m.yaml": (await made.pchat("export-environment")).stdout });
    await made.pchat("new-store --store other.json");
    await made.pchat("new-site Dublin --store other.json");
    expect(
      (await made.pchat("apply-environment -f m.yaml --store other.json --adopt -o none")).exitCode,
    ).toBe(0);
    const { stdout } = await made.pchat("compare-environment pchat.json other.json -o json");
    const { changes, ...rest } = JSON.parse(stdout);
    expect(rest).toEqual({ changed: true, dryRun: true, serial: 11, effects: [], warnings: [] });
    expect(changes).toEqual([
      { action: "created", kind: "site", identity: "Dublin", before: null, after: { name: "Dublin" } },
    ]);
  });
});

test("works where there is no store of its own", async () => {
  const made = await deployed();
  const manifest = { pools: [{ fqdn: "a.contoso.com" }], categories: [{ name: "C", creators: [] }] };
  put(made, { "a.yaml": manifest, "b.yaml": { ...manifest, sites: [{ name: "Redmond" }] } });
  const { exitCode, stdout } = await made.pchat(
    "compare-environment a.yaml b.yaml --store none.json -o name",
  );
  expect({ exitCode, stdout }).toEqual({ exitCode: 10, stdout: "Redmond\n" });
});

test.each([
  ["one word", "pchat.json", 2],
  ["a moment that is not yet", "pchat.json serial:99", 3],
  ["a file that is not there", "pchat.json nothing.yaml", 3],
  ["a plan", "pchat.json plan.json", 2],
])("%s is refused", async (_, words, exitCode) => {
  const made = await deployed();
  put(made, { "m.yaml": { sites: [{ name: "Dublin" }] } });
  await made.pchat("plan-environment -f m.yaml --out plan.json");
  const result = await tried(made, `compare-environment ${words}`);
  expect({ ...result, stderr: "" }).toEqual(refused(exitCode, ""));
  expect(result.stderr).toMatch(/^error: /);
});

test("people of a manifest are looked up in the store's directory", async () => {
  const made = await deployed();
  const { stdout } = await made.pchat("export-environment");
  put(made, { "m.yaml": stdout.replaceAll(ken, "Ken Myer").replaceAll(ana, "LITWAREINC\\anamyer") });
  expect((await made.pchat("compare-environment m.yaml serial:11")).exitCode).toBe(0);
});

test("one environment is not enough", async () => {
  const { exitCode, stderr } = await (await deployed()).pchat("compare-environment pchat.json");
  expect({ exitCode, first: stderr.split("\n")[0] }).toEqual({
    exitCode: 2,
    first: "error: `compare-environment` needs two <environment>",
  });
});
