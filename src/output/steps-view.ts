import type { StepResult, StepsOutcome } from "../core/steps.ts";
import type { ObjectView } from "./object-view.ts";
import { headerOf, type Row, type View } from "./view.ts";

const column = (name: string) => ({ name, header: headerOf(name) });

const viewOf = (number: string): ObjectView => ({
  view: {
    kind: "step",
    identity: "identity",
    columns: [{ ...column(number), align: "right" }, column("action"), column("kind"), column("identity")],
  },
  // The rows are those of the report: one object may have several.
  row: () => undefined,
});

/** What became of each object that the lines of a script named. */
export const linesView = viewOf("line");
/** What became of each object that the rows of a file named. */
export const rowsView = viewOf("row");

/** An outcome of steps with its report: for each step what became of the objects that it named. */
export function reported<O extends StepsOutcome>(
  outcome: O,
  { view }: ObjectView,
): O & { readonly report: { readonly view: View; readonly rows: readonly Row[] } } {
  const number = view.columns[0]!.name;
  const rows = outcome.results.map((result) => rowOf(number, result));
  return { ...outcome, report: { view, rows } };
}

const rowOf = (number: string, { line, action, kind, identity }: StepResult): Row => ({
  [number]: line,
  action,
  kind,
  identity,
});
