import { isUtf8 } from "node:buffer";
import { DomainError, type Hint } from "../core/errors.ts";
import { type StoreDocument, schemaVersion } from "./document.ts";
import { type JsonPath, pathText, position, scanJson } from "./json-scan.ts";
import { migrate } from "./migrations.ts";
import { trustedDocument, validateStore } from "./validate-store.ts";

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
 * them; anything else is checked in full. Throws `store-damaged` with every fault, its path, line and column.
 */
export function parseStore(bytes: Buffer, shown: string, schema: string, trusted: boolean): ParsedStore {
  if (trusted) {
    const value = JSON.parse(bytes.toString("utf8")) as Record<string, unknown>;
    if (value["schemaVersion"] === schemaVersion) {
      return { document: trustedDocument(value, schema), version: schemaVersion, notices: [] };
    }
  }
  const { text, notices } = decode(bytes, shown);
  const scanned = scanJson(text);
  if (scanned.length > 0) throw damaged(shown, text, scanned);
  const value = JSON.parse(text) as Record<string, unknown>;
  const version = checkVersion(value, shown, text);
  const { document, faults, unknown } = validateStore(
    version === schemaVersion ? value : migrate(value, version),
    schema,
  );
  if (document === undefined) throw damaged(shown, text, locate(text, faults));
  return {
    document,
    version,
    notices: [
      ...notices,
      ...unknown.map(
        (path) => `\`${shown}\` holds \`${pathText(path)}\`, which this version does not know; it is kept`,
      ),
    ],
  };
}

function decode(bytes: Buffer, shown: string): { text: string; notices: readonly string[] } {
  if (!isUtf8(bytes)) {
    const offset = firstInvalid(bytes);
    const text = bytes.subarray(0, offset).toString("utf8");
    throw damaged(shown, text, [{ path: [], offset: text.length, reason: "not UTF-8 text" }]);
  }
  const text = bytes.toString("utf8");
  const conflict = /^(?:<{7}|={7}|>{7})(?: .*)?\r?$/m.exec(text);
  if (conflict !== null) throw conflicted(shown, text, conflict.index);
  if (!text.startsWith("\uFEFF")) return { text, notices: carriage(text, shown) };
  return {
    text: text.slice(1),
    notices: [
      `\`${shown}\` begins with a byte order mark; the next change leaves it out`,
      ...carriage(text, shown),
    ],
  };
}

const carriage = (text: string, shown: string): readonly string[] =>
  text.includes("\r\n") ? [`\`${shown}\` has CRLF line ends; the next change writes LF`] : [];

/** Offset of the first byte that is not part of UTF-8 text, found by halves. */
function firstInvalid(bytes: Buffer): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isUtf8(wholeCharacters(bytes.subarray(0, middle)))) low = middle;
    else high = middle - 1;
  }
  return wholeCharacters(bytes.subarray(0, low)).length;
}

/** Bytes without a character that is cut off at their end. */
function wholeCharacters(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return bytes;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? bytes.subarray(0, bytes.length - back) : bytes;
    }
  }
  return bytes;
}

function conflicted(shown: string, text: string, offset: number): DomainError {
  const fault = { path: "", ...position(text, offset), reason: "a mark of an unfinished git merge" };
  return new DomainError("store-damaged", `\`${shown}\` line ${fault.line}: an unfinished git merge`, {
    hint: { say: "keep one side of each conflict, or `git checkout --ours` or `--theirs` the file" },
    details: { file: shown, faults: [fault] },
  });
}

function checkVersion(value: Record<string, unknown> | unknown, shown: string, text: string): number {
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
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
  throw damaged(
    shown,
    text,
    locate(text, [{ path: ["schemaVersion"], reason: "is missing or no whole number" }]),
  );
}

interface Located {
  readonly path: JsonPath;
  readonly offset: number;
  readonly reason: string;
}

/** Finds the places of faults in the text; for a missing property, the place of what should hold it. */
function locate(text: string, faults: readonly { path: JsonPath; reason: string }[]): Located[] {
  const wanted = new Map(
    faults.flatMap(({ path }) => path.map((_, at) => [pathText(path.slice(0, at + 1)), -1])),
  );
  scanJson(text, (path, offset) => {
    const key = pathText(path);
    if (wanted.has(key)) wanted.set(key, offset);
  });
  return faults.map((fault) => {
    let offset = 0;
    for (let length = 1; length <= fault.path.length; length++) {
      const found = wanted.get(pathText(fault.path.slice(0, length)));
      if (found !== undefined && found >= 0) offset = found;
    }
    return { ...fault, offset };
  });
}

const hint: Hint = {
  say: "mend the file, or let pchat go back to the newest state that it can prove",
  commands: [["test-store"], ["repair-store"]],
};

function damaged(shown: string, text: string, located: readonly Located[]): DomainError {
  const faults = located.map(
    ({ path, offset, reason }): PlacedFault => ({ path: pathText(path), ...position(text, offset), reason }),
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
