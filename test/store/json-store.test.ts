import {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createDraft } from "../../src/core/draft.ts";
import {
  addRoom,
  author,
  beside,
  contentOf,
  fileOf,
  imageOf,
  initial,
  isThere,
  linesOf,
  makeFolder,
  makeStore,
  openAt,
  refusal,
  room,
  roomNames,
  textOf,
} from "./store-fixture.ts";

const lineage = expect.stringMatching(/^[0-9a-f-]{36}$/);
const sum = expect.stringMatching(/^[0-9a-f]{64}$/);

describe("a new store", () => {
  test("holds what it was made with, as git shows it well", async () => {
    const { path, store } = await makeStore();
    const text = textOf(path);
    expect(text).toBe(`${JSON.stringify(JSON.parse(text), null, 2)}\n`);
    expect(Object.keys(fileOf(path))).toEqual([
      "$schema",
      "schemaVersion",
      "lineage",
      "serial",
      "nextId",
      "directory",
      "settings",
      "sites",
      "pools",
      "policies",
      "grants",
      "configurations",
      "complianceConfigurations",
      "endpoints",
      "categories",
      "addins",
      "rooms",
    ]);
    expect(fileOf(path)).toMatchObject({ schemaVersion: 1, lineage, serial: 1, nextId: 4, directory: null });
    expect(fileOf(path)["rooms"]).toEqual([room(3, "Desk")]);
    const snapshot = await store.read();
    const content = [...snapshot.content.messages(3)];
    expect({ ...snapshot, state: contentOf(snapshot), content }).toEqual({
      content: [],
      state: {
        settings: [],
        sites: [],
        pools: [initial.writes[0]!.after],
        policies: [],
        grants: [],
        configurations: [],
        complianceConfigurations: [],
        endpoints: [],
        categories: [initial.writes[1]!.after],
        addins: [],
        rooms: [room(3, "Desk")],
      },
      lineage,
      serial: 1,
      nextId: 4,
      directoryHash: null,
      notices: [],
    });
  });

  test("is readable by its owner alone, with all its files", async () => {
    const { path } = await makeStore();
    const modes = [path, beside(path, ".journal.ndjson"), beside(path, ".lock")].map(
      (file) => statSync(file).mode & 0o777,
    );
    expect(modes).toEqual([0o600, 0o600, 0o600]);
  });

  test("is not made over another, nor beside the journal of a lost one", async () => {
    const { path } = await makeStore();
    const before = imageOf(join(path, ".."));
    const create = () => openAt(path, { command: "new-store" }).create(author(), initial);
    expect(await refusal(create)).toMatchObject({
      code: "exists",
      message: `there is a store at \`${path}\` already`,
    });
    expect(imageOf(join(path, ".."))).toMatchObject({
      "pchat.json": before["pchat.json"],
      "pchat.journal.ndjson": before["pchat.journal.ndjson"],
    });
    const { rmSync } = await import("node:fs");
    rmSync(path);
    expect(await refusal(create)).toMatchObject({
      code: "exists",
      message: `there is no store at \`${path}\`, but its journal \`${beside(path, ".journal.ndjson")}\` is there`,
    });
    expect(isThere(path)).toBe(false);
  });

  test("needs its folder, and makes no other file where it is refused", async () => {
    const folder = makeFolder();
    const path = join(folder, "missing", "pchat.json");
    expect(
      await refusal(() => openAt(path, { command: "new-store" }).create(author(), initial)),
    ).toMatchObject({
      code: "no-file",
      message: `there is no folder \`${join(folder, "missing")}\` for the store`,
    });
    expect(imageOf(folder)).toEqual({});
  });

  test("may have any name", async () => {
    const folder = makeFolder();
    await makeStore(join(folder, "team"));
    expect(Object.keys(imageOf(folder))).toEqual(["team", "team.journal.ndjson", "team.lock"]);
  });
});

