/**
 * Distinguished names as RFC 4514 writes them, with the older spellings that exports and people still use: quoted
 * values and `;` between parts (RFC 1779), `OID.` before a numeric type (RFC 2253). Two spellings of one name are
 * compared by `dnKey`, never as text: servers differ in what they escape (Samba writes `\3B` where AD writes `\;`).
 */
import { fold, isAscii } from "./text.ts";

/** One `type=value` of a name. */
export interface AttributeValue {
  /** As written, without `OID.`; the types that RFC 4514 section 3 names are upper case (`CN`, `OU`, `DC` …). */
  readonly type: string;
  /** Unescaped; for an encoded value the text from `#` on, lower case. */
  readonly value: string;
  /** True for `#…`: the BER encoding in hexadecimal, which is compared as it is. */
  readonly encoded: boolean;
}

/** A relative distinguished name: nearly always one attribute, several when joined by `+` (in any order). */
export type Rdn = readonly AttributeValue[];

// RFC 4514 section 3. Any of them may be written as its OID.
const shortNames = new Map([
  ["2.5.4.3", "CN"],
  ["2.5.4.6", "C"],
  ["2.5.4.7", "L"],
  ["2.5.4.8", "ST"],
  ["2.5.4.9", "STREET"],
  ["2.5.4.10", "O"],
  ["2.5.4.11", "OU"],
  ["0.9.2342.19200300.100.1.1", "UID"],
  ["0.9.2342.19200300.100.1.25", "DC"],
]);
const knownTypes = new Set(shortNames.values());

interface Cursor {
  readonly text: string;
  at: number;
}

/**
 * The parts of a distinguished name, first part first, or undefined when the text is not one (RFC 4514 section 3).
 * The empty text is no name here, although RFC 4514 gives it to the root. Never throws.
 */
export function parseDn(text: string): Rdn[] | undefined {
  const cursor = { text, at: 0 };
  const rdns: Rdn[] = [];
  for (;;) {
    const rdn = readRdn(cursor);
    if (rdn === undefined) return undefined;
    rdns.push(rdn);
    if (cursor.at === text.length) return rdns;
    cursor.at++;
  }
}

/** Reads up to the separator (`,` or `;`) or the end. */
function readRdn(cursor: Cursor): Rdn | undefined {
  const attributes: AttributeValue[] = [];
  for (;;) {
    const attribute = readAttribute(cursor);
    if (attribute === undefined) return undefined;
    attributes.push(attribute);
    const next = cursor.text[cursor.at];
    if (next === undefined || next === "," || next === ";") return attributes;
    if (next !== "+") return undefined;
    cursor.at++;
  }
}

