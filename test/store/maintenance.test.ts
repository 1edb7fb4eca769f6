import { copyFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  addRoom,
  author,
  beside,
  contentOf,
  edit,
  fileOf,
  imageOf,
  linesOf,
  makeFolder,
  makeStore,
  namesIn,
  openAt,
  refusal,
  roomNames,
  textOf,
  user,
} from "./store-fixture.ts";

const journalOf = (path: string): string => beside(path, ".journal.ndjson");
const namesBeside = (path: string): string[] => namesIn(join(path, ".."));
const by = author({ command: "repair-store", time: "2026-03-09T08:07:06.000Z" });

const ana = user("ana");

/** A store with a directory and a few changes, at serial 4. */
async function makeUsed(path?: string) {
  const made = await makeStore(path);
  const directory = { content: { entries: [ana] }, date: "2026-03-02T00:00:00.000Z" };
  await made.store.update(author({ time: "2026-03-02T00:00:00.000Z" }), () => ({
    change: { writes: [], nextId: 4, directory },
    value: 0,
  }));
  await made.store.update(author({ time: "2026-03-03T00:00:00.000Z" }), addRoom("A"));
  await made.store.update(author({ time: "2026-03-04T00:00:00.000Z" }), addRoom("B"));
  return made;
}

describe("a test of a store", () => {
  test("says what each part is, and writes nothing", async () => {
    const { path, store } = await makeUsed();
    const before = imageOf(join(path, ".."));
    expect((await store.test()).filter(({ part }) => !part.endsWith("index"))).toEqual([
      { part: "file", ok: true, detail: "serial 4, schemaVersion 1" },
      { part: "journal", ok: true, detail: "serials 0 to 4" },
      { part: "agreement", ok: true, detail: "the file is what the journal says" },
      { part: "directory", ok: true, detail: "1 entries of 2026-03-02T00:00:00.000Z" },
      { part: "messages", ok: true, detail: "none" },
      { part: "lock", ok: true, detail: "free" },
    ]);
    expect(imageOf(join(path, ".."))).toEqual(before);
  });

  test("finds a fault that reading alone would not meet", async () => {
    const { path, store } = await makeUsed();
    edit(journalOf(path), (text) => text.replace(`"name":"Desk"`, `"name":"Dusk"`));
    edit(beside(path, ".directory.json"), (text) =>
      text.replace(`"displayName":"ana"`, `"displayName":"Ana"`),
    );
    expect((await store.read()).serial).toBe(4);
    expect((await store.test()).filter(({ ok }) => !ok)).toEqual([
      {
        part: "journal",
        ok: false,
        detail: `\`${journalOf(path)}\` line 2 does not follow from the line before it: one of the two was changed`,
      },
      {
        part: "directory",
        ok: false,
        detail: `\`${beside(path, ".directory.json")}\`: its entries are not those of its checksum`,
      },
    ]);
  });
});

