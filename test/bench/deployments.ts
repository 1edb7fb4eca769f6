import { copyFileSync, createWriteStream, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Room } from "../../src/core/nouns/room.ts";

export interface Size {
  readonly rooms: number;
  readonly users: number;
  readonly groups: number;
}

/** Sizes by the number of rooms: a pilot, a company, the largest documented deployment, and ten times that. */
export const sizes: Readonly<Record<number, Size>> = {
  100: { rooms: 100, users: 1500, groups: 100 },
  3300: { rooms: 3300, users: 15_000, groups: 2000 },
  33000: { rooms: 33_000, users: 150_000, groups: 20_000 },
  300000: { rooms: 300_000, users: 500_000, groups: 60_000 },
};

export const pool = "pchat.contoso.com";
export const departments = 30;
const ou = (n: number): string => `OU=Department ${n},DC=contoso,DC=com`;
const groupDn = (n: number): string => `CN=Group ${n},${ou(n % departments)}`;
const userDn = (n: number): string => `CN=User ${n},${ou(n % departments)}`;
const contractors = `CN=Contractors,${ou(0)}`;
export const sip = (n: number): string => `sip:user${n}@contoso.com`;

/** Spreads numbers over a range, the same in each run. */
const spread = (n: number, below: number): number => (n * 7919) % below;

