import { sameValue } from "../draft.ts";
import { DomainError } from "../errors.ts";
import { eachOf, growingSeries, type Series, type Shelf } from "../shelf.ts";
import { growingManifest, type Manifest } from "./manifest.ts";
import type { EnvironmentOptions } from "./plan.ts";

/** A plan as its file holds it: the manifest, the state that it was made for, and what it would do there. */
export interface SavedPlan {
  readonly pchatPlan: 1;
  /** The store: empty, and serial 0, where the plan makes it. */
  readonly lineage: string;
  readonly serial: number;
  readonly directoryHash: string | null;
  readonly options: EnvironmentOptions;
  /** The manifest's documents, whole or in parts. */
  readonly documents: Iterable<unknown>;
  readonly changes: Series<unknown>;
}

export interface ReadPlan {
  readonly plan: Omit<SavedPlan, "documents">;
  readonly manifest: Manifest;
}

/** Takes what a plan's file holds, one after the other. */
export interface GrowingPlan {
  addDocument(value: unknown): void;
  addChange(value: unknown): void;
  /** What all of it is, given the rest of the file, with lists that need not hold anything. Throws `invalid-file`. */
  finish(rest: unknown): ReadPlan;
}

/** A plan of which nothing was read yet. With a shelf most of many objects and changes lie there. */
export function growingPlan(file: string, shelf?: Shelf): GrowingPlan {
  const manifest = growingManifest(() => ({ file, line: 1, column: 1 }), shelf);
  const changes = growingSeries<{ readonly change: unknown }>(shelf);
  let documents = 0;
  return {
    addDocument: (value) => manifest.add({ document: documents++, value }),
    addChange: (change) => changes.push({ change }),
    finish: (rest) => {
      const plan = rest as SavedPlan | null | undefined;
      const isPlan =
        typeof plan === "object" &&
        plan?.pchatPlan === 1 &&
        typeof plan.lineage === "string" &&
        Number.isSafeInteger(plan.serial) &&
        typeof plan.options === "object" &&
        plan.options !== null &&
        Array.isArray(plan.documents) &&
        Array.isArray(plan.changes);
      if (!isPlan) throw notPlan(file);
      return {
        plan: { ...plan, changes: eachOf(changes, ({ change }) => change) },
        manifest: manifest.finish(),
      };
    },
  };
}

const notPlan = (file: string): DomainError =>
  new DomainError("invalid-file", `\`${file}\` is not a saved plan`, {
    hint: { say: "name a file that plan-environment --out wrote; a manifest is given with --file" },
    details: { file },
  });

/** Throws `invalid-file` where a plan would do something else than it was reviewed to do. */
export function requireAsPlanned(
  { changes }: Pick<SavedPlan, "changes">,
  now: Iterable<unknown>,
  file: string,
): void {
  const planned = changes[Symbol.iterator]();
  let same = 0;
  let count = 0;
  for (const change of now) {
    count++;
    same += Number(sameValue(planned.next().value, change));
  }
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
