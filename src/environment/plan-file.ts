import { growingPlan, type ReadPlan } from "../core/environment/saved-plan.ts";
import { DomainError } from "../core/errors.ts";
import type { Shelf } from "../core/shelf.ts";
import { pathText, type ScannedJson, scanJson } from "../text/json-scan.ts";
import { NotUtf8, TooLong, textWindow } from "../text/text-window.ts";
import type { ManifestFile } from "./manifest-files.ts";

/** Longer than any part of a plan, in characters: a whole file of a manifest is one document. */
const longestPart = 256 * 1024 * 1024;

/** Reads a plan's file one change and one document after the other. Throws `invalid-file`, `read-failed`. */
export function readPlanFile({ name, bytes }: Pick<ManifestFile, "name" | "bytes">, shelf?: Shelf): ReadPlan {
  const plan = growingPlan(name, shelf);
  const { value, faults } = scanned(bytes(), (list, item) => {
    if (list === "documents") plan.addDocument(item);
    if (list === "changes") plan.addChange(item);
  });
  const [fault] = faults;
  // What is not even JSON at its beginning is something else.
  if (fault === undefined || fault.line === 1) return plan.finish(value);
  const { line, column, path, reason } = fault;
  const said = `${name}:${line}:${column}: ${path.length === 0 ? "" : `${pathText(path)} `}${reason}`;
  throw new DomainError("invalid-file", said, { details: { file: name, line, column, reason } });
}

/** A scan that hands out the items of lists; without a value where bytes are not what a plan has. */
function scanned(
  bytes: Iterable<Buffer>,
  take: (list: string, item: unknown) => void,
): Pick<ScannedJson, "value" | "faults"> {
  try {
    return scanJson(textWindow(bytes, longestPart), {
      take: (list, _, item) => {
        take(list, item);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof NotUtf8 || error instanceof TooLong) return { value: undefined, faults: [] };
    throw error;
  }
}
