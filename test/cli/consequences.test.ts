import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { type Bench, fixtures } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";

interface Effect {
  readonly user: string;
  readonly room: string;
  readonly gains: readonly string[];
  readonly loses: readonly string[];
}

/** What everyone can do, as `get-access --all` has it. */
async function matrix(made: Bench): Promise<Map<string, readonly string[]>> {
  const rows = (await made.json("get-access --all")) as { user: string; room: string; can: string[] }[];
  return new Map(rows.map(({ user, room, can }) => [`${room} ${user}`, can]));
}

const difference = (
  before: Map<string, readonly string[]>,
  after: Map<string, readonly string[]>,
): Effect[] =>
  [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((key) => {
    const [had, has] = [before.get(key) ?? [], after.get(key) ?? []];
    const gains = has.filter((action) => !had.includes(action));
    const loses = had.filter((action) => !has.includes(action));
    const [room, user] = [key.slice(0, key.indexOf(" sip:")), key.slice(key.indexOf("sip:"))];
    return gains.length + loses.length === 0 ? [] : [{ user, room, gains, loses }];
  });

const exported = readFileSync(join(fixtures, "litwareinc.ldif"), "utf8");

test.each([
  "set-policy Global --enable-persistent-chat true",
  "set-policy RedmondUsers --enable-persistent-chat false",
  "grant-policy 'Ana Myer' --policy RedmondUsers",
  "grant-policy 'Ken Myer' --none",
  "set-category IT --add-denied-members 'Ken Myer'",
  "set-category IT --add-denied-members 'CN=Room Managers,OU=IT,DC=litwareinc,DC=com'",
  "set-room 'Help Desk' --privacy Secret --remove-members 'Ken Myer'",
  "set-room Network --add-members 'Ken Myer' --add-managers 'Ken Myer' --type Auditorium",
  "set-room Network 'Help Desk' --disabled true",
  "new-room Bridge --category IT --privacy Open",
  "remove-room Network --yes",
  "import-directory moved.ldif",
])("what %s is foretold to do to people is the difference that it makes", async (line) => {
  const made = await deployed();
  // Ken moves out of what the category allows.
  const moved = exported.replaceAll("CN=Ken Myer,OU=IT,", "CN=Ken Myer,OU=Finance,");
  writeFileSync(join(made.folder, "moved.ldif"), moved);
  const before = await matrix(made);
  const foretold = (await made.json(`${line} --what-if`)) as { effects: Effect[] };
  const done = (await made.json(line)) as { effects: Effect[] };
  expect(done.effects).toEqual(foretold.effects);
  expect(foretold.effects.length).toBeGreaterThan(0);
  expect(foretold.effects).toEqual(difference(before, await matrix(made)));
});

test("beyond twenty lines people are counted by room, and programs get every one", async () => {
  const made = await deployed();
  const line = "set-policy Global --enable-persistent-chat true --what-if";
  const { effects } = (await made.json(line)) as { effects: Effect[] };
  expect(effects.length).toBeGreaterThan(40);
  expect(await made.pchat(`${line} -o none`)).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: [
      "would update policy `Global` (nothing was written)",
      "  Global enablePersistentChat: false -> true",
      ...["Help Desk", "Network"].map((name) => {
        const room = `pchat.litwareinc.com\\${name}`;
        return `\`${room}\`: ${effects.filter((effect) => effect.room === room).length} people gain access`;
      }),
      "",
    ].join("\n"),
  });
  const { stdout } = await made.pchat(`${line} -o yaml`);
  expect((parse(stdout) as { effects: Effect[] }).effects).toEqual(effects);
});

test("an account that gets another address is the same person: its rooms follow, and nobody gains or loses", async () => {
  const made = await deployed();
  const renamed = exported.replaceAll("sip:kenmyer@litwareinc.com", "sip:ken.myer@litwareinc.com");
  writeFileSync(join(made.folder, "renamed.ldif"), renamed);
  const before = await matrix(made);
  const { effects } = (await made.json("import-directory renamed.ldif")) as { effects: Effect[] };
  expect(effects).toEqual([]);
  const keys = [...before].map(([key, can]) => [key.replace("sip:kenmyer@", "sip:ken.myer@"), can]);
  expect([...(await matrix(made))].sort()).toEqual(keys.sort());
  // It may lose something all the same, and does so under its new name.
  const moved = renamed.replaceAll("CN=Ken Myer,OU=IT,", "CN=Ken Myer,OU=Finance,");
  writeFileSync(join(made.folder, "moved.ldif"), moved.replaceAll("sip:ken.myer@", "sip:k.myer@"));
  const { stderr } = await made.pchat("import-directory moved.ldif --what-if -o none");
  expect(stderr.split("\n").filter((told) => told.startsWith("`sip:"))).toEqual([
    "`sip:k.myer@litwareinc.com` can no longer find, join, read, post, manage `pchat.litwareinc.com\\Help Desk`",
    "`sip:k.myer@litwareinc.com` can no longer find `pchat.litwareinc.com\\Network`",
  ]);
});
