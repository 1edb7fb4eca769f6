import { YAMLException } from "js-yaml";
import type { Locate, Position } from "../core/environment/fault.ts";
import { type DocumentPart, growingManifest, type Manifest } from "../core/environment/manifest.ts";
import { DomainError, type Hint } from "../core/errors.ts";
import { again } from "../core/sequence.ts";
import type { Shelf } from "../core/shelf.ts";
import { type Bytes, type PiecedFile, readPieces } from "./manifest-pieces.ts";
import { NotInPieces, SyntaxFaults } from "./piece.ts";
import { type Mapped, mapDocuments, syntaxFaults } from "./positions.ts";
import { parseYaml } from "./yaml.ts";

/** One file of a manifest. */
export interface ManifestFile {
  /** As messages call it: a path, or `stdin`. */
  readonly name: string;
  /** Whether the user named the file, rather than a folder that holds it. */
  readonly isNamed: boolean;
  /** In bytes. */
  readonly size: number;
  /** All of it, read whenever it is asked for. Throws `invalid-file`, `read-failed`. */
  text(): string;
  /** What it holds, or what is at a place of it, read whenever it is gone through. Throws `read-failed`. */
  readonly bytes: Bytes;
}

/** Where a small file ends, in bytes. */
export interface ManifestBounds {
  /** A larger one is read in pieces. */
  readonly whole: number;
  /** Of about so many. */
  readonly piece: number;
  /** One that cannot be read in pieces is read as a whole up to here. That takes up to forty times as much memory. */
  readonly most: number;
}

const megabyte = 1024 * 1024;
const usualBounds: ManifestBounds = { whole: megabyte, piece: 64 * 1024, most: 64 * megabyte };

/** What was found in a file, whole or in pieces. */
interface Found extends PiecedFile {
  /** How many documents. */
  readonly documents: number;
}

interface ReadFile extends Found {
  readonly file: ManifestFile;
  /** How many documents come before its own. */
  readonly before: number;
}

/**
 * Reads the files of a manifest, YAML or JSON, as one: small ones as a whole, large ones piece by piece; no text is
 * kept. They are parsed by fast readers that know no positions; where something is wrong, what it is about is read
 * again by one that does. Throws `invalid-file` with every fault of syntax; other faults are kept in the manifest.
 */
export function readManifestFiles(
  files: readonly ManifestFile[],
  shelf?: Shelf,
  bounds = usualBounds,
): Manifest & { readonly documents: Iterable<unknown> } {
  const whole = new Set(files.filter(({ size }) => size <= bounds.whole));
  for (;;) {
    try {
      return readAll(files, whole, bounds, shelf);
    } catch (error) {
      if (!(error instanceof OnlyWhole)) throw error;
      if (error.file.size > bounds.most) throw error.refusal(bounds.most);
      // What was read of it is forgotten, and all is begun anew.
      whole.add(error.file);
    }
  }
}

/** A file that cannot be read in pieces. */
class OnlyWhole extends Error {
  override readonly name = "OnlyWhole";
  readonly file: ManifestFile;
  readonly reason: NotInPieces;
  constructor(file: ManifestFile, reason: NotInPieces) {
    super(reason.message);
    this.file = file;
    this.reason = reason;
  }

  refusal(most: number): DomainError {
    const { name, size } = this.file;
    const { at, message } = this.reason;
    const place = at === undefined ? `\`${name}\`` : `${name}:${at.line}:${at.column}`;
    const [large, small] = [size, most].map((bytes) => Math.round(bytes / megabyte));
    const say = `${place}: ${message}; ${large} MB can only be read piece by piece, and this stands in the way`;
    return new DomainError("invalid-file", say, {
      hint: {
        say: `where it is right, part it into files of up to ${small} MB, or write each key of the manifest and each item of a list on lines of their own, as it is done by`,
        commands: [["export-environment"]],
      },
      details: { file: name, ...at, reason: message },
    });
  }
}

