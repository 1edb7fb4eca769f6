import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AccessRequest, accessActions, evaluateAccess, type Verdict } from "../../src/core/access.ts";
import { admission } from "../../src/core/admission.ts";
import { createDraft, type Draft } from "../../src/core/draft.ts";
import {
  accessDifference,
  consequencesOf,
  type EffectCount,
  effectsAsFound,
} from "../../src/core/effects.ts";
import { memoryState } from "../../src/core/memory-state.ts";
import type { Category } from "../../src/core/nouns/category.ts";
import type { Room } from "../../src/core/nouns/room.ts";
import { type Effect, type RoomAction, roomActions } from "../../src/core/outcome.ts";
import {
  type Access,
  categoriesOf,
  everyAccess,
  namedUsers,
  peopleOf,
  roomsOf,
} from "../../src/core/people.ts";
import { type Remedies, remediesFor } from "../../src/core/remedy.ts";
import { type Remedy, requestIn } from "../../src/core/remedy-trial.ts";
import { coverage } from "../../src/core/scope.ts";
import { findOne, type State, type Write } from "../../src/core/state.ts";
import { compareText, fold } from "../../src/core/text.ts";
import {
  anyDeployment,
  anyDirectory,
  anyObjects,
  type DeploymentSpec,
  deploymentOf,
  directoryOf,
  objectsOf,
  pool,
  stateAfter,
  withRenames,
} from "../support/deployments.ts";
import { tally } from "../support/tally.ts";

/** Every user that a state knows or names, once. */
function usersOf(state: State): string[] {
  const users = new Map<string, string>();
  for (const entry of state.directory?.all() ?? []) {
    if (entry.kind === "user" && entry.sipAddress !== null)
      users.set(fold(entry.sipAddress), entry.sipAddress);
  }
  for (const user of namedUsers(state)) if (!users.has(fold(user))) users.set(fold(user), user);
  return [...users.values()].sort(compareText);
}

function* requestsIn(state: State): Iterable<AccessRequest> {
  for (const user of usersOf(state)) {
    for (const room of state.all("rooms")) for (const action of roomActions) yield { user, room, action };
    for (const category of state.all("categories")) yield { user, category, action: "create-room" };
  }
}

const allows = (state: State, request: AccessRequest): boolean =>
  evaluateAccess(state, request).decision === "allow";

/** What every user may do in every room, asked one question at a time. */
function matrixOf(state: State): Map<string, { user: string; room: string; actions: RoomAction[] }> {
  const matrix = new Map<string, { user: string; room: string; actions: RoomAction[] }>();
  for (const room of state.all("rooms")) {
    for (const user of usersOf(state)) {
      const actions = roomActions.filter((action) => allows(state, { user, room, action }));
      if (actions.length > 0) matrix.set(`${room.id} ${fold(user)}`, { user, room: room.identity, actions });
    }
  }
  return matrix;
}

/** What every user may do in every room, by room and by who the user is on the other side of a change. */
function matrixBy(state: State, keyOf: (user: string) => string): ReturnType<typeof matrixOf> {
  const matrix = [...matrixOf(state)].map(([key, cell]) => {
    const room = Number.parseInt(key, 10);
    return [`${room} ${keyOf(cell.user)}`, cell] as const;
  });
  return new Map(matrix);
}

/** The address of an account (objectGUID) in a directory. */
const addressOf = ({ directory }: State, guid: string | null | undefined): string | undefined => {
  const found = [...(directory?.all() ?? [])].find((entry) => guid != null && entry.guid === guid);
  return found?.kind === "user" && found.sipAddress !== null ? fold(found.sipAddress) : undefined;
};
const guidOf = ({ directory }: State, user: string) => directory?.bySip(user)[0]?.guid;

/**
 * The difference of two matrices, in the order of effects: an account with another address is the same person, by
 * its new address. Spelling of users is left to the implementation.
 */
