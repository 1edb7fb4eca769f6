import type { Position, TextWindow } from "./text-window.ts";

/** Keys and positions that lead to a value in a JSON text. */
export type JsonPath = readonly (string | number)[];

/** Something that is wrong at a place of a text. */
export interface ScanFault extends Position {
  readonly path: JsonPath;
  readonly reason: string;
}

export interface ScannedJson {
  /** What JSON.parse makes of the text; undefined where it ends in a syntax error. */
  readonly value: unknown;
  readonly faults: readonly ScanFault[];
  /** Offset of the syntax error that the last fault is. */
  readonly brokenAt: number | undefined;
}

/** Deeper than anything pchat writes, and far from the depth at which JavaScript itself gives up. */
const deepest = 100;

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them inside texts
const plainText = /[^"\\\u0000-\u001f]*/y;
const escaped = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const longestEscape = 6;
const numberLike = /[\w.+-]*/y;
const number = /^-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const longestWord = 5;

class SyntaxFault extends Error {
  readonly offset: number;
  constructor(offset: number, reason: string) {
    super(reason);
    this.offset = offset;
  }
}

/** Who is told of values while a text is scanned. What is passed is only valid during the call. */
export interface JsonVisitor {
  /** The path of every value, what tells its place, and where its key is, if it has one. */
  visit?(path: JsonPath, place: () => Position, key: Position | undefined): void;
  /** Whether an item of a list of the outermost object is taken out of that list; `place` is where it lies. */
  take?(list: string, index: number, item: unknown, place: BytePlace, position: () => Position): boolean;
}

/** Where a value's text lies, in bytes. */
export interface BytePlace {
  readonly offset: number;
  readonly length: number;
}

/**
 * Reads a JSON text (RFC 8259, nothing more), also for what JSON.parse takes silently: keys that occur twice or set a
 * prototype, whole numbers that would be rounded, numbers that would become null. A syntax error is the last fault.
 * Of the text only what is being parsed need be in the window: the whole where it is no object and no list, else one
 * value in it, or one item of a list in it. Throws NotUtf8, and where one item is longer than the window takes TooLong,
 * or RangeError where it is longer than a string can be.
 */
export function scanJson(window: TextWindow, { visit, take }: JsonVisitor = {}): ScannedJson {
  const faults: ScanFault[] = [];
  const path: (string | number)[] = [];
  let { text } = window;
  /** Where the scan is, in the window. */
  let at = 0;
  /** Offset of what must stay in the window. */
  let kept = Number.POSITIVE_INFINITY;

  const offset = (): number => window.start + at;
  const place = (): Position => window.position(offset());
  const fault = (where: number, reason: string): void => {
    faults.push({ path: [...path], ...window.position(where), reason });
  };
  const readOn = (): boolean => {
    const here = offset();
    const isMore = window.readOn(Math.min(kept, here));
    text = window.text;
    at = here - window.start;
    return isMore;
  };
  /** Whether so many characters are in the window, unless the text ends. */
  const hold = (count: number): void => {
    while (at + count > text.length) if (!readOn()) return;
  };
  /** Runs an action with everything from here on in the window. */
  const keeping = <T>(action: (start: number) => T): T => {
    const before = kept;
    const start = offset();
    kept = Math.min(kept, start);
    const result = action(start);
    kept = before;
    return result;
  };
  const since = (start: number): string => text.slice(start - window.start, at);
  const skipSpace = (): void => {
    for (; ; at++) {
      if (at === text.length) hold(1);
      const code = text.charCodeAt(at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
    }
  };
  /** Goes on behind all that an expression takes, which is one that takes any part of it as well. */
  const skip = (expression: RegExp): void => {
    do {
      expression.lastIndex = at;
      expression.test(text);
      at = expression.lastIndex;
    } while (at === text.length && readOn());
  };
  const unexpected = (wanted: string): SyntaxFault => {
    const found = at >= text.length ? "the end of the file" : `\`${firstCharacter(text, at)}\``;
    return new SyntaxFault(offset(), `${wanted} expected, not ${found}`);
  };
  const expect = (character: string, wanted: string): void => {
    skipSpace();
    if (text[at] !== character) throw unexpected(wanted);
    at++;
  };

  /** The value is given where it is not part of a larger one that is parsed as a whole. */
  const scanValue = (isPart: boolean, key?: Position): unknown => {
    skipSpace();
    visit?.(path, place, key);
    const character = text[at];
    if (isPart) return scanPart(character);
    if (character === "{" && path.length === 0) return scanObject(false);
    if (character === "[" && path.length < 2) return scanArray(false);
    return keeping((start) => {
      scanPart(character);
      const value: unknown = JSON.parse(since(start));
      const [list, index] = path;
      if (take === undefined || typeof list !== "string" || typeof index !== "number") return value;
      const from = window.bytesBefore(start);
      const lies = { offset: from, length: window.bytesBefore(offset()) - from };
      return take(list, index, value, lies, () => window.position(start)) ? undefined : value;
    });
  };
  const scanPart = (character: string | undefined): void => {
    if (character === "{") scanObject(true);
    else if (character === "[") scanArray(true);
    else if (character === '"') scanString();
    else if (character !== undefined && /[-0-9]/.test(character)) scanNumber();
    else scanWord();
  };
  const scanObject = (isPart: boolean): Record<string, unknown> => {
    const object: Record<string, unknown> = {};
    const keys = new Set<string>();
    scanItems("}", () => {
      skipSpace();
      if (text[at] !== '"') throw unexpected("a key in double quotes");
      const position = visit && place();
      const key = keeping((start) => {
        const isPlain = scanString();
        const found = isPlain ? since(start).slice(1, -1) : (JSON.parse(since(start)) as string);
        path.push(found);
        if (keys.has(found)) fault(start, "occurs twice");
        if (found === "__proto__") fault(start, "is not a name for a property");
        return found;
      });
      keys.add(key);
      expect(":", "`:`");
      const value = scanValue(isPart, position);
      if (!isPart) object[key] = value;
      path.pop();
    });
    return object;
  };
  const scanArray = (isPart: boolean): unknown[] => {
    const array: unknown[] = [];
    let index = 0;
    scanItems("]", () => {
      path.push(index++);
      const value = scanValue(isPart);
      if (!isPart && value !== undefined) array.push(value);
      path.pop();
    });
    return array;
  };
  const scanItems = (end: "}" | "]", scanItem: () => void): void => {
    if (path.length >= deepest) throw new SyntaxFault(offset(), `nested deeper than ${deepest}`);
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
  /** Whether the text stands in it as it is. */
  const scanString = (): boolean => {
    const start = offset();
    let isPlain = true;
    at++;
    for (;;) {
      skip(plainText);
      if (text[at] === '"') break;
      if (at >= text.length) throw new SyntaxFault(start, "this text does not end");
      if (text[at] !== "\\") throw new SyntaxFault(offset(), "a line break or control character in a text");
      hold(longestEscape);
      escaped.lastIndex = at;
      if (!escaped.test(text)) throw new SyntaxFault(offset(), "a backslash that begins no escape");
      at = escaped.lastIndex;
      isPlain = false;
    }
    at++;
    return isPlain;
  };
  const scanNumber = (): void =>
    keeping((start) => {
      skip(numberLike);
      const written = since(start);
      const match = number.exec(written);
      if (match === null) throw new SyntaxFault(start, "not a number as JSON writes it");
      const value = Number(written);
      const whole = match[1] === undefined && match[2] === undefined;
      if (!Number.isFinite(value) || (whole && !Number.isSafeInteger(value))) {
        fault(start, `is \`${written.slice(0, 40)}\`, which cannot be kept exactly (beyond 2^53)`);
      }
    });
  const scanWord = (): void => {
    hold(longestWord);
    const word = ["true", "false", "null"].find((candidate) => text.startsWith(candidate, at));
    if (word === undefined) throw unexpected("a value");
    at += word.length;
  };

  try {
    const value = scanValue(false);
    skipSpace();
    if (at < text.length) throw unexpected("the end of the file");
    return { value, faults, brokenAt: undefined };
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error;
    const { offset: brokenAt, message: reason } = error;
    faults.push({ path: [], ...window.position(brokenAt), reason });
    return { value: undefined, faults, brokenAt };
  }
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
