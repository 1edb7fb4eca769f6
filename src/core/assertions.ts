import {
  type AccessAction,
  type AccessRequest,
  accessActions,
  decide,
  evaluateAccess,
  type Person,
  seatIn,
  type Verdict,
} from "./access.ts";
import { DomainError } from "./errors.ts";
import { findInPool, type Naming } from "./identity.ts";
import type { Room } from "./nouns/room.ts";
import { createRoster, peopleUnder, type Roster, roomsOf, sortedByRoom } from "./people.ts";
import { resolvePrincipal } from "./principal.ts";
import { formOf } from "./principal-word.ts";
import { oneOf } from "./property.ts";
import type { State } from "./state.ts";
import { compareText } from "./text.ts";

/** `user`, and everyone whom `group` or `container` covers, may (or may not) do something. Words as on a command line. */
export interface AccessRule {
  readonly kind: "access";
  readonly who: { readonly as: "user" | "group" | "container"; readonly word: string };
  /** A category stands for all its rooms, but for `create-room` for itself. */
  readonly where: { readonly as: "room" | "category"; readonly word: string };
  readonly action: AccessAction;
  readonly expect: "allow" | "deny";
}

/** No one of the first shares a room with anyone of the second: a wall. */
export interface WallRule {
  readonly kind: "apart";
  readonly apart: readonly [string, string];
}

export type Rule = AccessRule | WallRule;

/** Someone on one side of a wall who reaches a room: can join it, or manage it and so let himself in. */
export interface Reach {
  readonly user: string;
  readonly by: readonly ("join" | "manage")[];
}

/** What a rule found wrong. `rule` counts from 1. */
export type RuleFailure =
  | {
      readonly rule: number;
      readonly kind: "access";
      readonly request: AccessRequest;
      readonly expected: "allow" | "deny";
      readonly verdict: Verdict;
    }
  | {
      readonly rule: number;
      readonly kind: "apart";
      readonly object: string;
      readonly left: readonly Reach[];
      readonly right: readonly Reach[];
    }
  /** Whom the principal covers cannot be told: no directory was imported. */
  | { readonly rule: number; readonly kind: "unknown"; readonly principal: string };

/**
 * Rules from parsed YAML or JSON: a list of `{ user|group|container, room|category, action, expect }` and
 * `{ apart: [A, B] }`. Throws `invalid-file` naming every fault with the number of its rule.
 */
export function readRules(content: unknown, file: string): Rule[] {
  if (!Array.isArray(content)) throw notRules(file, ["the file must hold a list of rules"]);
  if (content.length === 0) throw notRules(file, ["there is no rule, so nothing would be tested"]);
  const faults: string[] = [];
  const rules = content.flatMap((value: unknown, index) => {
    const read = isObject(value) ? readRule(value) : "is not an object";
    if (typeof read !== "string") return [read];
    faults.push(`rule ${index + 1} ${read}`);
    return [];
  });
  if (faults.length > 0) throw notRules(file, faults);
  return rules;
}

const notRules = (file: string, faults: readonly string[]): DomainError =>
  new DomainError("invalid-file", `${file}: ${faults.join("; ")}`, {
    hint: {
      say: "write `- { user: 'Ken Myer', room: 'Help Desk', action: join, expect: allow }` or `- { apart: [A, B] }`",
    },
    details: { file, faults },
  });

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A rule, or what is wrong with it. */
function readRule(value: Readonly<Record<string, unknown>>): Rule | string {
  const keys = Object.keys(value);
  if (!keys.includes("apart")) return readAccessRule(value, keys);
  const { apart } = value;
  if (keys.length > 1) return "takes nothing beside `apart`";
  const [left, right, more]: unknown[] = Array.isArray(apart) ? apart : [];
  if (!isWord(left) || !isWord(right) || more !== undefined) return "needs two names in `apart`";
  return { kind: "apart", apart: [left, right] };
}

function readAccessRule(value: Readonly<Record<string, unknown>>, keys: readonly string[]): Rule | string {
  const known = ["user", "group", "container", "room", "category", "action", "expect"];
  const strange = keys.filter((key) => !known.includes(key));
  if (strange.length > 0) return `has unknown keys ${oneOf(strange)}`;
  const who = oneKey(value, ["user", "group", "container"]);
  const where = oneKey(value, ["room", "category"]);
  if (typeof who === "string") return who;
  if (typeof where === "string") return where;
  const action = accessActions.find((each) => each === lowered(value.action));
  if (action === undefined) return `needs \`action\`, one of ${oneOf(accessActions)}${butHas(value.action)}`;
  if (action === "create-room" && where.as === "room") {
    return "asks for `create-room`, which needs `category`";
  }
  const expect = (["allow", "deny"] as const).find((each) => each === lowered(value.expect));
  if (expect === undefined) return `needs \`expect\`, \`allow\` or \`deny\`${butHas(value.expect)}`;
  return { kind: "access", who, where, action, expect };
}

const lowered = (word: unknown): unknown => (typeof word === "string" ? word.trim().toLowerCase() : word);
const butHas = (word: unknown): string => (isWord(word) ? `, not \`${word}\`` : "");

