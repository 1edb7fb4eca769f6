import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeZip } from "../../src/archive/write-zip.ts";
import { type Bench, bench, fixtures } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";
import { refused, tried } from "../support/tried.ts";

const pool = "pchat.litwareinc.com";
const time = "2026-01-01T00:00:00.000Z";

/** The deployment with two messages, and its export as all.zip. */
async function exported(): Promise<Bench> {
  const made = await deployed();
  await made.pchat("send-message 'Help Desk' 'one' --as 'Ken Myer'");
  await made.pchat("send-message 'Help Desk' - --as 'Ken Myer'", { stdin: "two\nlines" });
  await made.pchat("remove-message 'Help Desk' --filter one --replace-message '***' --yes");
  await made.pchat("export-data all.zip");
  return made;
}

/** Another store with the same directory and one pool, and the archive of a bench beside it. */
async function target(from: Bench, poolName = "new.litwareinc.com", directory = true): Promise<Bench> {
  const made = bench();
  await made.pchat("new-store");
  if (directory) await made.pchat(`import-directory '${fixtures}/litwareinc.ldif'`);
  await made.pchat(`new-pool ${poolName}`);
  cpSync(join(from.folder, "all.zip"), join(made.folder, "all.zip"));
  return made;
}

const objectsOf = async (made: Bench): Promise<unknown> => ({
  addins: await made.json("get-addin --fields name,url"),
  categories: await made.json(
    "get-category --fields name,description,invitations,fileUpload,chatHistory,allowedMembers,deniedMembers,creators",
  ),
  rooms: await made.json(
    "get-room --fields name,description,category,disabled,type,privacy,invitations,addin,members,managers,presenters",
  ),
  messages: await made.json("get-message --fields id,time,author,text,replaced"),
});

test("makes in another pool all that was exported, in one change", async () => {
  const from = await exported();
  const made = await target(from);
  const { changed, serial, report } = (await made.json("import-data all.zip")) as Record<string, unknown>;
  expect({ changed, serial, report }).toEqual({
    changed: true,
    serial: 4,
    report: [
      ["addin", "Runbook", "created", 0],
      ["category", "IT", "created", 0],
      ["category", "Trading", "created", 0],
      ["category", "Empty", "created", 0],
      ["room", "Help Desk", "created", 0],
      ["room", "Network", "created", 0],
      ["message", "Help Desk", "added", 2],
    ].map(([kind, name, action, messages]) => ({
      kind,
      identity: `new.litwareinc.com\\${name}`,
      action,
      properties: [],
      messages,
    })),
  });
  expect(await objectsOf(made)).toEqual(await objectsOf(from));
  expect((await made.pchat("test-store")).exitCode).toBe(0);
});

test("can be taken back, all but the messages, which the rooms have again when they are back", async () => {
  const made = await target(await exported());
  await made.pchat("import-data all.zip");
  const { exitCode, stderr } = await made.pchat("undo-change --last --yes -o none");
  expect({
    exitCode,
    warned: stderr.includes("warning: the messages that change 4 added stay where they are\n"),
  }).toEqual({
    exitCode: 0,
    warned: true,
  });
  expect(await made.json("get-room")).toEqual([]);
  await made.pchat("undo-change --last --yes");
  expect(await made.json("get-message --fields text")).toEqual([{ text: "***" }, { text: "two\nlines" }]);
});

test("again there is nothing to do", async () => {
  const from = await exported();
  const made = await target(from);
  await made.pchat("import-data all.zip");
  expect(await tried(made, "import-data all.zip -o none")).toMatchObject({ exitCode: 0, wrote: false });
  expect(await tried(from, "import-data all.zip -o none")).toMatchObject({ exitCode: 0, wrote: false });
});

