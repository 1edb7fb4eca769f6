import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Bench, bench, fixtures } from "../support/cli.ts";

const root = "DC=litware,DC=com";

interface Person {
  readonly name: string;
  readonly sip?: string;
  readonly ou?: string;
  readonly more?: readonly string[];
}

const guidOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const entry = (lines: readonly string[]): string => `${lines.join("\n")}\n\n`;
const organizationalUnit = (dn: string, guid: number): string =>
  entry([`dn: ${dn}`, "objectClass: organizationalUnit", `objectGUID: ${guidOf(guid)}`]);

/** An export of one domain: two organizational units under one, and people, known by the order in which they come. */
function exported(people: readonly Person[], { it = "OU=IT", sales = "OU=Sales" } = {}): string {
  return [
    entry([`dn: ${root}`, "objectClass: domainDNS", `objectGUID: ${guidOf(1)}`]),
    organizationalUnit(`${it},${root}`, 2),
    organizationalUnit(`${sales},${root}`, 3),
    ...people.map(({ name, sip = `sip:${name}@litware.com`, ou = it, more = [] }, i) =>
      entry([
        `dn: CN=${name},${ou},${root}`,
        "objectClass: user",
        `objectGUID: ${guidOf(100 + i)}`,
        `sAMAccountName: ${name}`,
        `msRTCSIP-PrimaryUserAddress: ${sip}`,
        "msRTCSIP-UserEnabled: TRUE",
        ...more,
      ]),
    ),
  ].join("");
}

const people: readonly Person[] = [{ name: "ana" }, { name: "bo" }, { name: "cy" }];

/** Writes an export, and imports it. */
async function importing(
  made: Bench,
  text: string | Buffer,
  options = "",
): Promise<ReturnType<Bench["pchat"]>> {
  writeFileSync(join(made.folder, "export.ldif"), text);
  return made.pchat(`import-directory export.ldif ${options}`);
}

/** Like importing; the answer under `-o json`. */
async function answerOf(made: Bench, text: string, options = ""): Promise<Record<string, unknown>> {
  const { exitCode, stdout, stderr } = await importing(made, text, `${options} -o json`);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout) as Record<string, unknown>;
}

async function emptyStore(): Promise<Bench> {
  const made = bench();
  await made.pchat("new-store");
  return made;
}

/** A store with that directory, a category, a room and grants whose lists name its people. */
async function withRoom(text = exported(people)): Promise<Bench> {
  const made = await emptyStore();
  await importing(made, text);
  for (const line of [
    "new-pool pchat.litware.com",
    "new-policy Chat --enable-persistent-chat true",
    "grant-policy ana bo --policy Chat",
    `new-category Desk --allowed-members 'OU=IT,${root}' --denied-members cy --creators bo`,
    "new-room Talk --category Desk --members ana --members bo --managers ana",
  ]) {
    const { exitCode, stderr } = await made.pchat(line);
    if (exitCode !== 0) throw new Error(`${line}: ${stderr}`);
  }
  return made;
}

const listsOf = async (made: Bench): Promise<unknown> => ({
  category: (
    (await made.json("get-category Desk --fields allowedMembers,deniedMembers,creators")) as unknown[]
  )[0],
  room: ((await made.json("get-room Talk --fields members,managers")) as unknown[])[0],
  granted: (await made.pchat("get-user --policy Chat -o name")).stdout.trim().split("\n"),
});

const itemsOf = (answer: Record<string, unknown>): Record<string, readonly [number, string]> =>
  Object.fromEntries(
    (answer["report"] as { item: string; count: number; detail: string }[]).map(({ item, count, detail }) => [
      item,
      [count, detail],
    ]),
  );

