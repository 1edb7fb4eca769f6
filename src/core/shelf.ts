/**
 * A place outside of memory for values of which there are very many. What lies there is lost when the program ends.
 * A value that is taken is equal to the one that was put, and not the same; only what JSON can say may be put.
 */
export interface Shelf {
  /** How many values of a kind are held in memory before others are put here. */
  readonly after: number;
  /** Returns what the value is taken by. */
  put(value: object): number;
  take(place: number): object;
}

/** Values one after the other, of which there may be more than memory should hold. */
export interface Series<T> extends Iterable<T> {
  readonly length: number;
}

export interface GrowingSeries<T> extends Series<T> {
  push(value: T): void;
}

/** A series without any values yet. Without a shelf all of them are held. */
export function growingSeries<T extends object>(shelf?: Shelf): GrowingSeries<T> {
  const held: T[] = [];
  const places: number[] = [];
  return {
    get length() {
      return held.length + places.length;
    },
    push: (value) => {
      if (shelf === undefined || held.length < shelf.after) held.push(value);
      else places.push(shelf.put(value));
    },
    *[Symbol.iterator]() {
      yield* held;
      for (const place of places) yield shelf!.take(place) as T;
    },
  };
}

/** What is made of each value of a series when it is its turn. */
export const eachOf = <T, U>(series: Series<T>, make: (value: T) => U): Series<U> => ({
  length: series.length,
  *[Symbol.iterator]() {
    for (const value of series) yield make(value);
  },
});

/** Several series as one. */
export const joined = <T>(parts: readonly Series<T>[]): Series<T> => ({
  length: parts.reduce((sum, { length }) => sum + length, 0),
  *[Symbol.iterator]() {
    for (const part of parts) yield* part;
  },
});
