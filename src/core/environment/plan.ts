import { judgeCategoryWrite } from "../category.ts";
import { requireFullPath } from "../configuration.ts";
import { type Draft, sameValue } from "../draft.ts";
import { requireUnused } from "../endpoint.ts";
import { DomainError } from "../errors.ts";
import { findByIdentity, identityOf, type Naming, type PoolCollection } from "../identity.ts";
import { poolOf } from "../identity-text.ts";
import type { EditedList } from "../list-edit.ts";
import type { Room } from "../nouns/room.ts";
import type { Outcome, Question, Touched, Warning } from "../outcome.ts";
import { applyPatch, initialValues } from "../patch.ts";
import { grantable } from "../policy.ts";
import { declaringSite } from "../pool.ts";
import { resolvePrincipal } from "../principal.ts";
import { principalKey } from "../principal-word.ts";
import { type ListEdit, shownName } from "../property.ts";
import { actOn, stillTrue } from "../roles.ts";
import { judgeRoomEntries, judgeTakenOut, referenceInPool } from "../room.ts";
import { disabledAccounts, rememberingJudge, type ScopeJudge } from "../scope-rules.ts";
import { activeLost, requireServers } from "../servers.ts";
import { requirePattern } from "../settings.ts";
import type { Series } from "../shelf.ts";
import { type Collection, findOne, nouns, type Objects, type StoredObject, type Write } from "../state.ts";
import { fold } from "../text.ts";
import { requireFreeName } from "../unique-name.ts";
import { type Fault, fault, type Place, positionText, refusalOf } from "./fault.ts";
import type { Manifest, WantedObject } from "./manifest.ts";
import { type Named, nameOf } from "./names.ts";
import { type PrincipalWords, principalWords } from "./principals.ts";
import { removeSurplus, requireFew, surplusOf } from "./prune.ts";
import { shapes } from "./shape.ts";

export interface EnvironmentOptions extends Naming {
  /** Refuse what cannot be told without a directory. */
  readonly strict?: boolean;
  /** Keep what breaks a rule, and say so, as a real deployment may hold it. */
  readonly adopt?: boolean;
  /** Remove what the named collections hold beside the manifest. */
  readonly prune?: boolean;
  readonly maxRemovals?: number;
  /** Detach add-ins and policies that are in use and removed. */
  readonly force?: boolean;
}

export const usualMaxRemovals = 20;

/** An object that is another now. */
interface Changed {
  readonly wanted: WantedObject;
  readonly before: StoredObject | undefined;
  readonly after: StoredObject;
}

/** Entries that an exact list no longer has. */
interface Drop {
  readonly object: string;
  readonly list: string;
  readonly principals: readonly string[];
}

interface Work {
  readonly draft: Draft;
  readonly manifest: Manifest;
  readonly options: EnvironmentOptions;
  readonly words: PrincipalWords;
  readonly faults: Fault[];
  readonly warnings: Warning[];
  readonly touched: Touched[];
  /** By position in the manifest: ids of objects that are others now. */
  readonly changed: Map<number, number>;
  readonly drops: Drop[];
  /** Where each object is wanted, by collection and folded identity; undefined for what another object implies. */
  readonly claims: Map<string, Place | undefined>;
  /** Names of objects that could not be put, so that what refers to them is not reported too. */
  readonly failed: Set<string>;
}

/**
 * Makes a draft hold what a manifest wants: everything is put first, in the order in which kinds depend on each other,
 * and the rules judge what has come of it. A second run changes nothing. Throws one refusal for everything that is
 * wrong, each with its position in the manifest. Acting `as` somebody (a word for a user), what the role does not allow
 * is wrong as well. `watch` may count the objects as they are gone through.
 */
export function applyManifest(
  draft: Draft,
  manifest: Manifest,
  options: EnvironmentOptions = {},
  as?: string,
  watch: <T>(items: Series<T>) => Iterable<T> = (items) => items,
): Outcome {
  const work: Work = {
    draft,
    manifest,
    options,
    words: principalWords(draft, options.adopt ?? false),
    faults: [...manifest.faults],
    warnings: [],
    touched: [],
    changed: new Map(),
    drops: [],
    claims: new Map(),
    failed: new Set(),
  };
  let at = 0;
  for (const wanted of watch(manifest.objects)) {
    const place = at++;
    if (!attempt(work, wanted, () => put(work, wanted, place))) lookUpWords(work, wanted);
  }
  // What could not be read may be what would seem too many.
  const removals = options.prune === true && work.faults.length === 0 ? prune(work) : [];
  judge(work);
  if (as !== undefined && work.faults.length === 0)
    judgeRole(work, resolvePrincipal(draft, as, "user").stored);
  if (work.faults.length > 0) throw refusalOf(work.faults, manifest.locate);
  return {
    touched: work.touched,
    warnings: together(as === undefined ? work.warnings : stillTrue(draft, work.warnings)),
    questions: questionFor(work.drops, removals),
  };
}

