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

function consequences(effects: readonly Effect[], read: { effects: number }): Consequences {
  return {
    *effects() {
      for (const each of effects) {
        read.effects++;
        yield each;
      }
    },
    counts: () => effects.map(({ room }) => ({ room, gaining: 3, losing: 1 })),
  };
}

const linesOf = (effects: readonly Effect[]) => {
  const read = { effects: 0 };
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

it("more are counted by room, without going on to look at each person", () => {
  const effects = Array.from({ length: 1000 }, (_, n) => effect(n, ["find"], []));
  const { lines, effects: read } = linesOf(effects);
  expect(read).toBe(21);
  expect(lines.slice(0, 2)).toEqual([
    "`pool\\R0`: 3 people gain access, 1 person loses access",
    "`pool\\R1`: 3 people gain access, 1 person loses access",
  ]);
  expect(lines.slice(-1)).toEqual(["and people in more rooms; -o json names each"]);
  expect(lines).toHaveLength(51);
});
