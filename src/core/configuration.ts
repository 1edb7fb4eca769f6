import type { Draft } from "./draft.ts";
import { DomainError } from "./errors.ts";
import { differences, type Existing, existing, type Removal } from "./existing.ts";
import { findByIdentity, notFound } from "./identity.ts";
import type { Pool } from "./nouns/pool.ts";
import type { Outcome, Touched } from "./outcome.ts";
import { applyPatch, forEachWord, initialValues } from "./patch.ts";
import { requireSite } from "./policy.ts";
import type { PatchOf, Properties } from "./property.ts";
import { scopeNamed, serviceScope } from "./scope-identity.ts";
import { findOne, type Nouns, nouns, type Objects, type State } from "./state.ts";
import { fold, wildcard } from "./text.ts";

/** Kinds of settings that stand at Global, at a site, or at a pool. */
export type Settings = "configurations" | "complianceConfigurations";

export type SettingsPatch<C extends Settings> = PatchOf<Nouns[C]["properties"]>;

const touch = <C extends Settings>(collection: C, { id, identity }: Objects[C]): Touched => ({
  collection,
  id,
  identity,
});

/** Creates settings for a site or a pool. Throws `exists` (Global always is), `not-found`, `invalid-value`. */
export function newSettings<C extends Settings>(
  draft: Draft,
  collection: C,
  word: string,
  patch: SettingsPatch<C>,
  options: Existing = {},
): Outcome {
  const identity = checkSettingsIdentity(draft, collection, word);
  if (identity === "Global") ensureGlobal(draft, collection);
  const found = existing(draft, collection, identity, options);
  const value = patched(draft, collection, found ?? blank(collection, identity), patch);
  if (found !== undefined) return differences(collection, found, value);
  const { id: _, ...fields } = value;
  return { touched: [touch(collection, draft.create(collection, fields as Omit<Objects[C], "id">))] };
}

/** The identity of settings in its one spelling; what it names must be there. */
export function checkSettingsIdentity(state: State, collection: Settings, word: string): string {
  const scope = scopeNamed(word);
  if (scope?.for === "global") return "Global";
  if (scope?.for === "site") return `site:${requireSite(state, scope.name)}`;
  if (scope?.for === "pool") return serviceScope(findByIdentity(state, "pools", scope.name).fqdn);
  throw new DomainError("invalid-value", `a ${nouns[collection].one} has no name of its own: \`${word}\``, {
    hint: { say: "use `Global`, `site:<name>` or `service:PersistentChatServer:<fqdn>`" },
  });
}

const blank = <C extends Settings>(collection: C, identity: string): Objects[C] =>
  ({ ...initialValues(nouns[collection].properties), identity }) as Objects[C];

function patched<C extends Settings>(
  draft: Draft,
  collection: C,
  current: Objects[C],
  patch: SettingsPatch<C>,
): Objects[C] {
  const { value } = applyPatch(draft, nouns[collection].properties as Properties, current, patch, () => "");
  if ("adapterOutputDirectory" in value) requireFullPath(value.adapterOutputDirectory);
  return value;
}

/** A drive, a share, or a root: the service has no present folder of its own. */
export function requireFullPath(path: string | null): void {
  if (path === null || /^(?:[a-z]:[\\/]|\\\\[^\\]|\/)/i.test(path)) return;
  throw new DomainError("invalid-value", `the adapter's output directory is a full path, not \`${path}\``, {
    hint: { say: "for example 'C:\\Compliance\\Xml' or '\\\\server\\share\\compliance'" },
  });
}

/** Global settings are always there; where no object keeps them they are the defaults. */
function ensureGlobal<C extends Settings>(draft: Draft, collection: C): void {
  if (findOne(draft, collection, "identity", "global") !== undefined) return;
  const { id: _, ...fields } = blank(collection, "Global");
  draft.create(collection, fields as Omit<Objects[C], "id">);
}

