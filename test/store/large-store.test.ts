import {
  copyFileSync,
  cpSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Change, Snapshot } from "../../src/core/change.ts";
import { createDraft, type Draft } from "../../src/core/draft.ts";
import { keysOf } from "../../src/core/memory-state.ts";
import { collections, type IndexOf, nouns, type State } from "../../src/core/state.ts";
import {
  addRoom,
  author,
  beside,
  contentOf,
  directoryOf,
  edit,
  fileOf,
  imageOf,
  isThere,
  type JsonStore,
  linesOf,
  makeFolder,
  makeStore,
  openAt,
  pool,
  refusal,
  roomNames,
  textOf,
} from "./store-fixture.ts";

/** Everything is large; changes stay in the journal for good, or are written to the file at once. */
const ahead = { largeFrom: 1, foldAfter: 1e9 };
const atOnce = { largeFrom: 1, foldAfter: -1 };
const inFull = { largeFrom: 1e9 };
const indexOf = (path: string): string => beside(path, ".index");

/** Everything that a state answers: all objects, each by its id, in any order, and what each key of each index finds. */
function answersOf({ state, nextId }: Pick<Snapshot, "state" | "nextId">): unknown {
  const looked = collections.flatMap((collection) => {
    const objects = [...state.all(collection)];
    const ids = objects.map(({ id }) => id);
    expect(ids.map((id) => state.get(collection, id))).toEqual(objects);
    expect([...state.each(collection, [9e9, ...ids.toReversed()])]).toEqual(objects.toReversed());
    return Object.keys(nouns[collection].indexes).flatMap((index) => {
      const keys = objects.flatMap((object) => keysOf(collection, index as never, object as never));
      return [...new Set([...keys, "nothing"])].map((key) => [
        index,
        key,
        idsAt(state, collection, index, key),
      ]);
    });
  });
  const directory = [...(state.directory?.all() ?? [])];
  const counts = collections.map((collection) => state.count(collection));
  return { content: contentOf({ state }), looked, counts, directory, nextId };
}

const idsAt = <C extends (typeof collections)[number]>(
  state: State,
  collection: C,
  index: string,
  key: string,
): number[] => [...state.lookup(collection, index as IndexOf<C>, key)].map(({ id }) => id);

/** One change, as it is to be made on whichever store: what is picked depends on the state alone. */
type Edit = (draft: Draft) => void;

const pick = <T>(objects: Iterable<T>, at: number): T | undefined => {
  const all = [...objects];
  return all[at % Math.max(1, all.length)];
};

const people = ["sip:ana@contoso.com", "sip:Ben@contoso.com", "OU=Sales,DC=contoso,DC=com", "contoso.com"];
const names = ["Räume", "räume", 'Help "Desk"', "},", "日本語", "x".repeat(200)];
const texts = [...names, "}\n    },\n    {", "\\", "\u2028", null];

const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(fc.nat(), fc.subarray(people)).map(
    ([at, members]): Edit =>
      (draft) => {
        const name = `${names[at % names.length]} ${draft.nextId}`;
        draft.create("rooms", {
          ...draft.get("rooms", 3)!,
          ...pick(draft.all("rooms"), at),
          identity: `${pool}\\${name}`,
          name,
          members,
        } as never);
      },
  ),
  fc.tuple(fc.nat(), fc.constantFrom(...texts)).map(
    ([at, description]): Edit =>
      (draft) => {
        const room = pick(draft.all("rooms"), at);
        if (room !== undefined) draft.update("rooms", room.id, { description });
      },
  ),
  fc.tuple(fc.nat(), fc.subarray(people)).map(
    ([at, members]): Edit =>
      (draft) => {
        const room = pick(draft.all("rooms"), at);
        if (room !== undefined) draft.update("rooms", room.id, { members, presenters: members });
      },
  ),
  fc.nat().map(
    (at): Edit =>
      (draft) => {
        const room = pick(draft.all("rooms"), at);
        if (room !== undefined && draft.count("rooms") > 1) draft.remove("rooms", room.id);
      },
  ),
  fc.nat().map(
    (at): Edit =>
      (draft) => {
        const name = `Category ${draft.nextId}`;
        draft.create("categories", {
          ...draft.get("categories", 2)!,
          identity: `${pool}\\${name}`,
          name,
          allowedMembers: [people[at % people.length]!],
        } as never);
      },
  ),
  fc.nat().map(
    (at): Edit =>
      (draft) => {
        const user = `sip:user${at % 5}@contoso.com`;
        const grant = pick(draft.lookup("grants", "identity", user), 0);
        if (grant === undefined) draft.create("grants", { user, policy: "Tag" } as never);
        else draft.remove("grants", grant.id);
      },
  ),
);

