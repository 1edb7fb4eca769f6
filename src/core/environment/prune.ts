import { removeAddins } from "../addin.ts";
import { removeCategories } from "../category.ts";
import type { Draft } from "../draft.ts";
import { DomainError } from "../errors.ts";
import { removed } from "../existing.ts";
import { identityOf } from "../identity.ts";
import { poolOf } from "../identity-text.ts";
import type { Outcome } from "../outcome.ts";
import { removePolicies } from "../policy.ts";
import { removePools, removeSites } from "../pool.ts";
import { removeRooms } from "../room.ts";
import { type Collection, collections, nouns, type StoredObject } from "../state.ts";
import { fold } from "../text.ts";
import { shapes } from "./shape.ts";

/** What an environment does not name, and would be without. */
export interface Surplus {
  readonly collection: Collection;
  readonly identities: readonly string[];
}

/**
 * The objects of the named collections that nobody claims, those first that others refer to least. Global objects
 * cannot be removed, and stay.
 */
export function surplusOf(
  draft: Draft,
  named: Pick<ReadonlySet<Collection>, "has">,
  isClaimed: (collection: Collection, identity: string) => boolean,
  pool: string | undefined,
): Surplus[] {
  return [...collections].reverse().flatMap((collection) => {
    const shape = shapes[collection];
    if (!named.has(collection) || shape.identity === undefined) return [];
    const identities: string[] = [];
    for (const object of draft.all(collection) as Iterable<StoredObject>) {
      const identity = identityOf(collection, object as never);
      const elsewhere = pool !== undefined && (!shape.inPool || fold(poolOf(identity)) !== fold(pool));
      if (!elsewhere && fold(identity) !== "global" && !isClaimed(collection, identity))
        identities.push(identity);
    }
    return identities.length === 0 ? [] : [{ collection, identities }];
  });
}

/** Throws `too-many-removals`, naming what would go. */
export function requireFew(surplus: readonly Surplus[], most: number): void {
  const all = surplus.flatMap(({ collection, identities }) =>
    identities.map((identity) => `${nouns[collection].one} \`${identity}\``),
  );
  if (all.length <= most) return;
  const named = all.slice(0, namedAtMost).join(", ");
  const rest = all.length > namedAtMost ? `, and ${all.length - namedAtMost} more` : "";
  throw new DomainError(
    "too-many-removals",
    `--prune would remove ${all.length === 1 ? "1 object" : `${all.length} objects`}, which is more than ${most}: ${named}${rest}`,
    {
      hint: { say: `if all of them shall go, allow it with --max-removals ${all.length}` },
      details: { removals: all.length, maximum: most, objects: all },
    },
  );
}

const namedAtMost = 20;

type Remover = (draft: Draft, identities: readonly string[], force: boolean) => Outcome;

/** Kinds whose removal has rules of its own. */
const removers: { readonly [C in Collection]?: Remover } = {
  sites: (draft, identities) => removeSites(draft, identities),
  pools: (draft, identities) => removePools(draft, identities),
  policies: (draft, identities, force) => removePolicies(draft, identities, { force }),
  categories: (draft, identities) => removeCategories(draft, identities),
  addins: (draft, identities, force) => removeAddins(draft, identities, { force }),
  rooms: (draft, identities) => removeRooms(draft, identities),
};

/** Removes them as the kind's `remove-` command does. Throws `in-use`. */
export function removeSurplus(draft: Draft, { collection, identities }: Surplus, force: boolean): Outcome {
  const remover = removers[collection];
  if (remover !== undefined) return remover(draft, identities, force);
  return removed(draft, collection, identities, {}, () => ({ losing: [] }));
}
