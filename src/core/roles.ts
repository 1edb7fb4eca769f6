import { evaluateAccess, type Step } from "./access.ts";
import type { Draft } from "./draft.ts";
import { DomainError, type Hint } from "./errors.ts";
import { findInPool, identityOf } from "./identity.ts";
import type { Category } from "./nouns/category.ts";
import type { Room } from "./nouns/room.ts";
import type { Warning } from "./outcome.ts";
import { principalKey } from "./principal-word.ts";
import { scopeOf } from "./scope.ts";
import { type Collection, nouns, type State, type Write } from "./state.ts";

/**
 * Acting as somebody (rules of the domain, 11): a simulation for testing and delegation, not security. A creator
 * may create rooms in that category, and becomes their manager and, unless the room is Open, a member; a manager may
 * edit a room and disable it; everything else is the administrator's. Looks at what the draft recorded, adds what
 * creating a room brings, and returns a warning for what cannot be told without a directory.
 * Throws `not-permitted`, saying which role could.
 */
export function actAs(draft: Draft, user: string): Warning[] {
  if (draft.newDirectory !== undefined) throw forAdministrators(user, "importing a directory");
  const open = draft.writes().map((write) => judge(draft, user, write));
  return open.includes("unknown") ? [{ code: "scope-unknown", principals: [user] }] : [];
}

type Permission = "allow" | "unknown";

function judge(draft: Draft, user: string, write: Write): Permission {
  const { collection, before, after } = write;
  if (collection !== "rooms") throw forAdministrators(user, describe(write));
  if (before === undefined) return created(draft, user, after as Room);
  if (after === undefined) throw forAdministrators(user, describe(write));
  return edited(draft, user, before as Room, after as Room);
}

function describe({ collection, before, after }: Write): string {
  const verb = before === undefined ? "creating" : after === undefined ? "removing" : "changing";
  const { one } = nouns[collection];
  return `${verb} ${one} \`${identityOf(collection as Collection, (after ?? before) as never)}\``;
}

function created(draft: Draft, user: string, room: Room): Permission {
  const category = draft.get("categories", room.categoryId)!;
  const permission = mayCreate(draft.base, user, category);
  const managers = withEntry(room.managers, user);
  const members = room.privacy === "Open" ? room.members : withEntry(room.members, user);
  draft.update("rooms", room.id, { managers, members });
  return permission;
}

function mayCreate(state: State, user: string, category: Category): Permission {
  const { decision, trace } = evaluateAccess(state, { user, action: "create-room", category });
  if (decision !== "deny") return decision;
  const obstacle = obstacleBesideRole(trace);
  const say =
    "a creator of the category could, or an administrator (without --as); make the user a creator with";
  throw new DomainError(
    "not-permitted",
    `\`${user}\` may not create rooms in category \`${category.identity}\`${obstacle}`,
    {
      hint:
        obstacle === ""
          ? { say, commands: [["set-category", category.identity, "--add-creators", user]] }
          : { say: seeWhy, commands: [["test-access", user, "--category", category.identity]] },
      details: { user, category: category.identity, roles: ["creator", "administrator"] },
    },
  );
}

const seeWhy = "see each step, and what would change it, with";

/** What is in the way of somebody whom the role itself would let; empty where it is the role that is missing. */
function obstacleBesideRole(trace: readonly Step[]): string {
  const failed = trace.find(({ outcome }) => outcome === "failed")?.step;
  const words: Readonly<Record<string, string>> = {
    sip: ", being not enabled for SIP",
    policy: ": no policy enables Persistent Chat for that account",
    allowed: ": the category's allowed members do not cover that account",
    "not-denied": ": the category denies that account",
  };
  return words[failed ?? ""] ?? "";
}

const withEntry = (list: readonly string[], entry: string): readonly string[] =>
  list.some((known) => principalKey(known) === principalKey(entry)) ? list : [...list, entry];

function edited(draft: Draft, user: string, before: Room, after: Room): Permission {
  const { decision, trace } = evaluateAccess(draft.base, { user, action: "manage", room: before });
  if (decision === "deny") throw notManager(user, before, obstacleBesideRole(trace));
  if (before.disabled && !after.disabled) {
    throw forAdministrators(user, `enabling room \`${before.identity}\` again`);
  }
  if (before.categoryId === after.categoryId) return decision;
  const moved = mayCreate(draft.base, user, draft.get("categories", after.categoryId)!);
  return decision === "unknown" ? decision : moved;
}

function notManager(user: string, room: Room, obstacle: string): DomainError {
  const say = "a manager of the room could, or an administrator (without --as); make the user a manager with";
  return new DomainError("not-permitted", `\`${user}\` may not change room \`${room.identity}\`${obstacle}`, {
    hint:
      obstacle === ""
        ? { say, commands: [["set-room", room.identity, "--add-managers", user]] }
        : { say: seeWhy, commands: [["test-access", user, room.identity, "--action", "manage"]] },
    details: { user, room: room.identity, roles: ["manager", "administrator"] },
  });
}

/** The refusal of what only an administrator may do. */
export function forAdministrators(user: string, what: string): DomainError {
  const hint: Hint = { say: "only an administrator could: run it without --as, and without PCHAT_AS" };
  return new DomainError("not-permitted", `\`${user}\` may not do that: ${what} is an administrator's`, {
    hint,
    details: { user, roles: ["administrator"] },
  });
}

/** One write as `actAs` judges all of them. Throws `not-permitted`. */
export function actOn(draft: Draft, user: string, write: Write): Warning[] {
  return judge(draft, user, write) === "unknown" ? [{ code: "scope-unknown", principals: [user] }] : [];
}

/** Warnings that still hold when the role has done its part: a room that its creator entered is not empty any more. */
export const stillTrue = (draft: Draft, warnings: readonly Warning[]): readonly Warning[] =>
  warnings.filter(
    (warning) =>
      warning.code !== "nobody-can-join" || findInPool(draft, "rooms", warning.room).members.length === 0,
  );

/**
 * The state as a user sees it: rooms that the user can find or manages, and categories that cover the user. Without
 * a directory what cannot be told is shown.
 */
export function visibleTo(state: State, user: string): State {
  const verdicts = new Map<number, boolean>();
  const sees = (room: Room): boolean => {
    let verdict = verdicts.get(room.id);
    if (verdict === undefined) {
      verdict = (["find", "manage"] as const).some(
        (action) => evaluateAccess(state, { user, action, room }).decision !== "deny",
      );
      verdicts.set(room.id, verdict);
    }
    return verdict;
  };
  const shows = (collection: Collection, object: unknown): boolean => {
    if (collection === "rooms") return sees(object as Room);
    return collection !== "categories" || scopeOf(state, user, object as Category).answer !== "no";
  };
  return {
    get directory() {
      return state.directory;
    },
    get: (collection, id) => {
      const object = state.get(collection, id);
      return object !== undefined && shows(collection, object) ? object : undefined;
    },
    lookup: (collection, index, key) =>
      only(state.lookup(collection, index, key), (o) => shows(collection, o)),
    all: (collection) => only(state.all(collection), (object) => shows(collection, object)),
    each: (collection, ids) => only(state.each(collection, ids), (object) => shows(collection, object)),
    count: (collection) => {
      let count = 0;
      for (const object of state.all(collection)) if (shows(collection, object)) count++;
      return count;
    },
  };
}

function* only<T>(objects: Iterable<T>, shows: (object: T) => boolean): Iterable<T> {
  for (const object of objects) if (shows(object)) yield object;
}
