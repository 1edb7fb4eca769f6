import { createHash, type Hash } from "node:crypto";

/** SHA-256 in lower-case hexadecimal: what store, journal and directory name each other by. */
export const checksum = (...parts: readonly (string | Uint8Array)[]): string => checksumOfAll(parts);

/** The same of parts that need not all be there at once. */
export function checksumOfAll(parts: Iterable<string | Uint8Array>): string {
  const hash = startChecksum();
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

export const startChecksum = (): Hash => createHash("sha256");

/** Characters of a checksum. */
export const checksumLength = 64;

export const isChecksum = (value: unknown): value is string =>
  typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
