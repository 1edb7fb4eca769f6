import type { UserEntry } from "./directory.ts";
import { DomainError, type Hint } from "./errors.ts";
import type { Category } from "./nouns/category.ts";
import type { Room } from "./nouns/room.ts";
import type { Warning } from "./outcome.ts";
import { entryOf } from "./principal.ts";
import { principalKey } from "./principal-word.ts";
import { coverage, type Scope, scopeOf } from "./scope.ts";
import type { Collection, State, StoredObject } from "./state.ts";

/** A new entry of a list, judged against a category. */
export interface NewEntry {
  readonly list: string;
  readonly principal: string;
}

interface Judged extends NewEntry {
  readonly scope: Scope;
}

/**
 * Members, managers, presenters and creators must be in scope of the category (rules of the domain, 2). Throws
 * `principals-not-in-scope` naming each, with the command that would allow them, or `scope-unknown` where that
 * cannot be told and `strict` is set. Returns warnings: one for all that cannot be told, one for each account
 * that is disabled in AD.
 */
export function requireInScope(
  state: State,
  category: Category,
  entries: readonly NewEntry[],
  strict: boolean,
  hint: (outside: readonly NewEntry[]) => Hint = (outside) => allowHint(state, category, outside),
): Warning[] {
  const judged = entries.map((entry) => ({ ...entry, scope: scopeOf(state, entry.principal, category) }));
  const outside = judged.filter((entry) => entry.scope.answer === "no");
  if (outside.length > 0) throw notInScope(category, outside, hint(outside));
  const unknown = distinct(judged.filter((entry) => entry.scope.answer === "unknown"));
  if (unknown.length > 0 && strict) throw scopeUnknown(category, unknown);
  return [
    ...(unknown.length > 0 ? [{ code: "scope-unknown", principals: unknown } as const] : []),
    ...disabledAccounts(state, distinct(entries)),
  ];
}

/** Judges new entries against a category as requireInScope does. */
export type ScopeJudge = (category: Category, entries: readonly NewEntry[], strict: boolean) => Warning[];

/**
 * A judge of many objects, while categories and directory stay as they are: whom it let pass without a word is not
 * judged by the same category again.
 */
export function rememberingJudge(state: State): ScopeJudge {
  // By id: a category of many may be another object each time.
  const passed = new Map<number, Set<string>>();
  return (category, entries, strict) => {
    const known = passed.get(category.id) ?? new Set<string>();
    passed.set(category.id, known);
    const open = entries.filter(({ principal }) => !known.has(principal));
    const warnings = requireInScope(state, category, open, strict);
    if (warnings.length === 0) for (const { principal } of open) known.add(principal);
    return warnings;
  };
}

/** A warning for each of these principals whose account is disabled in AD (rules of the domain, 8). */
export function disabledAccounts(state: State, principals: readonly string[]): Warning[] {
  const { directory } = state;
  if (directory === undefined) return [];
  return principals
    .map((principal) => entryOf(directory, principal))
    .filter((entry): entry is UserEntry => entry?.kind === "user" && entry.accountDisabled)
    .map((entry) => ({
      code: "account-disabled",
      principal: entry.sipAddress ?? entry.dn,
      displayName: entry.displayName,
    }));
}

/**
 * The lists that judge a new entry of a list of principals: a room's people are judged by its category, a category's
 * creators by the category itself. Undefined for lists in which anybody may stand.
 */
export function judgesOf(
  state: State,
  collection: Collection,
  list: string,
  object: StoredObject,
): Category | undefined {
  if (collection === "rooms") return state.get("categories", (object as Room).categoryId);
  return collection === "categories" && list === "creators" ? (object as Category) : undefined;
}

const distinct = (entries: readonly NewEntry[]): string[] => [
  ...new Map(entries.map((entry) => [principalKey(entry.principal), entry.principal])).values(),
];

function notInScope(category: Category, outside: readonly Judged[], hint: Hint): DomainError {
  const reasons = [
    ...new Map(outside.map((entry) => [principalKey(entry.principal), reasonOf(entry)])).values(),
  ];
  return new DomainError(
    "principals-not-in-scope",
    `not in scope of category \`${category.identity}\`: ${reasons.join("; ")}`,
    {
      hint,
      details: {
        category: category.identity,
        principals: outside.map(({ list, principal, scope }) => ({
          list,
          principal,
          allowedBy: scope.allowed.entry ?? null,
          deniedBy: scope.denied.entry ?? null,
          via: scope.denied.via ?? scope.allowed.via ?? [],
        })),
      },
    },
  );
}

function reasonOf({ principal, scope }: Judged): string {
  if (scope.denied.answer === "yes") {
    const chain = [...(scope.denied.via ?? [])].map((dn) => `\`${dn}\``).join(", ");
    const through = chain === "" ? "" : ` through ${chain}`;
    return scope.denied.entry === principal
      ? `\`${principal}\` (denied)`
      : `\`${principal}\` (denied by \`${scope.denied.entry}\`${through})`;
  }
  return `\`${principal}\` (no allowed member covers it)`;
}

/** One command that puts all of these in scope of a category: every denial that covers one goes. */
export function allowHint(state: State, category: Category, outside: readonly NewEntry[]): Hint {
  const principals = distinct(outside);
  const denials = category.deniedMembers.filter((entry) =>
    principals.some((principal) => coverage(state, principal, [entry]).answer === "yes"),
  );
  const missing = principals.filter(
    (principal) => coverage(state, principal, category.allowedMembers).answer === "no",
  );
  return {
    say: denials.length > 0 ? "lift the denial, for everyone it covers, with" : "allow them with",
    commands: [
      [
        "set-category",
        category.identity,
        ...denials.flatMap((entry) => ["--remove-denied-members", entry]),
        ...missing.flatMap((principal) => ["--add-allowed-members", principal]),
      ],
    ],
  };
}

function scopeUnknown(category: Category, principals: readonly string[]): DomainError {
  return new DomainError(
    "scope-unknown",
    `it cannot be told whether category \`${category.identity}\` allows ${principals.map((p) => `\`${p}\``).join(", ")}: no directory was imported`,
    {
      hint: {
        say: "import an export of the directory, or leave out --strict",
        commands: [["import-directory", "export.ldif"]],
      },
      details: { category: category.identity, principals },
    },
  );
}

/** Entries that fall out of a category's allowed members, though they were in before. */
export function fallenOut(
  state: State,
  before: Pick<Category, "allowedMembers">,
  after: Pick<Category, "allowedMembers">,
  entries: readonly NewEntry[],
): NewEntry[] {
  const verdicts = new Map<string, boolean>();
  return entries.filter(({ principal }) => {
    const key = principalKey(principal);
    let fallen = verdicts.get(key);
    if (fallen === undefined) {
      fallen =
        coverage(state, principal, after.allowedMembers).answer === "no" &&
        coverage(state, principal, before.allowedMembers).answer !== "no";
      verdicts.set(key, fallen);
    }
    return fallen;
  });
}
