import type { Collection, Nouns } from "../state.ts";

export type Severity = "error" | "warning" | "note";
export const severities = ["error", "warning", "note"] as const satisfies readonly Severity[];

/** The article's steps, in its order. */
export const checkSteps = ["topology", "directory", "policy", "category", "rooms", "people"] as const;
export type CheckStep = (typeof checkSteps)[number];

/** What a finding is about: a stored object, or a user of the directory. */
export interface FindingObject {
  readonly kind: Nouns[Collection]["kind"] | "user";
  readonly identity: string;
}

/** Something that is missing or looks wrong. Values only: the wording is output's. */
export interface Finding {
  readonly check: string;
  readonly step: CheckStep;
  readonly severity: Severity;
  /** Null where something is missing altogether. */
  readonly object: FindingObject | null;
  readonly facts: Readonly<Record<string, unknown>>;
  /** Commands that mend it, in this order (words after `pchat`); none where only Active Directory can. */
  readonly commands: readonly (readonly string[])[];
}

/** What a check reports; its step is known from where it stands. */
export type Report = Omit<Finding, "step">;

/** A report of a severity about an object. */
export const report =
  (severity: Severity) =>
  (
    check: string,
    object: FindingObject | null,
    facts: Report["facts"],
    ...commands: readonly (readonly string[])[]
  ): Report => ({ check, severity, object, facts, commands });

export const error = report("error");
export const warning = report("warning");
export const note = report("note");

/** An option given once for each value. */
export const each = (option: string, values: readonly string[]): string[] =>
  values.flatMap((value) => [option, value]);
