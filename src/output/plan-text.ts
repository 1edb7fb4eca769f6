import type { SavedPlan } from "../core/environment/saved-plan.ts";
import { batches, rowsAtOnce } from "./batches.ts";
import type { ChangeDocument } from "./changes.ts";
import { jsonText } from "./json.ts";

/** The beginning of every plan's file. */
const start = '{\n"pchatPlan": 1,';

export const isPlanText = (beginning: string): boolean => beginning.startsWith(start);

/** The text of a plan's file: JSON, each change and effect on a line of its own, to be reviewed as it is. */
export function* planText(
  plan: Omit<SavedPlan, "pchatPlan" | "changes">,
  { changes, effects, warnings }: ChangeDocument,
): Generator<string> {
  yield `${start}\n`;
  const { documents, ...head } = plan;
  for (const [key, value] of Object.entries(head)) yield `${JSON.stringify(key)}: ${jsonText(value)},\n`;
  yield* listText("changes", changes, ",\n");
  yield* listText("effects", effects, ",\n");
  yield* listText("warnings", warnings, ",\n");
  yield* listText("documents", documents, "\n");
  yield "}\n";
}

function* listText(key: string, items: Iterable<unknown>, end: string): Generator<string> {
  yield `"${key}": [`;
  let before = "\n";
  for (const batch of batches(items, rowsAtOnce, rowsAtOnce)) {
    yield before + batch.map((item) => jsonText(item)).join(",\n");
    before = ",\n";
  }
  yield `${before === "\n" ? "" : "\n"}]${end}`;
}
