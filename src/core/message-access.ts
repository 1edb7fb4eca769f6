import { type Decision, evaluateAccess, type Step } from "./access.ts";
import { DomainError } from "./errors.ts";
import type { Room } from "./nouns/room.ts";
import type { Warning } from "./outcome.ts";
import type { State } from "./state.ts";

/**
 * Whether a user (as stored) may read or post in a room, by the same rules as test-access. Returns the warnings of
 * the verdict, also for what cannot be told without a directory. Throws `not-permitted` naming the step that fails.
 */
export function requireAccess(
  state: State,
  user: string,
  action: "read" | "post",
  room: Room,
): readonly Warning[] {
  const { decision, because, step, warnings } = judgeAccess(state, user, action, room);
  if (decision !== "deny") return warnings;
  throw new DomainError(
    "not-permitted",
    `\`${user}\` may not ${action} in room \`${room.identity}\` (${because})`,
    {
      hint: {
        say: "see why, and what would change it, with",
        commands: [["test-access", user, room.identity, "--action", action]],
      },
      details: { user, room: room.identity, action, step },
    },
  );
}

/** A verdict with the step that fails, also in words; neither where none does. */
export function judgeAccess(
  state: State,
  user: string,
  action: "read" | "post",
  room: Room,
): {
  readonly decision: Decision;
  readonly step: Step["step"] | undefined;
  readonly because: string | undefined;
  readonly warnings: readonly Warning[];
} {
  const { decision, trace, warnings } = evaluateAccess(state, { user, action, room });
  const step = trace.find(({ outcome }) => outcome === "failed")?.step;
  return { decision, step, because: step && reasons[step], warnings };
}

const reasons: Readonly<Record<Step["step"], string>> = {
  sip: "not enabled for SIP",
  policy: "no policy enables them",
  "room-enabled": "the room is disabled",
  allowed: "not among the category's allowed members",
  "not-denied": "denied by the category",
  membership: "not a member",
  auditorium: "not a presenter of this auditorium",
  creator: "not a creator",
};

/** Whether a room keeps what is posted in it: that is its category's to say (ChatHistory). */
export const keepsHistory = (state: State, room: Room): boolean =>
  state.get("categories", room.categoryId)?.chatHistory !== false;
