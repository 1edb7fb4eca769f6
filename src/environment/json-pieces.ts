import { pathText, scanJson } from "../text/json-scan.ts";
import type { TextWindow } from "../text/text-window.ts";
import { NotInPieces, type Piece, SyntaxFaults } from "./piece.ts";

/**
 * Goes through a JSON text (RFC 8259) that is an object: hands out the items of its lists in pieces of about so many
 * bytes, and returns the object without them. Throws NotInPieces where the text ends in an error, SyntaxFaults for what
 * JSON.parse would take silently, and what reading on throws.
 */
export function jsonPieces(
  window: TextWindow,
  size: number,
  found: (piece: Piece, items: readonly unknown[]) => void,
): Readonly<Record<string, unknown>> {
  let piece: Piece | undefined;
  let items: unknown[] = [];
  const close = (): void => {
    if (piece === undefined) return;
    const { before } = piece.items!;
    found({ ...piece, items: { before, count: items.length } }, items);
    piece = undefined;
    items = [];
  };
  const { value, faults, brokenAt } = scanJson(window, {
    take: (key, index, item, place, position) => {
      if (piece !== undefined && (piece.key !== key || piece.place.length >= size)) close();
      piece ??= { document: 0, key, items: { before: index, count: 0 }, place, position: position() };
      const { offset } = piece.place;
      piece = { ...piece, place: { offset, length: place.offset + place.length - offset } };
      items.push(item);
      return true;
    },
  });
  const [first] = faults;
  if (brokenAt !== undefined) throw new NotInPieces(first!.reason, first!);
  if (first !== undefined) {
    throw new SyntaxFaults(
      faults.map(({ line, column, path, reason }) => ({
        line,
        column,
        reason: `${pathText(path)} ${reason}`,
      })),
    );
  }
  close();
  return value as Readonly<Record<string, unknown>>;
}
