import { keysOf } from "../core/memory-state.ts";
import { type Collection, collections, type StoredObject, type Write } from "../core/state.ts";
import { type LastWrites, lastWrites } from "./document.ts";
import { readRange } from "./files.ts";
import { type Place, placeIn, type TableBuilder } from "./index-table.ts";
import type { LargeFile } from "./large-store.ts";
import { indexesOf } from "./store-index.ts";
import {
  betweenRecords,
  type Envelope,
  emptyListEnd,
  footText,
  headText,
  listEnd,
  listStart,
  recordStart,
  recordText,
} from "./store-text.ts";

const chunkSize = 1024 * 1024;

/**
 * The text of a large store's file after changes, piece by piece: records that no change touches are copied as they
 * lie there, in runs. Fills the tables of the new file's index on the way, without reading those records. Throws
 * IndexFault.
 */
export function* foldedText(
  file: LargeFile,
  after: Envelope,
  writes: Iterable<Write>,
  tables: ReadonlyMap<Collection, TableBuilder>,
): Iterable<Uint8Array> {
  const changes = lastWrites(writes);
  const out = createOutput();
  yield* out.text(headText(after));
  for (const collection of collections) {
    yield* out.text(listStart(collection));
    const table = tables.get(collection)!;
    const moved = yield* foldList(file, collection, changes.get(collection) ?? new Map(), table, out);
    yield* out.text(table.count === 0 ? emptyListEnd : listEnd);
    refile(file, collection, moved, table);
  }
  yield* out.text(footText(after));
  yield* out.rest();
}

/** Returns the new ordinal of each record, or -1 where it is not copied. */
function* foldList(
  file: LargeFile,
  collection: Collection,
  changes: LastWrites,
  table: TableBuilder,
  out: Output,
): Generator<Uint8Array, Int32Array> {
  const records = file.indexed.sections.get(collection)!;
  const moved = new Int32Array(records.count).fill(-1);
  for (const piece of piecesOf(records.count, (ordinal) => placeIn(records, ordinal), changes)) {
    yield* out.text(`${table.count === 0 ? "" : betweenRecords}${recordStart}`);
    if ("object" in piece) {
      const bytes = Buffer.from(recordText(collection, piece.object));
      table.add({ offset: out.at, length: bytes.length, id: piece.object.id }, (index) =>
        keysOf(collection, index as never, piece.object as never),
      );
      yield* out.bytes(bytes);
      continue;
    }
    const shift = out.at - piece.from;
    for (let ordinal = piece.first; ordinal < piece.end; ordinal++) {
      const place = placeIn(records, ordinal);
      moved[ordinal] = table.count;
      table.addPlace({ ...place, offset: place.offset + shift });
    }
    yield* out.copy(file.kept.fd, piece.from, piece.to);
  }
  return moved;
}

type Piece =
  | { readonly object: StoredObject }
  /** Records that lie one after the other, by ordinals and by offsets. */
  | { readonly first: number; readonly end: number; readonly from: number; readonly to: number };

/** The list after changes, by ascending id: runs of records that stay, and objects that are new or others. */
function* piecesOf(count: number, place: (ordinal: number) => Place, changes: LastWrites): Iterable<Piece> {
  const touched = [...changes].sort(([a], [b]) => a - b);
  let next = 0;
  let first = 0;
  function* upTo(ordinal: number): Iterable<Piece> {
    if (first === ordinal) return;
    const last = place(ordinal - 1);
    yield { first, end: ordinal, from: place(first).offset, to: last.offset + last.length };
  }
  for (let ordinal = 0; ordinal < count && next < touched.length; ordinal++) {
    const { id } = place(ordinal);
    if (touched[next]![0] > id) continue;
    yield* upTo(ordinal);
    for (; next < touched.length && touched[next]![0] < id; next++) yield* madeBy(touched[next]!);
    const isTouched = touched[next]?.[0] === id;
    first = isTouched ? ordinal + 1 : ordinal;
    if (isTouched) yield* madeBy(touched[next++]!);
  }
  yield* upTo(count);
  for (; next < touched.length; next++) yield* madeBy(touched[next]!);
}

function* madeBy([, { after }]: readonly [number, Write]): Iterable<Piece> {
  if (after !== undefined) yield { object: after };
}

/** Files the records that were copied under the keys that they had. */
function refile(file: LargeFile, collection: Collection, moved: Int32Array, table: TableBuilder): void {
  for (const index of indexesOf(collection)) {
    const postings = file.indexed.sections.get(`${collection}.${index}`)!;
    for (let at = 0; at < postings.count; at++) {
      const ordinal = moved[postings.u32(at, 0) & 0xffffff]!;
      if (ordinal >= 0) table.refile(index, postings, at, ordinal);
    }
  }
}

/** Gathers text into pieces of a useful size, and counts. */
interface Output {
  /** Bytes so far. */
  readonly at: number;
  text(text: string): Iterable<Uint8Array>;
  bytes(bytes: Uint8Array): Iterable<Uint8Array>;
  copy(fd: number, from: number, to: number): Iterable<Uint8Array>;
  rest(): Iterable<Uint8Array>;
}

function createOutput(): Output {
  let at = 0;
  let held: Uint8Array[] = [];
  let size = 0;
  const output: Output = {
    get at() {
      return at;
    },
    text: (text) => output.bytes(Buffer.from(text)),
    bytes: function* (bytes) {
      held.push(bytes);
      at += bytes.length;
      size += bytes.length;
      if (size >= chunkSize) yield* output.rest();
    },
    copy: function* (fd, from, to) {
      for (let begin = from; begin < to; begin += chunkSize) {
        yield* output.bytes(readRange(fd, begin, Math.min(to, begin + chunkSize)));
      }
    },
    rest: function* () {
      const whole = Buffer.concat(held);
      held = [];
      size = 0;
      if (whole.length > 0) yield whole;
    },
  };
  return output;
}
