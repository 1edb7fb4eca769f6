import { expect, test } from "vitest";
import type { Bench } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";
import { done, refused, tried, unchanged } from "../support/tried.ts";

const runbook = "pchat.litwareinc.com\\Runbook";
const helpDesk = "pchat.litwareinc.com\\Help Desk";

async function withWiki(): Promise<Bench> {
  const made = await deployed();
  await made.pchat("new-addin Wiki --url https://wiki.litwareinc.com/");
  return made;
}

test("removes an add-in that no room shows", async () => {
  const made = await withWiki();
  expect(await tried(made, "remove-addin wiki --yes")).toEqual(
    done("", "removed add-in `pchat.litwareinc.com\\Wiki` (serial 13)\n"),
  );
  expect(await made.pchat("get-addin -o name")).toMatchObject({ stdout: `${runbook}\n` });
});

test("refuses one that a room shows, and removes none of the others", async () => {
  const made = await withWiki();
  const hinted = `pchat get-room --addin '${runbook}'`;
  expect(await tried(made, "remove-addin Wiki Runbook --yes")).toEqual(
    refused(
      4,
      `error: 1 room shows add-in \`${runbook}\`\nhint: detach it from them with --force; see them with: ${hinted}\n`,
    ),
  );
  expect(await made.pchat(`${hinted} -o name`)).toMatchObject({ stdout: `${helpDesk}\n` });
});

test("counts the rooms that show it", async () => {
  const made = await deployed();
  await made.pchat("set-room Network --addin Runbook");
  expect((await tried(made, "remove-addin Runbook --yes")).stderr.split("\n")[0]).toBe(
    `error: 2 rooms show add-in \`${runbook}\``,
  );
});

test("--force detaches it, in one transaction, with a warning", async () => {
  const made = await deployed();
  expect(await tried(made, "remove-addin Runbook --force --yes")).toEqual(
    done(
      "",
      `removed add-in \`${runbook}\`, updated room \`${helpDesk}\` (serial 12)\n` +
        `warning: add-in \`${runbook}\` is taken from \`${helpDesk}\`\n`,
    ),
  );
  expect(await made.json("get-room 'Help Desk' --fields addin")).toEqual([{ addin: null }]);
});

test("--force is no yes, and --yes is no --force", async () => {
  const made = await deployed();
  expect(await tried(made, "remove-addin Runbook --force")).toEqual(
    refused(
      6,
      `  ${helpDesk} addin: "Runbook" -> null\n` +
        `warning: add-in \`${runbook}\` is taken from \`${helpDesk}\`\n` +
        `error: \`remove-addin\` needs a yes: remove add-in \`${runbook}\`?\n` +
        "hint: answer yes beforehand with --yes, or see what would happen with --what-if\n",
    ),
  );
  expect((await tried(made, "remove-addin Runbook --yes")).exitCode).toBe(4);
});

test("--what-if ends as the real run would with its yes, and removes nothing", async () => {
  const made = await deployed();
  expect(await tried(made, "remove-addin Runbook --force --what-if")).toEqual(
    unchanged(
      "",
      `would remove add-in \`${runbook}\`, would update room \`${helpDesk}\` (nothing was written)\n` +
        `  ${helpDesk} addin: "Runbook" -> null\n` +
        `warning: add-in \`${runbook}\` is taken from \`${helpDesk}\`\n`,
    ),
  );
  expect((await tried(made, "remove-addin Runbook --what-if")).exitCode).toBe(4);
});

test("asks at a terminal", async () => {
  const made = await withWiki();
  const env = { NO_COLOR: "1" };
  const question = "? remove add-in `pchat.litwareinc.com\\Wiki`?\n";
  expect(await tried(made, "remove-addin Wiki", { answers: [false], env })).toEqual(
    refused(6, `${question}error: declined; nothing was written\n`),
  );
  expect(await tried(made, "remove-addin Wiki", { answers: [true], env })).toEqual(
    done("", `${question}removed add-in \`pchat.litwareinc.com\\Wiki\` (serial 13)\n`),
  );
});

test("removes many from stdin in one serial, and nothing where it is empty", async () => {
  const made = await withWiki();
  expect(await tried(made, "remove-addin - --yes", { stdin: "" })).toEqual(unchanged("", ""));
  expect(await tried(made, "remove-addin - --yes --force -q", { stdin: "Wiki\nRunbook\nWiki\n" })).toEqual(
    done("", `warning: add-in \`${runbook}\` is taken from \`${helpDesk}\`\n`),
  );
  expect(await made.json("get-addin")).toEqual([]);
  expect(await made.json("get-store")).toMatchObject([{ serial: 13 }]);
});

test("refuses one that is not there, unless --if-exists", async () => {
  const made = await deployed();
  expect(await tried(made, "remove-addin Runbok --yes")).toEqual(
    refused(
      3,
      "error: there is no add-in `Runbok`\nhint: did you mean `Runbook`?\nhint: see them all: pchat get-addin\n",
    ),
  );
  expect(await tried(made, "remove-addin Runbok --if-exists")).toEqual(
    unchanged("", "unchanged: add-in `Runbok` (still at serial 11)\n"),
  );
});
