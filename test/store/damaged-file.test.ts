import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  addRoom,
  author,
  beside,
  edit,
  imageOf,
  makeStore,
  refusal,
  roomNames,
  textOf,
} from "./store-fixture.ts";

type Change = (text: string) => string | Uint8Array;
const replaced =
  (from: string, to: string): Change =>
  (text) => {
    if (!text.includes(from)) throw new Error(`the store does not hold ${from}`);
    return text.replace(from, to);
  };

/** Damages a store by hand; what reading and writing it say then, and that nothing was written. */
async function damaged(change: Change) {
  const { path, store } = await makeStore();
  writeFileSync(path, change(textOf(path)));
  const before = imageOf(join(path, ".."));
  const { code, message, details } = await refusal(() => store.read());
  const writing = await refusal(() => store.update(author(), addRoom("New")));
  expect(writing).toMatchObject({ code, message });
  expect(imageOf(join(path, ".."))).toEqual(before);
  const { faults } = details as { faults?: { path: string; line: number; reason: string }[] };
  return {
    code,
    message: message.replaceAll(path, "pchat.json"),
    faults: faults?.map((fault) => `${fault.line} ${fault.path} ${fault.reason}`),
  };
}

describe("a text that is no JSON", () => {
  test.each<[string, Change, string]>([
    ["empty", () => "", "line 1, column 1: a value expected, not the end of the file"],
    ["cut off", (text) => text.slice(0, text.indexOf("Desk")), "line 47, column 19: this text does not end"],
    [
      "a missing comma",
      replaced(`"serial": 1,`, `"serial": 1`),
      'line 6, column 3: `,` or `}` expected, not `"`',
    ],
    [
      "a comma too many",
      replaced(`"sites": [],`, `"sites": [,],`),
      "line 9, column 13: a value expected, not `,`",
    ],
    [
      "single quotes",
      replaced(`"settings"`, `'settings'`),
      "line 8, column 3: a key in double quotes expected, not `'`",
    ],
    [
      "a comment",
      replaced(`"sites"`, `// sites\n"sites"`),
      "line 9, column 3: a key in double quotes expected, not `/`",
    ],
    [
      "a number with a zero",
      replaced(`"serial": 1`, `"serial": 01`),
      "line 5, column 13: not a number as JSON writes it",
    ],
    [
      "a bad escape",
      replaced(`"name": "Desk"`, `"name": "De\\sk"`),
      "line 48, column 18: a backslash that begins no escape",
    ],
    [
      "a line break in a text",
      replaced(`"name": "Desk"`, `"name": "De\nsk"`),
      "line 48, column 18: a line break or control character in a text",
    ],
    ["NaN", replaced(`"serial": 1`, `"serial": NaN`), "line 5, column 13: a value expected, not `N`"],
    ["two values", (text) => `${text}{}`, "line 64, column 1: the end of the file expected, not `{`"],
    [
      "nested too deep",
      (text) => text.replace(`"sites": []`, `"sites": ${"[".repeat(200_000)}`),
      "line 9, column 111: nested deeper than 100",
    ],
  ])("%s", async (_, change, place) => {
    expect(await damaged(change)).toMatchObject({
      code: "store-damaged",
      message: `\`pchat.json\` ${place}`,
    });
  });

  test("an unfinished git merge is called by its name", async () => {
    const result = await damaged((text) =>
      text.replace(
        `  "serial": 1,\n`,
        `<<<<<<< HEAD\n  "serial": 1,\n=======\n  "serial": 2,\n>>>>>>> branch\n`,
      ),
    );
    expect(result).toEqual({
      code: "store-damaged",
      message: "`pchat.json` line 5: an unfinished git merge",
      faults: ["5  a mark of an unfinished git merge"],
    });
  });

  test.each([
    ["a lone byte", [0xff], 16],
    ["a character cut off", [0xc3], 16],
    ["a surrogate", [0xed, 0xa0, 0x80], 16],
    ["after other characters", [...Buffer.from("é€"), 0x80], 18],
  ])("not UTF-8: %s", async (_, bytes, column) => {
    const result = await damaged((text) => {
      const at = text.indexOf("Desk", text.indexOf('"name": "Desk"'));
      return Buffer.concat([Buffer.from(text.slice(0, at)), Buffer.from(bytes), Buffer.from(text.slice(at))]);
    });
    expect(result.message).toBe(`\`pchat.json\` line 48, column ${column}: not UTF-8 text`);
  });
});

