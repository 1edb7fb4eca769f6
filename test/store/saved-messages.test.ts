import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { JsonStore } from "../../src/store/json-store.ts";
import {
  addRoom,
  author,
  beside,
  fileOf,
  makeFolder,
  makeStore,
  openAt,
  refusal,
  room,
} from "./store-fixture.ts";

const time = (at: number): string => new Date(Date.UTC(2026, 2, 1, 12, 0, at)).toISOString();
const desk = 3;
const by = author({ command: "restore-store" });

async function post(store: JsonStore, at: number, text = `number ${at}`, inRoom = desk): Promise<void> {
  const message = { time: time(at), author: "sip:ana@contoso.com", text };
  await store.post(() => ({ message: { room: inRoom, message }, value: 0 }));
}

const texts = async (store: JsonStore, inRoom = desk): Promise<string[]> =>
  [...(await store.read()).content.messages(inRoom)].map(({ id, text }) => `${id} ${text}`);

/** Removes the messages of a room that have these numbers, and replaces others. */
const rewrite = (store: JsonStore, removed: readonly number[], replaced: readonly number[] = []) =>
  store.update(author(), ({ nextId }) => ({
    change: {
      writes: [],
      nextId,
      content: [
        {
          roomId: desk,
          room: "Desk",
          edit: (message) =>
            removed.includes(message.id)
              ? undefined
              : replaced.includes(message.id)
                ? { ...message, text: "***", replaced: true }
                : message,
        },
      ],
    },
    value: 0,
  }));

/** A store with three messages in a room and one in a room that was removed since, and a backup of it. */
async function makeSaved() {
  const { path, store } = await makeStore();
  for (const at of [1, 2, 3]) await post(store, at, at === 3 ? '{"pchatMessages":1,\n"x"' : undefined);
  await store.update(author(), addRoom("Gone"));
  await post(store, 4, "elsewhere", 4);
  await store.update(author(), ({ nextId }) => ({
    change: { writes: [{ collection: "rooms", id: 4, before: room(4, "Gone") }], nextId },
    value: 0,
  }));
  const backup = join(makeFolder(), "pchat.backup");
  const head = await store.backup(backup, { force: false });
  return { path, store, backup, head };
}

/** Each file of messages, whatever number its next message gets. */
const folderOf = (path: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(beside(path, ".messages"))
      .sort()
      .map((name) => [name, readFileSync(join(beside(path, ".messages"), name), "utf8")] as const)
      .map(([name, text]) => [name, text.replace(/"nextId":\d+/, "")]),
  );

