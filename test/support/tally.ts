import { expect } from "vitest";

export interface Tally {
  (kind: string): void;
  /** Fails unless each of these kinds was seen so often. */
  atLeast(times: number, ...kinds: readonly string[]): void;
}

/** Counts the kinds of cases that a property meets, so that it cannot hold for want of any. */
export function tally(): Tally {
  const seen = new Map<string, number>();
  const count = (kind: string): void => {
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
  };
  const atLeast = (times: number, ...kinds: readonly string[]): void => {
    const rare = kinds.filter((kind) => (seen.get(kind) ?? 0) < times);
    expect({ rare, seen: rare.length === 0 ? {} : Object.fromEntries(seen) }).toEqual({ rare: [], seen: {} });
  };
  return Object.assign(count, { atLeast });
}
