import { DomainError } from "../core/errors.ts";
import { compareText, fold, wildcard } from "../core/text.ts";
import { type Cell, isList, textOf } from "./cell.ts";
import { columnNamed, type Row, type View } from "./view.ts";

type Test = (row: Row) => boolean;

/** What a value in a condition is: `$null`, `$true` and numbers are those, everything else is text. */
type Value = string | number | boolean | null;

const operators: Readonly<Record<string, (cell: Cell, value: Value) => boolean>> = {
  "-eq": isEqual,
  "-ne": (cell, value) => !isEqual(cell, value),
  "-gt": (cell, value) => ordered(cell, value, (order) => order > 0),
  "-ge": (cell, value) => ordered(cell, value, (order) => order >= 0),
  "-lt": (cell, value) => ordered(cell, value, (order) => order < 0),
  "-le": (cell, value) => ordered(cell, value, (order) => order <= 0),
  "-like": isLike,
  "-notlike": (cell, value) => !isLike(cell, value),
  "-contains": contains,
  "-notcontains": (cell, value) => !contains(cell, value),
};

function isEqual(cell: Cell, value: Value): boolean {
  if (value === null || cell === null) return cell === value;
  if (typeof cell === "boolean") return cell === value || String(cell) === fold(String(value));
  return fold(textOf(cell)) === fold(String(value));
}

function ordered(cell: Cell, value: Value, meets: (order: number) => boolean): boolean {
  if (cell === null || value === null) return false;
  const [left, right] = [Number(textOf(cell)), Number(value)];
  if (typeof cell === "number" && Number.isNaN(right)) {
    throw new DomainError("invalid-value", `\`${String(value)}\` is no number to compare ${cell} with`);
  }
  const isNumeric = !Number.isNaN(left) && !Number.isNaN(right);
  return meets(isNumeric ? left - right : compareText(fold(textOf(cell)), fold(String(value))));
}

function isLike(cell: Cell, value: Value): boolean {
  const matches = wildcard(String(value ?? ""));
  return isList(cell) ? cell.some((member) => matches(textOf(member))) : matches(textOf(cell));
}

function contains(cell: Cell, value: Value): boolean {
  return isList(cell) ? cell.some((member) => isEqual(member, value)) : isEqual(cell, value);
}

/**
 * A test for rows out of a condition as PowerShell's Where-Object takes it: `Privacy -eq Open -and Members -contains
 * sip:ana@contoso.com`. Properties may stand behind `$_.`; braces around the whole are taken off; case is ignored.
 * Throws `invalid-value` for anything that is no condition, and for fields that the view does not have.
 */
export function conditionOf(view: View, text: string): Test {
  const inner = text.trim().replace(/^\{(.*)\}$/s, "$1");
  return new Parser(view, text, tokensOf(inner)).whole();
}

interface Token {
  readonly text: string;
  readonly isQuoted: boolean;
}

const tokenPattern = /'((?:[^']|'')*)'|"([^"]*)"|([()!])|([^\s()'"]+)/gy;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  for (let rest = skipBlanks(text, 0); rest < text.length; rest = skipBlanks(text, tokenPattern.lastIndex)) {
    tokenPattern.lastIndex = rest;
    const match = tokenPattern.exec(text);
    if (match === null) throw wrong(text, `it has no end from \`${text.slice(rest)}\` on`);
    const [, single, double, mark, word] = match;
    if (single !== undefined) tokens.push({ text: single.replaceAll("''", "'"), isQuoted: true });
    else if (double !== undefined) tokens.push({ text: double, isQuoted: true });
    else tokens.push({ text: (mark ?? word)!, isQuoted: false });
  }
  return tokens;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at]!)) at++;
  return at;
}

function wrong(text: string, why: string): DomainError {
  return new DomainError("invalid-value", `\`${text}\` is not a condition: ${why}`, {
    hint: {
      say: `write a property, one of ${Object.keys(operators).join(", ")}, and a value, for example 'Privacy -eq Open'; join with -and, -or, -not`,
    },
  });
}

class Parser {
  private readonly view: View;
  private readonly text: string;
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(view: View, text: string, tokens: readonly Token[]) {
    this.view = view;
    this.text = text;
    this.tokens = tokens;
  }

  whole(): Test {
    const test = this.either();
    if (this.at < this.tokens.length)
      throw wrong(this.text, `\`${this.tokens[this.at]!.text}\` is not expected`);
    return test;
  }

  private either(): Test {
    const parts = [this.both()];
    while (this.takes("-or")) parts.push(this.both());
    return (row) => parts.some((part) => part(row));
  }

  private both(): Test {
    const parts = [this.negated()];
    while (this.takes("-and")) parts.push(this.negated());
    return (row) => parts.every((part) => part(row));
  }

  private negated(): Test {
    if (this.takes("-not") || this.takes("!")) {
      const test = this.negated();
      return (row) => !test(row);
    }
    if (!this.takes("(")) return this.comparison();
    const test = this.either();
    if (!this.takes(")")) throw wrong(this.text, "`)` is missing");
    return test;
  }

  private comparison(): Test {
    const { name } = columnNamed(this.view, this.next("a property").text.replace(/^\$_\./, ""));
    const operator = this.next("an operator").text.toLowerCase();
    const meets = Object.hasOwn(operators, operator) ? operators[operator]! : undefined;
    if (meets === undefined) throw wrong(this.text, `\`${operator}\` compares nothing`);
    const value = saidValue(this.next("a value"));
    return (row) => meets(row[name] ?? null, value);
  }

  private next(what: string): Token {
    const token = this.tokens[this.at++];
    if (token === undefined) throw wrong(this.text, `${what} is missing at its end`);
    return token;
  }

  private takes(word: string): boolean {
    const token = this.tokens[this.at];
    if (token === undefined || token.isQuoted || token.text.toLowerCase() !== word) return false;
    this.at++;
    return true;
  }
}

function saidValue({ text, isQuoted }: Token): Value {
  const word = text.toLowerCase();
  if (isQuoted || !word.startsWith("$")) return text;
  if (word === "$null") return null;
  return word === "$true" || word === "$false" ? word === "$true" : text;
}
