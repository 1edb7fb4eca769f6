import { SaxesParser } from "saxes";
import type { OpenZip } from "./read-zip.ts";

export interface XmlRecord {
  /** Attributes, and elements that hold text only, by name. */
  readonly fields: Record<string, string>;
  /** Attributes of the Principal elements within. */
  readonly roles: Record<string, string>[];
}

/** Far more than a room that names everybody of a large directory. */
const largestRecord = 64 * 1024 * 1024;

/**
 * Each element of a name in an XML file of a zip, without the ones within it, read as it is taken; none where there
 * is no such file. `largest` is how many characters one may have. Throws `invalid-file`; that the file is damaged may
 * be known only at its end.
 */
export function* recordsIn(
  zip: OpenZip,
  file: string,
  element: string,
  largest = largestRecord,
): Generator<XmlRecord> {
  if (!zip.has(file)) return;
  const reader = recordReader(element);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decoded = (bytes?: Buffer): string => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw zip.refusal(file, `${file} is not UTF-8`);
    }
  };
  const read = (text: string, isEnd = false): readonly XmlRecord[] => {
    try {
      return reader.read(text, isEnd);
    } catch (error) {
      throw zip.refusal(file, `${file}: ${(error as Error).message}`);
    }
  };
  for (const bytes of zip.bytes(file)) {
    yield* read(decoded(bytes));
    if (reader.openFor > largest) throw zip.refusal(file, `${file} holds an element that is too large`);
  }
  yield* read(decoded(), true);
}

interface RecordReader {
  /** Takes in more text. Returns the records that end in it. Throws where it is no XML. */
  read(text: string, isEnd: boolean): readonly XmlRecord[];
  /** How much was read since the last element that is not kept: what is in memory. */
  readonly openFor: number;
}

function recordReader(element: string): RecordReader {
  let ended: XmlRecord[] = [];
  let open: XmlRecord | undefined;
  let words = "";
  let openFor = 0;
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    words = "";
    const given = { ...(attributes as Record<string, string>) };
    if (open !== undefined) {
      if (name === "Principal") open.roles.push(given);
      return;
    }
    openFor = 0;
    if (name === element) open = { fields: given, roles: [] };
  });
  const addText = (chunk: string): void => {
    words += chunk;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", ({ name }) => {
    if (name === element && open !== undefined) {
      ended.push(open);
      open = undefined;
    } else if (open !== undefined && words.trim() !== "") open.fields[name] ??= words;
    if (open === undefined) openFor = 0;
    words = "";
  });
  return {
    read: (text, isEnd) => {
      openFor += text.length;
      parser.write(text);
      if (isEnd) parser.close();
      const records = ended;
      ended = [];
      return records;
    },
    get openFor() {
      return openFor;
    },
  };
}
