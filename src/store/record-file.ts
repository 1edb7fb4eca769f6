import { closeQuietly, readRange } from "./files.ts";
import type { Place } from "./index-table.ts";

/** Single records of an open file, each read and parsed when asked for. */
export interface RecordFile<T extends object> {
  readonly fd: number;
  /** The same object as long as anybody holds it: whoever compares objects need not know that they come from a file. */
  record(ordinal: number, place: Place): T;
  /** The object of a record that somebody holds. */
  held(ordinal: number): T | undefined;
  /** How many records were read so far. */
  readonly reads: number;
  close(): void;
}

// Whoever reads a state does not say when it is done with it.
const forgotten = new FinalizationRegistry<number>(closeQuietly);

/** Takes over the file, which is closed with the last reference to what is returned. `parse` may throw. */
export function recordFile<T extends object>(
  fd: number,
  parse: (bytes: Buffer, place: Place) => T,
): RecordFile<T> {
  const objects = new Map<number, WeakRef<T>>();
  let reads = 0;
  let isOpen = true;
  const held = (ordinal: number): T | undefined => objects.get(ordinal)?.deref();
  const file: RecordFile<T> = {
    fd,
    held,
    get reads() {
      return reads;
    },
    record: (ordinal, place) => {
      const known = held(ordinal);
      if (known !== undefined) return known;
      reads++;
      const object = parse(readRange(fd, place.offset, place.offset + place.length), place);
      objects.set(ordinal, new WeakRef(object));
      return object;
    },
    close: () => {
      if (!isOpen) return;
      isOpen = false;
      forgotten.unregister(file);
      closeQuietly(fd);
    },
  };
  forgotten.register(file, fd, file);
  return file;
}
