import { expect, test } from "vitest";
import { type Bench, bench } from "../support/cli.ts";

async function withSites(): Promise<Bench> {
  const made = bench();
  await made.pchat("new-store");
  await made.pchat("new-pool pchat.contoso.com --site Redmond");
  await made.pchat("new-site Oslo");
  await made.pchat("new-policy site:Redmond");
  return made;
}

test("removes a site that nothing names", async () => {
  const made = await withSites();
  expect(await made.json("remove-site oslo --yes")).toEqual({
    changed: true,
    dryRun: false,
    serial: 5,
    changes: [{ action: "removed", kind: "site", identity: "Oslo", before: { name: "Oslo" }, after: null }],
    effects: [],
    warnings: [],
  });
  expect(await made.json("get-site")).toEqual([{ name: "Redmond" }]);
});

test("--if-exists does not mind a site that is not there", async () => {
  const made = await withSites();
  const before = made.files();
  expect(await made.json("remove-site Nope --if-exists --yes")).toEqual({
    changed: false,
    dryRun: false,
    serial: 4,
    changes: [{ action: "unchanged", kind: "site", identity: "Nope", before: null, after: null }],
    effects: [],
    warnings: [],
  });
  expect(made.files()).toEqual(before);
});

test.each([
  {
    line: "remove-site Redmond --force --yes",
    exitCode: 4,
    stderr:
      "error: site `Redmond` is named by pool `pchat.contoso.com`, policy `site:Redmond`\nhint: move or remove those first\n",
  },
  {
    line: "remove-site Oslo Redmond --yes",
    exitCode: 4,
    stderr:
      "error: site `Redmond` is named by pool `pchat.contoso.com`, policy `site:Redmond`\nhint: move or remove those first\n",
  },
  {
    line: "remove-site Oslo",
    exitCode: 6,
    stderr:
      "error: `remove-site` needs a yes: remove site `Oslo`?\nhint: answer yes beforehand with --yes, or see what would happen with --what-if\n",
  },
  {
    line: "remove-site Osloo --yes",
    exitCode: 3,
    stderr:
      "error: there is no site `Osloo`\nhint: did you mean `Oslo`?\nhint: see them all: pchat get-site\n",
  },
])("refuses $line, and writes nothing", async ({ line, exitCode, stderr }) => {
  const made = await withSites();
  const before = made.files();
  expect(await made.pchat(line)).toEqual({ exitCode, stdout: "", stderr });
  expect(made.files()).toEqual(before);
});
