import { pathText, type ScanFault, scanJson } from "../text/json-scan.ts";
import type { TextWindow } from "../text/text-window.ts";
import { NotInPieces, type Piece } from "./piece.ts";

/**
 * Goes through a JSON text (RFC 8259) that is an object: hands out the items of its lists in pieces of about so many
 * bytes, and returns the object without them. Throws NotInPieces for what is no such text, as YAML may take it for
 * something else, and what reading on throws.
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
  const { value, faults } = scanJson(window, {
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
  if (first !== undefined) throw new NotInPieces(wordsOf(first), first);
  close();
  return value as Readonly<Record<string, unknown>>;
}

const wordsOf = ({ path, reason }: ScanFault): string =>
  path.length === 0 ? reason : `\`${pathText(path)}\` ${reason}`;
