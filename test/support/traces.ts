import type { ListFacts, Step } from "../../src/core/access.ts";

/** A step of a trace in one line, as the decision tables in fixtures/access write it. */
export function traceLine(step: Step): string {
  const detail = step.outcome === "not-reached" ? "" : detailOf(step);
  return `${step.step} ${step.outcome}${detail === "" ? "" : `: ${detail}`}`;
}

function detailOf(step: Exclude<Step, { readonly outcome: "not-reached" }>): string {
  switch (step.step) {
    case "sip":
      return step.because;
    case "policy":
      return step.from === "unknown" ? step.candidates.join(" or ") : `${step.policy} (${step.from})`;
    case "room-enabled":
      return `${step.disabled ? "disabled" : ""}${step.disabled && !step.needed ? ", not needed" : ""}`;
    case "membership":
      return step.by === null ? step.privacy : `${step.privacy}, ${step.by.list}${entryOf(step.by)}`;
    case "auditorium":
      return step.by === null ? step.type : `${step.type}, ${step.by.list}${entryOf(step.by)}`;
    default:
      return entryOf(step).trimStart();
  }
}

function entryOf({ entry, via }: ListFacts): string {
  if (entry === null) return "";
  return [` ${entry}`, ...via].join(" > ");
}
