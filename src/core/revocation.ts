import { type AccessRequest, personOf } from "./access.ts";
import type { Draft } from "./draft.ts";
import type { Category } from "./nouns/category.ts";
import type { Room } from "./nouns/room.ts";
import { principalKey } from "./principal-word.ts";
import { bySideEffects, type Move, type Remedy, tryMoves } from "./remedy-trial.ts";
import { coverage, coverOf, type Standing } from "./scope.ts";
import type { State } from "./state.ts";

/**
 * The shortest commands that take away what a user may do, each way with what else it would change: the entries
 * that give it go, or, where no entry of a list does, the category denies the user by name. Each way is tried on a draft, and only those that work
 * are returned, fewest side effects first. The request must be one that is allowed. Never throws.
 */
export function revocationsFor(state: State, request: AccessRequest): Remedy[] {
  const { user, standing } = personOf(state, request.user);
  const category =
    request.action === "create-room" ? request.category : state.get("categories", request.room.categoryId);
  const ways = entriesOff(state, standing, request).flatMap((move) =>
    tryMoves(state, request, [move], "deny"),
  );
  if (ways.length > 0 || category === undefined) return ways.sort(bySideEffects);
  return tryMoves(state, request, [deny(category, user)], "deny");
}

const deny = (category: Category, user: string): Move => ({
  command: ["set-category", category.identity, "--add-denied-members", user],
  make: (draft) => {
    draft.update("categories", category.id, { deniedMembers: [...category.deniedMembers, user] });
  },
});

/** Takes the entries that cover the user off a list that must cover who does this. */
function entriesOff(state: State, standing: Standing, request: AccessRequest): Move[] {
  if (request.action === "create-room") {
    const { category } = request;
    const covering = coveringIn(standing, category.creators);
    return [
      {
        command: ["set-category", category.identity, ...remove("creators", covering)],
        make: (draft) => {
          draft.update("categories", category.id, { creators: without(category.creators, covering) });
        },
      },
    ];
  }
  const { action, room } = request;
  if (action === "manage") return [offRoom(room, { managers: coveringIn(standing, room.managers) })];
  const presenters = coveringIn(standing, room.presenters);
  return [
    ...(action === "post" && room.type === "Auditorium" ? [offRoom(room, { presenters })] : []),
    ...(room.privacy === "Open" ? [] : [offMembers(state, standing, room)]),
  ];
}

/** Presenters must be members, so those who are none any more go with the entries that made them so. */
function offMembers(state: State, standing: Standing, room: Room): Move {
  const members = coveringIn(standing, room.members);
  const left = without(room.members, members);
  const presenters = room.presenters.filter(
    (entry) =>
      coverage(state, entry, left).answer === "no" && coverage(state, entry, room.members).answer !== "no",
  );
  return offRoom(room, { members, presenters });
}

type RoomEntries = { readonly [list in "members" | "managers" | "presenters"]?: readonly string[] };

function offRoom(room: Room, gone: RoomEntries): Move {
  const lists = (["members", "managers", "presenters"] as const).filter((list) => gone[list] !== undefined);
  return {
    command: ["set-room", room.identity, ...lists.flatMap((list) => remove(list, gone[list] ?? []))],
    make: (draft: Draft) => {
      const left = lists.map((list) => [list, without(room[list], gone[list] ?? [])]);
      draft.update("rooms", room.id, Object.fromEntries(left));
    },
  };
}

const coveringIn = (standing: Standing, list: readonly string[]): string[] =>
  list.filter((entry) => coverOf(standing, [entry]).answer === "yes");

const remove = (list: string, entries: readonly string[]): string[] =>
  entries.flatMap((entry) => [`--remove-${list}`, entry]);

function without(list: readonly string[], gone: readonly string[]): string[] {
  const keys = new Set(gone.map(principalKey));
  return list.filter((entry) => !keys.has(principalKey(entry)));
}
