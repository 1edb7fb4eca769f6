import type { Entry } from "./directory.ts";
import { DomainError } from "./errors.ts";
import type { Category } from "./nouns/category.ts";
import type { Room } from "./nouns/room.ts";
import { runnableWord } from "./principal.ts";
import { formOf, principalKey } from "./principal-word.ts";
import { type Coverage, coverage, coveredBy, scopeOf } from "./scope.ts";
import type { State } from "./state.ts";
import { compareText, wildcard } from "./text.ts";

export type PrincipalKind = "user" | "group" | "container" | "domain";

/** A principal that may be put into a list of a room, and the category's entry that allows it. */
export interface EligiblePrincipal {
  /** As it would be stored. */
  readonly principal: string;
  /** `unknown` for a distinguished name without a directory: a group or a container. */
  readonly type: PrincipalKind | "unknown";
  /** Null where there is no directory to tell. */
  readonly displayName: string | null;
  readonly entry: string;
  readonly via: readonly string[];
}

export interface EligibleRequest {
  readonly of: { readonly category: Category } | { readonly room: Room };
  /** Who may present, in the place of who may be a member or manager. */
  readonly presenters?: boolean;
  /** Wildcard over SIP addresses, so that only users remain. */
  readonly filter?: string | undefined;
  readonly resultSize?: number | undefined;
}

/**
 * Who may be made member or manager in a category or room, or presenter of a room: everything that lies in scope,
 * groups, containers and domains expanded to their users and listed themselves too (semantics: eligible
 * principal). Users need an enabled SIP address. Presenters must be members as well, but in an Open room only in
 * scope (rules of the domain, 4). By kind, then by principal. Without a directory only what is listed.
 * Throws `presenters-in-normal-room`, and `invalid-usage` for presenters of a category.
 */
export function eligiblePrincipals(state: State, request: EligibleRequest): EligiblePrincipal[] {
  const { category, room } = placeOf(state, request);
  const matches = request.filter === undefined ? undefined : wildcard(request.filter);
  const found = [...candidates(state, category)]
    .filter(
      (candidate) => matches === undefined || (candidate.type === "user" && matches(candidate.principal)),
    )
    .flatMap((candidate) =>
      eligible(state, candidate, category, request.presenters === true ? room : undefined),
    );
  return found
    .sort((a, b) => order(a.type) - order(b.type) || compareText(a.principal, b.principal))
    .slice(0, request.resultSize ?? found.length);
}

const kinds = ["user", "group", "container", "domain", "unknown"] as const;
const order = (type: EligiblePrincipal["type"]): number => kinds.indexOf(type);

function placeOf(state: State, { of, presenters = false }: EligibleRequest) {
  if ("category" in of) {
    if (!presenters) return { category: of.category, room: undefined };
    throw new DomainError("invalid-usage", "presenters are of a room, not of a category", {
      hint: { say: "name an Auditorium room" },
    });
  }
  if (presenters && of.room.type === "Normal") {
    throw new DomainError(
      "presenters-in-normal-room",
      `\`${of.room.identity}\` is a Normal room, where everyone posts: it has no presenters`,
      { details: { room: of.room.identity } },
    );
  }
  return { category: state.get("categories", of.room.categoryId), room: of.room };
}

interface Candidate extends Pick<EligiblePrincipal, "principal" | "type" | "displayName"> {}

/** What the allowed members cover, each once. */
function* candidates(state: State, category: Category | undefined): Iterable<Candidate> {
  const seen = new Set<string>();
  for (const listed of category?.allowedMembers ?? []) {
    for (const candidate of candidatesUnder(state, listed)) {
      const key = principalKey(candidate.principal);
      if (!seen.has(key)) yield candidate;
      seen.add(key);
    }
  }
}

function* candidatesUnder({ directory }: State, listed: string): Iterable<Candidate> {
  if (directory === undefined) {
    const form = formOf(listed);
    yield { principal: listed, type: form === "entry" ? "unknown" : form, displayName: null };
    return;
  }
  for (const entry of coveredBy(directory, listed)) {
    const type = kindOf(entry);
    if (type !== undefined) yield { principal: runnableWord(entry), type, displayName: entry.displayName };
  }
}

/** Resources are not people, nor are accounts without an enabled SIP address. */
function kindOf(entry: Entry): PrincipalKind | undefined {
  if (entry.kind === "resource") return undefined;
  if (entry.kind !== "user") return entry.kind;
  return entry.sipEnabled && entry.sipAddress !== null ? "user" : undefined;
}

function eligible(
  state: State,
  candidate: Candidate,
  category: Category | undefined,
  presentIn: Room | undefined,
): EligiblePrincipal[] {
  if (category === undefined) return [];
  const scope = scopeOf(state, candidate.principal, category);
  if (scope.answer !== "yes") return [];
  const ground =
    presentIn === undefined || presentIn.privacy === "Open"
      ? scope.allowed
      : coverage(state, candidate.principal, presentIn.members);
  return ground.answer === "yes" ? [{ ...candidate, ...grounds(ground) }] : [];
}

const grounds = ({ entry = "", via = [] }: Coverage) => ({ entry, via });
