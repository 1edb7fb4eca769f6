import { DomainError } from "./errors.ts";

const notation = /^(?:(\d{1,7})\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?$/;

/** Seconds that a .NET TimeSpan says (`[d.]hh:mm[:ss]`); undefined for anything else. Nothing is guessed from numbers. */
export function secondsOf(word: string): number | undefined {
  const match = notation.exec(word);
  if (match === null) return undefined;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  if (hours! > 23 || minutes! > 59 || seconds! > 59) return undefined;
  return ((days! * 24 + hours!) * 60 + minutes!) * 60 + seconds!;
}

/** Seconds as .NET writes them: `00:15:00`, `30.00:00:00`. */
export function durationText(seconds: number): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  const clock = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60]
    .map(two)
    .join(":");
  const days = Math.floor(seconds / 86400);
  return days === 0 ? clock : `${days}.${clock}`;
}

/** What a word says of a length of time, in its one notation. Throws `invalid-value` with the limits (in seconds). */
export function checkDuration(
  label: string,
  { minimum = 0, maximum = 863_999_999_999 }: { readonly minimum?: number; readonly maximum?: number },
  word: string,
): string {
  const seconds = secondsOf(word);
  if (seconds !== undefined && seconds >= minimum && seconds <= maximum) return durationText(seconds);
  throw new DomainError(
    "invalid-value",
    `${label} takes ${durationText(minimum)} to ${durationText(maximum)}, not \`${word}\``,
    { hint: { say: "write d.hh:mm:ss or hh:mm:ss, for example 00:30:00 for half an hour" } },
  );
}
