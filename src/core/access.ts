import type { Entry, UserEntry } from "./directory.ts";
import type { Category } from "./nouns/category.ts";
import type { Room } from "./nouns/room.ts";
import { type RoomAction, roomActions, type Warning } from "./outcome.ts";
import { type EffectivePolicy, effectivePolicy, type PolicySource } from "./policy-resolution.ts";
import {
  type Answer,
  both,
  type Cover,
  chainFrom,
  coverOf,
  not,
  type Standing,
  standingOf,
} from "./scope.ts";
import type { State } from "./state.ts";

/**
 * What may be asked: an action on a room, or creating a room in a category. The user is in stored form, `sip:…`;
 * an account without an address may be named by its DN.
 */
export type AccessRequest =
  | { readonly user: string; readonly action: RoomAction; readonly room: Room }
  | { readonly user: string; readonly action: "create-room"; readonly category: Category };

export type AccessAction = AccessRequest["action"];
export const accessActions = [...roomActions, "create-room"] as const satisfies readonly AccessAction[];

export type Decision = "allow" | "deny" | "unknown";

/** Lists that decide about access. */
export type AccessList =
  | "allowedMembers"
  | "deniedMembers"
  | "members"
  | "managers"
  | "presenters"
  | "creators";

/** Which entry of which object's list decided, and the groups through which it reaches the user. */
export interface ListFacts {
  readonly object: string;
  readonly list: AccessList;
  /** As stored; null where no entry covers the user. */
  readonly entry: string | null;
  readonly via: readonly string[];
}

type Judged<S extends string, F> = {
  readonly step: S;
  readonly outcome: "passed" | "failed" | "unknown";
} & F;

export type SipReason =
  | "enabled"
  /** There is no directory: the address is taken at its word. */
  | "no-directory"
  | "not-in-directory"
  | "not-a-user"
  | "no-address"
  | "not-enabled";

interface PolicyFacts {
  readonly from: PolicySource;
  readonly policy: string | null;
  readonly site: string | null;
  readonly candidates: readonly string[];
}

/**
 * One step of the reasoning. The steps of a room, in order: sip, policy, room-enabled, allowed, not-denied,
 * membership, auditorium. Those of a category (may the user create a room): sip, policy, allowed, not-denied, creator.
 */
export type Step =
  | Judged<"sip", { readonly because: SipReason }>
  | Judged<"policy", PolicyFacts>
  /** `needed` is false for what may be done to a disabled room too. */
  | Judged<"room-enabled", { readonly disabled: boolean; readonly needed: boolean }>
  | Judged<"allowed", ListFacts>
  | Judged<"not-denied", ListFacts>
  /** `list` is null where being in scope is enough. */
  | Judged<"membership", { readonly privacy: Room["privacy"]; readonly by: ListFacts | null }>
  /** `by` is null where the action or the room needs no presenter. */
  | Judged<"auditorium", { readonly type: Room["type"]; readonly by: ListFacts | null }>
  | Judged<"creator", ListFacts>
  | { readonly step: StepName; readonly outcome: "not-reached" };

export type StepName =
  | "sip"
  | "policy"
  | "room-enabled"
  | "allowed"
  | "not-denied"
  | "membership"
  | "auditorium"
  | "creator";

export interface Verdict {
  readonly decision: Decision;
  /** In order; never empty. An allowing trace has only passed steps. */
  readonly trace: readonly Step[];
  readonly warnings: readonly Warning[];
}

/**
 * Whether a user may do something, and why (semantics: who may do what; rules of the domain, 1 to 4, 8 and 10).
 * Deny is the default. Total: it never throws on stored data. Three points that the sources leave open:
 * reading needs what joining needs; a manager manages a disabled room too (to mend it; enabling it again is the
 * administrator's); without a directory a SIP address is taken at its word.
 */
export function evaluateAccess(state: State, request: AccessRequest): Verdict {
  const seat = seatFor(state, request);
  const trace: Step[] = [];
  let answer: Answer = "yes";
  for (const rule of rulesFor(request.action)) {
    if (answer === "no") {
      trace.push({ step: rule.step, outcome: "not-reached" });
      continue;
    }
    const judged = rule.judge(seat, request.action);
    trace.push(rule.explain(seat, request.action, outcomes[judged]));
    answer = both(answer, judged);
  }
  const decision = decisions[answer];
  return { decision, trace, warnings: warningsOf(seat.person, decision) };
}

const outcomes = { yes: "passed", no: "failed", unknown: "unknown" } as const;
const decisions = { yes: "allow", no: "deny", unknown: "unknown" } as const;

function seatFor(state: State, request: AccessRequest): Seat {
  const person = personOf(state, request.user);
  return request.action === "create-room"
    ? { person, room: undefined, category: request.category }
    : seatIn(person, request.room, state.get("categories", request.room.categoryId));
}

function warningsOf({ user, entry }: Person, decision: Decision): Warning[] {
  const disabled: Warning[] =
    entry?.kind === "user" && entry.accountDisabled
      ? [{ code: "account-disabled", principal: user, displayName: entry.displayName }]
      : [];
  return decision === "unknown" ? [...disabled, { code: "scope-unknown", principals: [user] }] : disabled;
}

