import { expect, test } from "vitest";
import { blankPoolRow } from "../support/blank-pool.ts";
import { type Bench, bench } from "../support/cli.ts";

async function withPools(): Promise<Bench> {
  const made = bench();
  await made.pchat("new-store");
  await made.pchat("new-pool pchat.contoso.com");
  await made.pchat("new-pool p2.contoso.com --site Redmond --display-name Two");
  return made;
}

test("changes several pools in one transaction", async () => {
  const made = await withPools();
  expect(await made.json("set-pool p2.contoso.com PCHAT.contoso.com --display-name X")).toEqual({
    changed: true,
    dryRun: false,
    serial: 4,
    changes: [
      {
        action: "updated",
        kind: "pool",
        identity: "p2.contoso.com",
        before: { ...blankPoolRow, fqdn: "p2.contoso.com", displayName: "Two", site: "Redmond" },
        after: { ...blankPoolRow, fqdn: "p2.contoso.com", displayName: "X", site: "Redmond" },
      },
      {
        action: "updated",
        kind: "pool",
        identity: "pchat.contoso.com",
        before: { ...blankPoolRow, fqdn: "pchat.contoso.com", displayName: null, site: null },
        after: { ...blankPoolRow, fqdn: "pchat.contoso.com", displayName: "X", site: null },
      },
    ],
    effects: [],
    warnings: [],
  });
});

test("what is so already stays unchanged, down to the bytes", async () => {
  const made = await withPools();
  const before = made.files();
  expect(await made.pchat("set-pool p2.contoso.com --display-name Two --site redmond")).toEqual({
    exitCode: 0,
    stdout: [
      "Fqdn            DisplayName  Site     PoolState  ActiveServers  InactiveServers",
      "──────────────  ───────────  ───────  ─────────  ─────────────  ───────────────",
      "p2.contoso.com  Two          Redmond  Normal",
      "",
    ].join("\n"),
    stderr: "unchanged: pool `p2.contoso.com` (still at serial 3)\n",
  });
  expect(made.files()).toEqual(before);
});

test("a new site is declared", async () => {
  const made = await withPools();
  expect(await made.pchat("set-pool p2.contoso.com --site Dublin -o none")).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: "updated pool `p2.contoso.com`, created site `Dublin` (serial 4)\n",
  });
});

test("empty quotes empty a property", async () => {
  const made = await withPools();
  await made.pchat("set-pool p2.contoso.com --site '' --display-name ''");
  expect(await made.json("get-pool p2.contoso.com")).toEqual([
    { ...blankPoolRow, fqdn: "p2.contoso.com", displayName: null, site: null },
  ]);
});

test.each([
  {
    line: "set-pool p2.contoso.com nope.contoso.com --display-name Y",
    exitCode: 3,
    stderr:
      "error: there is no pool `nope.contoso.com`\nhint: did you mean `p2.contoso.com`?\nhint: see them all: pchat get-pool\n",
  },
  {
    line: "set-pool p2.contoso.com",
    exitCode: 6,
    stderr:
      "error: `set-pool` was not told what to change\nhint: say it with --display-name, --site, --pool-state, --servers, --active-servers, --compliance, or run it at a terminal, which asks; see all options with: pchat set-pool --help\n",
  },
  {
    line: "set-pool --display-name Y",
    exitCode: 2,
    stderr:
      "error: `set-pool` needs at least one <fqdn>\nhint: fqdn: pools to change; - reads them from stdin, one a line; see: pchat set-pool --help\n",
  },
  {
    line: "set-pool p2.contoso.com --fqdn p3.contoso.com",
    exitCode: 2,
    stderr: "error: `set-pool` has no option `--fqdn`\nhint: see its options: pchat set-pool --help\n",
  },
])("refuses $line, and writes nothing", async ({ line, exitCode, stderr }) => {
  const made = await withPools();
  const before = made.files();
  expect(await made.pchat(line)).toEqual({ exitCode, stdout: "", stderr });
  expect(made.files()).toEqual(before);
});
