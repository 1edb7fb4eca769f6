import {
  type Concern,
  type ConcernedRoom,
  type Crowd,
  concernedRooms,
  concernOf,
  concernsAccess,
  crowdOfWrite,
  crowdsIn,
  encounters,
} from "./concern.ts";
import { type EffectCount, effectCounter } from "./effect-counts.ts";
import type { Effect } from "./outcome.ts";
import { actionsOf, beyond, type Doors, doorsOf, passageOf, type Traveller } from "./passage.ts";
import type { State, Write } from "./state.ts";

export type { EffectCount } from "./effect-counts.ts";

/** Who gains and who loses by a change. Nothing is looked at until it is asked for. */
export interface Consequences {
  /**
   * Each effect, by room and user, one at a time: a policy that is switched on for 150,000 users in 33,000 rooms has
   * more effects than fit in memory.
   */
  effects(): Iterable<Effect>;
  /** How many people gain and lose in each room where anybody does, by room; far less work than every effect. */
  counts(): Iterable<EffectCount>;
}

/**
 * The difference of what everyone may do before and after a change (semantics: who may do what). Rooms are the same
 * when their ids are, and people when their accounts are, so that a new name has no effect. What cannot be told
 * without a directory counts as not allowed. `writes` must be all that differs between the two states, besides the
 * directory where `directoryChanged` says so; both states must stay readable as they are. Crowds from `crowdFrom`
 * people on are counted together. Never throws.
 */
export function consequencesOf(
  before: State,
  after: State,
  writes: readonly Write[],
  directoryChanged: boolean,
  { crowdFrom }: { readonly crowdFrom?: number } = {},
): Consequences {
  if (!directoryChanged && !writes.some(concernsAccess)) return { effects: () => [], counts: () => [] };
  const concern = (): Concern =>
    concernOf(passageOf(before, after, directoryChanged), writes, directoryChanged);
  let known: Concern | undefined;
  const inFull = (): Concern => {
    known ??= concern();
    return known;
  };
  return {
    effects: () => effectsOf(inFull),
    // Whoever was met in counting is forgotten with it.
    counts: () => countsOf(concern, crowdFrom),
  };
}

/** All effects of a change in a list, by room and user. */
export const accessDifference = (...change: Parameters<typeof consequencesOf>): Effect[] => [
  ...consequencesOf(...change).effects(),
];

function* effectsOf(make: () => Concern): Iterable<Effect> {
  const concern = make();
  const { passage } = concern;
  const inOrder = orderly();
  for (const room of concernedRooms(concern)) {
    const doors = doorsOf(passage, room);
    for (const traveller of inOrder(crowdsOf(concern, room))) yield* effectOn(traveller, doors);
  }
}

/**
 * The effects of a change, each once, but in the order in which they are found soonest: for whoever wants only a few
 * of very many. Takes what `consequencesOf` takes.
 */
export function* effectsAsFound(
  before: State,
  after: State,
  writes: readonly Write[],
  directoryChanged: boolean,
): Iterable<Effect> {
  const passage = passageOf(before, after, directoryChanged);
  const told = new Set<string>();
  for (const { room, traveller } of encounters(passage, writes, directoryChanged)) {
    const key = `${room.id} ${traveller.key}`;
    if (told.has(key)) continue;
    for (const effect of effectOn(traveller, doorsOf(passage, room))) {
      told.add(key);
      yield effect;
    }
  }
}

function* countsOf(make: () => Concern, crowdFrom: number | undefined): Iterable<EffectCount> {
  const concern = make();
  const count = effectCounter(concern, crowdFrom);
  for (const room of concernedRooms(concern)) {
    const counted = count(room);
    if (counted.gaining + counted.losing > 0) yield counted;
  }
}

const crowdsOf = (concern: Concern, room: ConcernedRoom): readonly Crowd[] =>
  room.isWritten
    ? [...crowdsIn(concern, room), crowdOfWrite(concern.passage, room)]
    : crowdsIn(concern, room);

/** People of several crowds, each once, by address; a crowd that many rooms share is put in order but once. */
function orderly(): (crowds: readonly Crowd[]) => readonly Traveller[] {
  const sorted = new Map<Crowd, readonly Traveller[]>();
  const inOrder = (crowd: Crowd): Traveller[] =>
    [...crowd].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return (crowds) => {
    const [only, ...others] = crowds.filter(({ size }) => size > 0);
    if (only === undefined) return [];
    if (others.length > 0) return inOrder(new Set([only, ...others].flatMap((crowd) => [...crowd])));
    let known = sorted.get(only);
    if (known === undefined) {
      known = inOrder(only);
      sorted.set(only, known);
    }
    return known;
  };
}

function* effectOn({ before, after }: Traveller, doors: Doors): Iterable<Effect> {
  const had = actionsOf(before, doors.before);
  const has = actionsOf(after, doors.after);
  if (had.length + has.length === 0) return;
  const gains = beyond(has, had);
  const loses = beyond(had, has);
  if (gains.length + loses.length === 0) return;
  const { user } = after?.entry === undefined ? (before ?? after)! : after;
  const room = (doors.after ?? doors.before)!.room.identity;
  yield { user, room, gains, loses };
}
