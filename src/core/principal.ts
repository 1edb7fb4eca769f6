import type { Directory, Entry, UserEntry } from "./directory.ts";
import { dnKey, domainOf, isDomainDn, parseDn } from "./distinguished-name.ts";
import { DomainError, type RefusalDetails } from "./errors.ts";
import { formOf, principalKey } from "./principal-word.ts";
import type { State } from "./state.ts";
import { fold } from "./text.ts";

/** A principal that a word on the command line named. */
export interface Principal {
  /** As it is stored: `sip:…`, a distinguished name, or a DNS name. */
  readonly stored: string;
  readonly key: string;
  /** What the directory says of it; undefined where there is no directory. */
  readonly entry: Entry | undefined;
}

export type PrincipalUse = "any" | "user";

/**
 * The principal that a word names: SIP address, UPN, `DOMAIN\logon`, display name, distinguished name, or AD
 * domain, resolved against the directory, SIP before UPN; `user:` and `group:` before a word decide between
 * kinds (design: the command line, principals). Without a directory only the word itself can tell.
 * Throws `no-such-principal`, `ambiguous` (listing each match as a runnable word), `not-sip-enabled`, or
 * `invalid-value` where the principal is of a kind that the use does not take.
 */
export function resolvePrincipal(state: State, word: string, use: PrincipalUse = "any"): Principal {
  const { directory } = state;
  if (directory === undefined) return unchecked(word, use);
  const entry = only(word, findEntries(directory, word), directory);
  if (use === "user" && entry.kind !== "user") {
    throw new DomainError("invalid-value", `\`${word}\` is a ${entry.kind}, not a user`, {
      details: { word, kind: entry.kind },
    });
  }
  return { ...asStored(word, entry), entry };
}

/** Like resolvePrincipal for several words; one refusal names every word that fails. Order and doubles are kept. */
export function resolvePrincipals(
  state: State,
  words: readonly string[],
  use: PrincipalUse = "any",
): Principal[] {
  const failures: DomainError[] = [];
  const found = words.flatMap((word) => {
    try {
      return [resolvePrincipal(state, word, use)];
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      failures.push(error);
      return [];
    }
  });
  if (failures.length > 0) throw allFailures(failures);
  return found;
}

const storedIn = new WeakMap<Directory, Map<string, string>>();
/** More words than a directory has people: beyond that, memory is worth more than looking them up again. */
const mostWords = 1_000_000;

/**
 * The stored forms of what words name, as resolvePrincipals has them. A directory never changes, so that each word is
 * looked up but once: rooms by the thousand name the same people. Throws as resolvePrincipals does.
 */
export function storedPrincipals(state: State, words: readonly string[]): readonly string[] {
  const { directory } = state;
  if (directory === undefined) return resolvePrincipals(state, words).map(({ stored }) => stored);
  let known = storedIn.get(directory);
  if (known === undefined) {
    known = new Map();
    storedIn.set(directory, known);
  }
  const open = words.filter((word) => !known.has(word));
  for (const [index, { stored }] of resolvePrincipals(state, open).entries()) {
    if (known.size >= mostWords) known.clear();
    const word = open[index]!;
    // A word is a piece of a larger text, which it would keep.
    known.set(word === stored ? stored : word, stored);
  }
  return words.map((word) => known.get(word) ?? resolvePrincipal(state, word).stored);
}

/** One refusal for several: the first's code, hint and did-you-mean, all their messages, all their details. */
export function allFailures(failures: readonly DomainError[]): DomainError {
  const [first] = failures as [DomainError];
  if (failures.length === 1) return first;
  const more: RefusalDetails = {
    ...(first.hint === undefined ? {} : { hint: first.hint }),
    ...(first.unknown === undefined ? {} : { unknown: first.unknown }),
    details: { failures: failures.map(({ code, message, details }) => ({ code, message, details })) },
  };
  return new DomainError(first.code, failures.map((failure) => failure.message).join("; "), more);
}

/** Entries that a word may mean, users without SIP included; resources only where nothing else answers. */
export function findEntries(directory: Directory, word: string): readonly Entry[] {
  const wanted = /^(user|group):/i.exec(word)?.[1]?.toLowerCase();
  const bare = wanted === undefined ? word : word.slice(wanted.length + 1);
  const found = byAnyForm(directory, bare);
  const kept = wanted === undefined ? found : found.filter((entry) => entry.kind === wanted);
  const people = kept.filter((entry) => entry.kind !== "resource");
  return people.length > 0 ? people : kept;
}

function byAnyForm(directory: Directory, word: string): readonly Entry[] {
  if (/^sip:/i.test(word)) return directory.bySip(word);
  if (parseDn(word) !== undefined) return byDn(directory, word);
  if (word.includes("\\")) return byLogonName(directory, word);
  if (word.includes("@")) {
    const users = directory.bySip(`sip:${word}`);
    if (users.length > 0) return users;
    const named = directory.byUserPrincipalName(word);
    if (named.length > 0) return named;
  }
  const domain = directory.domainByDns(word);
  return domain === undefined ? directory.byDisplayName(word) : [domain];
}

function byDn(directory: Directory, word: string): readonly Entry[] {
  const entry = isDomainDn(word) ? directory.domainByDns(domainOf(word)) : directory.entry(dnKey(word) ?? "");
  return entry === undefined ? [] : [entry];
}

