/** NetBIOS names of AD domains, which logon names are written with: `LITWAREINC\kenmyer`. */
import { DomainError } from "../core/errors.ts";
import { compareText, fold } from "../core/text.ts";

export interface NetbiosSources {
  /** What the user said: [NetBIOS name, DNS name]. */
  readonly given: readonly (readonly [string, string])[];
  /** What crossRef entries say, in the same form. */
  readonly exported: readonly (readonly [string, string])[];
}

export interface NetbiosNames {
  /** By lower-case DNS name; null where two domains claim one name. */
  readonly names: ReadonlyMap<string, string | null>;
  /** Lower-case DNS names whose NetBIOS name is only assumed (also where that came to nothing). */
  readonly assumed: readonly string[];
  /** Claims of the user that name no domain of the export. */
  readonly unused: readonly string[];
}

interface Claim {
  readonly domain: string;
  readonly name: string;
  /** A name that was given beats an exported one, which beats an assumed one. */
  readonly rank: number;
}

/**
 * The NetBIOS name of each domain: as given, else as exported, else assumed from the first label of the DNS name
 * (upper case, 15 characters: what Windows proposes). Of several claims to one name the best founded wins; among
 * equals nobody does. Throws `invalid-value` when the given names contradict each other.
 */
export function netbiosNames(domains: readonly string[], sources: NetbiosSources): NetbiosNames {
  const given = givenNames(sources.given);
  const exported = new Map(sources.exported.map(([name, domain]) => [fold(domain), name]));
  const claims = domains.map((domain): Claim => {
    const said = given.get(domain);
    if (said !== undefined) return { domain, name: said, rank: 2 };
    const known = exported.get(domain);
    if (known !== undefined) return { domain, name: known, rank: 1 };
    return { domain, name: domain.split(".")[0]!.toUpperCase().slice(0, 15), rank: 0 };
  });
  const wins = (claim: Claim): boolean =>
    claims.every(
      (other) => other === claim || other.rank < claim.rank || fold(other.name) !== fold(claim.name),
    );
  return {
    names: new Map(claims.map((claim) => [claim.domain, wins(claim) ? claim.name : null])),
    assumed: claims.filter((claim) => claim.rank === 0).map((claim) => claim.domain),
    unused: [...given.keys()].filter((domain) => !domains.includes(domain)).sort(compareText),
  };
}

function givenNames(given: NetbiosSources["given"]): Map<string, string> {
  const names = new Map<string, string>();
  const owners = new Map<string, string>();
  for (const [name, dns] of given) {
    const domain = fold(dns.trim());
    const before = names.get(domain) ?? name;
    const owner = owners.get(fold(name)) ?? domain;
    if (fold(before) !== fold(name))
      throw contradiction(`\`${dns}\` has two NetBIOS names, \`${before}\` and \`${name}\``);
    if (owner !== domain)
      throw contradiction(`two domains have the NetBIOS name \`${name}\`, \`${owner}\` and \`${dns}\``);
    names.set(domain, name);
    owners.set(fold(name), domain);
  }
  return names;
}

const contradiction = (fault: string): DomainError => new DomainError("invalid-value", fault);
