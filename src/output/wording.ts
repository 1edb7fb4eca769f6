import type { ContentFact } from "../core/content-change.ts";
import type { Consequences, EffectCount } from "../core/effects.ts";
import type { Effect, Question, Warning } from "../core/outcome.ts";
import { kebabCase } from "../core/property.ts";
import { nouns } from "../core/state.ts";

const quoted = (word: string): string => `\`${word}\``;
const several = (items: readonly string[], most = 10): string =>
  items.length <= most
    ? items.map(quoted).join(", ")
    : `${items.slice(0, most).map(quoted).join(", ")} and ${items.length - most} more`;
const spaced = (list: string): string => kebabCase(list).replaceAll("-", " ");
/** What an object of a kind is called in a sentence. */
const called = (kind: string): string => Object.values(nouns).find((noun) => noun.kind === kind)?.one ?? kind;
const calledMany = (kind: string): string =>
  Object.values(nouns).find((noun) => noun.kind === kind)?.many ?? `${kind}s`;
const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

/** A warning in words: lower case, no full stop. */
export function warningWords(warning: Warning): string {
  switch (warning.code) {
    case "scope-unknown":
      return `no directory was imported, so it cannot be told whether ${several(warning.principals)} may be there`;
    case "account-disabled":
      return `the account of ${quoted(warning.displayName)} (${warning.principal}) is disabled in AD, yet enabled for SIP: it can still take part`;
    case "members-without-effect":
      return `room ${quoted(warning.room)} is Open, so its member list has no effect`;
    case "nobody-can-join":
      return `room ${quoted(warning.room)} is ${warning.privacy} and has no members: nobody can join it`;
    case "last-manager-lost":
      return `room ${quoted(warning.room)} has no manager any more`;
    case "last-presenter-lost":
      return `room ${quoted(warning.room)} is an auditorium without presenters: nobody can post`;
    case "no-such-pool-in-name":
      return `there is no pool ${quoted(warning.pool)}, so ${quoted(warning.name)} is the whole name`;
    case "file-upload-ignored":
      return `file upload is on in ${quoted(warning.category)}: Lync 2013 clients ignore it`;
    case "powerless-entry":
      return `${quoted(warning.principal)} stays in the ${spaced(warning.list)} of ${quoted(warning.object)}, without power: it is denied by ${quoted(warning.deniedBy ?? "")}`;
    case "differs":
      return `${called(warning.kind)} ${quoted(warning.identity)} exists already and differs in ${several(warning.properties.map(kebabCase))}`;
    case "entry-gone":
      return `${quoted(warning.principal)} is gone from the directory, and still in the ${spaced(warning.list)} of ${quoted(warning.object)}`;
    case "no-active-server":
      return `pool ${quoted(warning.pool)} has no active server: it takes no new connections`;
    case "idle-rule":
      return `rule ${warning.rule} says nothing: ${quoted(warning.principal)} covers nobody`;
    case "granted-to-nobody":
      return `policy ${quoted(warning.policy)} is granted to nobody`;
    case "detached":
      return `${called(warning.kind)} ${quoted(warning.identity)} is taken from ${several(warning.from)}`;
    case "history-off":
      return `chat history is off in the category of room ${quoted(warning.room)}: messages are not kept, and users see none`;
    case "adopted":
      return `${called(warning.kind)} ${quoted(warning.object)} is taken as it is: ${warning.text}`;
    case "notice":
      return warning.text;
  }
}

type Removal = Question & { readonly code: "removes" };

/** The question for removing one object, or several at once: what goes, and whose entries with it. */
export function removalWords(removals: readonly Removal[]): string {
  const [{ kind }] = removals as readonly [Removal];
  const losing = [...new Set(removals.flatMap((removal) => removal.losing))];
  const one = removals.length === 1;
  const what = one ? called(kind) : `${removals.length} ${calledMany(kind)}:`;
  const whose =
    losing.length === 0 ? "" : `, and with ${one ? "it" : "them"} the entries of ${several(losing)}`;
  return `remove ${what} ${several(removals.map(({ identity }) => identity))}${whose}?`;
}

/** A question in words, as asked of a person. */
export function questionWords(question: Question): string {
  switch (question.code) {
    case "drops-entries":
      return `take ${several(question.principals)} off the ${spaced(question.list)} of ${quoted(question.object)}?`;
    case "removes":
      return removalWords([question]);
    case "resets":
      return `reset ${called(question.kind)} ${quoted(question.identity)} to its defaults? (it cannot be removed)`;
    case "overwrites":
      return `overwrite ${several(question.objects)}, which ${question.objects.length === 1 ? "differs" : "differ"} from the archive?`;
    case "loses-messages":
      return `${lossWords(question)} for good? (this cannot be undone)`;
    case "applies":
      return `${[...dropWords(question.drops), ...removalClauses(question.removals)].join("; ")}?`;
    case "many-matches":
      return `${quoted(question.word)} means ${counted(question.matches.length, "user")}: go on with all of them?`;
    case "several":
      return allQuestions(question.questions);
  }
}

function lossWords({
  rooms,
  removed,
  replaced,
  first,
  last,
}: Extract<Question, { code: "loses-messages" }>): string {
  const verb = replaced > 0 ? "replace the text of" : "remove";
  const span = first === last ? `of ${first}` : `from ${first} to ${last}`;
  return `${verb} ${counted(removed + replaced, "message")} ${span} in ${several(rooms)}`;
}