type Step =
  | { readonly kind: "change"; readonly edits: readonly Edit[]; readonly foldAfter: number }
  | { readonly kind: "directory"; readonly name: string }
  | { readonly kind: "compact" };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("change" as const),
      edits: fc.array(anyEdit, { minLength: 1, maxLength: 4 }),
      foldAfter: fc.constantFrom(-1, 0, 3000, 1e9),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("directory" as const), name: fc.constantFrom("ana", "ben") }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("compact" as const) }) },
);

const withPolicy = (store: JsonStore) =>
  store.update(author(), ({ nextId }) => ({
    change: {
      writes: [
        {
          collection: "policies",
          id: nextId,
          after: { id: nextId, identity: "Tag", description: null, enablePersistentChat: true },
        },
      ],
      nextId: nextId + 1,
    },
    value: 0,
  }));

async function perform(store: JsonStore, step: Step): Promise<void> {
  if (step.kind === "compact") {
    await store.compact(author({ command: "compact-store" }));
    return;
  }
  await store.update(author(), (snapshot): { change: Change; value: number } => {
    if (step.kind === "directory") {
      const directory = { content: directoryOf(step.name), date: author().time };
      return { change: { writes: [], nextId: snapshot.nextId, directory }, value: 0 };
    }
    const draft = createDraft(snapshot.state, snapshot.nextId);
    for (const each of step.edits) each(draft);
    return { change: { writes: draft.writes(), nextId: draft.nextId }, value: 0 };
  });
}

const foldAfterOf = (step: Step): number => (step.kind === "change" ? step.foldAfter : 1e9);

const expectSound = async (store: JsonStore, told?: string): Promise<void> =>
  expect(
    (await store.test()).filter(({ ok }) => !ok),
    told,
  ).toEqual([]);

test("any changes make the same state by either way, at every moment, and the same file in the end", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 8 }), async (steps) => {
      const small = await makeStore(undefined, inFull);
      const { path } = await makeStore(undefined, ahead);
      const moments: unknown[] = [];
      for (const store of [small.store, openAt(path, ahead)]) await withPolicy(store);
      for (const step of steps) {
        const large = openAt(path, { largeFrom: 1, foldAfter: foldAfterOf(step) });
        await perform(small.store, step);
        await perform(large, step);
        const wanted = answersOf(await small.store.read());
        expect(answersOf(await openAt(path, ahead).read())).toEqual(wanted);
        expect(answersOf(await openAt(path, inFull).read())).toEqual(wanted);
        const { serial } = await large.read();
        if (step.kind !== "directory") moments[serial] = (wanted as { content: unknown }).content;
      }
      const store = openAt(path, ahead);
      for (const [serial, content] of moments.entries()) {
        if (content !== undefined) expect(contentOf(await store.read({ serial }))).toEqual(content);
      }
      await expectSound(store);
      await store.compact(author({ command: "compact-store" }));
      await expectSound(store);
      expect({ ...fileOf(path), lineage: 0, serial: 0 }).toEqual({
        ...fileOf(small.path),
        lineage: 0,
        serial: 0,
      });
    }),
    { numRuns: 60 },
  );
});

