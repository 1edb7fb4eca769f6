import { memorySection, type Section } from "./index-file.ts";

/**
 * Records of one kind in the order of their file, and what finds them. A record is known by its ordinal, from 0.
 * `records` has a cell of 16 bytes for each: offset (48 bits), length (32), id (48), by ascending id. Each index has
 * a cell of 8 bytes for each key of each record: 40 bits of the key's hash and 24 of the ordinal, sorted as numbers.
 * Two keys may share a hash, so that whoever reads a record must look whether it has the key.
 */
export interface Table {
  readonly count: number;
  place(ordinal: number): Place;
  ordinalOf(id: number): number | undefined;
  /** Ordinals, ascending, of every record filed under a key, and perhaps of others; read as they are asked for. */
  candidates(index: string, key: string): Iterable<number>;
}

/** Where a record lies in its file, in bytes. */
export interface Place {
  readonly offset: number;
  readonly length: number;
  readonly id: number;
}

export const recordWidth = 16;
export const postingWidth = 8;
/** Ids have 48 bits; half of them leaves room for whatever one change makes. */
export const highestId = 2 ** 47;
/** More than fit into an ordinal cannot be indexed. */
export const mostRecords = 2 ** 24;

const indexName = (table: string, index: string): string => `${table}.${index}`;

/** A table of the sections that its builder made. */
export function tableOf(name: string, sections: Pick<ReadonlyMap<string, Section>, "get">): Table {
  const records = sections.get(name)!;
  return {
    count: records.count,
    place: (ordinal) => placeIn(records, ordinal),
    ordinalOf: (id) => {
      const at = firstAt(0, records.count, (middle) => records.u48(middle, 10) >= id);
      return at < records.count && records.u48(at, 10) === id ? at : undefined;
    },
    candidates: (index, key) => candidatesIn(sections.get(indexName(name, index))!, key),
  };
}

export const placeIn = (records: Section, ordinal: number): Place => ({
  offset: records.u48(ordinal, 0),
  length: records.u32(ordinal, 6),
  id: records.u48(ordinal, 10),
});

function* candidatesIn(postings: Section, key: string): Iterable<number> {
  const [high, low] = hashOf(key);
  for (let at = lowerBound(postings, high, low << 24); at < postings.count; at++) {
    const tail = postings.u32(at, 0);
    if (postings.u32(at, 4) !== high || tail >>> 24 !== low) return;
    yield tail & 0xffffff;
  }
}

/** The first posting that is not below the wanted one. Hashes are spread evenly, so the search begins near it. */
function lowerBound(postings: Section, high: number, tail: number): number {
  const { count } = postings;
  const reaches = (at: number): boolean => {
    const own = postings.u32(at, 4);
    return own > high || (own === high && postings.u32(at, 0) >= tail >>> 0);
  };
  const guess = Math.floor((high / 2 ** 32) * count);
  for (let step = 128; ; step *= 8) {
    const from = Math.max(0, guess - step);
    const to = Math.min(count, guess + step);
    const isIn = (from === 0 || !reaches(from - 1)) && (to === count || reaches(to));
    if (isIn) return firstAt(from, to, reaches);
  }
}

/** The first number of a range for which something holds that holds for all after it; its end where there is none. */
function firstAt(from: number, to: number, holds: (at: number) => boolean): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** 40 bits for a key, as the upper 32 and the lower 8: two multiplicative hashes, each mixed with the other. */
function hashOf(key: string): readonly [number, number] {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let at = 0; at < key.length; at++) {
    const code = key.charCodeAt(at);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return [a >>> 0, b & 0xff];
}

/** Makes the sections of a table, record by record in the order of ids. */
export interface TableBuilder {
  readonly count: number;
  /** Adds a record; `keys` gives those of each index. Throws RangeError beyond `mostRecords`. */
  add(place: Place, keys: (index: string) => readonly string[]): void;
  /** Adds a record whose postings are known otherwise. */
  addPlace(place: Place): void;
  /** Files a record that was added. */
  file(index: string, key: string, ordinal: number): void;
  /** Files it by a posting of another table of the same keys. */
  refile(index: string, postings: Section, at: number, ordinal: number): void;
  finish(into: Map<string, Section>): void;
}

export function buildTable(name: string, indexes: readonly string[]): TableBuilder {
  const records = growing(recordWidth);
  const postings = new Map(indexes.map((index) => [index, growing(postingWidth)]));
  let count = 0;
  const builder: TableBuilder = {
    get count() {
      return count;
    },
    add: (place, keys) => {
      const ordinal = count;
      builder.addPlace(place);
      for (const index of indexes) for (const key of keys(index)) builder.file(index, key, ordinal);
    },
    addPlace: ({ offset, length, id }) => {
      if (count >= mostRecords) throw new RangeError(`more than ${mostRecords} ${name}`);
      const { bytes, at } = records.next();
      bytes.writeUIntLE(offset, at, 6);
      bytes.writeUInt32LE(length, at + 6);
      bytes.writeUIntLE(id, at + 10, 6);
      count++;
    },
    file: (index, key, ordinal) => {
      const [high, low] = hashOf(key);
      const { bytes, at } = postings.get(index)!.next();
      bytes.writeUInt32LE(((low << 24) | ordinal) >>> 0, at);
      bytes.writeUInt32LE(high, at + 4);
    },
    refile: (index, old, oldAt, ordinal) => {
      const { bytes, at } = postings.get(index)!.next();
      bytes.writeUInt32LE(((old.u32(oldAt, 0) & 0xff000000) | ordinal) >>> 0, at);
      bytes.writeUInt32LE(old.u32(oldAt, 4), at + 4);
    },
    finish: (into) => {
      into.set(name, memorySection(recordWidth, records.taken()));
      for (const [index, cells] of postings)
        into.set(indexName(name, index), memorySection(postingWidth, sorted(cells.taken())));
    },
  };
  return builder;
}

/** Cells that are appended one by one. */
function growing(width: number) {
  let bytes = Buffer.from(new ArrayBuffer(1024 * width));
  let end = 0;
  return {
    next: (): { readonly bytes: Buffer; readonly at: number } => {
      if (end === bytes.length) {
        const larger = Buffer.from(new ArrayBuffer(bytes.length * 2));
        bytes.copy(larger);
        bytes = larger;
      }
      const at = end;
      end += width;
      return { bytes, at };
    },
    taken: (): Buffer => bytes.subarray(0, end),
  };
}

/** Postings in order, each once. */
function sorted(bytes: Buffer): Buffer {
  const numbers = new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.length / postingWidth).sort();
  const words = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length * 2);
  let kept = 0;
  for (let at = 0; at < words.length; at += 2) {
    if (kept > 0 && words[at] === words[kept - 2] && words[at + 1] === words[kept - 1]) continue;
    words[kept] = words[at]!;
    words[kept + 1] = words[at + 1]!;
    kept += 2;
  }
  return bytes.subarray(0, kept * 4);
}