test("what differs is a conflict: listed, and overwritten after a yes", async () => {
  const made = await exported();
  await made.pchat("set-room 'Help Desk' --description changed --remove-members 'Ana Myer'");
  await made.pchat("new-room Later --category IT --members 'Ken Myer'");
  const identity = `${pool}\\Help Desk`;
  const line = "import-data all.zip";
  const env = { NO_COLOR: "1" };
  const { stderr, wrote, exitCode } = await tried(made, line, { answers: [false], env });
  expect({ wrote, exitCode }).toEqual({ wrote: false, exitCode: 6 });
  expect(stderr).toContain(`? overwrite \`${identity}\`, which differs from the archive?\n`);
  const { report } = (await made.json(`${line} --yes --report page.html`)) as {
    report: { action: string; properties: unknown; identity: string }[];
  };
  expect(report.filter(({ action }) => action !== "unchanged")).toEqual([
    { kind: "room", identity, action: "overwritten", properties: ["description", "members"], messages: 0 },
  ]);
  const page = readFileSync(join(made.folder, "page.html"), "utf8");
  expect(
    [...page.matchAll(/<tr><th>(.*)<\/th><td>(.*)<\/td><\/tr>/g)].map(([, name, count]) => [name, count]),
  ).toEqual([
    ["created", "0"],
    ["overwritten", "1"],
    ["unchanged", "5"],
    ["messages added", "0"],
  ]);
  expect(page).toContain(
    `<tr><td>room</td><td>${identity}</td><td>overwritten</td><td>description, members</td><td>0</td></tr>`,
  );
  expect(await made.json("get-room --fields name,description")).toEqual([
    { name: "Help Desk", description: null },
    { name: "Network", description: "Lines and switches" },
    { name: "Later", description: null },
  ]);
});

test("messages that are lacking are added, those that are there are not", async () => {
  const made = await exported();
  await made.pchat("clear-room 'Help Desk' --end-date 2026-01-01T00:00:11Z --yes");
  await made.pchat("send-message 'Help Desk' later --as 'Ken Myer'");
  expect((await made.pchat("import-data all.zip -o none")).stderr).toContain(
    `added 1 message to \`${pool}\\Help Desk\` (serial 14)\n`,
  );
  expect(await made.json("get-message 'Help Desk' --fields id,text,replaced")).toEqual([
    { id: 2, text: "two\nlines", replaced: false },
    { id: 3, text: "later", replaced: false },
    { id: 4, text: "***", replaced: true },
  ]);
});

test("--what-if lists it all, writes a page if asked, and nothing else", async () => {
  const made = await target(await exported());
  const before = made.files();
  const { exitCode, stdout } = await made.pchat("import-data all.zip --what-if --report plan.html -o name");
  const names = ["Runbook", "IT", "Trading", "Empty", "Help Desk", "Network", "Help Desk"];
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: names.map((name) => `new.litwareinc.com\\${name}\n`).join(""),
  });
  const { "plan.html": page, ...after } = made.files();
  expect(after).toEqual(before);
  expect(page).toContain("<title>Persistent Chat import: what would happen</title>");
  expect(page).toContain("<tr><th>created</th><td>6</td></tr>");
  expect(page).toContain("<tr><th>messages added</th><td>2</td></tr>");
});

test("what the rules refuse of people is refused, or listed with --adopt", async () => {
  const from = await exported();
  const made = await target(from);
  await made.pchat("new-category IT --allowed-members 'OU=Finance,DC=litwareinc,DC=com'");
  await made.pchat("set-category IT --description x");
  const damaged = await rewritten(from, (data) => {
    const it = data.categories.find(({ name }) => name === "IT")!;
    return {
      ...data,
      categories: [
        { ...it, allowedMembers: ["OU=Finance,DC=litwareinc,DC=com"], creators: [] },
        ...data.categories.filter((each) => each !== it),
      ],
    };
  });
  cpSync(damaged, join(made.folder, "odd.zip"));
  const refusedRun = await tried(made, "import-data odd.zip --yes");
  expect(refusedRun).toMatchObject({ exitCode: 4, wrote: false });
  expect(refusedRun.stderr).toContain("not in scope of category `new.litwareinc.com\\IT`");
  const { exitCode, stderr } = await made.pchat("import-data odd.zip --yes --adopt -o none");
  expect(exitCode).toBe(0);
  expect(stderr).toContain("warning: not in scope of category `new.litwareinc.com\\IT`");
  expect(await made.json("get-room 'Help Desk' --fields members")).toEqual([
    { members: ["sip:kenmyer@litwareinc.com", "sip:anamyer@litwareinc.com"] },
  ]);
});

interface Data {
  readonly categories: readonly Record<string, unknown>[];
  readonly rooms: readonly Record<string, unknown>[];
  readonly messages: readonly unknown[];
}

