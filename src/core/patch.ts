import { DomainError } from "./errors.ts";
import { editFqdns } from "./fqdn.ts";
import { type EditedList, editList, type WordResolver } from "./list-edit.ts";
import { allFailures } from "./principal.ts";
import { isList, type ListEdit, type Properties, type Property } from "./property.ts";
import type { State } from "./state.ts";

export interface Patched<T> {
  readonly value: T;
  /** The edit of each list of principals that the patch names. */
  readonly lists: Readonly<Record<string, EditedList>>;
}

/** Turns the word of a reference property into what is stored. */
export type ReferenceResolver = (key: string, word: string) => number | string;

/**
 * An object with a patch applied: lists edited, references resolved, other values as they are. Properties are
 * taken from the table one by one, so nothing else of the patch can reach the store.
 */
export function applyPatch<T extends object>(
  state: State,
  properties: Properties,
  current: T,
  patch: Readonly<Record<string, unknown>>,
  resolve: ReferenceResolver,
  resolveWords?: WordResolver,
): Patched<T> {
  const value: Record<string, unknown> = { ...(current as Record<string, unknown>) };
  const lists: Record<string, EditedList> = {};
  for (const [key, property] of Object.entries(properties)) {
    const given = patch[key];
    if (given === undefined || property.settable === "identity") continue;
    if (isList(property)) {
      lists[key] = editedList(
        state,
        property as Property,
        value[key] as readonly string[],
        given as ListEdit,
        resolveWords,
      );
      value[key] = lists[key].list;
    } else {
      value[key] = property.type === "reference" && given !== null ? resolve(key, given as string) : given;
    }
  }
  return { value: value as T, lists };
}

const editedList = (
  state: State,
  { type }: Property,
  current: readonly string[],
  edit: ListEdit,
  resolveWords: WordResolver | undefined,
): EditedList => (type === "fqdns" ? editFqdns(current, edit) : editList(state, current, edit, resolveWords));

/** The value of every property before a patch: the table's initial values, in its order. */
export function initialValues(properties: Properties): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([key, property]) => [key, (property as Property).initial]),
  );
}

/**
 * Does something for each word. Refusals of several words become one that names them all, so that a long list
 * can be mended in one go.
 */
export function forEachWord<T>(words: readonly string[], act: (word: string) => T): T[] {
  const failures: DomainError[] = [];
  const done = words.flatMap((word) => {
    try {
      return [act(word)];
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      failures.push(error);
      return [];
    }
  });
  if (failures.length > 0) throw allFailures(failures);
  return done;
}