describe("what JSON.parse would take", () => {
  test.each<[string, Change, string[]]>([
    [
      "a key twice",
      replaced(`"disabled": false,`, `"disabled": false, "disabled": true,`),
      ["51 rooms[0].disabled occurs twice"],
    ],
    [
      "a key twice, spelt in two ways",
      replaced(`"disabled": false,`, `"disabled": false, "\\u0064isabled": true,`),
      ["51 rooms[0].disabled occurs twice"],
    ],
    [
      "a prototype",
      replaced(`"disabled": false,`, `"disabled": false, "__proto__": {"x": 1},`),
      ["51 rooms[0].__proto__ is not a name for a property"],
    ],
    [
      "a whole number beyond 2^53",
      replaced(`"nextId": 4`, `"nextId": 9007199254740993`),
      ["6 nextId is `9007199254740993`, which cannot be kept exactly (beyond 2^53)"],
    ],
    [
      "a number without end",
      replaced(`"nextId": 4`, `"nextId": 1e400`),
      ["6 nextId is `1e400`, which cannot be kept exactly (beyond 2^53)"],
    ],
  ])("%s", async (_, change, faults) => {
    expect(await damaged(change)).toMatchObject({ code: "store-damaged", faults });
  });
});

describe("a store that breaks its rules", () => {
  test.each<[string, Change, string[]]>([
    ["no object", () => "[]", ["1 schemaVersion is missing or no whole number"]],
    ["null", () => "null", ["1 schemaVersion is missing or no whole number"]],
    [
      "no schemaVersion",
      replaced(`  "schemaVersion": 1,\n`, ""),
      ["1 schemaVersion is missing or no whole number"],
    ],
    [
      "a lineage of another kind",
      replaced(`"lineage": "`, `"lineage": "é`),
      [expect.stringContaining("not the identifier of a store")],
    ],
    [
      "a serial below zero",
      replaced(`"serial": 1`, `"serial": -1`),
      ["5 serial is `-1`, not a whole number from 0"],
    ],
    ["a list that is missing", replaced(`"rooms"`, `"room"`), ["1 rooms is missing"]],
    ["a list that is none", replaced(`"sites": []`, `"sites": {}`), ["9 sites is an object, not a list"]],
    [
      "an item that is no object",
      replaced(`"sites": []`, `"sites": [3]`),
      ["9 sites[0] is `3`, not an object"],
    ],
    ["no name", replaced(`      "name": "Desk",\n`, ""), ["45 rooms[0].name is missing"]],
    ["an empty name", replaced(`"name": "Desk"`, `"name": " "`), ["48 rooms[0].name may not be empty"]],
    [
      "a name with a backslash",
      replaced(`"name": "Desk"`, `"name": "De\\\\sk"`),
      [expect.stringContaining("48 rooms[0].name may not hold a backslash")],
    ],
    [
      "a name that is too long",
      replaced(`"name": "Desk"`, `"name": "${"x".repeat(257)}"`),
      ["48 rooms[0].name takes at most 256 characters, not 257"],
    ],
    [
      "a description that is too long",
      replaced(
        `"description": null,\n      "categoryId"`,
        `"description": "${"x".repeat(257)}",\n      "categoryId"`,
      ),
      ["49 rooms[0].description takes at most 256 characters, not 257"],
    ],
    [
      "a number for a text",
      replaced(`"description": null`, `"description": 5`),
      ["32 categories[0].description is `5`, not a text"],
    ],
    [
      "a text for a boolean",
      replaced(`"disabled": false`, `"disabled": "no"`),
      ["51 rooms[0].disabled is `no`, not true or false"],
    ],
    [
      "an unknown choice",
      replaced(`"type": "Normal"`, `"type": "normal"`),
      ["52 rooms[0].type is `normal`, not `Normal` or `Auditorium`"],
    ],
    [
      "people that are no list",
      replaced(`"presenters": []`, `"presenters": "ana"`),
      ["60 rooms[0].presenters is `ana`, not a list"],
    ],
    [
      "a person twice",
      replaced(`"sip:ana@contoso.com"`, `"sip:ana@contoso.com", "SIP:Ana@contoso.com"`),
      ["57 rooms[0].members[1] is `SIP:Ana@contoso.com`, which the list holds already"],
    ],
    [
      "an id that is used already",
      replaced(`"id": 3`, `"id": 2`),
      ["46 rooms[0].id is `2`, which another object has"],
    ],
    [
      "an id that would be given again",
      replaced(`"nextId": 4`, `"nextId": 3`),
      ["46 rooms[0].id is `3`, but `nextId` is `3`"],
    ],
    [
      "a category that is not there",
      replaced(`"categoryId": 2`, `"categoryId": 7`),
      ["50 rooms[0].categoryId is `7`, and no category has that id"],
    ],
    [
      "an add-in that is a category",
      replaced(`"addinId": null`, `"addinId": 2`),
      ["55 rooms[0].addinId is `2`, and no addin has that id"],
    ],
    [
      "an identity of another name",
      replaced(`\\\\Desk"`, `\\\\Dusk"`),
      [
        "47 rooms[0].identity is `pchat.contoso.com\\\\Dusk`, which is not a pool, a backslash and the name `Desk`",
      ],
    ],
    [
      "a pool that is not there",
      replaced(`"fqdn": "pchat.`, `"fqdn": "chat.`),
      [
        "30 categories[0].identity names a pool that is not there: `pchat.contoso.com`",
        "47 rooms[0].identity names a pool that is not there: `pchat.contoso.com`",
      ],
    ],
    [
      "a room named as a category",
      replaced(`\\\\Desk",\n      "name": "Desk"`, `\\\\it",\n      "name": "it"`),
      ["48 rooms[0].name is the name of a category: `pchat.contoso.com\\it`"],
    ],
    [
      "a site that is not there",
      replaced(`"site": null`, `"site": "Rome"`),
      ["15 pools[0].site names a site that is not there: `Rome`"],
    ],
    [
      "a policy of a site that is not there",
      replaced(
        `"policies": []`,
        `"policies": [{"id": 1000, "identity": "site:Rome", "description": null, "enablePersistentChat": true}]`,
      ),
      [
        "22 policies[0].id is `1000`, but `nextId` is `4`",
        "22 policies[0].identity names a site that is not there: `Rome`",
      ],
    ],
    [
      "a pattern that is none",
      replaced(`"settings": []`, `"settings": [{"id": 1000, "requireReason": "["}]`),
      [
        "8 settings[0].id is `1000`, but `nextId` is `4`",
        "8 settings[0].requireReason is `[`, not a regular expression",
      ],
    ],
  ])("%s", async (_, change, faults) => {
    expect(await damaged(change)).toMatchObject({ code: "store-damaged", faults });
  });

  test("is refused with all its faults at once, each with its place", async () => {
    const result = await damaged((text) =>
      text
        .replace(`"type": "Normal"`, `"type": 1`)
        .replace(`"disabled": false`, `"disabled": null`)
        .replace(`"chatHistory": true`, `"chatHistory": 2`),
    );
    expect(result).toEqual({
      code: "store-damaged",
      message:
        "`pchat.json` line 35, column 22: `categories[0].chatHistory` is `2`, not true or false (and 2 more)",
      faults: [
        "35 categories[0].chatHistory is `2`, not true or false",
        "51 rooms[0].disabled is `null`, not true or false",
        "52 rooms[0].type is `1`, not `Normal` or `Auditorium`",
      ],
    });
  });

  test("of a newer schema version is left to the pchat that wrote it", async () => {
    expect(await damaged(replaced(`"schemaVersion": 1`, `"schemaVersion": 2`))).toMatchObject({
      code: "store-damaged",
      message: "`pchat.json` has schemaVersion 2, and this pchat knows up to 1",
    });
  });
});