describe("no store", () => {
  test("is not an empty one, and nothing is made beside it", async () => {
    const folder = makeFolder();
    const path = join(folder, "pchat.json");
    const store = openAt(path);
    const missing = {
      code: "no-store",
      message: `there is no store at \`${path}\``,
      details: { file: path },
      commands: [["new-store"]],
    };
    expect(await refusal(() => store.read())).toEqual(missing);
    expect(await refusal(() => store.update(author(), addRoom("New")))).toEqual(missing);
    expect(await refusal(() => store.facts())).toEqual(missing);
    expect(await refusal(() => store.history()[Symbol.asyncIterator]().next())).toEqual(missing);
    expect(await store.exists()).toBe(false);
    expect(imageOf(folder)).toEqual({});
  });
});

describe("a change", () => {
  test("is in the file and in the journal when it is acknowledged", async () => {
    const { path, store } = await makeStore();
    const by = author({
      time: "2026-03-02T08:00:00.000Z",
      actor: "ana",
      command: "new-room New",
      reason: "CHG-1",
    });
    expect(await store.update(by, addRoom("New"))).toEqual({
      value: 4,
      serial: 2,
      changed: true,
      notices: [],
    });
    expect(fileOf(path)).toMatchObject({
      serial: 2,
      nextId: 5,
      rooms: [room(3, "Desk"), room(4, "New")],
    });
    expect(linesOf(path).map((line) => JSON.parse(line))).toEqual([
      {
        snapshot: {
          serial: 0,
          lineage,
          time: author().time,
          nextId: 1,
          directory: null,
          file: sum,
          schemaVersion: 1,
          extra: { $schema: expect.any(String) },
        },
        writes: [],
        chain: sum,
      },
      {
        serial: 1,
        lineage,
        ...author({ command: "new-store" }),
        directory: null,
        nextId: 4,
        file: sum,
        writes: initial.writes,
        chain: sum,
      },
      {
        serial: 2,
        lineage,
        ...by,
        directory: null,
        nextId: 5,
        file: sum,
        writes: [{ collection: "rooms", id: 4, after: room(4, "New") }],
        chain: sum,
      },
    ]);
  });

  test("touches only its own lines of the file", async () => {
    const { path, store } = await makeStore();
    await store.update(author(), addRoom("New"));
    const before = textOf(path).split("\n");
    await store.update(author(), ({ state, nextId }) => {
      const draft = createDraft(state, nextId);
      draft.update("rooms", 4, { description: "new" });
      return { change: { writes: draft.writes(), nextId }, value: undefined };
    });
    const after = textOf(path).split("\n");
    expect(after.filter((line, at) => line !== before[at])).toEqual([
      `  "serial": 3,`,
      `      "description": "new",`,
    ]);
    expect(after).toHaveLength(before.length);
  });

  test("of nothing, or one that is refused, leaves every byte as it was", async () => {
    const { path, store } = await makeStore();
    await store.update(author(), addRoom("New"));
    const before = imageOf(join(path, ".."));
    const nothing = await store.update(author(), () => ({ change: undefined, value: "none" }));
    expect(nothing).toEqual({ value: "none", serial: 2, changed: false, notices: [] });
    const empty = await store.update(author(), () => ({ change: { writes: [], nextId: 9 }, value: 1 }));
    expect(empty).toEqual({ value: 1, serial: 2, changed: false, notices: [] });
    await expect(
      store.update(author(), () => {
        throw new TypeError("a defect");
      }),
    ).rejects.toThrow("a defect");
    expect(imageOf(join(path, ".."))).toEqual(before);
  });

  test("is refused unless the store is at the serial that was named", async () => {
    const { path, store } = await makeStore();
    await store.update(author(), addRoom("New"), { ifSerial: 1 });
    const before = imageOf(join(path, ".."));
    expect(await refusal(() => store.update(author(), addRoom("Late"), { ifSerial: 1 }))).toEqual({
      code: "store-stale",
      message: `\`${path}\` is at serial 2, not 1; nothing was written`,
      details: { wanted: 1, serial: 2 },
      commands: [["get-history"]],
    });
    expect(imageOf(join(path, ".."))).toEqual(before);
  });

  test("needs a reason where the store asks for one", async () => {
    const { path, store } = await makeStore();
    await store.update(author(), ({ nextId }) => ({
      change: {
        writes: [
          { collection: "settings", id: nextId, after: { id: nextId, requireReason: "^CHG-[0-9]+$" } },
        ],
        nextId: nextId + 1,
      },
      value: undefined,
    }));
    const before = imageOf(join(path, ".."));
    for (const reason of [null, "because"]) {
      expect(await refusal(() => store.update(author({ reason }), addRoom("New")))).toMatchObject({
        code: "reason-required",
        details: { pattern: "^CHG-[0-9]+$" },
      });
    }
    expect(imageOf(join(path, ".."))).toEqual(before);
    expect(await store.update(author({ reason: "CHG-7" }), addRoom("New"))).toMatchObject({ serial: 3 });
  });

  test("larger than a line is kept as a whole, and replayed as one", async () => {
    const { path, store } = await makeStore();
    const count = 2500;
    await store.update(author(), ({ nextId }) => ({
      change: {
        writes: Array.from({ length: count }, (_, at) => ({
          collection: "rooms" as const,
          id: nextId + at,
          after: room(nextId + at, `Room ${at}`),
        })),
        nextId: nextId + count,
      },
      value: undefined,
    }));
    const shapes = linesOf(path).map((line) => Object.keys(JSON.parse(line))[0]);
    expect(shapes).toEqual(["snapshot", "serial", "begin", "part", "part", "part", "commit"]);
    expect((await store.read()).state.count("rooms")).toBe(count + 1);
    expect((await store.read({ serial: 1 })).state.count("rooms")).toBe(1);
    await store.update(author(), addRoom("New"));
    const entries = [];
    for await (const { serial, writes } of store.history()) entries.push([serial, writes.length]);
    expect(entries).toEqual([
      [1, 3],
      [2, count],
      [3, 1],
    ]);
    const ids: (readonly number[])[] = [];
    for await (const { writes } of store.history(({ id }) => id)) ids.push(writes);
    expect(ids).toEqual([[1, 2, 3], Array.from({ length: count }, (_, at) => 4 + at), [4 + count]]);
  });

  test("by a clock that went back is kept and told", async () => {
    const { store } = await makeStore();
    const early = author({ time: "2020-01-01T00:00:00.000Z" });
    expect((await store.update(early, addRoom("New"))).notices).toEqual([
      "the clock says 2020-01-01T00:00:00.000Z, and the change before was made at 2026-03-01T10:00:00.000Z",
    ]);
    expect((await store.read()).serial).toBe(2);
  });
});

