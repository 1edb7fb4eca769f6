import { expect, test } from "vitest";
import { fuzzyFinder } from "../../src/cli/fuzzy.ts";

const rooms = [
  "Network · IT · Lines and switches",
  "Upgrade Help Desk · IT",
  "Help Desk · IT · Trouble and fixes",
  "Zürich Gäste · Trading",
  "営業部 東京 · Trading",
  "C++ · IT",
];

test.each([
  ["", [0, 1, 2]],
  ["help desk", [2, 1]],
  ["hlep desk", [2, 1]],
  ["desk help", [2, 1]],
  ["HELP", [2, 1]],
  ["switch", [0]],
  ["trading gast", [3]],
  ["zurich", [3]],
  ["東京", [4]],
  ["++", [5]],
  ["nothing of the kind", []],
])("%j finds", async (typed, wanted) => {
  const find = await fuzzyFinder(rooms);
  expect(find(typed, 3)).toEqual(wanted);
});

test("finds at most so many", async () => {
  const find = await fuzzyFinder(Array.from({ length: 100 }, (_, i) => `Room ${i}`));
  expect(find("room", 2)).toEqual([0, 1]);
});
