import type { Draft } from "./draft.ts";
import { DomainError, type Hint } from "./errors.ts";
import { differences, type Existing, existing, removed } from "./existing.ts";
import { addressOf, findInPool, identitiesOf, type Naming, poolForNew, slashWarning } from "./identity.ts";
import { identityIn, poolOf } from "./identity-text.ts";
import type { EditedList } from "./list-edit.ts";
import type { Category } from "./nouns/category.ts";
import { type Room, roomNoun } from "./nouns/room.ts";
import type { Outcome, Question, Touched, Warning } from "./outcome.ts";
import { applyPatch, forEachWord, initialValues } from "./patch.ts";
import { principalKey } from "./principal-word.ts";
import { checkName, type PatchOf } from "./property.ts";
import { coverage, scopeOf } from "./scope.ts";
import { allowHint, type NewEntry, requireInScope, type ScopeJudge } from "./scope-rules.ts";
import { nouns, type State } from "./state.ts";
import { fold } from "./text.ts";
import { requireFreeName } from "./unique-name.ts";

export type RoomPatch = PatchOf<typeof roomNoun.properties>;

export interface RoomOptions extends Naming {
  /** Refuse what cannot be told without a directory. */
  readonly strict?: boolean;
  /** Take out entries that a new category does not allow, in the place of refusing. */
  readonly removeIneligible?: boolean;
  /** Judges the entries of lists, where many rooms are written. */
  readonly judge?: ScopeJudge;
}

export const roomLists = ["members", "managers", "presenters"] as const;

/**
 * Creates a room in an existing category. The pool is that of `pool\name`, of `--pool`, of the category, or the
 * only one. Throws `exists`, `not-found`, `principals-not-in-scope`, and what resolving a principal throws.
 */
export function newRoom(
  draft: Draft,
  word: string,
  patch: RoomPatch & { readonly categoryId: string },
  options: RoomOptions & Existing = {},
): Outcome {
  const address = addressOf(draft, word);
  const name = checkName("the name", roomNoun.properties.name, address.name);
  const naming = { pool: address.pool?.fqdn ?? options.pool };
  const category = findInPool(draft, "categories", patch.categoryId, naming);
  const pool = poolForNew(
    draft,
    { pool: address.pool, name },
    { pool: options.pool ?? poolOf(category.identity) },
  );
  const identity = identityIn(pool.fqdn, name);
  const found = existing(draft, "rooms", identity, options);
  const resolve = references(draft, pool.fqdn);
  if (found !== undefined) {
    return differences("rooms", found, applyPatch(draft, roomNoun.properties, found, patch, resolve).value);
  }
  const blank = { ...initialValues(roomNoun.properties), identity, name, categoryId: category.id } as Room;
  const { value, lists } = applyPatch(draft, roomNoun.properties, blank, patch, resolve);
  requireFreeName(draft, "rooms", value);
  const room = draft.create("rooms", fieldsOf(value));
  const judged = judgeRoom(draft, undefined, room, lists, options);
  return { touched: [touch(room)], warnings: [...slashWarning(address), ...judged.warnings] };
}

const fieldsOf = ({ id: _, ...fields }: Room): Omit<Room, "id"> => fields;
const touch = (room: Room): Touched => ({ collection: "rooms", id: room.id, identity: room.identity });

/**
 * Changes rooms, all or none. `categoryId` moves a room: refused with each entry named that the new category
 * does not allow, unless `removeIneligible` takes them out (rules of the domain, 5).
 */
export function setRooms(
  draft: Draft,
  words: readonly string[],
  patch: RoomPatch,
  options: RoomOptions = {},
): Outcome {
  const results = forEachWord(identitiesOf(draft, "rooms", words, options), (identity) =>
    setRoom(draft, findInPool(draft, "rooms", identity), patch, options),
  );
  return {
    touched: results.flatMap((result) => result.touched),
    warnings: results.flatMap((result) => result.warnings ?? []),
    questions: results.flatMap((result) => result.questions ?? []),
  };
}

function setRoom(draft: Draft, before: Room, patch: RoomPatch, options: RoomOptions): Outcome {
  const pool = poolOf(before.identity);
  const patched = applyPatch(draft, roomNoun.properties, before, patch, references(draft, pool));
  const named = { ...patched.value, identity: identityIn(pool, patched.value.name) };
  if (named.identity !== before.identity) requireFreeName(draft, "rooms", named);
  const room = moved(draft, before, named, options);
  draft.update("rooms", room.id, fieldsOf(room));
  const judged = judgeRoom(draft, before, room, patched.lists, options);
  return {
    touched: [touch(room)],
    warnings: judged.warnings,
    questions: droppedByExactList(room, patch, patched.lists),
  };
}

