import { expect, it } from "vitest";
import type { Consequences } from "../../src/core/effects.ts";
import type { Effect } from "../../src/core/outcome.ts";
import { effectLines } from "../../src/output/wording.ts";

const effect = (n: number, gains: Effect["gains"], loses: Effect["loses"]): Effect => ({
  user: `sip:u${n}@contoso.com`,
  room: `pool\\R${n}`,
  gains,
  loses,
});

function consequences(effects: readonly Effect[], read: { effects: number; counts: number }): Consequences {
  return {
    *effects() {
      for (const each of effects) {
        read.effects++;
        yield each;
      }
    },
    *counts() {
      for (const { room, gains, loses } of effects) {
        read.counts++;
        yield { room, gaining: Number(gains.length > 0), losing: Number(loses.length > 0) };
      }
    },
  };
}

const linesOf = (effects: readonly Effect[]) => {
  const read = { effects: 0, counts: 0 };
  return { lines: [...effectLines(consequences(effects, read))], ...read };
};

it("up to twenty lines tell of each person", () => {
  const effects = Array.from({ length: 10 }, (_, n) => effect(n, ["find", "join"], ["manage"]));
  const { lines } = linesOf(effects);
  expect(lines.slice(0, 2)).toEqual([
    "`sip:u0@contoso.com` can now find, join `pool\\R0`",
    "`sip:u0@contoso.com` can no longer manage `pool\\R0`",
  ]);
  expect(lines).toHaveLength(20);
});

it("more are counted by room, without looking at each person, and but once", () => {
  const effects = Array.from({ length: 1000 }, (_, n) => effect(n, ["find"], n === 1 ? ["manage"] : []));
  const { lines, ...read } = linesOf(effects);
  expect(read).toEqual({ effects: 0, counts: 1000 });
  expect(lines.slice(0, 2)).toEqual([
    "`pool\\R0`: 1 person gains access",
    "`pool\\R1`: 1 person gains access, 1 person loses access",
  ]);
  expect(lines.slice(-1)).toEqual(["1000 rooms in all"]);
  expect(lines).toHaveLength(1001);
});

it("nothing is told where nobody gains or loses", () => {
  expect(linesOf([])).toEqual({ lines: [], effects: 0, counts: 0 });
});
