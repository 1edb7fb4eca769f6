import { checkSettingsIdentity } from "../configuration.ts";
import type { Draft } from "../draft.ts";
import { checkAddress } from "../endpoint.ts";
import { checkFqdn } from "../fqdn.ts";
import { addressOf, type Naming, poolForNew, requirePool } from "../identity.ts";
import { identityIn } from "../identity-text.ts";
import { checkPolicyIdentity } from "../policy.ts";
import { checkSiteName } from "../pool.ts";
import { checkName, parseValue } from "../property.ts";
import { type Collection, findOne } from "../state.ts";
import { fold } from "../text.ts";
import type { WantedObject } from "./manifest.ts";
import { type Shape, shapes } from "./shape.ts";

/** What a wanted object is called, and what follows from that for a new one. */
export interface Named {
  readonly identity: string;
  /** Properties that the name decides. */
  readonly fields: Readonly<Record<string, string>>;
}

/** The stored address of the user that a word names. */
export type UserResolver = (word: string) => string;

/** The identity that the manifest gives an object. Throws as the kind's `new-` command does. */
export function nameOf(draft: Draft, wanted: WantedObject, naming: Naming, user: UserResolver): Named {
  const shape = shapes[wanted.collection];
  if (wanted.name === undefined || shape.identity === undefined) return { identity: "store", fields: {} };
  if (shape.inPool) return nameInPool(draft, shape, wanted.name, naming);
  const identity = plainName(draft, wanted.collection, wanted.name.word, shape, user);
  const fields = { [shape.identity.stored]: identity };
  return {
    identity,
    fields: wanted.collection === "endpoints" ? { ...fields, pool: poolOf(draft, wanted, naming) } : fields,
  };
}

/** An endpoint leads to a pool for good, which may be left out where there is but one. */
function poolOf(draft: Draft, { patch }: WantedObject, naming: Naming): string {
  const word = patch["pool"];
  if (typeof word === "string") return requirePool(draft, word).fqdn;
  return poolForNew(draft, { pool: undefined, name: "" }, naming).fqdn;
}

function nameInPool(
  draft: Draft,
  shape: Shape,
  { word, isBare, pool }: NonNullable<WantedObject["name"]>,
  naming: Naming,
): Named {
  const address = isBare ? { pool: undefined, name: word } : addressOf(draft, word);
  const property = shape.identity!.property;
  const name = checkName("the name", { ...property, maxLength: 256 }, address.name);
  // What the manifest says of itself is narrower than what the command line says of all of it.
  const within =
    address.pool ??
    (pool === undefined ? poolForNew(draft, { pool: undefined, name }, naming) : requirePool(draft, pool));
  const identity = identityIn(within.fqdn, name);
  return { identity, fields: { identity, name } };
}

function plainName(
  draft: Draft,
  collection: Collection,
  word: string,
  shape: Shape,
  user: UserResolver,
): string {
  switch (collection) {
    case "grants":
      return user(word);
    case "sites":
      return checkSiteName(word);
    case "pools":
      return checkFqdn("pool", word);
    case "policies":
      return (
        findOne(draft, "policies", "identity", fold(word.replace(/^tag:/i, "")))?.identity ??
        checkPolicyIdentity(draft, word)
      );
    case "configurations":
    case "complianceConfigurations":
      return checkSettingsIdentity(draft, collection, word);
    case "endpoints":
      return checkAddress(word);
    default:
      return parseValue(`\`${shape.identity!.shown}\``, shape.identity!.property, word) as string;
  }
}
