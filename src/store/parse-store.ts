import { DomainError, type Hint } from "../core/errors.ts";
import { type Collection, nouns } from "../core/state.ts";
import { type JsonVisitor, pathText, type ScanFault, scanJson } from "../text/json-scan.ts";
import { NotUtf8, type Position, type TextWindow, textWindow } from "../text/text-window.ts";
import { completed } from "./completed.ts";
import { type StoreDocument, schemaVersion } from "./document.ts";
import type { FileBytes } from "./file-image.ts";
import { buildFileLists } from "./file-lists.ts";
import { migrate } from "./migrations.ts";
import {
  completedItem,
  createValidation,
  type Fault,
  trustedDocument,
  type Validated,
  validateStore,
} from "./validate-store.ts";

/** A fault as `-o json` shows it. */
export interface PlacedFault {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

export interface ParsedStore {
  readonly document: StoreDocument;
  /** schemaVersion of the file: older than ours where it was migrated. */
  readonly version: number;
  /** Things that were accepted but should be known. */
  readonly notices: readonly string[];
}

/**
 * Reads the bytes of a store's file. `trusted` says that their checksum is one that pchat noted when it wrote
 * them; anything else is checked in full. Of many bytes the objects stay where they are, and are read again when they
 * are asked for. Throws `store-damaged` with every fault, its path, line and column.
 */
export function parseStore(bytes: FileBytes, shown: string, schema: string, trusted: boolean): ParsedStore {
  if (trusted && bytes.whole !== undefined) {
    const value = JSON.parse(bytes.whole.toString("utf8")) as Fields;
    if (value["schemaVersion"] === schemaVersion) return trustedStore(trustedDocument(value, schema));
  }
  const byItems = bytes.whole === undefined ? parseByItems(bytes, shown, schema, trusted) : undefined;
  return byItems ?? parseAtOnce(bytes, shown, schema, trusted);
}

type Fields = Readonly<Record<string, unknown>>;

const trustedStore = (document: StoreDocument): ParsedStore => ({
  document,
  version: schemaVersion,
  notices: [],
});

/** With every object in memory. */
function parseAtOnce(bytes: FileBytes, shown: string, schema: string, trusted: boolean): ParsedStore {
  const window = textWindow(bytes.pieces());
  const value = checkedValue(window, shown);
  const version = checkVersion(value, bytes, shown);
  if (trusted && version === schemaVersion) return trustedStore(trustedDocument(value, schema));
  const current = version === schemaVersion ? value : migrate(value, version);
  return checkedStore(validateStore(current, schema), version, bytes, shown, window);
}

/** Object by object; undefined for a file of an older version, and one whose objects are not in their order. */
function parseByItems(
  bytes: FileBytes,
  shown: string,
  schema: string,
  trusted: boolean,
): ParsedStore | undefined {
  const window = textWindow(bytes.pieces());
  const builder = buildFileLists(bytes, trusted ? completed : completedItem);
  const validation = createValidation(schema);
  const value = checkedValue(window, shown, {
    take: (list, index, item, { offset, length }) => {
      if (!Object.hasOwn(nouns, list)) return false;
      const collection = list as Collection;
      if (!trusted) validation.item(collection, index, item);
      const id = (item as { readonly id?: number } | null)?.id ?? Number.NaN;
      builder.add(collection, { offset: bytes.from + offset, length, id });
      return true;
    },
  });
  const lists = builder.finish();
  if (value === null || value["schemaVersion"] !== schemaVersion || lists === undefined) return undefined;
  if (trusted) return trustedStore(trustedDocument(value, schema, lists));
  return checkedStore(validation.finish(value, lists), schemaVersion, bytes, shown, window);
}

function checkedStore(
  { document, faults, unknown }: Validated,
  version: number,
  bytes: FileBytes,
  shown: string,
  window: TextWindow,
): ParsedStore {
  if (document === undefined) throw damaged(shown, located(bytes, faults));
  const known = noticesOf(window, shown);
  const kept = unknown.map(
    (path) => `\`${shown}\` holds \`${pathText(path)}\`, which this version does not know; it is kept`,
  );
  return { document, version, notices: [...known, ...kept] };
}

function noticesOf({ hasByteOrderMark, hasCarriageReturns }: TextWindow, shown: string): readonly string[] {
  return [
    ...(hasByteOrderMark
      ? [`\`${shown}\` begins with a byte order mark; the next change leaves it out`]
      : []),
    ...(hasCarriageReturns ? [`\`${shown}\` has CRLF line ends; the next change writes LF`] : []),
  ];
}

/** The value of a text without a fault. */
function checkedValue(window: TextWindow, shown: string, visitor: JsonVisitor = {}): Fields {
  try {
    const { value, faults, brokenAt } = scanJson(window, visitor);
    if (brokenAt !== undefined) requireMerged(window, brokenAt, shown);
    if (faults.length > 0) throw damaged(shown, faults);
    return value as Fields;
  } catch (error) {
    if (error instanceof NotUtf8) throw damaged(shown, [notUtf8(window)]);
    if (error instanceof RangeError) throw tooLong(window, shown);
    throw error;
  }
}

const notUtf8 = (window: TextWindow): ScanFault => ({
  path: [],
  ...window.position(window.start + window.text.length),
  reason: "not UTF-8 text",
});

function tooLong(window: TextWindow, shown: string): DomainError {
  const { line } = window.position(window.start);
  return new DomainError("read-failed", `\`${shown}\` line ${line}: one value is longer than 512 MB`, {
    details: { file: shown, line },
  });
}

/**
 * Reads a text to its end from where it is no JSON. Throws `store-damaged` where a line stands there as git leaves it
 * in an unfinished merge, and NotUtf8.
 */
function requireMerged(window: TextWindow, brokenAt: number, shown: string): void {
  const mark = findMark(window, brokenAt);
  while (window.readOn(window.start + window.text.length));
  if (mark !== undefined) throw conflicted(shown, mark);
}

const mergeMark = /(?:<{7}|={7}|>{7})(?=[ \r\n\u2028\u2029]|$)/y;
const longestMark = 8;

/** The first mark that begins a line from here on. */
function findMark(window: TextWindow, from: number): Position | undefined {
  const isLineStart = window.position(from).column === 1;
  let at = isLineStart ? from : nextLine(window, from);
  while (at !== undefined) {
    while (at + longestMark > window.start + window.text.length && window.readOn(at));
    mergeMark.lastIndex = at - window.start;
    if (mergeMark.test(window.text)) return window.position(at);
    at = nextLine(window, at);
  }
  return undefined;
}

/** Offset after the next line feed. */
function nextLine(window: TextWindow, from: number): number | undefined {
  for (let searched = from; ; ) {
    const end = window.text.indexOf("\n", searched - window.start);
    if (end !== -1) return window.start + end + 1;
    searched = window.start + window.text.length;
    if (!window.readOn(searched)) return undefined;
  }
}

function conflicted(shown: string, position: Position): DomainError {
  const fault = { path: "", ...position, reason: "a mark of an unfinished git merge" };
  return new DomainError("store-damaged", `\`${shown}\` line ${fault.line}: an unfinished git merge`, {
    hint: { say: "keep one side of each conflict, or `git checkout --ours` or `--theirs` the file" },
    details: { file: shown, faults: [fault] },
  });
}

function checkVersion(value: Fields | null, bytes: FileBytes, shown: string): number {
  const version = value?.["schemaVersion"];
  if (Number.isSafeInteger(version) && Number(version) >= 0) {
    if (Number(version) <= schemaVersion) return Number(version);
    throw new DomainError(
      "store-damaged",
      `\`${shown}\` has schemaVersion ${Number(version)}, and this pchat knows up to ${schemaVersion}`,
      {
        hint: { say: "use the newer pchat that wrote it" },
        details: { file: shown, schemaVersion: version },
      },
    );
  }
  const fault = { path: ["schemaVersion"], reason: "is missing or no whole number" };
  throw damaged(shown, located(bytes, [fault]));
}

/** Faults with their places in the text; for a missing property, the place of what should hold it. */
function located(bytes: FileBytes, faults: readonly Fault[]): ScanFault[] {
  const places = new Map<string, Position | undefined>(
    faults.flatMap(({ path }) => path.map((_, at) => [pathText(path.slice(0, at + 1)), undefined])),
  );
  // Most values lie in items of lists without a fault: there is no need to put their paths into words.
  let isWanted = false;
  scanJson(textWindow(bytes.pieces()), {
    take: () => true,
    visit: (path, place) => {
      if (path.length > 2 && !isWanted) return;
      const key = pathText(path);
      const isKnown = places.has(key);
      if (isKnown) places.set(key, place());
      if (path.length <= 2) isWanted = isKnown;
    },
  });
  return faults.map((fault) => {
    const own = fault.path.map((_, at) => places.get(pathText(fault.path.slice(0, at + 1))));
    return { ...fault, ...(own.findLast((place) => place !== undefined) ?? { line: 1, column: 1 }) };
  });
}

const hint: Hint = {
  say: "mend the file, or let pchat go back to the newest state that it can prove",
  commands: [["test-store"], ["repair-store"]],
};

function damaged(shown: string, located: readonly ScanFault[]): DomainError {
  const faults = located.map(
    ({ path, line, column, reason }): PlacedFault => ({ path: pathText(path), line, column, reason }),
  );
  const first = faults[0]!;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : "";
  const place = `\`${shown}\` line ${first.line}, column ${first.column}`;
  const said = `${first.path === "" ? "" : `\`${first.path}\` `}${first.reason}`;
  return new DomainError("store-damaged", `${place}: ${said}${more}`, {
    hint,
    details: { file: shown, faults },
  });
}
