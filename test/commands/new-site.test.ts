import { expect, test } from "vitest";
import { type Bench, bench } from "../support/cli.ts";

async function withSite(): Promise<Bench> {
  const made = bench();
  await made.pchat("new-store");
  await made.pchat("new-site Redmond");
  return made;
}

test("declares a site", async () => {
  const made = await withSite();
  expect(await made.json("new-site 'Head office'")).toEqual({
    changed: true,
    dryRun: false,
    serial: 3,
    changes: [
      {
        action: "created",
        kind: "site",
        identity: "Head office",
        before: null,
        after: { name: "Head office" },
      },
    ],
    effects: [],
    warnings: [],
  });
});

test("--if-not-exists takes a site in any case as it is", async () => {
  const made = await withSite();
  const before = made.files();
  expect(await made.pchat("new-site REDMOND --if-not-exists")).toEqual({
    exitCode: 0,
    stdout: "Name\n───────\nRedmond\n",
    stderr: "unchanged: site `Redmond` (still at serial 2)\n",
  });
  expect(made.files()).toEqual(before);
});

test("--what-if keeps nothing", async () => {
  const made = await withSite();
  const before = made.files();
  expect(await made.pchat("new-site Oslo --what-if")).toEqual({
    exitCode: 0,
    stdout: "Name\n────\nOslo\n",
    stderr: "would create site `Oslo` (nothing was written)\n",
  });
  expect(made.files()).toEqual(before);
});

test.each([
  { line: "new-site redmond", exitCode: 4, error: "site `Redmond` exists already" },
  {
    line: "new-site 'Red*'",
    exitCode: 2,
    error: "the name of a site may not hold a colon or a wildcard: `Red*`",
  },
  {
    line: "new-site site:Redmond",
    exitCode: 2,
    error: "the name of a site may not hold a colon or a wildcard: `site:Redmond`",
  },
])("refuses $line, and writes nothing", async ({ line, exitCode, error }) => {
  const made = await withSite();
  const before = made.files();
  const refused = await made.pchat(line);
  expect({ ...refused, stderr: refused.stderr.split("\n")[0] }).toEqual({
    exitCode,
    stdout: "",
    stderr: `error: ${error}`,
  });
  expect(made.files()).toEqual(before);
});