function readAll(
  files: readonly ManifestFile[],
  whole: ReadonlySet<ManifestFile>,
  { piece }: ManifestBounds,
  shelf: Shelf | undefined,
): Manifest & { readonly documents: Iterable<unknown> } {
  const read: ReadFile[] = [];
  /** By the document: its file. */
  const sources: ReadFile[] = [];
  const locate: Locate = ({ document, path }) => {
    const source = sources[document];
    if (source === undefined) return { file: files[0]?.name ?? "", line: 1, column: 1 };
    return { file: source.file.name, ...source.find(document - source.before, path) };
  };
  const growing = growingManifest(locate, shelf);
  const refusals = createRefusals();
  for (const file of files) {
    const before = sources.length;
    const add = ({ document, ...part }: DocumentPart): void =>
      growing.add({ document: before + document, ...part });
    refusals.of(file.name, () => {
      const found = readFile(file, whole.has(file) ? undefined : piece, add);
      if (found === undefined) return;
      const source = { file, before, ...found };
      read.push(source);
      for (let count = 0; count < found.documents; count++) sources.push(source);
    });
  }
  refusals.throwAny();
  return {
    ...growing.finish(),
    documents: again(function* () {
      for (const { parts } of read) for (const { value } of parts) yield value;
    }),
  };
}

/** Gathers what is wrong with files: all faults of syntax, else what is said of the first. */
function createRefusals() {
  const faults: (Position & { readonly reason: string })[] = [];
  let first: DomainError | undefined;
  return {
    of: (name: string, read: () => void): void => {
      try {
        read();
      } catch (error) {
        if (error instanceof SyntaxFaults) {
          for (const fault of error.faults) faults.push({ file: name, ...fault });
        } else if (error instanceof DomainError && error.code === "invalid-file") first ??= error;
        else throw error;
      }
    },
    throwAny: (): void => {
      if (faults.length > 0) throw syntaxRefusal(faults);
      if (first !== undefined) throw first;
    },
  };
}

/**
 * Reads a file as a whole, or in pieces of a size. Undefined for what is no manifest, and was not named as one. Throws
 * `invalid-file`, SyntaxFaults, OnlyWhole.
 */
function readFile(
  file: ManifestFile,
  piece: number | undefined,
  add: (part: DocumentPart) => void,
): Found | undefined {
  let isSilent = true;
  const take = (part: DocumentPart): void => {
    isSilent &&= isSilentValue(part.value);
    add(part);
  };
  const found = piece === undefined ? readWhole(file, take) : readInPieces(file, piece, take);
  if (found !== undefined && isSilent) throw empty(file.name);
  return found;
}

function readWhole(file: ManifestFile, take: (part: DocumentPart) => void): Found | undefined {
  const parts = (): readonly DocumentPart[] =>
    documentsOf(file.text()).map((value, document) => ({ document, value }));
  const now = parts();
  if (!isManifest(file, now[0]?.value)) return undefined;
  for (const part of now) take(part);
  let maps: readonly Mapped[] | undefined;
  return {
    documents: now.length,
    parts: again(parts),
    find: (document, path) => {
      maps ??= mapDocuments(file.text());
      return maps[document]?.(path) ?? { line: 1, column: 1 };
    },
  };
}

function documentsOf(text: string): readonly unknown[] {
  try {
    return parseYaml(text);
  } catch (error) {
    throw error instanceof YAMLException ? new SyntaxFaults(syntaxFaults(text, error)) : error;
  }
}

