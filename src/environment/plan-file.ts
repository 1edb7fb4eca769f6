import { growingPlan, type ReadPlan } from "../core/environment/saved-plan.ts";
import { DomainError } from "../core/errors.ts";
import type { Shelf } from "../core/shelf.ts";
import { pathText, scanJson } from "../text/json-scan.ts";
import { NotUtf8, textWindow } from "../text/text-window.ts";
import type { ManifestFile } from "./manifest-files.ts";

/** Reads a plan's file one change and one document after the other. Throws `invalid-file`, `read-failed`. */
export function readPlanFile({ name, bytes }: Pick<ManifestFile, "name" | "bytes">, shelf?: Shelf): ReadPlan {
  const plan = growingPlan(name, shelf);
  try {
    const { value, faults } = scanJson(textWindow(bytes()), {
      take: (list, _, item) => {
        if (list === "documents") plan.addDocument(item);
        if (list === "changes") plan.addChange(item);
        return true;
      },
    });
    const [fault] = faults;
    // What is not even JSON at its beginning is something else.
    if (fault === undefined || fault.line === 1) return plan.finish(value);
    const { line, column, path, reason } = fault;
    const said = `${name}:${line}:${column}: ${path.length === 0 ? "" : `${pathText(path)} `}${reason}`;
    throw new DomainError("invalid-file", said, { details: { file: name, line, column, reason } });
  } catch (error) {
    throw error instanceof NotUtf8 ? plan.finish(undefined) : error;
  }
}
