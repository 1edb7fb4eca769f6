import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { JsonStore } from "../../src/store/json-store.ts";
import {
  addRoom,
  author,
  beside,
  directoryOf,
  edit,
  keepStores,
  makeStore,
  namesIn,
  openAt,
  roomNames,
  ways,
} from "../store/store-fixture.ts";
import { type Acknowledged, startWriter } from "./writers.ts";

const steps = [
  "locked",
  "directory written",
  "temporary file written",
  "journal line written",
  "journal synced",
  "directory in place",
  "file in place",
  "folder synced",
];

/** What must hold after a process was ended anywhere: everything acknowledged, nothing by halves, nothing left over. */
async function expectWhole(
  path: string,
  acknowledged: readonly Acknowledged[],
  before: number,
): Promise<void> {
  const store = openAt(path, { lockTimeout: 1 });
  const { state, serial } = await store.read();
  const last = acknowledged.at(-1)?.serial ?? before;
  // One more may have been kept whose acknowledgement never came.
  expect(serial - last).toBeGreaterThanOrEqual(0);
  expect(serial - last).toBeLessThanOrEqual(1);
  await expectNamed(store, acknowledged);
  const { description } = state.get("categories", 2)!;
  const rooms = [...state.all("rooms")];
  if (description !== null) expect(rooms.at(-1)?.name).toBe(description);
  expect([...(state.directory?.all() ?? [])]).toHaveLength(state.directory === undefined ? 0 : 1);
  expect((await store.test()).filter(({ ok }) => !ok)).toEqual([]);
  await store.update(author({ command: "after" }), ({ nextId }) => ({
    change: {
      writes: [
        {
          collection: "categories",
          id: 2,
          before: state.get("categories", 2)!,
          after: { ...state.get("categories", 2)!, chatHistory: serial % 2 === 0 },
        },
      ],
      nextId,
    },
    value: 0,
  }));
  const names = namesIn(join(path, ".."));
  const directory = state.directory === undefined ? [] : ["pchat.directory.json"];
  expect(names).toEqual([...directory, "pchat.journal.ndjson", "pchat.json", "pchat.lock"]);
  expect((await store.test()).filter(({ ok }) => !ok)).toEqual([]);
}

/** Every acknowledged change is in the history under its serial, as a whole. */
async function expectNamed(store: JsonStore, acknowledged: readonly Acknowledged[]): Promise<void> {
  const wanted = new Map(acknowledged.map(({ serial, name }) => [serial, name]));
  for await (const { serial, writes } of store.history()) {
    const name = wanted.get(serial);
    if (name === undefined) continue;
    const names = writes.map(({ after }) => (after as { name?: string } | undefined)?.name);
    const notes = writes.map(({ after }) => (after as { description?: string } | undefined)?.description);
    expect([names.includes(name), notes.includes(name)]).toEqual([true, true]);
    wanted.delete(serial);
  }
  expect([...wanted]).toEqual([]);
}

