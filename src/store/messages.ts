import { randomUUID } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
} from "node:fs";
import { basename, join } from "node:path";
import type { ContentEdit, ContentFact } from "../core/content-change.ts";
import { countEdits, isEffective } from "../core/content-change.ts";
import { DomainError } from "../core/errors.ts";
import { errnoOf, ioError } from "../core/io-error.ts";
import type { Content, Message, NewMessage } from "../core/message.ts";
import type { Write } from "../core/state.ts";
import { keepCopy, ownershipOf, putInPlace, syncFolder, writeTemporary } from "./files.ts";
import type { ContentRecord, Head } from "./journal-format.ts";
import { tailOf } from "./load-store.ts";
import {
  appendMessage,
  headLine,
  type MessageHead,
  type MessagePlace,
  mendedLines,
  messageLine,
  nextMessageId,
  readMessages,
} from "./message-file.ts";
import { type StorePaths, shownPath } from "./store-paths.ts";

/*
 * The messages of a store lie beside it in a folder, one file for each room id, appended to. Rewriting them is part
 * of a change like any other, in this order, each on disk before the next: the new files in a folder of their own,
 * `pending/<token>`; the journal's line, which names the token (from here on the change is kept); the files' places.
 * A token that the last line of the journal does not name was never committed.
 */

const fileName = (room: number): string => `${room}.ndjson`;
const pendingFolder = (paths: StorePaths): string => join(paths.messages, "pending");

/** Ids of the rooms that have a file, ascending. */
export function roomsWithFiles(paths: StorePaths): readonly number[] {
  if (!isFolder(paths)) return [];
  const token = committedToken(paths);
  const waiting = token === undefined ? [] : namesIn(join(pendingFolder(paths), token));
  const ids = [...readdirSync(paths.messages), ...waiting]
    .map((name) => /^([1-9]\d*)\.ndjson$/.exec(name)?.[1])
    .filter((id) => id !== undefined);
  return [...new Set(ids.map(Number))].sort((a, b) => a - b);
}

/** What is in a folder; nothing where it is gone, as a rewriting may be put in its place at any moment. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw ioError("read-failed", folder, error);
  }
}

/** Messages as they are now, for reading without a lock. */
export function openContent(paths: StorePaths, lineage: string): Content {
  let committed: { readonly token: string | undefined } | undefined;
  const place = (room: number): MessagePlace => {
    committed ??= { token: isFolder(paths) ? committedToken(paths) : undefined };
    return placeOf(paths, lineage, room, committed.token);
  };
  return {
    messages: function* (room) {
      yield* readMessages(place(room));
    },
    sizeBytes: (room) => statSync(place(room).path, { throwIfNoEntry: false })?.size ?? 0,
  };
}

function placeOf(paths: StorePaths, lineage: string, room: number, token: string | undefined): MessagePlace {
  const settled = join(paths.messages, fileName(room));
  const shown = join(shownPath(paths, paths.messages), fileName(room));
  const waiting = token === undefined ? settled : join(pendingFolder(paths), token, fileName(room));
  return { path: existsSync(waiting) ? waiting : settled, shown, lineage, room };
}

/**
 * Whether the folder is there. Throws `read-failed` where it may not be entered, and `store-damaged` for anything else
 * in its place: it could lead elsewhere.
 */
function isFolder(paths: StorePaths): boolean {
  const shown = shownPath(paths, paths.messages);
  const stats = statsOf(paths.messages, shown);
  if (stats === undefined) return false;
  if (stats.isDirectory()) return true;
  const kind = stats.isSymbolicLink() ? "a symbolic link" : "not a folder";
  throw new DomainError("store-damaged", `\`${shown}\` is ${kind}`, {
    hint: { say: "put a folder in its place, beside the store itself" },
    details: { file: shown },
  });
}

function statsOf(path: string, shown: string): Stats | undefined {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory() === true) accessSync(path, constants.R_OK | constants.X_OK);
    return stats;
  } catch (error) {
    throw ioError("read-failed", shown, error);
  }
}

const isRealFolder = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** The rewriting that the journal's last line committed, if it may not be in place yet. */
function committedToken(paths: StorePaths): string | undefined {
  if (!isRealFolder(pendingFolder(paths))) return undefined;
  return tokenOf(tailOf(paths, Number.POSITIVE_INFINITY)?.last);
}

const tokenOf = (head: Head | undefined): string | undefined =>
  (head as { readonly content?: ContentRecord } | undefined)?.content?.token;

/**
 * Puts a committed rewriting in its place, and takes away one that never was. Only for the holder of the lock. A
 * damaged journal cannot tell which it is: both are left for the writer after the repair.
 */
export function settleMessages(paths: StorePaths): void {
  if (!isFolder(paths) || !isRealFolder(pendingFolder(paths))) return;
  let committed: string | undefined;
  try {
    committed = committedToken(paths);
  } catch (error) {
    if (error instanceof DomainError && error.code === "store-damaged") return;
    throw error;
  }
  for (const token of readdirSync(pendingFolder(paths))) settleOne(paths, token, token === committed);
  rmdirSync(pendingFolder(paths));
}

