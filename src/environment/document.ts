import { load, YAMLException } from "js-yaml";
import { DomainError } from "../core/errors.ts";
import { syntaxFaults } from "./positions.ts";

/**
 * The value of a YAML or JSON text (JSON is YAML). Throws `invalid-file` with every fault as file:line:column.
 */
export function readDocument(text: string, name: string): unknown {
  try {
    return load(text);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const faults = syntaxFaults(text, error);
    const said = faults.map(({ line, column, reason: why }) => `${name}:${line}:${column}: ${why}`);
    throw new DomainError("invalid-file", said.join("; "), { details: { file: name, faults } });
  }
}
