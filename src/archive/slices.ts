/** Places in a run of bytes, ascending, kept as numbers: there may be one for each of many rooms. */
export interface Places {
  add(place: Place): void;
  [Symbol.iterator](): Iterator<Place>;
}

interface Place {
  readonly offset: number;
  readonly length: number;
}

export function createPlaces(): Places {
  const offsets: number[] = [];
  const lengths: number[] = [];
  return {
    add: ({ offset, length }) => {
      offsets.push(offset);
      lengths.push(length);
    },
    *[Symbol.iterator]() {
      for (const [at, offset] of offsets.entries()) yield { offset, length: lengths[at]! };
    },
  };
}

/** The bytes at places, which ascend, of a run of pieces. The pieces are read to their end. */
export function* slices(pieces: Iterable<Buffer>, places: Iterable<Place>): Generator<Buffer> {
  const open = places[Symbol.iterator]();
  let next = open.next();
  let window: Buffer = Buffer.alloc(0);
  let start = 0;
  for (const piece of pieces) {
    window = window.length === 0 ? piece : Buffer.concat([window, piece]);
    while (next.done !== true && next.value.offset + next.value.length <= start + window.length) {
      const { offset, length } = next.value;
      yield window.subarray(offset - start, offset - start + length);
      next = open.next();
    }
    const passed = Math.min(next.done === true ? window.length : next.value.offset - start, window.length);
    window = window.subarray(passed);
    start += passed;
  }
}
