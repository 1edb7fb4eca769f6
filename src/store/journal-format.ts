import type { Authorship, JournalEntry } from "../core/change.ts";
import type { ContentFact } from "../core/content-change.ts";
import { type Collection, nouns, type Write } from "../core/state.ts";
import { type BytePlace, type ScannedJson, scanJson } from "../text/json-scan.ts";
import { NotUtf8, textWindow } from "../text/text-window.ts";
import { checksum, isChecksum } from "./checksum.ts";
import { completedWrites } from "./completed.ts";

/** The store after a record, as far as it can be said in one line. */
export interface Head {
  readonly serial: number;
  readonly lineage: string;
  readonly nextId: number;
  /** Checksum of the directory, or null. */
  readonly directory: string | null;
  /** Checksum of the JSON file as it is once it holds the record; null where the file was not to be written. */
  readonly file: string | null;
  /** ISO 8601 UTC. */
  readonly time: string;
  /** Properties of the file that this version does not know, where they changed. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Where a journal begins. Its writes make the whole store out of nothing. `W` is what is kept of each. */
export interface SnapshotRecord<W = Write> {
  readonly kind: "snapshot";
  readonly head: Head & { readonly schemaVersion: number };
  readonly writes: readonly W[];
}

/** A rewriting of messages: the folder in which the new files lay, and what became of the messages. */
export interface ContentRecord {
  readonly token: string;
  readonly facts: readonly ContentFact[];
}

export interface ChangeRecord<W = Write> {
  readonly kind: "change";
  readonly head: Head &
    Authorship & {
      /** Absent where no messages were rewritten. */
      readonly content?: ContentRecord;
      /** For an edit outside pchat: checksum of the file as it was found. */
      readonly source?: string;
    };
  readonly writes: readonly W[];
}

export type JournalRecord<W = Write> = SnapshotRecord<W> | ChangeRecord<W>;

/** A record whose writes may be made one by one, as they are written. */
export type RecordToWrite = Pick<JournalRecord, "kind" | "head"> & { readonly writes: Iterable<Write> };

/** One line of a journal. A large record is a begin line, parts, and a commit: without its commit it is nothing. */
export type Line =
  | { readonly type: "record"; readonly record: JournalRecord }
  | { readonly type: "begin" }
  | { readonly type: "part"; readonly writes: readonly Write[] }
  | { readonly type: "commit"; readonly record: JournalRecord; readonly parts: number };

/** A line that is not one. `offset` is where it begins in the file. */
export class JournalFault extends Error {
  readonly offset: number;
  constructor(offset: number, reason: string) {
    super(reason);
    this.offset = offset;
  }
}

const largestLine = 1_000_000;
const mostWrites = 1000;
const chainEnd = /,"chain":"([0-9a-f]{64})"\}$/;
const chainLength = `,"chain":"${"0".repeat(64)}"}`.length;

/**
 * Records as lines that follow the given chain, made one by one as they are taken: those of a bulk change together
 * would take as much memory as the objects once more.
 */
export function* encode(previous: string, records: Iterable<RecordToWrite>): Iterable<Buffer> {
  let chain = previous;
  for (const record of records) {
    for (const body of bodies(record)) {
      chain = checksum(chain, body);
      yield Buffer.from(`${body.slice(0, -1)},"chain":"${chain}"}\n`);
    }
  }
}

/** The lines of a record as JSON, without their chains. */
function* bodies(record: RecordToWrite): Iterable<string> {
  const { kind, head, writes } = record;
  const { serial } = head;
  let held: readonly string[] = [];
  let parts = 0;
  for (const group of grouped(writes)) {
    if (held.length > 0) {
      if (parts++ === 0) yield JSON.stringify({ begin: kind, serial });
      yield withWrites({ part: serial }, held);
    }
    held = group;
  }
  if (parts === 0) {
    yield withWrites(headOf(record), held);
    return;
  }
  yield withWrites({ part: serial }, held);
  yield JSON.stringify({ commit: kind, parts: parts + 1, ...head });
}

const headOf = ({ kind, head }: RecordToWrite): object => (kind === "snapshot" ? { snapshot: head } : head);

const withWrites = (head: object, writes: readonly string[]): string =>
  `${JSON.stringify(head).slice(0, -1)},"writes":[${writes.join(",")}]}`;

function* grouped(writes: Iterable<Write>): Iterable<readonly string[]> {
  let group: string[] = [];
  let size = 0;
  for (const write of writes) {
    const text = JSON.stringify(write);
    if (group.length > 0 && (size + text.length > largestLine || group.length >= mostWrites)) {
      yield group;
      group = [];
      size = 0;
    }
    group.push(text);
    size += text.length;
  }
  if (group.length > 0) yield group;
}

/** The chain that a line claims, from its last bytes, or undefined. */
export function claimedChain(bytes: Buffer): string | undefined {
  return chainEnd.exec(bytes.toString("latin1", Math.max(0, bytes.length - chainLength)))?.[1];
}

