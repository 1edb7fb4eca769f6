import { type Draft, sameValue } from "../draft.ts";
import { identityOf } from "../identity.ts";
import { principalKey } from "../principal-word.ts";
import { type Collection, collections, findOne, nouns, type State, type StoredObject } from "../state.ts";
import { fold } from "../text.ts";
import { shapes } from "./shape.ts";

/**
 * Makes a draft hold what another state holds, objects being the same when their identities are. No rule is asked: the
 * draft's writes are the difference of two states that both exist. Lists that differ only in order stay.
 */
export function mirror(draft: Draft, other: State): void {
  const kept = new Set<string>();
  for (const collection of collections) {
    for (const theirs of other.all(collection) as Iterable<StoredObject>) {
      const identity = identityOf(collection, theirs as never);
      const ours = findOne(draft, collection, "identity", fold(identity)) as StoredObject | undefined;
      kept.add(`${collection} ${fold(identity)}`);
      const { id: _, ...fields } = translated(draft, other, collection, theirs, ours);
      if (ours === undefined) draft.create(collection, fields as never);
      else if (!sameValue(ours, { id: ours.id, ...fields }))
        draft.update(collection, ours.id, fields as never);
    }
  }
  for (const collection of [...collections].reverse()) {
    for (const object of [...draft.all(collection)] as StoredObject[]) {
      const identity = identityOf(collection, object as never);
      if (!kept.has(`${collection} ${fold(identity)}`)) draft.remove(collection, object.id);
    }
  }
}

/** Another state's object with this draft's ids in its references. */
function translated(
  draft: Draft,
  other: State,
  collection: Collection,
  theirs: StoredObject,
  ours: StoredObject | undefined,
): StoredObject {
  const fields: Record<string, unknown> = { ...theirs };
  const own = ours as Readonly<Record<string, unknown>> | undefined;
  for (const { stored, property } of shapes[collection].keys) {
    const value = fields[stored];
    if (typeof value === "number" && property.refersTo !== undefined) {
      fields[stored] = idHere(draft, other, property.refersTo, value);
    } else if (Array.isArray(value) && sameList(value as string[], own?.[stored]))
      fields[stored] = own![stored];
  }
  return fields as unknown as StoredObject;
}

function idHere(draft: Draft, other: State, kind: string, id: number): number | null {
  const collection = collections.find((each) => nouns[each].kind === kind)!;
  const target = other.get(collection, id);
  if (target === undefined) return null;
  return findOne(draft, collection, "identity", fold(identityOf(collection, target as never)))?.id ?? null;
}

function sameList(theirs: readonly string[], ours: unknown): boolean {
  if (!Array.isArray(ours) || ours.length !== theirs.length) return false;
  const keys = new Set((ours as string[]).map(principalKey));
  return theirs.every((entry) => keys.has(principalKey(entry)));
}
