/** Stores and their objects for tests: values only, for test runners and for processes that tests start. */
import process from "node:process";
import type { Authorship, Change, Snapshot } from "../../src/core/change.ts";
import type { HeldContent, UserEntry } from "../../src/core/directory.ts";
import type { Objects, Write } from "../../src/core/state.ts";
import type { ManifestBounds } from "../../src/environment/manifest-files.ts";
import { createJsonStore, type JsonStore, type JsonStoreOptions } from "../../src/store/json-store.ts";
import { blankPool } from "../support/blank-pool.ts";

export const pool = "pchat.contoso.com";

export const author = (more: Partial<Authorship> = {}): Authorship => ({
  time: "2026-03-01T10:00:00.000Z",
  osUser: "ci",
  actor: "ci",
  as: null,
  command: "set-room",
  reason: null,
  ...more,
});

/**
 * How stores are kept, where a test does not say it: as they are by default, or (PCHAT_TEST_BOUNDS) with other bounds,
 * so that the proofs of small stores are run again on the way that large ones take.
 */
export const bounds = (): Pick<JsonStoreOptions, "largeFrom" | "foldAfter"> => {
  const [largeFrom, foldAfter] = (process.env["PCHAT_TEST_BOUNDS"] ?? "").split(",").map(Number);
  return largeFrom === undefined || foldAfter === undefined ? {} : { largeFrom, foldAfter };
};

/** How many values are held in memory before others are put on a shelf: none on the way that large stores take. */
export const shelfAfter = (): number | undefined => (bounds().largeFrom === 1 ? 0 : undefined);

/** How many bytes files of manifests may have: all are read in small pieces on the way that large stores take. */
export const manifestBounds = (): ManifestBounds | undefined =>
  bounds().largeFrom === 1 ? { whole: 0, piece: 1, most: 1e6 } : undefined;

/** The ways that a store can be kept: in full, by records with the file written at once, and ahead of the file. */
export const ways = [
  { way: "in full", bounds: "1e9,0" },
  { way: "by records", bounds: "1,-1" },
  { way: "ahead of the file", bounds: "1,20000" },
] as const;

export function openAt(path: string, more: Partial<JsonStoreOptions> = {}): JsonStore {
  return createJsonStore({
    path,
    host: "build-1",
    pid: process.pid,
    command: "set-room",
    lockTimeout: 10,
    onWaiting: () => {},
    now: () => "2026-03-01T10:00:00.000Z",
    ...bounds(),
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
    { collection: "pools", id: 1, after: { id: 1, fqdn: pool, ...blankPool } },
    { collection: "categories", id: 2, after: category },
    { collection: "rooms", id: 3, after: room(3, "Desk") },
  ],
  nextId: 4,
};

export const addRoom =
  (name: string, more: Partial<Objects["rooms"]> = {}) =>
  ({ nextId }: Snapshot): { change: Change; value: number } => ({
    change: {
      writes: [{ collection: "rooms", id: nextId, after: room(nextId, name, more) }],
      nextId: nextId + 1,
    },
    value: nextId,
  });

export const user = (name: string): UserEntry => ({
  kind: "user",
  dn: `CN=${name},OU=People,DC=contoso,DC=com`,
  guid: null,
  sid: null,
  domain: "contoso.com",
  displayName: name,
  memberOf: [],
  attributes: [["title", "«Chef» \u2028 de rang"]],
  sipAddress: `sip:${name}@contoso.com`,
  sipEnabled: true,
  userPrincipalName: null,
  logonName: name,
  site: null,
  accountDisabled: false,
});

export const directoryOf = (...names: string[]): HeldContent => ({ entries: names.map(user) });
