/**
 * Reads LDIF (RFC 2849) as ldifde, ldapsearch and ldbsearch write it. Our own reader, because GUIDs and SIDs are
 * binary, because files are larger than a string may be, and because a broken line must be named.
 */
import { isUtf8 } from "node:buffer";
import { DomainError, type Hint } from "../core/errors.ts";
import { type Line, lineReader, longestLine } from "./lines.ts";

/** A value as the file gives it: text for `name: value`, bytes for `name:: base64`. */
export type LdifValue = string | Uint8Array;

export interface LdifAttribute {
  /** As the file spells it, without the `range` and `binary` options. */
  readonly name: string;
  readonly values: LdifValue[];
  /** True when only ranges of values were given and none reached the end (`member;range=0-1499` alone). */
  truncated: boolean;
}

export interface LdifRecord {
  readonly dn: string;
  /** Line of the file on which the entry begins, from 1. */
  readonly line: number;
  /** By lower-cased name. */
  readonly attributes: ReadonlyMap<string, LdifAttribute>;
}

/** What a file says besides entries. Counts grow while it is read. */
export interface LdifNotes {
  /** Search references (`ref: ldap://…`, `# refldap://…`), which are never followed. */
  referrals: number;
  /** Results other than success that ldapsearch wrote (`4 Size limit exceeded`): the export is incomplete. */
  readonly failures: string[];
}

export interface LdifReader {
  readonly notes: LdifNotes;
  /** The entries that are complete with these bytes of the file. Throws `invalid-file`. */
  push(chunk: Uint8Array): LdifRecord[];
  /** The entry that the end of the file completes, if any. Throws `invalid-file`. */
  end(): LdifRecord[];
}

/**
 * A reader for one file, given in pieces of any size; `file` is its name, for messages. It accepts
 * - comments, folded lines (also comments, also in the middle of a character), `::` values, `version: 1`;
 * - CRLF and LF, UTF-8 and UTF-16 (see lines.ts), a missing last line end;
 * - what ldapsearch adds (`search:`, `result:`, `ref:`), and ldifde's `changetype: add`;
 * - attribute options: `member;range=0-1499` counts as `member` (MS-ADTS 3.1.1.3.1.3.3), `x;binary` as `x`
 *   (RFC 4522); any other (`cn;lang-fr`) makes an attribute of its own, so that it never becomes a name.
 *
 * Throws `invalid-file` with file, line and entry for anything else: a change record, a value to be read from a
 * URL (a file named in data is never opened), bad base64, text that is not UTF-8, a line without a colon.
 */
export function ldifReader(file: string): LdifReader {
  const lines = lineReader();
  const notes: LdifNotes = { referrals: 0, failures: [] };
  const builder = recordBuilder(file, notes);
  const records = (read: Iterable<Line>): LdifRecord[] => {
    const complete: LdifRecord[] = [];
    for (const line of read) {
      const record = builder.line(line);
      if (record !== undefined) complete.push(record);
    }
    return complete;
  };
  return {
    notes,
    push: (chunk) => records(lines.push(chunk)),
    end() {
      const last = records(lines.end());
      const open = builder.close();
      return open === undefined ? last : [...last, open];
    },
  };
}

interface OpenRecord {
  readonly dn: string;
  readonly line: number;
  readonly attributes: Map<string, LdifAttribute>;
}

// Records without a dn that ldapsearch writes between and after entries.
const trailers = new Set(["ref", "search", "result", "control", "pagedresults", "matcheddn", "text"]);

