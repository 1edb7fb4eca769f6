import { DomainError } from "../core/errors.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** One command line: the number of the line where it begins, and its words, or what keeps it from having any. */
export type ScriptLine = { readonly line: number } & (
  | { readonly words: readonly string[] }
  | { readonly error: DomainError }
);

interface Cursor {
  readonly text: string;
  readonly env: Env;
  at: number;
  /** Number of the present line, from 1. */
  line: number;
  /** The first fault of the present command line. */
  fault: DomainError | undefined;
}

/**
 * The command lines of a script, split into words as a POSIX shell does: single and double quotes, backslashes, a
 * backslash at a line's end, comments. `${NAME}` is the value of a variable, one word however it looks. Nothing else
 * of a shell is there, and what a shell would take for something else is refused. A leading `pchat` is left out.
 */
export function* readScript(text: string, env: Env): Iterable<ScriptLine> {
  const cursor: Cursor = { text: text.replaceAll("\r\n", "\n"), env, at: 0, line: 1, fault: undefined };
  for (skipTo(cursor, betweenLines); cursor.at < cursor.text.length; skipTo(cursor, betweenLines)) {
    yield readLine(cursor);
  }
}

// Sticky, so that a large file is passed over in long strides.
const betweenLines = /(?:[ \t\n]|\\\n|#[^\n]*)*/y;
const betweenWords = /(?:[ \t]|\\\n)*/y;
const comment = /[^\n]*/y;
const plain = /[^\s'"\\$|&;<>()`]+|[^\S \t\n]+/y;
const singleQuoted = /'[^']*'/y;
const plainInDouble = /[^"\\$`]+/y;
const variable = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/y;

/** Takes what a sticky expression matches here, and counts its lines. */
function take(cursor: Cursor, expression: RegExp): RegExpExecArray | null {
  expression.lastIndex = cursor.at;
  const match = expression.exec(cursor.text);
  if (match === null) return null;
  cursor.at += match[0].length;
  for (let i = match[0].indexOf("\n"); i >= 0; i = match[0].indexOf("\n", i + 1)) cursor.line++;
  return match;
}

const skipTo = (cursor: Cursor, expression: RegExp): void => void take(cursor, expression);

function readLine(cursor: Cursor): ScriptLine {
  const { line } = cursor;
  const words: string[] = [];
  cursor.fault = undefined;
  for (;;) {
    skipTo(cursor, betweenWords);
    const next = cursor.text[cursor.at];
    if (next === "#") skipTo(cursor, comment);
    if (next === undefined || next === "\n" || next === "#") break;
    words.push(readWord(cursor));
  }
  if (cursor.fault !== undefined) return { line, error: cursor.fault };
  return { line, words: words[0] === "pchat" ? words.slice(1) : words };
}

function readWord(cursor: Cursor): string {
  let word = "";
  for (;;) {
    const next = cursor.text[cursor.at];
    if (next === undefined || next === " " || next === "\t" || next === "\n") return word;
    word += take(cursor, plain)?.[0] ?? readSpecial(cursor, next);
  }
}

function readSpecial(cursor: Cursor, next: string): string {
  switch (next) {
    case "'":
      return take(cursor, singleQuoted)?.[0].slice(1, -1) ?? unclosed(cursor, "single quote");
    case '"':
      return readDouble(cursor);
    case "\\":
      return readEscape(cursor, false);
    case "$":
      return readDollar(cursor);
    default:
      return refuse(
        cursor,
        next,
        `\`${next}\` stands outside quotes, and a script of pchat is not one of a shell`,
        {
          say: `one command a line; put it in single quotes where it belongs to a name`,
        },
      );
  }
}

function readDouble(cursor: Cursor): string {
  const start = { at: cursor.at, line: cursor.line };
  cursor.at++;
  let text = "";
  for (;;) {
    const next = cursor.text[cursor.at];
    if (next === undefined) {
      Object.assign(cursor, start);
      return unclosed(cursor, "double quote");
    }
    if (next === '"') {
      cursor.at++;
      return text;
    }
    if (next === "\\") text += readEscape(cursor, true);
    else if (next === "$") text += readDollar(cursor);
    else text += take(cursor, plainInDouble)?.[0] ?? readSpecial(cursor, next);
  }
}

/** A backslash takes the meaning from what follows; inside double quotes only from what has one there. */
function readEscape(cursor: Cursor, isQuoted: boolean): string {
  const next = cursor.text[cursor.at + 1];
  if (next === undefined) return refuse(cursor, "\\", "a backslash ends the script");
  cursor.at += 2;
  if (next === "\n") cursor.line++;
  if (next === "\n") return "";
  return isQuoted && !/["\\$`]/.test(next) ? `\\${next}` : next;
}

/** `$true`, `$false` and `$null` are values of PowerShell, and other lone dollars are text. */
const plainDollar = /\$(?:(?:true|false|null)(?![A-Za-z0-9_])|(?![A-Za-z_{(0-9@*#?$!-]))/iy;

function readDollar(cursor: Cursor): string {
  const name = take(cursor, variable)?.[1];
  if (name !== undefined) return cursor.env[name] ?? unset(cursor, name);
  const text = take(cursor, plainDollar)?.[0];
  if (text !== undefined) return text;
  const word = /^\$(?:\{[^}\s]*\}?|\w+|\()?/.exec(cursor.text.slice(cursor.at, cursor.at + 80))![0];
  return refuse(cursor, "$", `\`${word}\` is no variable as scripts have them`, {
    say: "a variable has braces around its name, and a dollar that is meant stands in single quotes",
  });
}

function unset(cursor: Cursor, name: string): string {
  return refuse(cursor, "", `the variable \`${name}\` is not set`, {
    say: `set it in the environment, for example with export ${name}=…`,
  });
}

/** The rest of the script is inside the quote. */
function unclosed(cursor: Cursor, quote: string): string {
  return refuse(
    cursor,
    cursor.text.slice(cursor.at),
    `a ${quote} in line ${cursor.line} is never closed`,
    quote === "single quote"
      ? { say: "an apostrophe in a name is written '\\'' inside single quotes" }
      : undefined,
  );
}

/** Keeps the first fault of a line, passes over what it is about, and stands for it with nothing. */
function refuse(cursor: Cursor, passed: string, message: string, hint?: { readonly say: string }): string {
  cursor.fault ??= new DomainError("invalid-file", message, hint === undefined ? {} : { hint });
  cursor.at += passed.length;
  return "";
}
