/** What a policy or a configuration is for, as its identity says. */
export type Scope =
  | { readonly for: "global" }
  | { readonly for: "site"; readonly name: string }
  | { readonly for: "pool"; readonly name: string };

/** The identity of the settings of a pool. */
export const serviceScope = (fqdn: string): string => `service:PersistentChatServer:${fqdn}`;

/** A pool's name out of the ways in which the cmdlets write it: `PersistentChatServer:<fqdn>`, `service:<fqdn>`. */
export const poolWord = (word: string): string =>
  word.replace(/^(?:service:)?(?:PersistentChatServer:)?/i, "");

/** The scope that an identity names, in any of its spellings; undefined for a plain name. */
export function scopeNamed(word: string): Scope | undefined {
  if (/^global$/i.test(word)) return { for: "global" };
  const site = /^site:(.*)$/is.exec(word)?.[1];
  if (site !== undefined) return { for: "site", name: site };
  const pool = poolWord(word);
  return pool === word ? undefined : { for: "pool", name: pool };
}
