import { expect, test } from "vitest";
import { blankPoolRow } from "../support/blank-pool.ts";
import { type Bench, bench } from "../support/cli.ts";

async function withPool(): Promise<Bench> {
  const made = bench();
  await made.pchat("new-store");
  await made.pchat("new-pool pchat.contoso.com");
  return made;
}

test("declares a pool", async () => {
  const made = bench();
  await made.pchat("new-store");
  expect(await made.pchat("new-pool pchat.contoso.com --display-name 'Head office'")).toEqual({
    exitCode: 0,
    stdout: [
      "Fqdn               DisplayName  Site  PoolState  ActiveServers  InactiveServers",
      "─────────────────  ───────────  ────  ─────────  ─────────────  ───────────────",
      "pchat.contoso.com  Head office        Normal",
      "",
    ].join("\n"),
    stderr: "created pool `pchat.contoso.com` (serial 2)\n",
  });
});

test("declares the site that the pool is in", async () => {
  const made = await withPool();
  expect(await made.json("new-pool p2.contoso.com --site Redmond --display-name Two")).toEqual({
    changed: true,
    dryRun: false,
    serial: 3,
    changes: [
      {
        action: "created",
        kind: "pool",
        identity: "p2.contoso.com",
        before: null,
        after: { ...blankPoolRow, fqdn: "p2.contoso.com", displayName: "Two", site: "Redmond" },
      },
      { action: "created", kind: "site", identity: "Redmond", before: null, after: { name: "Redmond" } },
    ],
    effects: [],
    warnings: [],
  });
});

test("takes a site that is there as it is spelled", async () => {
  const made = await withPool();
  await made.pchat("new-site Redmond");
  await made.pchat("new-pool p2.contoso.com --site REDMOND");
  expect(await made.json("get-pool p2.contoso.com")).toEqual([
    { ...blankPoolRow, fqdn: "p2.contoso.com", displayName: null, site: "Redmond" },
  ]);
  expect(await made.json("get-site")).toEqual([{ name: "Redmond" }]);
});

test("--if-not-exists leaves a pool as it is, and warns of what differs", async () => {
  const made = await withPool();
  const before = made.files();
  expect(await made.pchat("new-pool PCHAT.contoso.com --site Redmond --if-not-exists")).toEqual({
    exitCode: 0,
    stdout: [
      "Fqdn               DisplayName  Site  PoolState  ActiveServers  InactiveServers",
      "─────────────────  ───────────  ────  ─────────  ─────────────  ───────────────",
      "pchat.contoso.com                     Normal",
      "",
    ].join("\n"),
    stderr: [
      "unchanged: pool `pchat.contoso.com` (still at serial 2)",
      "warning: pool `pchat.contoso.com` exists already and differs in `site`",
      "",
    ].join("\n"),
  });
  expect(made.files()).toEqual(before);
});

test("--what-if shows the pool and keeps nothing", async () => {
  const made = await withPool();
  const before = made.files();
  expect(await made.pchat("new-pool p3.contoso.com --site Dublin --what-if")).toEqual({
    exitCode: 0,
    stdout: [
      "Fqdn            DisplayName  Site    PoolState  ActiveServers  InactiveServers",
      "──────────────  ───────────  ──────  ─────────  ─────────────  ───────────────",
      "p3.contoso.com               Dublin  Normal",
      "",
    ].join("\n"),
    stderr: "would create pool `p3.contoso.com`, would create site `Dublin` (nothing was written)\n",
  });
  expect(made.files()).toEqual(before);
});

test.each([
  {
    line: "new-pool pchat",
    exitCode: 2,
    stderr:
      "error: `pchat` is not a fully qualified domain name\nhint: name the pool as the topology does, for example pchat.contoso.com\n",
  },
  {
    line: "new-pool -- -p.contoso.com",
    exitCode: 2,
    stderr:
      "error: `-p.contoso.com` is not a fully qualified domain name\nhint: name the pool as the topology does, for example pchat.contoso.com\n",
  },
  {
    line: "new-pool PCHAT.contoso.com",
    exitCode: 4,
    stderr:
      "error: pool `pchat.contoso.com` exists already\nhint: change it with set-pool, or add --if-not-exists to take it as it is\n",
  },
  {
    line: "new-pool p3.contoso.com --site 'a:b'",
    exitCode: 2,
    stderr:
      "error: the name of a site may not hold a colon or a wildcard: `a:b`\nhint: give the name alone; `site:` is written only before a policy's or a configuration's scope\n",
  },
])("refuses $line, and writes nothing", async ({ line, exitCode, stderr }) => {
  const made = await withPool();
  const before = made.files();
  expect(await made.pchat(line)).toEqual({ exitCode, stdout: "", stderr });
  expect(made.files()).toEqual(before);
});
