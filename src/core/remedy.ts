import { type AccessRequest, evaluateAccess, type Person, personOf, type SipReason } from "./access.ts";
import type { Draft } from "./draft.ts";
import type { Category } from "./nouns/category.ts";
import type { Policy } from "./nouns/policy.ts";
import type { Room } from "./nouns/room.ts";
import { effectivePolicy, isSitePolicy } from "./policy-resolution.ts";
import { principalKey } from "./principal-word.ts";
import { bySideEffects, type Move, type Remedy, trial, tryMoves } from "./remedy-trial.ts";
import { revocationsFor } from "./revocation.ts";
import { coverOf, type Standing } from "./scope.ts";
import { findOne, type State } from "./state.ts";
import { compareText, fold } from "./text.ts";

/** Why no command can help: the account's SIP address, a directory that is missing, or a category that is. */
export type Obstacle =
  | { readonly by: "sip"; readonly because: SipReason }
  | { readonly by: "directory" }
  | { readonly by: "category" };

export interface Remedies {
  /** Fewest commands first, then fewest side effects. Empty where there is an obstacle. */
  readonly remedies: readonly Remedy[];
  readonly obstacle: Obstacle | undefined;
}

/**
 * The shortest commands that change the answer, each way with what else it would change: they turn a refusal (or
 * an open answer) into leave, and leave into a refusal. To let a user in, the user is added by name and entries are
 * taken out one by one, so that as few others as possible are touched. Each way is tried on a draft, and only those
 * that work are returned. Never throws.
 */
export function remediesFor(state: State, request: AccessRequest): Remedies {
  if (evaluateAccess(state, request).decision === "allow") {
    return { remedies: revocationsFor(state, request), obstacle: undefined };
  }
  const person = personOf(state, request.user);
  const category = categoryOf(state, request);
  const obstacle = obstacleFor(person, category);
  if (obstacle !== undefined || category === undefined) return { remedies: [], obstacle };
  const rest = [...categoryMoves(person, category, request), ...roomMoves(person, request)];
  const remedies = policyWays(state, person)
    .flatMap((way) => tryMoves(state, request, [...way, ...rest], "allow"))
    .sort(bySideEffects);
  return { remedies, obstacle: undefined };
}

const categoryOf = (state: State, request: AccessRequest): Category | undefined =>
  request.action === "create-room" ? request.category : state.get("categories", request.room.categoryId);

function obstacleFor(person: Person, category: Category | undefined): Obstacle | undefined {
  if (person.sip !== "enabled" && person.sip !== "no-directory") return { by: "sip", because: person.sip };
  if (category === undefined) return { by: "category" };
  const left = category.deniedMembers.filter((entry) => !covers(person.standing, entry));
  return coverOf(person.standing, left).answer === "no" ? undefined : { by: "directory" };
}

const covers = (standing: Standing, entry: string): boolean => coverOf(standing, [entry]).answer === "yes";

/** Ways to put a user under a policy that enables; one empty way where that is so already. */
function policyWays(state: State, person: Person): Move[][] {
  if (person.policy.enabled === "yes") return [[]];
  const { policy, from } = person.policy;
  const perUser = [...state.all("policies")]
    .filter(isPerUser)
    .sort((a, b) => compareText(a.identity, b.identity));
  const enabling = perUser.find((each) => each.enablePersistentChat);
  return [
    ...(from === "user" && fallsOnEnabled(state, person) ? [[ungrant(person.user)]] : []),
    ...(enabling === undefined
      ? [newPolicyFor(state, person.user)]
      : [[grant(person.user, enabling.identity)]]),
    ...(policy === undefined ? [] : [[switchOn(policy)]]),
  ];
}

const isPerUser = ({ identity }: Policy): boolean => fold(identity) !== "global" && !isSitePolicy(identity);

function fallsOnEnabled(state: State, { user }: Person): boolean {
  const draft = trial(state);
  ungrant(user).make(draft);
  return effectivePolicy(draft, user).enabled === "yes";
}