test("a process that ends anywhere leaves the state before or after, by either way", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 4 }), anyStep, async (steps, last) => {
      const { path } = await makeStore(undefined, ahead);
      await withPolicy(openAt(path, ahead));
      for (const step of steps)
        await perform(openAt(path, { largeFrom: 1, foldAfter: foldAfterOf(step) }), step);
      const before = answersOf(await openAt(path, ahead).read());
      const copies: { readonly step: string; readonly path: string }[] = [];
      const checkpoint = (step: string): void => {
        const folder = makeFolder();
        cpSync(dirname(path), folder, { recursive: true });
        copies.push({ step, path: join(folder, "pchat.json") });
      };
      await perform(openAt(path, { largeFrom: 1, foldAfter: foldAfterOf(last), checkpoint }), last);
      const after = answersOf(await openAt(path, ahead).read());
      for (const copy of copies) await expectRecovered(copy, before, after);
    }),
    { numRuns: 15 },
  );
});

async function expectRecovered(
  { step, path }: { readonly step: string; readonly path: string },
  before: unknown,
  after: unknown,
): Promise<void> {
  const isKept = !["locked", "directory written", "temporary file written"].includes(step);
  for (const bounds of [ahead, inFull]) {
    expect(answersOf(await openAt(path, bounds).read()), step).toEqual(isKept ? after : before);
  }
  await expectSound(openAt(path, ahead), step);
  const { value } = await openAt(path, ahead).update(author(), addRoom("After"));
  expect((await openAt(path, ahead).read()).state.get("rooms", value)?.name).toBe("After");
  expect((await openAt(path, inFull).read()).state.get("rooms", value)?.name).toBe("After");
  await expectSound(openAt(path, ahead), step);
}

async function withRooms(count: number, bounds: { largeFrom: number; foldAfter?: number } = ahead) {
  const made = await makeStore(undefined, bounds);
  for (let at = 0; at < count; at++) await made.store.update(author(), addRoom(`Room ${at}`));
  return made;
}

describe("a change of a large store", () => {
  test("is a line of the journal and no byte of the file, until the bound is passed", async () => {
    const { path, store } = await makeStore(undefined, { largeFrom: 1, foldAfter: 1500 });
    const before = textOf(path);
    for (const name of ["A", "B", "C"]) await store.update(author(), addRoom(name));
    expect(textOf(path)).toBe(before);
    expect(linesOf(path).map((line) => (JSON.parse(line) as { file: unknown }).file)).toEqual([
      undefined,
      expect.any(String),
      null,
      null,
      null,
    ]);
    expect(await store.facts()).toMatchObject({
      serial: 4,
      fileSerial: 1,
      behind: true,
      objects: { rooms: 4 },
    });
    await store.update(author(), addRoom("D"));
    expect(fileOf(path)).toMatchObject({ serial: 5, nextId: 8 });
    expect(await store.facts()).toMatchObject({
      serial: 5,
      fileSerial: 5,
      behind: false,
      objects: { rooms: 5 },
    });
    expect(statSync(indexOf(path)).mode & 0o777).toBe(0o600);
    await expectSound(store);
  });

  test("of many objects is written to the file at once", async () => {
    const { path, store } = await makeStore(undefined, ahead);
    await store.update(author(), ({ nextId }) => ({
      change: {
        writes: Array.from({ length: 101 }, (_, at) => ({
          ...addRoom(`Room ${at}`)({ nextId: nextId + at } as Snapshot).change.writes[0]!,
        })),
        nextId: nextId + 101,
      },
      value: 0,
    }));
    expect(fileOf(path)).toMatchObject({ serial: 2 });
    await expectSound(store);
  });

  test("that reads one room reads no other", async () => {
    const { path, store } = await withRooms(3, atOnce);
    const { state } = await store.read();
    truncateSync(path, textOf(path).indexOf("Room 2"));
    expect(state.get("rooms", 5)?.name).toBe("Room 1");
  });

  test("gives the same object as long as it is held", async () => {
    const { store } = await withRooms(2, atOnce);
    const { state } = await store.read();
    const room = state.get("rooms", 4)!;
    expect([...state.lookup("rooms", "name", "room 0")][0]).toBe(room);
    expect([...state.all("rooms")][1]).toBe(room);
  });
});

