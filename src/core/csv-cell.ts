/**
 * Texts and lists in CSV cells, so that a spreadsheet can neither run them nor damage them, and so that they read
 * back exactly.
 */

/**
 * The members of a list in one text, `|` between them. Inside a member `|` is written `%7C`; a member that is empty,
 * `%00`; and a `%` only where one of these escapes would begin with it, `%25`. Commas, backslashes and every other
 * character of names, addresses and distinguished names stay. `splitList` is the inverse.
 */
export function joinList(members: readonly string[]): string {
  return members.map(escapeMember).join("|");
}

/** The members of a list in a cell; none for an empty one. Empty parts, as after a last `|`, are dropped. */
export function splitList(text: string): string[] {
  return text
    .split("|")
    .filter((part) => part !== "")
    .map(restoreMember);
}

function escapeMember(member: string): string {
  if (member === "") return "%00";
  return member.replace(/%(?=00|25|7C)/g, "%25").replaceAll("|", "%7C");
}

function restoreMember(part: string): string {
  if (part === "%00") return "";
  return part.replace(/%(25|7C)/g, (sequence) => (sequence === "%25" ? "%" : "|"));
}

/** Whether a cell, as it stands in a file, says that the property is to be cleared. */
export const isClearing = (cell: string): boolean => /^\s*\$null\s*$/i.test(cell);

// What a spreadsheet takes for the start of a formula, in the full width of Japanese input too; and `$null`, which
// clears a property when it is read.
const special = /^'*(?:[=+\-@\t\r\n＝＋－＠]|\s*\$null\s*$)/i;

/**
 * A text that no spreadsheet runs as a formula, and that is never taken for `$null`: `'` goes before one that would
 * be, and before one that looks like such a text already, so that `restore` can tell them apart. All other texts stay.
 */
export function neutralise(text: string): string {
  return special.test(text) ? `'${text}` : text;
}

/** The inverse of `neutralise`: takes off the one `'` that it put before a text. */
export function restore(text: string): string {
  return text.startsWith("'") && special.test(text) ? text.slice(1) : text;
}
