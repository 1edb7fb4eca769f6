/** Counts of what an import found, with a few examples each. */
import { compareText } from "../core/text.ts";

/** How many there were, and the first few of them. */
export interface Tally {
  readonly count: number;
  readonly samples: readonly string[];
}

const sampleSize = 5;

export const tallyOf = (all: readonly string[]): Tally => ({
  count: all.length,
  samples: all.slice(0, sampleSize),
});

/** A tally of what is added one by one. */
export function growingTally(): Tally & { add(sample: string): void } {
  const samples: string[] = [];
  let count = 0;
  return {
    add: (sample) => {
      count++;
      if (samples.length < sampleSize) samples.push(sample);
    },
    get count() {
      return count;
    },
    samples,
  };
}

export interface Tallies {
  /** The sample is asked for only where it is kept. */
  add(reason: string, sample: () => string): void;
  list(): (readonly [string, Tally])[];
}

/** Counts by reason; the most frequent first. */
export function tallies(begun: readonly (readonly [string, Tally])[] = []): Tallies {
  const counted = new Map<string, { count: number; samples: string[] }>();
  for (const [reason, { count, samples }] of begun) {
    if (count > 0) counted.set(reason, { count, samples: [...samples] });
  }
  return {
    add(reason, sample) {
      const one = counted.get(reason) ?? { count: 0, samples: [] };
      one.count++;
      if (one.samples.length < sampleSize) one.samples.push(sample());
      counted.set(reason, one);
    },
    list: () => [...counted].sort(([a, x], [b, y]) => y.count - x.count || compareText(a, b)),
  };
}
