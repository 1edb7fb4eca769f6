import type { DomainEntry, Entry, UserEntry } from "../directory.ts";
import { identityIn } from "../identity-text.ts";
import type { Category } from "../nouns/category.ts";
import type { Room } from "../nouns/room.ts";
import { formOf } from "../principal-word.ts";
import { coverOf, type Standing, standingOf } from "../scope.ts";
import { findOne, type State } from "../state.ts";
import { compareText, fold } from "../text.ts";

/** What keeps a listed principal from counting, whatever category it is in. */
export type PrincipalFault = "gone" | "not-enabled" | "resource";

/** How a principal stands to a category. */
export type Place = "in" | "not-allowed" | "denied" | "unknown";

/** A listed principal, looked up once however many lists name it. */
export interface Listed {
  readonly principal: string;
  readonly standing: Standing;
  readonly fault: PrincipalFault | undefined;
}

/** What has a list of principals. */
export type ListHolder = Category | Room;

/** A deployment under inspection: lookups that several checks share. */
export interface Survey {
  readonly state: State;
  listed(principal: string): Listed;
  /** The principals of an object's list, in its order. */
  entries<H extends ListHolder>(holder: H, list: ListOf<H>): readonly Listed[];
  /** Whatever rooms list, each principal once. */
  listedInRooms(): Iterable<Listed>;
  /** How a principal stands to a category, by its word or as it was looked up. */
  placeIn(category: Category, principal: string | Listed): Place;
}

export type ListOf<H extends ListHolder> = H extends Room
  ? (typeof roomLists)[number]
  : (typeof categoryLists)[number];

/** What the survey keeps with a principal: its place in the category asked about last, and in others. */
interface Kept extends Listed {
  latest: Category | undefined;
  place: Place;
  places: Map<number, Place> | undefined;
}

/** A survey of a state, which must not change meanwhile. */
export function surveyOf(state: State): Survey {
  // By the text as it stands: two million entries name far fewer principals, in the same spelling. Each entry is
  // looked up once, and its list remembered, since several checks go over all of them.
  const known = new Map<string, Kept>();
  const lists = new Map<number, Record<string, readonly Kept[]>>();
  const listed = (principal: string): Kept => {
    let found = known.get(principal);
    if (found === undefined) {
      found = look(state, principal);
      known.set(principal, found);
    }
    return found;
  };
  const entries: Survey["entries"] = (holder, list) => {
    let ofHolder = lists.get(holder.id);
    if (ofHolder === undefined) {
      ofHolder = {};
      lists.set(holder.id, ofHolder);
    }
    ofHolder[list] ??= (holder[list as keyof typeof holder] as readonly string[]).map(listed);
    return ofHolder[list];
  };
  return {
    state,
    listed,
    entries,
    listedInRooms: () => {
      const found = new Set<Listed>();
      for (const room of state.all("rooms")) {
        for (const list of roomLists) for (const entry of entries(room, list)) found.add(entry);
      }
      return found;
    },
    placeIn: (category, principal) =>
      placeOf(category, typeof principal === "string" ? listed(principal) : (principal as Kept)),
  };
}

/** Most principals are listed in one category only, which then needs no map. */
function placeOf(category: Category, listed: Kept): Place {
  if (listed.latest === category) return listed.place;
  const place = listed.places?.get(category.id) ?? judge(category, listed.standing);
  if (listed.latest !== undefined) {
    listed.places ??= new Map([[listed.latest.id, listed.place]]);
    listed.places.set(category.id, place);
  }
  listed.latest = category;
  listed.place = place;
  return place;
}

function look(state: State, principal: string): Kept {
  const standing = standingOf(state, principal);
  return {
    principal,
    standing,
    fault: state.directory && faultOf(standing.entry),
    latest: undefined,
    place: "unknown",
    places: undefined,
  };
}

