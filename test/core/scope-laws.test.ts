import fc from "fast-check";
import { expect, it } from "vitest";
import type { Directory, Entry } from "../../src/core/directory.ts";
import { dnKey, domainOf, isDomainDn, parentDnKeys } from "../../src/core/distinguished-name.ts";
import { entryOf } from "../../src/core/principal.ts";
import { formOf, principalKey } from "../../src/core/principal-word.ts";
import { type Coverage, coverage, coveredBy, coveringKeys } from "../../src/core/scope.ts";
import { fold } from "../../src/core/text.ts";
import { anyDirectory, deploymentOf, directoryOf } from "../support/deployments.ts";

const words = [
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((index) => `sip:u${index}@contoso.com`),
  "OU=IT,DC=contoso,DC=com",
  "OU=Desk,OU=IT,DC=contoso,DC=com",
  "ou=sales, dc=CONTOSO, dc=com",
  "contoso.com",
  "emea.contoso.com",
  "DC=emea,DC=contoso,DC=com",
  "sip:gone@contoso.com",
  "CN=Gone,DC=contoso,DC=com",
];

const keyOf = (entry: Entry): string => dnKey(entry.dn) ?? entry.dn;

/** Members of a group in the plainest way: passes over the whole directory until nothing is added. */
function membersOf(directory: Directory, group: string): Set<Entry> {
  const members = new Set<Entry>();
  for (let size = -1; size !== members.size; ) {
    size = members.size;
    const groups = new Set([group, ...[...members].map(keyOf)]);
    for (const entry of directory.all())
      if (entry.memberOf.some((dn) => groups.has(dnKey(dn)!))) members.add(entry);
  }
  return members;
}

/** Rule 1 of the domain, word by word. */
function covers(directory: Directory, listed: string, stored: string): boolean {
  if (principalKey(listed) === principalKey(stored)) return true;
  const entry = entryOf(directory, stored);
  if (entry === undefined) return false;
  const own = new Set([
    keyOf(entry),
    entry.kind === "user" && entry.sipAddress !== null ? fold(entry.sipAddress) : "",
  ]);
  if (own.has(principalKey(listed))) return true;
  if (formOf(listed) === "user") return false;
  const domain = formOf(listed) === "domain" ? listed : isDomainDn(listed) ? domainOf(listed) : undefined;
  if (domain !== undefined) return entry.kind !== "domain" && fold(entry.domain) === fold(domain);
  const key = principalKey(listed);
  return membersOf(directory, key).has(entry) || parentDnKeys(entry.dn).includes(key);
}

it("coverage is what the rule says, by the first entry that covers, the principal itself first", () => {
  fc.assert(
    fc.property(anyDirectory, fc.array(fc.nat(), { maxLength: 5 }), (spec, picks) => {
      const all = [...words, ...spec.groups!.map(({ dn }) => dn)];
      const list = picks.map((pick) => all[pick % all.length]!);
      const state = deploymentOf({ directory: spec });
      for (const stored of all) {
        const own = list.find((entry) => principalKey(entry) === principalKey(stored));
        const entry = own ?? list.find((listed) => covers(state.directory!, listed, stored));
        const found = coverage(state, stored, list);
        expect({ answer: found.answer, entry: found.entry }).toEqual({
          answer: entry === undefined ? "no" : "yes",
          entry,
        });
        if (entry !== undefined) expectChain(state.directory!, stored, found);
      }
    }),
    { numRuns: 200 },
  );
});

/** Each group of the chain is in the one before it, and the principal in the last. */
function expectChain(directory: Directory, stored: string, { entry, via }: Coverage): void {
  const chain = via ?? [];
  if (chain.length === 0) return;
  const inside = [...chain, entryOf(directory, stored)!.dn];
  const around = [entry!, ...chain];
  inside.forEach((dn, index) => {
    const groups = directory.entry(dnKey(dn)!)!.memberOf.map((group) => dnKey(group));
    expect(groups).toContain(dnKey(around[index]!));
  });
}

it("coveredBy and coveringKeys are the two directions of coverage", () => {
  fc.assert(
    fc.property(anyDirectory, (spec) => {
      const directory = directoryOf(spec);
      const entries = [...directory.all()];
      for (const listed of [...words, ...spec.groups!.map(({ dn }) => dn)]) {
        const covered = new Set(coveredBy(directory, listed));
        const reached = entries.filter((entry) => coveringKeys(directory, entry).has(principalKey(listed)));
        expect([...covered].map(keyOf).sort()).toEqual(reached.map(keyOf).sort());
      }
    }),
    { numRuns: 200 },
  );
});
