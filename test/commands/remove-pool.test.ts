import { expect, test } from "vitest";
import { blankPoolRow } from "../support/blank-pool.ts";
import { type Bench, bench } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";

async function withPools(): Promise<Bench> {
  const made = bench();
  await made.pchat("new-store");
  await made.pchat("new-pool pchat.contoso.com");
  await made.pchat("new-pool p2.contoso.com");
  return made;
}

test("removes a pool that holds nothing", async () => {
  const made = await withPools();
  expect(await made.json("remove-pool P2.contoso.com --yes")).toEqual({
    changed: true,
    dryRun: false,
    serial: 4,
    changes: [
      {
        action: "removed",
        kind: "pool",
        identity: "p2.contoso.com",
        before: { ...blankPoolRow, fqdn: "p2.contoso.com", displayName: null, site: null },
        after: null,
      },
    ],
    effects: [],
    warnings: [],
  });
  expect(await made.pchat("get-pool -o name")).toEqual({
    exitCode: 0,
    stdout: "pchat.contoso.com\n",
    stderr: "",
  });
});

test("asks at a terminal, and a yes removes", async () => {
  const made = await withPools();
  expect(await made.pchat("remove-pool p2.contoso.com --color never", { answers: [true] })).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: "? remove pool `p2.contoso.com`?\nremoved pool `p2.contoso.com` (serial 4)\n",
  });
});

test("a no removes nothing", async () => {
  const made = await withPools();
  const before = made.files();
  expect(await made.pchat("remove-pool p2.contoso.com --color never", { answers: [false] })).toEqual({
    exitCode: 6,
    stdout: "",
    stderr: "? remove pool `p2.contoso.com`?\nerror: declined; nothing was written\n",
  });
  expect(made.files()).toEqual(before);
});

test("--if-exists does not mind a pool that is not there", async () => {
  const made = await withPools();
  const before = made.files();
  expect(await made.pchat("remove-pool p9.contoso.com --if-exists --yes")).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: "unchanged: pool `p9.contoso.com` (still at serial 3)\n",
  });
  expect(made.files()).toEqual(before);
});

test.each([
  {
    line: "remove-pool p2.contoso.com",
    exitCode: 6,
    stderr:
      "error: `remove-pool` needs a yes: remove pool `p2.contoso.com`?\nhint: answer yes beforehand with --yes, or see what would happen with --what-if\n",
  },
  {
    line: "remove-pool p2.contoso.com p9.contoso.com --yes",
    exitCode: 3,
    stderr:
      "error: there is no pool `p9.contoso.com`\nhint: did you mean `p2.contoso.com`?\nhint: see them all: pchat get-pool\n",
  },
])("refuses $line, and writes nothing", async ({ line, exitCode, stderr }) => {
  const made = await withPools();
  const before = made.files();
  expect(await made.pchat(line)).toEqual({ exitCode, stdout: "", stderr });
  expect(made.files()).toEqual(before);
});

test.each(["--yes", "--what-if", "--force --yes"])(
  "a pool that holds something is refused with %s, and nothing is written",
  async (flags) => {
    const made = await deployed();
    const before = made.files();
    expect(await made.pchat(`remove-pool pchat.litwareinc.com ${flags}`)).toEqual({
      exitCode: 4,
      stdout: "",
      stderr:
        "error: pool `pchat.litwareinc.com` holds 3 categories, 2 rooms, 1 add-in\nhint: remove those first; nothing can move to another pool\n",
    });
    expect(made.files()).toEqual(before);
  },
);