/** Whether a line follows from the one whose chain is given. Returns its chain. Throws JournalFault where not. */
export function proveLine(previous: string, bytes: Buffer, offset: number): string {
  const claimed = claimedChain(bytes);
  if (claimed === undefined) throw new JournalFault(offset, "is not a line of a journal");
  if (checksum(previous, bytes.subarray(0, -chainLength), "}") === claimed) return claimed;
  throw new JournalFault(offset, "does not follow from the line before it: one of the two was changed");
}

/** What a line says. Throws JournalFault where it is not a line that pchat writes. */
export function decode(bytes: Buffer, offset: number): Line {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new JournalFault(offset, "is not a line of a journal");
  }
  return knownLine(value, offset);
}

/** A write of which only the place is known. */
export interface PlacedWrite {
  readonly collection: Collection;
  readonly id: number;
  readonly isRemoval: boolean;
  readonly place: BytePlace;
}

/** The same without the writes, which are told one by one with their places in the line. */
export function decodePlaced(bytes: Buffer, offset: number, tell: (write: PlacedWrite) => void): Line {
  const { value, brokenAt } = scanLine(bytes, offset, (item, place) => {
    if (!isWrite(item)) return false;
    const { collection, id, after } = item;
    tell({ collection, id, isRemoval: after === undefined, place });
    return true;
  });
  if (brokenAt !== undefined) throw new JournalFault(offset, "is not a line of a journal");
  return knownLine(value, offset);
}

function scanLine(
  bytes: Buffer,
  offset: number,
  take: (item: unknown, place: BytePlace) => boolean,
): ScannedJson {
  try {
    return scanJson(textWindow([bytes]), {
      take: (list, _, item, place) => list === "writes" && take(item, place),
    });
  } catch (error) {
    if (error instanceof NotUtf8) throw new JournalFault(offset, "is not a line of a journal");
    throw error;
  }
}

function knownLine(value: unknown, offset: number): Line {
  const line = isFields(value) ? lineOf(value) : undefined;
  if (line === undefined)
    throw new JournalFault(offset, "is not a line of a journal that this version knows");
  return line;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function lineOf(value: Fields): Line | undefined {
  if (value["begin"] !== undefined) return { type: "begin" };
  if (value["part"] !== undefined) {
    return areWrites(value["writes"])
      ? { type: "part", writes: completedWrites(value["writes"]) }
      : undefined;
  }
  if (value["commit"] !== undefined) {
    const { commit, parts, chain: _, ...head } = value;
    const record = recordOf(commit, head, []);
    return record && Number.isSafeInteger(parts)
      ? { type: "commit", record, parts: Number(parts) }
      : undefined;
  }
  const { writes: written, chain: _, snapshot, ...rest } = value;
  if (!areWrites(written)) return undefined;
  const writes = completedWrites(written);
  const record =
    snapshot === undefined ? recordOf("change", rest, writes) : recordOf("snapshot", snapshot, writes);
  return record && { type: "record", record };
}

function recordOf(kind: unknown, head: unknown, writes: readonly Write[]): JournalRecord | undefined {
  if (!isFields(head) || !isHead(head)) return undefined;
  if (kind === "change")
    return isAuthored(head) ? ({ kind, head, writes } as unknown as ChangeRecord) : undefined;
  if (kind !== "snapshot" || !Number.isSafeInteger(head["schemaVersion"])) return undefined;
  return { kind, head, writes } as unknown as SnapshotRecord;
}

const isHead = ({ serial, lineage, nextId, directory, file, time }: Fields): boolean =>
  Number.isSafeInteger(serial) &&
  typeof lineage === "string" &&
  Number.isSafeInteger(nextId) &&
  (directory === null || isChecksum(directory)) &&
  (file === null || isChecksum(file)) &&
  typeof time === "string";

const isAuthored = ({ osUser, actor, as, command, reason }: Fields): boolean =>
  [osUser, actor, command].every((word) => typeof word === "string") &&
  [as, reason].every((word) => word === null || typeof word === "string");

const areWrites = (value: unknown): value is readonly Write[] => Array.isArray(value) && value.every(isWrite);

function isWrite(value: unknown): value is Write {
  if (!isFields(value)) return false;
  const { collection, id, before, after } = value;
  return (
    typeof collection === "string" &&
    Object.hasOwn(nouns, collection as Collection) &&
    Number.isSafeInteger(id) &&
    [before, after].every((object) => object === undefined || (isFields(object) && object["id"] === id)) &&
    (before !== undefined || after !== undefined)
  );
}

/** A change as get-history and undo see it, given the directory of the record before it. */
export function entryOf<W>(
  { head, writes }: ChangeRecord<W>,
  directoryBefore: string | null,
): JournalEntry<W> {
  const { serial, lineage, time, osUser, actor, as, command, reason, directory, content } = head;
  const who = { serial, lineage, time, osUser, actor, as, command, reason };
  const entry = { ...who, directory, directoryBefore, writes };
  return content === undefined ? entry : { ...entry, content: content.facts };
}
