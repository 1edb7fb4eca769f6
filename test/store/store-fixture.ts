import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, onTestFinished } from "vitest";
import type { Snapshot } from "../../src/core/change.ts";
import { DomainError } from "../../src/core/errors.ts";
import { collections } from "../../src/core/state.ts";

export type { JsonStore } from "../../src/store/json-store.ts";

import type { JsonStore, JsonStoreOptions } from "../../src/store/json-store.ts";
import { author, initial, openAt, type ways } from "./values.ts";

export * from "./values.ts";

export function makeFolder(): string {
  const made = mkdtempSync(join(tmpdir(), "pchat-store-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Keeps the stores of these tests, and of the processes that they start, in one of the ways. */
export function keepStores({ bounds }: Pick<(typeof ways)[number], "bounds">): void {
  const { PCHAT_TEST_BOUNDS: before = "" } = process.env;
  beforeEach(() => {
    process.env["PCHAT_TEST_BOUNDS"] = bounds;
  });
  afterEach(() => {
    process.env["PCHAT_TEST_BOUNDS"] = before;
  });
}

/** A store with a pool, a category and a room, at serial 1. */
export async function makeStore(
  path = join(makeFolder(), "pchat.json"),
  more: Partial<JsonStoreOptions> = {},
): Promise<{ readonly path: string; readonly store: JsonStore }> {
  await openAt(path, { command: "new-store", ...more }).create(author({ command: "new-store" }), initial);
  return { path, store: openAt(path, more) };
}

/** Indexes are derived: that they are there, or not, is nothing that a store says. */
const isDerived = (name: string): boolean => name.endsWith(".index");

/** Names of the files in the folder of a store. */
export const namesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => !isDerived(name))
    .sort();

/** Everything in a state that is stored in lists. */
export const contentOf = ({ state }: Pick<Snapshot, "state">): Record<string, unknown[]> =>
  Object.fromEntries(collections.map((collection) => [collection, [...state.all(collection)]]));

export const roomNames = ({ state }: Pick<Snapshot, "state">): string[] =>
  [...state.all("rooms")].map((each) => each.name);

/** Every file of a folder by its content, and by its mode: equal where no byte was touched. */
export function imageOf(folder: string): Record<string, string> {
  const images = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => !isDerived(name))
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const { mode, size } = statSync(path);
      const content = statSync(path).isFile() && size < 1e8 ? readFileSync(path) : Buffer.from(String(size));
      return [name, `${mode.toString(8)} ${createHash("sha256").update(content).digest("hex")}`];
    });
  return Object.fromEntries(images);
}

export const beside = (path: string, end: string): string => path.replace(/\.json$/, end);
export const textOf = (path: string): string => readFileSync(path, "utf8");
export const fileOf = (path: string): Record<string, never> => JSON.parse(textOf(path));
export const linesOf = (path: string): string[] =>
  textOf(beside(path, ".journal.ndjson")).split("\n").slice(0, -1);
/** Changes a text as a person would, whose edit never falls into the same tick of the clock as what went before. */
export function edit(path: string, change: (text: string) => string): void {
  const [text, before] = [change(textOf(path)), statSync(path).ctimeMs];
  do writeFileSync(path, text);
  while (statSync(path).ctimeMs === before);
}
export const isThere = existsSync;

/** What a refusal says, as values. Anything else that is thrown fails the test. */
export async function refusal(
  run: () => unknown,
): Promise<{ code: string; message: string; details: unknown; commands: unknown }> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return {
      code: error.code,
      message: error.message,
      details: error.details,
      commands: error.hint?.commands,
    };
  }
  throw new Error("was not refused");
}
