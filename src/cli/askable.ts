import { DomainError } from "../core/errors.ts";

/** A refusal for want of something that a person can be asked for. Nothing was written. */
export interface Askable extends DomainError {
  readonly details: {
    /** Words (`name`) and options (`--category`) that were not given. */
    readonly missing?: readonly string[];
    /** Pools of which one must be named. */
    readonly pools?: readonly string[];
  };
}

export function isAskable(error: unknown): error is Askable {
  if (!(error instanceof DomainError)) return false;
  if (error.code === "nothing-to-change") return true;
  return error.code === "missing-value" && ("missing" in error.details || "pools" in error.details);
}
