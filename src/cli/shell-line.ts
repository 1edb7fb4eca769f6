/** A line of a POSIX shell up to the cursor. */
export interface ShellLine {
  /** Words of the command before the one at the cursor, as the command would get them. */
  readonly words: readonly string[];
  /** The word at the cursor, as the command would get it if it ended there. */
  readonly current: string;
  /** The quote that stands open at the cursor. */
  readonly quote: "" | "'" | '"';
  /** How much of `current` stands before the part that the shell replaces: it takes some characters for ends of words. */
  readonly kept: number;
}

/** A quoted part, open or closed, an escaped character, or a single one. */
const piece = /'[^']*'?|"(?:\\[\s\S]|[^"\\])*"?|\\[\s\S]?|[\s\S]/g;

type Word = Pick<ShellLine, "quote" | "kept"> & { readonly value: string };

/** Reads the last command of a line. `breaks` are the characters at which the shell's completion begins a new word. */
export function readShellLine(line: string, breaks: string): ShellLine {
  let words: string[] = [];
  let word: Word | undefined;
  for (const [part] of line.matchAll(piece)) {
    if (/^[\s|;&()]$/.test(part)) {
      words = /\s/.test(part) ? [...words, ...(word === undefined ? [] : [word.value])] : [];
      word = undefined;
    } else {
      word = longer(word ?? { value: "", quote: "", kept: 0 }, part, breaks);
    }
  }
  const { value: current = "", quote = "", kept = 0 } = word ?? {};
  return { words, current, quote, kept };
}

function longer({ value, kept }: Word, part: string, breaks: string): Word {
  const quote = part[0] === "'" || part[0] === '"' ? part[0] : "";
  if (quote !== "") {
    const isClosed = part.length > 1 && part.endsWith(quote);
    const text = part.slice(1, isClosed ? -1 : undefined);
    const inside = quote === '"' ? text.replace(/\\(["\\$`])/g, "$1") : text;
    return { value: value + inside, quote: isClosed ? "" : quote, kept: isClosed ? kept : value.length };
  }
  const added = value + (part.startsWith("\\") ? part.slice(1) : part);
  return { value: added, quote: "", kept: breaks.includes(part) ? added.length : kept };
}

/** The rest of a word, quoted so that it continues what was typed. */
export function continuation(rest: string, { quote }: Pick<ShellLine, "quote">): string {
  if (quote === "'") return rest.replaceAll("'", "'\\''");
  if (quote === '"') return rest.replace(/["\\$`]/g, "\\$&");
  return rest.replace(/[^\p{L}\p{N}_@%+:,./=-]/gu, "\\$&");
}
