import { DomainError } from "../core/errors.ts";
import { type Span, spanOf } from "../core/time.ts";

/**
 * What a date or time on the command line means. A bare date is the whole day in the time zone (an IANA name such as
 * `Europe/Berlin`), in UTC without one. Throws `invalid-value`.
 */
export async function spanIn(label: string, word: string, timezone: string | undefined): Promise<Span> {
  const span = spanOf(label, word);
  if (timezone === undefined) return span;
  const { DateTime, IANAZone } = await import("luxon");
  if (!IANAZone.isValidZone(timezone)) {
    throw new DomainError("invalid-value", `\`--timezone\` knows no time zone \`${timezone}\``, {
      hint: { say: "name one as in Europe/Berlin, America/New_York or UTC" },
    });
  }
  if (word.includes("T")) return span;
  const day = DateTime.fromISO(word, { zone: timezone });
  const bound = (edge: "startOf" | "endOf"): string => day[edge]("day").toUTC().toISO()!;
  return { start: bound("startOf"), end: bound("endOf") };
}
