import type { Question } from "../core/outcome.ts";
import { questionWords, removalWords } from "../output/wording.ts";

/** One thing that a person must agree to. */
export interface Asked {
  readonly text: string;
  /** What must be typed where a yes would be given too lightly: much, or people, would be lost. */
  readonly typed?: string;
}

type Removal = Question & { readonly code: "removes" };

/** Up to so many objects, or messages, a yes will do. */
const few = 3;
const fewMessages = 10;

/**
 * What is asked of a person for the questions that a change raises: one thing for all removals, and what must be typed
 * for those that lose people or many objects, or many messages. `losesAnybody` tells whether somebody loses access.
 */
export function askedFor(questions: readonly Question[], losesAnybody: () => boolean): Asked[] {
  const removals = questions.filter((question): question is Removal => question.code === "removes");
  const others = questions.filter(({ code }) => code !== "removes").map(otherQuestion);
  return removals.length === 0 ? others : [removal(removals, losesAnybody), ...others];
}

function removal(removals: readonly Removal[], losesAnybody: () => boolean): Asked {
  const text = removalWords(removals);
  const losesPeople = removals.some(({ losing }) => losing.length > 0) || losesAnybody();
  return removals.length > few || losesPeople ? { text, typed: wordFor(removals) } : { text };
}

/** The name of the one object; of several, how many. */
function wordFor([only, ...others]: readonly Removal[]): string {
  return others.length === 0 ? nameIn(only!.identity) : `remove ${others.length + 1}`;
}

const nameIn = (identity: string): string => identity.slice(identity.indexOf("\\") + 1);

function otherQuestion(question: Question): Asked {
  const text = questionWords(question);
  if (question.code !== "loses-messages") return { text };
  const [room, ...others] = question.rooms;
  if (question.removed + question.replaced <= fewMessages && others.length === 0) return { text };
  return { text, typed: others.length === 0 ? nameIn(room!) : `${question.rooms.length} rooms` };
}
