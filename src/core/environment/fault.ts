import { DomainError, type RefusalDetails } from "../errors.ts";

/** Where something stands: in which document of a manifest, and the keys and positions that lead there. */
export interface Place {
  readonly document: number;
  readonly path: readonly (string | number)[];
}

export interface Position {
  readonly file: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
}

/** Finds the position of a place. May read a whole file again, so only faults ask. */
export type Locate = (place: Place) => Position;

/** Something that is wrong with a manifest, and where. */
export interface Fault {
  readonly place: Place;
  /** A value that cannot be read is `invalid-file`; a refusal of a rule keeps its own code. */
  readonly error: DomainError;
}

export const fault = (place: Place, reason: string, more: RefusalDetails = {}): Fault => ({
  place,
  error: new DomainError("invalid-file", reason, more),
});

export const positionText = ({ file, line, column }: Position): string => `${file}:${line}:${column}`;

/**
 * One refusal for everything that is wrong with a manifest, by position. It is of the manifest's own faults where
 * there are any; else of the first rule that refused.
 */
export function refusalOf(faults: readonly Fault[], locate: Locate): DomainError {
  const placed = faults
    .map(({ place, error }) => ({ position: locate(place), error }))
    .sort((a, b) => comparePositions(a.position, b.position));
  const [first] = placed as [(typeof placed)[0]];
  const { error } = placed.find((each) => each.error.code === "invalid-file") ?? first;
  const lines = placed.map((each) => ({
    text: `${positionText(each.position)}: ${each.error.message}`,
    unknown: each.error.unknown,
  }));
  const details = {
    faults: placed.map((each) => ({
      ...each.position,
      code: each.error.code,
      reason: each.error.message,
      details: each.error.details,
    })),
  };
  const hint = error.hint === undefined ? {} : { hint: error.hint };
  if (lines.length === 1) {
    const unknown = error.unknown === undefined ? {} : { unknown: error.unknown };
    return new DomainError(error.code, lines[0]!.text, { ...hint, ...unknown, details });
  }
  return new DomainError(error.code, `${lines.length} faults; nothing was written`, {
    ...hint,
    details,
    lines,
  });
}

const comparePositions = (a: Position, b: Position): number =>
  a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1;
