import { expect, test } from "vitest";
import type { Room } from "../../src/core/nouns/room.ts";
import type { Write } from "../../src/core/state.ts";
import { applyWrites, emptyDocument } from "../../src/store/document.ts";
import { room } from "./values.ts";

const roomAt = (id: number, description: string): Room => room(id, `Room ${id}`, { description });

/** More than are held as an array. */
const many = 5000;

test.each([10, many])(
  "a list after the writes of %i new objects is by id, with the last of each",
  (count) => {
    const ids = Array.from({ length: count }, (_, at) => at * 2 + 1);
    const rooms = [2, 4, 6].map((id) => roomAt(id, "was there"));
    const empty = emptyDocument("lineage", "schema");
    const document = { ...empty, lists: { ...empty.lists, rooms } };
    const writes: Write[] = [
      ...[...ids].reverse().map((id): Write => ({ collection: "rooms", id, after: roomAt(id, "first") })),
      { collection: "rooms", id: 4, before: rooms[1]!, after: roomAt(4, "changed") },
      { collection: "rooms", id: 6, before: rooms[2]! },
      { collection: "rooms", id: 1, before: roomAt(1, "first"), after: roomAt(1, "second") },
      { collection: "rooms", id: 3, before: roomAt(3, "first") },
    ];
    const after = applyWrites(document, writes, { serial: 2, nextId: 99_999, directory: null });
    const expected = [
      roomAt(1, "second"),
      roomAt(2, "was there"),
      roomAt(4, "changed"),
      ...ids.slice(2).map((id) => roomAt(id, "first")),
    ];
    expected.sort((a, b) => a.id - b.id);
    expect(Array.isArray(after.lists.rooms)).toBe(count < many);
    expect([after.serial, after.nextId, after.lists.rooms.length]).toEqual([2, 99_999, count + 1]);
    expect([...after.lists.rooms]).toEqual(expected);
    expect([...after.lists.rooms]).toEqual(expected);
  },
);