function settleOne(paths: StorePaths, token: string, isCommitted: boolean): void {
  const folder = join(pendingFolder(paths), token);
  if (isCommitted && isRealFolder(folder)) {
    for (const name of readdirSync(folder)) {
      if (/^[1-9]\d*\.ndjson$/.test(name)) renameSync(join(folder, name), join(paths.messages, name));
    }
    syncFolder(paths.messages);
  }
  rmSync(folder, { recursive: true, force: true });
}

/** Makes the folder if need be. */
function requireFolder(paths: StorePaths): void {
  if (isFolder(paths)) return;
  makeFolder(paths, paths.messages);
  syncFolder(paths.folder);
}

/** A folder that the same people may enter who may read the store's file. */
function makeFolder(paths: StorePaths, folder: string): void {
  mkdirSync(folder, { mode: 0o700 });
  const mode = ownershipOf(paths.file)?.mode ?? 0o600;
  chmodSync(folder, 0o700 | (mode & 0o077) | ((mode & 0o044) >> 2));
}

/** A message that was added to a room. */
export interface Posted {
  readonly room: number;
  readonly message: NewMessage;
}

/** Adds a message to a room, on disk before it returns. Returns its number. Only for the holder of the lock. */
export function postMessage(
  paths: StorePaths,
  lineage: string,
  { room, message }: Posted,
  checkpoint: (step: string) => void,
): number {
  try {
    settleMessages(paths);
    requireFolder(paths);
    const place = placeOf(paths, lineage, room, undefined);
    const { id, isNewFile } = appendMessage(place, message, ownershipOf(paths.file), checkpoint);
    if (isNewFile) syncFolder(paths.messages);
    return id;
  } catch (error) {
    throw ioError("write-failed", shownPath(paths, paths.messages), error);
  }
}

/**
 * Writes what edits make of rooms' messages into a folder of its own, on disk before it returns, where no reader
 * looks until the journal names its token. Only for the holder of the lock.
 */
export function writePendingMessages(
  paths: StorePaths,
  lineage: string,
  edits: readonly ContentEdit[],
): ContentRecord {
  requireFolder(paths);
  const token = randomUUID();
  const folder = join(pendingFolder(paths), token);
  if (!isRealFolder(pendingFolder(paths))) makeFolder(paths, pendingFolder(paths));
  makeFolder(paths, folder);
  const facts: ContentFact[] = [];
  try {
    for (const edit of edits) {
      const place = placeOf(paths, lineage, edit.roomId, undefined);
      const target = join(folder, fileName(edit.roomId));
      const counter = countEdits(edit);
      putInPlace(writeTemporary(target, edited(place, edit, counter.count), ownershipOf(paths.file)), target);
      facts.push(counter.fact());
    }
    for (const each of [folder, pendingFolder(paths), paths.messages]) syncFolder(each);
  } catch (error) {
    removePending(paths, token);
    throw error;
  }
  return { token, facts };
}

/** Takes a rewriting away that was not committed. */
export function removePending(paths: StorePaths, token: string): void {
  rmSync(join(pendingFolder(paths), token), { recursive: true, force: true });
  try {
    rmdirSync(pendingFolder(paths));
  } catch {
    // The next writer takes it away.
  }
}

/** Reads every line of every file. Returns how many messages each room has. Throws `store-damaged`. */
export function checkMessageFiles(paths: StorePaths, lineage: string): ReadonlyMap<number, number> {
  const content = openContent(paths, lineage);
  const counts = new Map<number, number>();
  for (const room of roomsWithFiles(paths)) {
    let count = 0;
    for (const _ of content.messages(room)) count++;
    counts.set(room, count);
  }
  return counts;
}

/**
 * Mends each damaged file: what can be read of it stays, the file as it was is kept under a new name. A file of
 * another store or room, or something else in a file's place, is only put aside. Returns the kept files.
 */
