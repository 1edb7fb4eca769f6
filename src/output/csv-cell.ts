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

// What a spreadsheet takes for the start of a formula, in the full width of Japanese input too.
const formula = /^'*[=+\-@\t\r\n＝＋－＠]/;

/**
 * A text that no spreadsheet runs as a formula: `'` goes before one that would begin a formula, and before one that
 * looks like such a text already, so that `restore` can tell them apart. All other texts stay.
 */
export function neutralise(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}

/** The inverse of `neutralise`: takes off the one `'` that it put before a formula. */
export function restore(text: string): string {
  return text.startsWith("'") && formula.test(text) ? text.slice(1) : text;
}