/** A user as far as no room or category matters: judged once, whatever is asked. */
export interface Person {
  /** SIP address as the directory spells it, else as stored. */
  readonly user: string;
  readonly standing: Standing;
  readonly entry: Entry | undefined;
  readonly sip: SipReason;
  readonly policy: EffectivePolicy;
  /** Filled as asked, made only when needed: large deployments have a person for each of 150,000 users. */
  memory: PersonMemory;
}

/** Answers given before: how categories' lists cover a person, and the chains of entries. */
interface PersonMemory {
  latest?: CategoryScope;
  scopes?: Map<number, CategoryScope>;
  chains?: Map<string, readonly string[]>;
}

interface CategoryScope {
  readonly category: Category;
  readonly allowed: Cover;
  readonly denied: Cover;
}

/** What is known of a user (stored form) before any room is. */
export function personOf(state: State, stored: string): Person {
  const standing = standingOf(state, stored);
  const { entry } = standing;
  const address = entry?.kind === "user" ? entry.sipAddress : null;
  const user = address ?? stored;
  return {
    user,
    standing,
    entry,
    sip: sipReason(standing),
    policy: effectivePolicy(state, user, entry),
    memory: {},
  };
}

/** Rules of the domain, 8: without an enabled SIP address nobody takes part. */
function sipReason({ directory, entry }: Pick<Standing, "directory" | "entry">): SipReason {
  if (directory === undefined) return "no-directory";
  if (entry === undefined) return "not-in-directory";
  if (entry.kind !== "user") return "not-a-user";
  if (entry.sipAddress === null) return "no-address";
  return entry.sipEnabled ? "enabled" : "not-enabled";
}

/** Whether a person may take part at all, in whatever room. */
export const participates = (person: Person): Answer => both(sipAnswer(person), person.policy.enabled);

/** The same of a stored address and what the directory says of it, without making a person. */
export function takesPart(state: State, stored: string, entry: UserEntry | undefined): Answer {
  const sip = sipAnswer({ sip: sipReason({ directory: state.directory, entry }) });
  return sip === "no" ? sip : both(sip, effectivePolicy(state, entry?.sipAddress ?? stored, entry).enabled);
}

const sipAnswer = ({ sip }: Pick<Person, "sip">): Answer =>
  sip === "enabled" || sip === "no-directory" ? "yes" : "no";

/** A person before a room, or before a category where a room is to be created. */
export interface Seat {
  readonly person: Person;
  readonly room: Room | undefined;
  readonly category: Category | undefined;
  /** Filled as asked: how the room's lists cover the person. */
  covers?: { [list in AccessList]?: Cover };
}

/** A person before a room whose category is given (undefined where the store has lost it: then nothing is allowed). */
export const seatIn = (
  person: Person,
  room: Room,
  category: Category | undefined,
): Seat & { readonly room: Room } => ({ person, room, category });

interface Rule {
  readonly step: StepName;
  /** Whether the step lets the action pass. */
  readonly judge: (seat: Seat, action: AccessAction) => Answer;
  /** The same as a step of the trace. */
  readonly explain: (seat: Seat, action: AccessAction, outcome: "passed" | "failed" | "unknown") => Step;
}

const sipRule: Rule = {
  step: "sip",
  judge: ({ person }) => sipAnswer(person),
  explain: ({ person }, _, outcome) => ({ step: "sip", outcome, because: person.sip }),
};

const policyRule: Rule = {
  step: "policy",
  judge: ({ person }) => person.policy.enabled,
  explain: ({ person: { policy } }, _, outcome) => ({
    step: "policy",
    outcome,
    from: policy.from,
    policy: policy.policy?.identity ?? null,
    site: policy.site,
    candidates: policy.candidates.map((candidate) => candidate.identity),
  }),
};

const enabledRule: Rule = {
  step: "room-enabled",
  judge: ({ room }, action) => (room?.disabled === true && action !== "manage" ? "no" : "yes"),
  explain: ({ room }, action, outcome) => ({
    step: "room-enabled",
    outcome,
    disabled: room?.disabled ?? false,
    needed: action !== "manage",
  }),
};

const allowedRule: Rule = {
  step: "allowed",
  judge: (seat) => scopeFor(seat).allowed.answer,
  explain: (seat, _, outcome) => ({
    step: "allowed",
    outcome,
    ...listFacts(seat, "allowedMembers", scopeFor(seat).allowed),
  }),
};

const deniedRule: Rule = {
  step: "not-denied",
  judge: (seat) => not(scopeFor(seat).denied.answer),
  explain: (seat, _, outcome) => ({
    step: "not-denied",
    outcome,
    ...listFacts(seat, "deniedMembers", scopeFor(seat).denied),
  }),
};

const membershipRule: Rule = {
  step: "membership",
  judge: (seat, action) => {
    const list = listForEntry(seat, action);
    return list === undefined ? "yes" : coverFor(seat, list).answer;
  },
  explain: (seat, action, outcome) => {
    const list = listForEntry(seat, action);
    return {
      step: "membership",
      outcome,
      privacy: seat.room?.privacy ?? "Closed",
      by: list === undefined ? null : listFacts(seat, list, coverFor(seat, list)),
    };
  },
};

