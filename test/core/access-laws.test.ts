import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AccessRequest, evaluateAccess } from "../../src/core/access.ts";
import { createDraft, type Draft } from "../../src/core/draft.ts";
import { accessDifference } from "../../src/core/effects.ts";
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
import { remediesFor, requestIn } from "../../src/core/remedy.ts";
import type { State } from "../../src/core/state.ts";
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

describe("evaluateAccess", () => {
  it("never has a failed step in an allowed trace, and always one in a denied", () => {
    fc.assert(
      fc.property(anyDeployment, (spec) => {
        const state = deploymentOf(spec);
        for (const request of requestsIn(state)) {
          const { decision, trace } = evaluateAccess(state, request);
          const outcomes = trace.map((step) => step.outcome);
          const failed = outcomes.indexOf("failed");
          if (decision === "allow") expect(outcomes.every((outcome) => outcome === "passed")).toBe(true);
          expect(decision === "deny").toBe(failed >= 0);
          // After the failed step nothing is reached; before it everything is.
          const reached = failed < 0 ? outcomes.length : failed + 1;
          expect(outcomes.map((outcome) => outcome !== "not-reached")).toEqual(
            outcomes.map((_, i) => i < reached),
          );
        }
      }),
      { numRuns: 200 },
    );
  });

  it("grants nothing when a denial is added", () => {
    fc.assert(
      fc.property(anyDeployment, fc.constantFrom("A", "B"), fc.nat(), (spec, name, pick) => {
        const words = [
          ...usersOf(deploymentOf(spec)),
          ...(spec.directory?.groups ?? []).map(({ dn }) => dn),
          "contoso.com",
        ];
        const category = spec.categories![name]!;
        const deniedMembers = [...category.deniedMembers!, words[pick % words.length]!];
        const after = deploymentOf({
          ...spec,
          categories: { ...spec.categories, [name]: { ...category, deniedMembers } },
        });
        const before = deploymentOf(spec);
        for (const request of requestsIn(before)) {
          if (allows(after, requestIn(after, request))) expect(allows(before, request)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("lists of access", () => {
  it("agree with evaluateAccess for every user and room", () => {
    fc.assert(
      fc.property(anyDeployment, (spec) => {
        const state = deploymentOf(spec);
        const expected = [...matrixOf(state).values()]
          .map((cell) => ({ ...cell, user: fold(cell.user) }))
          .sort((a, b) => compareText(a.room, b.room) || compareText(a.user, b.user));
        expect(pairs(everyAccess(state))).toEqual(expected);
        for (const room of state.all("rooms")) {
          expect(pairs(peopleOf(state, room))).toEqual(
            expected.filter((cell) => cell.room === room.identity),
          );
        }
        for (const user of usersOf(state)) {
          expect(pairs(roomsOf(state, user))).toEqual(expected.filter((cell) => cell.user === fold(user)));
          const creates = [...state.all("categories")].filter((category) =>
            allows(state, { user, category, action: "create-room" }),
          );
          expect(categoriesOf(state, user).map(({ category }) => category)).toEqual(creates);
        }
      }),
      { numRuns: 200 },
    );
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
const named = <T extends { readonly id: number }>(objects: Iterable<T>, pick: number): T | undefined => {
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

describe("remediesFor", () => {
  it("changes the answer, and foretells what else", () => {
    fc.assert(
      fc.property(anyDeployment, fc.nat(), (spec, pick) => {
        const state = deploymentOf(spec);
        const refused = [...requestsIn(state)].filter((request) => !allows(state, request));
        const request = refused[pick % Math.max(1, refused.length)];
        if (request === undefined) return;
        const { remedies, obstacle } = remediesFor(state, request);
        expect(remedies.length > 0).toBe(obstacle === undefined);
        for (const remedy of remedies) {
          const draft = createDraft(state, 1000);
          for (const command of remedy.commands) perform(draft, command);
          expect(allows(draft, requestIn(draft, request))).toBe(true);
          const others = matrixDifference(state, draft).filter(
            (effect) =>
              !(
                "room" in request &&
                effect.room === request.room.identity &&
                effect.user === fold(request.user)
              ),
          );
          expect(folded(remedy.also)).toEqual(others);
        }
      }),
      { numRuns: 200 },
    );
  });
});

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
