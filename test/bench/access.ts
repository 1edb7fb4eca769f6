/**
 * Access at the size of the largest documented deployment: 33,000 rooms, 150,000 users, 2,000,000 list entries, and
 * a tenth of each. Prints every figure at both sizes, its growth, and its ratio to starting Node.
 */
import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";
import { evaluateAccess } from "../../src/core/access.ts";
import { checkDeployment } from "../../src/core/deployment-check.ts";
import type { Directory, Entry, GroupEntry, UserEntry } from "../../src/core/directory.ts";
import { createDraft, type Draft } from "../../src/core/draft.ts";
import { accessDifference, consequencesOf } from "../../src/core/effects.ts";
import { memoryDirectory } from "../../src/core/memory-directory.ts";
import { memoryState, type ObjectLists } from "../../src/core/memory-state.ts";
import { type RoomAction, roomActions } from "../../src/core/outcome.ts";
import { peopleOf, roomsOf } from "../../src/core/people.ts";
import { remediesFor } from "../../src/core/remedy.ts";
import type { Objects, State } from "../../src/core/state.ts";
import { blankPool } from "../support/blank-pool.ts";

interface Size {
  readonly rooms: number;
  readonly users: number;
  readonly groups: number;
}

const whole: Size = { rooms: 33_000, users: 150_000, groups: 20_000 };
const tenth: Size = { rooms: 3_300, users: 15_000, groups: 2_000 };

const pool = "pchat.contoso.com";
const departments = 30;
const ou = (n: number): string => `OU=Department ${n},DC=contoso,DC=com`;
const groupDn = (n: number): string => `CN=Group ${n},${ou(n % departments)}`;
const sip = (n: number): string => `sip:user${n}@contoso.com`;

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

