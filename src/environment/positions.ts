import type { YAMLException } from "js-yaml";
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from "yaml";
import type { Position } from "../text/text-window.ts";

/** One document of a text: finds where the value at a path begins, or its key; the nearest place above it if not there. */
export interface Mapped {
  (path: readonly (string | number)[]): Position;
  readonly errors: readonly (Position & { readonly reason: string })[];
}

/** The documents of a YAML or JSON text with all positions. Slow and large, so only for texts with faults. */
export function mapDocuments(text: string): readonly Mapped[] {
  const lineCounter = new LineCounter();
  const positionOf = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const options = { lineCounter, uniqueKeys: true, prettyErrors: false, merge: true } as const;
  const documents = parseAllDocuments(text, options);
  return (Array.isArray(documents) ? documents : []).map((document) => {
    const find = (path: readonly (string | number)[]): Position => {
      let node: unknown = document.contents;
      let offset = offsetOf(node) ?? document.range[0];
      for (const step of path) {
        if (isAlias(node)) node = node.resolve(document);
        const next = stepInto(node, step);
        if (next === undefined) break;
        offset = next.offset ?? offset;
        node = next.node;
      }
      return positionOf(offset);
    };
    const errors = document.errors.map(({ message, pos }) => ({
      ...positionOf(pos[0]),
      reason: message
        .split("\n")[0]!
        .replace(/\.$/, "")
        .replace(/^[A-Z](?=[a-z ])/, (c) => c.toLowerCase()),
    }));
    return Object.assign(find, { errors });
  });
}

export type SyntaxFault = Position & { readonly reason: string };

/** A longer text the slow reader could not hold. */
const longestMapped = 16 * 1024 * 1024;

/** What keeps a text from being read: everything that the slow reader finds, once each, or what the fast one said. */
export function syntaxFaults(text: string, { reason, mark }: YAMLException): readonly SyntaxFault[] {
  const at = { line: (mark?.line ?? 0) + 1, column: (mark?.column ?? 0) + 1 };
  // The slow reader would come to grief at every bracket.
  if (/^nesting exceeded/.test(reason)) return [{ ...at, reason: "nested too deeply" }];
  const found = text.length > longestMapped ? [] : mapDocuments(text).flatMap(({ errors }) => errors);
  const different = new Map(
    found.map((each) => [`${each.line} ${each.column} ${each.reason}`, each] as const),
  );
  return found.length === 0 ? [{ ...at, reason }] : [...different.values()];
}

const offsetOf = (node: unknown): number | undefined => (node as Node | null | undefined)?.range?.[0];

function stepInto(
  node: unknown,
  step: string | number,
): { readonly node: unknown; readonly offset: number | undefined } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
    return pair && { node: pair.value, offset: offsetOf(pair.key) };
  }
  if (isSeq(node) && typeof step === "number") {
    const item = node.items[step];
    return item === undefined ? undefined : { node: item, offset: offsetOf(item) };
  }
  return undefined;
}
