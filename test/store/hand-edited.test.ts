import { appendFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { State } from "../../src/core/state.ts";
import { namesIn } from "../../src/store/stored-names.ts";
import {
  addRoom,
  author,
  contentOf,
  edit,
  imageOf,
  initial,
  linesOf,
  makeFolder,
  openAt,
  pool,
  refusal,
  room,
  textOf,
} from "./store-fixture.ts";

/** More than is read at once. */
const count = 2500;

async function manyRooms() {
  const path = join(makeFolder(), "pchat.json");
  const rooms = Array.from({ length: count }, (_, at) => {
    const after = room(4 + at, `Room ${at}`, {
      description: `Ä ${"é".repeat(120)} ${at}`,
      members: [`sip:user${at % 7}@contoso.com`, `sip:other${at}@contoso.com`],
    });
    return { collection: "rooms", id: after.id, after } as const;
  });
  const writes = [...initial.writes, ...rooms];
  await openAt(path).create(author({ command: "new-store" }), { writes, nextId: 4 + count });
  return { path, store: openAt(path) };
}

/** What is found of rooms by keys of their indexes, where one of them has this name. */
function foundIn(state: State, name: string): unknown {
  const keys = [`${pool}\\${name}`, `${pool}\\none`, "sip:user3@contoso.com", "sip:nobody@contoso.com", "2"];
  return (["identity", "principal", "category"] as const).map((index) =>
    keys.map((key) => [...state.lookup("rooms", index, key.toLowerCase())].map(({ id }) => id)),
  );
}

const rename = (text: string): string => text.replaceAll("Room 2400", "Edited");

test("a file of many pieces has all of its names between two keystrokes", async () => {
  const { path, store } = await manyRooms();
  const { state } = await store.read();
  for (const collection of ["categories", "rooms"] as const) {
    const words = namesIn(path, collection, "").map(({ word }) => word);
    expect(words).toEqual([...state.all(collection)].map(({ identity }) => identity));
  }
  expect(namesIn(path, "rooms", "room 249").map(({ word }) => word)).toEqual(
    Array.from({ length: 11 }, (_, at) => `${pool}\\Room ${at === 0 ? 249 : 2489 + at}`),
  );
});

describe("a file of many pieces that is edited by hand", () => {
  test.each<[string, (text: string) => string]>([
    ["in one place", (text) => text],
    ["and saved with line ends of Windows and a mark", (text) => `\ufeff${text.replaceAll("\n", "\r\n")}`],
    ["and written on one line", (text) => JSON.stringify(JSON.parse(text))],
    [
      "and put in another order",
      (text) => {
        const { rooms, ...rest } = JSON.parse(text) as { rooms: unknown[] };
        return JSON.stringify({ rooms: rooms.toReversed(), ...rest }, null, 4);
      },
    ],
  ])("%s is read, recorded, and written as it should be", async (_, form) => {
    const { path, store } = await manyRooms();
    expect(statSync(path).size).toBeGreaterThan(1024 * 1024);
    const before = await store.read();
    const [wanted, found] = [contentOf(before), foundIn(before.state, "Room 2400")];
    edit(path, (text) => form(rename(text)));
    const edited = await store.read();
    const renamed = JSON.parse(rename(JSON.stringify(wanted))) as ReturnType<typeof contentOf>;
    expect(contentOf(edited)).toEqual(renamed);
    expect(foundIn(edited.state, "Edited")).toEqual(found);
    expect(edited.state.get("rooms", 2404)).toEqual(renamed["rooms"]![2401]);
    expect(edited.state.get("rooms", 9999)).toBe(undefined);
    expect([...edited.state.each("rooms", [2404, 9999, 2403])]).toEqual([
      renamed["rooms"]![2401],
      renamed["rooms"]![2400],
    ]);
    await store.update(author(), addRoom("New"));
    const last = linesOf(path)
      .slice(-2)
      .map((line) => JSON.parse(line) as { command: string; writes: { id: number }[] });
    expect(last.map(({ command, writes }) => [command, writes.map(({ id }) => id)])).toEqual([
      ["edited outside pchat", [2404]],
      ["set-room", [2504]],
    ]);
    expect(contentOf(await store.read())).toEqual({
      ...renamed,
      rooms: [...renamed["rooms"]!, room(2504, "New")],
    });
    expect((await store.test()).filter(({ ok }) => !ok)).toEqual([]);
    expect(textOf(path).startsWith('{\n  "$schema"')).toBe(true);
  });

  test("wrongly is refused with every fault and its place, by whichever command", async () => {
    const { path, store } = await manyRooms();
    const lines = textOf(path).split("\n");
    const at = lines.findIndex((line) => line.includes('"name": "Room 2400"'));
    edit(path, (text) =>
      text
        .replace('"name": "Room 2400"', '"name": "Room 2399"')
        .replace(`"identity": "${pool}\\\\Room 2300"`, `"identity": "${pool}\\\\Room 12"`),
    );
    const image = imageOf(dirname(path));
    const { details, message } = await refusal(() => store.read());
    expect((details as { faults: { path: string; line: number; reason: string }[] }).faults).toEqual([
      {
        path: "rooms[2301]",
        line: lines.findIndex((line) => line.includes('Room 2300"')) - 1,
        column: 5,
        reason: `is a second room \`${pool}\\Room 12\``,
      },
      expect.objectContaining({ path: "rooms[2301].identity" }),
      expect.objectContaining({ path: "rooms[2401].identity", line: at }),
    ]);
    expect(await refusal(() => store.update(author(), addRoom("New")))).toMatchObject({ message });
    expect((await store.test()).find(({ part }) => part === "file")).toEqual({
      part: "file",
      ok: false,
      detail: message,
    });
    expect(imageOf(dirname(path))).toEqual(image);
  });

  test("while a command goes on from it is refused, and nothing is written", async () => {
    const { path, store } = await manyRooms();
    edit(path, rename);
    const journal = linesOf(path);
    let text = "";
    const updating = refusal(() =>
      store.update(author(), (snapshot) => {
        appendFileSync(path, "\n");
        text = textOf(path);
        return addRoom("New")(snapshot);
      }),
    );
    expect(await updating).toMatchObject({
      code: "store-stale",
      message: `\`${path}\` was changed by hand while this command read it`,
    });
    expect([textOf(path), linesOf(path)]).toEqual([text, journal]);
  });

  test("is in a backup, and comes back from it", async () => {
    const { path, store } = await manyRooms();
    edit(path, rename);
    const content = contentOf(await store.read());
    const target = join(makeFolder(), "pchat.backup");
    await store.backup(target, { force: false });
    const again = openAt(join(makeFolder(), "pchat.json"));
    await again.restore(target, author(), { force: false });
    expect(contentOf(await again.read())).toEqual(content);
    edit(path, (text) => text.replaceAll("Edited", "Other"));
    expect(await store.restore(target, author(), { force: false })).toMatchObject({ changed: true });
    expect(contentOf(await store.read())).toEqual(content);
  });
});
