/** Keys and positions that lead to a value in a JSON text. */
export type JsonPath = readonly (string | number)[];

/** Something that is wrong at a place of a text. */
export interface ScanFault {
  readonly offset: number;
  readonly path: JsonPath;
  readonly reason: string;
}

/** Deeper than anything pchat writes, and far from the depth at which JavaScript itself gives up. */
const deepest = 100;

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them inside texts
const plainText = /[^"\\\u0000-\u001f]*/y;
const escaped = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

class SyntaxFault extends Error {
  readonly offset: number;
  constructor(offset: number, reason: string) {
    super(reason);
    this.offset = offset;
  }
}

/**
 * Reads a JSON text (RFC 8259, nothing more) for what JSON.parse takes silently: keys that occur twice or set a
 * prototype, whole numbers that would be rounded, numbers that would become null. A syntax error is the last
 * fault. Calls `visit` with the place of every value; the path is only valid during the call.
 */
export function scanJson(
  text: string,
  visit: (path: JsonPath, offset: number) => void = () => {},
): ScanFault[] {
  const faults: ScanFault[] = [];
  const path: (string | number)[] = [];
  let at = 0;

  const fault = (offset: number, reason: string): void => {
    faults.push({ offset, path: [...path], reason });
  };
  const skipSpace = (): void => {
    for (; ; at++) {
      const code = text.charCodeAt(at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
    }
  };
  const unexpected = (wanted: string): SyntaxFault => {
    const found = at >= text.length ? "the end of the file" : `\`${firstCharacter(text, at)}\``;
    return new SyntaxFault(at, `${wanted} expected, not ${found}`);
  };
  const expect = (character: string, wanted: string): void => {
    skipSpace();
    if (text[at] !== character) throw unexpected(wanted);
    at++;
  };

  const scanValue = (): void => {
    skipSpace();
    visit(path, at);
    const character = text[at];
    if (character === "{") scanObject();
    else if (character === "[") scanArray();
    else if (character === '"') scanString();
    else if (character !== undefined && /[-0-9]/.test(character)) scanNumber();
    else scanWord();
  };
  const scanObject = (): void => {
    const keys = new Set<string>();
    scanItems("}", () => {
      skipSpace();
      if (text[at] !== '"') throw unexpected("a key in double quotes");
      const start = at;
      const key = scanString();
      path.push(key);
      if (keys.has(key)) fault(start, "occurs twice");
      if (key === "__proto__") fault(start, "is not a name for a property");
      keys.add(key);
      expect(":", "`:`");
      scanValue();
      path.pop();
    });
  };
  const scanArray = (): void => {
    let index = 0;
    scanItems("]", () => {
      path.push(index++);
      scanValue();
      path.pop();
    });
  };
  const scanItems = (end: "}" | "]", scanItem: () => void): void => {
    if (path.length >= deepest) throw new SyntaxFault(at, `nested deeper than ${deepest}`);
    at++;
    skipSpace();
    if (text[at] === end) {
      at++;
      return;
    }
    for (;;) {
      scanItem();
      skipSpace();
      if (text[at] === end) break;
      expect(",", `\`,\` or \`${end}\``);
    }
    at++;
  };
  const scanString = (): string => {
    const start = at++;
    for (;;) {
      plainText.lastIndex = at;
      plainText.test(text);
      at = plainText.lastIndex;
      if (text[at] === '"') break;
      if (at >= text.length) throw new SyntaxFault(start, "this text does not end");
      if (text[at] !== "\\") throw new SyntaxFault(at, "a line break or control character in a text");
      escaped.lastIndex = at;
      if (!escaped.test(text)) throw new SyntaxFault(at, "a backslash that begins no escape");
      at = escaped.lastIndex;
    }
    at++;
    return JSON.parse(text.slice(start, at)) as string;
  };
  const scanNumber = (): void => {
    const number = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?(?![\w.+-])/y;
    number.lastIndex = at;
    const match = number.exec(text);
    if (match === null) throw new SyntaxFault(at, "not a number as JSON writes it");
    const value = Number(match[0]);
    const whole = match[1] === undefined && match[2] === undefined;
    if (!Number.isFinite(value) || (whole && !Number.isSafeInteger(value))) {
      fault(at, `is \`${match[0].slice(0, 40)}\`, which cannot be kept exactly (beyond 2^53)`);
    }
    at = number.lastIndex;
  };
  const scanWord = (): void => {
    const word = ["true", "false", "null"].find((candidate) => text.startsWith(candidate, at));
    if (word === undefined) throw unexpected("a value");
    at += word.length;
  };

  try {
    scanValue();
    skipSpace();
    if (at < text.length) throw unexpected("the end of the file");
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error;
    faults.push({ offset: error.offset, path: [], reason: error.message });
  }
  return faults;
}

const firstCharacter = (text: string, at: number): string => String.fromCodePoint(text.codePointAt(at)!);

/** A path as a person would write it: `rooms[3].members[0]`. */
export function pathText(path: JsonPath): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/^[A-Za-z_$][\w$]*$/.test(step)) text += text === "" ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}

/** Line and column of an offset, both from 1. */
export function position(text: string, offset: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf("\n"); end !== -1 && end < offset; end = text.indexOf("\n", start)) {
    line++;
    start = end + 1;
  }
  return { line, column: offset - start + 1 };
}