function readInPieces(
  file: ManifestFile,
  size: number,
  take: (part: DocumentPart) => void,
): Found | undefined {
  if (!isManifest(file, headOf(file))) return undefined;
  let documents = 0;
  const first: Record<string, unknown> = {};
  try {
    const found = readPieces(file.bytes, size, (part) => {
      documents = Math.max(documents, part.document + 1);
      if (part.document === 0) for (const key of telling) noteOf(first, part.value, key);
      take(part);
    });
    // What tells it may stand anywhere.
    if (foreignHint(first, file.name) !== undefined) throw new NotInPieces("it is not a manifest");
    return { documents, ...found };
  } catch (error) {
    throw error instanceof NotInPieces ? new OnlyWhole(file, error) : error;
  }
}

/** Keys that tell other files from manifests. */
const telling = ["pchatPlan", "lineage", "serial", "$schema"];

function noteOf(fields: Record<string, unknown>, value: unknown, key: string): void {
  if (typeof value === "object" && value !== null && key in value) fields[key] = (value as Fields)[key];
}

const beginsObject = /^\uFEFF?\s*\{/y;
const pair = /\s*("(?:[^"\\]|\\.)*")\s*:\s*("(?:[^"\\]|\\.)*"|[-+.\w]+)\s*(?:,|(?=\}))/y;

/** What stands at the beginning of a JSON object, up to the first list or object in it. */
function headOf({ bytes }: ManifestFile): Fields {
  const [beginning] = bytes();
  const text = beginning?.toString("utf8") ?? "";
  beginsObject.lastIndex = 0;
  if (!beginsObject.test(text)) return {};
  const fields: Record<string, unknown> = {};
  pair.lastIndex = beginsObject.lastIndex;
  for (let found = pair.exec(text); found !== null; found = pair.exec(text)) {
    const [, key, value] = found;
    fields[key!.slice(1, -1)] = value!.startsWith('"') ? value!.slice(1, -1) : value;
  }
  return fields;
}

/** Whether a document names nothing at all, as what is left of a file that was cut off. */
const isSilentValue = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  (typeof value === "object" &&
    !Array.isArray(value) &&
    Object.keys(value).every((key) => key === "$schema"));

const empty = (name: string): DomainError =>
  new DomainError("invalid-file", `\`${name}\` holds no collection, so there is nothing to apply`, {
    hint: {
      say: "a manifest is such as `rooms: [{ name: Bridge, category: IT }]`, and `rooms: []` is none; described by",
      commands: [["get-schema", "environment"]],
    },
    details: { file: name },
  });

function syntaxRefusal(faults: readonly (Position & { readonly reason: string })[]): DomainError {
  const lines = faults.map(({ file, line, column, reason }) => ({
    text: `${file}:${line}:${column}: ${reason}`,
  }));
  if (lines.length === 1) return new DomainError("invalid-file", lines[0]!.text, { details: { faults } });
  return new DomainError("invalid-file", `${lines.length} faults; nothing was read`, {
    lines,
    details: { faults },
  });
}

type Fields = Readonly<Record<string, unknown>>;

/** In a folder, other files that pchat or an editor keeps there are passed over; by name they are refused. */
function isManifest({ name, isNamed }: ManifestFile, first: unknown): boolean {
  const hint = typeof first === "object" && first !== null ? foreignHint(first as Fields, name) : undefined;
  if (hint === undefined) return true;
  if (!isNamed) return false;
  throw new DomainError("invalid-file", `\`${name}\` is not a manifest`, { hint, details: { file: name } });
}

function foreignHint(value: Fields, name: string): Hint | undefined {
  const isStdin = name === "stdin";
  if ("pchatPlan" in value) {
    const command = ["apply-environment", "--plan", isStdin ? "-" : name];
    return { say: "it is a saved plan: apply it with", commands: [command] };
  }
  if ("lineage" in value && "serial" in value) {
    const command = ["export-environment", ...(isStdin ? [] : ["--store", name])];
    return { say: "it is a store: export it first with", commands: [command] };
  }
  const { $schema } = value;
  if (typeof $schema === "string" && $schema.startsWith("https://json-schema.org/")) {
    return { say: "it is a JSON Schema, which describes manifests to editors" };
  }
  return undefined;
}
