import { describe, expect, test } from "vitest";
import { createDraft, sameValue } from "../../src/core/draft.ts";
import { memoryDirectory } from "../../src/core/memory-directory.ts";
import { memoryState, type ObjectLists } from "../../src/core/memory-state.ts";
import type { Pool } from "../../src/core/nouns/pool.ts";
import type { Room } from "../../src/core/nouns/room.ts";
import type { Shelf } from "../../src/core/shelf.ts";
import { collections, isRemoval, type State, type Write } from "../../src/core/state.ts";
import { blankPool } from "../support/blank-pool.ts";

const pool: Pool = { id: 1, fqdn: "p.x", ...blankPool };
const room = (id: number, name: string, more: Partial<Room> = {}): Room => ({
  id,
  identity: `p.x\\${name}`,
  name,
  description: null,
  categoryId: 2,
  disabled: false,
  type: "Normal",
  privacy: "Closed",
  invitations: "Inherit",
  addinId: null,
  members: [],
  managers: [],
  presenters: [],
  ...more,
});
const fields = ({ id: _, ...rest }: Room): Omit<Room, "id"> => rest;

function base(rooms: readonly Room[]): State {
  const nothing = Object.fromEntries(
    collections.map((collection) => [collection, []]),
  ) as unknown as ObjectLists;
  return memoryState({ ...nothing, pools: [pool], rooms }, () => undefined);
}

const a = room(10, "A", { members: ["sip:ana@x.y"] });
const b = room(20, "B", { members: ["sip:ana@x.y"] });
/** What a shelf outside of memory gives back. */
function jsonShelf(after: number): Shelf {
  const texts: string[] = [];
  return {
    after,
    put: (value) => texts.push(JSON.stringify(value)) - 1,
    take: (at) => JSON.parse(texts[at]!),
  };
}

/** Writes as the journal has them, which are what each of them says by itself. */
function inFull(writes: readonly Write[]): unknown {
  const journaled: unknown = JSON.parse(JSON.stringify(writes));
  const said = writes.map(({ collection, id, before, after }) => ({ collection, id, before, after }));
  expect(journaled).toEqual(said);
  return journaled;
}

describe.each([
  ["a draft", () => undefined],
  ["a draft on a shelf", () => jsonShelf(0)],
  ["a draft of which half is on a shelf", () => jsonShelf(1)],
])("%s", (_, shelf) => {
  const start = (): ReturnType<typeof createDraft> => createDraft(base([a, b]), 30, shelf());

  test("says what its state says before the first write", () => {
    const draft = start();
    expect({
      all: [...draft.all("rooms")],
      one: draft.get("rooms", 10),
      found: [...draft.lookup("rooms", "name", "b")],
      count: draft.count("rooms"),
      nextId: draft.nextId,
      writes: draft.writes(),
      directory: draft.directory,
    }).toEqual({ all: [a, b], one: a, found: [b], count: 2, nextId: 30, writes: [], directory: undefined });
  });

  test("creates under the next id, and sees it at once", () => {
    const draft = start();
    const first = draft.create("rooms", fields(room(0, "C", { members: ["sip:ana@x.y"] })));
    const second = draft.create("pools", { fqdn: "q.x", ...blankPool });
    const c = room(30, "C", { members: ["sip:ana@x.y"] });
    expect([first, second.id, draft.nextId]).toEqual([c, 31, 32]);
    expect([...draft.all("rooms")]).toEqual([a, b, c]);
    expect([...draft.lookup("rooms", "principal", "sip:ana@x.y")]).toEqual([a, b, c]);
    expect(draft.count("rooms")).toBe(3);
    expect(inFull(draft.writes())).toEqual([
      { collection: "rooms", id: 30, after: c },
      { collection: "pools", id: 31, after: { id: 31, fqdn: "q.x", ...blankPool } },
    ]);
  });

  test("updates: found under the new name and no more under the old, one write for many steps", () => {
    const draft = start();
    draft.update("rooms", 10, { name: "Z", identity: "p.x\\Z" });
    expect([...draft.lookup("rooms", "name", "a")]).toEqual([]);
    draft.update("rooms", 10, { name: "Y", identity: "p.x\\Y", members: [] });
    const after = room(10, "Y");
    expect([...draft.lookup("rooms", "name", "z")]).toEqual([]);
    expect([...draft.lookup("rooms", "name", "y")]).toEqual([after]);
    expect([...draft.lookup("rooms", "principal", "sip:ana@x.y")]).toEqual([b]);
    expect([...draft.all("rooms")]).toEqual([after, b]);
    expect(inFull(draft.writes())).toEqual([{ collection: "rooms", id: 10, before: a, after }]);
  });

  test("removes: gone from everywhere", () => {
    const draft = start();
    draft.remove("rooms", 10);
    expect(draft.get("rooms", 10)).toBeUndefined();
    expect([...draft.lookup("rooms", "name", "a")]).toEqual([]);
    expect([...draft.all("rooms")]).toEqual([b]);
    expect(draft.count("rooms")).toBe(1);
    expect(inFull(draft.writes())).toEqual([{ collection: "rooms", id: 10, before: a }]);
  });

  test("what comes to nothing is no write", () => {
    const draft = start();
    const made = draft.create("rooms", fields(room(0, "C")));
    draft.remove("rooms", made.id);
    draft.update("rooms", 10, { disabled: true });
    draft.update("rooms", 10, { disabled: false, members: ["sip:ana@x.y"] });
    draft.update("rooms", 20, {});
    expect(draft.writes()).toEqual([]);
    expect(draft.nextId).toBe(31);
    expect(draft.count("rooms")).toBe(2);
  });

  test("gives writes in the order of first touch", () => {
    const draft = start();
    draft.update("rooms", 20, { disabled: true });
    draft.remove("rooms", 10);
    draft.update("rooms", 20, { description: "last" });
    expect(draft.writes().map(({ id }) => id)).toEqual([20, 10]);
  });

  test("leaves its state as it was", () => {
    const draft = start();
    draft.update("rooms", 10, { disabled: true });
    draft.remove("rooms", 20);
    expect([...draft.base.all("rooms")]).toEqual([a, b]);
  });

  test("gives objects by ascending id, its own among them", () => {
    const draft = createDraft(base([a, b]), 15, shelf());
    draft.create("rooms", fields(room(0, "Between")));
    expect([...draft.all("rooms")].map(({ id }) => id)).toEqual([10, 15, 20]);
    expect([...draft.lookup("rooms", "pool", "p.x")].map(({ id }) => id)).toEqual([10, 15, 20]);
  });

  test("puts another directory in the place of the present one", () => {
    const draft = start();
    const content = { entries: [] };
    const directory = memoryDirectory(content, { date: "2026-01-01T00:00:00.000Z", hash: "1" });
    const replacement = { content, date: directory.date, directory };
    draft.replaceDirectory(replacement);
    expect(draft.directory).toBe(directory);
    expect(draft.newDirectory).toBe(replacement);
    expect(draft.base.directory).toBeUndefined();
  });
});

