/**
 * Access in the largest documented deployment (33,000 rooms, 150,000 users, 2,000,000 list entries) and in a tenth of
 * it. Each size is measured in processes of its own, one after the other and several times, in processor time, which
 * other programs on the machine disturb least. Prints every figure, how it grows, and whether the targets hold.
 *
 *   npm run bench access [rounds]
 */
import { spawnSync } from "node:child_process";
import { loadavg } from "node:os";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { evaluateAccess } from "../../src/core/access.ts";
import { checkDeployment } from "../../src/core/deployment-check.ts";
import { createDraft, type Draft } from "../../src/core/draft.ts";
import { type Consequences, consequencesOf } from "../../src/core/effects.ts";
import { memoryState } from "../../src/core/memory-state.ts";
import { roomActions } from "../../src/core/outcome.ts";
import { peopleOf, roomsOf } from "../../src/core/people.ts";
import { remediesFor } from "../../src/core/remedy.ts";
import type { State } from "../../src/core/state.ts";
import { fold } from "../../src/core/text.ts";
import {
  type Built,
  build,
  directoryOf,
  groupDn,
  opened,
  type Size,
  sip,
  tenth,
  whole,
} from "./access-deployment.ts";
import { columns, machine, median } from "./measure.ts";

/** What is timed: so many calls for different people and rooms, the same kinds of them at both sizes. */
interface Task {
  readonly name: string;
  readonly calls: number;
  /** Makes one call possible before the clock starts. */
  readonly prepare: (built: Built, state: State) => (call: number) => unknown;
}

const count = (values: Iterable<unknown>): number => {
  let total = 0;
  for (const _ of values) total++;
  return total;
};

function consequences(state: State, edit: (draft: Draft) => unknown): Consequences {
  const draft = createDraft(state, 10_000_000);
  edit(draft);
  return consequencesOf(state, draft, draft.writes(), false);
}

/** What no program can do without: each person filed by address, and each entry of a list looked up. */
function readOnce({ people, lists }: Built): number {
  const byAddress = new Map<string, object>();
  for (const entry of people) {
    if (entry.kind === "user" && entry.sipAddress !== null) byAddress.set(fold(entry.sipAddress), entry);
  }
  let found = 0;
  for (const { members, managers, presenters } of lists.rooms) {
    for (const list of [members, managers, presenters]) {
      for (const entry of list) if (byAddress.has(entry)) found++;
    }
  }
  return found;
}

const everyone = ({ lists }: Built) => lists.categories[0]!;
/** Nobody whom a grant switches off. */
const userAt = (call: number, { users }: Size): string => sip(((call * 7919) % (users / 10)) * 10 + 7);

