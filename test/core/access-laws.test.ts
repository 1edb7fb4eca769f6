import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AccessRequest, accessActions, evaluateAccess, type Verdict } from "../../src/core/access.ts";
import { createDraft, type Draft } from "../../src/core/draft.ts";
import { accessDifference } from "../../src/core/effects.ts";
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
import { findOne, type State } from "../../src/core/state.ts";
import { compareText, fold } from "../../src/core/text.ts";
import {
  anyDeployment,
  anyDirectory,
  anyObjects,
  type DeploymentSpec,
  deploymentOf,
  directoryOf,
  pool,
  stateAfter,
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

/** The difference of two matrices, in the order of effects. Spelling of users is left to the implementation. */
function matrixDifference(old: State, after: State): Effect[] {
  const had = matrixOf(old);
  const has = matrixOf(after);
  const effects = [...new Set([...had.keys(), ...has.keys()])].flatMap((key) => {
    const was = had.get(key)?.actions ?? [];
    const is = has.get(key)?.actions ?? [];
    const { user, room: before } = (has.get(key) ?? had.get(key))!;
    // A room is known by its id: a new name alone is no effect.
    const room = after.get("rooms", Number.parseInt(key, 10))?.identity ?? before;
    const gains = is.filter((action) => !was.includes(action));
    const loses = was.filter((action) => !is.includes(action));
    return gains.length + loses.length === 0 ? [] : [{ user: fold(user), room, gains, loses }];
  });
  return effects.sort((a, b) => compareText(a.room, b.room) || compareText(a.user, b.user));
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
    const kinds = ["user", "group", "container", "domain", "child domain", "gone"] as const;
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
          const granted = [...requestsIn(before)].filter((request) => {
            const had = allows(before, request);
            const has = allows(after, requestIn(after, request));
            if (had && !has) seen(`${kind} takes ${request.action}`);
            if (had && has) seen(`${kind} leaves ${request.action}`);
            return has && !had;
          });
          expect(granted).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
    // The law says something only where there is something to take, and where something stays.
    for (const kind of kinds) seen.atLeast(1, `${kind} leaves join`);
    for (const kind of kinds.slice(0, -1)) seen.atLeast(1, `${kind} takes find`, `${kind} takes join`);
    seen.atLeast(
      1,
      "group takes post",
      "group takes manage",
      "domain takes read",
      "domain takes create-room",
    );
  });
});

function denialsOf(kind: string, { directory }: DeploymentSpec, state: State): readonly string[] {
  switch (kind) {
    case "user":
      return usersOf(state).filter((user) => roomsOf(state, user).length > 0);
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
    seen.atLeast(1, "disabled", "in use", "with directory", "without directory");
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

interface EditFacts {
  readonly kind: keyof typeof edits;
  readonly pick: number;
  readonly word: string;
  readonly list: number;
  readonly privacy: "Open" | "Closed" | "Secret";
  readonly flag: boolean;
}

const edits = {
  "room-list": inRoom((draft, room, { list, word }) => {
    const name = (["members", "managers", "presenters"] as const)[list]!;
    draft.update("rooms", room.id, { [name]: toggle(room[name], word) });
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
  category: (draft: Draft, { pick, list, word }: EditFacts) => {
    const category = named(draft.all("categories"), pick)!;
    const name = (["allowedMembers", "deniedMembers", "creators"] as const)[list]!;
    draft.update("categories", category.id, { [name]: toggle(category[name], word) });
  },
  grant: (draft: Draft, { word, flag }: EditFacts) => editGrant(draft, word, flag),
  policy: (draft: Draft, { pick, flag }: EditFacts) => editPolicy(draft, pick, flag),
} as const;

const apply = (draft: Draft, edit: EditFacts): void => edits[edit.kind](draft, edit);

function inRoom(edit: (draft: Draft, room: Room, facts: EditFacts) => void) {
  return (draft: Draft, facts: EditFacts): void => {
    const room = named(draft.all("rooms"), facts.pick);
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

describe("accessDifference", () => {
  it("is the difference of everyone's access before and after", () => {
    fc.assert(
      fc.property(anyDeployment, fc.array(anyEdit, { minLength: 1, maxLength: 4 }), (spec, chosen) => {
        const before = deploymentOf(spec);
        const draft = createDraft(before, 1000);
        for (const edit of chosen) apply(draft, edit);
        const after = stateAfter(before, draft.writes());
        const expected = matrixDifference(before, after);
        expect(folded(accessDifference(before, after, draft.writes(), false))).toEqual(expected);
        // The draft itself will do as the state afterwards: what `--what-if` sees.
        expect(folded(accessDifference(before, draft, draft.writes(), false))).toEqual(expected);
      }),
      { numRuns: 800 },
    );
  });

  it("follows a directory that changes, with writes in the same change", () => {
    const twoDirectories: fc.Arbitrary<[DeploymentSpec, DeploymentSpec["directory"]]> = fc
      .tuple(anyDirectory, anyDirectory, fc.constantFrom("neither", "before", "after"))
      .chain(([one, two, missing]) =>
        anyObjects(one).map((spec): [DeploymentSpec, DeploymentSpec["directory"]] => [
          missing === "before" ? { ...spec, directory: null } : spec,
          missing === "after" ? null : two,
        ]),
      );
    fc.assert(
      fc.property(twoDirectories, fc.option(anyEdit, { nil: undefined }), ([spec, next], edit) => {
        const before = deploymentOf(spec);
        const draft = createDraft(before, 1000);
        if (edit !== undefined) apply(draft, edit);
        const after = stateAfter(
          before,
          draft.writes(),
          next == null ? undefined : directoryOf(next, "next"),
        );
        const expected = matrixDifference(before, after);
        expect(folded(accessDifference(before, after, draft.writes(), true))).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });
});

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
    seen.atLeast(1, "ways: 1", "ways: 2", "ways: 3", "obstacle: sip", "nothing else", "others too");
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
