import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Bench, fixtures } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";
import { done, refused, tried } from "../support/tried.ts";

const helpDesk = "pchat.litwareinc.com\\Help Desk";
const network = "pchat.litwareinc.com\\Network";
const it = "pchat.litwareinc.com\\IT";

/** What the store holds, whatever its serial. */
function contents({ folder }: Bench): unknown {
  const { serial, nextId, ...rest } = JSON.parse(readFileSync(join(folder, "pchat.json"), "utf8"));
  return rest;
}

async function after(...lines: readonly string[]): Promise<Bench> {
  const made = await deployed();
  for (const line of lines) expect(await made.pchat(line)).toMatchObject({ exitCode: 0 });
  return made;
}

describe("a change is taken back whole:", () => {
  test.each([
    "set-room Network --description Cables --disabled true --privacy Secret",
    "set-room Network --name Wires",
    "set-room 'Help Desk' --addin '' --remove-members 'Ana Myer'",
    "set-room Network --members 'Ken Myer' --yes",
    "set-room Network --type Auditorium --presenters 'Ana Myer'",
    "new-room Cabling --category IT --members 'Ana Myer'",
    "remove-room 'Help Desk' Network --yes",
    "set-category IT --name Technology --file-upload true",
    "set-category IT --add-denied-members 'Ana Myer'",
    "set-category Trading --clear-creators",
    "new-category Legal --allowed-members litwareinc.com",
    "remove-category Empty --yes",
    "new-policy site:Redmond --enable-persistent-chat true",
    "remove-policy RedmondUsers --force --yes",
    "grant-policy 'Ana Myer' --policy RedmondUsers",
    "grant-policy 'Ken Myer' --none",
    "remove-addin Runbook --force --yes",
    "new-site Dublin",
    "set-pool pchat.litwareinc.com --site Dublin",
    "set-store --require-reason ''",
  ])("%s", async (line) => {
    const made = await deployed();
    const before = contents(made);
    const changed = (await made.json(line)) as { changed: boolean; changes: { before: unknown }[] };
    expect(changed.changed).toBe(true);
    expect(contents(made)).not.toEqual(before);
    const undone = (await made.json("undo-change --last")) as { changes: { after: unknown }[] };
    if (!line.startsWith("set-store")) {
      expect(sorted(undone.changes.map(({ after }) => after))).toEqual(
        sorted(changed.changes.map(({ before }) => before)),
      );
    }
    expect(withoutNothing(contents(made))).toEqual(withoutNothing(before));
    const { exitCode } = await made.pchat("test-store");
    expect(exitCode).toBe(0);
  });
});

const sorted = (values: readonly unknown[]): string[] => values.map((value) => JSON.stringify(value)).sort();

/** Settings that ask for nothing are the same as none. */
const withoutNothing = (value: unknown): unknown => {
  const { settings, ...rest } = value as { settings: { requireReason: null | string }[] };
  return { ...rest, settings: settings.filter(({ requireReason }) => requireReason !== null) };
};

test("prints what became of what, and what it does to people", async () => {
  const made = await after("set-room Network --remove-members 'Ana Myer'");
  expect(await tried(made, "undo-change 12 --reason 'CHG-7'")).toEqual(
    done(
      "Action   Kind  Identity\n" +
        "───────  ────  ────────────────────────────\n" +
        "updated  room  pchat.litwareinc.com\\Network\n",
      `updated room \`${network}\` (serial 13)\n`,
    ),
  );
  expect(await made.json("get-history --serial 13 --fields command,reason,changes")).toEqual([
    { command: "undo-change 12 --reason CHG-7", reason: "CHG-7", changes: [`updated room ${network}`] },
  ]);
});

test("twice with --last is as before, and what-if keeps nothing", async () => {
  const made = await after("set-room Network --description Cables");
  const changed = contents(made);
  expect(await tried(made, "undo-change --last --what-if")).toMatchObject({ exitCode: 0, wrote: false });
  await made.pchat("undo-change --last");
  expect(await made.json("get-room Network --fields description")).toEqual([
    { description: "Lines and switches" },
  ]);
  await made.pchat("undo-change --last");
  expect(contents(made)).toEqual(changed);
});

test("leaves what others changed since in other properties", async () => {
  const made = await after(
    "set-room Network --description Cables --privacy Secret",
    "set-room Network --disabled true",
  );
  await made.pchat("undo-change 12");
  expect(await made.json("get-room Network --fields description,privacy,disabled")).toEqual([
    { description: "Lines and switches", privacy: "Closed", disabled: true },
  ]);
});

test("tells people who gain and lose", async () => {
  const made = await after(
    "set-policy Global --enable-persistent-chat true",
    "set-room Network --add-members 'Ken Myer'",
  );
  expect(await made.json("undo-change --last --what-if")).toMatchObject({
    dryRun: true,
    effects: [
      { user: "sip:kenmyer@litwareinc.com", room: network, gains: [], loses: ["join", "read", "post"] },
    ],
  });
});

