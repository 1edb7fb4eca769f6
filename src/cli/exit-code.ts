import { type RefusalCode, type RefusalKind, refusals } from "../core/errors.ts";

/** Exit codes, the same in every output format (`pchat help exit-codes`). */
export const exitCode = {
  done: 0,
  failure: 1,
  usage: 2,
  "not-found": 3,
  conflict: 4,
  store: 5,
  confirmation: 6,
  partly: 7,
  verdict: 10,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** The exit code of a refusal. */
export const exitCodeOf = (code: RefusalCode): ExitCode => exitCode[refusals[code] satisfies RefusalKind];

/** One line for each exit code, for help. */
export const exitCodeMeanings: readonly (readonly [ExitCode, string])[] = [
  [exitCode.done, "done, or nothing to do"],
  [exitCode.failure, "failed for another reason, such as a full disk behind the output"],
  [exitCode.usage, "wrong usage or an invalid value; nothing was written"],
  [exitCode["not-found"], "something named does not exist: a store, an object, a principal, a file"],
  [exitCode.conflict, "a conflict: it exists already, a word is ambiguous, or a rule refuses"],
  [exitCode.store, "the store is locked, stale or damaged"],
  [exitCode.confirmation, "a confirmation is required or was declined, or a form needs a terminal"],
  [exitCode.partly, "partly done, where it was asked to go on after errors"],
  [exitCode.verdict, "a verdict: access denied or unknown, differences, or findings"],
  [exitCode.interrupted, "interrupted (Ctrl-C)"],
];
