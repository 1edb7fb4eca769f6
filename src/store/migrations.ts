import { fold } from "../core/text.ts";
import { schemaVersion } from "./document.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Each makes a file of the next schema version out of one of its own. What it cannot read it leaves to validation. */
const steps: readonly ((file: Fields) => Fields)[] = [nameReferencesToIds];

/** A file of an older schema version as one of ours. Pure; validation comes afterwards. */
export function migrate(file: Fields, version: number): Fields {
  let migrated = file;
  for (let at = version; at < schemaVersion; at++)
    migrated = { ...steps[at]!(migrated), schemaVersion: at + 1 };
  return migrated;
}

/**
 * 0 → 1: rooms named their category and add-in by identity, so that a rename had to touch every room; and there
 * was no counter, so that ids were used again.
 */
function nameReferencesToIds(file: Fields): Fields {
  const categories = idsByIdentity(file["categories"]);
  const addins = idsByIdentity(file["addins"]);
  const rooms = objectsIn(file["rooms"])?.map(({ category, addin, ...room }) => ({
    ...room,
    categoryId: idOf(categories, category),
    addinId: addin === undefined || addin === null ? null : idOf(addins, addin),
  }));
  return { ...file, ...(rooms === undefined ? {} : { rooms }), nextId: highestId(file) + 1 };
}

/** The id that an identity stands for; one that stands for nothing stays, and validation names it. */
const idOf = (ids: ReadonlyMap<string, unknown>, identity: unknown): unknown =>
  typeof identity === "string" ? (ids.get(fold(identity)) ?? identity) : identity;

function idsByIdentity(list: unknown): ReadonlyMap<string, unknown> {
  return new Map(objectsIn(list)?.map(({ identity, id }) => [fold(String(identity)), id]) ?? []);
}

function objectsIn(list: unknown): readonly Fields[] | undefined {
  if (!Array.isArray(list)) return undefined;
  return list.every((item) => typeof item === "object" && item !== null && !Array.isArray(item))
    ? list
    : undefined;
}

function highestId(file: Fields): number {
  let highest = 0;
  for (const list of Object.values(file)) {
    for (const { id } of objectsIn(list) ?? [])
      if (Number.isSafeInteger(id)) highest = Math.max(highest, Number(id));
  }
  return highest;
}
