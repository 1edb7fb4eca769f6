import { copyFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { JournalEntry } from "../../src/core/change.ts";
import {
  addRoom,
  author,
  beside,
  edit,
  fileOf,
  imageOf,
  initial,
  linesOf,
  makeFolder,
  makeStore,
  openAt,
  refusal,
  room,
  roomNames,
  textOf,
} from "./store-fixture.ts";

const journalOf = (path: string): string => beside(path, ".journal.ndjson");
const keep = (path: string): void => copyFileSync(path, `${path}.kept`);
const putBack = (path: string): void => {
  copyFileSync(`${path}.kept`, path);
  rmSync(`${path}.kept`);
};

async function commandsIn(history: AsyncIterable<JournalEntry>): Promise<[number, string, number][]> {
  const entries: [number, string, number][] = [];
  for await (const { serial, command, writes } of history) entries.push([serial, command, writes.length]);
  return entries;
}

/** A store at serial 2 whose file is at 1, as a process leaves it that ends between journal and file. */
async function makeBehind() {
  const made = await makeStore();
  keep(made.path);
  copyFileSync(beside(made.path, ".lock"), beside(made.path, ".lock.kept"));
  await made.store.update(author({ command: "new-room New" }), addRoom("New"));
  putBack(made.path);
  copyFileSync(beside(made.path, ".lock.kept"), beside(made.path, ".lock"));
  rmSync(beside(made.path, ".lock.kept"));
  return made;
}

describe("a file behind its journal", () => {
  test("is read with the journal's changes, and nothing is written", async () => {
    const { path, store } = await makeBehind();
    const before = imageOf(join(path, ".."));
    const snapshot = await store.read();
    expect([snapshot.serial, snapshot.nextId, roomNames(snapshot), snapshot.notices]).toEqual([
      2,
      5,
      ["Desk", "New"],
      [],
    ]);
    expect(await store.facts()).toMatchObject({ serial: 2, behind: true });
    expect(imageOf(join(path, ".."))).toEqual(before);
  });

  test("is written by the next change, which comes after it", async () => {
    const { path, store } = await makeBehind();
    expect(await store.update(author(), addRoom("Next"))).toMatchObject({ serial: 3, value: 5 });
    expect(fileOf(path)).toMatchObject({ serial: 3, nextId: 6 });
    expect(roomNames(await store.read())).toEqual(["Desk", "New", "Next"]);
    expect(await commandsIn(store.history())).toEqual([
      [1, "new-store", 3],
      [2, "new-room New", 1],
      [3, "set-room", 1],
    ]);
  });

  test("stays as it is where the next command changes nothing", async () => {
    const { path, store } = await makeBehind();
    const before = textOf(path);
    await store.update(author(), () => ({ change: undefined, value: 0 }));
    expect(textOf(path)).toBe(before);
    expect((await store.read()).serial).toBe(2);
  });
});

describe("the end of a journal", () => {
  test("that was never finished is left out, wherever it was cut", async () => {
    const { path, store } = await makeBehind();
    const whole = textOf(journalOf(path));
    const lastLine = whole.lastIndexOf("\n", whole.length - 2) + 1;
    for (let length = lastLine; length < whole.length; length += 7) {
      writeFileSync(journalOf(path), whole.slice(0, length));
      const snapshot = await store.read();
      expect([snapshot.serial, roomNames(snapshot)]).toEqual([1, ["Desk"]]);
    }
  });

  test("that was never finished is cut off by the next change, which says so", async () => {
    const { path, store } = await makeBehind();
    const whole = textOf(journalOf(path));
    truncateSync(journalOf(path), whole.length - 1);
    const done = await store.update(author(), addRoom("Next"));
    expect(done).toEqual({
      value: 4,
      serial: 2,
      changed: true,
      notices: [`\`${journalOf(path)}\` ended in a change that was never finished; it was left out`],
    });
    expect(await commandsIn(store.history())).toEqual([
      [1, "new-store", 3],
      [2, "set-room", 1],
    ]);
  });

  test("with blocks that never reached the disk is left out", async () => {
    const { path, store } = await makeStore();
    const whole = textOf(journalOf(path));
    writeFileSync(journalOf(path), `${whole}{"serial":2,${"\0".repeat(500)}"}\n`);
    expect((await store.read()).serial).toBe(1);
    await store.update(author(), addRoom("New"));
    expect(linesOf(path)).toHaveLength(3);
  });

  test("without the commit of a large change does not hold that change", async () => {
    const { path, store } = await makeStore();
    const writes = Array.from({ length: 2100 }, (_, at) => ({
      collection: "rooms" as const,
      id: 4 + at,
      after: room(4 + at, `R${at}`),
    }));
    keep(path);
    await store.update(author(), () => ({ change: { writes, nextId: 2104 }, value: 0 }));
    putBack(path);
    const lines = linesOf(path);
    writeFileSync(journalOf(path), `${lines.slice(0, -1).join("\n")}\n`);
    expect(roomNames(await store.read())).toEqual(["Desk"]);
    expect((await store.update(author(), addRoom("New"))).serial).toBe(2);
    expect(linesOf(path)).toHaveLength(3);
  });
});

describe("a store without its journal", () => {
  test("is whole, and its next change begins one with the store in it", async () => {
    const { path, store } = await makeStore();
    rmSync(journalOf(path));
    expect(await store.read()).toMatchObject({ serial: 1, notices: [] });
    expect(await commandsIn(store.history())).toEqual([]);
    await store.update(author(), addRoom("New"));
    const [first, second] = linesOf(path).map((line) => JSON.parse(line));
    expect([first.snapshot.serial, first.writes, second.serial]).toEqual([1, initial.writes, 2]);
    expect(roomNames(await store.read({ serial: 1 }))).toEqual(["Desk"]);
  });

  test("has none either where the first line of it was never finished", async () => {
    const { path, store } = await makeStore();
    truncateSync(journalOf(path), 40);
    await store.update(author(), addRoom("New"));
    expect(linesOf(path)).toHaveLength(2);
    expect(roomNames(await store.read())).toEqual(["Desk", "New"]);
  });
});

describe("an edit outside pchat", () => {
  const renamed = (text: string): string => text.replaceAll("Desk", "Bench");

  test("is read with a notice, and recorded by the next change as one of its own", async () => {
    const { path, store } = await makeStore();
    edit(path, renamed);
    const when = new Date("2026-03-05T12:00:00.000Z");
    utimesSync(path, when, when);
    const notice = `\`${path}\` was edited outside pchat after serial 1; the next change records that`;
    expect(await store.read()).toMatchObject({ serial: 2, notices: [notice] });
    const done = await store.update(author({ time: "2026-03-06T00:00:00.000Z" }), addRoom("New"));
    expect(done).toEqual({ value: 4, serial: 3, changed: true, notices: [notice] });
    expect(await store.read()).toMatchObject({ serial: 3, notices: [] });
    const entries = [];
    for await (const entry of store.history()) entries.push(entry);
    expect(entries[1]).toEqual({
      serial: 2,
      lineage: fileOf(path)["lineage"],
      time: when.toISOString(),
      osUser: "unknown",
      actor: "unknown",
      as: null,
      command: "edited outside pchat",
      reason: null,
      directory: null,
      directoryBefore: null,
      writes: [{ collection: "rooms", id: 3, before: room(3, "Desk"), after: room(3, "Bench") }],
    });
    expect(roomNames(await store.read({ serial: 1 }))).toEqual(["Desk"]);
    expect(roomNames(await store.read({ serial: 2 }))).toEqual(["Bench"]);
  });

  test("counts as a change for --if-serial", async () => {
    const { path, store } = await makeStore();
    edit(path, renamed);
    expect(await refusal(() => store.update(author(), addRoom("New"), { ifSerial: 1 }))).toMatchObject({
      code: "store-stale",
    });
    expect(textOf(path)).toContain("Bench");
  });

  test("survives a crash between its record and the file", async () => {
    const { path, store } = await makeStore();
    edit(path, renamed);
    keep(path);
    await store.update(author(), addRoom("New"));
    putBack(path);
    rmSync(beside(path, ".lock"));
    expect([(await store.read()).serial, roomNames(await store.read())]).toEqual([3, ["Bench", "New"]]);
    await store.update(author(), addRoom("Next"));
    expect(roomNames(await store.read())).toEqual(["Bench", "New", "Next"]);
  });

  test("that breaks a rule is refused with its place, and nothing is written", async () => {
    const { path, store } = await makeStore();
    edit(path, (text) => text.replace(`"privacy": "Closed"`, `"privacy": "Shut"`));
    const before = imageOf(join(path, ".."));
    const line =
      textOf(path)
        .split("\n")
        .findIndex((each) => each.includes("Shut")) + 1;
    const wanted = {
      code: "store-damaged",
      message: `\`${path}\` line ${line}, column 18: \`rooms[0].privacy\` is \`Shut\`, not \`Open\`, \`Closed\` or \`Secret\``,
    };
    expect(await refusal(() => store.read())).toMatchObject(wanted);
    expect(await refusal(() => store.update(author(), addRoom("New")))).toMatchObject(wanted);
    expect(imageOf(join(path, ".."))).toEqual(before);
  });

  test("of the form alone is none: CRLF, other spaces, a byte order mark", async () => {
    const { path, store } = await makeStore();
    const usual = textOf(path);
    edit(path, (text) => `\uFEFF${text.replaceAll("\n", "\r\n")}`);
    expect(await store.read()).toMatchObject({
      serial: 1,
      notices: [
        `\`${path}\` begins with a byte order mark; the next change leaves it out`,
        `\`${path}\` has CRLF line ends; the next change writes LF`,
      ],
    });
    writeFileSync(path, JSON.stringify(JSON.parse(usual)));
    expect(await store.read()).toMatchObject({ serial: 1, notices: [] });
    await store.update(author(), addRoom("New"));
    expect(textOf(path)).toBe(`${JSON.stringify(fileOf(path), null, 2)}\n`);
    expect(linesOf(path)).toHaveLength(3);
  });
});

describe("a file that went back", () => {
  const waysOut = [
    ["repair-store", "--from", "file"],
    ["repair-store", "--from", "journal"],
  ];

  test.each([1, 2, 3])("by %i changes is refused with both serials and both ways out", async (changes) => {
    const { path, store } = await makeStore();
    keep(path);
    for (let at = 0; at < changes; at++) await store.update(author(), addRoom(`R${at}`));
    putBack(path);
    const before = imageOf(join(path, ".."));
    const wanted = {
      code: "store-stale",
      message: `\`${path}\` is at serial 1 and its journal at ${changes + 1}: the file went back (another branch, or an old copy)`,
      details: { file: path, fileSerial: 1, journalSerial: changes + 1 },
      commands: waysOut,
    };
    expect(await refusal(() => store.read())).toEqual(wanted);
    expect(await refusal(() => store.update(author(), addRoom("New")))).toEqual(wanted);
    expect(imageOf(join(path, ".."))).toEqual(before);
  });

  test("and was edited is refused with both serials and both ways out", async () => {
    const { path, store } = await makeStore();
    keep(path);
    await store.update(author(), addRoom("New"));
    putBack(path);
    edit(path, (text) => text.replaceAll("Desk", "Bench"));
    expect(await refusal(() => store.read())).toEqual({
      code: "store-stale",
      message: `\`${path}\` was edited outside pchat at serial 1, and its journal is at 2`,
      details: { file: path, fileSerial: 1, journalSerial: 2 },
      commands: waysOut,
    });
  });
});

describe("a file that is newer than its journal", () => {
  test("is read with a notice, and the difference is recorded", async () => {
    const { path, store } = await makeStore();
    const journal = textOf(journalOf(path));
    await store.update(author(), addRoom("New"));
    await store.update(author(), addRoom("Other"));
    writeFileSync(journalOf(path), journal);
    expect(await store.read()).toMatchObject({
      serial: 3,
      notices: [
        `\`${path}\` is at serial 3 and its journal at 1: what changed in between is not in the history`,
      ],
    });
    await store.update(author(), addRoom("Next"));
    expect(await commandsIn(store.history())).toEqual([
      [1, "new-store", 3],
      [3, "edited outside pchat", 2],
      [4, "set-room", 1],
    ]);
    expect((await store.read()).notices).toEqual([]);
  });
});

describe("a journal of another store", () => {
  test("is refused with both lineages", async () => {
    const { path, store } = await makeStore();
    const other = await makeStore(join(makeFolder(), "pchat.json"));
    copyFileSync(journalOf(other.path), journalOf(path));
    const before = imageOf(join(path, ".."));
    const wanted = {
      code: "store-damaged",
      message: `\`${journalOf(path)}\` is the journal of another store`,
      details: {
        file: path,
        journal: journalOf(path),
        fileLineage: fileOf(path)["lineage"],
        journalLineage: fileOf(other.path)["lineage"],
      },
      commands: [["repair-store", "--from", "file"]],
    };
    expect(await refusal(() => store.read())).toEqual(wanted);
    expect(await refusal(() => store.update(author(), addRoom("New")))).toEqual(wanted);
    expect(imageOf(join(path, ".."))).toEqual(before);
  });
});

describe("a journal that was changed", () => {
  test.each([
    [1, "does not follow from the line before it: one of the two was changed"],
    [2, "does not follow from the line before it: one of the two was changed"],
  ])("in line %i does not prove the history", async (line, reason) => {
    const { path, store } = await makeStore();
    await store.update(author(), addRoom("New"));
    const lines = linesOf(path);
    lines[line - 1] = lines[line - 1]!.replace("2026-03-01", "2026-03-09");
    writeFileSync(journalOf(path), `${lines.join("\n")}\n`);
    expect(await refusal(() => commandsIn(store.history()))).toMatchObject({
      code: "store-damaged",
      message: `\`${journalOf(path)}\` line ${line} ${reason}`,
    });
  });

  test("in its last line is refused by every command", async () => {
    const { path, store } = await makeStore();
    await store.update(author(), addRoom("New"));
    edit(journalOf(path), (text) => text.replace(`"name":"New"`, `"name":"Old"`));
    const before = imageOf(join(path, ".."));
    const wanted = { code: "store-damaged", commands: [["test-store"], ["repair-store"]] };
    expect(await refusal(() => store.read())).toMatchObject(wanted);
    expect(await refusal(() => store.update(author(), addRoom("Next")))).toMatchObject(wanted);
    expect(imageOf(join(path, ".."))).toEqual(before);
  });
});

describe("a moment in the past", () => {
  test("is the store after that change, or after the last one up to a time", async () => {
    const { path, store } = await makeStore();
    for (const [day, name] of [
      ["02", "A"],
      ["04", "B"],
      ["03", "C"],
    ]) {
      await store.update(author({ time: `2026-03-${day}T00:00:00.000Z` }), addRoom(name!));
    }
    const at = async (moment: { serial: number } | { time: string }) => {
      const snapshot = await store.read(moment);
      return [snapshot.serial, ...roomNames(snapshot)];
    };
    expect(await at({ serial: 0 })).toEqual([0]);
    expect(await at({ serial: 2 })).toEqual([2, "Desk", "A"]);
    expect(await at({ serial: 4 })).toEqual([4, "Desk", "A", "B", "C"]);
    expect(await at({ time: "2026-03-02T23:59:59.999Z" })).toEqual([2, "Desk", "A"]);
    // The clock went back: the last change was made at this time, after the one dated later.
    expect(await at({ time: "2026-03-03T12:00:00.000Z" })).toEqual([4, "Desk", "A", "B", "C"]);
    expect(await refusal(() => at({ serial: 5 }))).toMatchObject({
      code: "not-found",
      message: `\`${path}\` is at serial 4: there is no serial 5 yet`,
    });
    expect(await refusal(() => at({ time: "2026-02-01T00:00:00.000Z" }))).toMatchObject({
      code: "not-found",
      message: `\`${path}\` is not known as it was at 2026-02-01T00:00:00.000Z: its history begins with serial 0 at 2026-03-01T10:00:00.000Z`,
      details: { earliestSerial: 0, earliestTime: "2026-03-01T10:00:00.000Z" },
    });
  });
});

test("a missing file with a journal is damage, and nothing is made", async () => {
  const { path, store } = await makeStore();
  rmSync(path);
  const before = imageOf(join(path, ".."));
  const wanted = {
    code: "store-damaged",
    message: `\`${path}\` is missing, but its journal is there`,
    details: { file: path, journal: journalOf(path), journalSerial: 1 },
    commands: [["repair-store"]],
  };
  expect(await refusal(() => store.read())).toEqual(wanted);
  expect(await refusal(() => openAt(path).update(author(), addRoom("New")))).toEqual(wanted);
  expect(imageOf(join(path, ".."))).toEqual(before);
});