function buildDirectory({ users, groups }: Size, date: string): Directory {
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
  return memoryDirectory({ entries: JSON.parse(JSON.stringify(entries)) as Entry[] }, { date, hash: date });
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

interface Built {
  readonly size: Size;
  readonly lists: ObjectLists;
  readonly state: State;
  readonly entries: number;
}

function build(size: Size): Built {
  const lists = buildLists(size);
  const directory = buildDirectory(size, "before");
  const entries = lists.rooms.reduce(
    (sum, room) => sum + room.members.length + room.managers.length + room.presenters.length,
    0,
  );
  return { size, lists, state: memoryState(lists, () => directory), entries };
}

/** Milliseconds of one call: the first, which builds indexes, and the median of the rest. */
function timed(
  runs: number,
  act: (run: number) => unknown,
): { readonly first: number; readonly median: number } {
  const times = Array.from({ length: runs }, (_, run) => {
    const start = performance.now();
    act(run);
    return performance.now() - start;
  });
  const [first = 0, ...rest] = times;
  const sorted = (rest.length === 0 ? times : rest).sort((a, b) => a - b);
  return { first, median: sorted[Math.floor(sorted.length / 2)]! };
}

function edited(state: State, edit: (draft: Draft) => unknown): Draft {
  const draft = createDraft(state, 10_000_000);
  edit(draft);
  return draft;
}

const effectsOf = (draft: Draft): number => accessDifference(draft.base, draft, draft.writes(), false).length;
const count = (values: Iterable<unknown>): number => {
  let total = 0;
  for (const _ of values) total++;
  return total;
};

/** What is timed, made ready for a deployment before the clock starts. */
type Task = readonly [name: string, runs: number, prepare: (built: Built) => (run: number) => unknown];

const tasks: readonly Task[] = [
  [
    "test-deployment",
    3,
    ({ state }) =>
      () =>
        count(checkDeployment(state)),
  ],
  [
    "one decision",
    1001,
    ({ state, size, lists }) =>
      (run) =>
        evaluateAccess(state, {
          user: sip((run * 7919) % size.users),
          room: lists.rooms[(run * 104729) % size.rooms]!,
          action: roomActions[run % 5] as RoomAction,
        }),
  ],
  [
    "get-access --user",
    11,
    ({ state, size }) =>
      (run) =>
        roomsOf(state, sip((run * 7919 + 1) % size.users)),
  ],
  [
    "get-access --room, Secret",
    21,
    ({ state, size, lists }) =>
      (run) =>
        peopleOf(state, lists.rooms[(run * 35 + 3) % size.rooms]!),
  ],
  [
    "get-access --room, found by everyone",
    3,
    ({ state, size, lists }) =>
      (run) =>
        peopleOf(state, lists.rooms[(run * 10) % size.rooms]!),
  ],
  [
    "remedy for one refusal",
    11,
    ({ state, size, lists }) =>
      (run) => {
        const room = lists.rooms[(run * 10 + 2) % size.rooms]!;
        return remediesFor(state, { user: sip((run * 7919 + 1) % size.users), room, action: "join" });
      },
  ],
  [
    "effects of one member added",
    21,
    ({ state, lists, size }) =>
      (run) => {
        const room = lists.rooms[(run * 10 + 2) % size.rooms]!;
        const members = [...room.members, sip(run * 30 + 7)];
        return effectsOf(edited(state, (draft) => draft.update("rooms", room.id, { members })));
      },
  ],
  [
    "effects of one person denied everywhere",
    5,
    ({ state, lists }) =>
      (run) => {
        const everyone = lists.categories[0]!;
        const deniedMembers = [...everyone.deniedMembers, sip(run * 30 + 7)];
        return effectsOf(
          edited(state, (draft) => draft.update("categories", everyone.id, { deniedMembers })),
        );
      },
  ],
  [
    "effects of one policy granted",
    5,
    ({ state }) =>
      (run) =>
        effectsOf(
          edited(state, (draft) => draft.create("grants", { user: sip(run * 30 + 7), policy: "Off" })),
        ),
  ],
  [
    "effects of an import that changes one group",
    1,
    ({ state, lists, size }) => {
      const next = buildDirectory(size, "after");
      const last = size.groups - 1;
      const entries = [...next.all()].map((entry) =>
        entry.dn === groupDn(last) ? { ...entry, memberOf: [] } : entry,
      );
      const directory = memoryDirectory({ entries }, { date: "after", hash: "after" });
      const after = memoryState(lists, () => directory);
      return () => count(consequencesOf(state, after, [], true).effects());
    },
  ],
];

interface Figure {
  readonly name: string;
  readonly first: number;
  readonly median: number;
}

interface Measured {
  readonly figures: readonly Figure[];
  readonly entries: number;
  /** Peak of the process when the first task, test-deployment, has ended. */
  readonly megabytes: number;
}

function measure(size: Size): Measured {
  const built = build(size);
  let megabytes = 0;
  const figures = tasks.map(([name, runs, prepare]): Figure => {
    const figure = { name, ...timed(runs, prepare(built)) };
    if (megabytes === 0) megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
    return figure;
  });
  return { figures, entries: built.entries, megabytes };
}

/** Median milliseconds of `node -e 0`. */
function nodeStart(): number {
  const times = Array.from({ length: 15 }, () => {
    const start = performance.now();
    spawnSync(process.execPath, ["-e", "0"]);
    return performance.now() - start;
  }).sort((a, b) => a - b);
  return times[7]!;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join("  ");
  return `${rows.map(line).join("\n")}\n`;
}

const milliseconds = (value: number): string => (value < 10 ? value.toFixed(3) : value.toFixed(0));

const node = nodeStart();
const small = measure(tenth);
const large = measure(whole);
const rows = large.figures.map(({ name, first, median }, index) => {
  const before = small.figures[index]!;
  return [
    name,
    milliseconds(before.median),
    milliseconds(median),
    `×${(median / before.median).toFixed(1)}`,
    `×${(median / node).toFixed(2)}`,
    milliseconds(first),
  ];
});
process.stdout.write(
  table([
    ["milliseconds", `${tenth.rooms} rooms`, `${whole.rooms} rooms`, "growth", "to node -e 0", "first call"],
    ...rows,
  ]),
);
process.stdout.write(
  `${tenth.users} and ${whole.users} users, ${small.entries} and ${large.entries} list entries (×${(large.entries / small.entries).toFixed(1)}); ` +
    `node -e 0 takes ${node.toFixed(0)} ms; peak memory with test-deployment ${small.megabytes} and ${large.megabytes} MB\n`,
);
