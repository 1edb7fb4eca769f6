import type { Directory, Entry, UserEntry } from "./directory.ts";
import { DomainError } from "./errors.ts";
import { forEachWord } from "./patch.ts";
import { findPolicy } from "./policy.ts";
import { findEntries, resolvePrincipal } from "./principal.ts";
import { again, distinct } from "./sequence.ts";
import { findOne, type State } from "./state.ts";
import { fold, wildcard } from "./text.ts";

export interface UserFilter {
  /** Wildcard over display name, SIP address (with `sip:` or without) and logon name. */
  readonly filter?: string | undefined;
  /** Name of a per-user policy that they were granted, or `none`. */
  readonly policy?: string | undefined;
  readonly sipEnabled?: boolean | undefined;
  readonly matches?: ((entry: Entry) => boolean) | undefined;
}

/**
 * Users of the directory: those that the words name, all that answer to one included, or all that are enabled for
 * SIP, as Get-CsUser gives them, taken from the directory as they are gone through. Throws `not-found` without a
 * directory, `no-such-principal`.
 */
export function findUsers(
  state: State,
  words: readonly string[] | undefined,
  filter: UserFilter,
): Iterable<UserEntry> {
  const directory = requireDirectory(state);
  const meets = condition(state, words === undefined, filter);
  const entries =
    words === undefined
      ? directory.all()
      : [...distinct(forEachWord(words, (word) => named(state, directory, word)).flat(), ({ dn }) => dn)];
  return again(function* () {
    for (const entry of entries) if (entry.kind === "user" && meets(entry)) yield entry;
  });
}

/**
 * A user in the form in which access is asked about: the SIP address, or the DN of an account without one, so that
 * it can be said why. Throws as resolving a principal does, but not for accounts that are not enabled.
 */
export function nameOfUser(state: State, word: string): string {
  const found = state.directory === undefined ? [] : findEntries(state.directory, word);
  const [only] = found;
  if (found.length === 1 && only!.kind === "user" && !only!.sipEnabled) return only!.sipAddress ?? only!.dn;
  return resolvePrincipal(state, word, "user").stored;
}

function requireDirectory({ directory }: State): Directory {
  if (directory !== undefined) return directory;
  throw new DomainError("not-found", "no directory was imported, so no users are known", {
    hint: {
      say: "import an export of Active Directory (ldifde, ldapsearch or ldbsearch)",
      commands: [["import-directory", "export.ldif"]],
    },
  });
}

function named(state: State, directory: Directory, word: string): UserEntry[] {
  const users = findEntries(directory, word).filter((entry) => entry.kind === "user");
  // Nobody: say why, in the words of every other command.
  if (users.length === 0) resolvePrincipal(state, word, "user");
  return users;
}

function condition(state: State, all: boolean, filter: UserFilter): (user: UserEntry) => boolean {
  const conditions: ((user: UserEntry) => boolean)[] = [];
  const enabled = filter.sipEnabled ?? (all ? true : undefined);
  if (enabled !== undefined) conditions.push((user) => user.sipEnabled === enabled);
  if (filter.filter !== undefined) conditions.push(matching(filter.filter));
  if (filter.policy !== undefined) conditions.push(granted(state, filter.policy));
  if (filter.matches !== undefined) conditions.push(filter.matches);
  return (user) => conditions.every((meets) => meets(user));
}

function matching(pattern: string): (user: UserEntry) => boolean {
  const matches = wildcard(pattern);
  return ({ displayName, sipAddress, logonName }) =>
    matches(displayName) ||
    (logonName !== null && matches(logonName)) ||
    (sipAddress !== null && (matches(sipAddress) || matches(sipAddress.slice("sip:".length))));
}

function granted(state: State, policy: string): (user: UserEntry) => boolean {
  const wanted = policy.toLowerCase() === "none" ? undefined : fold(findPolicy(state, policy).identity);
  return ({ sipAddress }) => {
    const grant = sipAddress === null ? undefined : findOne(state, "grants", "identity", fold(sipAddress));
    return (grant && fold(grant.policy)) === wanted;
  };
}
