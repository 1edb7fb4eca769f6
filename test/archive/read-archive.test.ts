import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { ZipFile } from "yazl";
import { dataArchive } from "../../src/archive/data-archive.ts";
import { ownData } from "../../src/archive/own-data.ts";
import { openZip } from "../../src/archive/read-zip.ts";
import { createPlaces, slices } from "../../src/archive/slices.ts";
import { recordsIn } from "../../src/archive/xml-records.ts";
import type { ImportedData } from "../../src/core/import-data.ts";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "pchat-archive-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

type Files = Readonly<Record<string, string | Buffer>>;

/** A zip of these files, as all.zip in a folder of its own. Returns its path. */
async function zipped(files: Files, compress = true): Promise<string> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(files))
    zip.addBuffer(Buffer.from(content), name, { compress });
  zip.end();
  const path = join(folder(), "all.zip");
  writeFileSync(path, await buffer(zip.outputStream));
  return path;
}

async function opened(files: Files) {
  const zip = await openZip(await zipped(files), "all.zip");
  onTestFinished(() => zip.close());
  return zip;
}

/** What is read of an archive, its rooms and messages gone through twice. */
async function read(path: string) {
  const data = await dataArchive.read(path, "all.zip");
  onTestFinished(() => data.close());
  const streams = ({ rooms, messages }: ImportedData) => ({
    rooms: [...rooms],
    messages: [...messages].map(({ room, messages: list }) => [room, [...list]]),
  });
  const { pool, addins, categories } = data;
  return { pool, addins, categories, first: streams(data), second: streams(data) };
}

/** Texts that hardly can be packed, with characters of one to four bytes, the same each time. */
function* oddTexts(): Generator<string, never> {
  const characters = [
    ...'abcdefghijklmnopqrstuvwxyz0123456789 \\"\n\u00e9\u00df\u20ac\u6f22\u{1f600}\u{1f680}',
  ];
  for (let state = 1, text = ""; ; ) {
    state = (state * 48271) % 2147483647;
    text += characters[state % characters.length];
    if (text.length < 200) continue;
    yield text;
    text = "";
  }
}

const texts = oddTexts();
const rooms = Array.from({ length: 8000 }, (_, at) => ({
  name: `Room ${at}`,
  description: texts.next().value,
  members: at % 2000 === 0 ? Array.from({ length: 3000 }, (_, user) => `sip:user${user}@contoso.com`) : [],
}));
/** What takes several pieces by itself. */
const longText = Array.from({ length: 2000 }, () => texts.next().value).join("");
const message = {
  id: 1,
  time: "2026-01-01T00:00:00.000Z",
  author: "sip:ana@contoso.com",
  text: "good morning",
};
const whole = {
  pchatData: 1,
  pool: "pchat.contoso.com",
  principals: [{ id: 1, principal: "sip:ana@contoso.com" }],
  addins: [{ name: "Runbook" }],
  categories: [{ name: "IT" }],
  rooms,
  messages: [{ room: "Room 1", file: "messages/1.ndjson" }],
};
const messageFile = { "messages/1.ndjson": `${JSON.stringify(message)}\n` };

test.each([
  ["packed", true, undefined, ""],
  ["with line breaks", true, 2, ""],
  ["not packed", false, undefined, ""],
  ["with a byte order mark", true, undefined, "\uFEFF"],
])("an archive of many pieces, %s, holds what was written, as often as it is read", async (...given) => {
  const [, compress, indent, mark] = given;
  const text = mark + JSON.stringify(whole, null, indent);
  const path = await zipped({ "pchat-data.json": text, ...messageFile }, compress);
  // Otherwise nothing would be cut anywhere.
  expect(readFileSync(path).length).toBeGreaterThan(1_300_000);
  const streams = { rooms, messages: [["Room 1", [message]]] };
  const { pool, addins, categories } = whole;
  expect(await read(path)).toEqual({ pool, addins, categories, first: streams, second: streams });
});

test("what comes after the rooms may stand before them", async () => {
  const { pool, addins, categories, messages } = whole;
  const few = rooms.slice(0, 3);
  const text = JSON.stringify({
    messages,
    rooms: few,
    categories,
    addins,
    pool,
    other: [1, null],
    pchatData: 1,
  });
  const streams = { rooms: few, messages: [["Room 1", [message]]] };
  expect(await read(await zipped({ "pchat-data.json": text, ...messageFile }))).toEqual({
    pool,
    addins,
    categories,
    first: streams,
    second: streams,
  });
});