/** An exact list that drops someone asks first (design: the command line). */
function droppedByExactList(
  room: Room,
  patch: RoomPatch,
  lists: Readonly<Record<string, EditedList>>,
): Question[] {
  return roomLists
    .filter((list) => patch[list]?.set !== undefined && lists[list]!.dropped.length > 0)
    .map((list) => ({
      code: "drops-entries",
      object: room.identity,
      list,
      principals: lists[list]!.dropped,
    }));
}

/** Finds a room's category and add-in, which are of the room's pool: objects never change pool. */
const references =
  (draft: Draft, pool: string) =>
  (key: string, word: string): number =>
    referenceInPool(draft, key === "addinId" ? "addins" : "categories", word, pool);

/** The id of what a word means to a room of a pool. Throws as findInPool does, and `invalid-value` for another pool. */
export function referenceInPool(
  state: State,
  collection: "addins" | "categories",
  word: string,
  pool: string,
): number {
  const found = findInPool(state, collection, word, { pool });
  if (fold(poolOf(found.identity)) !== fold(pool)) throw otherPool(collection, found.identity, pool);
  return found.id;
}

function otherPool(collection: "addins" | "categories", identity: string, pool: string): DomainError {
  const { kind, one } = nouns[collection];
  return new DomainError("invalid-value", `${one} \`${identity}\` is not of the room's pool \`${pool}\``, {
    hint: {
      say: "objects never change pool: name one of the same pool; see them with",
      commands: [[`get-${kind}`, "--pool", pool]],
    },
    details: { kind, identity, pool },
  });
}

/** A room that moves to another category keeps only people whom that category covers. */
function moved(draft: Draft, before: Room, room: Room, options: RoomOptions): Room {
  if (room.categoryId === before.categoryId) return room;
  const from = draft.get("categories", before.categoryId)!;
  const to = draft.get("categories", room.categoryId)!;
  const stays = (principal: string): boolean =>
    scopeOf(draft, principal, to).answer !== "no" || scopeOf(draft, principal, from).answer === "no";
  const leaving = roomLists.flatMap((list) =>
    room[list]
      .filter((principal) => before[list].includes(principal) && !stays(principal))
      .map((principal) => ({ list, principal })),
  );
  if (leaving.length === 0) return room;
  if (options.removeIneligible !== true) throw wouldFallOut(draft, room, to, leaving);
  const gone = (list: string, principal: string): boolean =>
    leaving.some((entry) => entry.list === list && entry.principal === principal);
  const kept = Object.fromEntries(
    roomLists.map((list) => [list, room[list].filter((principal) => !gone(list, principal))]),
  );
  return { ...room, ...kept };
}

function wouldFallOut(
  state: State,
  room: Room,
  category: Category,
  leaving: readonly NewEntry[],
): DomainError {
  const { say, commands = [] } = allowHint(state, category, leaving);
  return new DomainError(
    "principals-not-in-scope",
    `category \`${category.identity}\` does not cover ${leaving.map((e) => `\`${e.principal}\` (${e.list})`).join(", ")} of room \`${room.identity}\``,
    {
      hint: { say: `take them out of the room with --remove-ineligible, or first ${say}`, commands },
      details: { room: room.identity, category: category.identity, entries: leaving },
    },
  );
}

const judgeOf = (state: State, { judge }: Pick<RoomOptions, "judge">): ScopeJudge =>
  judge ?? ((...asked) => requireInScope(state, ...asked));

/** All rules for a room as it would be, against what it was. Throws, or returns the warnings. */
function judgeRoom(
  state: State,
  before: Room | undefined,
  after: Room,
  lists: Readonly<Record<string, EditedList>>,
  options: RoomOptions,
): { warnings: Warning[] } {
  const category = state.get("categories", after.categoryId)!;
  const added = roomLists.flatMap((list) =>
    (lists[list]?.added ?? []).map((principal) => ({ list, principal })),
  );
  const warnings = judgeOf(state, options)(category, added, options.strict ?? false);
  requirePresentersFit(state, before, after);
  return { warnings: [...warnings, ...roomWarnings(before, after)] };
}

