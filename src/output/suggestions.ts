import { compareText, fold } from "../core/text.ts";

const most = 3;
/** Reading more names than this would make a typing error slow; the largest known deployment has 33,000 rooms. */
const mostCandidates = 100_000;

interface Suggestion {
  readonly name: string;
  /** 0 the same, 1 nothing in common. */
  readonly score: number;
}

/**
 * What a word that nothing is called may have meant, likeliest first, at most three: names at most 40 % different
 * from it, and names that begin with it or hold it. Case is ignored, and `pool\name` is also compared by its name.
 */
export async function suggest(word: string, among: Iterable<string>): Promise<readonly string[]> {
  const { distance } = await import("fastest-levenshtein");
  const wanted = fold(word);
  let best: Suggestion[] = [];
  let seen = 0;
  for (const name of among) {
    if (seen++ === mostCandidates) break;
    const score = scoreOf(wanted, fold(name), distance);
    if (score !== undefined) best = withSuggestion(best, { name, score });
  }
  // Next to a slip of one letter, a name that is half different is noise.
  return best.filter(({ score }) => score <= best[0]!.score + 0.1).map(({ name }) => name);
}

function withSuggestion(best: Suggestion[], suggestion: Suggestion): Suggestion[] {
  if (best.length === most && suggestion.score > best.at(-1)!.score) return best;
  if (best.some(({ name }) => name === suggestion.name)) return best;
  return [...best, suggestion]
    .sort((a, b) => a.score - b.score || compareText(a.name, b.name))
    .slice(0, most);
}

type Distance = (a: string, b: string) => number;

/** Undefined for a name that is too different. */
function scoreOf(wanted: string, name: string, distance: Distance): number | undefined {
  const short = name.slice(name.lastIndexOf("\\") + 1);
  const scores = [similarity(wanted, name, distance)];
  if (short !== name) scores.push(similarity(wanted, short, distance));
  const found = scores.filter((score) => score !== undefined);
  return found.length === 0 ? undefined : Math.min(...found);
}

function similarity(wanted: string, name: string, distance: Distance): number | undefined {
  const longer = Math.max(wanted.length, name.length);
  const allowed = Math.floor(longer * 0.4);
  // Cheap, and spares most names the distance.
  const far = Math.abs(wanted.length - name.length) > allowed;
  const score = far ? 1 : distance(wanted, name) / longer;
  const held = wanted.length < 3 ? 1 : name.startsWith(wanted) ? 0.2 : name.includes(wanted) ? 0.3 : 1;
  const better = Math.min(score * longer <= allowed ? score : 1, held);
  return better < 1 ? better : undefined;
}
