import { expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";
import { done, refused, tried, unchanged } from "../support/tried.ts";

const runbook = "pchat.litwareinc.com\\Runbook";
const before = { identity: runbook, name: "Runbook", url: "https://runbook.litwareinc.com/" };

test("changes address and name in one write, and rooms show the new name", async () => {
  const made = await deployed();
  const after = {
    identity: "pchat.litwareinc.com\\Run/book",
    name: "Run/book",
    url: "https://new.litwareinc.com/",
  };
  expect(await made.json("set-addin runbook --url https://new.litwareinc.com/ --name Run/book")).toEqual({
    changed: true,
    dryRun: false,
    serial: 12,
    changes: [{ action: "updated", kind: "addin", identity: after.identity, before, after }],
    effects: [],
    warnings: [],
  });
  const journal = made.files()["pchat.journal.ndjson"]!.trim().split("\n");
  expect((JSON.parse(journal.at(-1)!) as { writes: unknown[] }).writes).toHaveLength(1);
  expect(await made.json("get-room 'Help Desk' --fields addin")).toEqual([{ addin: "Run/book" }]);
});

test("changes many in one serial, each once", async () => {
  const made = await deployed();
  await made.pchat("new-addin Wiki --url https://wiki.litwareinc.com/");
  const line = "set-addin - Wiki --url https://both.litwareinc.com/ -o name";
  expect(await tried(made, line, { stdin: "Runbook\nWIKI\n" })).toEqual(
    done(`${runbook}\npchat.litwareinc.com\\Wiki\n`, "updated 2 add-ins (serial 13)\n"),
  );
});

test("changes nothing where it is so already", async () => {
  expect(
    await tried(await deployed(), "set-addin Runbook --url https://runbook.litwareinc.com/ -o name"),
  ).toEqual(unchanged(`${runbook}\n`, `unchanged: add-in \`${runbook}\` (still at serial 11)\n`));
});

test("has nothing to do where stdin is empty", async () => {
  expect(await tried(await deployed(), "set-addin - --url https://x", { stdin: "" })).toEqual(
    unchanged("", ""),
  );
});

test("writes nothing with --what-if", async () => {
  expect(await tried(await deployed(), "set-addin Runbook --url https://x --what-if -o csv")).toEqual(
    unchanged(
      `identity,name,url\n${runbook},Runbook,https://x\n`,
      `would update add-in \`${runbook}\` (nothing was written)\n` +
        `  ${runbook} url: "https://runbook.litwareinc.com/" -> "https://x"\n`,
    ),
  );
});

test.each([
  [
    "an add-in that is not there",
    "set-addin Runbok --url https://x",
    3,
    "error: there is no add-in `Runbok`\nhint: did you mean `Runbook`?\nhint: see them all: pchat get-addin\n",
  ],
  [
    "an identity whose backslash the shell ate",
    "set-addin pchat.litwareinc.comRunbook --url https://x",
    3,
    "error: there is no add-in `pchat.litwareinc.comRunbook`\n" +
      "hint: the shell took the backslash out: quote it, as in 'pchat.litwareinc.com\\Runbook', or write pchat.litwareinc.com/Runbook\n",
  ],
  [
    "another add-in's name",
    "set-addin Wiki --name runbook",
    4,
    `error: add-in \`${runbook}\` exists already\nhint: choose another name\n`,
  ],
  [
    "one name for two",
    "set-addin Wiki Runbook --name Both",
    4,
    "error: add-in `pchat.litwareinc.com\\Both` exists already\nhint: choose another name\n",
  ],
  [
    "an address that is none",
    "set-addin Wiki --url wiki",
    2,
    "error: `--url` takes an http or https address, not `wiki`\n" +
      "hint: write it in full, for example https://pchat.contoso.com/page\n",
  ],
  [
    "to be told nothing",
    "set-addin Wiki",
    6,
    "error: `set-addin` was not told what to change\nhint: say it with --name, --url, or run it at a terminal, which asks; see all options with: pchat set-addin --help\n",
  ],
])("refuses %s, and writes nothing", async (_, line, exitCode, stderr) => {
  const made = await deployed();
  await made.pchat("new-addin Wiki --url https://wiki.litwareinc.com/");
  expect(await tried(made, line)).toEqual(refused(exitCode, stderr));
});
