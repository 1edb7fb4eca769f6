import { participates } from "./access.ts";
import { admission } from "./admission.ts";
import {
  type Concern,
  type ConcernedRoom,
  type Crowd,
  crowdOfWrite,
  crowdsIn,
  roomLists,
  shapeDiffers,
} from "./concern.ts";
import type { Room } from "./nouns/room.ts";
import {
  actionsOf,
  beyond,
  bothSides,
  type Door,
  type Doors,
  doorsOf,
  type Passage,
  type Side,
  type Traveller,
} from "./passage.ts";
import { inScope } from "./people.ts";

/** How many people gain something in a room, and how many lose something. */
export interface EffectCount {
  readonly room: string;
  readonly gaining: number;
  readonly losing: number;
}

/** With fewer people to look at, one by one is the shortest way. */
const crowdFrom = 64;

/**
 * Counts the effects in one room after the other. In a room that is made or removed they are as many as may do
 * anything there. In others, whom no list covers may do what everyone in scope may: such people are counted by
 * category, once for all its rooms, and one of them stands for all. Only whom a list covers is looked at alone, and
 * only where that makes a difference. Crowds smaller than `from` are looked at one by one.
 */
export function effectCounter(
  concern: Concern,
  from: number = crowdFrom,
): (room: ConcernedRoom) => EffectCount {
  const { passage } = concern;
  const partsOf = roomParts(concern, from);
  const counters: { [side in Side]?: (room: Room) => number } = {};
  // Most changes make and remove no room, and many need no directory at all.
  const admitted = (side: Side, room: Room): number => {
    counters[side] ??= admission(passage[side].state, { singly: from });
    return counters[side](room);
  };
  return (room) => {
    const { before, after } = room;
    if (before === undefined) return { room: after!.identity, gaining: admitted("after", after!), losing: 0 };
    if (after === undefined) return { room: before.identity, gaining: 0, losing: admitted("before", before) };
    const doors = doorsOf(passage, room);
    const { streams, single } = partsOf(room, doors);
    const counts = [
      ...streams.map((stream) => countStream(stream, single, doors)),
      ...[...single].map((traveller) => countOne(traveller, doors, 1)),
    ];
    return {
      room: after.identity,
      gaining: counts.reduce((sum, { gaining }) => sum + gaining, 0),
      losing: counts.reduce((sum, { losing }) => sum + losing, 0),
    };
  };
}

function roomParts(concern: Concern, from: number): (room: ConcernedRoom, doors: Doors) => Parts {
  const { passage, directoryChanged } = concern;
  const known = new Map<string, Streams>();
  const streamsAt = (key: string, make: () => Streams): Streams => {
    const streams = known.get(key) ?? make();
    known.set(key, streams);
    return streams;
  };
  return (room, doors) => {
    const { before, after, isWritten } = room;
    if (isWritten && shapeDiffers(before!, after!)) {
      const key = `${before!.categoryId} to ${after!.categoryId}`;
      const { moving, staying } = streamsAt(key, () => streamsOf(populationOf(passage, doors), doors));
      return { streams: [...moving, staying], single: named(passage, bothSides, doors) };
    }
    const own = isWritten ? [...crowdOfWrite(passage, room)] : [];
    const [crowd] = crowdsIn(concern, room);
    if (crowd === undefined || crowd.size < from) {
      return { streams: [], single: new Set([...(crowd ?? []), ...own]) };
    }
    // Those who were in scope and still are may do as before, unless a list covers them on one side alone.
    const { moving } = streamsAt(`${after!.categoryId}`, () => streamsOf(crowd, doors));
    const isFound = moving.every((stream) => isEffect(countStream(stream, nobody, doors)));
    if (isFound && !directoryChanged) return { streams: moving, single: new Set(own) };
    const sides = directoryChanged ? bothSides : (["after"] as const);
    const covered = [...named(passage, sides, doors)].filter((traveller) => crowd.has(traveller));
    return { streams: moving, single: new Set([...covered, ...own]) };
  };
}

/** People of a room by how they are counted: together, or one by one. */
interface Parts {
  readonly streams: readonly Crowd[];
  readonly single: Crowd;
}

const nobody: Crowd = new Set();

type Count = Omit<EffectCount, "room">;

const isEffect = ({ gaining, losing }: Count): boolean => gaining + losing > 0;

/** People who come to the same: they enter a category's scope or leave it, or they stay in it. */
interface Streams {
  readonly moving: readonly Crowd[];
  readonly staying: Crowd;
}

function streamsOf(crowd: Crowd, doors: Doors): Streams {
  const entering: Crowd = new Set();
  const leaving: Crowd = new Set();
  const staying: Crowd = new Set();
  for (const traveller of crowd) {
    const was = isEligible("before", traveller, doors);
    const is = isEligible("after", traveller, doors);
    if (was && is) staying.add(traveller);
    else if (is) entering.add(traveller);
    else if (was) leaving.add(traveller);
  }
  return { moving: [entering, leaving].filter(({ size }) => size > 0), staying };
}

function isEligible(side: Side, traveller: Traveller, doors: Doors): boolean {
  const person = traveller[side];
  const category = doors[side]?.category;
  return (
    person !== undefined &&
    category !== undefined &&
    participates(person) === "yes" &&
    inScope(person, category)
  );
}

/** Everyone in scope of the category behind a door, before or after. */
function populationOf(passage: Passage, doors: Doors): Crowd {
  const crowd: Crowd = new Set();
  for (const side of bothSides) {
    for (const entry of doors[side]?.category?.allowedMembers ?? []) {
      for (const traveller of passage.under(side, entry)) crowd.add(traveller);
    }
  }
  return crowd;
}

/** Everyone whom a list of the room covers on some side. */
function named(passage: Passage, sides: readonly Side[], doors: Doors): Crowd {
  const crowd: Crowd = new Set();
  for (const side of sides) {
    for (const list of roomLists) {
      for (const entry of doors[side]?.room[list] ?? []) {
        for (const traveller of passage.under(side, entry)) crowd.add(traveller);
      }
    }
  }
  return crowd;
}

function countStream(stream: Crowd, apart: Crowd, doors: Doors): Count {
  const [anyone] = stream;
  let size = stream.size;
  for (const traveller of apart) if (stream.has(traveller)) size--;
  return anyone === undefined
    ? none
    : countOne(anyone, { before: bare(doors.before), after: bare(doors.after) }, size);
}

/** A room as it is for those whom none of its lists covers. */
const bare = (door: Door): Door =>
  door && { ...door, room: { ...door.room, members: [], managers: [], presenters: [] } };

const none: Count = { gaining: 0, losing: 0 };

/** What comes of a change for one person, times so many. */
function countOne({ before, after }: Traveller, doors: Doors, times: number): Count {
  const had = actionsOf(before, doors.before);
  const has = actionsOf(after, doors.after);
  if (had.length + has.length === 0) return none;
  return {
    gaining: beyond(has, had).length > 0 ? times : 0,
    losing: beyond(had, has).length > 0 ? times : 0,
  };
}