/** The archive with another pchat-data.json and no messages. Returns its path. */
async function rewritten(from: Bench, change: (data: Data) => unknown): Promise<string> {
  const { openZip } = await import("../../src/archive/read-zip.ts");
  const zip = await openZip(join(from.folder, "all.zip"), "all.zip");
  const text = Buffer.concat([...zip.bytes("pchat-data.json")]).toString();
  const data = { ...(JSON.parse(text) as Data), messages: [] };
  zip.close();
  const path = join(from.folder, "rewritten.zip");
  const file = { name: "pchat-data.json", text: [JSON.stringify(change(data))] };
  await writeZip(path, [file], { time });
  return path;
}

test("principals that the directory does not know are named, and kept with --adopt", async () => {
  const from = await exported();
  const path = await rewritten(from, (data) => ({
    ...data,
    rooms: data.rooms.map((room) => ({
      ...room,
      members: [...(room["members"] as string[]), "sip:gone@litwareinc.com"],
    })),
  }));
  const made = await target(from);
  cpSync(path, join(made.folder, "gone.zip"));
  expect(await tried(made, "import-data gone.zip")).toEqual(
    refused(
      3,
      "error: the directory does not know `sip:gone@litwareinc.com` (members of `Help Desk`), `sip:gone@litwareinc.com` (members of `Network`)\nhint: import a newer directory, or go on without them with --adopt, which lists each\n",
    ),
  );
  const { exitCode, stderr } = await made.pchat("import-data gone.zip --adopt -o none");
  expect(exitCode).toBe(0);
  expect(stderr).toContain(
    "warning: the directory has no usable `sip:gone@litwareinc.com`, which stays in the members of `Network`\n",
  );
  expect(await made.json("get-room Network --fields members")).toEqual([
    { members: ["sip:anamyer@litwareinc.com", "sip:gone@litwareinc.com"] },
  ]);
});

test.each([
  ["a wrong choice", { type: "Round" }, 2, "type of `Help Desk` takes `Normal` or `Auditorium`, not `Round`"],
  ["no text", { description: { a: 1 } }, 2, "description of `Help Desk` is no value of such a property"],
  ["no list", { members: "sip:a@b" }, 2, "members of `Help Desk` is no list of principals"],
  ["a category that is not there", { category: "Nothing" }, 3, "there is no category `Nothing`"],
  ["a category's name", { name: "IT" }, 4, undefined],
  ["a name with a backslash", { name: "a\\b" }, 2, undefined],
])("%s in the archive refuses all of it", async (_, fields, exitCode, message) => {
  const from = await exported();
  const path = await rewritten(from, (data) => ({
    ...data,
    rooms: data.rooms.map((room, at) => (at === 0 ? { ...room, ...fields } : room)),
  }));
  const made = await target(from);
  cpSync(path, join(made.folder, "bad.zip"));
  const run = await tried(made, "import-data bad.zip --adopt --yes");
  expect({ ...run, stderr: run.stderr.split("\n")[0] }).toEqual({
    exitCode,
    stdout: "",
    wrote: false,
    stderr: message === undefined ? expect.stringMatching(/^error: /) : `error: ${message}`,
  });
});

test("messages alone need their rooms", async () => {
  const from = await exported();
  await from.pchat("export-data all.zip --level Content --force");
  const made = await target(from);
  expect(await tried(made, "import-data all.zip")).toEqual(
    refused(
      3,
      "error: the archive has messages of a room that is not there: `Help Desk`\nhint: import an export that holds the rooms too (level All), or make them first\n",
    ),
  );
});

/** A zip as far as the product's own layout is known. */
async function productZip(made: Bench): Promise<void> {
  const files = {
    "AdUsers.xml":
      '<Pool><AdUsers><User principalId="7" UserPrincipalName="kenmyer@litwareinc.com"/><User><principalId>8</principalId><UserPrincipalName>anamyer@litwareinc.com</UserPrincipalName></User></AdUsers></Pool>',
    "AdGroups.xml": '<Pool><AdGroups><Group principalId="9"/></AdGroups></Pool>',
    "ChatRooms.xml":
      '<Pool><ChatRooms><ChatRoom isDisabled="true"><Name>R &amp; D</Name><Desc><![CDATA[<labs>]]></Desc><Roles><Principal id="7" isManager="1" isMember="0" isCreator="0"/><Principal id="8" isManager="0" isMember="1" isCreator="1"/><Principal id="9" isManager="0" isMember="1" isCreator="0"/></Roles></ChatRoom><ChatRoom isDisabled="false"><Name>Plain</Name><Roles/></ChatRoom></ChatRooms></Pool>',
  };
  const list = Object.entries(files).map(([name, text]) => ({ name, text: [text] }));
  await writeZip(join(made.folder, "product.zip"), list, { time });
}