function readAttribute(cursor: Cursor): AttributeValue | undefined {
  const written = take(cursor, / *(?:oid\.)?([a-z][a-z0-9-]*|\d+(?:\.\d+)+) *= */iy)?.[1];
  if (written === undefined) return undefined;
  const type = typeName(written);
  if (cursor.text[cursor.at] === "#") {
    const hex = take(cursor, /(#(?:[0-9a-f]{2})+) */iy)?.[1];
    return hex === undefined ? undefined : { type, value: hex.toLowerCase(), encoded: true };
  }
  const value = cursor.text[cursor.at] === '"' ? readQuoted(cursor) : readString(cursor);
  return value === undefined ? undefined : { type, value, encoded: false };
}

function typeName(written: string): string {
  const short = shortNames.get(written) ?? written.toUpperCase();
  return knownTypes.has(short) ? short : written;
}

/** What a sticky pattern matches at the cursor, which moves behind it. */
function take(cursor: Cursor, sticky: RegExp): RegExpExecArray | null {
  sticky.lastIndex = cursor.at;
  const found = sticky.exec(cursor.text);
  if (found !== null) cursor.at = sticky.lastIndex;
  return found;
}

function readString(cursor: Cursor): string | undefined {
  let value = "";
  let significant = 0;
  for (;;) {
    const plain = take(cursor, /[^\\",;+<>]+/y)?.[0];
    if (plain !== undefined) {
      value += plain;
      significant = Math.max(significant, lengthToLastVisible(value));
    } else if (cursor.text[cursor.at] === "\\") {
      const character = readEscape(cursor);
      if (character === undefined) return undefined;
      value += character;
      significant = value.length; // an escaped space counts, also at the end
    } else return /["<>]/.test(cursor.text[cursor.at] ?? "") ? undefined : value.slice(0, significant);
  }
}

/** Length of the text without the spaces at its end (only U+0020: other blanks are part of a name). */
function lengthToLastVisible(value: string): number {
  let end = value.length;
  while (value[end - 1] === " ") end--;
  return end;
}

/** RFC 1779: within quotes only the quote and the backslash are special. */
function readQuoted(cursor: Cursor): string | undefined {
  let value = "";
  cursor.at++;
  while (cursor.at < cursor.text.length) {
    if (take(cursor, /" */y) !== null) return value;
    const piece = cursor.text[cursor.at] === "\\" ? readEscape(cursor) : take(cursor, /[^\\"]+/y)?.[0];
    if (piece === undefined) return undefined;
    value += piece;
  }
  return undefined;
}

/**
 * `\,` and the like, or a run of `\C3\B6` that together form UTF-8; undefined for anything else. `\/` is no escape
 * of RFC 4514, but ADSI paths write it.
 */
function readEscape(cursor: Cursor): string | undefined {
  const pairs = take(cursor, /(?:\\[0-9a-f]{2})+/iy)?.[0];
  if (pairs === undefined) return take(cursor, /\\([ "#+,;<=>\\/])/y)?.[1];
  try {
    return decodeURIComponent(pairs.replaceAll("\\", "%"));
  } catch {
    return undefined; // not UTF-8
  }
}

/** A distinguished name as text that parses to the same parts, escaped only where RFC 4514 section 2.4 says so. */
export function formatDn(rdns: readonly Rdn[]): string {
  return rdns.map((rdn) => rdn.map(formatAttribute).join("+")).join(",");
}

const formatAttribute = ({ type, value, encoded }: AttributeValue): string =>
  `${type}=${encoded ? value : escapeValue(value)}`;

function escapeValue(value: string): string {
  if (/^[^\\"+,;<>#\s\p{Cc}][^\\"+,;<>\s\p{Cc}]*$/u.test(value)) return value;
  return value
    .replace(/[\\"+,;<>]/g, "\\$&")
    .replace(/\p{Cc}/gu, hexPairs)
    .replace(/(?<=.) $/su, "\\ ")
    .replace(/^[ #]/, "\\$&");
}

/** `\0A` for a line feed (AD's mark in the names of deleted and conflicting objects), `\C2\85` beyond ASCII. */
const hexPairs = (character: string): string => encodeURIComponent(character).replaceAll("%", "\\");

// A name that is spelled as its key would be but for case: no escapes, quotes, `+`, or spaces around separators.
// NFC would turn U+037E into `;`, and marks behind the `=` into `≠`. Unicode's classes take time to load, which the
// names of most directories need not.
const isPlainName = (text: string): boolean =>
  isAscii(text)
    ? /^(?:[A-Za-z][A-Za-z0-9-]*=[^\\"+,;<>=#\s](?:[^\\"+,;<>=]*[^\\"+,;<>=\s])?(?:,(?=[A-Za-z])|$))+$/.test(
        text,
      )
    : /^(?:[A-Za-z][A-Za-z0-9-]*=(?!\p{M})[^\\"+,;<>=#\s\u037e\p{Cc}](?:[^\\"+,;<>=\u037e\p{Cc}]*[^\\"+,;<>=\s\u037e\p{Cc}])?(?:,(?=[A-Za-z])|$))+$/u.test(
        text,
      );

/**
 * The text under which a distinguished name is compared and sorted, or undefined when the text is no such name.
 * Case (of types and values), spaces around separators, the style of escapes, the order within a multi-valued part
 * and `OID.2.5.4.3` for `CN` make no difference; spaces inside a value do. A key is its own key.
 */
export function dnKey(text: string): string | undefined {
  if (isPlainName(text)) return fold(text);
  return parseDn(text)?.map(rdnKey).join(",");
}

function rdnKey(rdn: Rdn): string {
  const keys = rdn.map(({ type, value, encoded }) =>
    formatAttribute({ type: type.toLowerCase(), value: encoded ? value : fold(value), encoded }),
  );
  return keys.sort().join("+");
}

/**
 * The keys of everything above a name (given as text or key), nearest first; none for a name of one part or for
 * text that is no name.
 */
export function parentDnKeys(text: string): string[] {
  const key = dnKey(text) ?? "";
  const parents: string[] = [];
  for (let comma = nextComma(key, 0); comma >= 0; comma = nextComma(key, comma + 1)) {
    parents.push(key.slice(comma + 1));
  }
  return parents;
}

/** Where the next separator of a key is. In a key each backslash escapes exactly one character or hex pair. */
function nextComma(key: string, from: number): number {
  for (let at = from; ; ) {
    const comma = key.indexOf(",", at);
    const backslash = key.indexOf("\\", at);
    if (comma < 0 || backslash < 0 || comma < backslash) return comma;
    at = backslash + 2;
  }
}

/**
 * DNS name of the AD domain that a name lies in, lower case, from the DC parts at its end (RFC 2247 section 4):
 * `CN=Ana,OU=IT,DC=contoso,DC=com` → `contoso.com`. Empty when there are none or the text is no name.
 */
export function domainOf(dn: string): string {
  const rdns = parseDn(dn) ?? [];
  const labels: string[] = [];
  for (let last = rdns.length - 1; last >= 0 && isDomainPart(rdns[last]!); last--)
    labels.unshift(rdns[last]![0]!.value);
  return fold(labels.join("."));
}

const isDomainPart = (rdn: Rdn): boolean => rdn.length === 1 && rdn[0]?.type === "DC";

/** True for a name of DC parts only: `DC=contoso,DC=com`. */
export function isDomainDn(dn: string): boolean {
  if (!/^ *(?:dc|oid|0)/i.test(dn)) return false;
  return parseDn(dn)?.every(isDomainPart) ?? false;
}

/** The value of the first part, unescaped: `CN=Li\, Ivan,OU=IT` → `Li, Ivan`. Text that is no name comes back as it is. */
export function dnLabel(dn: string): string {
  return parseDn(dn)?.[0]?.[0]?.value ?? dn;
}
