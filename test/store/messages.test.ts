import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ContentEdit } from "../../src/core/content-change.ts";
import type { Message } from "../../src/core/message.ts";
import type { JsonStore } from "../../src/store/json-store.ts";
import {
  addRoom,
  author,
  beside,
  imageOf,
  makeFolder,
  makeStore,
  openAt,
  refusal,
  room,
} from "./store-fixture.ts";

const time = (at: number): string => new Date(Date.UTC(2026, 2, 1, 12, 0, at)).toISOString();
const desk = 3;

/** Posts a message in a room; returns its number. */
async function post(
  store: JsonStore,
  at: number,
  text = `number ${at}`,
  inRoom = desk,
): Promise<number | undefined> {
  const message = { time: time(at), author: "sip:ana@contoso.com", text };
  return (await store.post(() => ({ message: { room: inRoom, message }, value: 0 }))).id;
}

/** Does something to the messages of rooms, as one change. */
const rewrite = (store: JsonStore, ...content: ContentEdit[]) =>
  store.update(author({ command: "clear-room" }), ({ nextId }) => ({
    change: { writes: [], nextId, content },
    value: 0,
  }));

const edit = (change: (message: Message) => Message | undefined, roomId = desk): ContentEdit => ({
  roomId,
  room: "pchat.contoso.com\\Desk",
  edit: change,
});
const withoutFirst = edit((message) => (message.id === 1 ? undefined : message));

const texts = async (store: JsonStore, inRoom = desk): Promise<string[]> =>
  [...(await store.read()).content.messages(inRoom)].map(({ id, text }) => `${id} ${text}`);

const file = (path: string, id = desk): string => join(beside(path, ".messages"), `${id}.ndjson`);

async function makeTalked() {
  const made = await makeStore();
  for (const at of [1, 2, 3]) await post(made.store, at);
  return made;
}

describe("a message that was posted", () => {
  test("is read again, whatever its text", async () => {
    const { store } = await makeStore();
    const hostile = ["\n", '"}\n{"id":9', "\u0000\u202e\ud800", "€".repeat(200_000)];
    for (const [at, text] of hostile.entries()) expect(await post(store, at, text)).toBe(at + 1);
    expect(await texts(store)).toEqual(hostile.map((text, at) => `${at + 1} ${text}`));
    expect((await store.read()).serial).toBe(1);
  });

  test("is there whole, or not at all, wherever its writer was stopped", async () => {
    const { path, store } = await makeTalked();
    const whole = readFileSync(file(path));
    const lines = [...whole].flatMap((byte, at) => (byte === 0x0a ? [at + 1] : []));
    for (let length = 0; length <= whole.length; length++) {
      writeFileSync(file(path), whole.subarray(0, length));
      const left = Math.max(0, lines.filter((end) => end <= length).length - 1);
      expect(await texts(store)).toEqual([1, 2, 3].slice(0, left).map((at) => `${at} number ${at}`));
      expect((await store.test()).filter(({ ok }) => !ok)).toEqual([]);
      if (length % 7 !== 0) continue;
      expect(await post(store, 9)).toBe(left + 1);
      expect(await texts(store)).toHaveLength(left + 1);
      expect(readFileSync(file(path)).at(-1)).toBe(0x0a);
    }
  });

  test("does not wait for a reader, nor a reader for it", async () => {
    const { store } = await makeTalked();
    const reading = (await store.read()).content.messages(desk)[Symbol.iterator]();
    expect(reading.next().value).toMatchObject({ id: 1 });
    await post(store, 4);
    await rewrite(
      store,
      edit(() => undefined),
    );
    expect([...{ [Symbol.iterator]: () => reading }].map(({ id }) => id)).toEqual([2, 3]);
    expect(await texts(store)).toEqual([]);
  });

  test("is found at the end of a file that is larger than what is read at once", async () => {
    const { store } = await makeStore();
    for (const at of [1, 2, 3]) await post(store, at, "x".repeat(300_000));
    expect(await post(store, 4)).toBe(4);
    await rewrite(
      store,
      edit((message) => (message.id === 4 ? undefined : message)),
    );
    expect(await post(store, 5)).toBe(5);
    expect((await store.read()).content.sizeBytes(desk)).toBe(statSync(file(store.path)).size);
  });
});