/** Which list must cover the person beside the category's (rules of the domain, 3 and 4); none where scope is enough. */
function listForEntry({ room }: Seat, action: AccessAction): "members" | "managers" | undefined {
  if (action === "manage") return "managers";
  if (room?.privacy === "Open" || (action === "find" && room?.privacy === "Closed")) return undefined;
  return "members";
}

const auditoriumRule: Rule = {
  step: "auditorium",
  judge: (seat, action) => (needsPresenter(seat, action) ? coverFor(seat, "presenters").answer : "yes"),
  explain: (seat, action, outcome) => ({
    step: "auditorium",
    outcome,
    type: seat.room?.type ?? "Normal",
    by: needsPresenter(seat, action) ? listFacts(seat, "presenters", coverFor(seat, "presenters")) : null,
  }),
};

const needsPresenter = ({ room }: Seat, action: AccessAction): boolean =>
  action === "post" && room?.type === "Auditorium";

const creatorRule: Rule = {
  step: "creator",
  judge: (seat) => coverFor(seat, "creators").answer,
  explain: (seat, _, outcome) => ({
    step: "creator",
    outcome,
    ...listFacts(seat, "creators", coverFor(seat, "creators")),
  }),
};

const roomRules = [
  sipRule,
  policyRule,
  enabledRule,
  allowedRule,
  deniedRule,
  membershipRule,
  auditoriumRule,
] as const;
const categoryRules = [sipRule, policyRule, allowedRule, deniedRule, creatorRule] as const;

const rulesFor = (action: AccessAction): readonly Rule[] =>
  action === "create-room" ? categoryRules : roomRules;

/** The decision alone: the same rules as `evaluateAccess`, without the trace. */
export function decide(seat: Seat, action: AccessAction): Decision {
  let answer: Answer = "yes";
  for (const rule of rulesFor(action)) {
    answer = both(answer, rule.judge(seat, action));
    if (answer === "no") break;
  }
  return decisions[answer];
}

/** The actions that a person may do with a room; what is unknown is not among them. */
export const allowedActions = (seat: Seat, actions: readonly RoomAction[] = roomActions): RoomAction[] =>
  actions.filter((action) => decide(seat, action) === "allow");

/** The entry that gives an allowed action: the last list that had to cover the person. */
export function groundOf(seat: Seat, action: AccessAction): ListFacts {
  if (action === "create-room") return listFacts(seat, "creators", coverFor(seat, "creators"));
  if (needsPresenter(seat, action)) return listFacts(seat, "presenters", coverFor(seat, "presenters"));
  const list = listForEntry(seat, action);
  return list === undefined
    ? listFacts(seat, "allowedMembers", scopeFor(seat).allowed)
    : listFacts(seat, list, coverFor(seat, list));
}

/** How a category's lists cover a person. */
export function scopeFor({ person, category }: Seat): { readonly allowed: Cover; readonly denied: Cover } {
  if (category === undefined) return nowhere;
  const { memory } = person;
  if (memory.latest?.category === category) return memory.latest;
  let scope = memory.scopes?.get(category.id);
  if (scope?.category !== category) {
    scope = {
      category,
      allowed: coverOf(person.standing, category.allowedMembers),
      denied: coverOf(person.standing, category.deniedMembers),
    };
    remember(memory, scope);
  }
  memory.latest = scope;
  return scope;
}

/** Keeps a scope; the first needs no map, as many people are asked about one category only. */
function remember(memory: PersonMemory, scope: CategoryScope): void {
  if (memory.latest === undefined) return;
  memory.scopes ??= new Map([[memory.latest.category.id, memory.latest]]);
  memory.scopes.set(scope.category.id, scope);
}

const nowhere = { allowed: { answer: "no" }, denied: { answer: "no" } } as const;

function coverFor(seat: Seat, list: "members" | "managers" | "presenters" | "creators"): Cover {
  seat.covers ??= {};
  let cover = seat.covers[list];
  if (cover === undefined) {
    cover = coverOf(seat.person.standing, listOf(seat, list));
    seat.covers[list] = cover;
  }
  return cover;
}

function listOf({ room, category }: Seat, list: "members" | "managers" | "presenters" | "creators") {
  return (list === "creators" ? category?.creators : room?.[list]) ?? [];
}

const ofCategory = new Set<AccessList>(["allowedMembers", "deniedMembers", "creators"]);

function listFacts({ person, room, category }: Seat, list: AccessList, cover: Cover): ListFacts {
  const object = (ofCategory.has(list) ? category : room)?.identity ?? "";
  const entry = cover.entry ?? null;
  return { object, list, entry, via: entry === null || cover.answer !== "yes" ? [] : chainOf(person, entry) };
}

function chainOf({ standing, memory }: Person, entry: string): readonly string[] {
  memory.chains ??= new Map();
  let chain = memory.chains.get(entry);
  if (chain === undefined) {
    chain = chainFrom(standing, entry);
    memory.chains.set(entry, chain);
  }
  return chain;
}
