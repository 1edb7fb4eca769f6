import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DomainError, refusals } from "../../src/core/errors.ts";
import {
  addRoom,
  author,
  beside,
  imageOf,
  isThere,
  keepStores,
  makeStore,
  openAt,
  ways,
} from "../store/store-fixture.ts";

const rounds = Number(process.env["PCHAT_TEST_ROUNDS"] ?? 10_000);

/** Numbers from a seed, so that a failure can be met again. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const tokens = [
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  '"',
  "null",
  "-1",
  "1e99",
  "\\",
  "\n",
  "\0",
  "\u00ff",
  '"id": 2',
  "<<<<<<< x\n",
];

function mutated(bytes: Buffer, random: () => number): Buffer {
  const at = Math.floor(random() * bytes.length);
  const end = Math.min(bytes.length, at + 1 + Math.floor(random() ** 3 * 200));
  const token = Buffer.from(tokens[Math.floor(random() * tokens.length)]!);
  const flipped = Buffer.from(bytes);
  flipped[at] = flipped[at]! ^ (1 << Math.floor(random() * 8));
  const other = Math.floor(random() * bytes.length);
  const changes = [
    () => flipped,
    () => bytes.subarray(0, at),
    () => Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]),
    () => Buffer.concat([bytes.subarray(0, at), token, bytes.subarray(at)]),
    () => Buffer.concat([bytes.subarray(0, at), token, bytes.subarray(end)]),
    () => Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]),
    () => Buffer.concat([bytes.subarray(0, other), bytes.subarray(at, end), bytes.subarray(other)]),
    () => swappedLines(bytes, random),
  ];
  return changes[Math.floor(random() * changes.length)]!();
}

function swappedLines(bytes: Buffer, random: () => number): Buffer {
  const lines = bytes.toString("latin1").split("\n");
  const [a, b] = [Math.floor(random() * lines.length), Math.floor(random() * lines.length)];
  [lines[a], lines[b]] = [lines[b]!, lines[a]!];
  return Buffer.from(lines.join("\n"), "latin1");
}

/** Null where it went well, the code where it was refused as a damaged or stale store; anything else fails. */
async function outcome(run: () => Promise<unknown>): Promise<string | null> {
  try {
    await run();
    return null;
  } catch (error) {
    if (error instanceof DomainError && refusals[error.code] === "store") return error.code;
    throw error;
  }
}

describe.each(ways)("a store that is kept $way:", (way) => {
  keepStores(way);

  test(`${rounds} mutations of it, its journal and its index`, async () => {
    const { path, store } = await makeStore();
    for (const name of ["A", "B", "C"]) await store.update(author(), addRoom(name));
    const seed = Number(process.env["PCHAT_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
    const { taken, refused } = await fuzz(path, seed);
    process.stderr.write(`${taken} taken, ${refused} refused\n`);
    expect(taken).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });
});

async function fuzz(path: string, seed: number): Promise<{ taken: number; refused: number }> {
  const random = numbers(seed);
  const files = [path, beside(path, ".journal.ndjson"), beside(path, ".index")].filter(isThere);
  const sound = new Map(files.map((file) => [file, readFileSync(file)]));
  const counts = { taken: 0, refused: 0 };
  for (let round = 0; round < rounds; round++) {
    const file = files[Math.floor(random() * files.length)]!;
    for (const [name, bytes] of sound) writeFileSync(name, name === file ? mutated(bytes, random) : bytes);
    if (random() < 0.5) rmSync(beside(path, ".lock"), { force: true });
    const isTaken = await survives(path, `seed ${seed}, round ${round}, ${file}`);
    counts[isTaken ? "taken" : "refused"]++;
  }
  return counts;
}

/** Reads and changes a store that may be damaged. Returns whether the change was taken. */
async function survives(path: string, told: string): Promise<boolean> {
  const before = imageOf(join(path, ".."));
  const reading = await outcome(async () => [...(await openAt(path).read()).state.all("rooms")]);
  expect(imageOf(join(path, "..")), told).toEqual(before);
  const writing = await outcome(() => openAt(path).update(author(), addRoom("New")));
  if (writing === null) {
    expect(reading, told).toBeNull();
    expect((await openAt(path).read()).state.count("rooms"), told).toBeGreaterThan(0);
    return true;
  }
  const { "pchat.lock": _, ...after } = imageOf(join(path, ".."));
  expect(before, told).toMatchObject(after);
  return false;
}
