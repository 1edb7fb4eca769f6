/** Finds texts by what was typed of them: indices, best first, at most so many; the first ones for nothing typed. */
export type Finder = (typed: string, most: number) => readonly number[];

/** Words of any script, as uFuzzy's documentation has them. */
const anyScript = {
  unicode: true,
  interSplit: "[^\\p{L}\\d']+",
  intraSplit: "\\p{Ll}\\p{Lu}",
  intraBound: "\\p{L}\\d|\\d\\p{L}|\\p{Ll}\\p{Lu}",
  intraChars: "[\\p{L}\\d']",
  intraContr: "'\\p{L}{1,2}\\b",
};
/** One slip within a word: a letter too many, too few, another one, or two exchanged. */
const withOneSlip = { intraMode: 1 } as const;
/** Beyond this many words, their order counts. */
const wordsInAnyOrder = 4;

/**
 * A finder over texts: words in any order, accents and case ignored, one slip in each. Stays fluid over tens of
 * thousands of texts.
 */
export async function fuzzyFinder(texts: readonly string[]): Promise<Finder> {
  const { default: UFuzzy } = await import("@leeoniya/ufuzzy");
  const fuzzy = new UFuzzy({ ...anyScript, ...withOneSlip });
  const plain = UFuzzy.latinize([...texts]);
  return (typed, most) => {
    const [wanted] = UFuzzy.latinize([typed.trim()]) as [string];
    if (wanted === "") return indices(Math.min(most, texts.length));
    const [found, facts, order] = fuzzy.search(plain, wanted, wordsInAnyOrder, Number.POSITIVE_INFINITY);
    if (found === null || found === undefined) return holding(plain, wanted, most);
    if (facts == null || order == null) return found.slice(0, most);
    return beginningFirst(
      plain,
      wanted,
      order.map((at) => facts.idx[at]!),
    ).slice(0, most);
  };
}

/** What begins with what was typed comes before what holds it; else the order stays. */
function beginningFirst(
  texts: readonly string[],
  wanted: string,
  found: readonly number[],
): readonly number[] {
  const start = wanted.toLowerCase();
  const begins = (index: number): boolean => texts[index]!.slice(0, start.length).toLowerCase() === start;
  return [...found.filter(begins), ...found.filter((index) => !begins(index))];
}

const indices = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** What was typed has no letter or digit to look for. */
function holding(texts: readonly string[], wanted: string, most: number): readonly number[] {
  const found: number[] = [];
  for (let index = 0; index < texts.length && found.length < most; index++) {
    if (texts[index]!.includes(wanted)) found.push(index);
  }
  return found;
}
