import { type Collection, collections, type StoredObject } from "../core/state.ts";
import { schemaVersion } from "./document.ts";
import { readRange } from "./files.ts";
import type { Place } from "./index-table.ts";
import {
  betweenRecords,
  type Envelope,
  emptyListEnd,
  firstList,
  listEnd,
  listStart,
  recordEnd,
  recordStart,
} from "./store-text.ts";

/** The text is not one that this version writes. */
export class OtherForm extends Error {
  override readonly name = "OtherForm";
}

const longestHead = 1024 * 1024;

/** What the beginning of a store's file says, or undefined where it does not have the usual form. */
export function readEnvelope(fd: number): Envelope | undefined {
  const bytes = readRange(fd, 0, longestHead);
  const end = bytes.indexOf(firstList);
  return end === -1 ? undefined : envelopeOf(bytes.subarray(0, end), "{}");
}

function envelopeOf(head: Buffer, foot: string): Envelope | undefined {
  try {
    const {
      schemaVersion: version,
      lineage,
      serial,
      nextId,
      directory,
      ...extra
    } = JSON.parse(`${head.toString("utf8")}}`);
    if (version !== schemaVersion || !Number.isSafeInteger(serial)) return undefined;
    return { lineage, serial, nextId, directory, extra: { ...extra, ...JSON.parse(foot) } };
  } catch {
    return undefined;
  }
}

/**
 * Reads a store's file of the usual form record by record, however large it is. Throws OtherForm, perhaps only after
 * records were visited.
 */
export function scanStore(
  fd: number,
  visit: (collection: Collection, object: StoredObject, place: Place) => void,
): Envelope {
  const text = openText(fd);
  const head = text.find(firstList, 0);
  const headBytes = Buffer.from(text.between(0, head));
  let at = head;
  for (const collection of collections) {
    at = text.after(listStart(collection), at);
    at = text.startsWith(emptyListEnd, at)
      ? at + emptyListEnd.length
      : scanList(text, at, (bytes, offset) => visit(collection, ...recordOf(bytes, offset)));
  }
  const foot = text.rest(at).toString("utf8");
  const envelope = envelopeOf(headBytes, foot.startsWith(",") ? `{${foot.slice(1)}` : "{}");
  const isWhole = foot === "\n}\n" || foot.startsWith(",");
  if (envelope === undefined || !isWhole) throw new OtherForm("ends otherwise");
  return envelope;
}

/** Returns the offset after the list. */
function scanList(text: Text, from: number, visit: (bytes: Buffer, offset: number) => void): number {
  for (let at = from; ; ) {
    const start = text.after(recordStart, at);
    const end = text.find(recordEnd, start) + recordEnd.length;
    visit(text.between(start, end), start);
    if (!text.startsWith(betweenRecords, end)) return text.after(listEnd, end);
    at = end + betweenRecords.length;
  }
}

function recordOf(bytes: Buffer, offset: number): [StoredObject, Place] {
  let object: StoredObject | undefined;
  try {
    object = JSON.parse(bytes.toString("utf8")) as StoredObject;
  } catch {
    // Said below.
  }
  if (!Number.isSafeInteger(object?.id)) throw new OtherForm("has a record without an id");
  return [object!, { offset, length: bytes.length, id: object!.id }];
}

/** The text of a file, of which only a part is in memory. Offsets count from its beginning and never go back. */
interface Text {
  /** Offset of the next occurrence. */
  find(wanted: string, from: number): number;
  startsWith(wanted: string, at: number): boolean;
  /** Offset after a text that must be there. */
  after(wanted: string, at: number): number;
  between(from: number, to: number): Buffer;
  rest(from: number): Buffer;
}

const chunkSize = 1024 * 1024;

function openText(fd: number): Text {
  let bytes: Buffer = Buffer.alloc(0);
  let start = 0;
  /** Reads on, forgetting what lies before an offset. False at the end of the file. */
  const readOn = (from: number): boolean => {
    const end = start + bytes.length;
    const more = readRange(fd, end, end + chunkSize);
    bytes = Buffer.concat([bytes.subarray(from - start), more]);
    start = from;
    return more.length > 0;
  };
  const holds = (from: number, to: number): boolean => {
    while (start + bytes.length < to) if (!readOn(from)) return false;
    return true;
  };
  const text: Text = {
    find: (wanted, from) => {
      for (let searched = from; ; ) {
        const found = bytes.indexOf(wanted, searched - start);
        if (found !== -1) return start + found;
        searched = Math.max(from, start + bytes.length - wanted.length + 1);
        if (!readOn(from)) throw new OtherForm(`lacks ${wanted}`);
      }
    },
    startsWith: (wanted, at) =>
      holds(at, at + wanted.length) &&
      bytes.subarray(at - start, at - start + wanted.length).equals(Buffer.from(wanted)),
    after: (wanted, at) => {
      if (!text.startsWith(wanted, at)) throw new OtherForm(`lacks ${wanted}`);
      return at + wanted.length;
    },
    between: (from, to) => bytes.subarray(from - start, to - start),
    rest: (from) => {
      while (readOn(from));
      return bytes.subarray(from - start);
    },
  };
  return text;
}
