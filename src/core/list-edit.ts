import { DomainError } from "./errors.ts";
import { findEntries, resolvePrincipals, runnableWord, storedPrincipals } from "./principal.ts";
import { principalKey } from "./principal-word.ts";
import type { ListEdit } from "./property.ts";
import type { State } from "./state.ts";

export interface EditedList {
  readonly list: readonly string[];
  /** Entries (stored form) that were not there before. */
  readonly added: readonly string[];
  /** Entries that are no longer there. */
  readonly dropped: readonly string[];
}

/** Turns words into stored principals, in their order. Throws as resolvePrincipal does. */
export type WordResolver = (words: readonly string[]) => readonly string[];

/**
 * A list of principals after an edit. What is there already keeps its place and spelling, adding it again or
 * removing what is not there changes nothing, and an exact list of the same principals is no change.
 * Throws as resolvePrincipal does; words that are entries of the list already are never looked up, so that
 * people who left the directory can be kept and removed.
 */
export function editList(
  state: State,
  current: readonly string[],
  edit: ListEdit,
  resolve: WordResolver = (words) => storedPrincipals(state, words),
): EditedList {
  const start = edit.set === undefined ? (edit.clear ? [] : current) : merge(resolve, [], edit.set, current);
  const kept = without(state, start, edit.remove ?? []);
  const list = merge(resolve, kept, edit.add ?? [], current);
  return compared(current, list);
}

function merge(
  resolve: WordResolver,
  list: readonly string[],
  words: readonly string[],
  current: readonly string[],
): readonly string[] {
  const known = new Map(current.map((entry) => [principalKey(entry), entry]));
  const unknownWords = words.filter((word) => literalKey(known, word) === undefined);
  const resolved = new Map(resolve(unknownWords).map((stored, index) => [unknownWords[index]!, stored]));
  const result = new Map(list.map((entry) => [principalKey(entry), entry]));
  for (const word of words) {
    const stored = known.get(literalKey(known, word) ?? "") ?? resolved.get(word)!;
    const key = principalKey(stored);
    if (!result.has(key)) result.set(key, known.get(key) ?? stored);
  }
  return [...result.values()];
}

function without(state: State, list: readonly string[], words: readonly string[]): readonly string[] {
  if (words.length === 0) return list;
  const leaving = new Set(words.flatMap((word) => keysToRemove(state, list, word)));
  return list.filter((entry) => !leaving.has(principalKey(entry)));
}

/** The key of a list's entry that a word is as it stands, an address without its `sip:` included. */
const literalKey = (
  listed: { readonly size: number; has(key: string): boolean },
  word: string,
): string | undefined =>
  listed.size === 0 ? undefined : [word, `sip:${word}`].map(principalKey).find((key) => listed.has(key));

/** The keys of the list's entries that a word means: literally, or through the directory. */
function keysToRemove(state: State, list: readonly string[], word: string): string[] {
  const listed = new Set(list.map(principalKey));
  const literal = literalKey(listed, word);
  if (literal !== undefined) return [literal];
  const { directory } = state;
  if (directory === undefined) return resolvePrincipals(state, [word]).map((principal) => principal.key);
  const found = findEntries(directory, word);
  if (found.length === 0) resolvePrincipals(state, [word]);
  const meant = found
    .map((entry) =>
      entry.kind === "user" && entry.sipAddress !== null ? entry.sipAddress : runnableWord(entry),
    )
    .filter((stored) => listed.has(principalKey(stored)));
  if (meant.length <= 1) return meant.map(principalKey);
  throw new DomainError(
    "ambiguous",
    `\`${word}\` may be ${meant.map((stored) => `\`${stored}\``).join(" or ")}`,
    {
      hint: { say: "name one of them as it stands there" },
      details: { word, matches: meant },
    },
  );
}

function compared(current: readonly string[], list: readonly string[]): EditedList {
  if (current.length === 0 && list.length > 0) return { list, added: list, dropped: [] };
  const before = new Set(current.map(principalKey));
  const after = new Set(list.map(principalKey));
  const added = list.filter((entry) => !before.has(principalKey(entry)));
  const dropped = current.filter((entry) => !after.has(principalKey(entry)));
  return { list: added.length + dropped.length === 0 ? current : list, added, dropped };
}
