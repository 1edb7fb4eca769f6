import { pipeline } from "node:stream/promises";
import { TextDecoder } from "node:util";
import { CsvError, parse } from "csv-parse";
import { DomainError } from "../core/errors.ts";
import { growingSeries, type Shelf } from "../core/shelf.ts";
import type { Table, TableRow } from "../core/table.ts";
import { sharedTexts } from "../core/text.ts";

interface Source {
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * The cells of a CSV file as spreadsheets write them: UTF-8 or UTF-16 with or without its byte-order mark, a comma, a
 * semicolon or a tab between cells (whichever parts the header most, or what a first line `sep=;` says), and any line
 * ends. Cells are as they stand, quotes taken off. Rows are counted as a spreadsheet shows them, the header being the
 * first; empty ones are counted and left out; of many, most are put on the shelf. Throws `invalid-file`, and what reading the source throws.
 */
export async function readCsv(source: Source, shelf?: Shelf): Promise<Table> {
  const texts = decoded(source);
  const head = await readHead(texts);
  const marked = head.text.startsWith("\uFEFF");
  const { delimiter, text } = separated(marked ? head.text.slice(1) : head.text);
  let header: readonly string[] | undefined;
  let count = 0;
  const rows = growingSeries<TableRow>(shelf);
  const shared = sharedCells();
  const parser = parse({ delimiter, record_delimiter: ["\r\n", "\n", "\r"], relax_column_count: true });
  try {
    await pipeline(
      async function* () {
        if (text !== "") yield text;
        yield* head.rest;
      },
      parser,
      async (parsed: AsyncIterable<string[]>) => {
        // A copy has room for its own cells only, where the parser's has some to grow.
        for await (const record of parsed) {
          count++;
          if (header === undefined) header = record.map(shared);
          else if (record.some((cell) => cell !== "")) rows.push({ row: count, cells: record.map(shared) });
        }
      },
    );
  } catch (error) {
    throw error instanceof CsvError ? unreadable(source.name, error) : error;
  }
  if (header === undefined) {
    throw new DomainError("invalid-file", `\`${source.name}\` is empty`, {
      hint: { say: "the first line names the columns; see those of the command with --help" },
      details: { file: source.name },
    });
  }
  return { name: source.name, delimiter, marked, header, rows };
}

/** The text in pieces, its byte-order mark kept. */
async function* decoded({ name, chunks }: Source): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let start: Uint8Array = new Uint8Array();
  try {
    for await (const chunk of chunks) {
      const bytes: Uint8Array = start.length === 0 ? chunk : Buffer.concat([start, chunk]);
      if (decoder === undefined && bytes.length < 2) {
        start = bytes;
        continue;
      }
      start = new Uint8Array();
      decoder ??= decoderFor(bytes);
      yield decoder.decode(bytes, { stream: true });
    }
    yield (decoder ?? decoderFor(start)).decode(start);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new DomainError("invalid-file", `\`${name}\` is not UTF-8 or UTF-16 text`, {
      hint: { say: "save it as `CSV UTF-8`" },
      details: { file: name },
    });
  }
}

function decoderFor(bytes: Uint8Array): TextDecoder {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? "utf-16le"
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? "utf-16be"
        : "utf-8";
  return new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
}

/** The first pieces, as many as hold the whole header, and those after them. */
async function readHead(
  texts: AsyncGenerator<string>,
): Promise<{ readonly text: string; readonly rest: AsyncGenerator<string> }> {
  let text = "";
  // One more, since a line feed may follow a carriage return.
  while ((headerEnd(text) ?? text.length) >= text.length - 1) {
    const next = await texts.next();
    if (next.done === true) break;
    text += next.value;
  }
  return { text, rest: texts };
}

/** Where the first line that is not in quotes ends. */
function headerEnd(text: string): number | undefined {
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (text[i] === "\n" || text[i] === "\r")) return i;
  }
  return undefined;
}

const separatorLine = /^"?sep=(.)"?(?:\r\n|\n|\r|$)/i;

function separated(text: string): { readonly delimiter: string; readonly text: string } {
  const said = separatorLine.exec(text);
  if (said !== null) return { delimiter: said[1]!, text: text.slice(said[0].length) };
  const header = text.slice(0, headerEnd(text)).replace(/"[^"]*"/g, "");
  const parts = (delimiter: string): number => header.split(delimiter).length;
  const [best] = [",", ";", "\t"].sort((a, b) => parts(b) - parts(a));
  return { delimiter: best!, text };
}

function unreadable(name: string, error: CsvError): DomainError {
  const { records = 0 } = error as CsvError & { readonly records?: number };
  const row = records + 1;
  const reason =
    error.code === "CSV_QUOTE_NOT_CLOSED"
      ? "a quote is never closed"
      : "a quote stands inside a cell that is not quoted, or text after the end of one that is";
  return new DomainError("invalid-file", `${name} row ${row}: ${reason}`, {
    hint: { say: 'put a cell that holds quotes in quotes, and double those in it: "the ""old"" room"' },
    details: { file: name, row },
  });
}

/** Cells that may be in many rows are shared: a category, a kind. */
function sharedCells(): (cell: string) => string {
  const shared = sharedTexts(mostShared);
  return (cell) => (cell.length > longestShared ? cell : shared(cell));
}

const longestShared = 64;
/** Names differ in each row: of those only so many are kept in mind. */
const mostShared = 10_000;