/** Rules of the domain, 4: presenters only in auditoriums, and members there, or in scope where all are. */
function requirePresentersFit(state: State, before: Room | undefined, after: Room): void {
  if (after.presenters.length === 0) return;
  if (after.type === "Normal") throw presentersInNormalRoom(before, after);
  const strays = after.presenters.filter(
    (presenter) => !mayPresent(state, after, presenter) && !strayBefore(state, before, presenter),
  );
  if (strays.length === 0) return;
  throw new DomainError(
    "presenter-not-member",
    `presenters of \`${after.identity}\` must be members: ${strays.map((p) => `\`${p}\``).join(", ")} ${strays.length === 1 ? "is" : "are"} not`,
    {
      hint: strayHint(before, strays),
      details: { room: after.identity, presenters: strays },
    },
  );
}

function strayHint(before: Room | undefined, strays: readonly string[]): Hint {
  if (before === undefined) return { say: "make them members too, with --members" };
  const present = new Set(before.presenters.map(principalKey));
  const [say, option] = strays.every((stray) => present.has(principalKey(stray)))
    ? ["keep them members, or take them off first with", "--remove-presenters"]
    : ["make them members in the same command with --add-members, or first with", "--add-members"];
  return { say, commands: [["set-room", before.identity, ...strays.flatMap((stray) => [option, stray])]] };
}

function mayPresent(state: State, room: Room, presenter: string): boolean {
  return room.privacy === "Open" || coverage(state, presenter, room.members).answer !== "no";
}

/** A presenter who did not fit before is an old fault, which other edits need not mend. */
function strayBefore(state: State, before: Room | undefined, presenter: string): boolean {
  const listed = before?.presenters.some((entry) => principalKey(entry) === principalKey(presenter));
  return before !== undefined && listed === true && !mayPresent(state, before, presenter);
}

function presentersInNormalRoom(before: Room | undefined, after: Room): DomainError {
  const turned = before?.type === "Auditorium";
  return new DomainError(
    "presenters-in-normal-room",
    turned
      ? `\`${after.identity}\` has ${countPresenters(after.presenters.length)}, which a Normal room cannot have`
      : `\`${after.identity}\` is a Normal room, where everyone posts: it has no presenters`,
    {
      hint: turned
        ? {
            say: "take them off in the same command",
            commands: [["set-room", before.identity, "--type", "Normal", "--clear-presenters"]],
          }
        : { say: "make it an auditorium with --type Auditorium" },
      details: { room: after.identity, presenters: after.presenters },
    },
  );
}

const countPresenters = (count: number): string => (count === 1 ? "a presenter" : `${count} presenters`);

/** The warnings for a room whose people changed. Throws `presenter-not-member`, `presenters-in-normal-room`. */
export function judgeTakenOut(state: State, before: Room | undefined, after: Room): Warning[] {
  requirePresentersFit(state, before, after);
  return roomWarnings(before, after);
}

/**
 * The rules for a room that was written in whatever way: new entries must be in scope, and after a move all that
 * were in scope before. `judge` is one for the draft, where many rooms are written. Throws
 * `principals-not-in-scope`, `presenter-not-member`, `presenters-in-normal-room`.
 */
export function judgeRoomWrite(
  draft: Draft,
  before: Room | undefined,
  after: Room,
  options: Pick<RoomOptions, "judge"> = {},
): Warning[] {
  return [...judgeRoomEntries(draft, before, after, options), ...judgeTakenOut(draft, before, after)];
}

/** The part of it that is about scope. */
export function judgeRoomEntries(
  draft: Draft,
  before: Room | undefined,
  after: Room,
  options: Pick<RoomOptions, "strict" | "judge"> = {},
): Warning[] {
  const category = draft.get("categories", after.categoryId)!;
  const left = before !== undefined && before.categoryId !== after.categoryId ? before.categoryId : undefined;
  const from = left === undefined ? undefined : draft.base.get("categories", left)!;
  const entries = roomLists.flatMap((list) => {
    const known = new Set(before?.[list].map(principalKey));
    return after[list]
      .filter(
        (principal) =>
          !known.has(principalKey(principal)) ||
          (from !== undefined && scopeOf(draft.base, principal, from).answer !== "no"),
      )
      .map((principal) => ({ list, principal }));
  });
  return judgeOf(draft, options)(category, entries, options.strict ?? false);
}

function roomWarnings(before: Room | undefined, after: Room): Warning[] {
  const warnings: Warning[] = [];
  const turned = before === undefined || before.privacy !== after.privacy;
  const emptied = before === undefined || before.members.length > 0;
  if (after.privacy === "Open" && after.members.length > 0 && (turned || after.members !== before.members)) {
    warnings.push({ code: "members-without-effect", room: after.identity });
  }
  if (after.privacy !== "Open" && after.members.length === 0 && (turned || emptied)) {
    warnings.push({ code: "nobody-can-join", room: after.identity, privacy: after.privacy });
  }
  if (before !== undefined && before.managers.length > 0 && after.managers.length === 0) {
    warnings.push({ code: "last-manager-lost", room: after.identity });
  }
  const lostPresenter = before !== undefined && before.presenters.length > 0 && after.presenters.length === 0;
  if (lostPresenter && after.type === "Auditorium") {
    warnings.push({ code: "last-presenter-lost", room: after.identity });
  }
  return warnings;
}

/** Removes rooms, all or none; asks for each. With `ifExists` a room that is not there is no fault. */
export function removeRooms(
  draft: Draft,
  words: readonly string[],
  options: Naming & { readonly ifExists?: boolean } = {},
): Outcome {
  return removed(draft, "rooms", words, options, (room) => ({
    losing: [...new Set([...room.members, ...room.managers, ...room.presenters])],
  }));
}
