import { DomainError } from "./errors.ts";
import { resolvePrincipal } from "./principal.ts";
import { principalKey } from "./principal-word.ts";
import type { State } from "./state.ts";
import { fold } from "./text.ts";

/** A message of a room. */
export interface Message {
  /** Its number in the room; rises, and is never given twice. */
  readonly id: number;
  /** When it was posted, ISO 8601 UTC. */
  readonly time: string;
  /** SIP address of who posted it. */
  readonly author: string;
  readonly text: string;
  /** True where an administrator put another text in the place of the author's. */
  readonly replaced?: true;
}

/** A message that has no number yet. */
export type NewMessage = Omit<Message, "id">;

/** The messages of rooms as they lie in the store, for reading. */
export interface Content {
  /** A room's messages, oldest first, read as they are taken. Throws `store-damaged`, `read-failed`. */
  messages(room: number): Iterable<Message>;
  /** Bytes that a room's messages take in the store; 0 without any. */
  sizeBytes(room: number): number;
}

/** A store without messages. */
export const noContent: Content = { messages: () => [], sizeBytes: () => 0 };

/** How several keywords combine: all of them, any of them, or the phrase as it stands. */
export const matchClauses = ["All", "Or", "Exact"] as const;
export type MatchClause = (typeof matchClauses)[number];

/** Conditions on messages; a message must meet all that are given. Times are ISO 8601 UTC, both inclusive. */
export interface MessageFilter {
  readonly user?: string | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  /** Keywords, split at blanks. */
  readonly keywords?: string | undefined;
  readonly clause?: MatchClause | undefined;
  readonly caseSensitive?: boolean | undefined;
}

/**
 * A test for messages. Keywords are looked for anywhere in the text, in words too. Throws `invalid-value` for
 * keywords that are none, and what resolving the user throws; an address that the directory does not know is
 * taken as it is, so that people who left can be named.
 */
export function messageCondition(state: State, filter: MessageFilter): (message: Message) => boolean {
  const conditions: ((message: Message) => boolean)[] = [];
  const { user, from, until, keywords } = filter;
  if (from !== undefined) conditions.push(({ time }) => time >= from);
  if (until !== undefined) conditions.push(({ time }) => time <= until);
  if (user !== undefined) {
    const key = authorKey(state, user);
    conditions.push(({ author }) => principalKey(author) === key);
  }
  if (keywords !== undefined) conditions.push(holding(keywords, filter));
  return (message) => conditions.every((meets) => meets(message));
}

function authorKey(state: State, word: string): string {
  try {
    return resolvePrincipal(state, word, "user").key;
  } catch (error) {
    const isUnknown =
      error instanceof DomainError && ["no-such-principal", "not-sip-enabled"].includes(error.code);
    if (isUnknown && /^(sip:)?[^\s@]+@[^\s@]+$/i.test(word)) {
      return principalKey(/^sip:/i.test(word) ? word : `sip:${word}`);
    }
    throw error;
  }
}

function holding(keywords: string, { clause = "All", caseSensitive }: MessageFilter) {
  const comparable = caseSensitive === true ? (text: string) => text.normalize("NFC") : fold;
  const phrase = comparable(keywords).trim();
  const words = clause === "Exact" ? [phrase] : phrase.split(/\s+/);
  if (phrase === "") {
    throw new DomainError("invalid-value", "`--filter` takes one or more keywords, not an empty word");
  }
  return ({ text }: Message): boolean => {
    const within = comparable(text);
    const holds = (word: string): boolean => within.includes(word);
    return clause === "Or" ? words.some(holds) : words.every(holds);
  };
}

/** Longest text of a message, in UTF-16 units: one line of a file must stay readable in one piece. */
export const longestMessage = 1_000_000;

/** The text of a message as it is kept. Throws `invalid-value` for an empty or a too long one. */
export function checkMessageText(label: string, text: string): string {
  if (text.trim() === "") throw new DomainError("invalid-value", `${label} may not be empty`);
  if (text.length <= longestMessage) return text;
  throw new DomainError(
    "invalid-value",
    `${label} takes at most ${longestMessage} characters, not ${text.length}`,
  );
}
