/**
 * The rules by which a documented line of PowerShell becomes command lines of pchat:
 * 1. a `|` is a pipe of the shell: what is before it prints identities (`-o name`), what is after it reads them (`-`);
 * 2. `Where-Object {…}` is `--where '…'` of the command before it;
 * 3. quotes go, as a shell takes them off; `$True`, `$Null`, `@{…}` and `{…}` arrive as they are;
 * 4. a question that the cmdlet would ask is answered (`--yes`), since nobody sits at a test.
 */

/** The stages of a line, each the words of one command. */
export function shellStages(line: string): string[][] {
  const stages: string[][] = [];
  const pipeline = split(line, "|");
  for (const stage of pipeline) {
    const words = split(stage, " ").map(withoutQuotes);
    if (/^Where-Object$/i.test(words[0]!)) stages.at(-1)!.push("--where", words.slice(1).join(" "));
    else stages.push(words);
  }
  return stages.map(([cmdlet, ...words], at) => [
    cmdlet!,
    ...(at > 0 ? ["-"] : []),
    ...words,
    ...(at < stages.length - 1 || /^Get-/i.test(cmdlet!) ? ["-o", "name"] : []),
    ...(/^Get-/i.test(cmdlet!) ? [] : ["--yes"]),
  ]);
}

/** The parts of a text at a separator that stands outside of quotes and braces. */
function split(text: string, separator: string): string[] {
  const parts = [""];
  let quote = "";
  let depth = 0;
  for (const character of text) {
    if (quote === "" && depth === 0 && character === separator) {
      parts.push("");
      continue;
    }
    if (quote !== "") quote = character === quote ? "" : quote;
    else if (/['"]/.test(character)) quote = character;
    else if (character === "{") depth++;
    else if (character === "}") depth--;
    parts.push(parts.pop()! + character);
  }
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

const withoutQuotes = (word: string): string =>
  word.startsWith("@{") || word.startsWith("{") ? word : word.replace(/^(["'])(.*)\1$/s, "$2");