export function repairMessages(paths: StorePaths, lineage: string, stamp: string): string[] {
  return roomsWithFiles(paths).flatMap((room) => {
    const place = placeOf(paths, lineage, room, undefined);
    try {
      for (const _ of readMessages(place));
      return [];
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
    const kept = join(paths.messages, `${room}.kept-${stamp}-${randomUUID().slice(0, 8)}.ndjson`);
    const mended = mendedLines(place);
    if (mended === undefined) renameSync(place.path, kept);
    else {
      keepCopy(place.path, kept);
      putInPlace(writeTemporary(place.path, mended, ownershipOf(place.path)), place.path);
    }
    syncFolder(paths.messages);
    return [join(shownPath(paths, paths.messages), basename(kept))];
  });
}

/** What a backup holds of messages: the lines of each file, in chunks. */
export function* savedLines(paths: StorePaths, lineage: string, rooms: readonly number[]): Generator<Buffer> {
  const token = isFolder(paths) ? committedToken(paths) : undefined;
  for (const room of rooms) {
    const place = placeOf(paths, lineage, room, token);
    yield Buffer.from(headLine(place, nextMessageId(place)));
    for (const message of readMessages(place)) yield Buffer.from(messageLine(message));
  }
}

/** The messages of a room that another store had, or an earlier one. */
export interface Saved {
  readonly head: MessageHead;
  readonly messages: Iterable<Message>;
}

/** What is missing here of a backup's messages, or stands here with another text. Later ones stay as they are. */
export function missingMessages(
  content: Content,
  saved: readonly Saved[],
  nameOf: (room: number) => string,
): ContentEdit[] {
  return saved
    .map(({ head, messages }) => ({ roomId: head.room, room: nameOf(head.room), put: messages }))
    .filter(({ roomId, put }) => {
      const counter = countEdits({ roomId, room: "" });
      for (const _ of merged(content.messages(roomId), { roomId, room: "", put }, counter.count));
      return isEffective(counter.fact());
    });
}

const installing = (paths: StorePaths): string =>
  join(paths.folder, `.${paths.stem}.messages.pchat-tmp-restore`);

/** Puts the messages of a backup in the place of whatever is there, which was kept before. */
export function installMessages(paths: StorePaths, lineage: string, saved: readonly Saved[]): void {
  const folder = installing(paths);
  rmSync(folder, { recursive: true, force: true });
  if (saved.length === 0) return;
  makeFolder(paths, folder);
  for (const { head, messages } of saved) {
    const target = join(folder, fileName(head.room));
    putInPlace(
      writeTemporary(target, linesOf({ ...head, lineage }, messages), ownershipOf(paths.file)),
      target,
    );
  }
  syncFolder(folder);
  renameSync(folder, paths.messages);
  syncFolder(paths.folder);
}

function* linesOf(head: MessageHead, messages: Iterable<Message>): Generator<Buffer> {
  yield Buffer.from(headLine(head, head.nextId));
  for (const message of messages) yield Buffer.from(messageLine(message));
}

type Count = ReturnType<typeof countEdits>["count"];

/** The lines of a file with an edit made, in chunks. */
function* edited(place: MessagePlace, edit: ContentEdit, count: Count): Generator<Buffer> {
  let nextId = nextMessageId(place);
  yield Buffer.from(headLine(place, nextId));
  for (const message of merged(readMessages(place), edit, count)) {
    if (message.id >= nextId) nextId = message.id + 1;
    yield Buffer.from(messageLine(message));
  }
  for (const message of edit.add ?? []) {
    const numbered = { ...message, id: nextId++ };
    count(undefined, numbered);
    yield Buffer.from(messageLine(numbered));
  }
}

/** Messages that are there, edited, with those that are put between them: both by rising number. */
function* merged(
  present: Iterable<Message>,
  { edit = (message) => message, put = [] }: ContentEdit,
  count: Count,
): Generator<Message> {
  const puts = put[Symbol.iterator]();
  let next = puts.next();
  const take = (before: Message | undefined): Message => {
    const message = next.value as Message;
    count(before === undefined || !isSame(before, message) ? before : message, message);
    next = puts.next();
    return message;
  };
  for (const message of present) {
    while (next.done !== true && next.value.id < message.id) yield take(undefined);
    if (next.done !== true && next.value.id === message.id) {
      yield take(message);
      continue;
    }
    const after = edit(message);
    count(message, after);
    if (after !== undefined) yield after;
  }
  while (next.done !== true) yield take(undefined);
}

const isSame = (a: Message, b: Message): boolean => messageLine(a) === messageLine(b);

/**
 * Moves files aside that lie where new rooms are to have theirs: ids are never given twice, so they can only come
 * from another history (an older copy of the store put back by hand). Only for the holder of the lock.
 */
export function setStaysAside(paths: StorePaths, writes: readonly Write[], nextId: number): void {
  const made = writes.filter(
    ({ collection, id, before }) => collection === "rooms" && id >= nextId && before === undefined,
  );
  if (made.length === 0 || !isFolder(paths)) return;
  for (const { id } of made) {
    const path = join(paths.messages, fileName(id));
    try {
      renameSync(path, join(paths.messages, `${id}.kept-${randomUUID()}.ndjson`));
    } catch (error) {
      if (errnoOf(error) !== "ENOENT") throw error;
    }
  }
}

/** Rooms with messages that are not among these: they can no longer come back. */
export const lostRooms = (paths: StorePaths, wanted: ReadonlySet<number>): readonly number[] =>
  roomsWithFiles(paths).filter((room) => !wanted.has(room));

/** Removes the messages of rooms for good. */
export function removeRooms(paths: StorePaths, rooms: readonly number[]): void {
  for (const room of rooms) rmSync(join(paths.messages, fileName(room)), { force: true });
  if (rooms.length > 0) syncFolder(paths.messages);
}

/** Moves the whole folder to another name beside the store. */
export function keepMessages(paths: StorePaths, kept: string): void {
  renameSync(paths.messages, kept);
  syncFolder(paths.folder);
}
