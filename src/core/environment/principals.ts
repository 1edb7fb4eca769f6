import { DomainError } from "../errors.ts";
import { resolvePrincipal } from "../principal.ts";
import type { State } from "../state.ts";

/** The principals of a manifest, each word looked up once, however many lists it stands in. */
export interface PrincipalWords {
  /** Stored principals. What cannot be resolved stays as it is, and is noted. */
  resolve(words: readonly string[]): readonly string[];
  user(word: string): string;
  /** Whether a word is written as it would be stored, and nobody is known by it: not there, whatever the list. */
  isGone(word: string): boolean;
  /** What was noted since the last call. */
  taken(): { readonly failures: readonly Failure[]; readonly adopted: readonly Failure[] };
}

export interface Failure {
  readonly word: string;
  readonly error: DomainError;
}

type Known = { readonly stored: string; readonly failure?: Failure; readonly isAdopted?: boolean };

/** With `adopt`, words that are written as they would be stored are kept although the directory does not know them. */
export function principalWords(state: State, adopt: boolean): PrincipalWords {
  const known = new Map<string, Known>();
  let failures: Failure[] = [];
  let adopted: Failure[] = [];
  const find = (word: string): Known => {
    let found = known.get(word);
    if (found === undefined) {
      found = lookUp(state, word, adopt);
      known.set(word, found);
    }
    return found;
  };
  return {
    resolve: (words) =>
      words.map((word) => {
        const { stored, failure, isAdopted } = find(word);
        if (failure !== undefined) (isAdopted ? adopted : failures).push(failure);
        return stored;
      }),
    user: (word) => resolveUser(state, word, adopt),
    isGone: (word) => find(word).failure?.error.code === "no-such-principal" && asWritten(word) !== undefined,
    taken: () => {
      const noted = { failures, adopted };
      failures = [];
      adopted = [];
      return noted;
    },
  };
}

function lookUp(state: State, word: string, adopt: boolean): Known {
  try {
    return { stored: resolvePrincipal(state, word).stored };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const stored = adopt ? asWritten(word) : undefined;
    const failure = { word, error };
    return stored === undefined ? { stored: word, failure } : { stored, failure, isAdopted: true };
  }
}

function resolveUser(state: State, word: string, adopt: boolean): string {
  try {
    return resolvePrincipal(state, word, "user").stored;
  } catch (error) {
    if (!(error instanceof DomainError) || !adopt || !/^sip:./i.test(word)) throw error;
    return word;
  }
}

/** A word as it would be stored if nobody could look it up; undefined where that cannot be told. */
function asWritten(word: string): string | undefined {
  if (!/^sip:.|=/i.test(word) && !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(word)) return undefined;
  try {
    return resolvePrincipal({ directory: undefined } as State, word).stored;
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}
