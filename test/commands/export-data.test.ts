import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { filesOf } from "../../src/archive/layout.ts";
import { openZip } from "../../src/archive/read-zip.ts";
import type { ExportedPrincipal, ExportedPrincipals } from "../../src/core/export-data.ts";
import { renderJsonDocument } from "../../src/output/json.ts";
import { type Bench, bench } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";
import { refused, tried } from "../support/tried.ts";

const note = (files: string): string =>
  `the product's own layout has no known place for part of this: it is in ${files} of the same zip, which import-data reads\n`;

/** The deployment with two messages in Help Desk, at seconds 11 and 12, and an odd description. */
async function talked(): Promise<Bench> {
  const made = await deployed();
  await made.pchat("send-message 'Help Desk' 'Printers are <down>' --as 'Ken Myer'");
  await made.pchat("send-message 'Help Desk' - --as 'Ken Myer'", { stdin: "two\nlines" });
  const { exitCode } = await made.run(["set-room", "Network", "--description", 'a < b & "c" \uFFFE']);
  expect(exitCode).toBe(0);
  return made;
}

/** The texts of all files in a zip. */
async function unzipped(made: Bench, file: string): Promise<Record<string, string>> {
  const zip = await openZip(join(made.folder, file), file);
  const texts = Object.fromEntries(
    zip.names.map((name) => [name, Buffer.concat([...zip.bytes(name)]).toString()]),
  );
  zip.close();
  return texts;
}

