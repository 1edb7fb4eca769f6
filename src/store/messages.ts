import { randomUUID } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import type { ContentEdit, ContentFact } from "../core/content-change.ts";
import { countEdits } from "../core/content-change.ts";
import { DomainError } from "../core/errors.ts";
import type { Content, Message, NewMessage } from "../core/message.ts";
import type { Write } from "../core/state.ts";
import { ownershipOf, putInPlace, syncFolder, writeTemporary } from "./files.ts";
import { errnoOf, ioError } from "./io-error.ts";
import type { ContentRecord, Head } from "./journal-format.ts";
import { tailOf } from "./load-store.ts";
import {
  appendMessage,
  headLine,
  type MessagePlace,
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
  const waiting = token === undefined ? [] : readdirSync(join(pendingFolder(paths), token));
  const ids = [...readdirSync(paths.messages), ...waiting]
    .map((name) => /^([1-9]\d*)\.ndjson$/.exec(name)?.[1])
    .filter((id) => id !== undefined);
  return [...new Set(ids.map(Number))].sort((a, b) => a - b);
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

/** Whether the folder is there. Throws `store-damaged` for anything else in its place: it could lead elsewhere. */
function isFolder(paths: StorePaths): boolean {
  const shown = shownPath(paths, paths.messages);
  const stats = lstatSync(paths.messages, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  if (stats.isDirectory()) return true;
  const kind = stats.isSymbolicLink() ? "a symbolic link" : "not a folder";
  throw new DomainError("store-damaged", `\`${shown}\` is ${kind}`, {
    hint: { say: "put a folder in its place, beside the store itself" },
    details: { file: shown },
  });
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

/** Puts a committed rewriting in its place, and takes away one that never was. Only for the holder of the lock. */
export function settleMessages(paths: StorePaths): void {
  if (!isFolder(paths) || !isRealFolder(pendingFolder(paths))) return;
  const committed = committedToken(paths);
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
    ({ collection, id, before }) => collection === "rooms" && before === undefined && id >= nextId,
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

/** Moves the whole folder to another name beside the store. Returns it, or undefined where there is none. */
export function keepMessages(paths: StorePaths, name: string): string | undefined {
  if (!isFolder(paths)) return undefined;
  const kept = join(paths.folder, `${name}.messages`);
  renameSync(paths.messages, kept);
  syncFolder(paths.folder);
  return shownPath(paths, kept);
}