describe("the file", () => {
  test("keeps its mode, and the symbolic link that leads to it", async () => {
    const folder = makeFolder();
    mkdirSync(join(folder, "real"));
    const { path } = await makeStore(join(folder, "real", "pchat.json"));
    chmodSync(path, 0o640);
    symlinkSync("real/pchat.json", join(folder, "link.json"));
    const linked = openAt(join(folder, "link.json"));
    await linked.update(author(), addRoom("New"));
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(lstatSync(join(folder, "link.json")).isSymbolicLink()).toBe(true);
    expect(readlinkSync(join(folder, "link.json"))).toBe("real/pchat.json");
    expect(roomNames(await openAt(path).read())).toEqual(["Desk", "New"]);
    expect(Object.keys(imageOf(folder))).toEqual([
      "link.json",
      "real",
      "real/pchat.journal.ndjson",
      "real/pchat.json",
      "real/pchat.lock",
    ]);
  });

  test("is made where a link leads that leads nowhere yet", async () => {
    const folder = makeFolder();
    mkdirSync(join(folder, "real"));
    symlinkSync("real/pchat.json", join(folder, "link.json"));
    await makeStore(join(folder, "link.json"));
    expect(Object.keys(imageOf(join(folder, "real")))).toEqual([
      "pchat.journal.ndjson",
      "pchat.json",
      "pchat.lock",
    ]);
  });

  test("that nobody may write is not replaced", async () => {
    const { path, store } = await makeStore();
    chmodSync(path, 0o440);
    const before = imageOf(join(path, ".."));
    expect(await refusal(() => store.update(author(), addRoom("New")))).toMatchObject({
      code: "write-failed",
      message: `\`${path}\` is read-only`,
    });
    expect(imageOf(join(path, ".."))).toEqual(before);
  });

  test("keeps properties that this version does not know, of the store and of its objects", async () => {
    const { path, store } = await makeStore();
    const { edit } = await import("./store-fixture.ts");
    edit(path, (text) =>
      text
        .replace(`"presenters": []`, `"presenters": [],\n      "colour": { "of": ["door", 1.5] }`)
        .replace(/\n\}\n$/, `,\n  "archive": [1]\n}\n`),
    );
    const { notices } = await store.read();
    expect(notices).toEqual([
      `\`${path}\` holds \`rooms[0].colour\`, which this version does not know; it is kept`,
      `\`${path}\` holds \`archive\`, which this version does not know; it is kept`,
      `\`${path}\` was edited outside pchat after serial 1; the next change records that`,
    ]);
    await store.update(author(), ({ state, nextId }) => {
      const draft = createDraft(state, nextId);
      draft.update("rooms", 3, { description: "x" });
      return { change: { writes: draft.writes(), nextId }, value: undefined };
    });
    expect(fileOf(path)).toMatchObject({
      rooms: [{ description: "x", colour: { of: ["door", 1.5] } }],
      archive: [1],
    });
    expect((await store.read()).notices).toEqual([]);
    expect(Object.keys(fileOf(path)).at(-1)).toBe("archive");
  });
});

