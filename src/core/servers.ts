import { DomainError } from "./errors.ts";
import type { Pool } from "./nouns/pool.ts";
import { poolNoun } from "./nouns/pool.ts";
import type { Warning } from "./outcome.ts";
import type { PatchOf } from "./property.ts";
import { fold } from "./text.ts";

export type PoolPatch = PatchOf<typeof poolNoun.properties>;

/** Servers of a pool that take no new connections. */
export function inactiveServers({ servers, activeServers }: Pool): readonly string[] {
  const active = new Set(activeServers.map(fold));
  return servers.filter((server) => !active.has(fold(server)));
}

/**
 * The rules for a pool's servers (semantics: topology): at most 8, at most 4 of them active, and only its own can
 * be. Throws `limit-exceeded`, `not-found`.
 */
export function requireServers({ fqdn, servers, activeServers }: Pool): void {
  requireAtMost(fqdn, "servers", servers, poolNoun.properties.servers.maxItems!);
  const known = new Set(servers.map(fold));
  const foreign = activeServers.filter((server) => !known.has(fold(server)));
  if (foreign.length > 0) {
    const named = foreign.map((server) => `\`${server}\``).join(", ");
    throw new DomainError(
      "not-found",
      `pool \`${fqdn}\` has no server ${named}, and only its own servers can be active`,
      {
        hint: {
          say: "declare what the topology has, or take it off the active servers too",
          commands: [["set-pool", fqdn, ...foreign.flatMap((server) => ["--add-servers", server])]],
        },
        details: { pool: fqdn, servers: foreign },
      },
    );
  }
  requireAtMost(fqdn, "active servers", activeServers, poolNoun.properties.activeServers.maxItems!);
}

function requireAtMost(pool: string, what: string, servers: readonly string[], most: number): void {
  if (servers.length <= most) return;
  throw new DomainError(
    "limit-exceeded",
    `pool \`${pool}\` may have at most ${most} ${what}, and would have ${servers.length}`,
    { details: { pool, maximum: most, servers } },
  );
}

/** The active servers become the inactive ones, and those the active. */
export const swapped = (pool: Pool): Pool => ({ ...pool, activeServers: inactiveServers(pool) });

/** A pool that has servers, and had an active one, has none any more. */
export function activeLost(before: Pool | undefined, after: Pool): Warning[] {
  const lost = after.servers.length > 0 && after.activeServers.length === 0;
  return lost && (before === undefined || before.activeServers.length > 0)
    ? [{ code: "no-active-server", pool: after.fqdn }]
    : [];
}
