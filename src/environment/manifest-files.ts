import { CORE_SCHEMA, loadAll, mergeTag, YAMLException } from "js-yaml";
import type { Locate, Position } from "../core/environment/fault.ts";
import { type Manifest, readManifest } from "../core/environment/manifest.ts";
import { DomainError, type Hint } from "../core/errors.ts";
import type { Shelf } from "../core/shelf.ts";
import { type Mapped, mapDocuments, syntaxFaults } from "./positions.ts";

/** The text of one file of a manifest. */
export interface ManifestText {
  /** As messages call it: a path, or `stdin`. */
  readonly name: string;
  readonly text: string;
  /** Whether the user named the file, rather than a folder that holds it. */
  readonly isNamed: boolean;
}

interface Parsed {
  readonly file: ManifestText;
  readonly documents: readonly unknown[];
}

const schema = CORE_SCHEMA.withTags(mergeTag);

/**
 * Reads the texts of a manifest, YAML or JSON, as one. They are parsed by a fast reader that knows no positions; where
 * something is wrong, the file in question is read again by one that does.
 * Throws `invalid-file` with every fault of syntax; other faults are kept in the manifest.
 */
export function readManifestTexts(
  files: readonly ManifestText[],
  shelf?: Shelf,
): Manifest & { readonly documents: readonly unknown[] } {
  const sources: { readonly file: ManifestText; readonly index: number }[] = [];
  const maps = new Map<ManifestText, readonly Mapped[]>();
  const mapped = (file: ManifestText): readonly Mapped[] => {
    let found = maps.get(file);
    if (found === undefined) {
      found = mapDocuments(file.text);
      maps.set(file, found);
    }
    return found;
  };
  const locate: Locate = ({ document, path }) => {
    const source = sources[document];
    if (source === undefined) return { file: files[0]?.name ?? "", line: 1, column: 1 };
    const position = mapped(source.file)[source.index]?.(path) ?? { line: 1, column: 1 };
    return { file: source.file.name, ...position };
  };
  const kept = parseAll(files);
  for (const { file, documents } of kept) {
    if (documents.every(isSilent)) throw empty(file.name);
    for (const index of documents.keys()) sources.push({ file, index });
  }
  const manifest = readManifest(documentsOf(kept), locate, shelf);
  return {
    ...manifest,
    // Parsed again: seldom asked for, and larger than the texts.
    get documents() {
      return documentsOf(parseAll(files));
    },
  };
}

const documentsOf = (parsed: readonly Parsed[]): readonly unknown[] =>
  parsed.flatMap(({ documents }) => documents);

/** The documents of those texts that are a manifest's. */
function parseAll(files: readonly ManifestText[]): readonly Parsed[] {
  const faults: SyntaxFault[] = [];
  const parsed = files.flatMap((file): Parsed[] => {
    const documents = parse(file, faults);
    return documents === undefined ? [] : [{ file, documents }];
  });
  if (faults.length > 0) throw syntaxRefusal(faults);
  return parsed.filter(({ file, documents }) => isManifest(file, documents));
}

/** Whether a document names nothing at all, as what is left of a file that was cut off. */
const isSilent = (value: unknown): boolean =>
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

type SyntaxFault = Position & { readonly reason: string };

function parse(file: ManifestText, faults: SyntaxFault[]): readonly unknown[] | undefined {
  try {
    return loadAll(file.text, { schema });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    for (const each of syntaxFaults(file.text, error)) faults.push({ file: file.name, ...each });
    return undefined;
  }
}

function syntaxRefusal(faults: readonly SyntaxFault[]): DomainError {
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
function isManifest({ name, isNamed }: ManifestText, [first]: readonly unknown[]): boolean {
  const hint = typeof first === "object" && first !== null ? foreignHint(first as Fields, name) : undefined;
  if (hint === undefined) return true;
  if (!isNamed) return false;
  throw new DomainError("invalid-file", `\`${name}\` is not a manifest`, { hint, details: { file: name } });
}

function foreignHint(value: Fields, name: string): Hint | undefined {
  if ("pchatPlan" in value) {
    return { say: "it is a saved plan: apply it with", commands: [["apply-environment", "--plan", name]] };
  }
  if ("lineage" in value && "serial" in value) {
    return {
      say: "it is a store: export it first with",
      commands: [["export-environment", "--store", name]],
    };
  }
  const { $schema } = value;
  if (typeof $schema === "string" && $schema.startsWith("https://json-schema.org/")) {
    return { say: "it is a JSON Schema, which describes manifests to editors" };
  }
  return undefined;
}
