import type { UserEntry } from "../directory.ts";
import { kebabCase } from "../property.ts";
import { findOne, type State } from "../state.ts";
import { compareText, fold } from "../text.ts";
import { each, error, note, type Report, warning } from "./finding.ts";
import { enabledUsers, everyList, type PrincipalFault, type Survey } from "./survey.ts";

/** What the directory says of the people and groups that lists name (semantics: principals). */
export function* checkDirectory(survey: Survey): Iterable<Report> {
  if (survey.state.directory === undefined) {
    yield warning("no-directory", null, {}, ["import-directory", "export.ldif"]);
    return;
  }
  yield* checkListed(survey);
  yield* checkShared(survey.state);
  yield* checkSites(survey.state);
}

const faultChecks: Readonly<Record<PrincipalFault, string>> = {
  gone: "principal-gone",
  "not-enabled": "not-sip-enabled",
  resource: "not-a-principal",
};

/** One look at every entry: two million of them are read but once. */
function* checkListed(survey: Survey): Iterable<Report> {
  const disabled = new Map<string, DisabledAccount>();
  for (const { kind, identity, list, entries } of everyList(survey)) {
    const faulty = new Map<PrincipalFault, string[]>();
    for (const { principal, standing, fault } of entries) {
      if (fault !== undefined) file(faulty, fault, principal);
      else if (standing.entry?.kind === "user" && standing.entry.accountDisabled) {
        const user = standing.entry;
        const account = disabled.get(user.dn) ?? { user, places: [] };
        account.places.push({ kind, identity, list, principal });
        disabled.set(user.dn, account);
      }
    }
    for (const [fault, principals] of faulty) {
      const command = [`set-${kind}`, identity, ...each(`--remove-${kebabCase(list)}`, principals)];
      yield error(faultChecks[fault], { kind, identity }, { list, principals }, command);
    }
  }
  yield* checkDisabledAccounts(disabled.values());
}

interface DisabledAccount {
  readonly user: UserEntry;
  readonly places: ListedPlace[];
}

interface ListedPlace {
  readonly kind: string;
  readonly identity: string;
  readonly list: string;
  readonly principal: string;
}

/** Rules of the domain, 8: such an account still takes part, which may be meant (resource forests). */
function* checkDisabledAccounts(found: Iterable<DisabledAccount>): Iterable<Report> {
  for (const { user, places } of found) {
    const commands = places.map(({ kind, identity, list, principal }) => [
      `set-${kind}`,
      identity,
      `--remove-${kebabCase(list)}`,
      principal,
    ]);
    const lists = places.map(({ identity, list }) => ({ object: identity, list }));
    const facts = { displayName: user.displayName, lists };
    yield warning(
      "account-disabled",
      { kind: "user", identity: user.sipAddress ?? user.dn },
      facts,
      ...commands,
    );
  }
}

/** Addresses and display names that two enabled accounts share: only Active Directory can mend that. */
function* checkShared(state: State): Iterable<Report> {
  for (const [check, textOf] of [
    ["address-shared", (user: UserEntry) => user.sipAddress ?? ""],
    ["display-name-shared", (user: UserEntry) => user.displayName],
  ] as const) {
    for (const several of sharing(state, textOf)) {
      const object = { kind: "user", identity: textOf(several[0]!) } as const;
      yield warning(check, object, { accounts: several.map((user) => user.dn) });
    }
  }
}

/** Users who have a text in common, but for case, with each other. */
function sharing(state: State, textOf: (user: UserEntry) => string): Iterable<readonly UserEntry[]> {
  const first = new Map<string, UserEntry>();
  const shared = new Map<string, UserEntry[]>();
  for (const user of enabledUsers(state)) {
    const key = fold(textOf(user));
    const other = first.get(key);
    if (other === undefined) first.set(key, user);
    else file(shared, key, user);
  }
  return [...shared].map(([key, others]) => [first.get(key)!, ...others]);
}

function file<K, T>(index: Map<K, T[]>, key: K, value: T): void {
  const filed = index.get(key);
  if (filed === undefined) index.set(key, [value]);
  else filed.push(value);
}

function* checkSites(state: State): Iterable<Report> {
  const users = new Map<string, { site: string; users: number }>();
  for (const { site } of enabledUsers(state)) {
    if (site === null || site === "" || findOne(state, "sites", "identity", fold(site)) !== undefined)
      continue;
    const known = users.get(fold(site)) ?? { site, users: 0 };
    known.users++;
    users.set(fold(site), known);
  }
  for (const { site, users: count } of [...users.values()].sort((a, b) => compareText(a.site, b.site))) {
    yield note("site-not-declared", { kind: "site", identity: site }, { users: count }, ["new-site", site]);
  }
}
