import type { Position, TextWindow } from "../text/text-window.ts";
import { NotInPieces, type Piece } from "./piece.ts";

export interface YamlPiece {
  readonly piece: Piece;
  readonly text: string;
  /** Where the piece's key is. */
  readonly keyPosition: Position;
}

/** The key that is being gone through. */
interface Open {
  readonly document: number;
  readonly key: string;
  readonly keyPosition: Position;
  /** What is known of what it holds: nothing as yet, a list with an indent, or something else. */
  holds: "nothing" | "something" | { readonly indent: number };
  /** Where its next piece begins, and how many items come before that and are in it. */
  start: number;
  before: number;
  count: number;
}

const keyLine = /^([A-Za-z$][\w$]*):(?=[ \t\r]|$)/;
const itemLine = /^ *-(?=[ \t\r]|$)/;
const markerLine = /^---[ \t\r]*(?:#[\s\S]*)?$/;
/** What ends a line as well (section 5.4), and is none of Windows. */
const endsWithin = /\r(?!$)/;
/** Nothing, or a comment. */
const silent = /^[ \t\r]*(?:#[\s\S]*)?$/;

/**
 * Parts a YAML text (YAML 1.2) into pieces of about so many characters, by its lines alone. That is safe where a
 * document is a block mapping: no value below a key reaches into a line that begins with a key, and none below an item
 * into a line with the next item's indent (section 8.2), not even a text over several lines (section 6.3). Throws
 * NotInPieces where lines do not tell, for what only a whole document tells apart, and what reading on throws.
 */
export function* yamlPieces(window: TextWindow, size: number): Generator<YamlPiece> {
  const lines = lineReader(window);
  const outermost = outermostLines();
  let open: Open | undefined;
  while (lines.next(open?.start)) {
    if (silent.test(lines.text)) continue;
    const begins = open === undefined ? "outermost" : whatBegins(open, lines);
    if (begins === "inside") continue;
    if (open !== undefined && (begins === "outermost" || lines.at - open.start >= size)) {
      yield pieceOf(window, open, lines.at);
      open = { ...open, start: lines.at, before: open.before + open.count, count: 0 };
    }
    if (begins === "outermost") open = outermost(lines);
    else open!.count++;
  }
  if (open !== undefined) yield pieceOf(window, open, lines.at);
}

/** Takes the lines that begin what a file holds: keys, of which it gives what is open then, and marks between documents. */
function outermostLines(): (lines: Lines) => Open | undefined {
  const keys = new Set<string>();
  let document = 0;
  let isBegun = false;
  return ({ text, at, position, refusal }) => {
    const key = keyLine.exec(text)?.[1];
    const isMarker = markerLine.test(text);
    if (key === undefined && !isMarker) {
      throw refusal("a line begins with neither a key nor an item of a list");
    }
    if (key !== undefined && keys.has(key)) throw refusal(`\`${key}\` is there twice`);
    if (isMarker && isBegun) document++;
    isBegun = true;
    if (key === undefined) {
      keys.clear();
      return undefined;
    }
    keys.add(key);
    const holds = silent.test(text.slice(key.length + 1)) ? "nothing" : "something";
    return { document, key, keyPosition: position(), holds, start: at, before: 0, count: 0 };
  };
}

/** The lines of a text, one after the other. */
interface Lines {
  readonly text: string;
  readonly at: number;
  /** Goes on to the next line, keeping what comes after an offset in the window. False after the last, at the end. */
  next(kept: number | undefined): boolean;
  position(): Position;
  refusal(reason: string): NotInPieces;
}

function lineReader(window: TextWindow): Lines {
  let text = "";
  let at = 0;
  let end = 0;
  const position = (): Position => window.position(at);
  const refusal = (reason: string): NotInPieces => new NotInPieces(reason, position());
  return {
    get text() {
      return text;
    },
    get at() {
      return at;
    },
    next: (kept) => {
      at = end;
      let lineEnd = window.text.indexOf("\n", at - window.start);
      while (lineEnd === -1 && window.readOn(kept ?? at))
        lineEnd = window.text.indexOf("\n", at - window.start);
      const isLast = lineEnd === -1;
      end = window.start + (isLast ? window.text.length : lineEnd + 1);
      text = window.text.slice(at - window.start, isLast ? undefined : lineEnd);
      if (endsWithin.test(text)) throw refusal("a line ends in a carriage return alone");
      return end > at;
    },
    position,
    refusal,
  };
}

/** What a line is to the key above it: the next item of its list, inside of what it holds, or nothing to it any more. */
function whatBegins(open: Open, { text, at, refusal }: Lines): "item" | "inside" | "outermost" {
  const indent = text.search(/[^ ]/);
  const isItem = itemLine.test(text);
  if (isItem && open.holds === "nothing") {
    open.holds = { indent };
    open.start = at;
  }
  const { holds } = open;
  const isList = typeof holds === "object";
  if (isItem && isList && indent === holds.indent) return "item";
  if (indent === 0) return "outermost";
  if (isList && indent <= holds.indent) throw refusal("a line is indented less than the list that it is in");
  if (!isList) open.holds = "something";
  return "inside";
}

function pieceOf(
  window: TextWindow,
  { document, key, keyPosition, holds, start, before, count }: Open,
  end: number,
): YamlPiece {
  const offset = window.bytesBefore(start);
  return {
    piece: {
      document,
      key,
      items: typeof holds === "object" ? { before, count } : undefined,
      place: { offset, length: window.bytesBefore(end) - offset },
      position: window.position(start),
    },
    text: window.text.slice(start - window.start, end - window.start),
    keyPosition,
  };
}