test.each([1, 2, 3, 7, 64])("places are found in pieces of %i bytes", (size) => {
  const bytes = Buffer.from("[alpha, \u00e9\u20ac, , omega]");
  const places = createPlaces();
  for (const part of ["alpha", "\u00e9\u20ac", "", "omega"]) {
    const offset = part === "" ? bytes.indexOf(", omega") : bytes.indexOf(part);
    places.add({ offset, length: Buffer.byteLength(part) });
  }
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );
  const found = (): string[] => Array.from(slices(pieces, places), (slice) => slice.toString());
  expect([found(), found()]).toEqual([
    ["alpha", "\u00e9\u20ac", "", "omega"],
    ["alpha", "\u00e9\u20ac", "", "omega"],
  ]);
});

const refusal = (reason: string) =>
  expect.objectContaining({ code: "invalid-file", message: `\`all.zip\` is not an export: ${reason}` });

const unknown = "pchat-data.json is not one that this version knows";
const small = { ...whole, rooms: rooms.slice(0, 3) };

test.each<[string, string | Buffer, string]>([
  ["another kind of file", "{}", unknown],
  ["a list", "[1, 2]", unknown],
  ["null", "null", unknown],
  ["nothing", "", unknown],
  ["half a file", JSON.stringify(small).slice(0, -100), unknown],
  ["more after its end", `${JSON.stringify(small)}]`, unknown],
  ["rooms twice", JSON.stringify(small).replace('"addins"', '"rooms":[],"addins"'), unknown],
  ["rooms that are no list", JSON.stringify({ ...small, rooms: { 0: { name: "a" } } }), unknown],
  ["no list of messages", JSON.stringify({ ...small, messages: undefined }), unknown],
  ["messages of nothing", JSON.stringify({ ...small, messages: [null] }), unknown],
  ["a later version", JSON.stringify({ ...small, pchatData: 2 }), unknown],
  [
    "other bytes than UTF-8",
    Buffer.from(JSON.stringify({ ...small, pool: "\u00e9" }), "latin1"),
    "pchat-data.json is not UTF-8",
  ],
  [
    "a category without a name",
    JSON.stringify({ ...small, categories: [{ name: 7 }] }),
    "pchat-data.json holds an object without a name",
  ],
  [
    "null as a room",
    JSON.stringify({ ...small, rooms: [...small.rooms, null] }),
    "pchat-data.json holds an object without a name",
  ],
  [
    "messages without their file",
    JSON.stringify({
      ...small,
      messages: [...small.messages, { room: "Room 2", file: "messages/2.ndjson" }],
    }),
    "messages/2.ndjson is missing",
  ],
])("%s is refused", async (_, content, reason) => {
  const path = await zipped({ "pchat-data.json": content, ...messageFile });
  await expect(dataArchive.read(path, "all.zip")).rejects.toEqual(refusal(reason));
});

test("one object may be only so large", async () => {
  const large = [...rooms, { name: "Long", description: longText }];
  const zip = await opened({ "pchat-data.json": JSON.stringify({ ...whole, rooms: large }), ...messageFile });
  expect(() => ownData(zip, 50_000)).toThrow(refusal("pchat-data.json holds an object that is too large"));
  expect([...ownData(zip, longText.length * 2).rooms]).toEqual(large);
});

test("of damage and what comes of it, damage is said", async () => {
  const path = await zipped({ "pchat-data.json": JSON.stringify(whole), ...messageFile }, false);
  const bytes = readFileSync(path);
  for (const [part, changed] of [
    ['"pchatData":1', '"pchatData":2'],
    ['"Room 7999"', '"Room 799,"'],
    ['"rooms":[', '"rooms":{'],
  ] as const) {
    const at = bytes.indexOf(part);
    const damaged = Buffer.from(bytes);
    damaged.write(changed, at);
    writeFileSync(path, damaged);
    await expect(dataArchive.read(path, "all.zip")).rejects.toEqual(refusal("pchat-data.json is damaged"));
  }
});

