import { YAMLException } from "js-yaml";
import type { DocumentPart } from "../core/environment/manifest.ts";
import { again } from "../core/sequence.ts";
import { type BytePlace, type JsonPath, scanJson } from "../text/json-scan.ts";
import { NotUtf8, type Position, TooLong, textWindow } from "../text/text-window.ts";
import { jsonPieces } from "./json-pieces.ts";
import { NotInPieces, type Piece, SyntaxFaults } from "./piece.ts";
import { mapDocuments, type SyntaxFault, syntaxFaults } from "./positions.ts";
import { parseYaml } from "./yaml.ts";
import { yamlPieces } from "./yaml-pieces.ts";

/** A run of bytes that is read anew whenever it is gone through: all of it, or what is at a place. */
export type Bytes = (place?: BytePlace) => Iterable<Buffer>;

/** A file of a manifest of which only a part is in memory at any time. */
export interface PiecedFile {
  /** All that it holds, read again whenever it is gone through. */
  readonly parts: Iterable<DocumentPart>;
  /** Where a value of a document begins, or its key; the nearest place above it if not there. Reads again what it needs. */
  find(document: number, path: JsonPath): Position;
}

/** Longer than this no item of a list may be, in characters. */
const longestItem = 64 * 1024 * 1024;

/**
 * Reads a file, YAML or JSON, piece by piece, each of about `size` characters or one item of a list, and hands out what
 * they hold. Throws NotInPieces where only the whole can be read, SyntaxFaults, and what reading the bytes throws.
 */
export function readPieces(bytes: Bytes, size: number, take: (part: DocumentPart) => void): PiecedFile {
  try {
    return isJson(bytes) ? readJson(bytes, size, take) : readYaml(bytes, size, take);
  } catch (error) {
    if (error instanceof NotUtf8) throw new NotInPieces("it is not UTF-8");
    if (error instanceof TooLong) throw new NotInPieces("an item of a list is very long");
    throw error;
  }
}

function isJson(bytes: Bytes): boolean {
  for (const chunk of bytes()) {
    const found = /[^\s\uFEFF]/.exec(chunk.toString("utf8"));
    if (found !== null) return found[0] === "{";
  }
  return false;
}

function readYaml(bytes: Bytes, size: number, take: (part: DocumentPart) => void): PiecedFile {
  const pieces: Piece[] = [];
  const keys = new Map<string, Position>();
  const faults: SyntaxFault[] = [];
  for (const { piece, text, keyPosition } of yamlPieces(textWindow(bytes(), longestItem), size)) {
    pieces.push(piece);
    keys.set(`${piece.document} ${piece.key}`, keyPosition);
    try {
      take(yamlPart(piece, text));
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      const found = faultsIn(piece, text);
      if (found.length === 0) throw notTold(piece);
      faults.push(...found);
    }
  }
  if (faults.length > 0) throw new SyntaxFaults(faults);
  return {
    parts: again(function* () {
      for (const piece of pieces) yield yamlPart(piece, textAt(bytes, piece.place));
    }),
    find: finder(
      pieces,
      ({ place }) => mapDocuments(textAt(bytes, place))[0],
      (document, [key]) => keys.get(`${document} ${key}`) ?? { line: 1, column: 1 },
    ),
  };
}

/** What is wrong with a piece, item by item: what does not end in one reaches no further. */
function faultsIn(piece: Piece, text: string): readonly SyntaxFault[] {
  if (piece.items !== undefined && piece.items.count > 1) {
    const above = `${piece.key}:\n`;
    const items = yamlPieces(textWindow([Buffer.from(above + text)]), 1);
    return Array.from(items, ({ piece: item, text: itemText }) => {
      const position = moved({ ...item.position, line: item.position.line - 1 }, piece.position);
      return faultsIn({ ...item, position }, itemText);
    }).flat();
  }
  try {
    parseYaml(text);
    return [];
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    // What it stands for may be in another piece.
    if (/alias/.test(error.reason)) throw new NotInPieces("it has an alias", piece.position);
    return syntaxFaults(text, error).map(({ reason, ...at }) => ({ ...moved(at, piece.position), reason }));
  }
}