/** Returns whether nothing was wrong. */
function attempt(work: Work, wanted: WantedObject, act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (!followsFrom(work, error)) work.faults.push({ place: placeOfError(work, wanted, error), error });
    fail(work, wanted);
    return false;
  }
}

/** So that people who cannot be found are named along with whatever else is wrong with an object. */
function lookUpWords(work: Work, wanted: WantedObject): void {
  work.words.taken();
  for (const { set = [], add = [] } of principalEdits(wanted).values()) work.words.resolve([...set, ...add]);
  const { failures } = work.words.taken();
  for (const { word, error } of failures) work.faults.push({ place: placeOfWord(wanted, word), error });
}

/** What an object says of its lists of principals, by stored property. */
function principalEdits({ collection, patch }: WantedObject): Map<string, ListEdit> {
  const lists = shapes[collection].keys.filter(
    ({ stored, property }) => property.type === "principals" && stored in patch,
  );
  return new Map(lists.map(({ stored }) => [stored, patch[stored] as ListEdit]));
}

const claimKey = (collection: Collection, name: string): string => `${collection} ${fold(name)}`;

function fail({ failed }: Work, { collection, name }: WantedObject): void {
  if (name === undefined) return;
  failed.add(claimKey(collection, name.word));
  failed.add(claimKey(collection, name.word.slice(name.word.indexOf("\\") + 1)));
}

/** Whether something is only missing because it could not be put itself. */
function followsFrom({ failed }: Work, { code, details }: DomainError): boolean {
  if (code !== "not-found") return false;
  const found = Object.values(nouns).find(({ kind }) => kind === details["kind"]);
  return found !== undefined && failed.has(claimKey(found.collection, String(details["identity"])));
}

/** Brings one object into the draft; `at` is its position in the manifest. */
function put(work: Work, wanted: WantedObject, at: number): void {
  const { draft, options } = work;
  const { collection } = wanted;
  const named = nameOf(draft, wanted, options, work.words.user);
  claim(work, wanted, named.identity);
  const found = findOne(draft, collection, "identity", fold(named.identity)) as StoredObject | undefined;
  if (found === undefined) requireComplete(work, wanted, named.fields);
  else requireFixed(wanted, found, named);
  const blank = {
    ...initialValues(nouns[collection].properties),
    ...named.fields,
  } as unknown as StoredObject;
  const patch = withoutGone(work, wanted, found, withNames(work, wanted));
  const { value, lists } = applyPatch(
    draft,
    nouns[collection].properties,
    found ?? blank,
    patch,
    (key, word) => refer(work, wanted, named.identity, key, word),
    work.words.resolve,
  );
  noteWords(work, wanted, named.identity);
  noteContradictions(work, wanted);
  const after = keep(draft, collection, found, value);
  const identity = identityOf(collection, after as never);
  work.touched.push({ collection, id: after.id, identity });
  if (after === found) return;
  work.changed.set(at, after.id);
  work.drops.push(...dropsIn(wanted, identity, lists));
}

/** Whom exact lists drop. */
const dropsIn = (
  { patch }: WantedObject,
  object: string,
  lists: Readonly<Record<string, EditedList>>,
): Drop[] =>
  Object.entries(lists)
    .filter(([list, { dropped }]) => (patch[list] as ListEdit).set !== undefined && dropped.length > 0)
    .map(([list, { dropped }]) => ({ object, list, principals: dropped }));

/** What is another now, in the order of the manifest; each is read when it is taken. */
function* changedIn({ draft, manifest, changed }: Work): Iterable<Changed> {
  let at = 0;
  for (const wanted of manifest.objects) {
    const id = changed.get(at++);
    if (id === undefined) continue;
    const before = draft.base.get(wanted.collection, id) as StoredObject | undefined;
    yield { wanted, before, after: draft.get(wanted.collection, id) as StoredObject };
  }
}

