/** Counts the entries of an import as they are made, and what looks wrong in them. */
import type { Entry, EntryKind, UserEntry } from "../core/directory.ts";
import { createPostings, type Postings } from "../core/postings.ts";
import { compareText, fold } from "../core/text.ts";
import type { ImportReport, ImportWarning, ImportWarningCode } from "./report.ts";
import { growingTally, type Tally, tallies, tallyOf } from "./tally.ts";

/** What is known of an entry beside what is kept of it. */
export interface Aside {
  readonly membersTruncated: boolean;
  /** What was exported in place of a SIP address. */
  readonly invalidSip: string | undefined;
}

/** What the entries as a whole came to. */
export interface Counted extends Pick<ImportReport, "kept" | "resources" | "users" | "sharedDisplayNames"> {
  readonly warnings: CountedWarnings;
}

type CountedWarnings = Readonly<
  Record<
    | "truncated-members"
    | "no-sip-address"
    | "invalid-sip-address"
    | "shared-sip-address"
    | "no-guids"
    | "shared-guid",
    ImportWarning
  >
>;

export interface Census {
  /** Counts an entry that is the next in the directory. */
  add(entry: Entry, aside: Aside): void;
  /** `read` gives an entry that was counted again, by its ordinal. */
  result(read: (ordinal: number) => Entry): Counted;
}

/** Nothing of the entries is held but a few bytes for each: what looks shared is read again. */
export function createCensus(): Census {
  const kept: Record<EntryKind, number> = { user: 0, group: 0, container: 0, domain: 0, resource: 0 };
  const resources = tallies();
  const users = {
    ...{ sipEnabled: 0, sipNotEnabled: 0, withoutSipAddress: 0 },
    ...{ accountDisabled: 0, disabledButSipEnabled: 0 },
  };
  let usersWithGuid = 0;
  const [truncated, invalid] = [growingTally(), growingTally()];
  const [names, addresses, guids] = [createPostings(), createPostings(), createPostings()];
  let ordinal = 0;

  const addUser = (user: UserEntry, invalidSip: string | undefined): void => {
    const { sipAddress, sipEnabled, accountDisabled } = user;
    users.sipEnabled += Number(sipEnabled);
    users.sipNotEnabled += Number(sipAddress !== null && !sipEnabled);
    users.withoutSipAddress += Number(sipAddress === null);
    users.accountDisabled += Number(accountDisabled);
    users.disabledButSipEnabled += Number(accountDisabled && sipEnabled);
    usersWithGuid += Number(user.guid !== null);
    if (sipEnabled && sipAddress !== null) addresses.add(fold(sipAddress), ordinal);
    names.add(fold(user.displayName), ordinal);
    if (invalidSip !== undefined) invalid.add(invalidSip);
  };

  const noneOfUsers = (without: number): Tally => ({
    count: without === kept.user ? without : 0,
    samples: [],
  });

  return {
    add: (entry, { membersTruncated, invalidSip }) => {
      kept[entry.kind]++;
      if (entry.kind === "resource") resources.add(entry.resource, () => entry.dn);
      if (entry.kind === "user") addUser(entry, invalidSip);
      if (entry.guid !== null) guids.add(fold(entry.guid), ordinal);
      if (membersTruncated) truncated.add(entry.dn);
      ordinal++;
    },
    result: (read) => {
      const user = (at: number) => read(at) as UserEntry;
      return {
        kept,
        resources: resources.list().map(([resource, { count }]) => ({ resource, count })),
        users,
        sharedDisplayNames: shared(names, (at) => user(at).displayName),
        warnings: {
          "truncated-members": warning(
            "truncated-members",
            "groups were exported with only their first members",
            truncated,
          ),
          "no-sip-address": warning(
            "no-sip-address",
            "no user has a SIP address, so nobody can take part",
            noneOfUsers(users.withoutSipAddress),
          ),
          "invalid-sip-address": warning(
            "invalid-sip-address",
            "values that cannot be SIP addresses were ignored",
            invalid,
          ),
          "shared-sip-address": warning(
            "shared-sip-address",
            "SIP addresses that several enabled users have",
            shared(addresses, (at) => user(at).sipAddress!),
          ),
          "no-guids": warning(
            "no-guids",
            "no user has an objectGUID, so renames cannot be followed",
            noneOfUsers(kept.user - usersWithGuid),
          ),
          "shared-guid": warning(
            "shared-guid",
            "objectGUIDs that several entries have: one may be an older export",
            shared(guids, (at) => read(at).guid!),
          ),
        },
      };
    },
  };
}

export const warning = (
  code: ImportWarningCode,
  message: string,
  { count, samples }: Tally,
): ImportWarning => ({
  ...{ code, message, count, samples },
});

/** The values, compared without case, that several of the entries have, each as the first of them spells it. */
function shared(postings: Postings, read: (ordinal: number) => string): Tally {
  const found: string[] = [];
  for (const { ordinals } of postings.runs()) {
    const first = new Map<string, string>();
    const twice = new Map<string, string>();
    for (const ordinal of ordinals) {
      const value = read(ordinal);
      const key = fold(value);
      const before = first.get(key);
      if (before === undefined) first.set(key, value);
      else twice.set(key, before);
    }
    for (const value of twice.values()) found.push(value);
  }
  return tallyOf(found.sort(compareText));
}