/** Throws YAMLException, and NotInPieces where a piece holds something else than its lines look like. */
function yamlPart(piece: Piece, text: string): DocumentPart {
  const { document, key, items } = piece;
  const [value] = parseYaml(text);
  const keys = typeof value === "object" && value !== null ? Object.keys(value) : [];
  if (items === undefined && keys.length === 1 && keys[0] === key) return { document, value };
  if (Array.isArray(value) && value.length === items?.count) return itemsPart(piece, value);
  throw notTold(piece);
}

const notTold = ({ position }: Piece): NotInPieces =>
  new NotInPieces("its lines do not tell what is a key or an item", position);

const itemsPart = ({ document, key, items }: Piece, value: readonly unknown[]): DocumentPart => ({
  document,
  value: { [key]: value },
  before: items!.before,
});

function readJson(bytes: Bytes, size: number, take: (part: DocumentPart) => void): PiecedFile {
  const pieces: Piece[] = [];
  const rest = jsonPieces(textWindow(bytes(), longestItem), size, (piece, items) => {
    pieces.push(piece);
    take(itemsPart(piece, items));
  });
  // The lists are there, without their items.
  take({ document: 0, value: rest });
  const listAt = (place: BytePlace): string => `[${textAt(bytes, place)}]`;
  return {
    parts: again(function* () {
      for (const piece of pieces) yield itemsPart(piece, JSON.parse(listAt(piece.place)) as unknown[]);
      yield { document: 0, value: rest };
    }),
    find: finder(
      pieces,
      ({ place }) => {
        const find = mapDocuments(listAt(place))[0]!;
        return (path) => moved(find(path), { line: 1, column: 0 });
      },
      (_, path) => positionIn(bytes, path),
    ),
  };
}

/** Where the value at a path of a JSON text begins, or its key; or the nearest place above it. */
function positionIn(bytes: Bytes, path: JsonPath): Position {
  let found = { depth: -1, position: { line: 1, column: 1 } };
  scanJson(textWindow(bytes(), longestItem), {
    visit: (at, place, key) => {
      if (at.length <= found.depth || at.some((step, index) => step !== path[index])) return;
      found = { depth: at.length, position: key ?? place() };
    },
  });
  return found.position;
}

/** Finds places in pieces. The last one is kept in mind: who asks for one place of it asks for others, too. */
function finder(
  pieces: readonly Piece[],
  map: (piece: Piece) => ((path: JsonPath) => Position) | undefined,
  elsewhere: PiecedFile["find"],
): PiecedFile["find"] {
  let last: { readonly piece: Piece; readonly find: (path: JsonPath) => Position } | undefined;
  return (document, path) => {
    const [key, index] = path;
    const piece = pieces.find(
      (each) =>
        each.document === document &&
        each.key === key &&
        (each.items === undefined || (typeof index === "number" && isAmong(each.items, index))),
    );
    if (piece === undefined) return elsewhere(document, path);
    if (last?.piece !== piece) last = { piece, find: map(piece)! };
    const { items, position } = piece;
    return moved(
      last.find(items === undefined ? path : [(index as number) - items.before, ...path.slice(2)]),
      position,
    );
  };
}

const isAmong = ({ before, count }: NonNullable<Piece["items"]>, index: number): boolean =>
  index >= before && index < before + count;

/** A position that is told from a place on, in the text that the place is in. */
const moved = ({ line, column }: Position, from: Position): Position => ({
  line: from.line + line - 1,
  column: line === 1 ? from.column + column - 1 : column,
});

const textAt = (bytes: Bytes, place: BytePlace): string => Buffer.concat([...bytes(place)]).toString("utf8");
