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

test("lists all pools in the order in which they were declared", async () => {
  const made = await withPools();
  expect(await made.pchat("get-pool")).toEqual({
    exitCode: 0,
    stdout: [
      "Fqdn               DisplayName  Site     PoolState  ActiveServers  InactiveServers",
      "─────────────────  ───────────  ───────  ─────────  ─────────────  ───────────────",
      "pchat.contoso.com                        Normal",
      "p2.contoso.com     Two          Redmond  Normal",
      "",
    ].join("\n"),
    stderr: "",
  });
});

test("shows pools by name in any case, each once", async () => {
  const made = await withPools();
  expect(await made.json("get-pool P2.contoso.com p2.CONTOSO.com")).toEqual([
    { ...blankPoolRow, fqdn: "p2.contoso.com", displayName: "Two", site: "Redmond" },
  ]);
});

test("no pool is an empty list", async () => {
  const made = bench();
  await made.pchat("new-store");
  expect(await made.json("get-pool")).toEqual([]);
});

test.each([
  { filter: "p2*", names: ["p2.contoso.com"] },
  { filter: "*.CONTOSO.com", names: ["pchat.contoso.com", "p2.contoso.com"] },
  { filter: "contoso", names: [] },
])("--filter $filter", async ({ filter, names }) => {
  const made = await withPools();
  expect(await made.pchat(`get-pool --filter '${filter}' -o name`)).toEqual({
    exitCode: 0,
    stdout: names.map((name) => `${name}\n`).join(""),
    stderr: "",
  });
});

test("an unknown pool gets a did-you-mean", async () => {
  const made = await withPools();
  expect(await made.pchat("get-pool p9.contoso.com")).toEqual({
    exitCode: 3,
    stdout: "",
    stderr:
      "error: there is no pool `p9.contoso.com`\nhint: did you mean `p2.contoso.com`?\nhint: see them all: pchat get-pool\n",
  });
});