describe("a rewriting of messages", () => {
  test("adds, puts back, replaces and removes in one pass, and the journal knows how many", async () => {
    const { store } = await makeTalked();
    const message = (id: number, text: string) => ({ id, time: time(id), author: "sip:b@contoso.com", text });
    await rewrite(
      store,
      edit(({ id }) => (id === 2 ? undefined : message(id, `new ${id}`))),
    );
    expect(await texts(store)).toEqual(["1 new 1", "3 new 3"]);
    await rewrite(store, {
      roomId: desk,
      room: "Desk",
      put: [message(1, "new 1"), message(2, "back"), message(3, "old 3"), message(7, "late")],
      add: [{ time: time(8), author: "sip:c@contoso.com", text: "imported" }],
    });
    expect(await texts(store)).toEqual(["1 new 1", "2 back", "3 old 3", "7 late", "8 imported"]);
    const facts = [];
    for await (const { content = [] } of store.history()) facts.push(...content);
    expect(facts).toEqual([
      {
        roomId: desk,
        room: "pchat.contoso.com\\Desk",
        removed: 1,
        replaced: 2,
        added: 0,
        first: time(1),
        last: time(3),
      },
      { roomId: desk, room: "Desk", removed: 0, replaced: 1, added: 3, first: time(2), last: time(8) },
    ]);
    expect(readdirSync(beside(store.path, ".messages"))).toEqual(["3.ndjson"]);
  });

  const steps = [
    "messages written",
    "temporary file written",
    "journal line written",
    "journal synced",
    "directory in place",
    "file in place",
    "folder synced",
    "messages in place",
  ];

  /** What the folder looks like at each step: what a process that is killed there leaves. */
  async function stopped(): Promise<Map<string, string>> {
    const { path } = await makeTalked();
    await openAt(path).update(author(), addRoom("Other"));
    await post(openAt(path), 1, "elsewhere", 4);
    // An earlier rewriting, which is in its place by now, must not be taken for the one that follows.
    await rewrite(
      openAt(path),
      edit((message) => ({ ...message, replaced: true })),
    );
    const left = new Map<string, string>();
    const checkpoint = (step: string): void => {
      const copy = join(makeFolder(), "copy");
      cpSync(join(path, ".."), copy, { recursive: true });
      left.set(step, join(copy, "pchat.json"));
    };
    await rewrite(
      openAt(path, { checkpoint }),
      withoutFirst,
      edit(() => undefined, 4),
    );
    return left;
  }

  test("is all there or not at all, wherever its writer was stopped, and the next writer tidies", async () => {
    const left = await stopped();
    expect([...left.keys()].filter((step) => step !== "locked")).toEqual(steps);
    for (const [step, path] of left) {
      const store = openAt(path);
      const isKept = steps.indexOf(step) >= steps.indexOf("journal line written");
      const expected = isKept
        ? { serial: 4, desk: ["2 number 2", "3 number 3"], other: [] }
        : { serial: 3, desk: ["1 number 1", "2 number 2", "3 number 3"], other: ["1 elsewhere"] };
      const found = async () => ({
        serial: (await store.read()).serial,
        desk: await texts(store),
        other: await texts(store, 4),
      });
      expect({ step, ...(await found()) }).toEqual({ step, ...expected });
      expect((await store.test()).filter(({ ok }) => !ok)).toEqual([]);
      await post(store, 9, "after");
      expect({ step, ...(await found()) }).toEqual({
        step,
        ...expected,
        desk: [...expected.desk, "4 after"],
      });
      expect(readdirSync(beside(path, ".messages")).sort()).toEqual(["3.ndjson", "4.ndjson"]);
    }
  });

  test("that was not committed is not taken for the next change", async () => {
    const path = (await stopped()).get("temporary file written")!;
    const store = openAt(path);
    await store.update(author(), addRoom("Next"));
    expect((await store.read()).serial).toBe(4);
    expect(await texts(store)).toHaveLength(3);
    // Neither is it where the file was edited by hand, which counts as a change of its own.
    const edited = (await stopped()).get("messages written")!;
    writeFileSync(
      edited,
      readFileSync(edited, "utf8").replace('"description": null', '"description": "by hand"'),
    );
    expect(await texts(openAt(edited))).toHaveLength(3);
    expect(await post(openAt(edited), 9)).toBe(4);
  });

  test("that fails leaves every byte as it was", async () => {
    const { path, store } = await makeTalked();
    const before = imageOf(join(path, ".."));
    const fails = edit(() => {
      throw new Error("in the middle");
    });
    await expect(rewrite(store, withoutFirst, fails)).rejects.toThrow("in the middle");
    const { "pchat.lock": _, ...left } = imageOf(join(path, ".."));
    const { "pchat.lock": __, ...had } = before;
    expect(left).toEqual(had);
  });
});

