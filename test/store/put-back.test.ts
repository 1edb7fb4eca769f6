import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { addRoom, author, beside, keepStores, makeStore, room, roomNames, ways } from "./store-fixture.ts";

describe.each(ways)("a store that is kept $way, put back by hand with its journal,", (way) => {
  keepStores(way);

  test("goes on from there, however often it is changed", async () => {
    const { path, store } = await makeStore();
    const files = [path, beside(path, ".journal.ndjson")];
    const saved = files.map((file) => readFileSync(file));
    await store.update(author(), addRoom("Lost"));
    // So many that the file is written whichever way the store is kept.
    await store.update(author(), ({ nextId }) => {
      const rooms = Array.from({ length: 101 }, (_, at) => room(nextId + at, `Many ${at}`));
      const writes = rooms.map((after) => ({ collection: "rooms" as const, id: after.id, after }));
      return { change: { writes, nextId: nextId + 101 }, value: 0 };
    });
    for (const [at, file] of files.entries()) writeFileSync(file, saved[at]!);
    rmSync(beside(path, ".index"), { force: true });
    for (const name of ["First", "Second"]) {
      await store.update(author(), addRoom(name));
      expect(roomNames(await store.read()).at(-1)).toBe(name);
    }
    expect(roomNames(await store.read())).toEqual(["Desk", "First", "Second"]);
    expect((await store.test()).filter(({ ok }) => !ok)).toEqual([]);
  });
});
