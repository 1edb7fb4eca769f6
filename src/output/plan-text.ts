import type { Consequences } from "../core/effects.ts";
import type { SavedPlan } from "../core/environment/saved-plan.ts";
import { DomainError } from "../core/errors.ts";
import { batches, rowsAtOnce } from "./batches.ts";
import type { ChangeDocument } from "./changes.ts";
import { jsonText } from "./json.ts";

/** The beginning of every plan's file. */
const start = '{\n"pchatPlan": 1,';

export const isPlanText = (beginning: string): boolean => beginning.startsWith(start);

/** Sums up a text that is fed to it piece by piece. */
export interface Checksum {
  update(text: string): unknown;
  digest(encoding: "hex"): string;
}

/** A plan as it is written: the manifest, what is done, and what that does to people. */
export type PlanContent = Omit<SavedPlan, "pchatPlan" | "changes"> &
  Pick<ChangeDocument, "changes" | "warnings"> & { readonly consequences: Consequences };

/** With more effects than these, how many people gain and lose is told by room: nobody would read on, or have the disk. */
const effectsInFull = 100_000;

/**
 * The text of a plan's file: JSON, each change and effect on a line of its own, to be reviewed as it is. The last line
 * is the checksum of all before it, so that a plan which was edited is told from one that was reviewed.
 */
export function* planText(
  content: PlanContent,
  checksum: Checksum,
  most: number = effectsInFull,
): Generator<string> {
  for (const piece of planBody(content, most)) {
    checksum.update(piece);
    yield piece;
  }
  yield `"checksum": "${checksum.digest("hex")}"\n}\n`;
}

/** Longer than the last line, with line ends that an editor added. */
const longestEnd = 1000;

/** Throws `invalid-file` where the text of a plan's file, in pieces, is another than `planText` made, but for the line ends. */
export function requireAsWritten(pieces: Iterable<string>, file: string, checksum: Checksum): void {
  let rest = "";
  for (const piece of pieces) {
    const plain = (rest + piece).replaceAll("\r\n", "\n");
    const line = plain.lastIndexOf("\n", plain.length - longestEnd);
    checksum.update(plain.slice(0, line + 1));
    rest = plain.slice(line + 1);
  }
  const end = rest.lastIndexOf('"checksum": "');
  checksum.update(rest.slice(0, Math.max(end, 0)));
  if (end >= 0 && rest.slice(end).trimEnd() === `"checksum": "${checksum.digest("hex")}"\n}`) return;
  throw new DomainError("invalid-file", `\`${file}\` is not as it was written; nothing was done`, {
    hint: { say: "a plan is applied as it was reviewed: change the manifest, and plan again" },
    details: { file },
  });
}

function* planBody(
  { documents, changes, consequences, warnings, ...head }: PlanContent,
  most: number,
): Generator<string> {
  yield `${start}\n`;
  for (const [key, value] of Object.entries(head)) yield `${JSON.stringify(key)}: ${jsonText(value)},\n`;
  yield* listText("changes", changes, ",\n");
  if (areAtMost(most, consequences)) yield* listText("effects", consequences.effects(), ",\n");
  else yield* listText("effectCounts", consequences.counts(), ",\n");
  yield* listText("warnings", warnings, ",\n");
  yield* listText("documents", documents, ",\n");
}

function areAtMost(most: number, consequences: Consequences): boolean {
  let effects = 0;
  for (const { gaining, losing } of consequences.counts()) {
    effects += gaining + losing;
    if (effects > most) return false;
  }
  return true;
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
