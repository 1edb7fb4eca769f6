import type { Draft } from "./draft.ts";
import { DomainError, type Hint } from "./errors.ts";
import { differences, type Existing, existing, type Removal, removed } from "./existing.ts";
import { addressOf, findInPool, identitiesOf, type Naming, poolForNew, slashWarning } from "./identity.ts";
import { identityIn, poolOf } from "./identity-text.ts";
import type { EditedList } from "./list-edit.ts";
import { type Category, categoryNoun } from "./nouns/category.ts";
import type { Room } from "./nouns/room.ts";
import type { Outcome, Question, Touched, Warning } from "./outcome.ts";
import { applyPatch, forEachWord, initialValues } from "./patch.ts";
import { principalKey } from "./principal-word.ts";
import { checkName, type PatchOf } from "./property.ts";
import { judgeTakenOut, roomLists } from "./room.ts";
import { coverage, scopeOf } from "./scope.ts";
import { allowHint, fallenOut, type NewEntry, requireInScope } from "./scope-rules.ts";
import type { State } from "./state.ts";
import { requireFreeName } from "./unique-name.ts";

export type CategoryPatch = PatchOf<typeof categoryNoun.properties>;

export interface CategoryOptions extends Naming {
  readonly strict?: boolean;
  /** Take out of rooms and creators whoever a narrower list no longer covers, in the place of refusing. */
  readonly removeIneligible?: boolean;
}

const categoryLists = ["allowedMembers", "deniedMembers", "creators"] as const;
const noReferences = (key: string): never => {
  throw new Error(`a category has no reference ${key}`);
};

/**
 * Creates a category, with its lists at once. Throws `exists`, `not-found`, `principals-not-in-scope` for a
 * creator who is not allowed, and what resolving a principal throws.
 */
export function newCategory(
  draft: Draft,
  word: string,
  patch: CategoryPatch,
  options: CategoryOptions & Existing = {},
): Outcome {
  const address = addressOf(draft, word);
  const name = checkName("the name", categoryNoun.properties.name, address.name);
  const pool = poolForNew(draft, { ...address, name }, options);
  const identity = identityIn(pool.fqdn, name);
  const found = existing(draft, "categories", identity, options);
  const blank = { ...initialValues(categoryNoun.properties), identity, name } as Category;
  const { value, lists } = applyPatch(draft, categoryNoun.properties, found ?? blank, patch, noReferences);
  if (found !== undefined) return differences("categories", found, value);
  requireFreeName(draft, "categories", value);
  const category = draft.create("categories", fieldsOf(value));
  return {
    touched: [touch(category)],
    warnings: [
      ...slashWarning(address),
      ...judgeCreators(draft, undefined, category, lists, options),
      ...fileUploadWarning(undefined, category),
    ],
  };
}

const fieldsOf = ({ id: _, ...fields }: Category): Omit<Category, "id"> => fields;
const touch = (category: Category): Touched => ({
  collection: "categories",
  id: category.id,
  identity: category.identity,
});

function judgeCreators(
  state: State,
  before: Category | undefined,
  category: Category,
  lists: Readonly<Record<string, EditedList>>,
  options: CategoryOptions,
): Warning[] {
  // Nothing is written yet: a command that would allow them must name the category as it still is.
  const hint = (outside: readonly NewEntry[]): Hint =>
    before === undefined
      ? { say: "creators must be allowed: name them in --allowed-members too, and not in --denied-members" }
      : allowHint(state, { ...category, identity: before.identity }, outside);
  const added = (lists["creators"]?.added ?? []).map((principal) => ({ list: "creators", principal }));
  return requireInScope(state, category, added, options.strict ?? false, hint);
}

function fileUploadWarning(before: Category | undefined, after: Category): Warning[] {
  const turnedOn = after.fileUpload && before?.fileUpload !== true;
  return turnedOn ? [{ code: "file-upload-ignored", category: after.identity }] : [];
}

/**
 * Changes categories, all or none. Narrowing the allowed members is refused while an entry of a room or of the
 * creators would fall out, unless `removeIneligible`; a denial always lands, and what it covers stays listed
 * without power (rules of the domain, 5).
 */