const guid = (kind: number, n: number): string =>
  `${kind.toString(16).padStart(8, "0")}-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;

/**
 * An export of a directory. Groups nest five by five below the first, up to seven deep, and every user is in three of
 * the lowest, so that each is in the first group, though only through others.
 */
export async function writeLdif(path: string, { users, groups }: Size): Promise<void> {
  await pipeline(Readable.from(chunked(records(users, groups))), createWriteStream(path));
}

function* records(users: number, groups: number): Iterable<string> {
  yield record("DC=contoso,DC=com", "domainDNS", guid(1, 0), ["dc: contoso"]);
  for (let n = 0; n < departments; n++) {
    yield record(ou(n), "organizationalUnit", guid(2, n), [`ou: Department ${n}`]);
  }
  const group = (dn: string, name: string, id: string, above: readonly string[]) =>
    record(dn, "group", id, [
      `cn: ${name}`,
      `sAMAccountName: ${name}`,
      ...above.map((each) => `memberOf: ${each}`),
    ]);
  yield group(contractors, "Contractors", guid(3, groups), []);
  for (let n = 0; n < groups; n++) {
    yield group(groupDn(n), `Group ${n}`, guid(3, n), n === 0 ? [] : [groupDn(Math.floor((n - 1) / 5))]);
  }
  for (let n = 0; n < users; n++) yield userRecord(n, groups);
}

function userRecord(n: number, groups: number): string {
  const lowest = Math.floor(groups / 5);
  const memberOf = [1, 2, 3].map((turn) => groupDn(lowest + spread(n * 3 + turn, groups - lowest)));
  return record(userDn(n), "user", guid(4, n), [
    `cn: User ${n}`,
    `displayName: User ${n}`,
    "userAccountControl: 512",
    `sAMAccountName: user${n}`,
    `userPrincipalName: user${n}@contoso.com`,
    `mail: user${n}@contoso.com`,
    `department: Department ${n % departments}`,
    `msRTCSIP-PrimaryUserAddress: ${sip(n)}`,
    "msRTCSIP-UserEnabled: TRUE",
    ...[...new Set(memberOf)].map((dn) => `memberOf: ${dn}`),
    ...(n % 1000 === 999 ? [`memberOf: ${contractors}`] : []),
  ]);
}

const record = (dn: string, kind: string, id: string, lines: readonly string[]): string =>
  `${[`dn: ${dn}`, "objectClass: top", `objectClass: ${kind}`, `objectGUID: ${id}`, ...lines].join("\n")}\n\n`;

/** Pieces of text, put together until writing them is worth a call. */
function* chunked(pieces: Iterable<string>): Iterable<string> {
  let chunk = "";
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < 1 << 18) continue;
    yield chunk;
    chunk = "";
  }
  yield chunk;
}

/** A program that is run in a folder, and must succeed. */
type Run = (cwd: string, words: readonly string[]) => void;

/**
 * Makes a folder with a store of this size: the directory is imported by the program from `directory.ldif`, the rooms
 * are written straight to the file, and the first change after that, by the program, begins the journal.
 */
export async function makeDeployment(folder: string, size: Size, pchat: Run): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await writeLdif(join(folder, "directory.ldif"), size);
  pchat(folder, ["new-store"]);
  pchat(folder, ["set-policy", "Global", "--enable-persistent-chat", "true"]);
  pchat(folder, ["import-directory", "directory.ldif"]);
  const path = join(folder, "pchat.json");
  copyFileSync(path, join(folder, beforeObjects));
  rmSync(join(folder, "pchat.journal.ndjson"));
  await writeStore(folder, path, size);
  pchat(folder, ["set-room", "Room 1", "--description", "begins the journal"]);
}

/** Makes a folder with a store that has the pool, categories and directory of another deployment, but no rooms. */
export async function makeWithoutRooms(folder: string, of: string, size: Size, pchat: Run): Promise<void> {
  mkdirSync(folder);
  copyFileSync(join(of, directoryFile), join(folder, directoryFile));
  await writeStore(of, join(folder, "pchat.json"), { ...size, rooms: 0 });
  pchat(folder, ["set-category", "Category 1", "--description", "begins the journal"]);
}

const directoryFile = "pchat.directory.json";
/** The store as it was before there was anything in it. */
const beforeObjects = "before-objects.json";

function writeStore(folder: string, path: string, size: Size): Promise<void> {
  const store = JSON.parse(readFileSync(join(folder, beforeObjects), "utf8")) as EmptyStore;
  return pipeline(Readable.from(chunked(storeText(store, size))), createWriteStream(path));
}

type EmptyStore = Readonly<Record<string, unknown>> & { readonly nextId: number };

/** A store as the program writes it, with one pool, a category for each department, and the rooms. */
function* storeText(store: EmptyStore, size: Size): Iterable<string> {
  const first = store.nextId;
  const lists: Readonly<Record<string, Iterable<object>>> = {
    pools: [{ id: first, fqdn: pool, displayName: null, site: null }],
    categories: Array.from({ length: departments }, (_, n) => categoryOf(n, first + 1 + n)),
    rooms: roomsOf(size, first + 1 + departments, first + 1),
  };
  let between = "{\n";
  for (const [key, value] of Object.entries(store)) {
    yield `${between}  ${JSON.stringify(key)}: `;
    between = ",\n";
    if (lists[key] !== undefined) yield* listText(lists[key]);
    else yield indented(key === "nextId" ? first + 1 + departments + size.rooms : value, 2);
  }
  yield "\n}\n";
}

function* listText(objects: Iterable<object>): Iterable<string> {
  let between = "[\n";
  for (const object of objects) {
    yield `${between}    ${indented(object, 4)}`;
    between = ",\n";
  }
  yield between === "[\n" ? "[]" : "\n  ]";
}

const indented = (value: unknown, by: number): string =>
  JSON.stringify(value, null, 2).replaceAll("\n", `\n${" ".repeat(by)}`);

/** Half of the categories allow a container, half the first group, which holds everybody through others. */
function categoryOf(n: number, id: number): object {
  return {
    id,
    identity: `${pool}\\Category ${n}`,
    name: `Category ${n}`,
    description: null,
    invitations: false,
    fileUpload: false,
    chatHistory: true,
    allowedMembers: [n % 2 === 0 ? groupDn(0) : ou(n)],
    deniedMembers: [contractors],
    creators: [],
  };
}

/** Twelve members each: ten users and two groups of the department, the first two of them managers. */
function* roomsOf({ rooms, users, groups }: Size, firstId: number, firstCategory: number): Iterable<Room> {
  const within = (n: number, department: number, count: number): number =>
    (spread(n, Math.floor(count / departments)) * departments + department) % count;
  for (let n = 0; n < rooms; n++) {
    const department = n % departments;
    const people = Array.from({ length: 10 }, (_, turn) =>
      sip(notContractor(within(n * 10 + turn, department, users))),
    );
    const teams = Array.from({ length: 2 }, (_, turn) => groupDn(within(n * 2 + turn, department, groups)));
    const members = [...new Set([...people, ...teams])];
    yield {
      id: firstId + n,
      identity: `${pool}\\Room ${n}`,
      name: `Room ${n}`,
      description: `What Department ${department} talks about, part ${n}`,
      categoryId: firstCategory + department,
      disabled: false,
      type: "Normal",
      privacy: n % 5 === 0 ? "Open" : "Closed",
      invitations: "Inherit",
      addinId: null,
      members,
      managers: members.slice(0, 2),
      presenters: [],
    };
  }
}

const notContractor = (n: number): number => (n % 1000 === 999 ? n - departments : n);