test("writes the known files of the product's layout, and the rest beside them", async () => {
  const made = await talked();
  expect(
    await tried(
      made,
      "export-data all.zip --fields file,pool,level,principals,addins,categories,rooms,messages -o csv",
    ),
  ).toEqual({
    exitCode: 0,
    stdout:
      "file,pool,level,principals,addins,categories,rooms,messages\nall.zip,pchat.litwareinc.com,All,13,1,3,2,2\n",
    stderr: note("pchat-data.json and messages/"),
    wrote: true,
  });
  expect(statSync(join(made.folder, "all.zip")).mode & 0o777).toBe(0o600);
  const {
    "pchat-data.json": extra,
    "ChatRooms.xml": rooms,
    "AdUsers.xml": users,
    ...others
  } = await unzipped(made, "all.zip");
  const declaration = '<?xml version="1.0" encoding="utf-8"?>\n';
  const data = JSON.parse(extra!) as { principals: { id: number; principal: string }[]; messages: unknown };
  const id = (principal: string): number => data.principals.find((each) => each.principal === principal)!.id;
  const [ken, ana] = [id("sip:kenmyer@litwareinc.com"), id("sip:anamyer@litwareinc.com")];
  expect(rooms).toBe(
    `${declaration}<Pool><ChatRooms><ChatRoom isDisabled="false"><Name>Help Desk</Name><Roles><Principal id="${ken}" isManager="1" isMember="1" isCreator="0"/><Principal id="${ana}" isManager="0" isMember="1" isCreator="0"/></Roles></ChatRoom><ChatRoom isDisabled="false"><Name>Network</Name><Desc>a &lt; b &amp; &quot;c&quot; \ufffd</Desc><Roles><Principal id="${ana}" isManager="1" isMember="1" isCreator="0"/></Roles></ChatRoom></ChatRooms></Pool>\n`,
  );
  expect(users).toBe(
    `${declaration}<Pool><AdUsers><User principalId="${ken}" UserPrincipalName="kenmyer@litwareinc.com"/><User principalId="${ana}" UserPrincipalName="anamyer@litwareinc.com"/></AdUsers></Pool>\n`,
  );
  const managers = id("CN=Room Managers,OU=IT,DC=litwareinc,DC=com");
  expect(others["AdGroups.xml"]).toContain(`<Group principalId="${managers}"/>`);
  expect(others["AdAffiliations.xml"]).toMatch(
    new RegExp(`<User id="${ken}"><Groups>.*<Group id="${managers}"/>.*</Groups></User>`),
  );
  expect(data.messages).toEqual([{ room: "Help Desk", file: "messages/1.ndjson" }]);
  expect(
    others["messages/1.ndjson"]
      ?.trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([
    {
      id: 1,
      time: "2026-01-01T00:00:11.000Z",
      author: "sip:kenmyer@litwareinc.com",
      text: "Printers are <down>",
    },
    { id: 2, time: "2026-01-01T00:00:12.000Z", author: "sip:kenmyer@litwareinc.com", text: "two\nlines" },
  ]);
  expect(Object.keys(others).sort()).toEqual(["AdAffiliations.xml", "AdGroups.xml", "messages/1.ndjson"]);
});

test.each([
  ["--level User", "0,0,0,0", []],
  ["--level Category", "0,3,0,0", []],
  ["--level RoomDirectory", "1,3,2,0", []],
  ["--level RoomDirectory --start-date 2026-01-01", "1,3,2,2", ["messages/1.ndjson"]],
  ["--level Content", "0,0,0,2", ["messages/1.ndjson"]],
  ["--scope Trading", "0,1,0,0", []],
  ["--scope it --scope Trading", "1,2,2,2", ["messages/1.ndjson"]],
  ["--start-date 2026-01-01T00:00:12Z", "1,3,2,1", ["messages/1.ndjson"]],
  ["--start-date 2026-01-02", "1,3,2,0", []],
])("export-data %s", async (options, counts, messageFiles) => {
  const made = await talked();
  const line = `export-data out.zip ${options} --fields addins,categories,rooms,messages -o csv`;
  expect((await made.pchat(line)).stdout.split("\n")[1]).toBe(counts);
  const files = await unzipped(made, "out.zip");
  expect(Object.keys(files).filter((name) => name.startsWith("messages/"))).toEqual(messageFiles);
});

test("disables what it exported, after a yes", async () => {
  const made = await talked();
  expect(await tried(made, "export-data out.zip --disable-exported-nodes")).toEqual(
    refused(
      6,
      "error: `export-data` needs a yes: disable 2 rooms after the export?\nhint: answer yes beforehand with --yes, or see what would happen with --what-if\n",
    ),
  );
  await made.pchat("export-data out.zip --disable-exported-nodes --yes");
  expect(await made.json("get-room --disabled true --fields name")).toEqual([
    { name: "Help Desk" },
    { name: "Network" },
  ]);
  const { "ChatRooms.xml": rooms } = await unzipped(made, "out.zip");
  expect(rooms).not.toContain('isDisabled="true"');
  expect(await made.json("get-history --result-size 1 --fields command")).toEqual([
    { command: "export-data out.zip --disable-exported-nodes --yes" },
  ]);
});

test("a page tells what was written", async () => {
  const made = await talked();
  writeFileSync(join(made.folder, "out.html"), "of yesterday");
  await made.pchat(
    "Export-CsPersistentChatData --db-instance 'sql.litwareinc.com\\rtc' --file-name out.zip --report out.html",
  );
  const page = readFileSync(join(made.folder, "out.html"), "utf8");
  expect(page).toContain("<tr><th>pool</th><td>pchat.litwareinc.com</td></tr>");
  expect(page).toContain("<tr><td>Help Desk</td><td>2</td></tr>");
});

test("where nothing is deployed, an empty export is success", async () => {
  const made = bench();
  await made.pchat("new-store");
  expect(await tried(made, "export-data out.zip -o name")).toEqual({
    exitCode: 0,
    stdout: "out.zip\n",
    stderr: "nothing is deployed, so the export is empty\n",
    wrote: true,
  });
  expect((await unzipped(made, "out.zip"))["ChatRooms.xml"]).toContain("<Pool><ChatRooms/></Pool>");
});

test("of several pools one must be named", async () => {
  const made = await talked();
  await made.pchat("new-pool pchat2.litwareinc.com");
  expect(await made.pchat("export-data out.zip")).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("there are 2 pools, and none was named"),
  });
  expect((await made.pchat("export-data out.zip --pool pchat2.litwareinc.com -o name")).exitCode).toBe(0);
});

