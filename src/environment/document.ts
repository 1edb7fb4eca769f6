import { LineCounter, parseDocument } from "yaml";
import { DomainError } from "../core/errors.ts";

/**
 * The value of a YAML or JSON text (JSON is YAML). Throws `invalid-file` with every fault as file:line:column.
 */
export function readDocument(text: string, name: string): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, uniqueKeys: true, prettyErrors: false });
  if (document.errors.length === 0) return document.toJS();
  const faults = document.errors.map(({ message, pos }) => {
    const { line, col } = lineCounter.linePos(pos[0]);
    return { line, column: col, reason: message.split("\n")[0]!.replace(/\.$/, "").toLowerCase() };
  });
  const said = faults.map(({ line, column, reason }) => `${name}:${line}:${column}: ${reason}`);
  throw new DomainError("invalid-file", said.join("; "), { details: { file: name, faults } });
}
