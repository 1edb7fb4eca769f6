import type { WrittenMark } from "./file-lock.ts";
import type { JournalTail } from "./journal-file.ts";
import type { Head } from "./journal-format.ts";

/**
 * What a JSON file and its journal are to each other. S is the file's serial, J the journal's; "knows" means that
 * the file is, byte for byte or but for its form, what the journal noted for that serial.
 *
 * | file and journal                                              | verdict      | readers see           | the next writer                               |
 * |---------------------------------------------------------------|--------------|-----------------------|-----------------------------------------------|
 * | no journal, or none with a whole record                        | unjournaled  | the file              | begins one with a snapshot                    |
 * | checksum of the file is the last one noted                     | current      | the file              | appends                                       |
 * | S = J, the same but for its form (CRLF, spaces, BOM)           | reformatted  | the file              | appends; writes the usual form                |
 * | S = J, other content                                           | edited       | the file, J + 1       | records the edit as J + 1, then its own change |
 * | S > J                                                          | newer        | the file              | records the difference as S, then its own     |
 * | S < J, journal knows the file, and it was never further        | behind       | file + later changes  | first writes the file as it should be         |
 * | S < J, journal knows the file, but it was further once         | stale        | refusal               | refusal: a branch was switched, a copy put back |
 * | S < J, journal does not know the file                          | diverged     | refusal               | refusal: edited, and older than the journal   |
 * | S before the journal's beginning                               | stale        | refusal               | refusal                                       |
 * | another lineage                                                | foreign      | refusal               | refusal                                       |
 *
 * A change that was not to be written to the file (large stores) notes no checksum. "It was further once" is known
 * from two things: a writer never appends while the file is behind a change that was to be written to it, so that
 * only the last such change can be missing; and the lock file's mark says which change was written to the end. Where
 * the mark is lost, the file counts as behind.
 */
export type Verdict =
  | "unjournaled"
  | "current"
  | "reformatted"
  | "edited"
  | "newer"
  | "behind"
  | "stale"
  | "diverged"
  | "foreign";

export interface FileFacts {
  readonly lineage: string;
  readonly serial: number;
  /** Checksum of its bytes, and of its content in the usual form. */
  readonly checksum: string;
  readonly usualChecksum: () => string;
  /** Checksum of the store that the journal makes up to a serial, in the usual form; null: not to be worked out. */
  readonly replayedChecksum: (serial: number) => string | null;
}

/**
 * `tail` reaches back to the file's serial. Returns the verdict, and for a file that is behind the serial that it
 * has come to: a hand edit that is in the journal already counts as the change it was recorded as.
 */
export function reconcile(
  file: FileFacts,
  tail: JournalTail | undefined,
  written: WrittenMark | null,
): { readonly verdict: Verdict; readonly reached: number } {
  const is = (verdict: Verdict, reached = file.serial) => ({ verdict, reached });
  if (tail === undefined) return is("unjournaled");
  const { last, at, since } = tail;
  if (last.lineage !== file.lineage) return is("foreign");
  if (last.file === file.checksum) return is("current", last.serial);
  if (file.serial > last.serial) return is("newer");
  if (file.serial === last.serial) return is(isNoted(file, last) ? "reformatted" : "edited");
  if (at === undefined) return is("stale");
  const recorded = since.find(({ head }) => head.source === file.checksum)?.head.serial;
  const reached = recorded ?? (at.serial === file.serial && isNoted(file, at) ? file.serial : undefined);
  if (reached === undefined) return is("diverged");
  const wasFurther =
    (written !== null && written.lineage === file.lineage && written.serial > reached) ||
    since.some(({ head }) => head.serial > reached && head.serial < last.serial && head.file !== null);
  return is(wasFurther ? "stale" : "behind", reached);
}

/**
 * Whether a file is, byte for byte or but for its form, what it should be with a change. One that was not to be
 * written to the file may have been all the same, by a repair: then the journal itself must tell.
 */
function isNoted(file: FileFacts, { file: noted, serial }: Head): boolean {
  const wanted = noted ?? file.replayedChecksum(serial);
  return wanted !== null && (wanted === file.checksum || wanted === file.usualChecksum());
}