test.each([
  ["another text of the same length", "{", "["],
  ["another name", "Room 5000", "Room 500x"],
])("rooms are not taken from a file that changed while it was read: %s", async (_, part, changed) => {
  const path = await zipped({ "pchat-data.json": JSON.stringify(whole), ...messageFile }, false);
  const data = await dataArchive.read(path, "all.zip");
  onTestFinished(() => data.close());
  const bytes = readFileSync(path);
  bytes.write(changed, bytes.indexOf(part, bytes.indexOf('"rooms"')));
  writeFileSync(path, bytes);
  expect(() => [...data.rooms]).toThrow(refusal("pchat-data.json is damaged"));
});

test("damaged messages are refused where they are read", async () => {
  const path = await zipped({ "pchat-data.json": JSON.stringify(small), "messages/1.ndjson": "{}\n" });
  const data = await dataArchive.read(path, "all.zip");
  onTestFinished(() => data.close());
  const [first] = data.messages;
  expect(() => [...first!.messages]).toThrow(refusal("line 1 of messages/1.ndjson is no message"));
});

const roomXml = ({ name, description }: { name: string; description: string }): string =>
  `<ChatRoom isDisabled="true"><Name>${name}</Name><Desc><![CDATA[${description}]]></Desc><Roles><Principal id="7" isManager="1" isMember="0"/><Principal id="{8AD4E7A3-0C4C-4A5C-9A3D-2E6C6A0F4F11}" isManager="0" isMember="1"/></Roles></ChatRoom>\n`;
const users = '<Pool><AdUsers><User principalId="7" UserPrincipalName="ana@contoso.com"/></AdUsers></Pool>';
const roomsXml = `<Pool><ChatRooms>\n${rooms.map(roomXml).join("")}</ChatRooms></Pool>`;

test("rooms of the product are read in pieces as well, as often as it is asked for", async () => {
  const path = await zipped({ "AdUsers.xml": users, "ChatRooms.xml": roomsXml });
  expect(readFileSync(path).length).toBeGreaterThan(1_000_000);
  const streams = {
    rooms: rooms.map(({ name, description }) => ({
      name,
      description,
      disabled: true,
      members: ["guid:8ad4e7a3-0c4c-4a5c-9a3d-2e6c6a0f4f11"],
      managers: ["ana@contoso.com"],
    })),
    messages: [],
  };
  expect(await read(path)).toEqual({
    pool: null,
    addins: [],
    categories: [],
    first: streams,
    second: streams,
  });
});

test.each<[string, Files, string]>([
  [
    "a file that ends early",
    { "ChatRooms.xml": "<Pool><ChatRooms>" },
    "ChatRooms.xml: 1:17: unclosed tag: ChatRooms",
  ],
  [
    "users in other bytes than UTF-8",
    { "ChatRooms.xml": roomsXml, "AdUsers.xml": Buffer.from(users.replace("ana", "\u00e9va"), "latin1") },
    "AdUsers.xml is not UTF-8",
  ],
  [
    "half a character at the end",
    { "ChatRooms.xml": Buffer.concat([Buffer.from(roomsXml), Buffer.of(0xe2, 0x82)]) },
    "ChatRooms.xml is not UTF-8",
  ],
  ["users alone", { "AdUsers.xml": users }, "it holds neither pchat-data.json nor ChatRooms.xml"],
])("of the product, %s is refused", async (_, files, reason) => {
  const path = await zipped(files);
  await expect(dataArchive.read(path, "all.zip")).rejects.toEqual(refusal(reason));
});

test("one room of the product may be only so large", async () => {
  const long = `<ChatRoom><Name><![CDATA[${longText}]]></Name></ChatRoom>`;
  const zip = await opened({ "ChatRooms.xml": roomsXml, "Long.xml": `<Pool>${long}${roomsXml}</Pool>` });
  const count = (file: string, largest: number): number =>
    [...recordsIn(zip, file, "ChatRoom", largest)].length;
  expect(count("ChatRooms.xml", 50_000)).toBe(rooms.length);
  expect(count("Long.xml", longText.length * 2)).toBe(rooms.length + 1);
  expect(() => count("Long.xml", 50_000)).toThrow(refusal("Long.xml holds an element that is too large"));
});
