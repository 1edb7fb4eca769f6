import type { Draft } from "./draft.ts";
import { DomainError } from "./errors.ts";
import { differences, type Existing, existing, type Removal, removed } from "./existing.ts";
import { addressOf, findInPool, identitiesOf, type Naming, poolForNew, slashWarning } from "./identity.ts";
import { identityIn, poolOf } from "./identity-text.ts";
import { type Addin, addinNoun } from "./nouns/addin.ts";
import type { Outcome, Warning } from "./outcome.ts";
import { applyPatch, forEachWord, initialValues } from "./patch.ts";
import { checkName, type PatchOf } from "./property.ts";
import { requireFreeName } from "./unique-name.ts";

export type AddinPatch = PatchOf<typeof addinNoun.properties>;

/** Registers a web page that rooms of a pool may show. Throws `exists`, `not-found`. */
export function newAddin(
  draft: Draft,
  word: string,
  patch: AddinPatch,
  options: Naming & Existing = {},
): Outcome {
  const address = addressOf(draft, word);
  const name = checkName("the name", addinNoun.properties.name, address.name);
  const pool = poolForNew(draft, { ...address, name }, options);
  const identity = identityIn(pool.fqdn, name);
  const found = existing(draft, "addins", identity, options);
  const blank = { ...initialValues(addinNoun.properties), identity, name } as Addin;
  const { value } = applyPatch(draft, addinNoun.properties, found ?? blank, patch, () => "");
  if (found !== undefined) return differences("addins", found, value);
  requireFreeName(draft, "addins", value);
  const { id: _, ...fields } = value;
  const addin = draft.create("addins", fields);
  return { touched: [{ collection: "addins", id: addin.id, identity }], warnings: slashWarning(address) };
}

/** Changes add-ins, all or none. Throws `not-found`, `exists`. */
export function setAddins(
  draft: Draft,
  words: readonly string[],
  patch: AddinPatch,
  options: Naming = {},
): Outcome {
  const touched = forEachWord(identitiesOf(draft, "addins", words, options), (identity) => {
    const before = findInPool(draft, "addins", identity);
    const { value } = applyPatch(draft, addinNoun.properties, before, patch, () => "");
    const named = { ...value, identity: identityIn(poolOf(before.identity), value.name) };
    if (named.identity !== before.identity) requireFreeName(draft, "addins", named);
    const { id, ...fields } = named;
    draft.update("addins", id, fields);
    return { collection: "addins", id, identity: named.identity } as const;
  });
  return { touched };
}

/** Removes add-ins; asks for each. Throws `in-use` while rooms show one, unless `force`, which detaches it. */
export function removeAddins(
  draft: Draft,
  words: readonly string[],
  options: Naming & Removal & { readonly force?: boolean } = {},
): Outcome {
  const warnings: Warning[] = [];
  const outcome = removed(draft, "addins", words, options, (addin) => {
    const rooms = [...draft.lookup("rooms", "addin", String(addin.id))];
    const from = rooms.map((room) => room.identity);
    if (rooms.length > 0 && options.force !== true) throw inUse(addin, from);
    for (const room of rooms) draft.update("rooms", room.id, { addinId: null });
    if (rooms.length > 0) warnings.push({ code: "detached", kind: "addin", identity: addin.identity, from });
    return { losing: [] };
  });
  return { ...outcome, warnings };
}

function inUse(addin: Addin, rooms: readonly string[]): DomainError {
  return new DomainError(
    "in-use",
    `${rooms.length === 1 ? "1 room shows" : `${rooms.length} rooms show`} add-in \`${addin.identity}\``,
    {
      hint: {
        say: "detach it from them with --force; see them with",
        commands: [["get-room", "--addin", addin.identity]],
      },
      details: { addin: addin.identity, rooms },
    },
  );
}
