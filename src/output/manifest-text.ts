import { type Document, dump, SCALAR_STYLE, visit } from "js-yaml";
import { hasUnprintable } from "../core/text.ts";
import { batches, rowsAtOnce } from "./batches.ts";
import { escapeInQuotes } from "./printable.ts";

const mark = "# A manifest of pchat\n";

/** Whether a file that begins so was made by manifestYaml. */
export const isManifestText = (beginning: string): boolean => beginning.startsWith(mark);

/**
 * A manifest as YAML, a part at a time. Its head says what it is, and where editors find its description. Texts that hold
 * control characters, or marks that turn the direction of text, are written with escapes.
 */
export function* manifestYaml(manifest: Readonly<Record<string, unknown>>): Generator<string> {
  yield mark;
  const schema = manifest["$schema"];
  if (typeof schema === "string") yield `# yaml-language-server: $schema=${encodeURI(schema)}\n`;
  for (const [key, value] of Object.entries(manifest)) {
    if (!isIterable(value)) yield yaml({ [key]: value });
    else {
      let before = `${key}:\n`;
      for (const batch of batches(value, rowsAtOnce, rowsAtOnce)) {
        yield before + indented(yaml(batch));
        before = "";
      }
      if (before !== "") yield yaml({ [key]: [] });
    }
  }
}

const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof value === "object" && value !== null && Symbol.iterator in value;

const yaml = (value: unknown): string =>
  escapeInQuotes(dump(value, { lineWidth: -1, noRefs: true, transform: quoteUnprintable }));

const indented = (text: string): string => text.replace(/^(?=.)/gm, "  ");

/** Escapes have no meaning outside double quotes. Line feeds are laid out as lines. */
function quoteUnprintable(documents: Document[]): void {
  visit(documents, (node) => {
    if (node.kind === "scalar" && mustQuote(node.value)) node.style = SCALAR_STYLE.DOUBLE_QUOTED;
  });
}

const mustQuote = (text: string): boolean =>
  hasUnprintable(text) && (hasUnprintable(text.replaceAll("\n", "")) || /\n\s*\n| $/m.test(text));
