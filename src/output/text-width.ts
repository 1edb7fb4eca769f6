import stringWidth from "string-width";

/** Columns that a text takes on a terminal: CJK and emoji two, combining marks none. */
export function textWidth(text: string): number {
  return isPlain(text) ? text.length : stringWidth(text);
}

/**
 * The text in lines of at most `width` columns, nothing left out but the blank at which a line is broken. Breaks
 * after a blank or a separator of names (`,` `;` `\` `/` `@` `|`) and within `MembershipType` where there is one in the second half of the line,
 * otherwise between any two characters, never inside one that people see as one (an emoji, a letter with its marks).
 * Lines after the first begin with `indent`, so that a broken text is not taken for several.
 */
export function wrap(text: string, width: number, indent = ""): readonly string[] {
  if (textWidth(text) <= width) return [text];
  const characters = charactersOf(text);
  const lines: string[] = [];
  for (let start = 0; start < characters.length; ) {
    const before = start === 0 ? "" : indent;
    const end = lineEnd(characters, start, width - before.length);
    lines.push(before + characters.slice(start, end).join(""));
    start = characters[end] === " " ? end + 1 : end;
  }
  return lines;
}

/** The text in at most `width` columns, an ellipsis standing for what is left out at the end. */
export function clip(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const characters = charactersOf(text);
  return `${characters.slice(0, fullLineEnd(characters, 0, width - 1)).join("")}…`;
}

/** The text followed by blanks up to `width` columns. */
export const padded = (text: string, width: number): string =>
  text + " ".repeat(Math.max(0, width - textWidth(text)));

/** Index after the last character of the line that begins at `start`. */
function lineEnd(characters: readonly string[], start: number, width: number): number {
  const full = fullLineEnd(characters, start, width);
  if (full === characters.length || characters[full] === " ") return full;
  for (let end = full; end > start + (full - start) / 2; end--) {
    if (breaksBetween(characters[end - 1]!, characters[end]!)) return end;
  }
  return full;
}

const breaksBetween = (before: string, after: string): boolean =>
  /[\s,;\\/@|]/.test(before) || (/[a-z]/.test(before) && /[A-Z]/.test(after));

/** At least one character, however narrow the line. */
function fullLineEnd(characters: readonly string[], start: number, width: number): number {
  let end = start;
  let used = 0;
  while (end < characters.length) {
    used += textWidth(characters[end]!);
    if (used > width && end > start) break;
    end++;
  }
  return end;
}

let segmenter: Intl.Segmenter | undefined;

function charactersOf(text: string): readonly string[] {
  if (isPlain(text)) return [...text];
  segmenter ??= new Intl.Segmenter("und", { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/**
 * Whether each UTF-16 unit is a character of its own that takes one column: European scripts without combining marks
 * (nor © and ®, which may be drawn as emoji), dashes and quotes, and the lines of tables. All else needs string-width, whose tables take
 * as long to load as the rest of the program.
 */
const isPlain = (text: string): boolean =>
  /^[\x20-\x7e\xa0-\xa8\xaa-\xac\xaf-\u02ff\u0370-\u0482\u048a-\u0590\u2010-\u2027\u2500-\u257f]*$/.test(
    text,
  );
