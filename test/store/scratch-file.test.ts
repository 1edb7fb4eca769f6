import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DomainError } from "../../src/core/errors.ts";
import { scratchFile } from "../../src/store/scratch-file.ts";

let folder: string;
let before: string | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scratch-"));
  before = process.env["TMPDIR"];
  process.env["TMPDIR"] = folder;
});

afterEach(() => {
  if (before === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = before;
  rmSync(folder, { recursive: true, force: true });
});

test("gives back what was put, in whatever order it is taken, and leaves no name behind", () => {
  const value = fc.record({
    text: fc.string({ unit: "grapheme", maxLength: 20 }),
    // Longer than what is read ahead, and than what is gathered before it is written.
    times: fc.constantFrom(0, 1, 100, 20_000, 90_000),
    list: fc.array(fc.oneof(fc.integer(), fc.constant(null)), { maxLength: 4 }),
  });
  const turns = fc.array(fc.oneof(value, fc.nat({ max: 30 })), { maxLength: 40 });
  fc.assert(
    fc.property(turns, (chosen) => {
      const shelf = scratchFile();
      const put: { readonly place: number; readonly value: object }[] = [];
      for (const turn of chosen) {
        if (typeof turn !== "number") {
          const { text, times, list } = turn;
          const long = { text: text.repeat(times), list };
          put.push({ place: shelf.put(long), value: long });
        } else if (put.length > 0) {
          const { place, value: wanted } = put[turn % put.length]!;
          expect(shelf.take(place)).toEqual(wanted);
        }
      }
      expect(put.map(({ place }) => shelf.take(place))).toEqual(put.map((each) => each.value));
      expect(readdirSync(folder)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test("says where it could not be made", () => {
  process.env["TMPDIR"] = join(folder, "missing");
  const shelf = scratchFile();
  const place = shelf.put({ a: 1 });
  const error = thrownBy(() => shelf.take(place));
  expect([error.code, error.message]).toEqual([
    "write-failed",
    `cannot write \`${join(folder, "missing")}\`: there is no such file or folder`,
  ]);
});

function thrownBy(act: () => unknown): DomainError {
  try {
    act();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
