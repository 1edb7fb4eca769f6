import type { Authorship } from "../core/change.ts";
import { DomainError } from "../core/errors.ts";
import type { StoreDocument } from "./document.ts";

/** Throws `reason-required` where the store asks for a reason and this one does not match. */
export function requireReason({ lists }: StoreDocument, { reason }: Authorship): void {
  const pattern = lists.settings[0]?.requireReason ?? null;
  if (pattern === null || (reason !== null && new RegExp(pattern, "u").test(reason))) return;
  throw new DomainError("reason-required", `changes need a reason that matches \`${pattern}\``, {
    hint: { say: "add --reason, or set PCHAT_REASON" },
    details: { pattern },
  });
}
