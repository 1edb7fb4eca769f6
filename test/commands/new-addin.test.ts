import { expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";
import { done, refused, tried, unchanged } from "../support/tried.ts";

const wiki = "pchat.litwareinc.com\\Wiki";
const runbook = "pchat.litwareinc.com\\Runbook";
const url = "https://wiki.litwareinc.com/chat?room=1#top";

test("registers an add-in", async () => {
  const made = await deployed();
  expect(await made.json(`new-addin Wiki --url '${url}'`)).toEqual({
    changed: true,
    dryRun: false,
    serial: 12,
    changes: [
      {
        action: "created",
        kind: "addin",
        identity: wiki,
        before: null,
        after: { identity: wiki, name: "Wiki", url },
      },
    ],
    effects: [],
    warnings: [],
  });
  expect(await made.json("get-addin Wiki")).toEqual([{ identity: wiki, name: "Wiki", url }]);
});

test("bears the name of a category or a room", async () => {
  expect(await tried(await deployed(), "new-addin IT --url http://it -o name")).toEqual(
    done("pchat.litwareinc.com\\IT\n", "created add-in `pchat.litwareinc.com\\IT` (serial 12)\n"),
  );
});

test("writes nothing with --what-if, whose output is that of the real run", async () => {
  const made = await deployed();
  const line = "new-addin Wiki --url https://wiki.litwareinc.com/";
  const preview = await tried(made, `${line} --what-if`);
  const real = await tried(made, line);
  expect(preview).toEqual(unchanged(real.stdout, `would create add-in \`${wiki}\` (nothing was written)\n`));
  expect(real.wrote).toBe(true);
});

test.each([
  [
    "a name that an add-in has",
    "new-addin RUNBOOK --url https://x",
    4,
    `error: add-in \`${runbook}\` exists already\n` +
      "hint: change it with set-addin, or add --if-not-exists to take it as it is\n",
  ],
  [
    "another protocol",
    "new-addin Wiki --url ftp://wiki",
    2,
    "error: `--url` takes an http or https address, not `ftp://wiki`\n" +
      "hint: write it in full, for example https://pchat.contoso.com/page\n",
  ],
  [
    "no address",
    "new-addin Wiki",
    2,
    "error: `new-addin` needs `--url`\nhint: see how it is used: pchat new-addin --help\n",
  ],
  ["an empty name", "new-addin '' --url https://x", 2, "error: the name may not be empty\n"],
  [
    "an unknown pool",
    "new-addin Wiki --url https://x --pool pchat.litware.com",
    3,
    "error: there is no pool `pchat.litware.com`\nhint: did you mean `pchat.litwareinc.com`?\nhint: see them all: pchat get-pool\n",
  ],
])("refuses %s, and writes nothing", async (_, line, exitCode, stderr) => {
  expect(await tried(await deployed(), line)).toEqual(refused(exitCode, stderr));
});

test("--if-not-exists takes an add-in as it is, and warns of another address", async () => {
  const made = await deployed();
  const line = "new-addin runbook --if-not-exists -o name --url";
  expect(await tried(made, `${line} https://runbook.litwareinc.com/`)).toEqual(
    unchanged(`${runbook}\n`, `unchanged: add-in \`${runbook}\` (still at serial 11)\n`),
  );
  expect(await tried(made, `${line} https://other.litwareinc.com/`)).toEqual(
    unchanged(
      `${runbook}\n`,
      `unchanged: add-in \`${runbook}\` (still at serial 11)\n` +
        `warning: add-in \`${runbook}\` exists already and differs in \`url\`\n`,
    ),
  );
});

test("needs a pool where there are two", async () => {
  const made = await deployed();
  await made.pchat("new-pool two.litwareinc.com");
  expect(await tried(made, "new-addin Wiki --url https://x")).toEqual(
    refused(
      2,
      "error: there are 2 pools, and none was named\n" +
        "hint: add --pool with one of `pchat.litwareinc.com`, `two.litwareinc.com`\n",
    ),
  );
  expect(await tried(made, "new-addin two.litwareinc.com/Runbook --url https://x -q -o name")).toEqual(
    done("two.litwareinc.com\\Runbook\n", ""),
  );
});
