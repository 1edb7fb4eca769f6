/** objectGUID and objectSid, which tools export as text (ldbsearch) or as bytes in base64 (ldapsearch, ldifde). */
import type { LdifValue } from "./ldif.ts";

/**
 * A GUID as lower-case text with dashes, or null when the value is none. Bytes are mixed-endian: the first three
 * groups are little-endian (MS-DTYP 2.3.4.2).
 */
export function guidText(value: LdifValue): string | null {
  if (typeof value !== "string") return value.length === 16 ? guidOfBytes(value) : guidText(asText(value));
  const text = value.trim().toLowerCase();
  return /^\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?$/.exec(text)?.[1] ?? null;
}

function guidOfBytes(bytes: Uint8Array): string {
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  const hex = Buffer.from(order.map((at) => bytes[at]!)).toString("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** A SID as text (`S-1-5-21-…`), or null when the value is none. Bytes as in MS-DTYP 2.4.2.2. */
export function sidText(value: LdifValue): string | null {
  if (typeof value !== "string") return isSidBytes(value) ? sidOfBytes(value) : sidText(asText(value));
  const text = value.trim().toUpperCase();
  return /^S-1-\d+(?:-\d+)*$/.test(text) ? text : null;
}

const isSidBytes = (bytes: Uint8Array): boolean =>
  bytes.length >= 8 && bytes[0] === 1 && bytes.length === 8 + 4 * bytes[1]!;

function sidOfBytes(bytes: Uint8Array): string {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts = Array.from({ length: bytes[1]! }, (_, at) => view.readUInt32LE(8 + 4 * at));
  return ["S-1", view.readUIntBE(2, 6), ...parts].join("-");
}

const asText = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
