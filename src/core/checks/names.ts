import { DomainError } from "../errors.ts";
import { poolOf } from "../identity-text.ts";
import { checkName } from "../property.ts";
import { findOne, type State } from "../state.ts";
import { fold } from "../text.ts";
import { error, type Report } from "./finding.ts";
import { freeName } from "./survey.ts";

/**
 * Whether a room or category has a name that it may have (rules of the domain, 6): unique in its pool, not a
 * category's where it is a room's, and well formed. `seen` gathers identities of one kind.
 */
export function* checkNameOf(
  state: State,
  { identity, name }: { readonly identity: string; readonly name: string },
  kind: "room" | "category",
  seen: Set<string>,
): Iterable<Report> {
  const key = fold(identity);
  const object = { kind, identity } as const;
  const rename = (): string[] => [
    `set-${kind}`,
    identity,
    "--name",
    freeName(state, poolOf(identity), cleaned(name)),
  ];
  if (seen.has(key)) yield error("name-twice", object, { name }, rename());
  seen.add(key);
  if (kind === "room" && findOne(state, "categories", "identity", key) !== undefined) {
    yield error("name-of-category", object, { name }, rename());
  }
  if (!isSound(name)) yield error("name-invalid", object, { name }, rename());
}

function isSound(name: string): boolean {
  try {
    return checkName("the name", {}, name) === name;
  } catch (fault) {
    if (fault instanceof DomainError) return false;
    throw fault;
  }
}

/** What is left of a name without what it may not hold. */
function cleaned(name: string): string {
  const kept = name
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029\\]+/gu, " ")
    .trim();
  return kept === "" ? "Room" : kept;
}
