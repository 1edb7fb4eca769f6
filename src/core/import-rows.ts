import { isClearing, restore, splitList } from "./csv-cell.ts";
import type { Draft } from "./draft.ts";
import { DomainError, reworded } from "./errors.ts";
import type { Outcome } from "./outcome.ts";
import { oneOf, type Properties, type Property, parseValue, shownName } from "./property.ts";
import { eachOf, type Series } from "./shelf.ts";
import { type Collection, nouns } from "./state.ts";
import type { Step } from "./steps.ts";
import type { Table, TableRow } from "./table.ts";
import { fold, sharedTexts } from "./text.ts";

/** How the columns of a kind are read. */
export interface RowFormat {
  readonly collection: Collection;
  /** Titles that the column of a property may have, where it is not the property's name: the first one there is read. */
  readonly titles?: Readonly<Record<string, readonly string[]>>;
  /** Columns that output has besides, and that are not read. */
  readonly ignored: readonly string[];
  /** Sets of properties; of each a file must have a column. */
  readonly required: readonly (readonly string[])[];
  /** Properties that `$null` clears, besides those that can be empty. */
  readonly clearable?: readonly string[];
}

/** A row of a file, as a command line would say it. */
export interface ReadRow {
  readonly row: number;
  /** Cells by property, as they stand; absent where empty. */
  readonly texts: Readonly<Record<string, string>>;
  /** Properties that the row clears. */
  readonly cleared: ReadonlySet<string>;
  readonly patch: Readonly<Record<string, unknown>>;
  /** Title of a property's column, as the file has it. */
  title(key: string): string;
}

/** What a row does to a draft. */
export type RowAction = (draft: Draft, row: ReadRow) => Outcome;

/** What is done with the rows of a kind. */
export interface RowActions {
  readonly act: RowAction;
  /** Everything that is wrong with the words of a row's cells, as far as each can be judged by itself. */
  readonly faults: (draft: Draft, row: ReadRow) => readonly DomainError[];
}

/** The column, in a file of rows that failed, that says why. It is not read. */
export const reasonTitle = "reason";

/** Of the entries of lists only so many are kept in mind: there may be as many as there are people. */
const mostShared = 10_000;

/** What a file's column holds. */
interface Column {
  readonly title: string;
  readonly key: string;
  readonly property: Property;
  readonly isClearable: boolean;
}

/** Undefined for a column that is not read. */
type Columns = readonly (Column | undefined)[];

/**
 * The rows of a file as steps: each is read, and handed on where nothing is wrong with its cells. A row with faulty
 * cells is a step that throws, naming each by its column. Throws `invalid-file` for a header with unknown, doubled or
 * missing columns.
 */
export function rowSteps(table: Table, format: RowFormat, { act, faults }: RowActions): Series<Step> {
  const columns = readHeader(table, format);
  const title = (key: string): string => columns.find((column) => column?.key === key)?.title ?? key;
  const shared = sharedTexts(mostShared);
  return eachOf(table.rows, (row) => {
    // Read when it is run: of many thousands only the cells are kept.
    const run = (draft: Draft): Outcome => {
      const read = readCells(columns, row, title, shared);
      if (read.faults.length > 0) throw together([...read.faults, ...faults(draft, read)]);
      return act(draft, read);
    };
    return { place: `${table.name} row ${row.row}`, line: row.row, run };
  });
}

/** Titles are compared without case, blanks, dashes and underlines: `Allowed Members` is `allowedMembers`. */
const plain = (title: string): string => fold(restore(title)).replace(/[\s_-]/g, "");

function readHeader(table: Table, format: RowFormat): Columns {
  const titles = table.header.map(plain);
  const known = knownColumns(titles, format);
  const unread = new Set([reasonTitle, ...format.ignored, ...emptyColumns(table)].map(plain));
  const columns = titles.map((title, index): Column | undefined => {
    const column = known.get(title);
    return column && { ...column, title: table.header[index]!.trim() };
  });
  const faults = [
    ...titles.flatMap((title, index) =>
      known.has(title) || unread.has(title) ? [] : [unknownColumn(table.header[index]!, index, format)],
    ),
    ...titles.flatMap((title, index) =>
      known.has(title) && titles.indexOf(title) < index
        ? [new DomainError("invalid-file", `there are two columns \`${table.header[index]!.trim()}\``)]
        : [],
    ),
    ...missingColumns(columns, format),
  ];
  if (faults.length > 0) throw badHeader(table, faults);
  return columns;
}

/** A title for each unnamed column without a single cell, as spreadsheets leave behind. */
function emptyColumns({ header, rows }: Table): string[] {
  const unnamed = header.flatMap((title, index) => (title.trim() === "" ? [{ title, index }] : []));
  if (unnamed.length === 0) return [];
  const filled = new Set<number>();
  for (const { cells } of rows) {
    for (const { index } of unnamed) if ((cells[index] ?? "") !== "") filled.add(index);
  }
  return unnamed.filter(({ index }) => !filled.has(index)).map(({ title }) => title);
}

