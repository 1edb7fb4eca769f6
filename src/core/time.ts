import { DomainError } from "./errors.ts";

/** A point or a day in time, both ends inclusive, as ISO 8601 UTC with milliseconds. */
export interface Span {
  readonly start: string;
  readonly end: string;
}

const iso = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?Z)?$/;

/**
 * What an ISO 8601 UTC date or time means: a bare date is the whole day. Undefined for anything else, days that no
 * month has included; nothing is guessed from other notations.
 */
export function parseTime(word: string): Span | undefined {
  const match = iso.exec(word);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction] = match as unknown as (string | undefined)[];
  if (!isDay(Number(year), Number(month), Number(day))) return undefined;
  if (Number(hour ?? 0) > 23 || Number(minute ?? 0) > 59 || Number(second ?? 0) > 59) return undefined;
  const filled = (last: boolean): string => {
    const at = (part: string | undefined, highest: string): string => part ?? (last ? highest : "00");
    const clock = `${at(hour, "23")}:${at(minute, "59")}:${at(second, "59")}`;
    return `${year}-${month}-${day}T${clock}.${(fraction ?? "").padEnd(3, last ? "9" : "0")}Z`;
  };
  return { start: filled(false), end: filled(true) };
}

function isDay(year: number, month: number, day: number): boolean {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day >= 1 && day <= (lengths[month - 1] ?? 0);
}

/**
 * What a date or time on the command line means: a bare date is the whole UTC day. Throws `invalid-value`; for
 * `3/1/2018`, whose order nobody can tell, it shows both readings.
 */
export function spanOf(label: string, word: string): Span {
  const span = parseTime(word);
  if (span === undefined) throw noTime(label, word);
  return span;
}

function noTime(label: string, word: string): DomainError {
  const [, first, second, year] = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(word) ?? [];
  const readings = [
    [first, second],
    [second, first],
  ]
    .map(([month, day]) => `${year}-${month?.padStart(2, "0")}-${day?.padStart(2, "0")}`)
    .filter((reading, at, all) => parseTime(reading) !== undefined && all.indexOf(reading) === at);
  const say =
    readings.length === 0
      ? "for example 2026-11-23 or 2026-11-23T14:00Z"
      : `write it as ${readings.join(" or as ")}, whichever is meant`;
  return new DomainError("invalid-value", `${label} takes an ISO day or time, not \`${word}\``, {
    hint: { say },
    details: readings.length === 0 ? {} : { readings },
  });
}
