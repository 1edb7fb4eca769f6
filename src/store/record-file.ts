import { readRange } from "./files.ts";
import type { Place } from "./index-table.ts";
import type { KeptFile } from "./kept-file.ts";

/** Single records of a file, each read and parsed when asked for. */
export interface RecordFile<T extends object> {
  /** The same object as long as anybody holds it: whoever compares objects need not know that they come from a file. */
  record(ordinal: number, place: Place): T;
  /** The object of a record that somebody holds. */
  held(ordinal: number): T | undefined;
  /** The same as `record` for one of many that are passed by: nothing is noted of it. */
  passing(ordinal: number, place: Place): T;
  /** How many records were read so far. */
  readonly reads: number;
}

/** `parse` is given the ordinal as well, and may throw. */
export function recordFile<T extends object>(
  file: Pick<KeptFile, "fd">,
  parse: (bytes: Buffer, place: Place, ordinal: number) => T,
): RecordFile<T> {
  const objects = new Map<number, WeakRef<T>>();
  let reads = 0;
  const held = (ordinal: number): T | undefined => objects.get(ordinal)?.deref();
  const read = (place: Place, ordinal: number): T =>
    parse(readRange(file.fd, place.offset, place.offset + place.length), place, ordinal);
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
      objects.set(ordinal, new WeakRef(object));
      return object;
    },
  };
}