const tasks: readonly Task[] = [
  {
    name: "(each person and entry looked up once)",
    calls: 1,
    prepare: (built) => () => readOnce(built),
  },
  {
    name: "test-deployment",
    calls: 1,
    prepare: (built) => () => count(checkDeployment(opened(built))),
  },
  {
    name: "one decision",
    calls: 5000,
    prepare:
      ({ size, lists }, state) =>
      (call) =>
        evaluateAccess(state, {
          user: sip((call * 7919) % size.users),
          room: lists.rooms[(call * 104729) % size.rooms]!,
          action: roomActions[call % 5]!,
        }),
  },
  {
    name: "get-access --user",
    calls: 10,
    prepare:
      ({ size }, state) =>
      (call) =>
        roomsOf(state, userAt(call, size)),
  },
  {
    name: "get-access --room, Secret",
    calls: 100,
    prepare:
      ({ size, lists }, state) =>
      (call) =>
        peopleOf(state, lists.rooms[(call * 35 + 3) % size.rooms]!),
  },
  {
    name: "get-access --room, found by everyone",
    calls: 2,
    prepare:
      ({ lists }, state) =>
      (call) =>
        peopleOf(state, lists.rooms[call * 10]!),
  },
  {
    name: "what changes a refusal",
    calls: 20,
    prepare:
      ({ size, lists }, state) =>
      (call) => {
        const room = lists.rooms[(call * 10 + 2) % size.rooms]!;
        return remediesFor(state, { user: userAt(call, size), room, action: "join" });
      },
  },
  {
    name: "effects of one member added",
    calls: 500,
    prepare:
      ({ size, lists }, state) =>
      (call) => {
        const room = lists.rooms[(call * 10 + 2) % size.rooms]!;
        const members = [...room.members, userAt(call, size)];
        return count(consequences(state, (draft) => draft.update("rooms", room.id, { members })).effects());
      },
  },
  {
    name: "effects of one person denied everywhere",
    calls: 10,
    prepare: (built, state) => (call) => {
      const { id, deniedMembers } = everyone(built);
      const denied = [...deniedMembers, userAt(call, built.size)];
      return count(
        consequences(state, (draft) => draft.update("categories", id, { deniedMembers: denied })).effects(),
      );
    },
  },
  {
    name: "effects of one policy granted",
    calls: 10,
    prepare:
      ({ size }, state) =>
      (call) =>
        count(
          consequences(state, (draft) =>
            draft.create("grants", { user: userAt(call, size), policy: "Off" }),
          ).effects(),
        ),
  },
  {
    name: "effects of Global switched, counted by room",
    calls: 1,
    prepare: (_, state) => () =>
      count(
        consequences(state, (draft) => draft.update("policies", 2, { enablePersistentChat: false })).counts(),
      ),
  },
  {
    name: "effects of an import that changes one group",
    calls: 1,
    prepare: ({ size, lists, people }, state) => {
      const changed = people.map((entry) =>
        entry.dn === groupDn(size.groups - 1) ? { ...entry, memberOf: [] } : entry,
      );
      const directory = directoryOf(changed, "after");
      const after = memoryState(lists, () => directory);
      return () => count(consequencesOf(state, after, [], true).effects());
    },
  },
];

interface Figure {
  readonly name: string;
  /** Milliseconds of one call: of the processor, all threads together, and of the clock. */
  readonly processor: number;
  readonly clock: number;
}

interface Measured {
  readonly entries: number;
  readonly figures: readonly Figure[];
}

const collectGarbage = (globalThis as { gc?: () => void }).gc;

function timed({ name, calls, prepare }: Task, built: Built, state: State): Figure {
  const act = prepare(built, state);
  // Indexes are built by the first call that needs them; a whole check brings its own state, with none.
  if (calls > 1) act(calls);
  collectGarbage?.();
  const [before, start] = [process.cpuUsage(), performance.now()];
  for (let call = 0; call < calls; call++) act(call);
  const clock = (performance.now() - start) / calls;
  const { user, system } = process.cpuUsage(before);
  return { name, processor: (user + system) / 1000 / calls, clock };
}

function measureHere(size: Size): Measured {
  const built = build(size);
  const state = opened(built);
  return { entries: built.entries, figures: tasks.map((task) => timed(task, built, state)) };
}

/** Peak memory, in megabytes, of a process that loads a deployment and checks it. */
function checkHere(size: Size): { readonly megabytes: number } {
  count(checkDeployment(opened(build(size))));
  return { megabytes: Math.round(process.resourceUsage().maxRSS / 1024) };
}