describe("the index of a store", () => {
  test("is not made for small ones", async () => {
    const { path } = await withRooms(1, inFull);
    expect(isThere(indexOf(path))).toBe(false);
  });

  test("can be deleted: readers write nothing, the next writer makes it again", async () => {
    const { path, store } = await withRooms(3);
    const wanted = answersOf(await store.read());
    const before = readFileSync(indexOf(path));
    rmSync(indexOf(path));
    expect(answersOf(await store.read())).toEqual(wanted);
    expect(isThere(indexOf(path))).toBe(false);
    await store.update(author(), () => ({ change: undefined, value: 0 }));
    expect(readFileSync(indexOf(path))).toEqual(before);
  });

  test("holds for the same bytes in another file, and gets its stamp", async () => {
    const { path, store } = await withRooms(3);
    const wanted = answersOf(await store.read());
    copyFileSync(path, `${path}.copy`);
    rmSync(path);
    copyFileSync(`${path}.copy`, path);
    expect(answersOf(await store.read())).toEqual(wanted);
    expect((await store.test()).find(({ part }) => part === "index")?.detail).toBe(
      "of another file; the next change makes it again",
    );
    await store.update(author(), addRoom("New"));
    expect((await store.test()).find(({ part }) => part === "index")?.detail).toBe("says what the file says");
  });

  test("of another file is not used", async () => {
    const { path, store } = await withRooms(3);
    const old = readFileSync(indexOf(path));
    await store.compact(author());
    const wanted = answersOf(await store.read());
    writeFileSync(indexOf(path), old);
    expect(answersOf(await store.read())).toEqual(wanted);
    await store.update(author(), addRoom("New"));
    await expectSound(store);
  });

  test("that is damaged anywhere changes no answer, and no file that is made with it", async () => {
    const { path, store } = await withRooms(5, atOnce);
    const sound = readFileSync(indexOf(path));
    const wanted = answersOf(await store.read());
    const folder = dirname(path);
    for (let at = 3; at < sound.length; at += 2777) {
      const copy = makeFolder();
      cpSync(folder, copy, { recursive: true, preserveTimestamps: true });
      const damaged = Buffer.from(sound);
      damaged[at] = damaged[at]! ^ 0x55;
      writeFileSync(indexOf(path), damaged);
      expect(answersOf(await store.read()), `byte ${at}`).toEqual(wanted);
    }
    const last = Buffer.from(sound);
    for (let at = 4096 * 3 + 9; at < last.length; at += 4096) last[at] = last[at]! ^ 0x55;
    writeFileSync(indexOf(path), last);
    expect((await store.test()).filter(({ ok }) => !ok)).toEqual([
      {
        part: "index",
        ok: false,
        detail: `\`${indexOf(path)}\` is damaged: delete it, the next change makes it again`,
      },
    ]);
    await store.update(author(), addRoom("New"));
    await expectSound(store);
  });
});