function faultOf(entry: Entry | undefined): PrincipalFault | undefined {
  if (entry === undefined) return "gone";
  if (entry.kind === "resource") return "resource";
  return entry.kind === "user" && !isEnabled(entry) ? "not-enabled" : undefined;
}

/** Whether an account has an enabled SIP address, so can take part. */
export const isEnabled = (user: UserEntry): user is UserEntry & { readonly sipAddress: string } =>
  user.sipEnabled && user.sipAddress !== null;

function judge(category: Category, standing: Standing): Place {
  const denied = coverOf(standing, category.deniedMembers).answer;
  if (denied === "yes") return "denied";
  const allowed = coverOf(standing, category.allowedMembers).answer;
  if (allowed === "no") return "not-allowed";
  return denied === "unknown" || allowed === "unknown" ? "unknown" : "in";
}

export const roomLists = ["members", "managers", "presenters"] as const;
export const categoryLists = ["allowedMembers", "deniedMembers", "creators"] as const;

/** Every list of principals in a deployment, with the object that has it and the option that names it. */
export function* everyList({ state, entries }: Survey): Iterable<{
  readonly kind: "category" | "room";
  readonly identity: string;
  readonly list: string;
  readonly entries: readonly Listed[];
}> {
  for (const category of state.all("categories")) {
    for (const list of categoryLists) {
      yield { kind: "category", identity: category.identity, list, entries: entries(category, list) };
    }
  }
  for (const room of state.all("rooms")) {
    for (const list of roomLists) {
      yield { kind: "room", identity: room.identity, list, entries: entries(room, list) };
    }
  }
}

/** Users of the directory with an enabled SIP address. */
export function* enabledUsers({ directory }: State): Iterable<UserEntry & { readonly sipAddress: string }> {
  for (const entry of directory?.all() ?? []) if (entry.kind === "user" && isEnabled(entry)) yield entry;
}

/**
 * Whom to allow where nobody is: the AD domains that have users, as the best practice is one category that holds
 * everyone (semantics: capacity and best practice). Without domains in the directory, its first user.
 */
export function everyone(state: State): readonly string[] {
  const { directory } = state;
  if (directory === undefined) return [];
  const domains = [...directory.all()]
    .filter((entry): entry is DomainEntry => entry.kind === "domain")
    .filter(({ domain }) =>
      [...directory.inDomain(domain)].some((entry) => entry.kind === "user" && isEnabled(entry)),
    )
    .map(({ domain }) => domain)
    .sort(compareText);
  if (domains.length > 0) return domains;
  const [first] = enabledUsers(state);
  return first === undefined ? [] : [first.sipAddress];
}

/** The pool that exists, or else the one that the to-do list has made by then. */
export function firstPool(state: State): string {
  for (const pool of state.all("pools")) return pool.fqdn;
  return `pchat.${everyone(state).find((principal) => formOf(principal) === "domain") ?? "contoso.com"}`;
}

/** A name for the category that the to-do list makes in a pool. */
export const plannedCategory = (state: State, pool: string): string =>
  identityIn(pool, freeName(state, pool, "General"));

/** Entries of the allowed members that are not denied themselves: what may be put into other lists. */
export const usableEntries = (survey: Survey, category: Category): string[] =>
  category.allowedMembers.filter(
    (entry) => survey.placeIn(category, entry) === "in" && survey.listed(entry).fault === undefined,
  );

/** A name with a suffix that no room or category of the pool has yet. */
export function freeName(state: State, pool: string, wanted: string): string {
  const taken = (name: string): boolean => {
    const key = fold(identityIn(pool, name));
    return (
      findOne(state, "rooms", "identity", key) !== undefined ||
      findOne(state, "categories", "identity", key) !== undefined
    );
  };
  const base = wanted.slice(0, 240);
  if (!taken(base)) return base;
  let n = 2;
  while (taken(`${base} ${n}`)) n++;
  return `${base} ${n}`;
}

export const categoryOf = (state: State, room: Room): Category | undefined =>
  state.get("categories", room.categoryId);
