/** The largest documented deployment in memory, and a tenth of it: as a store gives them, no text shared. */
import type { Directory, Entry, GroupEntry, UserEntry } from "../../src/core/directory.ts";
import { memoryDirectory } from "../../src/core/memory-directory.ts";
import { memoryState, type ObjectLists } from "../../src/core/memory-state.ts";
import type { Objects, State } from "../../src/core/state.ts";
import { blankPool } from "../support/blank-pool.ts";

export interface Size {
  readonly rooms: number;
  readonly users: number;
  readonly groups: number;
}

export const whole: Size = { rooms: 33_000, users: 150_000, groups: 20_000 };
export const tenth: Size = { rooms: 3_300, users: 15_000, groups: 2_000 };

const pool = "pchat.contoso.com";
const departments = 30;
const ou = (n: number): string => `OU=Department ${n},DC=contoso,DC=com`;
export const groupDn = (n: number): string => `CN=Group ${n},${ou(n % departments)}`;
export const sip = (n: number): string => `sip:user${n}@contoso.com`;

/** The same numbers in each run (a linear congruential generator). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const facts = (dn: string, name: string, memberOf: readonly string[]) => ({
  dn,
  guid: null,
  sid: null,
  domain: "contoso.com",
  displayName: name,
  memberOf,
  attributes: [],
});

export function buildEntries({ users, groups }: Size): Entry[] {
  const pick = random(1);
  const domainUsers = "CN=Domain Users,CN=Users,DC=contoso,DC=com";
  const entries: Entry[] = [
    { kind: "domain", ...facts("DC=contoso,DC=com", "contoso", []), netbios: "CONTOSO" },
    { kind: "group", ...facts(domainUsers, "Domain Users", []), logonName: "Domain Users", mail: null },
  ];
  for (let n = 0; n < departments; n++)
    entries.push({ kind: "container", ...facts(ou(n), `Department ${n}`, []) });
  for (let n = 0; n < groups; n++) {
    // Four in five groups are in a group of a lower number, so chains are some ten groups long.
    const above = n > 0 && n % 5 !== 0 ? [groupDn(pick(n))] : [];
    const group: GroupEntry = {
      kind: "group",
      ...facts(groupDn(n), `Group ${n}`, above),
      logonName: `Group ${n}`,
      mail: null,
    };
    entries.push(group);
  }
  for (let n = 0; n < users; n++) {
    const memberOf = [domainUsers, ...Array.from({ length: 4 }, () => groupDn(pick(groups)))].sort();
    const user: UserEntry = {
      kind: "user",
      ...facts(`CN=User ${n},${ou(n % departments)}`, `User ${n}`, memberOf),
      sipAddress: sip(n),
      sipEnabled: true,
      userPrincipalName: `user${n}@contoso.com`,
      logonName: `user${n}`,
      site: null,
      accountDisabled: n % 1000 === 0,
    };
    entries.push(user);
  }
  // As a store file gives them: every text on its own, none shared.
  return JSON.parse(JSON.stringify(entries)) as Entry[];
}

function buildLists({ rooms, users, groups }: Size): ObjectLists {
  const pick = random(2);
  const category = (
    id: number,
    name: string,
    allowedMembers: string[],
    deniedMembers: string[],
  ): Objects["categories"] => ({
    id,
    identity: `${pool}\\${name}`,
    name,
    description: null,
    invitations: false,
    fileUpload: false,
    chatHistory: true,
    allowedMembers,
    deniedMembers,
    creators: allowedMembers,
  });
  const categories = [
    category(100, "Everyone", ["contoso.com"], [groupDn(1)]),
    ...Array.from({ length: departments }, (_, n) =>
      category(101 + n, `Category ${n}`, [ou(n)], [groupDn(n)]),
    ),
  ];
  // People of a room in a department's category are of that department.
  const userFor = (place: number): string =>
    place === 0 ? sip(pick(users)) : sip(pick(Math.floor(users / departments)) * departments + place - 1);
  const someUsers = (place: number, count: number): string[] =>
    Array.from({ length: count }, () => userFor(place));
  const someGroups = (count: number): string[] => Array.from({ length: count }, () => groupDn(pick(groups)));
  const privacies = ["Closed", "Closed", "Closed", "Secret", "Open"] as const;
  return JSON.parse(
    JSON.stringify({
      settings: [],
      sites: [],
      pools: [{ id: 1, fqdn: pool, ...blankPool }],
      policies: [
        { id: 2, identity: "Global", description: null, enablePersistentChat: true },
        { id: 3, identity: "Off", description: null, enablePersistentChat: false },
      ],
      grants: Array.from({ length: Math.floor(users / 10) }, (_, n) => ({
        id: 1_000_000 + n,
        user: sip(n * 10),
        policy: "Off",
      })),
      configurations: [],
      complianceConfigurations: [],
      endpoints: [],
      categories,
      addins: [],
      rooms: Array.from({ length: rooms }, (_, n) => {
        const place = n % 2 === 0 ? 0 : 1 + (n % departments);
        const auditorium = n % 10 === 0;
        const members = [...someUsers(place, n % 1000 === 0 ? 2000 : 45), ...someGroups(5)];
        return {
          id: 1000 + n,
          identity: `${pool}\\Room ${n}`,
          name: `Room ${n}`,
          description: `About ${n}`,
          categoryId: 100 + place,
          disabled: n % 100 === 99,
          type: auditorium ? "Auditorium" : "Normal",
          privacy: privacies[n % 5],
          invitations: "Inherit",
          addinId: null,
          members,
          managers: members.slice(0, 6),
          presenters: auditorium ? members.slice(0, 6) : [],
        };
      }),
    }),
  ) as ObjectLists;
}

/** A deployment that is parsed, with nothing worked out of it yet. */
export interface Built {
  readonly size: Size;
  readonly lists: ObjectLists;
  readonly people: readonly Entry[];
  /** Entries of the rooms' lists. */
  readonly entries: number;
}

export function build(size: Size): Built {
  const lists = buildLists(size);
  const entries = lists.rooms.reduce(
    (sum, room) => sum + room.members.length + room.managers.length + room.presenters.length,
    0,
  );
  return { size, lists, people: buildEntries(size), entries };
}

export const directoryOf = (entries: readonly Entry[], hash = "before"): Directory =>
  memoryDirectory({ entries }, { date: hash, hash });

/** The deployment as a store opens it: no index is built, and nothing is known of anybody. */
export function opened({ lists, people }: Built): State {
  const directory = directoryOf(people);
  return memoryState(lists, () => directory);
}
