import { type AccessRequest, type Decision, evaluateAccess } from "./access.ts";
import { createDraft, type Draft } from "./draft.ts";
import { effectsAsFound } from "./effects.ts";
import type { Effect } from "./outcome.ts";
import type { State } from "./state.ts";
import { compareText, fold } from "./text.ts";

/** One way to another answer: commands to run in this order (words after `pchat`), and what else they would do. */
export interface Remedy {
  readonly commands: readonly (readonly string[])[];
  /** Everything they would change but what was asked for, by room and user; twenty where there is more. */
  readonly also: readonly Effect[];
  /** Whether `also` is all. */
  readonly complete: boolean;
}

/** A command, and what it does to a draft. */
export interface Move {
  readonly command: readonly string[];
  readonly make: (draft: Draft) => void;
}

/** A draft that nobody keeps: its ids are only different from all others. */
export const trial = (state: State): Draft => createDraft(state, Number.MAX_SAFE_INTEGER - 8);

const mostEffects = 20;

/** Moves as a remedy, or none where they do not lead to the wanted answer. */
export function tryMoves(
  state: State,
  request: AccessRequest,
  moves: readonly Move[],
  wanted: Exclude<Decision, "unknown">,
): Remedy[] {
  const draft = trial(state);
  for (const move of moves) move.make(draft);
  if (evaluateAccess(draft, requestIn(draft, request)).decision !== wanted) return [];
  const commands = moves.map((move) => move.command);
  const room = request.action === "create-room" ? undefined : request.room.identity;
  const also: Effect[] = [];
  for (const effect of effectsAsFound(state, draft, draft.writes(), false)) {
    if (effect.room === room && fold(effect.user) === fold(request.user)) continue;
    if (also.length === mostEffects) return [{ commands, also: also.sort(byRoomAndUser), complete: false }];
    also.push(effect);
  }
  return [{ commands, also: also.sort(byRoomAndUser), complete: true }];
}

const byRoomAndUser = (a: Effect, b: Effect): number =>
  compareText(a.room, b.room) || compareText(a.user, b.user);

/** Fewest commands first, then fewest side effects. */
export const bySideEffects = (a: Remedy, b: Remedy): number =>
  a.commands.length - b.commands.length || a.also.length - b.also.length;

/** The same question about the objects as another state has them. */
export function requestIn(state: State, request: AccessRequest): AccessRequest {
  return request.action === "create-room"
    ? { ...request, category: state.get("categories", request.category.id) ?? request.category }
    : { ...request, room: state.get("rooms", request.room.id) ?? request.room };
}