function keep(
  draft: Draft,
  collection: Collection,
  found: StoredObject | undefined,
  value: StoredObject,
): StoredObject {
  if (found === undefined) return draft.create(collection, value as never) as StoredObject;
  if (sameValue(found, value)) return found;
  const { id, ...fields } = value;
  return draft.update(collection, id, fields as never) as StoredObject;
}

function claim({ claims, manifest }: Work, { collection, place }: WantedObject, identity: string): void {
  const key = claimKey(collection, identity);
  const first = claims.get(key);
  if (first === undefined) {
    claims.set(key, place);
    return;
  }
  const { one } = nouns[collection];
  const say = `${one} \`${identity}\` stands there twice: first at ${positionText(manifest.locate(first))}`;
  throw fault(place, say, { details: { identity, first: manifest.locate(first) } }).error;
}

/** A new object needs what has no default. */
function requireComplete(
  { manifest }: Work,
  { collection, patch, place }: WantedObject,
  named: Readonly<Record<string, string>>,
): void {
  const missing = shapes[collection].keys.filter(
    ({ stored, property }) => property.initial === undefined && !(stored in patch) && !(stored in named),
  );
  const said = missing.filter(
    ({ shown }) => !manifest.faults.some((known) => isBelow(known.place, place, shown)),
  );
  if (said.length === 0) return;
  const names = said.map(({ shown }) => `\`${shown}\``).join(" and ");
  throw fault(place, `a new ${nouns[collection].one} needs ${names}`).error;
}

/** Some properties are given once and for all. Throws `invalid-value` where one would be another. */
function requireFixed(
  { collection, patch, place }: WantedObject,
  found: StoredObject,
  { identity, fields: named }: Named,
): void {
  const stored = found as unknown as Readonly<Record<string, unknown>>;
  for (const { stored: key, shown, property } of shapes[collection].keys) {
    const isFixed = property.settable === "identity" || property.settable === "create";
    const wanted = key in patch ? (named[key] ?? patch[key]) : stored[key];
    if (!isFixed || fold(String(wanted)) === fold(String(stored[key]))) continue;
    const say = `the \`${shown}\` of ${nouns[collection].one} \`${identity}\` is \`${stored[key]}\` for good`;
    throw new DomainError("invalid-value", say, {
      hint: {
        say: "remove it, and make another",
        commands: [[`remove-${nouns[collection].kind}`, identity]],
      },
      details: { word: patch[key], place: place.path },
    });
  }
}

const isBelow = (inner: Place, outer: Place, key: string): boolean =>
  inner.document === outer.document &&
  inner.path[outer.path.length] === key &&
  outer.path.every((step, index) => inner.path[index] === step);

/** The patch, with names in the place of words where a name is stored and not an id. */
function withNames({ draft }: Work, { collection, patch }: WantedObject): Readonly<Record<string, unknown>> {
  if (collection !== "grants" || typeof patch["policy"] !== "string") return patch;
  return { ...patch, policy: grantable(draft, patch["policy"]).identity };
}

/** Who has left the directory and every list is absent already, so that a manifest which says so goes on to hold. */
function withoutGone(
  { words }: Work,
  wanted: WantedObject,
  found: StoredObject | undefined,
  patch: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const lists = [...principalEdits(wanted)].filter(([, { remove }]) => remove !== undefined);
  if (lists.length === 0) return patch;
  const left = lists.map(([key, edit]) => {
    const present =
      (found as unknown as Readonly<Record<string, readonly string[]>> | undefined)?.[key] ?? [];
    const listed = new Set(present.map(principalKey));
    const remove = edit.remove!.filter((word) => listed.has(principalKey(word)) || !words.isGone(word));
    return [key, { ...edit, remove }] as const;
  });
  return { ...patch, ...Object.fromEntries(left) };
}

/** What a reference in words means. */
function refer(
  work: Work,
  wanted: WantedObject,
  identity: string,
  key: string,
  word: string,
): number | string {
  const { draft } = work;
  const { refersTo } = shapes[wanted.collection].keys.find(({ stored }) => stored === key)!.property;
  const target = Object.values(nouns).find(({ kind }) => kind === refersTo)!.collection;
  if (target === "categories" || target === "addins") {
    return referenceInPool(draft, target, word, poolOf(identity));
  }
  if (target !== "sites") return identityOf(target, findByIdentity(draft, target, word) as never);
  const site = declaringSite(draft)(key, word);
  if (!work.claims.has(claimKey("sites", site))) work.claims.set(claimKey("sites", site), undefined);
  return site;
}