function recordBuilder(file: string, notes: LdifNotes) {
  let open: OpenRecord | "trailer" | undefined;
  const headings = headingCache();

  const fail = (line: Line, fault: string, hint?: Hint): never => {
    const entry = typeof open === "object" ? open.dn : null;
    const within = entry === null ? "" : `, entry \`${entry.replace(/\p{Cc}/gu, " ")}\`,`;
    throw new DomainError("invalid-file", `line ${line.number} of \`${file}\`${within} ${fault}`, {
      details: { file, line: line.number, entry },
      ...(hint === undefined ? {} : { hint }),
    });
  };

  const begin = (line: Line, name: string): void => {
    if (name === "version") checkVersion(line);
    else if (name === "dn")
      open = { dn: textOf(valueAfterColon(line)), line: line.number, attributes: new Map() };
    else if (trailers.has(name)) {
      open = "trailer";
      noteTrailer(name, line);
    } else fail(line, "begins an entry without `dn:`", exportHint);
  };

  const checkVersion = (line: Line): void => {
    if (textOf(valueAfterColon(line)) !== "1") fail(line, "asks for a version of LDIF other than 1");
  };

  const noteTrailer = (name: string, line: Line): void => {
    if (name === "ref") notes.referrals++;
    if (name !== "result") return;
    const result = textOf(valueAfterColon(line));
    if (!/^0\b/.test(result)) notes.failures.push(result);
  };

  const add = (record: OpenRecord, heading: Heading, line: Line): void => {
    if (heading.key === "dn") fail(line, "begins another entry without a blank line before it");
    else if (heading.key === "changetype") checkChange(line);
    else if (heading.key !== "control" || record.attributes.size > 0)
      addValue(record.attributes, heading, line);
  };

  const addValue = (attributes: OpenRecord["attributes"], heading: Heading, line: Line): void => {
    const value = valueAfterColon(line);
    const attribute = attributes.get(heading.key);
    if (attribute === undefined) {
      attributes.set(heading.key, { name: heading.name, values: [value], truncated: heading.truncated });
    } else {
      attribute.values.push(value);
      attribute.truncated &&= heading.truncated;
    }
  };

  const checkChange = (line: Line): void => {
    const change = textOf(valueAfterColon(line));
    if (change.toLowerCase() !== "add")
      fail(line, `is a change (\`${change}\`), not an exported entry`, exportHint);
  };

  /** The value after the colon: decoded text, or the bytes of a base64 value. */
  const valueAfterColon = (line: Line): LdifValue => {
    const { bytes } = line;
    const colon = bytes.indexOf(colonByte);
    const mark = bytes[colon + 1];
    if (mark === lessThan) fail(line, "takes a value from a URL", urlHint);
    if (mark === colonByte) return base64Of(line, colon + 2);
    const text = bytes.toString("utf8", afterSpaces(bytes, colon + 1));
    if (text.includes("\ufffd") && !isUtf8(bytes)) fail(line, "is not UTF-8", encodingHint);
    return text;
  };

  const base64Of = (line: Line, from: number): Uint8Array => {
    const text = line.bytes.toString("latin1", afterSpaces(line.bytes, from)).trimEnd();
    if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
      fail(line, "is not valid base64", cutHint);
    return Buffer.from(text, "base64");
  };

  const close = (): LdifRecord | undefined => {
    const record = open;
    open = undefined;
    return typeof record === "object" ? record : undefined;
  };

  const content = (line: Line): void => {
    if (line.bytes[0] === space) fail(line, "continues a line, but none is before it");
    if (line.bytes.length > longestLine) fail(line, "is too long for LDIF", exportHint);
    const heading = headings.read(line.bytes) ?? fail(line, "has no attribute name and colon", exportHint);
    if (typeof open === "object") add(open, heading, line);
    else if (open === undefined || heading.key === "dn") begin(line, heading.key);
    else noteTrailer(heading.key, line);
  };

  return {
    /** Takes one line; returns the entry that it ends, if it ends one. */
    line(line: Line): LdifRecord | undefined {
      if (isBlank(line.bytes)) return close();
      if (line.bytes[0] !== numberSign) content(line);
      else if (/^# ?refldaps?:\/\//i.test(line.bytes.toString("latin1", 0, 16))) notes.referrals++;
      return undefined;
    },
    close,
  };
}

const exportHint: Hint = {
  say: "export entries with `ldifde -f file`, `ldapsearch -LLL` or `ldbsearch`",
};
const urlHint: Hint = {
  say: "files that an export names are never opened; write the value itself in base64",
};
const encodingHint: Hint = {
  say: "save the file as UTF-8 or UTF-16, or export again: the tools write base64 there",
};
const cutHint: Hint = { say: "the file may have been cut or edited; export it again" };

const space = 0x20;
const numberSign = 0x23;
const colonByte = 0x3a;
const lessThan = 0x3c;

/** Text of a value; bytes of a base64 value that are not UTF-8 show as U+FFFD. */
const textOf = (value: LdifValue): string =>
  typeof value === "string" ? value : Buffer.from(value).toString("utf8");

function afterSpaces(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === space) at++;
  return at;
}

const isBlank = (bytes: Buffer): boolean => bytes.length === 0 || afterSpaces(bytes, 0) === bytes.length;

/** What stands before the colon. */
interface Heading {
  readonly key: string;
  readonly name: string;
  readonly truncated: boolean;
}

/** Reads headings, each spelling once: a large export repeats a few of them millions of times. */
function headingCache() {
  const known = new Map<string, Heading | undefined>();
  return {
    read(bytes: Buffer): Heading | undefined {
      const colon = bytes.indexOf(colonByte);
      if (colon < 1 || colon > 256) return undefined;
      const text = bytes.toString("latin1", 0, colon);
      if (!known.has(text)) known.set(text, readHeading(text));
      return known.get(text);
    },
  };
}

/** `member;range=0-1499` → member, truncated. Undefined when it is no attribute description (RFC 4512 2.5). */
function readHeading(text: string): Heading | undefined {
  if (!/^[a-z0-9_][a-z0-9._-]*(?:;[a-z0-9=*_-]+)*$/i.test(text)) return undefined;
  const [base = text, ...options] = text.split(";");
  const ranges = options.filter((option) => /^range=/i.test(option));
  const others = options.filter((option) => !/^range=/i.test(option) && option.toLowerCase() !== "binary");
  const name = [base, ...others].join(";");
  return {
    key: name.toLowerCase(),
    name,
    truncated: ranges.length > 0 && !ranges.some((range) => range.endsWith("*")),
  };
}
