import { expect, test } from "vitest";
import { type Bench, bench } from "../support/cli.ts";

async function withSites(): Promise<Bench> {
  const made = bench();
  await made.pchat("new-store");
  await made.pchat("new-pool pchat.contoso.com --site Redmond");
  await made.pchat("new-site Oslo");
  return made;
}

test("lists sites, those that pools declared included", async () => {
  const made = await withSites();
  expect(await made.pchat("get-site")).toEqual({
    exitCode: 0,
    stdout: "Name\n───────\nRedmond\nOslo\n",
    stderr: "",
  });
});

test.each([
  { line: "get-site oslo", sites: [{ name: "Oslo" }] },
  { line: "get-site --filter 'r*'", sites: [{ name: "Redmond" }] },
  { line: "get-site --filter 'x*'", sites: [] },
])("$line", async ({ line, sites }) => {
  expect(await (await withSites()).json(line)).toEqual(sites);
});

test("an unknown site exits 3", async () => {
  const made = await withSites();
  expect(await made.pchat("get-site Osloo")).toEqual({
    exitCode: 3,
    stdout: "",
    stderr:
      "error: there is no site `Osloo`\nhint: did you mean `Oslo`?\nhint: see them all: pchat get-site\n",
  });
});