const ungrant = (user: string): Move => ({
  command: ["grant-policy", user, "--none"],
  make: (draft) => {
    for (const grant of [...draft.lookup("grants", "identity", fold(user))]) draft.remove("grants", grant.id);
  },
});

const grant = (user: string, policy: string): Move => ({
  command: ["grant-policy", user, "--policy", policy],
  make: (draft) => {
    const present = findOne(draft, "grants", "identity", fold(user));
    if (present === undefined) draft.create("grants", { user, policy });
    else draft.update("grants", present.id, { policy });
  },
});

const switchOn = ({ id, identity }: Policy): Move => ({
  command: ["set-policy", identity, "--enable-persistent-chat", "true"],
  make: (draft) => {
    draft.update("policies", id, { enablePersistentChat: true });
  },
});

function newPolicyFor(state: State, user: string): Move[] {
  let identity = "Persistent Chat users";
  for (let n = 2; findOne(state, "policies", "identity", fold(identity)) !== undefined; n++) {
    identity = `Persistent Chat users ${n}`;
  }
  const make = (draft: Draft): void => {
    draft.create("policies", { identity, description: null, enablePersistentChat: true });
  };
  return [
    { command: ["new-policy", identity, "--enable-persistent-chat", "true"], make },
    grant(user, identity),
  ];
}

/** What the category must change: denials that cover the user go, the user is allowed by name. */
function categoryMoves({ standing, user }: Person, category: Category, request: AccessRequest): Move[] {
  const denials = category.deniedMembers.filter((entry) => covers(standing, entry));
  const missing = (list: readonly string[]): string[] =>
    coverOf(standing, list).answer === "yes" ? [] : [user];
  const allow = missing(category.allowedMembers);
  const create = request.action === "create-room" ? missing(category.creators) : [];
  const words = [
    ...denials.flatMap((entry) => ["--remove-denied-members", entry]),
    ...allow.flatMap((entry) => ["--add-allowed-members", entry]),
    ...create.flatMap((entry) => ["--add-creators", entry]),
  ];
  if (words.length === 0) return [];
  const denied = new Set(denials.map(principalKey));
  const make = (draft: Draft): void => {
    draft.update("categories", category.id, {
      deniedMembers: category.deniedMembers.filter((entry) => !denied.has(principalKey(entry))),
      allowedMembers: [...category.allowedMembers, ...allow],
      creators: [...category.creators, ...create],
    });
  };
  return [{ command: ["set-category", category.identity, ...words], make }];
}

/** What the room must change: it is enabled, and the user is named in the lists that the action needs. */
function roomMoves({ standing, user }: Person, request: AccessRequest): Move[] {
  if (request.action === "create-room") return [];
  const { room } = request;
  const enable = room.disabled && request.action !== "manage";
  const lists = neededLists(request).filter((list) => coverOf(standing, room[list]).answer !== "yes");
  const words = [
    ...(enable ? ["--disabled", "false"] : []),
    ...lists.flatMap((list) => [`--add-${list}`, user]),
  ];
  if (words.length === 0) return [];
  const make = (draft: Draft): void => {
    const added = Object.fromEntries(lists.map((list) => [list, [...room[list], user]]));
    draft.update("rooms", room.id, { ...(enable ? { disabled: false } : {}), ...added });
  };
  return [{ command: ["set-room", room.identity, ...words], make }];
}

type RoomList = "members" | "managers" | "presenters";

function neededLists({ action, room }: { readonly action: string; readonly room: Room }): RoomList[] {
  if (action === "manage") return ["managers"];
  const open = room.privacy === "Open" || (room.privacy === "Closed" && action === "find");
  const presents = action === "post" && room.type === "Auditorium";
  return [...(open ? [] : ["members" as const]), ...(presents ? ["presenters" as const] : [])];
}
