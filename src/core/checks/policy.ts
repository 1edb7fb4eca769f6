import type { UserEntry } from "../directory.ts";
import type { Policy } from "../nouns/policy.ts";
import { namedUsers } from "../people.ts";
import { type EffectivePolicy, effectivePolicy, isSitePolicy } from "../policy-resolution.ts";
import { entryOf } from "../principal.ts";
import { formOf, principalKey } from "../principal-word.ts";
import { isUnder, standingOf } from "../scope.ts";
import { findOne, type State } from "../state.ts";
import { compareText, fold } from "../text.ts";
import { error, type Report, warning } from "./finding.ts";
import { enabledUsers, isEnabled, type Listed, roomLists, type Survey } from "./survey.ts";

/** Users that may be enabled for Persistent Chat (semantics: capacity). */
const mostEnabledUsers = 150_000;

/** Who may use Persistent Chat at all (semantics: policy resolution). */
export function* checkPolicies(survey: Survey): Iterable<Report> {
  const { state } = survey;
  const { enabled, off } = judgeUsers(state);
  if (enabled === 0) {
    yield error("nobody-enabled", null, {}, ["set-policy", "Global", "--enable-persistent-chat", "true"]);
  }
  if (enabled > mostEnabledUsers) {
    yield warning("too-many-enabled", null, { enabled, most: mostEnabledUsers });
  }
  for (const policy of state.all("policies")) yield* checkPolicy(state, policy, enabled);
  yield* checkGrants(state);
  if (enabled > 0) {
    yield* checkPeople(state, error, "listed-without-policy", keysOf(survey.listedInRooms()), off);
    yield* checkPeople(state, warning, "creator-without-policy", keysOf(creators(survey)), off);
  }
}

/** Users by whether a policy enables them; without a directory those whom grants and lists name. */
interface Judged {
  /** Without a directory 1 stands for some. */
  readonly enabled: number;
  /** SIP addresses of those whose policy is off, by their folded form. */
  readonly off: ReadonlyMap<string, string>;
}

function judgeUsers(state: State): Judged {
  const off = new Map<string, string>();
  const enabled = new Set<string>();
  const judge = (user: string, entry?: UserEntry): void => {
    const answer = effectivePolicy(state, user, entry).enabled;
    if (answer === "no") off.set(fold(user), user);
    if (answer === "yes") enabled.add(fold(user));
  };
  if (state.directory === undefined) for (const user of namedUsers(state)) judge(user);
  else for (const entry of enabledUsers(state)) judge(entry.sipAddress, entry);
  return { enabled: state.directory === undefined ? Number(somebodyMayBeEnabled(state)) : enabled.size, off };
}

function somebodyMayBeEnabled(state: State): boolean {
  for (const { identity, enablePersistentChat } of state.all("policies")) {
    if (enablePersistentChat && (!isPerUser(identity) || granted(state, identity).length > 0)) return true;
  }
  return false;
}

const isPerUser = (identity: string): boolean => fold(identity) !== "global" && !isSitePolicy(identity);

const granted = (state: State, identity: string): string[] =>
  [...state.lookup("grants", "policy", fold(identity))].map((grant) => grant.user);

function* checkPolicy(state: State, policy: Policy, enabled: number): Iterable<Report> {
  if (isSitePolicy(policy.identity)) yield* checkSitePolicy(state, policy);
  else if (isPerUser(policy.identity)) {
    if (policy.enablePersistentChat) yield* checkGranted(state, policy, enabled);
    else yield* checkOverriding(state, policy);
  }
}

function* checkSitePolicy(state: State, { identity, enablePersistentChat }: Policy): Iterable<Report> {
  const object = { kind: "policy", identity } as const;
  const site = identity.slice("site:".length);
  if (findOne(state, "sites", "identity", fold(site)) === undefined) {
    yield warning("site-policy-without-site", object, { site }, ["new-site", site]);
  }
  const global = findOne(state, "policies", "identity", "global");
  if (!enablePersistentChat && global?.enablePersistentChat === true) {
    yield warning("site-policy-off", object, { site }, [
      "set-policy",
      identity,
      "--enable-persistent-chat",
      "true",
    ]);
  }
}

/** A policy that enables and that nobody has: half of the article's first step is missing. */
function* checkGranted(state: State, { identity }: Policy, enabled: number): Iterable<Report> {
  if (granted(state, identity).length > 0) return;
  const object = { kind: "policy", identity } as const;
  const user = enabled === 0 ? firstUser(state) : undefined;
  const command =
    user === undefined ? ["remove-policy", identity] : ["grant-policy", user, "--policy", identity];
  yield (enabled === 0 ? error : warning)("granted-to-nobody", object, {}, command);
}

