import { participates } from "./access.ts";
import {
  type Concern,
  type ConcernedRoom,
  type Crowd,
  crowdOfWrite,
  roomLists,
  shapeDiffers,
} from "./concern.ts";
import {
  actionsOf,
  beyond,
  bothSides,
  type Door,
  doorOf,
  type Passage,
  type Side,
  type Traveller,
} from "./passage.ts";
import { inScope, peopleIn } from "./people.ts";

/** How many people gain something in a room, and how many lose something. */
export interface EffectCount {
  readonly room: string;
  readonly gaining: number;
  readonly losing: number;
}

/** With fewer people to look at, one by one is the shortest way. */
const crowdFrom = 64;

interface Doors {
  readonly before: Door;
  readonly after: Door;
}

/**
 * Counts the effects in one room after the other. Whom no list of a room covers may do there what everyone in scope
 * may: such people are counted by category, once for all its rooms, and one of them stands for all. Only whom a list
 * covers is looked at by itself. Crowds smaller than `from` are looked at one by one.
 */
export function effectCounter(
  { passage }: Concern,
  from: number = crowdFrom,
): (room: ConcernedRoom) => EffectCount {
  const streams = new Map<string, readonly Crowd[]>();
  const streamsAt = (key: string, make: () => readonly Crowd[]): readonly Crowd[] => {
    const known = streams.get(key) ?? make();
    streams.set(key, known);
    return known;
  };
  const split = (room: ConcernedRoom, doors: Doors): { streams: readonly Crowd[]; single: Crowd } => {
    const { before, after, write, crowds } = room;
    if (write !== undefined && (before === undefined || after === undefined || shapeDiffers(before, after))) {
      const key = `${before?.categoryId} to ${after?.categoryId}`;
      return {
        streams: streamsAt(key, () => streamsOf(populationOf(passage, doors), doors)),
        single: named(passage, doors),
      };
    }
    const own = write === undefined ? [] : [...crowdOfWrite(passage, write)];
    const [crowd] = crowds;
    if (crowd === undefined || crowd.size < from)
      return { streams: [], single: new Set([...(crowd ?? []), ...own]) };
    return {
      // Whoever was in scope and still is may do as before, unless a list covers him on one side.
      streams: streamsAt(`${after!.categoryId}`, () => streamsOf(crowd, doors)),
      single: new Set([...[...named(passage, doors)].filter((traveller) => crowd.has(traveller)), ...own]),
    };
  };
  return (room) => {
    const doors = { before: doorOf(passage.before, room.id), after: doorOf(passage.after, room.id) };
    const parts = split(room, doors);
    const counts = [
      ...parts.streams.map((stream) => countStream(stream, parts.single, doors)),
      ...[...parts.single].map((traveller) => countOne(traveller, doors, 1)),
    ];
    return {
      room: (room.after ?? room.before)!.identity,
      gaining: counts.reduce((sum, { gaining }) => sum + gaining, 0),
      losing: counts.reduce((sum, { losing }) => sum + losing, 0),
    };
  };
}

type Count = Omit<EffectCount, "room">;

/** People who come to the same: they enter a category's scope, leave it, or stay in it. */
function streamsOf(crowd: Crowd, doors: Doors): readonly Crowd[] {
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
  return [entering, leaving, staying].filter(({ size }) => size > 0);
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
    for (const person of peopleIn(passage[side], doors[side]?.category?.allowedMembers ?? [])) {
      crowd.add(passage.traveller(side, person));
    }
  }
  return crowd;
}

/** Everyone whom a list of the room covers, before or after. */
function named(passage: Passage, doors: Doors): Crowd {
  const crowd: Crowd = new Set();
  for (const side of bothSides) {
    for (const list of roomLists) {
      for (const person of peopleIn(passage[side], doors[side]?.room[list] ?? [])) {
        crowd.add(passage.traveller(side, person));
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