test("--what-if counts, and writes nothing", async () => {
  const made = await talked();
  expect(
    await tried(made, "export-data out.zip --report out.html --what-if -o name --disable-exported-nodes"),
  ).toEqual({
    exitCode: 0,
    stdout: "out.zip\n",
    stderr: "would write `out.zip` (nothing was written)\n",
    wrote: false,
  });
});

test.each([
  [
    "export-data",
    2,
    "error: `export-data` takes a file, as a word or with `--file-name`\nhint: for example pchat.zip\n",
  ],
  ["export-data a.zip --file-name b.zip", 2, undefined],
  [
    "export-data a.zip --level user --start-date 2026-01-01",
    2,
    "error: `--start-date` is for messages, which level `User` has none of\n",
  ],
  ["export-data a.zip --start-date 1/2/2026", 2, undefined],
  ["export-data a.zip --scope Nothing", 3, undefined],
  [
    "export-data nowhere/a.zip",
    3,
    "error: there is no folder for `nowhere/a.zip`\nhint: make the folder first, or name another\n",
  ],
  [
    "export-data pchat.json --force",
    2,
    "error: `pchat.json` belongs to the store itself\nhint: name another file\n",
  ],
  ["export-data a.zip --as 'Ken Myer'", 4, undefined],
])("%s is refused", async (line, exitCode, stderr) => {
  const made = await talked();
  expect(await tried(made, line)).toEqual(refused(exitCode, stderr ?? expect.stringMatching(/^error: /)));
});

test("a file is replaced only when told to, and nothing is left over", async () => {
  const made = await talked();
  mkdirSync(join(made.folder, "out"));
  writeFileSync(join(made.folder, "out/a.zip"), "mine");
  expect((await made.pchat("export-data out/a.zip")).exitCode).toBe(4);
  expect(readFileSync(join(made.folder, "out/a.zip"), "utf8")).toBe("mine");
  expect((await made.pchat("export-data out/a.zip --force")).exitCode).toBe(0);
  expect(readdirSync(join(made.folder, "out"))).toEqual(["a.zip"]);
  expect((await made.pchat("export-data out --force")).exitCode).toBe(1);
  expect(existsSync(join(made.folder, "out"))).toBe(true);
});

test("damaged messages stop the export, and leave no half of it", async () => {
  const made = await talked();
  const file = join(made.folder, "pchat.messages/11.ndjson");
  writeFileSync(file, readFileSync(file, "utf8").replace('"id":2', '"id":two'));
  expect(await tried(made, "export-data a.zip")).toMatchObject({ exitCode: 5, wrote: false });
});

test("more people than one call takes arguments are written", () => {
  function* everybody(kind?: string): Generator<ExportedPrincipal> {
    if (kind !== undefined && kind !== "user") return;
    for (let at = 0; at < 200_000; at++) {
      const principal = `sip:user${at}@contoso.com`;
      yield { id: at + 1, principal, kind: "user", userPrincipalName: null, memberOf: [] };
    }
  }
  const principals: ExportedPrincipals = {
    count: 200_000,
    numberOf: () => undefined,
    ofKind: (kind) => ({ [Symbol.iterator]: () => everybody(kind) }),
    [Symbol.iterator]: () => everybody(),
  };
  const data = {
    pool: null,
    level: "User",
    scope: null,
    startDate: null,
    principals,
    addins: [],
    categories: [],
  } as const;
  const files = [...filesOf({ ...data, rooms: [] }, [], renderJsonDocument)];
  const lengths = files.map(({ name, text }) => {
    const whole = [...text].join("");
    return [name, whole.split(/principalId=|<User id=|"principal": /).length - 1];
  });
  expect(lengths).toEqual([
    ["AdUsers.xml", 200_000],
    ["AdGroups.xml", 0],
    ["AdAffiliations.xml", 200_000],
    ["ChatRooms.xml", 0],
    ["pchat-data.json", 200_000],
  ]);
});
