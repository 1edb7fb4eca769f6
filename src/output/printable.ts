import { hasUnprintable } from "../core/text.ts";

const short: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

/**
 * Text that is safe to show: control characters and marks that reorder text on screen are written as `\n`, `\t`,
 * `\u202e`, so data can neither move the cursor nor pass for other data. Everything else, backslashes too, stays.
 */
export function printable(text: string): string {
  return escapeUnprintable(text, (character) => short.get(character) ?? unicodeEscape(character));
}

/**
 * The same for text in JSON or in YAML's double quotes, where `\uXXXX` reads back as the character. Line feeds stay:
 * there they are layout, never data.
 */
export function escapeInQuotes(serialised: string): string {
  return escapeUnprintable(serialised, (character) => (character === "\n" ? "\n" : unicodeEscape(character)));
}

function escapeUnprintable(text: string, write: (character: string) => string): string {
  if (!mustEscape(text)) return text;
  let safe = "";
  for (const character of text) safe += mustEscape(character) ? write(character) : character;
  return safe;
}

/** A lone surrogate has no UTF-8 form: written as it is, it would turn into U+FFFD. */
export const hasLoneSurrogate = (text: string): boolean => /[\ud800-\udfff]/u.test(text);

const mustEscape = (text: string): boolean => hasUnprintable(text) || hasLoneSurrogate(text);

const unicodeEscape = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
