import type { Draft } from "./draft.ts";
import { findInPool, identitiesOf, type Naming } from "./identity.ts";
import {
  type Content,
  type Message,
  type MessageFilter,
  messageCondition,
  type NewMessage,
} from "./message.ts";
import type { Room } from "./nouns/room.ts";
import type { Outcome, Question } from "./outcome.ts";

/** What is done to the messages of one room. */
export interface ContentEdit {
  readonly roomId: number;
  /** Identity of the room. */
  readonly room: string;
  /** What becomes of a message that is there: itself, another text, or nothing. */
  readonly edit?: (message: Message) => Message | undefined;
  /** Messages with their numbers, ascending: each is added, or takes the place of the one with its number. */
  readonly put?: Iterable<Message>;
  /** Messages that come after all others, with new numbers. */
  readonly add?: Iterable<NewMessage>;
}

/** What became of a room's messages, as the journal keeps it: how many and from when, never what they said. */
export interface ContentFact {
  readonly roomId: number;
  /** Identity of the room. */
  readonly room: string;
  readonly removed: number;
  readonly replaced: number;
  readonly added: number;
  /** Times of the first and the last message concerned, ISO 8601 UTC; null where there is none. */
  readonly first: string | null;
  readonly last: string | null;
}

export interface ContentOutcome extends Outcome {
  /** One for each room in which something changes. */
  readonly content: readonly ContentEdit[];
  /** One for each room that was named. */
  readonly facts: readonly ContentFact[];
}

/** Counts what becomes of messages, one by one: undefined before is one added, undefined after one removed. */
export function countEdits({ roomId, room }: Pick<ContentEdit, "roomId" | "room">): {
  count(before: Message | undefined, after: Message | undefined): void;
  fact(): ContentFact;
} {
  const counts = { removed: 0, replaced: 0, added: 0 };
  let first: string | null = null;
  let last: string | null = null;
  return {
    count: (before, after) => {
      const { time } = (before ?? after)!;
      if (after === before) return;
      counts[before === undefined ? "added" : after === undefined ? "removed" : "replaced"]++;
      if (first === null || time < first) first = time;
      if (last === null || time > last) last = time;
    },
    fact: () => ({ roomId, room, ...counts, first, last }),
  };
}

export const isEffective = ({ removed, replaced, added }: ContentFact): boolean =>
  removed + replaced + added > 0;

/**
 * Removes the messages of rooms up to a time (ISO 8601 UTC, inclusive), from the oldest on; the rooms stay. All or
 * none; asks once, saying what would be lost. Throws `not-found`, `ambiguous`.
 */
export function clearRooms(
  draft: Draft,
  words: readonly string[],
  { until, pool }: Naming & { readonly until: string },
  content: Content,
): ContentOutcome {
  const edit = (message: Message): Message | undefined => (message.time <= until ? undefined : message);
  return editRooms(draft, words, { pool }, edit, content);
}

export interface MessageRemoval extends Naming {
  readonly filter: MessageFilter;
  /** Text that takes the place of each message; undefined removes them. */
  readonly replacement: string | undefined;
}

/**
 * Removes the messages of rooms that meet a filter, or puts another text in their place. All or none; asks once,
 * saying what would be lost. Throws `not-found`, `ambiguous`, `invalid-value`.
 */
export function removeMessages(
  draft: Draft,
  words: readonly string[],
  { filter, replacement, pool }: MessageRemoval,
  content: Content,
): ContentOutcome {
  const meets = messageCondition(draft, filter);
  const edit = (message: Message): Message | undefined => {
    if (!meets(message)) return message;
    if (replacement === undefined) return undefined;
    return message.replaced === true && message.text === replacement
      ? message
      : { ...message, text: replacement, replaced: true };
  };
  return editRooms(draft, words, { pool }, edit, content);
}

function editRooms(
  draft: Draft,
  words: readonly string[],
  naming: Naming,
  edit: (message: Message) => Message | undefined,
  content: Content,
): ContentOutcome {
  const rooms = identitiesOf(draft, "rooms", words, naming).map((room) => findInPool(draft, "rooms", room));
  const facts = rooms.map((room) => foresee(room, edit, content));
  const effective = facts.filter(isEffective);
  return {
    touched: [],
    content: effective.map(({ roomId, room }) => ({ roomId, room, edit })),
    facts,
    questions: effective.length === 0 ? [] : [lossOf(effective)],
  };
}

function foresee(room: Room, edit: (message: Message) => Message | undefined, content: Content): ContentFact {
  const counter = countEdits({ roomId: room.id, room: room.identity });
  for (const message of content.messages(room.id)) counter.count(message, edit(message));
  return counter.fact();
}

function lossOf(facts: readonly ContentFact[]): Question {
  const times = (key: "first" | "last"): string[] =>
    facts
      .map((fact) => fact[key])
      .filter((time) => time !== null)
      .sort();
  return {
    code: "loses-messages",
    rooms: facts.map(({ room }) => room),
    removed: facts.reduce((sum, { removed }) => sum + removed, 0),
    replaced: facts.reduce((sum, { replaced }) => sum + replaced, 0),
    first: times("first")[0]!,
    last: times("last").at(-1)!,
  };
}