describe("the fixtures", () => {
  test("a first import says what was read", async () => {
    const made = await emptyStore();
    const { exitCode, stdout, stderr } = await made.pchat(`import-directory '${fixtures}/litwareinc.ldif'`);
    expect({ exitCode, stdout, first: stderr.split("\n")[0] }).toEqual({
      exitCode: 0,
      stdout: [
        "Item               Count  Detail",
        "─────────────────  ─────  ────────────────────────────────────────────────────────────────────────────",
        "users                164  144 enabled for SIP, 8 not enabled, 12 without an address; 12 disabled in AD",
        "groups                45",
        "containers           118",
        "domains                1  LITWAREINC is taken for litwareinc.com",
        "resources              1  1 computer",
        "referrals ignored      1",
        "",
      ].join("\n"),
      first: "imported the directory (serial 2)",
    });
  });

  test("a second import of the same changes nothing, down to the bytes", async () => {
    const made = await emptyStore();
    await made.pchat(`import-directory '${fixtures}/litwareinc.ldif'`);
    const before = made.files();
    const answer = await made.json(`import-directory '${fixtures}/litwareinc.ldif'`);
    expect(answer).toMatchObject({ changed: false, dryRun: false, serial: 2, changes: [], effects: [] });
    expect(itemsOf(answer)).toMatchObject({
      added: [0, ""],
      changed: [0, ""],
      "renamed or moved": [0, ""],
      gone: [0, ""],
    });
    expect(made.files()).toEqual(before);
  });

  test("ldbsearch's and ldapsearch's export of one domain are the same directory", async () => {
    const [ldb, ldap] = [await emptyStore(), await emptyStore()];
    await ldb.pchat(`import-directory '${fixtures}/litwareinc.ldif'`);
    await ldap.pchat(`import-directory '${fixtures}/litwareinc.ldapsearch.ldif'`);
    const directory = ldb.files()["pchat.directory.json"];
    expect(directory).toBeDefined();
    expect(ldap.files()["pchat.directory.json"]).toBe(directory);
  });

  test("--what-if reads all and keeps nothing", async () => {
    const made = await emptyStore();
    const before = made.files();
    const answer = await made.json(`import-directory '${fixtures}/litwareinc.ldif' --what-if`);
    expect(answer).toMatchObject({ changed: true, dryRun: true, serial: 1 });
    expect(made.files()).toEqual(before);
  });

  test("an export read from stdin", async () => {
    const made = await emptyStore();
    const stdin = readFileSync(join(fixtures, "litwareinc.ldif"), "utf8");
    const { exitCode } = await made.pchat("import-directory - -o none", { stdin });
    expect({ exitCode, user: await made.json("get-user 'Ken Myer' --fields sipAddress") }).toEqual({
      exitCode: 0,
      user: [{ sipAddress: "sip:kenmyer@litwareinc.com" }],
    });
  });
});