test("a zip of the product gives the rooms with members and managers, as far as it can be told", async () => {
  const made = await deployed();
  await productZip(made);
  expect(await tried(made, "import-data product.zip")).toEqual(
    refused(
      2,
      "error: the archive does not say the category of `R & D`, `Plain`\nhint: name the category for them with --category\n",
    ),
  );
  expect(await tried(made, "import-data product.zip --category IT")).toMatchObject({
    exitCode: 3,
    wrote: false,
  });
  const { exitCode, stderr } = await made.pchat("import-data product.zip --category IT --adopt -o none");
  expect(exitCode).toBe(0);
  expect(stderr).toContain(
    "warning: the directory has no `guid:9`, which is left out of the members of `R & D`\n",
  );
  expect(
    await made.json("get-room --filter 'R*' --fields name,description,disabled,category,members,managers"),
  ).toEqual([
    {
      name: "R & D",
      description: "<labs>",
      disabled: true,
      category: "IT",
      members: ["sip:anamyer@litwareinc.com"],
      managers: ["sip:kenmyer@litwareinc.com"],
    },
  ]);
});

test.each([
  ["nothing.zip", 3, "there is no file `nothing.zip`"],
  ["pchat.json", 2, undefined],
])("%s is no export", async (file, exitCode, message) => {
  const made = await deployed();
  const run = await tried(made, `import-data ${file}`);
  expect(run).toEqual(
    refused(
      exitCode,
      message === undefined
        ? expect.stringMatching(/^error: `pchat.json` is not an export/)
        : `error: ${message}\n`,
    ),
  );
});

test("an archive that was damaged anywhere is refused, or holds what it held", async () => {
  const from = await exported();
  const made = await target(from);
  const whole = readFileSync(join(from.folder, "all.zip"));
  const before = made.files();
  for (let at = 0; at < whole.length; at += 37) {
    const damaged = Buffer.from(whole);
    damaged[at] = damaged[at]! ^ 0x55;
    writeFileSync(join(made.folder, "all.zip"), damaged);
    const { exitCode, stderr } = await made.pchat("import-data all.zip --what-if -o none");
    if (exitCode !== 0)
      expect({ at, exitCode, stderr }).toEqual({
        at,
        exitCode: 2,
        stderr: expect.stringContaining("is not an export"),
      });
  }
  writeFileSync(join(made.folder, "all.zip"), whole);
  expect(made.files()).toEqual(before);
});

test.each(["pchat-data.json", "messages/1.ndjson"])(
  "where %s is damaged, nothing is written",
  async (name) => {
    const from = await exported();
    const made = await target(from);
    const bytes = readFileSync(join(from.folder, "all.zip"));
    // The checksum in the table of contents, which tells the damage that nothing else does.
    const entry = bytes.lastIndexOf(name) - 46;
    bytes.writeUInt32LE(bytes.readUInt32LE(entry + 16) ^ 1, entry + 16);
    writeFileSync(join(made.folder, "all.zip"), bytes);
    expect(await tried(made, "import-data all.zip --yes")).toEqual(
      refused(
        2,
        `error: \`all.zip\` is not an export: ${name} is damaged\nhint: name a whole zip that export-data or Export-CsPersistentChatData wrote\n`,
      ),
    );
  },
);

test("a user may not import, nor see what it would do", async () => {
  const made = await target(await exported());
  expect(await tried(made, "import-data all.zip --as 'Ken Myer'")).toMatchObject({
    exitCode: 4,
    wrote: false,
  });
});

test("into a pool that is not there says how to make it", async () => {
  const made = await deployed();
  await made.pchat("export-data a.zip");
  const { exitCode, stderr } = await tried(made, "import-data a.zip --pool new.litwareinc.com");
  expect({ exitCode, hint: stderr.split("\n").at(-2) }).toEqual({
    exitCode: 3,
    hint: "hint: if it was deployed, name it first with: pchat new-pool new.litwareinc.com",
  });
});
