import type { BytePlace } from "../text/json-scan.ts";
import type { Position } from "../text/text-window.ts";
import type { SyntaxFault } from "./positions.ts";

/** Part of a document that can be read for itself: a key with all that it holds, or some items of its list. */
export interface Piece {
  /** Counted from 0 in its file. */
  readonly document: number;
  readonly key: string;
  /** How many items come before, and how many these are; undefined where it is the key with all that it holds. */
  readonly items: { readonly before: number; readonly count: number } | undefined;
  readonly place: BytePlace;
  readonly position: Position;
}

/** What keeps a file from being read piece by piece. As a whole it may be right. */
export class NotInPieces extends Error {
  override readonly name = "NotInPieces";
  readonly at: Position | undefined;
  constructor(reason: string, at?: Position) {
    super(reason);
    this.at = at;
  }
}

/** Everything that keeps a file from being read at all. */
export class SyntaxFaults extends Error {
  override readonly name = "SyntaxFaults";
  readonly faults: readonly SyntaxFault[];
  constructor(faults: readonly SyntaxFault[]) {
    super("faults of syntax");
    this.faults = faults;
  }
}
