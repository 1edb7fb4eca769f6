import { stringify } from "csv-stringify/sync";
import { neutralise } from "../core/csv-cell.ts";
import { reasonTitle } from "../core/import-rows.ts";
import type { StepFailure, StepsOutcome } from "../core/steps.ts";
import type { Table } from "../core/table.ts";
import { fold } from "../core/text.ts";

/** An outcome that also leaves the rows that failed in a file, where one is named. */
export function leavingFailed<O extends StepsOutcome>(
  outcome: O,
  table: Table,
  path: string | undefined,
): O & { readonly files: readonly { readonly path: string; readonly text: string }[] } {
  return {
    ...outcome,
    files: path === undefined ? [] : [{ path, text: failedRows(table, outcome.failures) }],
  };
}

/**
 * The rows of a file that failed, as a file of the same form: their cells as they stood, and a last column with the
 * reason, which is not read when the mended file is.
 */
export function failedRows(table: Table, failures: readonly StepFailure[]): string {
  const { header, delimiter, marked } = table;
  const failed = new Set(failures.map(({ line }) => line));
  const rows = new Map<number, readonly string[]>();
  for (const { row, cells } of table.rows) if (failed.has(row)) rows.set(row, cells);
  const width = Math.max(header.length, ...failures.map(({ line }) => rows.get(line)?.length ?? 0));
  const kept = Array.from({ length: width }, (_, index) => index).filter(
    (index) => fold((header[index] ?? "").trim()) !== reasonTitle,
  );
  const cellsOf = (cells: readonly string[]): string[] => kept.map((index) => cells[index] ?? "");
  const lines = failures.map(({ line, error }) => [
    ...cellsOf(rows.get(line) ?? []),
    neutralise(error.message),
  ]);
  const text = stringify([[...cellsOf(header), reasonTitle], ...lines], {
    delimiter,
    quoted_match: /[\r\n]|^\s|\s$/,
  });
  return `${marked ? "\uFEFF" : ""}${text}`;
}
