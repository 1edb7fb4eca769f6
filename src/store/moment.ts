import { closeSync } from "node:fs";
import { stateAfter } from "../core/draft.ts";
import { DomainError } from "../core/errors.ts";
import type { State, Write } from "../core/state.ts";
import type { StoreDocument } from "./document.ts";
import { keepJournal, openJournal, outlinesOf, recordsOf } from "./journal-file.ts";
import type { Head } from "./journal-format.ts";
import type { LargeStore } from "./large-store.ts";
import { type Loaded, tailBackTo } from "./load-store.ts";
import { directoryOf } from "./open-directory.ts";
import { replay } from "./replay.ts";
import { type StorePaths, shownPath } from "./store-paths.ts";
import type { Envelope } from "./store-text.ts";

/** A moment in the history of a store: after that change, or as it was at a time (ISO 8601 UTC). */
export type Moment = { readonly serial: number } | { readonly time: string };

/**
 * The store as it was, made again from the journal's beginning. At a time means after the last change with that
 * time or an earlier one: a clock that went back does not hide what came before. Throws `not-found` for a moment
 * before the journal's beginning or after the present, and `store-damaged` where the journal does not prove it.
 */
export function documentAt(paths: StorePaths, schema: string, loaded: Loaded, at: Moment): StoreDocument {
  const present = loaded.document;
  if ("serial" in at && at.serial === present.serial) return present;
  if ("serial" in at && at.serial > present.serial) throw notYet(paths, at.serial, present.serial);
  const journal = keepJournal(paths.journal, shownPath(paths, paths.journal));
  if (journal === undefined || loaded.tail === undefined) throw noHistory(paths);
  let isMade = false;
  try {
    const heads = Array.from(outlinesOf(journal), ({ record }) => record.head);
    const wanted = lastUpTo(heads, at);
    if (wanted === -1) throw tooEarly(paths, at, heads[0]!);
    // What was done outside pchat after the last change has no time of its own yet.
    const isLast = wanted === heads.length - 1;
    if ("time" in at && isLast && present.serial === heads[wanted]!.serial) return present;
    let left = wanted + 1;
    const document = replay(journal, schema, () => left-- > 0)!;
    isMade = true;
    return document;
  } finally {
    if (!isMade) journal.close();
  }
}

/**
 * A large store as it was: its present state with the changes since taken back, so that only the journal's end is
 * read. Throws as documentAt does.
 */
export function largeAt(
  paths: StorePaths,
  { state, envelope: present }: LargeStore,
  at: Moment,
): { readonly state: State; readonly envelope: Envelope } {
  if ("serial" in at && at.serial === present.serial) return { state, envelope: present };
  if ("serial" in at && at.serial > present.serial) throw notYet(paths, at.serial, present.serial);
  const tail = tailBackTo(paths, ({ serial, time }) =>
    "serial" in at ? serial <= at.serial : time <= at.time && serial <= present.serial,
  );
  if (tail?.at === undefined) throw tooEarly(paths, at, firstHead(paths));
  const { serial, nextId, directory } = tail.at;
  const envelope = { ...present, serial, nextId, directory };
  const undone = tail.since
    .filter(({ head }) => head.serial <= present.serial)
    .flatMap(({ writes }) => writes)
    .reverse()
    .map(({ before, after, ...rest }) => ({ ...rest, before: after, after: before }) as Write);
  return { state: stateAfter(state, undone, directoryOf(paths, envelope, present)), envelope };
}

function firstHead(paths: StorePaths): Head {
  const journal = openJournal(paths.journal, shownPath(paths, paths.journal));
  if (journal === undefined) throw noHistory(paths);
  try {
    for (const { record } of recordsOf(journal)) return record.head;
    throw noHistory(paths);
  } finally {
    closeSync(journal.fd);
  }
}

const lastUpTo = (heads: readonly Head[], at: Moment): number =>
  heads.findLastIndex(({ serial, time }) => ("serial" in at ? serial <= at.serial : time <= at.time));

function notYet(paths: StorePaths, serial: number, present: number): DomainError {
  return new DomainError(
    "not-found",
    `\`${paths.given}\` is at serial ${present}: there is no serial ${serial} yet`,
    {
      hint: { say: "name a change that was made", commands: [["get-history"]] },
      details: { serial, present },
    },
  );
}

function noHistory(paths: StorePaths): DomainError {
  return new DomainError("not-found", `\`${paths.given}\` has no journal, so it is only known as it is now`, {
    hint: { say: "the next change begins one" },
  });
}

function tooEarly(paths: StorePaths, at: Moment, { serial, time }: Head): DomainError {
  const wanted = "serial" in at ? `serial ${at.serial}` : at.time;
  const message = `\`${paths.given}\` is not known as it was at ${wanted}: its history begins with serial ${serial} at ${time}`;
  return new DomainError("not-found", message, {
    hint: { say: "name a later moment", commands: [["get-history"]] },
    details: { earliestSerial: serial, earliestTime: time },
  });
}