/** The settings that a word names. Throws `not-found`, `invalid-value`. */
function findSettings<C extends Settings>(state: State, collection: C, word: string): Objects[C] {
  const scope = scopeNamed(word);
  if (scope === undefined) checkSettingsIdentity(state, collection, word);
  const identity = scope?.for === "pool" ? serviceScope(scope.name) : word;
  const found = findOne(state, collection, "identity", fold(identity));
  if (found !== undefined) return found;
  if (scope?.for === "global") return blank(collection, "Global");
  throw notFound(state, collection, word);
}

/** Changes settings, all or none. They must be named: nothing means Global by default. Throws `not-found`. */
export function setSettings<C extends Settings>(
  draft: Draft,
  collection: C,
  words: readonly string[],
  patch: SettingsPatch<C>,
): Outcome {
  const touched = forEachWord(words, (word) => {
    if (scopeNamed(word)?.for === "global") ensureGlobal(draft, collection);
    const { id, ...fields } = patched(draft, collection, findSettings(draft, collection, word), patch);
    const after = draft.update(collection, id, fields as Partial<Omit<Objects[C], "id">>);
    return touch(collection, after);
  });
  return { touched };
}

/** Removes settings, and asks for each; Global is reset in the place of being removed. Throws `not-found`. */
export function removeSettings<C extends Settings>(
  draft: Draft,
  collection: C,
  words: readonly string[],
  { ifExists = false }: Removal = {},
): Outcome {
  const find = (word: string): Objects[C] => findSettings(draft, collection, word);
  const found = forEachWord(words, (word) => ({
    word,
    object: ifExists ? orNothing(() => find(word)) : find(word),
  }));
  const results = found.map(({ word, object }) =>
    object === undefined
      ? { touched: [{ collection, id: undefined, identity: word }] }
      : removeOne(draft, collection, object),
  );
  return {
    touched: results.flatMap(({ touched }) => touched),
    questions: results.flatMap(({ questions = [] }: Outcome) => questions),
  };
}

function removeOne<C extends Settings>(draft: Draft, collection: C, object: Objects[C]): Outcome {
  const { kind } = nouns[collection];
  const { identity } = object;
  if (identity !== "Global") {
    draft.remove(collection, object.id);
    return {
      touched: [touch(collection, object)],
      questions: [{ code: "removes", kind, identity, losing: [] }],
    };
  }
  ensureGlobal(draft, collection);
  const { id } = findSettings(draft, collection, identity);
  const { id: _, ...initial } = blank(collection, identity);
  const global = draft.update(collection, id, initial as Partial<Omit<Objects[C], "id">>);
  return { touched: [touch(collection, global)], questions: [{ code: "resets", kind, identity }] };
}

function orNothing<T>(find: () => T): T | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof DomainError && error.code === "not-found") return undefined;
    throw error;
  }
}

/** Settings that the words name, each once, or all, Global first; those whose identity matches a wildcard. */
export function listSettings<C extends Settings>(
  state: State,
  collection: C,
  words: readonly string[] | undefined,
  filter: string | undefined,
): Objects[C][] {
  const matches = filter === undefined ? () => true : wildcard(filter);
  const found =
    words === undefined
      ? allSettings(state, collection)
      : forEachWord(words, (word) => findSettings(state, collection, word));
  return [...new Map(found.map((object) => [object.identity, object])).values()].filter(({ identity }) =>
    matches(identity),
  );
}

function allSettings<C extends Settings>(state: State, collection: C): Objects[C][] {
  const all = [...state.all(collection)];
  const hasGlobal = findOne(state, collection, "identity", "global") !== undefined;
  return hasGlobal ? all : [blank(collection, "Global"), ...all];
}

/**
 * The settings that apply to a pool: its own, else its site's, else Global; whole, nothing merged (semantics:
 * configuration, effective order).
 */
export function effectiveSettings<C extends Settings>(state: State, collection: C, pool: Pool): Objects[C] {
  const scopes = [serviceScope(pool.fqdn), ...(pool.site === null ? [] : [`site:${pool.site}`])];
  for (const scope of scopes) {
    const found = findOne(state, collection, "identity", fold(scope));
    if (found !== undefined) return found;
  }
  return findSettings(state, collection, "Global");
}