function matrixDifference(old: State, after: State): Effect[] {
  const isTakenOver = (user: string): boolean => {
    const was = addressOf(old, guidOf(after, user));
    return was !== undefined && was !== fold(user);
  };
  const had = matrixBy(
    old,
    (user) => addressOf(after, guidOf(old, user)) ?? `${fold(user)}${isTakenOver(user) ? "~" : ""}`,
  );
  const has = matrixBy(after, fold);
  const effects = [...new Set([...had.keys(), ...has.keys()])].flatMap((key) => {
    const was = had.get(key)?.actions ?? [];
    const is = has.get(key)?.actions ?? [];
    const id = Number.parseInt(key, 10);
    // A room is known by its id: a new name alone is no effect.
    const room = (after.get("rooms", id) ?? old.get("rooms", id))!.identity;
    const gains = is.filter((action) => !was.includes(action));
    const loses = was.filter((action) => !is.includes(action));
    const person = key.slice(key.indexOf(" ") + 1);
    return gains.length + loses.length === 0 ? [] : [{ person, room, gains, loses }];
  });
  return effects
    .sort((a, b) => compareText(a.room, b.room) || compareText(a.person, b.person))
    .map(({ person, ...effect }) => ({ user: person.replace(/~$/, ""), ...effect }));
}

/** People who gain and lose by room, counted from all effects. */
function countsOf(effects: readonly Effect[]): EffectCount[] {
  const counts = new Map<string, { room: string; gaining: number; losing: number }>();
  for (const { room, gains, loses } of effects) {
    const count = counts.get(room) ?? { room, gaining: 0, losing: 0 };
    count.gaining += Number(gains.length > 0);
    count.losing += Number(loses.length > 0);
    counts.set(room, count);
  }
  return [...counts.values()];
}

const folded = (effects: readonly Effect[]): Effect[] =>
  effects.map((effect) => ({ ...effect, user: fold(effect.user) }));

const pairs = (accesses: Iterable<Access>) =>
  [...accesses].map(({ user, room, grounds }) => ({
    user: fold(user),
    room: room.identity,
    actions: grounds.map((ground) => ground.action),
  }));

/** What is wrong with a verdict, by the law that only passed steps allow; undefined where nothing is. */
function faultOf({ decision, trace }: Verdict): string | undefined {
  const outcomes = trace.map((step) => step.outcome);
  const failed = outcomes.indexOf("failed");
  // After the failed step nothing is reached; before it everything is.
  const reached = failed < 0 ? outcomes.length : failed + 1;
  const expected = failed >= 0 ? "deny" : outcomes.includes("unknown") ? "unknown" : "allow";
  const isSound =
    decision === expected && outcomes.every((outcome, i) => (outcome === "not-reached") === i >= reached);
  return isSound ? undefined : `${decision}: ${outcomes.join(", ")}`;
}

/** Names what is interesting in a verdict: where it ends, and the longest chain of groups that carries it. */
function kindsOf({ decision, trace }: Verdict): string[] {
  const last =
    trace.find(({ outcome }) => outcome === "failed") ?? trace.find((s) => s.outcome === "unknown");
  const chains = trace.map((step) => ("via" in step ? step.via.length : 0));
  const longest = Math.max(...chains);
  return [last === undefined ? decision : `${decision} at ${last.step}`, `${decision}, chain of ${longest}`];
}

const kinds = ["user", "group", "container", "domain", "child domain", "gone"] as const;
type DenialKind = (typeof kinds)[number];

const kindsOfRoom = [
  "Open",
  "Closed",
  "Secret",
  "Auditorium",
  "disabled",
  "with directory",
  "without directory",
];

