/**
 * Every way in which pchat refuses, by a stable code. The kind decides the exit code (src/cli/exit-code.ts);
 * the code is what scripts may test in `-o json`.
 */
export type RefusalKind =
  | "usage"
  | "not-found"
  | "conflict"
  | "store"
  | "confirmation"
  | "partly"
  | "failure";

export const refusals = {
  "unknown-command": "usage",
  "unknown-option": "usage",
  "invalid-usage": "usage",
  "invalid-value": "usage",
  "missing-value": "usage",
  "invalid-file": "usage",
  "not-found": "not-found",
  "no-such-principal": "not-found",
  "no-store": "not-found",
  "no-file": "not-found",
  exists: "conflict",
  ambiguous: "conflict",
  "in-use": "conflict",
  "missing-reference": "conflict",
  "limit-exceeded": "conflict",
  "not-permitted": "conflict",
  "not-sip-enabled": "conflict",
  "principals-not-in-scope": "conflict",
  "presenter-not-member": "conflict",
  "presenters-in-normal-room": "conflict",
  "scope-unknown": "conflict",
  "truncated-export": "conflict",
  "too-many-removals": "conflict",
  "reason-required": "conflict",
  "later-change": "conflict",
  "store-damaged": "store",
  "store-locked": "store",
  "store-stale": "store",
  "confirmation-required": "confirmation",
  "confirmation-declined": "confirmation",
  "nothing-to-change": "confirmation",
  "partly-done": "partly",
  "write-failed": "failure",
  "read-failed": "failure",
  unexpected: "failure",
} as const satisfies Record<string, RefusalKind>;

export type RefusalCode = keyof typeof refusals;

/**
 * What to do next: a sentence, and command lines (as words after `pchat`) that can be typed as they are.
 * Words are quoted for the shell by the output side, never here.
 */
export interface Hint {
  readonly say: string;
  readonly commands?: readonly (readonly string[])[];
}

export interface RefusalDetails {
  readonly hint?: Hint;
  /** Facts for `-o json`, for example the principals that are out of scope. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** The unknown word and what it may have meant; the output side turns them into a did-you-mean. */
  readonly unknown?: UnknownWord;
  /** Where a refusal is made of several, each of its own: told one by one to people. */
  readonly parts?: readonly DomainError[];
  /** Where one message would be too long: each thing that is wrong, in a line of its own. */
  readonly lines?: readonly { readonly text: string; readonly unknown?: UnknownWord | undefined }[];
}

/** A word that names nothing, and the words that it may have meant. */
export interface UnknownWord {
  readonly word: string;
  readonly among: () => Iterable<string>;
}

/**
 * A refusal that a user can cause. The message is lower case, one line, without a full stop, with the user's
 * own words in backticks. Anything else that is thrown is a defect in pchat.
 */
export class DomainError extends Error {
  override readonly name = "DomainError";
  readonly code: RefusalCode;
  readonly hint: Hint | undefined;
  readonly details: Readonly<Record<string, unknown>>;
  readonly unknown: RefusalDetails["unknown"];
  readonly parts: readonly DomainError[];
  readonly lines: NonNullable<RefusalDetails["lines"]>;

  constructor(code: RefusalCode, message: string, more: RefusalDetails = {}) {
    super(message);
    this.code = code;
    this.hint = more.hint;
    this.details = more.details ?? {};
    this.unknown = more.unknown;
    this.parts = more.parts ?? [];
    this.lines = more.lines ?? [];
  }
}

/** A refusal with another message and, where given, another hint and other details. */
export function reworded(
  { code, hint, unknown, details: old }: DomainError,
  message: string,
  more: Pick<RefusalDetails, "details" | "hint" | "parts"> = {},
): DomainError {
  return new DomainError(code, message, {
    ...(hint === undefined ? {} : { hint }),
    ...(unknown === undefined ? {} : { unknown }),
    details: old,
    ...more,
  });
}
