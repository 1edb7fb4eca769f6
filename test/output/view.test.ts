import { describe, expect, test } from "vitest";
import { headerOf, type Row, selectFields, sortRows, type View } from "../../src/output/view.ts";
import { roomView } from "./rooms.ts";

test.each([
  ["allowedMembers", "AllowedMembers"],
  ["maxFileSizeKB", "MaxFileSizeKB"],
  ["identity", "Identity"],
])("the header of %s is %s", (name, header) => {
  expect(headerOf(name)).toBe(header);
});

describe("selectFields", () => {
  test("keeps the named columns in the named order, once, in any spelling, in tables too", () => {
    expect(selectFields(roomView, "Description, membership-type,description")).toEqual({
      kind: "room",
      identity: "identity",
      columns: [
        { name: "description", header: "Description", inTable: true },
        { name: "membershipType", header: "MembershipType", inTable: true },
      ],
    });
  });

  test.each(["identity,membrs", "membrs"])("refuses the unknown field in %s", (fields) => {
    expect(() => selectFields(roomView, fields)).toThrow(
      expect.objectContaining({
        code: "invalid-value",
        message: "a room has no field `membrs`",
        hint: { say: "fields are identity, membershipType, disabled, members, size, description" },
        unknown: expect.objectContaining({ word: "membrs" }),
      }),
    );
  });

  test("refuses an empty list", () => {
    expect(() => selectFields(roomView, "")).toThrow("a room has no field ``");
  });
});

describe("sortRows", () => {
  const view: View = {
    kind: "thing",
    identity: "id",
    columns: [
      { name: "id", header: "Id" },
      { name: "key", header: "Key" },
    ],
  };
  const order = (keys: readonly Row[string][], field: string): unknown[] =>
    sortRows(
      keys.map((key, id) => ({ id, key })),
      view,
      field,
    ).map(({ id }) => id);

  test.each([
    ["text without regard to case, ties as they came", ["b", "A", "a", "B", "a"], "key", [1, 2, 4, 3, 0]],
    ["the reverse, ties as they came", ["a", "b", "a"], "-Key", [1, 0, 2]],
    ["numbers by size", [10, 9, -1], "key", [2, 1, 0]],
    ["missing values last", [null, "b", null, "a"], "key", [3, 1, 0, 2]],
    ["missing values last in the reverse too", [null, "b", null, "a"], "-key", [1, 3, 0, 2]],
    ["numbers before texts", ["1", 2], "key", [1, 0]],
    ["lists by their members", [["b"], ["a", "c"], ["a", "b"]], "key", [2, 1, 0]],
    ["false before true", [true, false], "key", [1, 0]],
  ])("%s", (_, keys, field, expected) => {
    expect(order(keys, field)).toEqual(expected);
  });

  test("refuses an unknown field", () => {
    expect(() => sortRows([], view, "-kye")).toThrow("a thing has no field `kye`");
  });
});
