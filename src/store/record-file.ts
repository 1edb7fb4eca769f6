import { readRange } from "./files.ts";
import type { Place } from "./index-table.ts";
import type { KeptFile } from "./kept-file.ts";

/** Single records of a file, each read and parsed when asked for. */
export interface RecordFile<T extends object> {
  /**
   * The same object as long as anybody holds it, for the first few thousand; of those after them only the last ones
   * that were asked for are kept, and others are read again.
   */
  record(ordinal: number, place: Place): T;
  /** The object of a record that somebody may hold. */
  held(ordinal: number): T | undefined;
  /** The same as `record` for one of many that are passed by: nothing is noted of it. */
  passing(ordinal: number, place: Place): T;
  /** How many records were read by `record` so far. */
  readonly reads: number;
}

/** As many as any command needs that is about single objects. */
const mostNoted = 4096;

/** `parse` is given the ordinal as well, and may throw. Of the last ones between `mostRecent` and twice that are kept. */
export function recordFile<T extends object>(
  file: Pick<KeptFile, "fd">,
  parse: (bytes: Buffer, place: Place, ordinal: number) => T,
  mostRecent = mostNoted,
): RecordFile<T> {
  // What a weak reference gave out lives on until the program waits for something, which a long walk never does.
  const noted = new Map<number, WeakRef<T>>();
  let reads = 0;
  const recent = recentOnes<T>(mostRecent);
  const held = (ordinal: number): T | undefined => noted.get(ordinal)?.deref() ?? recent.get(ordinal);
  const read = (place: Place, ordinal: number): T =>
    parse(readRange(file.fd, place.offset, place.offset + place.length), place, ordinal);
  const note = (ordinal: number, object: T): void => {
    if (noted.size < mostNoted || noted.has(ordinal)) noted.set(ordinal, new WeakRef(object));
    else recent.set(ordinal, object);
  };
  return {
    held,
    passing: (ordinal, place) => held(ordinal) ?? read(place, ordinal),
    get reads() {
      return reads;
    },
    record: (ordinal, place) => {
      const known = held(ordinal);
      if (known !== undefined) return known;
      reads++;
      const object = read(place, ordinal);
      note(ordinal, object);
      return object;
    },
  };
}

/** The values that were set or asked for last: at least so many, at most twice that. */
function recentOnes<T>(most: number): Pick<Map<number, T>, "get" | "set"> {
  let young = new Map<number, T>();
  let old = new Map<number, T>();
  const set = (key: number, value: T): Map<number, T> => {
    if (young.size >= most) [young, old] = [new Map(), young];
    return young.set(key, value);
  };
  return {
    set,
    get: (key) => {
      const found = young.get(key);
      if (found !== undefined) return found;
      const older = old.get(key);
      if (older !== undefined) set(key, older);
      return older;
    },
  };
}