describe("a large file that is edited by hand", () => {
  const rename = (text: string): string => text.replaceAll("Room 0", "Room zero");

  test("while it is behind is refused, and says what to do", async () => {
    const { path, store } = await withRooms(1);
    await store.compact(author());
    await store.update(author(), addRoom("Late"));
    edit(path, rename);
    const before = imageOf(dirname(path));
    const stale = {
      code: "store-stale",
      message: `\`${path}\` was edited outside pchat at serial 3, and its journal is at 4`,
      details: { file: path, fileSerial: 3, journalSerial: 4 },
      commands: [
        ["compact-store"],
        ["repair-store", "--from", "file"],
        ["repair-store", "--from", "journal"],
      ],
    };
    expect(await refusal(() => store.read())).toEqual(stale);
    expect(await refusal(() => store.update(author(), addRoom("New")))).toEqual(stale);
    expect(await refusal(() => store.compact(author()))).toEqual(stale);
    expect(imageOf(dirname(path))).toEqual(before);
  });

  test("while it is current is taken as a change of its own", async () => {
    const { path, store } = await withRooms(1);
    await store.compact(author());
    edit(path, rename);
    expect(roomNames(await store.read())).toEqual(["Desk", "Room zero"]);
    await store.update(author(), addRoom("New"));
    expect(roomNames(await store.read())).toEqual(["Desk", "Room zero", "New"]);
    await expectSound(store);
  });

  test("in place, with its times put back, is still seen", async () => {
    const { path, store } = await withRooms(1, atOnce);
    const { atime, mtime } = statSync(path);
    edit(path, (text) => text.replaceAll("Room 0", "Room 1"));
    utimesSync(path, atime, mtime);
    expect(roomNames(await store.read())).toEqual(["Desk", "Room 1"]);
    expect((await store.read()).notices).toHaveLength(1);
  });
});

describe("compact-store", () => {
  test("makes the file current by a change of its own, once", async () => {
    const { path, store } = await withRooms(2);
    const content = contentOf(await store.read());
    expect(await store.compact(author({ command: "compact-store" }))).toEqual({
      changed: true,
      serial: 4,
      notices: [],
    });
    expect(fileOf(path)).toMatchObject({ serial: 4 });
    expect(await store.compact(author())).toEqual({ changed: false, serial: 4, notices: [] });
    const entries = [];
    for await (const { serial, command, writes } of store.history())
      entries.push([serial, command, writes.length]);
    expect(entries.at(-1)).toEqual([4, "compact-store", 0]);
    for (const bounds of [ahead, inFull])
      expect(contentOf(await openAt(path, bounds).read())).toEqual(content);
    rmSync(beside(path, ".lock"));
    expect((await openAt(path, inFull).read()).notices).toEqual([]);
  });

  test("also where the bound was raised since", async () => {
    const { path } = await withRooms(2);
    const store = openAt(path, inFull);
    expect(await store.compact(author())).toEqual({ changed: true, serial: 4, notices: [] });
    expect(fileOf(path)).toMatchObject({ serial: 4 });
    await expectSound(store);
  });
});

describe("what reads a large store in full", () => {
  test("drops history and keeps the rest", async () => {
    const { path, store } = await withRooms(3);
    await store.update(author({ time: "2026-05-01T00:00:00.000Z" }), addRoom("Late"));
    const content = contentOf(await store.read());
    expect(await store.compactHistory(author(), "2026-04-01")).toEqual({
      dropped: 4,
      kept: 2,
      roomsForgotten: 0,
      serial: 4,
    });
    rmSync(beside(path, ".lock"));
    for (const bounds of [ahead, inFull]) {
      const snapshot = await openAt(path, bounds).read();
      expect({ content: contentOf(snapshot), notices: snapshot.notices }).toEqual({ content, notices: [] });
    }
    await expectSound(store);
  });

  test("backs up and restores what the file alone does not hold", async () => {
    const { store } = await withRooms(3);
    const content = contentOf(await store.read());
    const target = join(makeFolder(), "pchat.backup");
    await store.backup(target, { force: false });
    const again = openAt(join(makeFolder(), "pchat.json"), ahead);
    await again.restore(target, author(), { force: false });
    expect(contentOf(await again.read())).toEqual(content);
    await again.update(author(), addRoom("New"));
    await expectSound(again);
  });

  test("repairs it from its journal", async () => {
    const { path, store } = await withRooms(3);
    const content = contentOf(await store.read());
    writeFileSync(path, "not a store");
    await store.repair(author(), "journal");
    expect(contentOf(await store.read())).toEqual(content);
    rmSync(beside(path, ".lock"));
    expect((await store.read()).notices).toEqual([]);
    await store.update(author(), addRoom("New"));
    await expectSound(store);
  });
});
