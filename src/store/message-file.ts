import { closeSync, constants, fstatSync, fsyncSync, ftruncateSync, openSync } from "node:fs";
import { DomainError } from "../core/errors.ts";
import { ioError } from "../core/io-error.ts";
import type { Message, NewMessage } from "../core/message.ts";
import { applyOwnership, type Ownership, openForReading, privateMode, readRange, writeAll } from "./files.ts";
import { linesFrom } from "./journal-file.ts";

/** One room's file of messages. */
export interface MessagePlace {
  readonly path: string;
  readonly shown: string;
  /** The store and the room that the messages are of; a file of others is refused. */
  readonly lineage: string;
  readonly room: number;
}

/** The first line of a file of messages; the others are messages, by rising number. */
export interface MessageHead {
  readonly pchatMessages: 1;
  readonly lineage: string;
  readonly room: number;
  /** Least number of the next message: those of messages that were removed are not given again. */
  readonly nextId: number;
}

const newline = 0x0a;

/**
 * The messages of a file, oldest first, read as they are taken; none where there is no file. What follows the last
 * line feed was never acknowledged, and is left out. Throws `store-damaged` naming the line, `read-failed`.
 */
export function* readMessages(place: MessagePlace): Generator<Message, void> {
  const fd = openForReading(place.path, place.shown, true);
  if (fd === undefined) return;
  try {
    let line = 0;
    let previous = 0;
    for (const { bytes } of linesFrom({ fd, size: fstatSync(fd).size }, 0)) {
      line++;
      if (line === 1) headOf(place, bytes);
      else {
        const message = messageOf(place, bytes, line);
        if (message.id <= previous)
          throw damaged(place, line, "has a number that is not above the one before");
        previous = message.id;
        yield message;
      }
    }
  } finally {
    closeSync(fd);
  }
}

/**
 * What can be read of a damaged file, as its lines, which are read as they are taken; undefined where the file is of
 * another store or room, or is none.
 */