describe("a backup", () => {
  test("holds the messages, and makes the same files where there is no store", async () => {
    const { path, backup, head } = await makeSaved();
    expect({ ...head, sizeBytes: 0 }).toEqual({
      pchatBackup: 1,
      lineage: fileOf(path)["lineage"],
      serial: 3,
      time: author().time,
      journalLines: 4,
      directoryLines: 0,
      messageFiles: 2,
      sizeBytes: 0,
    });
    expect(statSync(backup).size).toBe(head.sizeBytes);
    const again = join(makeFolder(), "pchat.json");
    await openAt(again).restore(backup, by, { force: false });
    expect(folderOf(again)).toEqual(folderOf(path));
    expect(statSync(beside(again, ".messages")).mode & 0o777).toBe(0o700);
    expect((await openAt(again).test()).every(({ ok }) => ok)).toBe(true);
  });

  test("brings back what was removed or replaced, and leaves what was sent since", async () => {
    const { store, backup } = await makeSaved();
    const before = await texts(store);
    await rewrite(store, [1], [2]);
    await post(store, 5, "since");
    expect(await store.restore(backup, by, { force: false })).toEqual({
      serial: 5,
      backupSerial: 3,
      changed: true,
      kept: [],
    });
    expect(await texts(store)).toEqual([...before, "4 since"]);
    const facts = [];
    for await (const { serial, content } of store.history()) if (content) facts.push({ serial, content });
    expect(facts.at(-1)).toEqual({
      serial: 5,
      content: [
        {
          roomId: desk,
          room: "pchat.contoso.com\\Desk",
          removed: 0,
          replaced: 1,
          added: 1,
          first: time(1),
          last: time(2),
        },
      ],
    });
    expect(await store.restore(backup, by, { force: false })).toMatchObject({ serial: 5, changed: false });
  });

  test("of another store takes the place of its messages, which are kept", async () => {
    const { backup, path: saved } = await makeSaved();
    const { path, store } = await makeStore();
    await post(store, 9, "of this store");
    const before = folderOf(path);
    const { kept } = await store.restore(backup, by, { force: true });
    expect(kept.map((name) => name.slice(name.indexOf("kept")))).toEqual([
      "kept-20260301T100000Z.json",
      "kept-20260301T100000Z.journal.ndjson",
      "kept-20260301T100000Z.messages",
    ]);
    expect(folderOf(path)).toEqual(folderOf(saved));
    expect(folderOf(kept[2]!.replace(/\.messages$/, ".json"))).toEqual(before);
    expect((await openAt(path).test()).every(({ ok }) => ok)).toBe(true);
  });

  test("that lost messages is not taken", async () => {
    const { backup } = await makeSaved();
    const text = readFileSync(backup, "utf8");
    const target = join(makeFolder(), "pchat.json");
    for (const damaged of [
      text.replace("number 2", "number 3"),
      text.replace(/^.*"number 2".*\n/m, ""),
      text.replace(/^\{"pchatMessages".*\n/m, ""),
      text.slice(0, -1),
      text.slice(0, text.length / 2),
      "",
    ]) {
      writeFileSync(backup, damaged);
      expect(await refusal(() => openAt(target).restore(backup, by, { force: true }))).toMatchObject({
        code: "invalid-file",
      });
    }
    expect(readdirSync(join(target, ".."))).toEqual([]);
  });

  test("is not written among the messages", async () => {
    const { path, store } = await makeSaved();
    const target = join(beside(path, ".messages"), "3.ndjson");
    expect(await refusal(() => store.backup(target, { force: true }))).toMatchObject({
      code: "invalid-value",
    });
  });
});

describe("a repair", () => {
  const file = (path: string): string => join(beside(path, ".messages"), "3.ndjson");

  test("keeps of a damaged file what can be read, and the file under another name", async () => {
    const { path, store } = await makeSaved();
    const whole = readFileSync(file(path), "utf8");
    const damaged = whole.replace('"id":2,', '"id":two,');
    writeFileSync(file(path), damaged);
    const { problem, candidates } = await store.planRepair();
    expect(problem).toBe(`\`${file(path)}\`: line 3 is not a message`);
    expect(candidates[0]).toMatchObject({ from: "file", serial: 3 });
    const repaired = await store.repair(by);
    expect(repaired).toMatchObject({
      from: "file",
      serial: 3,
      kept: [expect.stringMatching(/3\.kept-.*\.ndjson$/)],
    });
    expect(readFileSync(repaired!.kept[0]!, "utf8")).toBe(damaged);
    expect(readFileSync(file(path), "utf8")).toBe(
      whole.replace('"nextId":1', '"nextId":4').replace(/^.*"id":2.*\n/m, ""),
    );
    expect(await store.planRepair()).toMatchObject({ problem: null });
    expect((await store.test()).every(({ ok }) => ok)).toBe(true);
  });

  test("writes a first line where it is lost", async () => {
    const { path, store } = await makeSaved();
    const before = await texts(store);
    writeFileSync(file(path), readFileSync(file(path), "utf8").slice(3));
    await store.repair(by);
    expect(await texts(store)).toEqual(before);
  });

  test.each([
    [
      "of another store",
      (path: string) =>
        writeFileSync(path, readFileSync(path, "utf8").replace(/"lineage":"../, '"lineage":"00')),
    ],
    [
      "that is a symbolic link",
      (path: string) => {
        rmSync(path);
        symlinkSync(join(makeFolder(), "elsewhere"), path);
      },
    ],
    [
      "that is a folder",
      (path: string) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
  ])("puts a file %s aside", async (_, damage) => {
    const { path, store } = await makeSaved();
    damage(file(path));
    await store.repair(by);
    expect(await texts(store)).toEqual([]);
    expect(readdirSync(beside(path, ".messages")).sort()).toEqual([
      expect.stringMatching(/^3\.kept-/),
      "4.ndjson",
    ]);
    await post(store, 9, "after");
    expect(await texts(store)).toEqual(["1 after"]);
  });

  test("leaves a rewriting alone that a damaged journal cannot tell of", async () => {
    const { path, store } = await makeSaved();
    const before = await texts(store);
    const pending = join(beside(path, ".messages"), "pending", "token");
    mkdirSync(pending, { recursive: true });
    writeFileSync(join(pending, "3.ndjson"), "");
    writeFileSync(beside(path, ".journal.ndjson"), "no journal\n");
    expect((await store.repair(by, "file"))?.serial).toBe(3);
    expect(await texts(store)).toEqual(before);
    await post(store, 9, "after");
    expect(await texts(store)).toEqual([...before, "4 after"]);
    expect(readdirSync(beside(path, ".messages")).sort()).toEqual(["3.ndjson", "4.ndjson"]);
  });
});