describe("a file of messages", () => {
  test("stays when its room is removed, and is there again when the removal is undone", async () => {
    const { store } = await makeTalked();
    const removal = (writes: readonly object[]) =>
      store.update(author(), ({ nextId }) => ({ change: { writes: writes as never, nextId }, value: 0 }));
    await removal([{ collection: "rooms", id: desk, before: room(desk, "Desk") }]);
    expect((await store.test()).find(({ part }) => part === "messages")).toEqual({
      part: "messages",
      ok: true,
      detail: "3 (rooms: 0, 1 removed)",
    });
    await removal([{ collection: "rooms", id: desk, after: room(desk, "Desk") }]);
    expect(await texts(store)).toHaveLength(3);
  });

  test("goes when the history forgets its room, and no sooner", async () => {
    const { path, store } = await makeTalked();
    const at = (second: number) => author({ time: `2026-03-01T10:00:0${second}.000Z` });
    await store.update(at(1), addRoom("Other"));
    await post(store, 1, "elsewhere", 4);
    await store.update(at(2), ({ nextId }) => ({
      change: { writes: [{ collection: "rooms", id: desk, before: room(desk, "Desk") }], nextId },
      value: 0,
    }));
    await store.update(at(3), addRoom("Third"));
    await store.compactHistory(author(), at(2).time);
    expect(readdirSync(beside(path, ".messages")).sort()).toEqual(["3.ndjson", "4.ndjson"]);
    await store.compactHistory(author(), at(3).time);
    expect(readdirSync(beside(path, ".messages"))).toEqual(["4.ndjson"]);
    expect(await texts(store, 4)).toEqual(["1 elsewhere"]);
  });

  test("of another history is moved aside for a new room with its id", async () => {
    const { path, store } = await makeTalked();
    renameSync(file(path), file(path, 4));
    writeFileSync(file(path, 4), readFileSync(file(path, 4), "utf8").replace('"room":3', '"room":4'));
    await store.update(author(), addRoom("New"));
    expect(await texts(store, 4)).toEqual([]);
    expect(readdirSync(beside(path, ".messages"))).toEqual([expect.stringMatching(/^4\.kept-.*\.ndjson$/)]);
  });

  const damages: readonly (readonly [string, (text: string) => string, string])[] = [
    [
      "of another store",
      (text) => text.replace(/"lineage":"../, '"lineage":"00'),
      "holds the messages of another store",
    ],
    ["of another room", (text) => text.replace('"room":3', '"room":4'), "holds the messages of another room"],
    [
      "without its first line",
      (text) => text.slice(text.indexOf("\n") + 1),
      "line 1 does not begin a file of messages",
    ],
    ["with a broken line", (text) => text.replace('"id":2,', ""), "line 3 is not a message"],
    [
      "with lines in another order",
      (text) => text.replace('"id":2', '"id":1'),
      "line 3 has a number that is not above the one before",
    ],
  ];

  test.each(damages)("%s is refused, and not touched", async (_, damage, reason) => {
    const { path, store } = await makeTalked();
    writeFileSync(file(path), damage(readFileSync(file(path), "utf8")));
    const before = readFileSync(file(path));
    expect(await refusal(() => texts(store))).toMatchObject({
      code: "store-damaged",
      message: expect.stringContaining(reason),
    });
    expect((await store.test()).find(({ ok }) => !ok)).toEqual({
      part: "messages",
      ok: false,
      detail: expect.stringContaining(reason),
    });
    expect(await refusal(() => rewrite(store, withoutFirst))).toMatchObject({ code: "store-damaged" });
    expect(readFileSync(file(path))).toEqual(before);
    expect(readdirSync(beside(path, ".messages"))).toEqual(["3.ndjson"]);
  });

  test.runIf(process.platform !== "win32")("behind a symbolic link is not followed", async () => {
    const { path, store } = await makeTalked();
    const elsewhere = join(makeFolder(), "elsewhere.ndjson");
    renameSync(file(path), elsewhere);
    symlinkSync(elsewhere, file(path));
    const before = readFileSync(elsewhere);
    expect(await refusal(() => texts(store))).toMatchObject({ code: "read-failed" });
    expect(await refusal(() => post(store, 4))).toMatchObject({ code: "write-failed" });
    expect(readFileSync(elsewhere)).toEqual(before);
  });

  test.runIf(process.platform !== "win32")("in a folder behind a symbolic link is not followed", async () => {
    const { path, store } = await makeTalked();
    const elsewhere = join(makeFolder(), "elsewhere");
    renameSync(beside(path, ".messages"), elsewhere);
    symlinkSync(elsewhere, beside(path, ".messages"));
    const before = imageOf(elsewhere);
    const linked = { code: "store-damaged", message: `\`${beside(path, ".messages")}\` is a symbolic link` };
    expect(await refusal(() => texts(store))).toMatchObject(linked);
    expect(await refusal(() => post(store, 4))).toMatchObject(linked);
    expect(await refusal(() => rewrite(store, withoutFirst))).toMatchObject(linked);
    expect(imageOf(elsewhere)).toEqual(before);
  });

  test("with a folder in its place is refused", async () => {
    const { path, store } = await makeStore();
    mkdirSync(file(path), { recursive: true });
    expect(await refusal(() => texts(store))).toMatchObject({ code: "store-damaged" });
    expect(await refusal(() => post(store, 1))).toMatchObject({ code: "write-failed" });
  });
});