function byLogonName(directory: Directory, word: string): readonly Entry[] {
  const at = word.indexOf("\\");
  const domain = directory.domainByNetbios(word.slice(0, at)) ?? directory.domainByDns(word.slice(0, at));
  if (domain === undefined) return [];
  return directory
    .byLogonName(word.slice(at + 1))
    .filter((entry) => fold(entry.domain) === fold(domain.domain));
}

function only(word: string, found: readonly Entry[], directory: Directory): Entry {
  const enabled = found.filter((entry) => entry.kind === "user" && entry.sipEnabled);
  // Two accounts with one SIP address: the enabled one is meant.
  const meant = found.length > 1 && /^sip:|@/i.test(word) && enabled.length === 1 ? enabled : found;
  if (meant.length === 1) return meant[0]!;
  if (meant.length === 0) throw noSuchPrincipal(directory, word);
  const words = meant.map(runnableWord);
  throw new DomainError(
    "ambiguous",
    `\`${word}\` may be ${meant.map((entry, i) => `${entry.kind} \`${words[i]}\``).join(" or ")}`,
    {
      hint: { say: "name one of them as it stands there" },
      details: { word, matches: meant.map((entry, i) => ({ kind: entry.kind, word: words[i] })) },
    },
  );
}

/** A word that names exactly this entry: SIP address, DNS name, or distinguished name. */
export function runnableWord(entry: Entry): string {
  if (entry.kind === "domain") return entry.domain;
  return entry.kind === "user" && entry.sipAddress !== null && entry.sipEnabled ? entry.sipAddress : entry.dn;
}

function noSuchPrincipal(directory: Directory, word: string): DomainError {
  return new DomainError("no-such-principal", `the directory has no \`${word}\``, {
    hint: {
      say: "find the exact name, or import a newer export",
      commands: [
        ["get-user", "--filter", `*${word.replace(/^(sip|user|group):/i, "").replace(/@.*$/, "")}*`],
      ],
    },
    unknown: { word, among: () => principalWords(directory) },
    details: { word, directoryDate: directory.date },
  });
}

function* principalWords(directory: Directory): Iterable<string> {
  for (const entry of directory.all()) {
    if (entry.kind === "resource") continue;
    yield entry.displayName;
    if (entry.kind === "user") {
      if (entry.sipAddress !== null) yield entry.sipAddress;
      const netbios = directory.domainByDns(entry.domain)?.netbios;
      if (entry.logonName !== null && netbios != null) yield `${netbios}\\${entry.logonName}`;
    }
  }
}

function asStored(word: string, entry: Entry): Omit<Principal, "entry"> {
  switch (entry.kind) {
    case "user":
      return storedUser(word, entry);
    case "domain":
      return { stored: entry.domain, key: fold(entry.domain) };
    case "resource":
      throw new DomainError(
        "no-such-principal",
        `\`${word}\` is a resource (${entry.resource}), not a person or a group`,
        {
          details: { word, kind: entry.resource },
        },
      );
    default:
      return { stored: entry.dn, key: principalKey(entry.dn) };
  }
}

function storedUser(word: string, entry: UserEntry): Omit<Principal, "entry"> {
  if (entry.sipAddress === null || !entry.sipEnabled) {
    const said = fold(word) === fold(entry.displayName) ? "" : ` (\`${entry.displayName}\`)`;
    throw new DomainError(
      "not-sip-enabled",
      `\`${word}\`${said} is not enabled for SIP, so cannot take part`,
      {
        hint: {
          say: "enable the account for Lync or Skype for Business, export the directory again, and import it",
        },
        details: { word, displayName: entry.displayName, dn: entry.dn, sipAddress: entry.sipAddress },
      },
    );
  }
  return { stored: entry.sipAddress, key: fold(entry.sipAddress) };
}

/** What the word alone tells, where there is no directory (rules of the domain, 10). */
function unchecked(word: string, use: PrincipalUse): Principal {
  const bare = word.replace(/^(user|group):/i, "");
  const stored = storedWord(bare);
  if (stored === undefined) {
    throw new DomainError("no-such-principal", `\`${word}\` cannot be looked up: no directory was imported`, {
      hint: {
        say: "name it by SIP address, distinguished name or AD domain, or import an export of the directory",
        commands: [["import-directory", "export.ldif"]],
      },
      details: { word },
    });
  }
  if (use === "user" && formOf(stored) !== "user") {
    throw new DomainError("invalid-value", `\`${word}\` is not the SIP address of a user`, {
      details: { word },
    });
  }
  return { stored, key: principalKey(stored), entry: undefined };
}

function storedWord(word: string): string | undefined {
  const address = /^(?:sip:)?([^\s@\\:=,]+@[^\s@\\:=,]+)$/i.exec(word)?.[1];
  // A word that is one already is not made anew: lists of many rooms would each keep their own.
  if (address !== undefined) return word.startsWith("sip:") ? word : `sip:${address}`;
  if (parseDn(word) !== undefined) return isDomainDn(word) ? domainOf(word) : word;
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(word) ? word : undefined;
}

/** The directory's entry for a stored principal, or undefined. The enabled account where two share an address. */
export function entryOf(directory: Directory, stored: string): Entry | undefined {
  switch (formOf(stored)) {
    case "user": {
      const users = directory.bySip(stored);
      return users.find((user) => user.sipEnabled) ?? users[0];
    }
    case "domain":
      return directory.domainByDns(stored);
    default:
      return isDomainDn(stored)
        ? directory.domainByDns(domainOf(stored))
        : directory.entry(principalKey(stored));
  }
}
