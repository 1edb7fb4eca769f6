import { DomainError } from "./errors.ts";
import type { EditedList } from "./list-edit.ts";
import type { ListEdit } from "./property.ts";
import { fold } from "./text.ts";

/** Whether a word is a fully qualified name: two or more labels of letters, digits and hyphens (RFC 1123, 2.1). */
export function isFqdn(word: string): boolean {
  const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
  return word.length <= 253 && new RegExp(`^${label}(?:\\.${label})+$`, "i").test(word);
}

/** A fully qualified name as it stands. Throws `invalid-value`; `what` it should name stands in the hint. */
export function checkFqdn(what: string, word: string): string {
  if (isFqdn(word)) return word;
  throw new DomainError("invalid-value", `\`${word}\` is not a fully qualified domain name`, {
    hint: { say: `name the ${what} as the topology does, for example pchat.contoso.com` },
  });
}

/**
 * A list of servers after an edit. What is there already keeps its place and spelling; removing what is not there
 * changes nothing. Throws `invalid-value` for a word that is no fully qualified name.
 */
export function editFqdns(current: readonly string[], edit: ListEdit): EditedList {
  const checked = (words: readonly string[] = []): readonly string[] =>
    words.map((word) => checkFqdn("server", word));
  const start = edit.set === undefined ? (edit.clear ? [] : current) : checked(edit.set);
  const leaving = new Set(checked(edit.remove).map(fold));
  const known = new Map(current.map((server) => [fold(server), server]));
  const list = new Map<string, string>();
  for (const server of [...start.filter((one) => !leaving.has(fold(one))), ...checked(edit.add)]) {
    const key = fold(server);
    if (!list.has(key)) list.set(key, known.get(key) ?? server);
  }
  const added = [...list].filter(([key]) => !known.has(key)).map(([, server]) => server);
  const dropped = [...known].filter(([key]) => !list.has(key)).map(([, server]) => server);
  return { list: added.length + dropped.length === 0 ? current : [...list.values()], added, dropped };
}
