import { closeSync } from "node:fs";
import { join } from "node:path";
import type { Authorship } from "../core/change.ts";
import { DomainError } from "../core/errors.ts";
import { ioError } from "../core/io-error.ts";
import { changeRecord, settle, snapshotRecord, tidy, type WriteContext } from "./commit-change.ts";
import { differences, objectCount, type StoreDocument } from "./document.ts";
import { documentChecksum } from "./document-text.ts";
import { keepCopy, ownershipOf, piecesOf } from "./files.ts";
import { keepJournal, type OpenJournal, openJournal, outlinesOf } from "./journal-file.ts";
import { encode } from "./journal-format.ts";
import { loadStore, readStoreFile } from "./load-store.ts";
import { checkMessageFiles, repairMessages } from "./messages.ts";
import { replaceJournal } from "./replace-journal.ts";
import { createReplay } from "./replay.ts";
import { type StorePaths, shownPath } from "./store-paths.ts";

/** A state that a damaged store can be brought to. */
export interface Candidate {
  readonly from: "file" | "journal";
  readonly serial: number;
  readonly objects: number;
}

export interface RepairPlan {
  /** What is wrong, or null where nothing is. */
  readonly problem: string | null;
  /** States that can be proven, the one that would be taken first. */
  readonly candidates: readonly Candidate[];
}

export interface Repaired extends Candidate {
  /** Copies of what was replaced. */
  readonly kept: readonly string[];
}

interface Proven {
  readonly document: StoreDocument;
  /** Length and chain of the journal's part that is proven. */
  readonly end: number;
  readonly chain: string;
  readonly isWhole: boolean;
}

interface Survey {
  readonly problem: string | null;
  /** Whether nothing but messages is damaged. */
  readonly isStoreWhole: boolean;
  readonly file: StoreDocument | undefined;
  readonly journal: Proven | undefined;
}

/** Looks at what can be proven of a store, without a lock and without writing. Throws `no-store`. */
export function planRepair(paths: StorePaths, schema: string): RepairPlan {
  const survey = surveyOf(paths, schema);
  return { problem: survey.problem, candidates: candidatesOf(survey) };
}

function surveyOf(paths: StorePaths, schema: string): Survey {
  const journal = provenJournal(paths, schema);
  const problem = problemOf(() => loadStore(paths, schema)) ?? journal?.fault ?? null;
  let file: StoreDocument | undefined;
  problemOf(() => {
    file = readStoreFile(paths, schema, () => false)?.document;
  });
  const known = file ?? journal?.proven?.document;
  const messages = known === undefined ? null : problemOf(() => checkMessageFiles(paths, known.lineage));
  return { problem: problem ?? messages, isStoreWhole: problem === null, file, journal: journal?.proven };
}

function problemOf(run: () => unknown): string | null {
  try {
    run();
    return null;
  } catch (error) {
    if (!(error instanceof DomainError) || error.code === "no-store") throw error;
    return error.message;
  }
}

/** The longest part of the journal, from its beginning, that its chain proves. */
function provenJournal(
  paths: StorePaths,
  schema: string,
): { readonly proven: Proven | undefined; readonly fault: string | null } | undefined {
  const journal = openOrNothing(paths);
  if (journal === undefined) return undefined;
  const replay = createReplay(journal, schema);
  let last = { end: 0, chain: "" };
  const fault = problemOf(() => {
    for (const outlined of outlinesOf(journal)) {
      replay.apply(outlined);
      last = { end: outlined.end, chain: outlined.chain };
    }
  });
  const document = replay.document();
  return { proven: document && { document, ...last, isWhole: fault === null }, fault };
}

function openOrNothing(paths: StorePaths): OpenJournal | undefined {
  try {
    return keepJournal(paths.journal, shownPath(paths, paths.journal));
  } catch (error) {
    if (error instanceof DomainError && error.code === "store-damaged") return undefined;
    throw error;
  }
}

/** The newest first; of two that are equally new the file, which may hold more. */
function candidatesOf({ file, journal }: Survey): Candidate[] {
  const candidates: Candidate[] = [];
  if (file !== undefined) candidates.push(candidate("file", file));
  const isOwn = file === undefined || journal?.document.lineage === file.lineage;
  if (journal !== undefined && isOwn) candidates.push(candidate("journal", journal.document));
  return candidates.sort((a, b) => b.serial - a.serial);
}

const candidate = (from: Candidate["from"], document: StoreDocument): Candidate => ({
  from,
  serial: document.serial,
  objects: objectCount(document),
});

/**
 * Brings a damaged store to a state that can be proven: the newest, or the one that `from` names. What is replaced
 * is kept under a new name first. Of a damaged file of messages, all that can be read stays. Ending in between leaves a store that can be repaired again. Returns undefined
 * where nothing is wrong. Throws `store-damaged` where nothing can be proven, `not-found` where `from` cannot.
 */
