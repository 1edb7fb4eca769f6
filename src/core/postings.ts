/** Which records have which keys, in eight bytes for each key of each record: a hash of the key, and the ordinal. */
export interface Postings {
  add(key: string, ordinal: number): void;
  /** Ordinals, ascending, of every record with a key, and perhaps of others whose keys have the same hash. */
  candidates(key: string): Iterable<number>;
  /** Each hash that was added several times, and with which ordinals, ascending. */
  runs(): Iterable<{ readonly hash: number; readonly ordinals: readonly number[] }>;
}

// A posting is sorted as one number of 64 bits, which has its upper half where the machine puts it.
const [lower, upper] = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? [0, 1] : [1, 0];

/** Postings without any. They are put in order when they are first asked for. */
export function createPostings(): Postings {
  let words = new Uint32Array(1024);
  let end = 0;
  let isSorted = true;
  const sort = (): void => {
    if (!isSorted) new BigUint64Array(words.buffer, 0, end / 2).sort();
    isSorted = true;
  };
  const hashAt = (at: number): number => words[at * 2 + upper]!;
  const ordinalAt = (at: number): number => words[at * 2 + lower]!;
  const firstOf = (hash: number): number => {
    let [low, high] = [0, end / 2];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (hashAt(middle) >= hash) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return {
    add: (key, ordinal) => {
      if (end === words.length) {
        const larger = new Uint32Array(words.length * 2);
        larger.set(words);
        words = larger;
      }
      words[end + lower] = ordinal;
      words[end + upper] = hashOf(key);
      end += 2;
      isSorted = false;
    },
    *candidates(key) {
      sort();
      const hash = hashOf(key);
      const first = firstOf(hash);
      for (let at = first; at < end / 2 && hashAt(at) === hash; at++) {
        if (at === first || ordinalAt(at) !== ordinalAt(at - 1)) yield ordinalAt(at);
      }
    },
    *runs() {
      sort();
      for (let at = 0; at < end / 2; ) {
        let next = at + 1;
        while (next < end / 2 && hashAt(next) === hashAt(at)) next++;
        if (next > at + 1) {
          yield {
            hash: hashAt(at),
            ordinals: Array.from({ length: next - at }, (_, more) => ordinalAt(at + more)),
          };
        }
        at = next;
      }
    },
  };
}

/** 32 bits for a key: multiplied character by character, and mixed at the end (as MurmurHash3 does). */
export function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