describe("evaluateAccess", () => {
  it("never has a failed step in an allowed trace, and always one in a denied", () => {
    const seen = tally();
    fc.assert(
      fc.property(anyDeployment, (spec) => {
        const state = deploymentOf(spec);
        if (hasCycle(spec)) seen("cycle of groups");
        const faults = [...requestsIn(state)].flatMap((request) => {
          const verdict = evaluateAccess(state, request);
          for (const kind of kindsOf(verdict)) seen(kind);
          if (verdict.decision === "allow") seen(`allow ${request.action}`);
          return faultOf(verdict) ?? [];
        });
        expect(faults).toEqual([]);
      }),
      { numRuns: 200 },
    );
    seen.atLeast(1, ...accessActions.map((action) => `allow ${action}`));
    const steps = ["sip", "policy", "room-enabled", "allowed", "not-denied", "membership", "auditorium"];
    seen.atLeast(1, ...[...steps, "creator"].map((step) => `deny at ${step}`));
    seen.atLeast(
      1,
      "unknown at policy",
      "unknown at allowed",
      "unknown at not-denied",
      "unknown at membership",
    );
    seen.atLeast(1, "allow, chain of 1", "allow, chain of 2", "cycle of groups");
    seen.atLeast(1, "deny, chain of 1", "deny, chain of 2");
  });

  it("grants nothing when a denial is added", () => {
    const seen = tally();
    fc.assert(
      fc.property(
        anyDeployment,
        fc.constantFrom("A", "B"),
        fc.constantFrom(...kinds),
        fc.nat(),
        (spec, name, kind, pick) => {
          const before = deploymentOf(spec);
          const denial = named(denialsOf(kind, spec, before), pick);
          if (denial === undefined) return;
          const category = spec.categories![name]!;
          const deniedMembers = [...category.deniedMembers!, denial];
          const after = deploymentOf({
            ...spec,
            categories: { ...spec.categories, [name]: { ...category, deniedMembers } },
          });
          const changes = [...requestsIn(before)].map((request) => ({
            action: request.action,
            had: allows(before, request),
            has: allows(after, requestIn(after, request)),
          }));
          const taken = changes.filter(({ had, has }) => had && !has);
          for (const { action } of taken) seen(`takes ${action}`);
          if (taken.length > 0) seen(`${kind} takes`);
          if (changes.some(({ has }) => has)) seen("leaves something");
          const granted = changes.filter(({ had, has }) => has && !had);
          expect(granted).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
    // The law says something only where there is something to take, and where something stays.
    seen.atLeast(1, ...kinds.filter((kind) => kind !== "gone").map((kind) => `${kind} takes`));
    seen.atLeast(1, ...accessActions.map((action) => `takes ${action}`), "leaves something");
  });
});

/** Denials of a kind: those that cover somebody who has access, where there are any. */
function denialsOf(kind: DenialKind, spec: DeploymentSpec, state: State): readonly string[] {
  const all = wordsOf(kind, spec, state);
  const people = usersOf(state).filter((user) => roomsOf(state, user).length > 0);
  const telling = all.filter((word) => people.some((user) => coverage(state, user, [word]).answer === "yes"));
  return telling.length > 0 ? telling : all;
}

function wordsOf(kind: DenialKind, { directory }: DeploymentSpec, state: State): readonly string[] {
  switch (kind) {
    case "user":
      return usersOf(state);
    case "group":
      return (directory?.groups ?? []).map(({ dn }) => dn);
    case "container":
      return directory?.containers ?? [];
    case "domain":
      return ["contoso.com"];
    case "child domain":
      return ["emea.contoso.com"];
    default:
      return ["CN=Gone,DC=contoso,DC=com"];
  }
}

/** Whether some group is in itself, however many others lie between. */
function hasCycle({ directory }: DeploymentSpec): boolean {
  const groups = new Map((directory?.groups ?? []).map(({ dn, in: above = [] }) => [dn, above]));
  return [...groups.keys()].some((start) => {
    const passed = new Set<string>();
    const open = [...groups.get(start)!];
    for (let dn = open.pop(); dn !== undefined; dn = open.pop()) {
      if (passed.has(dn)) continue;
      passed.add(dn);
      open.push(...(groups.get(dn) ?? []));
    }
    return passed.has(start);
  });
}

/** Names what is interesting in one cell of the matrix. */
function kindsOfCell(state: State, { room, actions }: { room: string; actions: RoomAction[] }): string[] {
  const { privacy, type, disabled } = findOne(state, "rooms", "identity", fold(room))!;
  const directory = state.directory === undefined ? "without directory" : "with directory";
  return [...actions, privacy, type, disabled ? "disabled" : "in use", directory];
}

const creatingIn = (state: State, user: string): Category[] =>
  [...state.all("categories")].filter((category) => allows(state, { user, category, action: "create-room" }));

describe("lists of access", () => {
  it("agree with evaluateAccess for every user and room", () => {
    const seen = tally();
    fc.assert(
      fc.property(anyDeployment, (spec) => {
        const state = deploymentOf(spec);
        const expected = [...matrixOf(state).values()]
          .map((cell) => ({ ...cell, user: fold(cell.user) }))
          .sort((a, b) => compareText(a.room, b.room) || compareText(a.user, b.user));
        expect(pairs(everyAccess(state))).toEqual(expected);
        for (const kind of expected.flatMap((cell) => kindsOfCell(state, cell))) seen(kind);
        for (const room of state.all("rooms")) {
          expect(pairs(peopleOf(state, room))).toEqual(
            expected.filter((cell) => cell.room === room.identity),
          );
        }
        for (const user of usersOf(state)) {
          expect(pairs(roomsOf(state, user))).toEqual(expected.filter((cell) => cell.user === fold(user)));
          const creates = creatingIn(state, user);
          expect(categoriesOf(state, user).map(({ category }) => category)).toEqual(creates);
          if (creates.length > 0) seen("create-room");
        }
      }),
      { numRuns: 200 },
    );
    seen.atLeast(1, ...accessActions, "Open", "Closed", "Secret", "Normal", "Auditorium");
    seen.atLeast(1, "disabled", "in use", "with directory");
  });

  it("have as many people as are counted, however little is kept of groups", () => {
    const seen = tally();
    fc.assert(
      fc.property(
        anyDeployment,
        fc.nat(2),
        fc.nat(2),
        fc.constantFrom(1, 70, 100_000),
        (spec, singly, met, kept) => {
          const state = deploymentOf(spec);
          const count = admission(state, { singly, met, kept });
          for (const room of [...state.all("rooms"), ...state.all("rooms")]) {
            const people = peopleOf(state, room).length;
            expect(count(room)).toBe(people);
            if (people > 0)
              for (const kind of kindsOfCell(state, { room: room.identity, actions: [] })) seen(kind);
          }
          expect([...state.all("rooms")].map(admission(state))).toEqual(
            [...state.all("rooms")].map((room) => peopleOf(state, room).length),
          );
        },
      ),
      { numRuns: 300 },
    );
    seen.atLeast(1, ...kindsOfRoom);
  });

  it("say the same of fewer actions", () => {
    fc.assert(
      fc.property(anyDeployment, fc.subarray([...roomActions]), (spec, actions) => {
        const state = deploymentOf(spec);
        const expected = pairs(everyAccess(state))
          .map((cell) => ({
            ...cell,
            actions: cell.actions.filter((action) => actions.includes(action as RoomAction)),
          }))
          .filter((cell) => cell.actions.length > 0);
        expect(pairs(everyAccess(state, { actions }))).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it("name the entry of the step that decided", () => {
    fc.assert(
      fc.property(anyDeployment, (spec) => {
        const state = deploymentOf(spec);
        for (const { user, room, grounds } of everyAccess(state)) {
          for (const { action, ...ground } of grounds) {
            if (action === "create-room") throw new Error("no action of a room");
            const { trace } = evaluateAccess(state, { user, room, action });
            const [auditorium, membership, , allowed] = [...trace].reverse();
            const by = [auditorium, membership].map((step) =>
              step !== undefined && "by" in step ? step.by : null,
            );
            const { object, list, entry, via } = allowed as never as typeof ground;
            expect(ground).toEqual(by[0] ?? by[1] ?? { object, list, entry, via });
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});

const words = [
  "sip:u0@contoso.com",
  "sip:u3@contoso.com",
  "CN=Group 1,OU=IT,DC=contoso,DC=com",
  "contoso.com",
  "emea.contoso.com",
  "OU=IT,DC=contoso,DC=com",
];
const toggle = (list: readonly string[], word: string): string[] =>
  list.includes(word) ? list.filter((entry) => entry !== word) : [...list, word];
const named = <T>(objects: Iterable<T>, pick: number): T | undefined => {
  const all = [...objects];
  return all[pick % Math.max(1, all.length)];
};

const anyEdit: fc.Arbitrary<EditFacts> = fc.record({
  kind: fc.constantFrom(
    "room-list",
    "room-shape",
    "room-name",
    "room-new",
    "room-gone",
    "category",
    "grant",
    "policy",
  ),
  pick: fc.nat(9),
  word: fc.constantFrom(...words),
  list: fc.nat(2),
  privacy: fc.constantFrom("Open" as const, "Closed" as const, "Secret" as const),
  flag: fc.boolean(),
});

/** Mostly one edit, whose effects are its own; else several that may undo each other. */
const someEdits = fc.oneof(
  { weight: 2, arbitrary: fc.array(anyEdit, { minLength: 1, maxLength: 1 }) },
  { weight: 1, arbitrary: fc.array(anyEdit, { minLength: 2, maxLength: 4 }) },
);

interface EditFacts {
  readonly kind: keyof typeof edits;
  readonly pick: number;
  readonly word: string;
  readonly list: number;
  readonly privacy: "Open" | "Closed" | "Secret";
  readonly flag: boolean;
}

const edits = {
  "room-list": inRoom((draft, room, { list, word, pick, flag }) => {
    const name = (["members", "managers", "presenters"] as const)[list]!;
    const entry = flag ? word : (named(deciding(peopleOf(draft, room), name), pick) ?? word);
    draft.update("rooms", room.id, { [name]: toggle(room[name], entry) });
  }),
  "room-shape": inRoom((draft, room, { pick, privacy, flag }) => {
    const categoryId = named(draft.all("categories"), pick)!.id;
    draft.update("rooms", room.id, { privacy, disabled: flag, type: "Auditorium", categoryId });
  }),
  "room-name": inRoom((draft, room) => {
    draft.update("rooms", room.id, { name: `Z${room.id}`, identity: `${pool}\\Z${room.id}` });
  }),
  "room-gone": inRoom((draft, room) => draft.remove("rooms", room.id)),
  "room-new": inRoom((draft, { id: _, ...fields }, { privacy }) => {
    const name = `New ${draft.nextId}`;
    draft.create("rooms", { ...fields, privacy, name, identity: `${pool}\\${name}` });
  }),
  category: (draft: Draft, { pick, list, word, flag }: EditFacts) => {
    const category = named(draft.all("categories"), pick)!;
    const name = (["allowedMembers", "deniedMembers", "creators"] as const)[list]!;
    const entry = flag ? word : (named(deciding(everyAccess(draft), name), pick) ?? word);
    draft.update("categories", category.id, { [name]: toggle(category[name], entry) });
  },
  grant: (draft: Draft, { word, pick, list, flag }: EditFacts) =>
    editGrant(draft, (list > 0 ? named(everyAccess(draft), pick)?.user : undefined) ?? word, flag),
  policy: (draft: Draft, { pick, flag }: EditFacts) => editPolicy(draft, pick, flag),
} as const;

/** Words that make a difference in a list: entries of it that give something, and people who have something. */
const deciding = (accesses: Iterable<Access>, list: string): string[] =>
  [...accesses].flatMap(({ user, grounds }) => [
    ...grounds.flatMap((ground) => (ground.list === list && ground.entry !== null ? ground.entry : [])),
    user,
  ]);

const apply = (draft: Draft, edit: EditFacts): void => edits[edit.kind](draft, edit);

function inRoom(edit: (draft: Draft, room: Room, facts: EditFacts) => void) {
  return (draft: Draft, facts: EditFacts): void => {
    const used = [...everyAccess(draft)].map((access) => access.room);
    const room = named(facts.pick % 3 > 0 ? used : [], facts.pick) ?? named(draft.all("rooms"), facts.pick);
    if (room !== undefined) edit(draft, room, facts);
  };
}

function editGrant(draft: Draft, word: string, flag: boolean): void {
  const grant = [...draft.all("grants")].find(({ user }) => fold(user) === fold(word));
  if (grant !== undefined) draft.remove("grants", grant.id);
  else if (word.startsWith("sip:")) draft.create("grants", { user: word, policy: flag ? "On" : "Off" });
}

function editPolicy(draft: Draft, pick: number, flag: boolean): void {
  const policy = named(draft.all("policies"), pick)!;
  if (flag || policy.identity === "Global")
    draft.update("policies", policy.id, { enablePersistentChat: !policy.enablePersistentChat });
  else draft.remove("policies", policy.id);
}

const inAnyOrder = (effects: readonly Effect[]): string[] =>
  effects.map((effect) => JSON.stringify(effect)).sort();

/** Holds what a change is said to do to people against the matrices before and after it. */
function compare(before: State, after: State, writes: readonly Write[], directoryChanged: boolean): Effect[] {
  const expected = matrixDifference(before, after);
  const one = consequencesOf(before, after, writes, directoryChanged);
  expect(folded([...one.effects()])).toEqual(expected);
  const soonest = folded([...effectsAsFound(before, after, writes, directoryChanged)]);
  expect(inAnyOrder(soonest)).toEqual(inAnyOrder(expected));
  expect([...one.counts()]).toEqual(countsOf(expected));
  // However few people there are, they can be counted together.
  const together = consequencesOf(before, after, writes, directoryChanged, { crowdFrom: 1 });
  expect([...together.counts()]).toEqual(countsOf(expected));
  // Objects may be read anew whenever they are asked for.
  const reread = writes.map(rereadWrite);
  const anew = consequencesOf(before, after, reread, directoryChanged, { crowdFrom: 1 });
  expect(folded([...anew.effects()])).toEqual(expected);
  expect([...anew.counts()]).toEqual(countsOf(expected));
  return expected;
}

const rereadWrite = (write: Write): Write =>
  ({
    collection: write.collection,
    id: write.id,
    get before() {
      return structuredClone(write.before);
    },
    get after() {
      return structuredClone(write.after);
    },
  }) as Write;

/** A directory, a store over it, and the directory of later; null where there is none. */
const twoDirectories: fc.Arbitrary<[DeploymentSpec, DeploymentSpec["directory"], string]> = fc
  .tuple(anyDirectory, anyDirectory, fc.constantFrom("other", "renames", "none before", "none after"))
  .chain(([one, other, what]) =>
    fc
      .tuple(anyObjects(one), withRenames(what === "renames" ? one : other))
      .map(([spec, two]): [DeploymentSpec, DeploymentSpec["directory"], string] => [
        what === "none before" ? { ...spec, directory: null } : spec,
        what === "none after" ? null : two,
        what,
      ]),
  );

describe("consequencesOf", () => {
  it("is the difference of everyone's access before and after", () => {
    const seen = tally();
    fc.assert(
      fc.property(anyDeployment, someEdits, (spec, chosen) => {
        const before = deploymentOf(spec);
        const draft = createDraft(before, 1000);
        for (const edit of chosen) apply(draft, edit);
        const after = stateAfter(before, draft.writes());
        const effects = compare(before, after, draft.writes(), false);
        // The draft itself will do as the state afterwards: what `--what-if` sees.
        const foreseen = accessDifference(before, draft, draft.writes(), false);
        expect(folded(foreseen)).toEqual(effects);
        const [{ kind }, more] = chosen as [EditFacts, unknown];
        for (const what of effects.map(direction)) seen(what);
        if (more === undefined && effects.length > 0) seen(kind);
      }),
      { numRuns: 800 },
    );
    seen.atLeast(1, "policy", "room-gone", "room-new", "room-shape", "gives", "takes");
    seen.atLeast(1, "category", "room-list");
  });

  it("follows a directory that changes, with writes in the same change", () => {
    const seen = tally();
    fc.assert(
      fc.property(twoDirectories, fc.option(anyEdit, { nil: undefined }), ([spec, next, what], edit) => {
        const before = deploymentOf(spec);
        const draft = createDraft(before, 1000);
        if (edit !== undefined) apply(draft, edit);
        const directory = next == null ? undefined : directoryOf(next, "next");
        const after = stateAfter(before, draft.writes(), directory);
        const effects = compare(before, after, draft.writes(), true);
        for (const kind of effects.map(direction)) seen(kind);
        if (effects.length > 0) seen(what);
      }),
      { numRuns: 200 },
    );
    seen.atLeast(1, "other", "renames", "none before", "none after", "gives", "takes");
  });

  it("is all that people may do in rooms that are made or removed, alone or with their categories", () => {
    const seen = tally();
    const sameDirectory = anyDeployment.map((spec) => [spec, spec.directory, "same"] as const);
    fc.assert(
      fc.property(
        fc.oneof(sameDirectory, twoDirectories),
        fc.boolean(),
        anyEmptied,
        (given, isRemoval, emptied) => {
          const { before, after, writes } = makingOf(given, isRemoval, emptied);
          const effects = compare(before, after, writes, given[2] !== "same");
          const full = isRemoval ? before : after;
          const cells = effects.flatMap(({ room }) => kindsOfCell(full, { room, actions: [] }));
          for (const kind of cells) seen(`${kind}, ${isRemoval ? "removed" : "made"}`);
          if (effects.length > 0) seen(given[2]);
        },
      ),
      { numRuns: 300 },
    );
    seen.atLeast(1, ...kindsOfRoom.flatMap((kind) => [`${kind}, made`, `${kind}, removed`]));
    seen.atLeast(1, "same", "other", "renames", "none before", "none after");
  });
});

type Emptied = readonly ("categories" | "rooms")[];
const anyEmptied = fc.constantFrom<Emptied>(["rooms"], ["categories", "rooms"]);

/** A change that makes or removes all of some collections, maybe with another directory afterwards. */
function makingOf(
  [spec, next, what]: readonly [DeploymentSpec, DeploymentSpec["directory"], string],
  isRemoval: boolean,
  emptied: Emptied,
) {
  const old = spec.directory == null ? undefined : directoryOf(spec.directory);
  const later = next == null ? undefined : directoryOf(next, "next");
  const objects = objectsOf(spec);
  const without = { ...objects, ...Object.fromEntries(emptied.map((collection) => [collection, []])) };
  const [side, other] = isRemoval ? [objects, without] : [without, objects];
  const key = isRemoval ? "before" : "after";
  return {
    before: memoryState(side, () => old),
    after: memoryState(other, () => (what === "same" ? old : later)),
    writes: emptied.flatMap((collection) =>
      objects[collection].map((object) => ({ collection, id: object.id, [key]: object }) as Write),
    ),
  };
}

const direction = ({ gains, loses }: Effect): string =>
  gains.length > 0 ? (loses.length > 0 ? "gives and takes" : "gives") : "takes";

/** A question of one kind, where the deployment has one whose answer is leave, or is not. */
const anyQuestion = fc
  .tuple(anyDeployment, fc.constantFrom(...accessActions), fc.boolean(), fc.nat())
  .map(([spec, action, allowed, pick]) => {
    const state = deploymentOf(spec);
    const all = [...requestsIn(state)].filter(
      (request) => request.action === action && allows(state, request) === allowed,
    );
    return { state, allowed, request: named(all, pick) };
  });

describe("remediesFor", () => {
  it("changes the answer, and foretells what else", () => {
    const seen = tally();
    fc.assert(
      fc.property(anyQuestion, ({ state, allowed, request }) => {
        if (request === undefined) return;
        const found = remediesFor(state, request);
        const { remedies, obstacle } = found;
        expect(remedies.length > 0).toBe(obstacle === undefined);
        for (const kind of kindsOfRemedies(found)) seen(kind);
        seen(`${allowed ? "taken" : "given"} ${request.action}`);
        const results = remedies.map((remedy) => resultOf(state, request, remedy));
        expect(results.map(({ decision }) => decision)).toEqual(
          remedies.map(() => (allowed ? "deny" : "allow")),
        );
        expect(remedies.map(({ also }) => folded(also))).toEqual(results.map(({ others }) => others));
      }),
      { numRuns: 400 },
    );
    seen.atLeast(1, ...accessActions.flatMap((action) => [`taken ${action}`, `given ${action}`]));
    seen.atLeast(1, "ways: 1", "ways: 2", "obstacle: sip", "nothing else", "others too");
    seen.atLeast(1, "set-policy", "grant-policy", "set-category", "set-room");
  });
});

const kindsOfRemedies = ({ remedies, obstacle }: Remedies): string[] => [
  obstacle === undefined ? `ways: ${Math.min(remedies.length, 3)}` : `obstacle: ${obstacle.by}`,
  ...remedies.flatMap(({ commands }) => commands.map(([verb]) => verb!)),
  ...remedies.map(({ also }) => (also.length === 0 ? "nothing else" : "others too")),
];

/** What becomes of a question, and of everybody else, when the commands of a remedy are run. */
function resultOf(state: State, request: AccessRequest, { commands }: Remedy) {
  const draft = createDraft(state, 1000);
  for (const command of commands) perform(draft, command);
  return {
    decision: evaluateAccess(draft, requestIn(draft, request)).decision,
    others: matrixDifference(state, draft).filter((effect) => !isAbout(effect, request)),
  };
}

const isAbout = ({ user, room }: Effect, request: AccessRequest): boolean =>
  "room" in request && room === request.room.identity && user === fold(request.user);

/** Does what a printed command says, as far as remedies go. */
function perform(draft: Draft, [verb, object, ...options]: readonly string[]): void {
  const identity = fold(object!);
  const [name, value] = options as [string, string];
  if (verb === "new-policy") {
    draft.create("policies", {
      identity: object!,
      description: null,
      enablePersistentChat: value === "true",
    });
  } else if (verb === "set-policy") {
    const [policy] = draft.lookup("policies", "identity", identity);
    draft.update("policies", policy!.id, { enablePersistentChat: value === "true" });
  } else if (verb === "grant-policy") {
    for (const grant of [...draft.lookup("grants", "identity", identity)]) draft.remove("grants", grant.id);
    if (name === "--policy") draft.create("grants", { user: object!, policy: value });
  } else {
    const collection = verb === "set-room" ? "rooms" : "categories";
    for (let at = 0; at < options.length; at += 2) {
      const [found] = [...draft.lookup(collection, "identity", identity)] as { id: number }[];
      const change = changeBy(found as never, options[at]!, options[at + 1]!);
      draft.update(collection, found!.id, change as never);
    }
  }
}

function changeBy(object: Readonly<Record<string, readonly string[]>>, option: string, value: string) {
  if (option === "--disabled") return { disabled: value === "true" };
  const [, edit, words] = /^--(add|remove)-(.*)$/.exec(option)!;
  const list = words!.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const now = object[list]!;
  return { [list]: edit === "add" ? [...now, value] : now.filter((entry) => fold(entry) !== fold(value)) };
}