/** Runs this file for one size in a process of its own. */
function apart<T>(what: "measure" | "check", rooms: number, ...flags: readonly string[]): T {
  const { stdout, status } = spawnSync(process.execPath, [...flags, process.argv[1]!, what, String(rooms)], {
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the measurement of ${rooms} rooms failed`);
  return JSON.parse(stdout) as T;
}

/** Median milliseconds of the processor for `node -e 0`, of the whole process. */
function nodeStart(): number {
  const times = Array.from({ length: 9 }, () => {
    const start = performance.now();
    spawnSync(process.execPath, ["-e", "0"]);
    return performance.now() - start;
  });
  return median(times);
}

const milliseconds = (value: number): string => (value < 10 ? value.toFixed(3) : value.toFixed(0));

interface Row {
  readonly name: string;
  readonly small: number;
  readonly large: number;
  readonly clock: number;
  /** Median over the rounds of how the two sizes of one round compare. */
  readonly growth: number;
}

function compare(rounds: readonly { readonly small: Measured; readonly large: Measured }[]): readonly Row[] {
  return tasks.map(({ name }, index) => {
    const of = (size: "small" | "large", what: "processor" | "clock"): number[] =>
      rounds.map((round) => round[size].figures[index]![what]);
    const [small, large] = [of("small", "processor"), of("large", "processor")];
    return {
      name,
      small: median(small),
      large: median(large),
      clock: median(of("large", "clock")),
      growth: median(large.map((value, round) => value / small[round]!)),
    };
  });
}

interface Target {
  readonly target: string;
  readonly measured: string;
  readonly holds: boolean;
}

function targetsOf(rows: readonly Row[], megabytes: number): readonly Target[] {
  const within = (name: string, limit: number): Target => {
    const { large } = rows.find((row) => row.name === name)!;
    return { target: `${name} in ${limit} ms`, measured: `${milliseconds(large)} ms`, holds: large < limit };
  };
  const [once, ...others] = rows as [Row, ...Row[]];
  // Reading ten times as much takes more than ten times as long where it no longer fits the processor's caches.
  const most = Math.max(whole.rooms / tenth.rooms, once.growth);
  const fastest = others.reduce((a, b) => (a.growth > b.growth ? a : b));
  return [
    within("one decision", 5),
    within("get-access --user", 1000),
    within("test-deployment", 10_000),
    { target: "test-deployment in 1500 MB", measured: `${megabytes} MB`, holds: megabytes < 1500 },
    {
      target: `nothing grows faster than the data (×${most.toFixed(1)})`,
      measured: `${fastest.name} ×${fastest.growth.toFixed(1)}`,
      holds: fastest.growth <= most,
    },
  ];
}

function report(rounds: number): boolean {
  const node = nodeStart();
  const measured = Array.from({ length: rounds }, () => ({
    small: apart<Measured>("measure", tenth.rooms, "--expose-gc", "--max-old-space-size=4096"),
    large: apart<Measured>("measure", whole.rooms, "--expose-gc", "--max-old-space-size=4096"),
  }));
  const { megabytes } = apart<{ megabytes: number }>("check", whole.rooms);
  const rows = compare(measured);
  const head = [
    "ms of the processor",
    `${tenth.rooms} rooms`,
    `${whole.rooms} rooms`,
    "growth",
    "to node -e 0",
  ];
  const lines = rows.map(({ name, small, large, growth }) => [
    name,
    milliseconds(small),
    milliseconds(large),
    `×${growth.toFixed(1)}`,
    `×${(large / node).toFixed(2)}`,
  ]);
  const [{ small, large }] = measured as [(typeof measured)[0]];
  const targets = targetsOf(rows, megabytes);
  process.stdout.write(
    [
      `${machine()}, load ${loadavg()[0]!.toFixed(1)}, ${rounds} rounds`,
      `${tenth.users} and ${whole.users} users, ${small.entries} and ${large.entries} list entries (×${(large.entries / small.entries).toFixed(1)})`,
      "",
      columns([head, ...lines]),
      ...targets.map((each) => `${each.holds ? "holds " : "MISSED"}  ${each.target}: ${each.measured}`),
      "",
    ].join("\n"),
  );
  return targets.every(({ holds }) => holds);
}

const [what = "3", rooms] = process.argv.slice(2);
const size = Number(rooms) === whole.rooms ? whole : tenth;
if (what === "measure") process.stdout.write(JSON.stringify(measureHere(size)));
else if (what === "check") process.stdout.write(JSON.stringify(checkHere(size)));
else if (!report(Number(what))) process.exitCode = 10;