function noteWords(work: Work, wanted: WantedObject, identity: string): void {
  const { failures, adopted } = work.words.taken();
  const { kind } = nouns[wanted.collection];
  for (const { error } of adopted) {
    work.warnings.push({ code: "adopted", kind, object: identity, text: error.message });
  }
  if (failures.length === 0) return;
  for (const { word, error } of failures) work.faults.push({ place: placeOfWord(wanted, word), error });
  fail(work, wanted);
}

/** Nobody can be wanted in a list and out of it, whatever words say so. */
function noteContradictions(work: Work, wanted: WantedObject): void {
  for (const [stored, { add = [], remove = [] }] of principalEdits(wanted)) {
    if (add.length === 0 || remove.length === 0) continue;
    const keyOf = (word: string): string => principalKey(work.words.resolve([word])[0]!);
    const ensured = new Map(add.map((word) => [keyOf(word), word]));
    remove.forEach((word, index) => {
      const other = ensured.get(keyOf(word));
      if (other === undefined) return;
      const { property } = shapes[wanted.collection].keys.find((key) => key.stored === stored)!;
      const list = shownName(stored, property);
      const { document, path } = wanted.place;
      const at = { document, path: [...path, list, "absent", index] };
      const say = `\`${word}\` is wanted absent, and \`${other}\` is ensured in the same \`${list}\``;
      work.faults.push(
        fault(at, say, { hint: { say: "keep the one that is meant" }, details: { word, other } }),
      );
      fail(work, wanted);
    });
    // Who could not be found was noted before.
    work.words.taken();
  }
}

/** Where a refusal points: at the word that it is about, else at the object. */
function placeOfError({ words }: Work, wanted: WantedObject, { details }: DomainError): Place {
  const word = details["word"] ?? details["identity"];
  if (typeof word === "string") return placeOfWord(wanted, word);
  const [outside] = (details["principals"] ?? []) as readonly { list?: string; principal?: string }[];
  const { set = [], add = [] } = (wanted.patch[outside?.list ?? ""] ?? {}) as ListEdit;
  const said = [...set, ...add].find((each) => words.resolve([each])[0] === outside?.principal);
  return said === undefined ? wanted.place : placeOfWord(wanted, said);
}

function placeOfWord({ collection, patch, place }: WantedObject, word: string): Place {
  for (const [key, value] of Object.entries(patch)) {
    const path = pathIn(value, word);
    if (path === undefined) continue;
    const property = shapes[collection].keys.find(({ stored }) => stored === key)!;
    return { document: place.document, path: [...place.path, shownName(key, property.property), ...path] };
  }
  return place;
}

function pathIn(value: unknown, word: string): readonly (string | number)[] | undefined {
  if (value === word) return [];
  if (typeof value !== "object" || value === null) return undefined;
  const { set, add, remove } = value as ListEdit;
  for (const [words, steps] of [
    [set, []],
    [add, ["ensure"]],
    [remove, ["absent"]],
  ] as const) {
    const index = words?.indexOf(word) ?? -1;
    if (index >= 0) return [...steps, index];
  }
  return undefined;
}

type Removal = { readonly kind: string; readonly identity: string };

function prune({ draft, manifest, options, claims, touched, warnings }: Work): Removal[] {
  const isClaimed = (collection: Collection, identity: string): boolean =>
    claims.has(claimKey(collection, identity));
  const surplus = surplusOf(draft, manifest.named, isClaimed, options.pool);
  requireFew(surplus, options.maxRemovals ?? usualMaxRemovals);
  return surplus.flatMap((each) => {
    const outcome = removeSurplus(draft, each, options.force ?? false);
    touched.push(...outcome.touched);
    warnings.push(...(outcome.warnings ?? []));
    return each.identities.map((identity) => ({ kind: nouns[each.collection].kind, identity }));
  });
}

/** Lets the rules judge everything that is another now. */
function judge(work: Work): void {
  const { draft } = work;
  const judged = rememberingJudge(draft);
  for (const changed of changedIn(work)) {
    if (isHeldUp(work, changed)) continue;
    const { wanted, before, after } = changed;
    const rulesOf = rules[wanted.collection] as RulesOf<Collection> | undefined;
    for (const rule of rulesOf?.(work, before, after, judged) ?? []) {
      attempt(work, changed.wanted, () => judgeBy(work, changed, rule));
    }
  }
}