export function mendedLines(place: MessagePlace): Iterable<Buffer> | undefined {
  let nextId = 1;
  try {
    for (const value of valuesIn(place)) {
      const head = value as unknown as MessageHead;
      if (head.pchatMessages === 1) {
        if (head.lineage !== place.lineage || head.room !== place.room) return undefined;
        if (Number.isSafeInteger(head.nextId)) nextId = Math.max(nextId, head.nextId);
      } else if (isMessage(value)) nextId = Math.max(nextId, value.id + 1);
    }
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
  return {
    *[Symbol.iterator]() {
      yield Buffer.from(headLine(place, nextId));
      let previous = 0;
      for (const value of valuesIn(place)) {
        if (!isMessage(value) || value.id <= previous) continue;
        previous = value.id;
        yield Buffer.from(messageLine(value));
      }
    },
  };
}

/** The lines of a file that are JSON objects, whatever they are. */
function* valuesIn({ path, shown }: MessagePlace): Generator<Message> {
  const fd = openForReading(path, shown, true);
  if (fd === undefined) return;
  try {
    for (const { bytes } of linesFrom({ fd, size: fstatSync(fd).size }, 0)) {
      const value = parsed(bytes);
      if (value !== undefined) yield value as Message;
    }
  } finally {
    closeSync(fd);
  }
}

/** The number that the next message of a file gets. Throws as readMessages does. */
export function nextMessageId(place: MessagePlace): number {
  const fd = openForReading(place.path, place.shown, true);
  if (fd === undefined) return 1;
  try {
    return endOf(place, fd).nextId;
  } finally {
    closeSync(fd);
  }
}

/**
 * Adds a message at the end of its file, on disk before it returns. What a killed writer left there unfinished is
 * cut off first. Returns the message's number. Where it throws (`write-failed`, `store-damaged`) the file is as it
 * was. Only for the holder of the lock.
 */
export function appendMessage(
  place: MessagePlace,
  message: NewMessage,
  like: Ownership | undefined,
  checkpoint: (step: string) => void,
): { readonly id: number; readonly isNewFile: boolean } {
  const flags =
    constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  let fd: number | undefined;
  try {
    fd = openSync(place.path, flags, privateMode);
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw new DomainError("store-damaged", `\`${place.shown}\` is not an ordinary file`);
    if (stats.size === 0 && like !== undefined) applyOwnership(fd, like);
    const { end, nextId } = endOf(place, fd);
    const head = end === 0 ? headLine(place, 1) : "";
    addOrUndo(fd, end, Buffer.from(`${head}${messageLine({ ...message, id: nextId })}`), checkpoint);
    return { id: nextId, isNewFile: end === 0 };
  } catch (error) {
    throw ioError("write-failed", place.shown, error);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function addOrUndo(fd: number, end: number, bytes: Buffer, checkpoint: (step: string) => void): void {
  if (fstatSync(fd).size > end) ftruncateSync(fd, end);
  try {
    writeAll(fd, bytes, end);
    checkpoint("message written");
    fsyncSync(fd);
    checkpoint("message synced");
  } catch (error) {
    ftruncateSync(fd, end);
    throw error;
  }
}

export const headLine = ({ lineage, room }: Pick<MessagePlace, "lineage" | "room">, nextId: number): string =>
  `${JSON.stringify({ pchatMessages: 1, lineage, room, nextId } satisfies MessageHead)}\n`;

/** A message as a line, its properties always in the same order. */
export const messageLine = ({ id, time, author, text, replaced }: Message): string =>
  `${JSON.stringify({ id, time, author, text, ...(replaced === true ? { replaced } : {}) })}\n`;

/** Where the last whole line ends, and the number that follows; an unfinished first line is no line. */
function endOf(place: MessagePlace, fd: number): { readonly end: number; readonly nextId: number } {
  const { size } = fstatSync(fd);
  const first = linesFrom({ fd, size }, 0).next();
  if (first.done === true) return { end: 0, nextId: 1 };
  const head = headOf(place, first.value.bytes);
  for (let window = 64 * 1024; ; window *= 4) {
    const from = Math.max(0, size - window);
    const bytes = readRange(fd, from, size);
    const last = bytes.lastIndexOf(newline);
    if (last === -1) continue;
    const end = from + last + 1;
    if (end === first.value.end) return { end, nextId: head.nextId };
    const begin = bytes.lastIndexOf(newline, last - 1);
    if (begin === -1 && from > 0) continue;
    const { id } = messageOf(place, bytes.subarray(begin + 1, last), undefined);
    return { end, nextId: Math.max(head.nextId, id + 1) };
  }
}

function headOf(place: MessagePlace, bytes: Buffer): MessageHead {
  const head = parsed(bytes) as MessageHead | undefined;
  if (head?.pchatMessages !== 1 || !Number.isSafeInteger(head.nextId)) {
    throw damaged(place, 1, "does not begin a file of messages");
  }
  if (head.lineage === place.lineage && head.room === place.room) return head;
  const other = head.lineage === place.lineage ? "another room" : "another store";
  throw new DomainError("store-damaged", `\`${place.shown}\` holds the messages of ${other}`, {
    hint: {
      say: "put the right file in its place, or let pchat put this one aside",
      commands: [["repair-store"]],
    },
    details: { file: place.shown, lineage: head.lineage, room: head.room },
  });
}

function messageOf(place: MessagePlace, bytes: Buffer, line: number | undefined): Message {
  const value = parsed(bytes) as Message | undefined;
  if (value !== undefined && isMessage(value)) return value;
  throw damaged(place, line, "is not a message");
}

const isMessage = ({ id, time, author, text }: Message): boolean =>
  Number.isSafeInteger(id) && id > 0 && [time, author, text].every((part) => typeof part === "string");

function parsed(bytes: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function damaged({ shown }: MessagePlace, line: number | undefined, reason: string): DomainError {
  const at = line === undefined ? "the last line" : `line ${line}`;
  return new DomainError("store-damaged", `\`${shown}\`: ${at} ${reason}`, {
    hint: {
      say: "pchat can keep what is readable, and the damaged file under another name",
      commands: [["repair-store"]],
    },
    details: { file: shown, line: line ?? null, reason },
  });
}
