import { sameValue } from "../draft.ts";
import { DomainError } from "../errors.ts";
import { type Manifest, readManifest } from "./manifest.ts";
import type { EnvironmentOptions } from "./plan.ts";

/** A plan as its file holds it: the manifest, the state that it was made for, and what it would do there. */
export interface SavedPlan {
  readonly pchatPlan: 1;
  /** The store: empty, and serial 0, where the plan makes it. */
  readonly lineage: string;
  readonly serial: number;
  readonly directoryHash: string | null;
  readonly options: EnvironmentOptions;
  readonly documents: readonly unknown[];
  readonly changes: readonly unknown[];
}

export interface ReadPlan {
  readonly plan: SavedPlan;
  readonly manifest: Manifest;
}

/** Reads what a plan's file holds. Throws `invalid-file` for anything else. */
export function readSavedPlan(value: unknown, file: string): ReadPlan {
  const plan = value as SavedPlan | null;
  const isPlan =
    typeof plan === "object" &&
    plan?.pchatPlan === 1 &&
    typeof plan.lineage === "string" &&
    Number.isSafeInteger(plan.serial) &&
    typeof plan.options === "object" &&
    plan.options !== null &&
    Array.isArray(plan.documents) &&
    Array.isArray(plan.changes);
  if (!isPlan) {
    throw new DomainError("invalid-file", `\`${file}\` is not a saved plan`, {
      hint: { say: "name a file that plan-environment --out wrote; a manifest is given with --file" },
      details: { file },
    });
  }
  return { plan, manifest: readManifest(plan.documents, () => ({ file, line: 1, column: 1 })) };
}

/** Throws `invalid-file` where a plan would do something else than it was reviewed to do. */
export function requireAsPlanned({ changes }: SavedPlan, now: Iterable<unknown>, file: string): void {
  let same = 0;
  let count = 0;
  for (const change of now) same += Number(sameValue(changes[count++], change));
  if (same === changes.length && count === same) return;
  throw new DomainError(
    "invalid-file",
    `\`${file}\` would do something else than it says; nothing was written`,
    {
      hint: { say: "it was edited, or made by another version: plan again" },
      details: { file },
    },
  );
}
