import { collections } from "../core/state.ts";
import { checksumOfAll } from "./checksum.ts";
import { inOrder, type StoreDocument } from "./document.ts";
import {
  betweenRecords,
  emptyListEnd,
  footText,
  headText,
  listEnd,
  listStart,
  recordStart,
  recordText,
} from "./store-text.ts";

/**
 * The text of a store's file: two-space indent, final newline, objects by id, properties in the order of their
 * noun's table, unknown ones last. One document has one text, so that texts can be compared by checksum. It comes in
 * pieces of a useful size: the whole may be longer than one string can be.
 */
export const documentText = (document: StoreDocument): Iterable<Buffer> => gathered(indented(document));

/** The same on one line, without the line feed at its end. */
export const documentLine = (document: StoreDocument): Iterable<Buffer> => gathered(onOneLine(document));

const usefulSize = 1024 * 1024;

function* gathered(texts: Iterable<string>): Iterable<Buffer> {
  let piece = "";
  for (const text of texts) {
    piece += text;
    if (piece.length < usefulSize) continue;
    yield Buffer.from(piece);
    piece = "";
  }
  yield Buffer.from(piece);
}

function* indented(document: StoreDocument): Iterable<string> {
  yield headText(document);
  for (const collection of collections) {
    yield listStart(collection);
    let between = "";
    for (const object of document.lists[collection]) {
      yield `${between}${recordStart}${recordText(collection, object)}`;
      between = betweenRecords;
    }
    yield between === "" ? emptyListEnd : listEnd;
  }
  yield footText(document);
}

function* onOneLine(document: StoreDocument): Iterable<string> {
  const withoutBlanks = (text: string): string => JSON.stringify(JSON.parse(text));
  yield withoutBlanks(`${headText(document)}}`).slice(0, -1);
  for (const collection of collections) {
    yield `,${JSON.stringify(collection)}:[`;
    let between = "";
    for (const object of document.lists[collection]) {
      yield `${between}${JSON.stringify(inOrder(collection, object as never))}`;
      between = ",";
    }
    yield "]";
  }
  const rest = withoutBlanks(`{${footText(document).replace(/^,/, "")}`);
  yield rest === "{}" ? "}" : `,${rest.slice(1)}`;
}

/** Checksum of the text of a store's file. */
export const documentChecksum = (document: StoreDocument): string => checksumOfAll(documentText(document));