describe("facts", () => {
  test("say where the store is and how large", async () => {
    const { path, store } = await makeStore();
    await store.update(author({ time: "2026-03-02T08:00:00.000Z" }), addRoom("New"));
    expect(await store.facts()).toEqual({
      path,
      realPath: path,
      lineage,
      serial: 2,
      fileSerial: 2,
      schemaVersion: 1,
      sizeBytes: statSync(path).size,
      journalBytes: statSync(beside(path, ".journal.ndjson")).size,
      objects: {
        settings: 0,
        sites: 0,
        pools: 1,
        policies: 0,
        grants: 0,
        configurations: 0,
        complianceConfigurations: 0,
        endpoints: 0,
        categories: 1,
        addins: 0,
        rooms: 2,
      },
      directoryDate: null,
      directoryEntries: null,
      behind: false,
      lastChange: { serial: 2, time: "2026-03-02T08:00:00.000Z" },
    });
  });
});

test.each([["no longer than one reading"], ["longer than the first reading"], ["longer than several"]])(
  "a change that was never finished and is %s hides none that was kept",
  async (length) => {
    const { path, store } = await makeStore();
    await store.update(author(), addRoom("Kept"));
    const size =
      { "no longer than one reading": 1000, "longer than the first reading": 300_000 }[length] ?? 1_500_000;
    const torn = `{"serial":3,"command":"${"x".repeat(size)}`;
    appendFileSync(beside(path, ".journal.ndjson"), torn);
    const snapshot = await store.read();
    expect([snapshot.serial, roomNames(snapshot)]).toEqual([2, ["Desk", "Kept"]]);
    expect(await store.update(author(), addRoom("Next"))).toMatchObject({ serial: 3, changed: true });
    expect(roomNames(await store.read())).toEqual(["Desk", "Kept", "Next"]);
    const history: number[] = [];
    for await (const { serial } of store.history()) history.push(serial);
    expect(history).toEqual([1, 2, 3]);
    expect((await store.test()).filter(({ ok }) => !ok)).toEqual([]);
  },
);