/** What became, or would become, of messages, in one part of a sentence; empty where nothing does. */
export function contentWords(facts: readonly ContentFact[], mood: "did" | "would"): string {
  return (["removed", "replaced", "added"] as const)
    .map((verb) => ({ verb, some: facts.filter((fact) => fact[verb] > 0) }))
    .filter(({ some }) => some.length > 0)
    .map(({ verb, some }) => {
      const messages = counted(
        some.reduce((sum, fact) => sum + fact[verb], 0),
        "message",
      );
      const said = mood === "did" ? verb : `would ${contentVerbs[verb]}`;
      const rooms = some.length === 1 ? quoted(some[0]!.room) : `${some.length} rooms`;
      return `${said} ${messages} ${contentPlaces[verb]} ${rooms}`;
    })
    .join(", ");
}

const contentVerbs = { removed: "remove", replaced: "replace", added: "add" } as const;
const contentPlaces = { removed: "from", replaced: "in", added: "to" } as const;

type Applies = Extract<Question, { readonly code: "applies" }>;
const mostDrops = 5;

function dropWords(drops: Applies["drops"]): string[] {
  const named = drops
    .slice(0, mostDrops)
    .map(
      ({ object, list, principals }) =>
        `take ${several(principals)} off the ${spaced(list)} of ${quoted(object)}`,
    );
  const rest = drops.slice(mostDrops);
  const entries = rest.reduce((sum, { principals }) => sum + principals.length, 0);
  const more = `take ${entries} more ${entries === 1 ? "entry" : "entries"} off ${counted(rest.length, "list")}`;
  return rest.length === 0 ? named : [...named, more];
}

function removalClauses(removals: Applies["removals"]): string[] {
  if (removals.length === 0) return [];
  return [`remove ${removals.map(({ kind, identity }) => `${called(kind)} ${quoted(identity)}`).join(", ")}`];
}

const questionsInFull = 10;

function allQuestions(questions: readonly Question[]): string {
  const asked = questions.slice(0, questionsInFull).map(questionWords);
  const more = questions.length - asked.length;
  const rest = more > 0 ? ` and ${more} more:` : "";
  return `${asked.join(" ")}${rest} yes to all ${questions.length}?`;
}

/** With more lines than these, consequences are counted by room. */
const linesInFull = 20;

/** Consequences for people, in lines; many are counted by room, without looking at each. */
export function* effectLines(consequences: Consequences): Iterable<string> {
  const counts = consequences.counts()[Symbol.iterator]();
  const first: EffectCount[] = [];
  let lines = 0;
  for (let next = counts.next(); next.done !== true; next = counts.next()) {
    first.push(next.value);
    // Whoever gains has a line, and whoever loses.
    lines += next.value.gaining + next.value.losing;
    if (lines > linesInFull) {
      yield* countLines(first, counts);
      return;
    }
  }
  if (lines > 0) for (const effect of consequences.effects()) yield* oneEffect(effect);
}

function* countLines(first: readonly EffectCount[], rest: Iterator<EffectCount>): Iterable<string> {
  let rooms = 0;
  const line = ({ room, gaining, losing }: EffectCount): string => {
    rooms++;
    return `${quoted(room)}: ${gainsAndLosses(gaining, losing)}`;
  };
  for (const counted of first) yield line(counted);
  for (let next = rest.next(); next.done !== true; next = rest.next()) yield line(next.value);
  // The end is what stands on the screen.
  if (rooms > linesInFull) yield `${rooms} rooms in all`;
}

function gainsAndLosses(gaining: number, losing: number): string {
  const parts = [
    ...(gaining > 0 ? [`${people(gaining)} ${gaining === 1 ? "gains" : "gain"} access`] : []),
    ...(losing > 0 ? [`${people(losing)} ${losing === 1 ? "loses" : "lose"} access`] : []),
  ];
  return parts.join(", ");
}

const mostPeopleCounted = 20_000;

/** How many people gain and how many lose something somewhere; of very many only the rooms are counted. */
export function countedPeople(consequences: Consequences): string {
  let rooms = 0;
  let least = 0;
  for (const { gaining, losing } of consequences.counts()) {
    rooms++;
    // Whoever gains may be the same that loses.
    least += Math.max(gaining, losing);
  }
  const said = least > mostPeopleCounted ? undefined : eachPersonOnce(consequences.effects());
  return said ?? `access changes in ${counted(rooms, "room")}`;
}

/** Undefined where there are too many effects. */
function eachPersonOnce(effects: Iterable<Effect>): string | undefined {
  const [gaining, losing] = [new Set<string>(), new Set<string>()];
  let seen = 0;
  for (const { user, gains, loses } of effects) {
    if (seen++ === mostPeopleCounted) return undefined;
    if (gains.length > 0) gaining.add(user);
    if (loses.length > 0) losing.add(user);
  }
  return gainsAndLosses(gaining.size, losing.size);
}

const people = (count: number): string => (count === 1 ? "1 person" : `${count} people`);

function oneEffect({ user, room, gains, loses }: Effect): string[] {
  return [
    ...(gains.length > 0 ? [`${quoted(user)} can now ${gains.join(", ")} ${quoted(room)}`] : []),
    ...(loses.length > 0 ? [`${quoted(user)} can no longer ${loses.join(", ")} ${quoted(room)}`] : []),
  ];
}