describe("a backup", () => {
  test("holds everything, and makes the same store where there is none", async () => {
    const { path, store } = await makeUsed();
    const target = join(makeFolder(), "pchat.backup");
    expect(await store.backup(target, { force: false })).toEqual({
      pchatBackup: 1,
      lineage: fileOf(path)["lineage"],
      serial: 4,
      time: author().time,
      journalLines: 5,
      directoryLines: 9,
      sizeBytes: statSync(target).size,
    });
    expect(statSync(target).mode & 0o777).toBe(0o600);
    const again = join(makeFolder(), "pchat.json");
    expect(await openAt(again).restore(target, by, { force: false })).toEqual({
      serial: 4,
      backupSerial: 4,
      changed: true,
      kept: [],
    });
    for (const end of [".json", ".journal.ndjson", ".directory.json"]) {
      expect(textOf(beside(again, end))).toBe(textOf(beside(path, end)));
    }
    expect((await openAt(again).test()).every(({ ok }) => ok)).toBe(true);
    expect(namesBeside(again)).toEqual([
      "pchat.directory.json",
      "pchat.journal.ndjson",
      "pchat.json",
      "pchat.lock",
    ]);
  });

  test("replaces no file, and least of all the store's own", async () => {
    const { path, store } = await makeUsed();
    const target = join(makeFolder(), "pchat.backup");
    writeFileSync(target, "precious");
    expect(await refusal(() => store.backup(target, { force: false }))).toMatchObject({ code: "exists" });
    expect(textOf(target)).toBe("precious");
    for (const own of [path, journalOf(path), beside(path, ".lock")]) {
      expect(await refusal(() => store.backup(own, { force: true }))).toMatchObject({
        code: "invalid-value",
      });
    }
    await store.backup(target, { force: true });
    expect(textOf(target)).not.toBe("precious");
  });

  test("of the same store is restored as a change that can be undone", async () => {
    const { path, store } = await makeUsed();
    const target = join(makeFolder(), "pchat.backup");
    await store.backup(target, { force: false });
    const then = contentOf(await store.read());
    await store.update(author(), addRoom("C"));
    await store.update(author(), ({ nextId, state }) => ({
      change: { writes: [{ collection: "rooms", id: 3, before: state.get("rooms", 3)! }], nextId },
      value: 0,
    }));
    expect(await store.restore(target, by, { force: false })).toEqual({
      serial: 7,
      backupSerial: 4,
      changed: true,
      kept: [],
    });
    const now = await store.read();
    expect([now.serial, now.nextId, contentOf(now)]).toEqual([7, 7, then]);
    expect(roomNames(await store.read({ serial: 6 }))).toEqual(["A", "B", "C"]);
    expect(await store.restore(target, by, { force: false })).toMatchObject({ serial: 7, changed: false });
    expect(fileOf(path)["serial"]).toBe(7);
  });

  test("brings the directory of its time back", async () => {
    const { store } = await makeUsed();
    const target = join(makeFolder(), "pchat.backup");
    await store.backup(target, { force: false });
    await store.update(author(), () => ({
      change: {
        writes: [],
        nextId: 6,
        directory: { content: { entries: [] }, date: "2026-04-01T00:00:00.000Z" },
      },
      value: 0,
    }));
    await store.restore(target, by, { force: false });
    const { directory } = (await store.read()).state;
    expect([directory?.date, [...directory!.all()]]).toEqual(["2026-03-02T00:00:00.000Z", [ana]]);
  });

  test("of another store replaces it only by force, and keeps what it replaces", async () => {
    const { path, store } = await makeUsed();
    const other = await makeStore(join(makeFolder(), "pchat.json"));
    const target = join(makeFolder(), "pchat.backup");
    await other.store.backup(target, { force: false });
    const before = imageOf(join(path, ".."));
    expect(await refusal(() => store.restore(target, by, { force: false }))).toMatchObject({
      code: "exists",
      message: `\`${target}\` is a backup of another store than \`${path}\``,
      details: { lineage: fileOf(path)["lineage"], backupLineage: fileOf(other.path)["lineage"] },
    });
    expect(imageOf(join(path, ".."))).toEqual(before);
    const text = textOf(path);
    const { kept } = await store.restore(target, by, { force: true });
    expect(kept).toEqual([
      beside(path, ".kept-20260309T080706Z.json"),
      beside(path, ".kept-20260309T080706Z.journal.ndjson"),
      beside(path, ".kept-20260309T080706Z.directory.json"),
    ]);
    expect(textOf(kept[0]!)).toBe(text);
    expect(textOf(path)).toBe(textOf(other.path));
    expect((await store.test()).every(({ ok }) => ok)).toBe(true);
  });

  test("replaces a damaged store by force", async () => {
    const { path, store } = await makeUsed();
    const target = join(makeFolder(), "pchat.backup");
    await store.backup(target, { force: false });
    writeFileSync(path, "{");
    expect(await refusal(() => store.restore(target, by, { force: false }))).toMatchObject({
      code: "store-damaged",
    });
    expect(textOf(path)).toBe("{");
    expect(await store.restore(target, by, { force: true })).toMatchObject({ serial: 4, changed: true });
    expect(roomNames(await store.read())).toEqual(["Desk", "A", "B"]);
  });

  test.each<[string, (text: string) => string]>([
    ["nothing", () => ""],
    ["something else", () => "{}\n"],
    ["a part", (text) => text.slice(0, -200)],
    ["one that was changed", (text) => text.replace("Desk", "Dusk")],
  ])("is refused where it is %s, and nothing is made", async (_, change) => {
    const { store } = await makeUsed();
    const target = join(makeFolder(), "pchat.backup");
    await store.backup(target, { force: false });
    edit(target, change);
    const empty = makeFolder();
    expect(
      await refusal(() => openAt(join(empty, "pchat.json")).restore(target, by, { force: true })),
    ).toMatchObject({
      code: "invalid-file",
    });
    expect(imageOf(empty)).toEqual({});
  });
});