/** By plain title what a column holds; undefined for one that is there, but of which a likelier one is read. */
function knownColumns(
  header: readonly string[],
  format: RowFormat,
): ReadonlyMap<string, Omit<Column, "title"> | undefined> {
  const known = new Map<string, Omit<Column, "title"> | undefined>();
  for (const [key, property] of propertiesOf(format)) {
    const isClearable =
      property.initial === null || property.type === "principals" || format.clearable?.includes(key) === true;
    const titles = titlesOf(format, key, property).map(plain);
    const chosen = titles.find((title) => header.includes(title));
    for (const title of titles)
      known.set(title, title === chosen ? { key, property, isClearable } : undefined);
  }
  return known;
}

const propertiesOf = ({ collection }: RowFormat): [string, Property][] =>
  Object.entries(nouns[collection].properties as Properties) as [string, Property][];

const titlesOf = (format: RowFormat, key: string, property: Property): readonly string[] =>
  format.titles?.[key] ?? [shownName(key, property)];

function unknownColumn(title: string, index: number, format: RowFormat): DomainError {
  if (title.trim() === "")
    return new DomainError("invalid-file", `column ${index + 1} has cells and no title`);
  const among = propertiesOf(format).map(([key, property]) => titlesOf(format, key, property)[0]!);
  return new DomainError("invalid-file", `there is no column \`${title.trim()}\``, {
    unknown: { word: title.trim(), among: () => among },
    hint: { say: `columns are ${among.join(", ")}` },
  });
}

const missingColumns = (columns: Columns, format: RowFormat): DomainError[] =>
  format.required
    .filter((keys) => !columns.some((column) => column !== undefined && keys.includes(column.key)))
    .map((keys) => new DomainError("invalid-file", `a column ${oneOf(keys)} is missing`));

function badHeader({ name, header }: Table, faults: readonly DomainError[]): DomainError {
  const messages = faults.map(({ message }) => message);
  return reworded(faults[0]!, `${name}: ${messages.join("; ")}`, {
    details: { file: name, header, faults: messages },
  });
}

/** What a row says, and everything that its cells cannot say. */
function readCells(
  columns: Columns,
  { row, cells }: TableRow,
  title: ReadRow["title"],
  shared: (text: string) => string,
): ReadRow & { readonly faults: readonly DomainError[] } {
  const texts: Record<string, string> = {};
  const patch: Record<string, unknown> = {};
  const cleared = new Set<string>();
  const faults = widthFaults(columns, cells);
  for (const [index, column] of columns.entries()) {
    const cell = cells[index] ?? "";
    if (column === undefined || isEmpty(cell, column)) continue;
    try {
      if (isClearing(cell)) clear(column, cleared, patch);
      else take(column, restore(cell), texts, patch, shared);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      faults.push(error);
    }
  }
  return { row, texts, cleared, patch, title, faults };
}

/** Blanks are a text, and nothing where a word is wanted. */
const isEmpty = (cell: string, { key, property }: Column): boolean =>
  isTrimmed(key, property) ? cell.trim() === "" : cell === "";

function clear(
  { key, property, title, isClearable }: Column,
  cleared: Set<string>,
  patch: Record<string, unknown>,
): void {
  if (!isClearable) {
    throw new DomainError("invalid-value", `\`${title}\` cannot be cleared, which \`$null\` asks for`);
  }
  cleared.add(key);
  patch[key] = property.type === "principals" ? { clear: true } : null;
}

function take(
  { key, property, title }: Column,
  text: string,
  texts: Record<string, string>,
  patch: Record<string, unknown>,
  shared: (text: string) => string,
): void {
  texts[key] = isTrimmed(key, property) ? text.trim() : text;
  if (property.settable === "identity") return;
  if (property.type === "principals") patch[key] = { set: entriesOf(title, text).map(shared) };
  else patch[key] = parsed(title, property, texts[key]);
}

/** Blanks around a name or a word are what a spreadsheet left there; around other texts they may be meant. */
const isTrimmed = (key: string, { settable, type }: Property): boolean =>
  settable === "identity" || key === "name" || type !== "text";

function entriesOf(title: string, text: string): readonly string[] {
  const entries = splitList(text)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  if (entries.length > 0) return entries;
  throw new DomainError("invalid-value", `\`${title}\`: \`${text.trim()}\` names nobody`, {
    hint: { say: "write $null to clear the list, or leave the cell empty to keep it" },
  });
}

function parsed(title: string, property: Property, text: string): unknown {
  try {
    return parseValue(`\`${title}\``, property, text);
  } catch (error) {
    if (!(error instanceof DomainError) || property.type !== "boolean") throw error;
    throw new DomainError(error.code, error.message, {
      hint: { say: "write TRUE or FALSE: a spreadsheet in another language writes words of its own" },
      details: error.details,
    });
  }
}

function widthFaults(columns: Columns, cells: readonly string[]): DomainError[] {
  const isWider = cells.slice(columns.length).some((cell) => cell !== "");
  if (cells.length >= columns.length && !isWider) return [];
  const message = `it has ${cells.length} cells, and the header ${columns.length}`;
  return [
    new DomainError("invalid-value", message, { hint: { say: "quote a cell that holds the separator" } }),
  ];
}

/** One refusal for several faults of a row. */
export function together(faults: readonly DomainError[]): DomainError {
  const [first] = faults as [DomainError];
  if (faults.length === 1) return first;
  return reworded(first, faults.map(({ message }) => message).join("; "), {
    details: { faults: faults.map(({ code, message, details }) => ({ code, message, details })) },
  });
}
