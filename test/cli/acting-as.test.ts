import { expect, test } from "vitest";
import type { Bench } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";

const ken = "sip:kenmyer@litwareinc.com";
const ana = "sip:anamyer@litwareinc.com";

/** The deployment with everyone enabled, so that roles alone decide. Ken is a creator in IT, Ana manages Network. */
async function enabled(): Promise<Bench> {
  const made = await deployed();
  expect((await made.pchat("set-policy Global --enable-persistent-chat true -o none")).exitCode).toBe(0);
  return made;
}

test("a creator creates a room, and becomes its manager and member", async () => {
  const made = await enabled();
  const { exitCode, stderr } = await made.pchat(`new-room Bridge --category IT --as '${ken}' -o none -q`);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(await made.json("get-room Bridge --fields members,managers")).toEqual([
    { members: [ken], managers: [ken] },
  ]);
});

test("in an Open room the creator is its manager alone", async () => {
  const made = await enabled();
  await made.pchat("new-room Square --category IT --privacy Open -o none", { env: { PCHAT_AS: "Ken Myer" } });
  expect(await made.json("get-room Square --fields members,managers")).toEqual([
    { members: [], managers: [ken] },
  ]);
});

test("a manager edits a room and disables it", async () => {
  const made = await enabled();
  const line = `set-room Network --description 'Lines' --add-members '${ken}' --disabled true --as '${ana}' -o none`;
  expect((await made.pchat(line)).exitCode).toBe(0);
  expect(await made.json("get-room Network --fields description,members,disabled")).toEqual([
    { description: "Lines", members: [ana, ken], disabled: true },
  ]);
});

test("people out of scope stay out whoever adds them", async () => {
  const made = await enabled();
  const before = made.files();
  const { exitCode, stderr } = await made.pchat(`set-room Network --add-members 'María Sato' --as '${ana}'`);
  expect(exitCode).toBe(4);
  expect(stderr).toContain(
    "not in scope of category `pchat.litwareinc.com\\IT`: `sip:mariasato@litwareinc.com`",
  );
  expect(made.files()).toEqual(before);
});

test.each([
  [
    `new-room Bridge --category IT --as '${ana}'`,
    `error: \`${ana}\` may not create rooms in category \`pchat.litwareinc.com\\IT\`\nhint: a creator of the category could, or an administrator (without --as); make the user a creator with: pchat set-category 'pchat.litwareinc.com\\IT' --add-creators ${ana}\n`,
  ],
  [
    `set-room Network --description x --as 'sip:aikonunez@litwareinc.com'`,
    "error: `sip:aikonunez@litwareinc.com` may not change room `pchat.litwareinc.com\\Network`: the category's allowed members do not cover that account\nhint: see each step, and what would change it, with: pchat test-access sip:aikonunez@litwareinc.com 'pchat.litwareinc.com\\Network' --action manage\n",
  ],
  [
    `set-room 'Help Desk' --description x --as '${ana}'`,
    `error: \`${ana}\` may not change room \`pchat.litwareinc.com\\Help Desk\`\nhint: a manager of the room could, or an administrator (without --as); make the user a manager with: pchat set-room 'pchat.litwareinc.com\\Help Desk' --add-managers ${ana}\n`,
  ],
  [
    `remove-room Network --yes --as '${ana}'`,
    `error: \`${ana}\` may not do that: removing room \`pchat.litwareinc.com\\Network\` is an administrator's\nhint: only an administrator could: run it without --as, and without PCHAT_AS\n`,
  ],
  [
    `set-category IT --description x --as '${ken}'`,
    `error: \`${ken}\` may not do that: changing category \`pchat.litwareinc.com\\IT\` is an administrator's\nhint: only an administrator could: run it without --as, and without PCHAT_AS\n`,
  ],
  [
    `get-store --as '${ken}'`,
    `error: \`get-store\` is an administrator's, so it cannot be run as \`${ken}\`\nhint: run it without --as, and without PCHAT_AS\n`,
  ],
])("what a role may not do is refused, saying which role could: %s", async (line, stderr) => {
  const made = await enabled();
  const before = made.files();
  expect(await made.pchat(line)).toEqual({ exitCode: 4, stdout: "", stderr });
  expect(made.files()).toEqual(before);
});

test("a manager may disable a room and not enable it again, nor move it where it is no creator", async () => {
  const made = await enabled();
  await made.pchat(`set-room Network --disabled true --as '${ana}' -o none`);
  const again = await made.pchat(`set-room Network --disabled false --as '${ana}'`);
  expect(again).toMatchObject({ exitCode: 4, stderr: expect.stringContaining("enabling room") });
  await made.pchat("set-category Empty --add-allowed-members 'OU=IT,DC=litwareinc,DC=com' -o none");
  const moved = await made.pchat(`set-room Network --category Empty --as '${ana}'`);
  expect(moved).toMatchObject({
    exitCode: 4,
    stderr: expect.stringContaining("may not create rooms in category"),
  });
});

test("reads show what the user can find", async () => {
  const made = await enabled();
  await made.pchat("set-room 'Help Desk' --privacy Secret -o none");
  await made.pchat("new-room Desk --category Trading -o none");
  const seen = async (user: string) => (await made.pchat(`get-room -o name --as '${user}'`)).stdout;
  expect(await seen("Ken Myer")).toBe("pchat.litwareinc.com\\Help Desk\npchat.litwareinc.com\\Network\n");
  expect(await seen("Chidi Kowalski")).toBe("");
  expect(await seen("María Lefèvre")).toBe("pchat.litwareinc.com\\Desk\n");
  expect((await made.pchat("get-category -o name --as 'María Lefèvre'")).stdout).toBe(
    "pchat.litwareinc.com\\Trading\n",
  );
});

test("where something else than the role is in the way, that is said", async () => {
  const made = await deployed();
  const policy =
    ": no policy enables Persistent Chat for that account\nhint: see each step, and what would change it, with";
  expect((await made.pchat(`set-room Network --description x --as '${ana}'`)).stderr).toBe(
    `error: \`${ana}\` may not change room \`pchat.litwareinc.com\\Network\`${policy}: pchat test-access ${ana} 'pchat.litwareinc.com\\Network' --action manage\n`,
  );
  expect((await made.pchat(`new-room Bridge --category IT --as '${ana}'`)).stderr).toBe(
    `error: \`${ana}\` may not create rooms in category \`pchat.litwareinc.com\\IT\`${policy}: pchat test-access ${ana} --category 'pchat.litwareinc.com\\IT'\n`,
  );
});