export function setCategories(
  draft: Draft,
  words: readonly string[],
  patch: CategoryPatch,
  options: CategoryOptions = {},
): Outcome {
  const results = forEachWord(identitiesOf(draft, "categories", words, options), (identity) =>
    setCategory(draft, findInPool(draft, "categories", identity), patch, options),
  );
  return {
    touched: results.flatMap((result) => result.touched),
    warnings: results.flatMap((result) => result.warnings ?? []),
    questions: results.flatMap((result) => result.questions ?? []),
  };
}

function setCategory(
  draft: Draft,
  before: Category,
  patch: CategoryPatch,
  options: CategoryOptions,
): Outcome {
  const pool = poolOf(before.identity);
  const { value, lists } = applyPatch(draft, categoryNoun.properties, before, patch, noReferences);
  const named = { ...value, identity: identityIn(pool, value.name) };
  if (named.identity !== before.identity) requireFreeName(draft, "categories", named);
  draft.update("categories", before.id, fieldsOf(named));
  const scopeWarnings = judgeCreators(draft, before, named, lists, options);
  const { category: after, warnings } = narrowed(draft, before, named, lists, options);
  return {
    touched: [touch(after)],
    warnings: [
      ...scopeWarnings,
      ...warnings,
      ...powerless(draft, after, lists["deniedMembers"]?.added ?? []),
      ...fileUploadWarning(before, after),
    ],
    questions: droppedByExactList(after, patch, lists),
  };
}

function droppedByExactList(
  category: Category,
  patch: CategoryPatch,
  lists: Readonly<Record<string, EditedList>>,
): Question[] {
  return categoryLists
    .filter((list) => patch[list]?.set !== undefined && lists[list]!.dropped.length > 0)
    .map((list) => ({
      code: "drops-entries",
      object: category.identity,
      list,
      principals: lists[list]!.dropped,
    }));
}

interface Holding extends NewEntry {
  readonly room: Room | undefined;
}

/** Every entry of a category's rooms and creators. */
function entriesUnder(state: State, category: Category): Holding[] {
  const creators = category.creators.map((principal) => ({ list: "creators", principal, room: undefined }));
  const people = [...state.lookup("rooms", "category", String(category.id))].flatMap((room) =>
    roomLists.flatMap((list) => room[list].map((principal) => ({ list, principal, room }))),
  );
  return [...creators, ...people];
}

function narrowed(
  draft: Draft,
  before: Category,
  after: Category,
  lists: Readonly<Record<string, EditedList>>,
  options: CategoryOptions,
): { readonly category: Category; readonly warnings: readonly Warning[] } {
  if ((lists["allowedMembers"]?.dropped.length ?? 0) === 0) return { category: after, warnings: [] };
  const fallen = fallenOut(draft, before, after, entriesUnder(draft, after)) as Holding[];
  if (fallen.length === 0) return { category: after, warnings: [] };
  if (options.removeIneligible !== true) throw wouldFallOut(after, fallen);
  const warnings = [...byRoom(fallen)].flatMap(([room, entries]) => takeOut(draft, room, entries));
  const leaving = new Set(fallen.filter((entry) => entry.room === undefined).map((entry) => entry.principal));
  const category = draft.update("categories", after.id, {
    creators: after.creators.filter((creator) => !leaving.has(creator)),
  });
  return { category, warnings };
}

/**
 * The rules for a category that was written in whatever way: new creators must be in scope, and nobody who is in a
 * list may fall out of the allowed members. Throws `principals-not-in-scope`.
 */
export function judgeCategoryWrite(
  draft: Draft,
  before: Category | undefined,
  after: Category,
  { strict = false }: Pick<CategoryOptions, "strict"> = {},
): Warning[] {
  const known = new Set(before?.creators.map(principalKey));
  const added = after.creators
    .filter((principal) => !known.has(principalKey(principal)))
    .map((principal) => ({ list: "creators", principal }));
  const warnings = [...requireInScope(draft, after, added, strict), ...fileUploadWarning(before, after)];
  if (before === undefined) return warnings;
  const fallen = fallenOut(draft, before, after, entriesUnder(draft, after)) as Holding[];
  if (fallen.length > 0)
    throw wouldFallOut(after, fallen, "take them out of those lists, or allow them in another way");
  const denied = new Set(before.deniedMembers.map(principalKey));
  const newlyDeniedBy = after.deniedMembers.filter((entry) => !denied.has(principalKey(entry)));
  return [...warnings, ...powerless(draft, after, newlyDeniedBy)];
}

