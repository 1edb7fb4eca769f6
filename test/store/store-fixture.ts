import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Authorship, Change, Snapshot } from "../../src/core/change.ts";
import { DomainError } from "../../src/core/errors.ts";
import { collections, type Objects, type Write } from "../../src/core/state.ts";
import { createJsonStore, type JsonStore, type JsonStoreOptions } from "../../src/store/json-store.ts";

export const pool = "pchat.contoso.com";

export function makeFolder(): string {
  const made = mkdtempSync(join(tmpdir(), "pchat-store-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

export const author = (more: Partial<Authorship> = {}): Authorship => ({
  time: "2026-03-01T10:00:00.000Z",
  osUser: "ci",
  actor: "ci",
  as: null,
  command: "set-room",
  reason: null,
  ...more,
});

export function openAt(path: string, more: Partial<JsonStoreOptions> = {}): JsonStore {
  return createJsonStore({
    path,
    host: "build-1",
    pid: process.pid,
    command: "set-room",
    lockTimeout: 10,
    onWaiting: () => {},
    now: () => "2026-03-01T10:00:00.000Z",
    ...more,
  });
}

export const category: Objects["categories"] = {
  id: 2,
  identity: `${pool}\\IT`,
  name: "IT",
  description: null,
  invitations: false,
  fileUpload: false,
  chatHistory: true,
  allowedMembers: ["contoso.com"],
  deniedMembers: [],
  creators: [],
};

export const room = (id: number, name: string, more: Partial<Objects["rooms"]> = {}): Objects["rooms"] => ({
  id,
  identity: `${pool}\\${name}`,
  name,
  description: null,
  categoryId: 2,
  disabled: false,
  type: "Normal",
  privacy: "Closed",
  invitations: "Inherit",
  addinId: null,
  members: ["sip:ana@contoso.com"],
  managers: [],
  presenters: [],
  ...more,
});

export const initial: { readonly writes: readonly Write[]; readonly nextId: number } = {
  writes: [
    { collection: "pools", id: 1, after: { id: 1, fqdn: pool, displayName: null, site: null } },
    { collection: "categories", id: 2, after: category },
    { collection: "rooms", id: 3, after: room(3, "Desk") },
  ],
  nextId: 4,
};

/** A store with a pool, a category and a room, at serial 1. */
export async function makeStore(
  path = join(makeFolder(), "pchat.json"),
  more: Partial<JsonStoreOptions> = {},
): Promise<{ readonly path: string; readonly store: JsonStore }> {
  await openAt(path, { command: "new-store", ...more }).create(author({ command: "new-store" }), initial);
  return { path, store: openAt(path, more) };
}

export const addRoom =
  (name: string, more: Partial<Objects["rooms"]> = {}) =>
  ({ nextId }: Snapshot): { change: Change; value: number } => ({
    change: {
      writes: [{ collection: "rooms", id: nextId, after: room(nextId, name, more) }],
      nextId: nextId + 1,
    },
    value: nextId,
  });

/** Everything in a state that is stored in lists. */
export const contentOf = ({ state }: Pick<Snapshot, "state">): Record<string, unknown[]> =>
  Object.fromEntries(collections.map((collection) => [collection, [...state.all(collection)]]));

export const roomNames = ({ state }: Pick<Snapshot, "state">): string[] =>
  [...state.all("rooms")].map((each) => each.name);

/** Every file of a folder by its content, and by its mode: equal where no byte was touched. */
export function imageOf(folder: string): Record<string, string> {
  const images = readdirSync(folder)
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
export const edit = (path: string, change: (text: string) => string): void =>
  writeFileSync(path, change(textOf(path)));
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
