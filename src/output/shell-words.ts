import { isAscii } from "../core/text.ts";

export type Shell = "posix" | "powershell";

// The expressions stand inside functions since Unicode's classes take time to load, which most words need not.

/** Letters and digits of any script, and signs without a meaning in this place. zsh expands a leading `=`. */
const isBareInPosix = (word: string): boolean =>
  isAscii(word) ? /^(?!=)[\w@%+=:,./-]+$/.test(word) : /^(?!=)[\p{L}\p{N}_@%+=:,./-]+$/u.test(word);

/** PowerShell also reads numbers (`1kb`), splits `-a.b`, and gives `@` and `,` a meaning at the start. */
const isBareInPowerShell = (word: string): boolean =>
  /^(?:[\p{L}_\\/][\p{L}\p{N}_.:\\/@-]*|--?[A-Za-z][A-Za-z0-9-]*|-|0|[1-9][0-9]{0,8})$/u.test(word);

/**
 * A word as it must be typed so that the shell hands over exactly that word: bare where that is safe, else in single
 * quotes. PowerShell takes the curly quotes for single quotes as well. (Windows PowerShell 5.1 loses double quotes
 * inside a word on the way to any program; no quoting is right there and in later versions.)
 */
export function quoteWord(word: string, shell: Shell): string {
  if (shell === "posix") return isBareInPosix(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
  return isBareInPowerShell(word) ? word : `'${word.replace(/['‘’‚‛]/g, "$&$&")}'`;
}

/** A command line that can be typed as it is; `words` are those after `pchat`. */
export function commandLine(words: readonly string[], shell: Shell): string {
  return ["pchat", ...words.map((word) => quoteWord(word, shell))].join(" ");
}

/** The words of a line with options put in: before a `--`, after which they would be taken for identities. */
export function withOptions(words: readonly string[], options: readonly string[]): readonly string[] {
  const end = words.indexOf("--");
  return end < 0 ? [...words, ...options] : words.toSpliced(end, 0, ...options);
}

/** The words of a line with more identities: in front, or at its end where they could be taken for options. */
export function withIdentities(words: readonly string[], identities: readonly string[]): readonly string[] {
  const safe = identities.every((identity) => !identity.startsWith("-"));
  if (safe) return [...identities, ...words];
  return words.includes("--") ? [...words, ...identities] : [...words, "--", ...identities];
}