function byRoom(entries: readonly Holding[]): Map<Room, Holding[]> {
  const rooms = new Map<Room, Holding[]>();
  for (const entry of entries) {
    if (entry.room === undefined) continue;
    const held = rooms.get(entry.room);
    if (held === undefined) rooms.set(entry.room, [entry]);
    else held.push(entry);
  }
  return rooms;
}

function takeOut(draft: Draft, room: Room, leaving: readonly Holding[]): Warning[] {
  const stays = (list: string, principal: string): boolean =>
    !leaving.some((entry) => entry.list === list && entry.principal === principal);
  const after = draft.update("rooms", room.id, {
    members: room.members.filter((principal) => stays("members", principal)),
    managers: room.managers.filter((principal) => stays("managers", principal)),
    presenters: room.presenters.filter((principal) => stays("presenters", principal)),
  });
  return judgeTakenOut(draft, room, after);
}

const shownEntries = 20;

function wouldFallOut(
  category: Category,
  fallen: readonly Holding[],
  say = "take them out of those lists with --remove-ineligible, or allow them in another way first",
): DomainError {
  const named = fallen
    .slice(0, shownEntries)
    .map(
      (entry) => `\`${entry.principal}\` (${entry.list} of \`${entry.room?.identity ?? category.identity}\`)`,
    );
  const more = fallen.length > shownEntries ? `, and ${fallen.length - shownEntries} more` : "";
  return new DomainError(
    "principals-not-in-scope",
    `without that allowed member, category \`${category.identity}\` no longer covers ${named.join(", ")}${more}`,
    {
      hint: { say },
      details: {
        category: category.identity,
        entries: fallen.map(({ list, principal, room }) => ({
          list,
          principal,
          room: room?.identity ?? null,
        })),
      },
    },
  );
}

/** Entries that a new denial covers: they stay in their lists, without power. */
function powerless(state: State, category: Category, added: readonly string[]): Warning[] {
  if (added.length === 0) return [];
  const verdicts = new Map<string, string | undefined>();
  return entriesUnder(state, category).flatMap(({ list, principal, room }) => {
    const key = principalKey(principal);
    if (!verdicts.has(key)) verdicts.set(key, newlyDenied(state, category, principal, added));
    const deniedBy = verdicts.get(key);
    const object = room?.identity ?? category.identity;
    return deniedBy === undefined
      ? []
      : [{ code: "powerless-entry", object, list, principal, deniedBy } as const];
  });
}

function newlyDenied(
  state: State,
  category: Category,
  principal: string,
  added: readonly string[],
): string | undefined {
  if (coverage(state, principal, added).answer !== "yes") return undefined;
  const { denied } = scopeOf(state, principal, category);
  return denied.answer === "yes" ? denied.entry : undefined;
}

/** Removes categories without rooms, all or none; asks for each. Throws `in-use` while rooms are in one. */
export function removeCategories(
  draft: Draft,
  words: readonly string[],
  options: Naming & Removal = {},
): Outcome {
  return removed(draft, "categories", words, options, (category) => {
    const rooms = [...draft.lookup("rooms", "category", String(category.id))];
    if (rooms.length === 0) return { losing: category.creators };
    throw new DomainError("in-use", `category \`${category.identity}\` has ${countRooms(rooms.length)}`, {
      hint: {
        say: "move them with set-room --category, or remove them; see them with",
        commands: [["get-room", "--category", category.identity]],
      },
      details: { category: category.identity, rooms: rooms.map((room) => room.identity) },
    });
  });
}

const countRooms = (count: number): string => (count === 1 ? "1 room" : `${count} rooms`);