describe("what changed since the last export", () => {
  test("added, changed, renamed or moved, and gone are named", async () => {
    const made = await withRoom();
    const after = exported([
      { name: "ana", sip: "sip:ana.lopez@litware.com" },
      { name: "bo", more: ["physicalDeliveryOfficeName: Oslo"] },
      { name: "cy", ou: "OU=Sales" },
      { name: "dee" },
    ]);
    expect(itemsOf(await answerOf(made, after))).toMatchObject({
      users: [4, "4 enabled for SIP, 0 not enabled, 0 without an address; 0 disabled in AD"],
      added: [1, "sip:dee@litware.com"],
      changed: [3, "sip:ana.lopez@litware.com; sip:bo@litware.com; sip:cy@litware.com"],
      "renamed or moved": [
        2,
        "sip:ana@litware.com is now sip:ana.lopez@litware.com; sip:cy@litware.com is now sip:cy@litware.com",
      ],
      gone: [0, ""],
    });
  });

  test("the lists and grants of a renamed user follow in the same transaction", async () => {
    const made = await withRoom();
    const answer = await answerOf(
      made,
      exported([{ name: "ana", sip: "sip:ana.lopez@litware.com" }, { name: "bo" }, { name: "cy" }]),
    );
    expect(answer).toMatchObject({ changed: true, serial: 8, warnings: [] });
    expect(await listsOf(made)).toEqual({
      category: {
        allowedMembers: [`OU=IT,${root}`],
        deniedMembers: ["sip:cy@litware.com"],
        creators: ["sip:bo@litware.com"],
      },
      room: {
        members: ["sip:ana.lopez@litware.com", "sip:bo@litware.com"],
        managers: ["sip:ana.lopez@litware.com"],
      },
      granted: ["sip:ana.lopez@litware.com", "sip:bo@litware.com"],
    });
  });

  test("the lists that name a moved container follow", async () => {
    const made = await withRoom();
    const answer = await answerOf(made, exported(people, { it: "OU=Tech" }));
    expect(answer).toMatchObject({ changed: true, effects: [], warnings: [] });
    expect(await listsOf(made)).toEqual({
      category: {
        allowedMembers: [`OU=Tech,${root}`],
        deniedMembers: ["sip:cy@litware.com"],
        creators: ["sip:bo@litware.com"],
      },
      room: { members: ["sip:ana@litware.com", "sip:bo@litware.com"], managers: ["sip:ana@litware.com"] },
      granted: ["sip:ana@litware.com", "sip:bo@litware.com"],
    });
  });

  test("two users who swap addresses swap places in every list", async () => {
    const made = await withRoom();
    await made.pchat("grant-policy bo --none");
    const answer = await answerOf(
      made,
      exported([
        { name: "ana", sip: "sip:bo@litware.com" },
        { name: "bo", sip: "sip:ana@litware.com" },
        { name: "cy" },
      ]),
    );
    expect(answer).toMatchObject({ changed: true, warnings: [] });
    expect(await listsOf(made)).toEqual({
      category: {
        allowedMembers: [`OU=IT,${root}`],
        deniedMembers: ["sip:cy@litware.com"],
        creators: ["sip:ana@litware.com"],
      },
      room: { members: ["sip:bo@litware.com", "sip:ana@litware.com"], managers: ["sip:bo@litware.com"] },
      granted: ["sip:bo@litware.com"],
    });
  });

  test("both of two users with policies of their own keep theirs when they swap addresses", async () => {
    const made = await withRoom();
    await made.pchat("new-policy Other");
    await made.pchat("grant-policy bo --policy Other");
    await importing(
      made,
      exported([
        { name: "ana", sip: "sip:bo@litware.com" },
        { name: "bo", sip: "sip:ana@litware.com" },
        { name: "cy" },
      ]),
    );
    expect(await made.json("get-user ana bo --fields displayName,sipAddress,policy")).toEqual([
      { displayName: "ana", sipAddress: "sip:bo@litware.com", policy: "Chat" },
      { displayName: "bo", sipAddress: "sip:ana@litware.com", policy: "Other" },
    ]);
  });

  test("an address taken over from a leaver: the old grant goes, the newcomer's follows", async () => {
    const made = await withRoom();
    await made.pchat("new-policy Other");
    await made.pchat("grant-policy bo --policy Other");
    // The second of the export is gone, and the first has the address.
    await importing(made, exported([{ name: "ana", sip: "sip:bo@litware.com" }]));
    expect(await made.json("get-user ana --fields sipAddress,policy")).toEqual([
      { sipAddress: "sip:bo@litware.com", policy: "Chat" },
    ]);
  });

  test("who is gone stays listed, with a warning for each list", async () => {
    const made = await withRoom();
    const { exitCode, stderr } = await importing(made, exported([{ name: "ana" }]));
    expect({ exitCode, warnings: stderr.split("\n").filter((line) => line.startsWith("warning:")) }).toEqual({
      exitCode: 0,
      warnings: [
        "warning: `sip:bo@litware.com` is gone from the directory, and still in the creators of `pchat.litware.com\\Desk`",
        "warning: `sip:bo@litware.com` is gone from the directory, and still in the members of `pchat.litware.com\\Talk`",
        "warning: `sip:cy@litware.com` is gone from the directory, and still in the denied members of `pchat.litware.com\\Desk`",
      ],
    });
    expect(await made.json("get-room Talk --fields members")).toEqual([
      { members: ["sip:ana@litware.com", "sip:bo@litware.com"] },
    ]);
  });
});

describe("a truncated export", () => {
  const many = Array.from({ length: 30 }, (_, i) => ({ name: `user${i}` }));

  test("is refused, and nothing is written", async () => {
    const made = await emptyStore();
    await importing(made, exported(many));
    writeFileSync(join(made.folder, "short.ldif"), exported(many.slice(0, 19)));
    const before = made.files();
    expect(await made.pchat("import-directory short.ldif --yes")).toEqual({
      exitCode: 4,
      stdout: "",
      stderr:
        "error: the export lacks 11 of 30 known users, so it is taken for a truncated one\nhint: export the whole directory again, or take it as it is with --force\n",
    });
    expect(made.files()).toEqual(before);
  });

  test("is taken with --force", async () => {
    const made = await emptyStore();
    await importing(made, exported(many));
    const answer = await answerOf(made, exported(many.slice(0, 19)), "--force");
    expect({ changed: answer["changed"], gone: itemsOf(answer)["gone"]?.[0] }).toEqual({
      changed: true,
      gone: 11,
    });
  });

  test("ten leavers are not", async () => {
    const made = await emptyStore();
    await importing(made, exported(many));
    expect(itemsOf(await answerOf(made, exported(many.slice(0, 20))))["gone"]?.[0]).toBe(10);
  });
});