export function repairStore(
  context: WriteContext,
  author: Authorship,
  from: Candidate["from"] | undefined,
): Repaired | undefined {
  const { paths, schema } = context;
  const survey = surveyOf(paths, schema);
  if (survey.problem === null) return undefined;
  const candidates = candidatesOf(survey);
  if (candidates.length === 0) throw nothingProven(paths, survey.problem);
  const chosen = from === undefined ? candidates[0]! : candidates.find((each) => each.from === from);
  if (chosen === undefined) throw notProven(paths, from!);
  try {
    tidy(context, { directory: (survey.file ?? survey.journal!.document).directory });
    const kept = survey.isStoreWhole
      ? []
      : keepCopies(paths, stemToKeep(paths, author.time), [".json", ".journal.ndjson"]);
    const document = survey.isStoreWhole
      ? loadStore(paths, schema).document
      : chosen.from === "file"
        ? fromFile(context, survey, author)
        : fromJournal(context, survey.journal!);
    const messages = repairMessages(paths, document.lineage, stampOf(author.time));
    return { ...candidate(chosen.from, document), kept: [...kept, ...messages] };
  } catch (error) {
    throw ioError("write-failed", paths.given, error);
  }
}

/** A time as part of a file's name. */
const stampOf = (time: string): string => time.replace(/\.\d+Z$/, "Z").replace(/[^\dTZ]/g, "");

/** The parts of a store, by the end that each has after the store's stem. */
const partsOf = (paths: StorePaths) =>
  ({
    ".json": paths.file,
    ".journal.ndjson": paths.journal,
    ".directory.json": paths.directory,
    ".messages": paths.messages,
  }) as const;

/** A stem beside the store's under which nothing is kept yet. */
export function stemToKeep(paths: StorePaths, time: string): string {
  const ends = Object.keys(partsOf(paths));
  for (let attempt = 1; ; attempt++) {
    const name = `${paths.stem}.kept-${stampOf(time)}${attempt === 1 ? "" : `-${attempt}`}`;
    const stem = join(paths.folder, name);
    if (ends.every((end) => ownershipOf(`${stem}${end}`) === undefined)) return stem;
  }
}

/** Copies what is there of these parts under another stem, where they can be opened as a store. Returns their names. */
export function keepCopies(
  paths: StorePaths,
  stem: string,
  ends: readonly (".json" | ".journal.ndjson" | ".directory.json")[],
): readonly string[] {
  const parts = partsOf(paths);
  const present = ends.filter((end) => ownershipOf(parts[end]) !== undefined);
  for (const end of present) keepCopy(parts[end], `${stem}${end}`);
  return present.map((end) => shownPath(paths, `${stem}${end}`));
}

function fromFile(context: WriteContext, { file, journal }: Survey, author: Authorship): StoreDocument {
  const found = file!;
  if (journal === undefined || journal.document.lineage !== found.lineage) {
    replaceJournal(context, encode("", [snapshotRecord(found, author.time)]));
    settle(context, { document: found });
    return found;
  }
  const known = journal.document;
  const isSame = documentChecksum(found) === documentChecksum(known);
  const document = isSame ? found : { ...found, serial: Math.max(found.serial, known.serial) + 1 };
  const record = changeRecord(document, author, { writes: differences(known, document) }, null);
  const head = { ...record.head, file: documentChecksum(document), extra: document.extra };
  const added = isSame ? [] : encode(journal.chain, [{ ...record, head }]);
  replaceJournal(context, provenPieces(context.paths, journal, added));
  settle(context, { document });
  return document;
}

function fromJournal(context: WriteContext, journal: Proven): StoreDocument {
  if (!journal.isWhole) replaceJournal(context, provenPieces(context.paths, journal, []));
  settle(context, journal);
  return journal.document;
}

/** The part of a journal that is proven, with what is added to it. */
function* provenPieces(
  paths: StorePaths,
  { end }: Proven,
  added: Iterable<Uint8Array>,
): Iterable<Uint8Array> {
  const journal = openJournal(paths.journal, shownPath(paths, paths.journal))!;
  try {
    yield* piecesOf(journal.fd, 0, end);
  } finally {
    closeSync(journal.fd);
  }
  yield* added;
}

function nothingProven(paths: StorePaths, problem: string): DomainError {
  return new DomainError("store-damaged", `nothing of \`${paths.given}\` can be proven: ${problem}`, {
    hint: { say: "restore a backup with restore-store <file> --force, or put copies of the files back" },
    details: { file: paths.given },
  });
}

function notProven(paths: StorePaths, from: string): DomainError {
  return new DomainError("not-found", `the ${from} of \`${paths.given}\` holds no state that can be proven`, {
    hint: { say: "repair without --from to take the newest that can", commands: [["repair-store"]] },
  });
}