describe("is refused, with nothing written,", () => {
  test.each<[string, readonly string[], string, number, string]>([
    [
      "where a later change touched the same property",
      ["set-room Network --description Cables --disabled true", "set-room Network --description Wires"],
      "undo-change 12",
      4,
      `error: change 12 (\`set-room Network --description Cables --disabled true\`) cannot be undone: change 13 changed description of \`${network}\` since\n` +
        "hint: look at the later change; undo it first: pchat undo-change 13\n",
    ],
    [
      "where the object went since",
      ["set-room Network --description Cables", "remove-room Network --yes"],
      "undo-change 12",
      4,
      `error: change 12 (\`set-room Network --description Cables\`) cannot be undone: change 13 changed \`${network}\` since\n` +
        "hint: look at the later change; undo it first: pchat undo-change 13\n",
    ],
    [
      "where what it created is needed by now",
      ["new-category Legal --allowed-members litwareinc.com", "new-room Contracts --category Legal"],
      "undo-change 12",
      4,
      "error: category `pchat.litwareinc.com\\Legal` is still needed by room `pchat.litwareinc.com\\Contracts`\n" +
        "hint: remove or change those first\n",
    ],
    [
      "where what it needs is gone",
      ["remove-room 'Help Desk' Network --yes", "remove-category IT --yes"],
      "undo-change 12",
      4,
      `error: room \`${helpDesk}\` needs a category that is not there; room \`${network}\` needs a category that is not there\n`,
    ],
    [
      "where the name is taken by now",
      ["set-room Network --name Wires", "new-room Network --category IT"],
      "undo-change 12",
      4,
      `error: room \`${network}\` exists already\nhint: choose another name\n`,
    ],
    [
      "where somebody who would come back is not allowed any more",
      ["set-room Network --clear-members", "set-category IT --add-denied-members 'Ana Myer'"],
      "undo-change 12",
      4,
      `error: not in scope of category \`${it}\`: \`sip:anamyer@litwareinc.com\` (denied)\n` +
        `hint: lift the denial, for everyone it covers, with: pchat set-category '${it}' --remove-denied-members sip:anamyer@litwareinc.com\n`,
    ],
    [
      "where somebody who came since would fall out",
      [
        "set-category Trading --add-allowed-members 'Ken Myer'",
        "new-room Floor --category Trading --members 'Ken Myer'",
      ],
      "undo-change 12",
      4,
      "error: without that allowed member, category `pchat.litwareinc.com\\Trading` no longer covers `sip:kenmyer@litwareinc.com` (members of `pchat.litwareinc.com\\Floor`)\n" +
        "hint: take them out of those lists, or allow them in another way\n",
    ],
    [
      "for an imported directory",
      [],
      "undo-change 2",
      4,
      "error: change 2 read in a directory, and the one before is not kept\n" +
        "hint: import the export of that time again: pchat import-directory export.ldif\n",
    ],
    [
      "for the making of the store",
      [],
      "undo-change 1",
      4,
      "error: policy `Global` cannot be removed; configuration `Global` cannot be removed\n" +
        "hint: reset it to its defaults: pchat remove-policy Global\n",
    ],
    [
      "for a change that was never made",
      [],
      "undo-change 99",
      3,
      "error: the history does not hold change 99\nhint: see the serials with: pchat get-history\n",
    ],
    [
      "without a serial",
      [],
      "undo-change",
      2,
      "error: `undo-change` takes the serial of a change, or `--last`\nhint: see the serials with: pchat get-history\n",
    ],
    [
      "with both",
      [],
      "undo-change 3 --last",
      2,
      "error: `undo-change` takes the serial of a change, or `--last`\nhint: see the serials with: pchat get-history\n",
    ],
    [
      "with what is no serial",
      [],
      "undo-change Network",
      2,
      "error: the serial takes a whole number from 1 to 2147483647, not `Network`\n",
    ],
  ])("%s", async (_, lines, line, exitCode, stderr) => {
    const made = await after(...lines);
    expect(await tried(made, line)).toEqual(refused(exitCode, stderr));
  });
});

test("a later change that was itself undone does not stand in the way", async () => {
  const made = await after(
    "set-room Network --description Cables",
    "set-room Network --description Wires",
    "undo-change 13",
  );
  expect(await made.pchat("undo-change 12")).toMatchObject({ exitCode: 0 });
  expect(await made.json("get-room Network --fields description")).toEqual([
    { description: "Lines and switches" },
  ]);
});

test("a change of a directory that also moved entries is not taken back by halves", async () => {
  const made = await after(`import-directory '${fixtures}/messy.ldif' --force`);
  expect(await tried(made, "undo-change --last")).toMatchObject({ exitCode: 4, wrote: false });
});

test("--last is the last change of anything, whatever was done to the files since", async () => {
  const made = await after(
    "set-room Network --description Cables",
    "compact-history --before 2026-01-01T00:00:05Z --yes",
  );
  expect(await made.pchat("undo-change --last -o none")).toMatchObject({ exitCode: 0 });
  expect(await made.json("get-room Network --fields description")).toEqual([
    { description: "Lines and switches" },
  ]);
});