/** Somebody to begin with: the first of those whom rooms name, else of the directory. */
function firstUser(state: State): string | undefined {
  for (const entry of roomEntries(state)) if (formOf(entry) === "user" && known(state, entry)) return entry;
  for (const { sipAddress } of enabledUsers(state)) return sipAddress;
  return undefined;
}

function known(state: State, user: string): boolean {
  const entry = state.directory && entryOf(state.directory, user);
  return state.directory === undefined || (entry?.kind === "user" && isEnabled(entry));
}

/** A policy that is off beats one of the site or Global that is on. */
function* checkOverriding(state: State, { identity }: Policy): Iterable<Report> {
  const users = granted(state, identity).filter((user) => withoutGrant(state, user).enabled === "yes");
  if (users.length === 0) return;
  const object = { kind: "policy", identity } as const;
  yield warning("policy-off-overrides", object, { users }, ...grantCommands(users, "--none"));
}

/** The policy that would apply to a user who was granted none. */
const withoutGrant = (state: State, user: string): EffectivePolicy =>
  effectivePolicy(
    { ...reading(state), lookup: (c, i, key) => (c === "grants" ? [] : state.lookup(c, i, key)) },
    user,
  );

const reading = (state: State): State => ({
  directory: state.directory,
  get: (collection, id) => state.get(collection, id),
  lookup: (collection, index, key) => state.lookup(collection, index, key),
  all: (collection) => state.all(collection),
  each: (collection, ids) => state.each(collection, ids),
  count: (collection) => state.count(collection),
});

function* checkGrants(state: State): Iterable<Report> {
  for (const { user, policy } of state.all("grants")) {
    const object = { kind: "grant", identity: user } as const;
    const command = ["grant-policy", user, "--none"];
    if (findOne(state, "policies", "identity", fold(policy)) === undefined) {
      yield error("grant-of-no-policy", object, { policy }, command);
    }
    if (!known(state, user)) yield warning("grant-to-nobody", object, { policy }, command);
  }
}

function* roomEntries(state: State): Iterable<string> {
  for (const room of state.all("rooms")) for (const list of roomLists) yield* room[list];
}

function* creators({ state, entries }: Survey): Iterable<Listed> {
  for (const category of state.all("categories")) yield* entries(category, "creators");
}

function keysOf(listed: Iterable<Listed>): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { principal } of listed) keys.add(principalKey(principal));
  return keys;
}

/** People whom lists name, through groups too, and whose policy is off: one finding for each such policy. */
function* checkPeople(
  state: State,
  severity: typeof error,
  check: string,
  keys: ReadonlySet<string>,
  off: Judged["off"],
): Iterable<Report> {
  const byPolicy = new Map<string, { readonly policy: EffectivePolicy; readonly users: string[] }>();
  for (const [key, user] of off) {
    if (!keys.has(key) && !isUnder(standingOf(state, user), keys)) continue;
    const policy = effectivePolicy(state, user);
    const identity = policy.policy?.identity ?? "Global";
    const known = byPolicy.get(identity) ?? { policy, users: [] };
    known.users.push(user);
    byPolicy.set(identity, known);
  }
  for (const [identity, { policy, users }] of byPolicy) {
    const sorted = users.sort(compareText);
    const commands = enablingCommands(state, policy, identity, sorted);
    yield severity(check, { kind: "policy", identity }, { from: policy.from, users: sorted }, ...commands);
  }
}

// A command line holds only so much.
const usersInCommand = 100;

function grantCommands(users: readonly string[], ...options: readonly string[]): string[][] {
  const commands: string[][] = [];
  for (let at = 0; at < users.length; at += usersInCommand) {
    commands.push(["grant-policy", ...users.slice(at, at + usersInCommand), ...options]);
  }
  return commands;
}

function enablingCommands(
  state: State,
  { from }: EffectivePolicy,
  identity: string,
  users: readonly string[],
): string[][] {
  if (from === "user" && users.every((user) => withoutGrant(state, user).enabled === "yes")) {
    return grantCommands(users, "--none");
  }
  for (const policy of state.all("policies")) {
    if (policy.enablePersistentChat && isPerUser(policy.identity)) {
      return grantCommands(users, "--policy", policy.identity);
    }
  }
  return [["set-policy", identity, "--enable-persistent-chat", "true"]];
}