describe.each(ways)("a store that is kept $way:", (way) => {
  keepStores(way);

  test.each(steps)("a process that is killed at the step: %s", async (step) => {
    // Turns that meet a plain change, an import, and a change of many lines.
    for (const turn of [1, 2, 3, 5, 7, 8]) {
      const { path } = await makeStore();
      const { acknowledged, stderr } = await startWriter(path, "w", "mixed", 12, step, turn).ended;
      expect(stderr).toBe("");
      await expectWhole(path, acknowledged, 1);
    }
  });

  test("processes that are killed at 200 random moments", async () => {
    let { path } = await makeStore();
    let before = 1;
    for (let round = 0; round < 200; round++) {
      if (round % 20 === 19) {
        path = (await makeStore()).path;
        before = 1;
      }
      const writer = startWriter(path, `w${round}`, "mixed", 1_000_000);
      await writer.ready;
      const moment = Math.random() * 60;
      await new Promise((done) => setTimeout(done, moment));
      writer.process.kill("SIGKILL");
      const { acknowledged, stderr } = await writer.ended;
      expect(stderr).toBe("");
      await expectWhole(path, acknowledged, before);
      before = (await openAt(path).read()).serial;
    }
  });

  test("two writers, one of which is killed, do not disturb each other", async () => {
    for (let round = 0; round < 20; round++) {
      const { path, store } = await makeStore();
      const killed = startWriter(path, "killed", "mixed", 1_000_000);
      const other = startWriter(path, "other", "mixed", 30);
      await Promise.all([killed.ready, other.ready]);
      await new Promise((done) => setTimeout(done, Math.random() * 100));
      killed.process.kill("SIGKILL");
      const results = await Promise.all([killed.ended, other.ended]);
      expect(results[1].acknowledged).toHaveLength(30);
      await expectNamed(store, [...results[0].acknowledged, ...results[1].acknowledged]);
      expect((await store.test()).filter(({ ok }) => !ok)).toEqual([]);
      await store.update(author(), addRoom("After"));
    }
  });

  /** Names of files beside a store that are neither its own nor kept copies. */
  const strays = (path: string): string[] =>
    namesIn(join(path, ".."))
      .filter((name) => !/^pchat(\.kept-.*|\.journal|\.directory)?\.(json|ndjson|lock)$/.test(name))
      .sort();

  async function killedAt(step: string, path: string, name: string, kind: string): Promise<void> {
    const writer = startWriter(path, name, kind, 1, step, 1);
    const { stderr } = await writer.ended;
    expect([writer.process.signalCode, stderr]).toEqual(["SIGKILL", ""]);
  }

  async function withChanges(names: readonly string[]) {
    const made = await makeStore();
    for (const name of names) await made.store.update(author(), addRoom(name));
    return made;
  }

  test.each([
    "locked",
    "old files kept",
    "journal taken away",
    "file in place",
    "messages in place",
    "temporary journal written",
    "journal replaced",
  ])("a restore of another store that is killed at the step: %s", async (step) => {
    const { path } = await withChanges(["Old"]);
    const other = await withChanges(["New 1", "New 2"]);
    await other.store.update(author(), ({ nextId }) => ({
      change: { writes: [], nextId, directory: { content: directoryOf("ana"), date: author().time } },
      value: 0,
    }));
    const backup = join(other.path, "../backup");
    await other.store.backup(backup, { force: false });
    await killedAt(step, path, backup, "restore");
    const store = openAt(path, { lockTimeout: 1 });
    const snapshot = await store.read();
    const isNew = roomNames(snapshot).includes("New 2");
    expect(roomNames(snapshot)).toEqual(isNew ? ["Desk", "New 1", "New 2"] : ["Desk", "Old"]);
    expect([...(snapshot.state.directory?.all() ?? [])]).toHaveLength(isNew ? 1 : 0);
    await store.update(author(), addRoom("After"));
    expect(roomNames(await store.read()).at(-1)).toBe("After");
    expect((await store.test()).filter(({ ok }) => !ok)).toEqual([]);
    expect(strays(path)).toEqual([]);
  });

  test.each(["locked", "temporary journal written", "journal replaced"])(
    "dropping history that is killed at the step: %s",
    async (step) => {
      const { path, store } = await withChanges(["First", "Second"]);
      await killedAt(step, path, "w", "compact");
      expect(roomNames(await store.read())).toEqual(["Desk", "First", "Second"]);
      await store.update(author(), addRoom("After"));
      expect((await store.test()).filter(({ ok }) => !ok)).toEqual([]);
      expect(strays(path)).toEqual([]);
    },
  );

  test.each(["locked", "temporary journal written"])(
    "a repair that is killed at the step: %s",
    async (step) => {
      const { path, store } = await withChanges(["First", "Second", "Third"]);
      const journal = beside(path, ".journal.ndjson");
      edit(journal, (text) => text.replace('"name":"Second"', '"name":"Secund"'));
      await killedAt(step, path, "w", "repair");
      await store.repair(author());
      // What the file does not hold yet is only in the journal: proven up to the line that was changed.
      const held = way.way === "ahead of the file" ? [] : ["Second", "Third"];
      expect(roomNames(await store.read())).toEqual(["Desk", "First", ...held]);
      await store.update(author(), addRoom("After"));
      expect((await store.test()).filter(({ ok }) => !ok)).toEqual([]);
      expect(strays(path)).toEqual([]);
    },
  );
});
