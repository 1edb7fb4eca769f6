const ascii = /^[ -~]*$/;

/** Whether a text has no characters but those of ASCII that can be seen, and spaces. */
export const isAscii = (text: string): boolean => ascii.test(text);

/**
 * Gives the same string for equal texts, as the cells and lists of many rows have them: no more than `most` different
 * ones are kept in mind.
 */
export function sharedTexts(most = Number.POSITIVE_INFINITY): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const first = known.get(text);
    if (first === undefined && known.size < most) known.set(text, text);
    return first ?? text;
  };
}

/** Words as the user wrote them, compared without regard to case: locale-free, Unicode form NFC. */
export function fold(text: string): string {
  // Most words, and the same: they have one form only.
  if (isAscii(text)) return text.toLowerCase();
  return text.normalize("NFC").toLowerCase().normalize("NFC");
}

/** Order of two words as people expect it in a list: by folded text, then by the text itself. */
export const compareText = (a: string, b: string): number => compareFolded(a, fold(a), b, fold(b));

function compareFolded(a: string, left: string, b: string, right: string): number {
  if (left !== right) return left < right ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Items in the order of their texts. Each is folded once, not once a comparison: that is most of a long sort's time. */
export function sortedByText<T extends { readonly text: string }>(items: Iterable<T>): T[] {
  return Array.from(items, (item) => ({ item, folded: fold(item.text) }))
    .sort((a, b) => compareFolded(a.item.text, a.folded, b.item.text, b.folded))
    .map(({ item }) => item);
}

/**
 * A matcher for the cmdlets' wildcards: `*` any run, `?` one character, everything else literal, whole text,
 * case ignored. Linear in the text for each `*` (no regular expression, so no pattern can hang it).
 */
export function wildcard(pattern: string): (text: string) => boolean {
  const wanted = [...fold(pattern)];
  return (text) => matches(wanted, [...fold(text)]);
}

function matches(pattern: readonly string[], text: readonly string[]): boolean {
  let p = 0;
  let star = -1;
  let restart = 0;
  for (let t = 0; t < text.length; ) {
    if (pattern[p] === "*") {
      star = p++;
      restart = t;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++restart;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

export const hasWildcard = (text: string): boolean => /[*?]/.test(text);

// Control characters, and the marks that reorder text on screen (Unicode UAX #9, bidirectional controls).
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the point
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the point
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

/** True when the text holds a control character that is no tab and ends no line. */
export const hasControl = (text: string): boolean => control.test(text);

/** True when the text holds a control or bidirectional character, which names may not (design: names). */
export const hasUnprintable = (text: string): boolean => unprintable.test(text);