test("takes an object from its shelf as it was when the writes were asked for", () => {
  const draft = createDraft(base([a, b]), 30, jsonShelf(0));
  draft.update("rooms", 10, { description: "first" });
  const writes = draft.writes();
  draft.update("rooms", 10, { description: "second" });
  draft.remove("rooms", 20);
  expect(inFull(writes)).toEqual([
    { collection: "rooms", id: 10, before: a, after: { ...a, description: "first" } },
  ]);
  expect(inFull(draft.writes())).toEqual([
    { collection: "rooms", id: 10, before: a, after: { ...a, description: "second" } },
    { collection: "rooms", id: 20, before: b },
  ]);
  expect(draft.writes().map(isRemoval)).toEqual([false, true]);
});

test.each([
  [1, 1, true],
  [null, undefined, false],
  [null, {}, false],
  [["a", "b"], ["a", "b"], true],
  [["a", "b"], ["b", "a"], false],
  [[], {}, false],
  [{ a: [1, { b: null }] }, { a: [1, { b: null }] }, true],
  [{ a: 1 }, { a: 1, b: undefined }, false],
  [{ a: undefined }, { b: undefined }, false],
])("%j and %j are the same value: %s", (one, other, same) => {
  expect(sameValue(one, other)).toBe(same);
});

describe.each([
  ["a draft over a draft", () => undefined],
  ["a draft over a draft on a shelf", () => jsonShelf(0)],
])("%s", (_, shelf) => {
  const start = (): ReturnType<typeof createDraft> => createDraft(base([a, b]), 30, shelf());

  test("leaves the outer one alone until it is absorbed, and then is seen there", () => {
    const outer = start();
    const c = outer.create("rooms", fields(room(0, "C")));
    const inner = createDraft(outer, outer.nextId);
    const d = inner.create("rooms", fields(room(0, "D")));
    const renamed = inner.update("rooms", 10, { name: "E", identity: "p.x\\E" });
    inner.remove("rooms", c.id);
    expect([...outer.all("rooms")]).toEqual([a, b, c]);
    expect([...inner.all("rooms")]).toEqual([renamed, b, d]);
    outer.absorb(inner);
    expect([...outer.all("rooms")]).toEqual([renamed, b, d]);
    expect([...outer.lookup("rooms", "name", "a")]).toEqual([]);
    expect(inFull(outer.writes())).toEqual([
      { collection: "rooms", id: 31, after: d },
      { collection: "rooms", id: 10, before: a, after: renamed },
    ]);
    expect(outer.nextId).toBe(32);
  });

  test("hands its directory up", () => {
    const outer = start();
    const inner = createDraft(outer, outer.nextId);
    const directory = memoryDirectory({ entries: [] }, { date: "2026-01-01T00:00:00.000Z", hash: "h" });
    inner.replaceDirectory({ content: { entries: [] }, date: "2026-01-01T00:00:00.000Z", directory });
    expect(outer.directory).toBeUndefined();
    outer.absorb(inner);
    outer.absorb(createDraft(outer, outer.nextId));
    expect(outer.directory).toBe(directory);
  });
});