test("`__proto__` and `constructor` are names like any other", async () => {
  const { path, store } = await makeStore();
  await store.update(author(), addRoom("__proto__"));
  await store.update(author(), addRoom("constructor"));
  edit(path, (text) => text.replace("\n", "\n "));
  expect(roomNames(await store.read())).toEqual(["Desk", "__proto__", "constructor"]);
});

test("a property with a default may be missing", async () => {
  const { path, store } = await makeStore();
  edit(path, (text) => text.replace(`      "disabled": false,\n`, ""));
  expect(await store.read()).toMatchObject({ serial: 1, notices: [] });
  await expect(store.read().then(({ state }) => state.get("rooms", 3)?.disabled)).resolves.toBe(false);
});

describe("in the place of the file", () => {
  test("a folder", async () => {
    const { path, store } = await makeStore();
    rmSync(path);
    mkdirSync(path);
    for (const run of [() => store.read(), () => store.update(author(), addRoom("New"))]) {
      expect(await refusal(run)).toMatchObject({ code: "store-damaged", message: `\`${path}\` is a folder` });
    }
  });

  test("a file of 600 MB", async () => {
    const { path, store } = await makeStore();
    truncateSync(path, 600 * 1024 * 1024);
    const before = imageOf(join(path, ".."));
    for (const run of [() => store.read(), () => store.update(author(), addRoom("New"))]) {
      expect(await refusal(run)).toMatchObject({
        code: "store-damaged",
        message: `\`${path}\` line 64, column 1: the end of the file expected, not \`\0\``,
      });
    }
    expect(imageOf(join(path, ".."))).toEqual(before);
  });

  test("a link that leads in a circle", async () => {
    const { path } = await makeStore();
    rmSync(path);
    symlinkSync("pchat.json", path);
    const { openAt } = await import("./store-fixture.ts");
    expect(await refusal(() => openAt(path))).toMatchObject({ code: "read-failed" });
  });
});

describe("links in the place of pchat's own files are not followed", () => {
  test.each([".journal.ndjson", ".lock"])("%s", async (end) => {
    const { path, store } = await makeStore();
    const elsewhere = join(path, "..", "precious.txt");
    writeFileSync(elsewhere, "precious\n");
    rmSync(beside(path, end));
    symlinkSync(elsewhere, beside(path, end));
    expect(await refusal(() => store.update(author(), addRoom("New")))).toMatchObject({
      message: expect.stringContaining("it is a symbolic link, or its path has too many"),
    });
    expect(textOf(elsewhere)).toBe("precious\n");
  });
});
