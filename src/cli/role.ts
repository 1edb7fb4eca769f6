import type { Draft } from "../core/draft.ts";
import { resolvePrincipal } from "../core/principal.ts";
import { actAs, forAdministrators, stillTrue } from "../core/roles.ts";
import type { State } from "../core/state.ts";
import type { Step } from "../core/steps.ts";
import type { WriteOutcome } from "./command.ts";

/** Throws what looking up a user throws, once and not for each step. */
export function requireActor(as: string | undefined, state: State): void {
  if (as !== undefined) resolvePrincipal(state, as, "user");
}

/** A step whose changes must be such as the role of somebody allows; it throws `not-permitted` where they are not. */
export const stepInRole = (as: string | undefined, step: Step): Step =>
  as === undefined ? step : { ...step, run: (draft) => inRole(as, draft, step.run(draft)) };

/** Acting as somebody, the role decides what may be kept of a draft. Throws `not-permitted`. */
export function inRole(as: string | undefined, draft: Draft, outcome: WriteOutcome): WriteOutcome {
  if (as === undefined) return outcome;
  const user = resolvePrincipal(draft, as, "user").stored;
  if (outcome.content !== undefined) throw forAdministrators(user, "changing messages");
  const warnings = actAs(draft, user);
  return { ...outcome, warnings: [...stillTrue(draft, outcome.warnings ?? []), ...warnings] };
}
