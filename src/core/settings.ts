import type { Draft } from "./draft.ts";
import { DomainError } from "./errors.ts";
import { type Settings, settingsNoun } from "./nouns/settings.ts";
import type { Outcome } from "./outcome.ts";
import { applyPatch, initialValues } from "./patch.ts";
import type { PatchOf } from "./property.ts";

/** Changes what the store asks of those who change it. Throws `invalid-value` for what is no regular expression. */
export function setSettings(draft: Draft, patch: PatchOf<typeof settingsNoun.properties>): Outcome {
  const [present] = draft.all("settings");
  const blank = initialValues(settingsNoun.properties) as unknown as Settings;
  const { value } = applyPatch(draft, settingsNoun.properties, present ?? blank, patch, () => "");
  const { id: _, ...fields } = value;
  requirePattern(fields.requireReason);
  const { id } =
    present === undefined ? draft.create("settings", fields) : draft.update("settings", present.id, fields);
  return { touched: [{ collection: "settings", id, identity: settingsNoun.identity(value) }] };
}

/** Throws `invalid-value` for what is no regular expression. */
export function requirePattern(pattern: string | null, label = "`--require-reason`"): [] {
  try {
    if (pattern !== null) new RegExp(pattern, "u");
    return [];
  } catch (error) {
    const why = (error as Error).message.replace(/^Invalid regular expression: /, "");
    throw new DomainError("invalid-value", `${label} takes a regular expression: ${why}`, {
      hint: { say: "for example 'CHG-[0-9]+' for a ticket number" },
      details: { pattern },
    });
  }
}

/** Throws `reason-required` where the store asks for a reason and this one does not match. */
export function requireReason([settings]: Iterable<Settings>, reason: string | null): void {
  const pattern = settings?.requireReason ?? null;
  if (pattern === null || (reason !== null && new RegExp(pattern, "u").test(reason))) return;
  const given = reason === null ? "" : `, and \`${reason}\` does not`;
  throw new DomainError("reason-required", `changes need a reason that matches \`${pattern}\`${given}`, {
    hint: { say: "add --reason, or set PCHAT_REASON" },
    details: { pattern },
  });
}