describe("a repair", () => {
  test("of a sound store does nothing", async () => {
    const { path, store } = await makeUsed();
    const before = imageOf(join(path, ".."));
    expect((await store.planRepair()).problem).toBeNull();
    expect(await store.repair(by)).toBeUndefined();
    expect(imageOf(join(path, ".."))).toEqual(before);
  });

  test.each<[string, (path: string) => void]>([
    ["missing", (path) => rmSync(path)],
    ["cut off", (path) => edit(path, (text) => text.slice(0, 300))],
    ["in conflict", (path) => edit(path, (text) => text.replace(/\n/, "\n<<<<<<< HEAD\n"))],
    ["not text", (path) => writeFileSync(path, Buffer.alloc(1000, 0xff))],
  ])("makes a file that is %s again from its journal", async (_, damage) => {
    const { path, store } = await makeUsed();
    const sound = textOf(path);
    damage(path);
    const problem = expect.any(String);
    expect(await store.planRepair()).toEqual({
      problem,
      candidates: [{ from: "journal", serial: 4, objects: 5 }],
    });
    expect(await store.repair(by)).toMatchObject({ from: "journal", serial: 4, objects: 5 });
    expect(textOf(path)).toBe(sound);
    expect((await store.test()).every(({ ok }) => ok)).toBe(true);
  });

  test("of a journal goes on from the file, and keeps the history that is proven", async () => {
    const { path, store } = await makeUsed();
    edit(journalOf(path), (text) => text.replace(`"name":"A"`, `"name":"X"`));
    const damaged = textOf(journalOf(path));
    expect(await store.planRepair()).toMatchObject({
      candidates: [
        { from: "file", serial: 4 },
        { from: "journal", serial: 2 },
      ],
    });
    const repaired = await store.repair(by);
    expect(repaired).toMatchObject({ from: "file", serial: 5, objects: 5 });
    expect(textOf(repaired!.kept[1]!)).toBe(damaged);
    expect(roomNames(await store.read())).toEqual(["Desk", "A", "B"]);
    const commands = [];
    for await (const { serial, command } of store.history()) commands.push([serial, command]);
    expect(commands).toEqual([
      [1, "new-store"],
      [2, "set-room"],
      [5, "repair-store"],
    ]);
    expect((await store.test()).every(({ ok }) => ok)).toBe(true);
  });

  test("of a foreign journal goes on from the file, without history", async () => {
    const { path, store } = await makeUsed();
    const other = await makeStore(join(makeFolder(), "pchat.json"));
    copyFileSync(journalOf(other.path), journalOf(path));
    expect(await store.repair(by)).toMatchObject({ from: "file", serial: 4 });
    expect(linesOf(path)).toHaveLength(1);
    expect((await store.test()).every(({ ok }) => ok)).toBe(true);
  });

  test.each([
    ["file", 5, ["Desk", "A"]],
    ["journal", 4, ["Desk", "A", "B"]],
  ] as const)("of a file that went back takes the %s when told", async (from, serial, rooms) => {
    const { path, store } = await makeStore();
    await store.update(author(), addRoom("A"));
    await store.update(author(), () => ({
      change: { writes: [], nextId: 5, directory: { content: { entries: [ana] }, date: author().time } },
      value: 0,
    }));
    const old = textOf(path);
    await store.update(author(), addRoom("B"));
    writeFileSync(path, old);
    expect(await refusal(() => store.read())).toMatchObject({ code: "store-stale" });
    const repaired = await store.repair(by, from);
    expect(repaired).toMatchObject({ from, serial });
    expect(textOf(repaired!.kept[0]!)).toBe(old);
    const snapshot = await store.read();
    expect([snapshot.serial, roomNames(snapshot), snapshot.notices]).toEqual([serial, rooms, []]);
    expect((await store.test()).every(({ ok }) => ok)).toBe(true);
    expect(await store.update(author(), addRoom("C"))).toMatchObject({ serial: serial + 1 });
  });

  test("is refused where nothing can be proven", async () => {
    const { path, store } = await makeStore();
    writeFileSync(path, "{");
    writeFileSync(journalOf(path), "x\n");
    const before = imageOf(join(path, ".."));
    expect(await refusal(() => store.repair(by))).toMatchObject({ code: "store-damaged" });
    expect(imageOf(join(path, ".."))).toMatchObject({ "pchat.json": before["pchat.json"] });
  });
});

describe("a history that is compacted", () => {
  test("begins with the store as it was, and the state stays", async () => {
    const { path, store } = await makeUsed();
    const before = contentOf(await store.read());
    const plan = { dropped: 2, kept: 3, roomsForgotten: 0, serial: 2 };
    const untouched = imageOf(join(path, ".."));
    expect(await store.planCompaction("2026-03-03T00:00:00.000Z")).toEqual(plan);
    expect(imageOf(join(path, ".."))).toEqual(untouched);
    expect(await store.compactHistory(author(), "2026-03-03T00:00:00.000Z")).toEqual(plan);
    expect(contentOf(await store.read())).toEqual(before);
    expect(await store.read()).toMatchObject({ serial: 5, notices: [] });
    expect(roomNames(await store.read({ serial: 2 }))).toEqual(["Desk"]);
    expect(await refusal(() => store.read({ serial: 1 }))).toMatchObject({
      code: "not-found",
      details: { earliestSerial: 2, earliestTime: "2026-03-02T00:00:00.000Z" },
    });
    expect((await store.test()).every(({ ok }) => ok)).toBe(true);
    expect(await store.update(author(), addRoom("C"))).toMatchObject({ serial: 6 });
    // The beginning, two changes that were kept, the dropping itself, and the new one.
    expect(linesOf(path)).toHaveLength(5);
  });

  test("may end up without a change, and stays whole where there is nothing to drop", async () => {
    const { path, store } = await makeUsed();
    expect(await store.compactHistory(author(), "2027-01-01T00:00:00.000Z")).toEqual({
      dropped: 4,
      kept: 1,
      roomsForgotten: 0,
      serial: 4,
    });
    const before = imageOf(join(path, ".."));
    expect(await store.compactHistory(author(), "2027-01-01T00:00:00.000Z")).toEqual({
      dropped: 0,
      kept: 1,
      roomsForgotten: 0,
      serial: 4,
    });
    expect(imageOf(join(path, ".."))).toEqual(before);
    expect(await store.update(author(), addRoom("C"))).toMatchObject({ serial: 6 });
  });
});
