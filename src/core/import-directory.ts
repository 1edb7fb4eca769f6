import type { Directory, DirectoryContent, Entry } from "./directory.ts";
import {
  compareDirectories,
  countUsers,
  type DirectoryDifference,
  isTruncated,
  losesAddresses,
  storedFormOf,
} from "./directory-difference.ts";
import type { DirectoryReplacement, Draft } from "./draft.ts";
import { DomainError } from "./errors.ts";
import type { Outcome, Warning } from "./outcome.ts";
import { runnableWord } from "./principal.ts";
import { principalKey } from "./principal-word.ts";
import type { Collection, Objects, State } from "./state.ts";
import { fold } from "./text.ts";

export interface ImportedDirectory {
  readonly outcome: Outcome;
  /** Undefined upon the first import. */
  readonly difference: DirectoryDifference | undefined;
}

const lists = {
  categories: ["allowedMembers", "deniedMembers", "creators"],
  rooms: ["members", "managers", "presenters"],
} as const;

/**
 * Puts a directory that was just read in the place of the present one. Whoever was renamed or moved (recognised by
 * objectGUID) is followed in every list and grant; whoever is gone stays listed, with a warning.
 * Throws `truncated-export` where more than 5 % and more than 10 of the users would be gone, unless `force`.
 */
export function importDirectory(
  draft: Draft,
  replacement: DirectoryReplacement & { readonly force: boolean },
): ImportedDirectory {
  const before = isReadable(draft.base) && draft.directory ? contentOf(draft.directory) : undefined;
  if (isEmpty(replacement.content) && !replacement.force) throw nothingRead();
  const difference = before && compareDirectories(before, replacement.content);
  if (before !== undefined && difference !== undefined && !replacement.force) {
    requireWhole(before, difference);
  }
  const { content, date, directory } = replacement;
  const unchanged = before !== undefined && isSame(difference!);
  if (!unchanged) draft.replaceDirectory({ content, date, directory });
  if (difference === undefined) return { outcome: { touched: [] }, difference };
  follow(draft, new Map(difference.movedPrincipals.map(({ from, to }) => [principalKey(from), to])));
  return { outcome: { touched: [], warnings: entriesGone(draft, difference) }, difference };
}

/** Whether the present directory can be read, or there is none: one that was lost or damaged can only be replaced. */
export function isReadable(state: State): boolean {
  try {
    return state.directory !== null;
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}

/** What a directory holds, read anew each time: none of it is kept. */
const contentOf = (directory: Directory): DirectoryContent => ({
  entries: { [Symbol.iterator]: () => directory.all()[Symbol.iterator]() },
});

function isEmpty({ entries }: DirectoryContent): boolean {
  for (const _ of entries) return false;
  return true;
}

/** Whether the export says nothing new. */
const isSame = ({ added, gone, changed }: DirectoryDifference): boolean =>
  added.length + gone.length + changed.length === 0;

function addressesLost(): DomainError {
  return new DomainError(
    "truncated-export",
    "more than 5 % of the users would lose their SIP address by this export",
    {
      hint: {
        say: "see that the export has the attribute and that --sip-attribute names it, or take it as it is with --force",
      },
    },
  );
}

function nothingRead(): DomainError {
  return new DomainError("truncated-export", "the files hold no entries", {
    hint: { say: "see that the export worked, or take it as it is with --force" },
  });
}

function requireWhole(before: DirectoryContent, difference: DirectoryDifference): void {
  if (losesAddresses(before, difference)) throw addressesLost();
  if (!isTruncated(before, difference)) return;
  const users = difference.gone.filter((entry) => entry.kind === "user");
  const known = countUsers(before);
  throw new DomainError(
    "truncated-export",
    `the export lacks ${users.length} of ${known} known users, so it is taken for a truncated one`,
    {
      hint: { say: "export the whole directory again, or take it as it is with --force" },
      details: { known, gone: users.map(runnableWord) },
    },
  );
}

/** Replaces moved principals in lists and grants, all at once, so that two who change places do. */
function follow(draft: Draft, moved: ReadonlyMap<string, string>): void {
  if (moved.size === 0) return;
  for (const collection of ["categories", "rooms"] as const) {
    for (const id of naming(draft, collection, moved)) followInLists(draft, collection, id, moved);
  }
  followInGrants(draft, moved);
}

function naming(
  state: State,
  collection: "categories" | "rooms",
  moved: ReadonlyMap<string, string>,
): Set<number> {
  const ids = new Set<number>();
  for (const key of moved.keys())
    for (const { id } of state.lookup(collection, "principal", key)) ids.add(id);
  return ids;
}

function followInLists(
  draft: Draft,
  collection: "categories" | "rooms",
  id: number,
  moved: ReadonlyMap<string, string>,
): void {
  const object = draft.get(collection, id) as unknown as Record<string, readonly string[]>;
  const changes = Object.fromEntries(
    lists[collection].map((list) => {
      const entries = object[list]!.map((entry) => moved.get(principalKey(entry)) ?? entry);
      return [list, [...new Map(entries.map((entry) => [principalKey(entry), entry])).values()]];
    }),
  );
  draft.update(collection as Collection, id, changes as never);
}

function followInGrants(draft: Draft, moved: ReadonlyMap<string, string>): void {
  const following = [...moved].flatMap(([from, to]) =>
    [...draft.lookup("grants", "identity", from)].map((grant) => ({ grant, to })),
  );
  const leaving = new Set(following.map(({ grant }) => grant.id));
  for (const { grant, to } of following) {
    // Somebody else's old grant under the new address would make two.
    for (const other of [...draft.lookup("grants", "identity", fold(to))]) {
      if (!leaving.has(other.id)) draft.remove("grants", other.id);
    }
    draft.update("grants", grant.id, { user: to });
  }
}

/** A warning for each list entry that names nobody any more. */
function entriesGone(state: State, { gone, changed }: DirectoryDifference): Warning[] {
  const lost = [
    ...gone,
    ...changed
      .filter(({ before, after }) => hasAddress(before) && !hasAddress(after))
      .map(({ before }) => before),
  ];
  return lost
    .flatMap((entry) => storedFormOf(entry) ?? [])
    .flatMap((principal) =>
      (["categories", "rooms"] as const).flatMap((collection) =>
        [...state.lookup(collection, "principal", principalKey(principal))].flatMap((object) =>
          listsNaming(collection, object, principal).map(
            (list) => ({ code: "entry-gone", object: object.identity, list, principal }) as const,
          ),
        ),
      ),
    );
}

const hasAddress = (entry: Entry): boolean => entry.kind === "user" && entry.sipAddress !== null;

function listsNaming<C extends "categories" | "rooms">(
  collection: C,
  object: Objects[C],
  principal: string,
): readonly string[] {
  const held = object as unknown as Record<string, readonly string[]>;
  return lists[collection].filter((list) =>
    held[list]!.some((entry) => principalKey(entry) === principalKey(principal)),
  );
}