function oneKey<const K extends string>(
  value: Readonly<Record<string, unknown>>,
  keys: readonly K[],
): { readonly as: K; readonly word: string } | string {
  const given = keys.filter((key) => value[key] !== undefined);
  const [as] = given;
  if (as === undefined || given.length > 1) return `needs exactly one of ${oneOf(keys)}`;
  const word = value[as];
  return isWord(word) ? { as, word } : `needs a name in \`${as}\``;
}

const isWord = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";

/** What became of one rule. */
export interface RuleResult {
  /** By room, then user; empty where the rule holds. */
  readonly failures: readonly RuleFailure[];
  /** Principals of the rule that cover nobody, so that it holds whatever the deployment is like. */
  readonly idle: readonly string[];
}

/**
 * What is not as the rules say, for each rule. What cannot be told fails a rule as well. Throws what resolving a
 * principal, room or category throws, so that a misspelt rule never passes.
 */
export function evaluateRules(state: State, rules: readonly Rule[], naming: Naming = {}): RuleResult[] {
  const roster = createRoster(state);
  return rules.map((rule, index) =>
    rule.kind === "access"
      ? accessResult(roster, rule, index + 1, naming)
      : wallResult(roster, rule, index + 1),
  );
}

function accessResult(roster: Roster, rule: AccessRule, number: number, naming: Naming): RuleResult {
  const { state } = roster;
  const principal = resolvePrincipal(state, rule.who.word, rule.who.as === "user" ? "user" : "any").stored;
  const asks = questionsOf(state, rule, naming);
  const people = peopleOn(roster, principal);
  if (people === undefined) return { failures: [{ rule: number, kind: "unknown", principal }], idle: [] };
  const failures = asks.flatMap((ask) =>
    people.flatMap(({ user }): RuleFailure[] => {
      const request = ask(user);
      const verdict = evaluateAccess(state, request);
      if (verdict.decision === rule.expect) return [];
      return [{ rule: number, kind: "access", request, expected: rule.expect, verdict }];
    }),
  );
  return { failures, idle: people.length === 0 ? [principal] : [] };
}

type Ask = (user: string) => AccessRequest;

function questionsOf(state: State, { where, action }: AccessRule, naming: Naming): Ask[] {
  if (where.as === "room") {
    return action === "create-room"
      ? []
      : [aboutRoom(findInPool(state, "rooms", where.word, naming), action)];
  }
  const category = findInPool(state, "categories", where.word, naming);
  if (action === "create-room") {
    return [(user) => ({ user, action, category })];
  }
  const rooms = [...state.lookup("rooms", "category", String(category.id))];
  return sortedByRoom(rooms, (room) => room).map((room) => aboutRoom(room, action));
}

const aboutRoom =
  (room: Room, action: Exclude<AccessAction, "create-room">): Ask =>
  (user) => ({ user, action, room });

/** The people whom a principal covers, by name; undefined where that cannot be told. */
function peopleOn(roster: Roster, principal: string): Person[] | undefined {
  if (roster.state.directory === undefined && formOf(principal) !== "user") return undefined;
  return [...new Set(peopleUnder(roster, principal))].sort((a, b) => compareText(a.user, b.user));
}

function wallResult(roster: Roster, { apart }: WallRule, number: number): RuleResult {
  const sides = apart.map((word) => resolvePrincipal(roster.state, word).stored);
  const people = sides.map((principal) => peopleOn(roster, principal));
  const open = sides.filter((_, side) => people[side] === undefined);
  if (open.length > 0) {
    return { failures: open.map((principal) => ({ rule: number, kind: "unknown", principal })), idle: [] };
  }
  const [left, right] = people.map((side) => reachedBy(roster, side ?? [])) as [Reached, Reached];
  const shared = [...left.values()].filter(({ room }) => right.has(room.id));
  const failures = sortedByRoom(shared, ({ room }) => room).map(
    ({ room, reach }): RuleFailure => ({
      rule: number,
      kind: "apart",
      object: room.identity,
      left: reach,
      right: right.get(room.id)?.reach ?? [],
    }),
  );
  return { failures, idle: sides.filter((_, side) => people[side]?.length === 0) };
}

type Reached = Map<number, { readonly room: Room; readonly reach: Reach[] }>;

function reachedBy(roster: Roster, people: readonly Person[]): Reached {
  const reached: Reached = new Map();
  for (const person of people) {
    for (const { room, by } of roomsReached(roster, person)) {
      const known = reached.get(room.id) ?? { room, reach: [] };
      known.reach.push({ user: person.user, by });
      reached.set(room.id, known);
    }
  }
  return reached;
}

const reaching = ["join", "manage"] as const;

/** Rooms that a person reaches; without a directory also those that it may reach: a wall must hold for certain. */
function* roomsReached(roster: Roster, person: Person): Iterable<{ room: Room; by: Reach["by"] }> {
  const { state } = roster;
  if (state.directory !== undefined) {
    for (const { room, grounds } of roomsOf(state, person.user, { actions: reaching, roster })) {
      yield { room, by: reaching.filter((action) => grounds.some((ground) => ground.action === action)) };
    }
    return;
  }
  for (const room of state.all("rooms")) {
    const seat = seatIn(person, room, state.get("categories", room.categoryId));
    const by = reaching.filter((action) => decide(seat, action) !== "deny");
    if (by.length > 0) yield { room, by };
  }
}