/** Lets the role of a user judge what was written, object by object. */
function judgeRole(work: Work, user: string): void {
  const { draft, manifest } = work;
  const wantedBy = new Map<string, Place>();
  for (const { wanted, after } of changedIn(work))
    wantedBy.set(`${wanted.collection} ${after.id}`, wanted.place);
  for (const write of draft.writes()) {
    const place = wantedBy.get(`${write.collection} ${write.id}`) ?? placeOfCollection(manifest, write);
    try {
      work.warnings.push(...actOn(draft, user, write));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      work.faults.push({ place, error });
    }
  }
}

/** What no object of the manifest wants is there, or gone, because of its collection. */
const placeOfCollection = ({ named }: Manifest, { collection }: Write): Place =>
  named.get(collection) ?? { document: 0, path: [] };

/** A room cannot be judged by a category that could not be put. */
function isHeldUp({ draft, failed }: Work, { wanted, after }: Changed): boolean {
  if (wanted.collection !== "rooms") return false;
  const category = draft.get("categories", (after as Room).categoryId);
  return category === undefined || failed.has(claimKey("categories", category.identity));
}

type Rule = {
  readonly check: () => readonly Warning[];
  /** Whether a store may hold what breaks the rule, so that it can be adopted. */
  readonly canAdopt: boolean;
};

function judgeBy(work: Work, { wanted, after }: Changed, { check, canAdopt }: Rule): void {
  try {
    work.warnings.push(...check());
  } catch (error) {
    if (!(error instanceof DomainError) || work.options.adopt !== true || !canAdopt) throw error;
    const { kind } = nouns[wanted.collection];
    const object = identityOf(wanted.collection, after as never);
    work.warnings.push({ code: "adopted", kind, object, text: error.message });
  }
}

type RulesOf<C extends Collection> = (
  work: Work,
  before: Objects[C] | undefined,
  after: Objects[C],
  judge: ScopeJudge,
) => readonly Rule[];

const adoptable = (...checks: readonly Rule["check"][]): Rule[] =>
  checks.map((check) => ({ check, canAdopt: true }));
const firm = (check: Rule["check"]): Rule => ({ check, canAdopt: false });

/** What each kind must pass; what a store could not even hold is never adopted. */
const rules: { readonly [C in Collection]?: RulesOf<C> } = {
  settings: (_, __, { requireReason }) => [firm(() => requirePattern(requireReason, "`requireReason`"))],
  pools: (_, before, after) => [
    firm(() => {
      requireServers(after);
      return activeLost(before, after);
    }),
  ],
  grants: ({ draft }, _, { user }) => adoptable(() => disabledAccounts(draft, [user])),
  complianceConfigurations: (_, __, { adapterOutputDirectory }) => [
    firm(() => {
      requireFullPath(adapterOutputDirectory);
      return [];
    }),
  ],
  endpoints: ({ draft }, _, { sipAddress }) =>
    adoptable(() => {
      requireUnused(draft, sipAddress);
      return [];
    }),
  categories: ({ draft, options }, before, after) => [
    ...freeName(draft, "categories", before, after),
    ...adoptable(() => judgeCategoryWrite(draft, before, after, { strict: options.strict ?? false })),
  ],
  addins: ({ draft }, before, after) => freeName(draft, "addins", before, after),
  rooms: ({ draft, options }, before, after, judge) => [
    ...freeName(draft, "rooms", before, after),
    ...adoptable(
      () => judgeRoomEntries(draft, before, after, { strict: options.strict ?? false, judge }),
      () => judgeTakenOut(draft, before, after),
    ),
  ],
};

/** An object of a pool must find its name free; one that is there has it already. */
function freeName<C extends PoolCollection>(
  draft: Draft,
  collection: C,
  before: Objects[C] | undefined,
  after: Objects[C],
): Rule[] {
  if (before !== undefined) return [];
  const check = (): [] => {
    requireFreeName(draft, collection, after);
    return [];
  };
  return [firm(check)];
}

/** What cannot be told without a directory is said once for everybody. */
function together(warnings: readonly Warning[]): Warning[] {
  const unknown = new Set<string>();
  const rest: Warning[] = [];
  for (const warning of warnings) {
    if (warning.code !== "scope-unknown") rest.push(warning);
    else for (const principal of warning.principals) unknown.add(principal);
  }
  return unknown.size === 0 ? rest : [{ code: "scope-unknown", principals: [...unknown] }, ...rest];
}

/** One question for everything that somebody may lose by it. */
const questionFor = (drops: readonly Drop[], removals: readonly Removal[]): Question[] =>
  drops.length + removals.length === 0 ? [] : [{ code: "applies", drops, removals }];