describe("what cannot be read", () => {
  test("a broken line is named by file, line and entry, and nothing is imported", async () => {
    const made = await emptyStore();
    writeFileSync(join(made.folder, "good.ldif"), exported(people));
    writeFileSync(
      join(made.folder, "bad.ldif"),
      `dn: CN=dee,OU=IT,${root}\nobjectClass: user\nno colon here\n`,
    );
    const before = made.files();
    expect(await made.pchat("import-directory good.ldif bad.ldif")).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: [
        `error: line 3 of \`bad.ldif\`, entry \`CN=dee,OU=IT,${root}\`, has no attribute name and colon`,
        "hint: export entries with `ldifde -f file`, `ldapsearch -LLL` or `ldbsearch`",
        "",
      ].join("\n"),
    });
    expect(made.files()).toEqual(before);
  });

  test.each([
    {
      line: "import-directory nope.ldif",
      exitCode: 3,
      stderr:
        "error: there is no file `nope.ldif`\nhint: name it from the present folder, or with its whole path\n",
    },
    {
      line: "import-directory good.ldif --netbios LITWARE",
      exitCode: 2,
      stderr:
        "error: `--netbios` takes a name and a domain, not `LITWARE`\nhint: write it as in LITWAREINC=litwareinc.com\n",
    },
    {
      line: "import-directory",
      exitCode: 2,
      stderr:
        "error: `import-directory` needs at least one <file>\nhint: file: LDIF files of ldifde, ldapsearch or ldbsearch, read as one set; - reads stdin; see: pchat import-directory --help\n",
    },
  ])("refuses $line, and imports nothing", async ({ line, exitCode, stderr }) => {
    const made = await emptyStore();
    writeFileSync(join(made.folder, "good.ldif"), exported(people));
    const before = made.files();
    expect(await made.pchat(line)).toEqual({ exitCode, stdout: "", stderr });
    expect(made.files()).toEqual(before);
  });
});

describe("options", () => {
  test("without --netbios the logon domain is the first label of the DNS name", async () => {
    const made = await withRoom();
    expect(await made.json("get-user 'LITWARE\\ana' --fields logonName")).toEqual([
      { logonName: "LITWARE\\ana" },
    ]);
  });

  test("--netbios names the logon domain", async () => {
    const made = await emptyStore();
    await importing(made, exported(people), "--netbios LW=litware.com");
    expect(await made.json("get-user 'lw\\ana' --fields logonName")).toEqual([{ logonName: "LW\\ana" }]);
    expect(await made.pchat("get-user 'LITWARE\\ana'")).toMatchObject({ exitCode: 3, stdout: "" });
  });

  test("--site-attribute chooses where the site is read", async () => {
    const made = await emptyStore();
    const text = exported([{ name: "ana", more: ["physicalDeliveryOfficeName: Room 12", "l: Oslo"] }]);
    await importing(made, text);
    expect(await made.json("get-user ana --fields site")).toEqual([{ site: "Room 12" }]);
    await importing(made, text, "--site-attribute L");
    expect(await made.json("get-user ana --fields site")).toEqual([{ site: "Oslo" }]);
  });

  test("--sip-attribute chooses where the SIP address is read", async () => {
    const made = await emptyStore();
    const text = exported([{ name: "ana", more: ["extensionAttribute1: sip:ana@chat.litware.com"] }]);
    await importing(made, text, "--sip-attribute extensionattribute1");
    expect(await made.pchat("get-user ana -o name")).toEqual({
      exitCode: 0,
      stdout: "sip:ana@chat.litware.com\n",
      stderr: "",
    });
  });

  test("several files are one set: a group in one has members in another", async () => {
    const made = await emptyStore();
    writeFileSync(join(made.folder, "people.ldif"), exported(people));
    writeFileSync(
      join(made.folder, "groups.ldif"),
      entry([`dn: CN=Team,OU=IT,${root}`, "objectClass: group", `member: CN=ana,OU=IT,${root}`]),
    );
    const answer = await made.json("import-directory groups.ldif people.ldif");
    expect(answer).toMatchObject({ changed: true, warnings: [] });
    await made.pchat("new-pool pchat.litware.com");
    await made.pchat("new-category Team --allowed-members Team");
    expect(await made.pchat("new-room A --category Team --members ana -o name -q")).toMatchObject({
      exitCode: 0,
    });
    expect(await made.pchat("new-room B --category Team --members bo -o name -q")).toMatchObject({
      exitCode: 4,
    });
  });
});
