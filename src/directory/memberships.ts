/** Who is directly in which group, from the three places where a directory says so. */
import type { DnNumber, Found, Gathered } from "./gather.ts";

interface KeptEntry {
  readonly found: Found;
  readonly key: string;
  readonly kind: { readonly kind: string };
  readonly domain: string;
}

interface Counted {
  readonly count: number;
  readonly samples: readonly string[];
}

export interface Memberships {
  /** DNs, as exported, of the groups that the entry with this number is directly in; sorted by dnKey. */
  of(number: DnNumber): readonly string[];
  readonly unknownMembers: Counted;
  readonly unknownGroups: Counted;
}

/**
 * Joins what groups say (`member`), what entries say (`memberOf`) and primary groups, which AD keeps out of both
 * (MS-ADTS 3.1.1.4.5.17: objectSid of the domain and primaryGroupID make the group's objectSid). `kept` is sorted
 * by dnKey.
 */
export function memberships(gathered: Gathered, kept: readonly KeptEntry[]): Memberships {
  const groups = kept.filter(({ kind }) => kind.kind === "group");
  const isGroup = new Set(groups.map(({ found }) => found.number));
  const joined = new Map<DnNumber, DnNumber[]>();
  const unknownMembers = unknownCounter(gathered);
  const unknownGroups = unknownCounter(gathered);
  const join = (member: DnNumber, group: DnNumber): void => {
    const of = joined.get(member);
    if (of === undefined) joined.set(member, [group]);
    else of.push(group);
  };
  const joinMember = (member: DnNumber, group: DnNumber): void => {
    if (gathered.found[member] === undefined) unknownMembers.add(member);
    else join(member, group);
  };
  const joinGroup = (member: DnNumber, group: DnNumber): void => {
    if (isGroup.has(group)) join(member, group);
    else if (gathered.found[group] === undefined) unknownGroups.add(group);
  };
  const primary = primaryGroups(groups);
  for (const entry of kept) {
    const { number, groups: said } = entry.found;
    const first = primary(entry);
    if (first !== undefined) join(number, first);
    for (const group of said) joinGroup(number, group);
    if (isGroup.has(number)) for (const member of entry.found.members) joinMember(member, number);
  }
  const rank = new Map(groups.map(({ found }, at) => [found.number, at]));
  return {
    of(number) {
      const distinct = [...new Set(joined.get(number))].sort((a, b) => rank.get(a)! - rank.get(b)!);
      return distinct.map((group) => gathered.found[group]!.dn);
    },
    unknownMembers: unknownMembers.result,
    unknownGroups: unknownGroups.result,
  };
}

/** Finds an entry's primary group by SID; for entries without a SID, by its last part within their domain. */
function primaryGroups(groups: readonly KeptEntry[]): (entry: KeptEntry) => DnNumber | undefined {
  const bySid = new Map<string, DnNumber>();
  const byRelativeId = new Map<string, DnNumber>();
  for (const { found, domain } of groups) {
    if (found.sid === null) continue;
    bySid.set(found.sid, found.number);
    const relativeId = /^S-1-5-21-.*-(\d+)$/.exec(found.sid)?.[1];
    if (relativeId !== undefined) byRelativeId.set(`${domain} ${relativeId}`, found.number);
  }
  return ({ found, domain }) => {
    const id = found.facts.primaryGroupID;
    if (id === undefined || !/^\d+$/.test(id)) return undefined;
    if (found.sid === null) return byRelativeId.get(`${domain} ${id}`);
    return bySid.get(found.sid.replace(/\d+$/, id));
  };
}

function unknownCounter({ spellings }: Gathered) {
  const samples = new Set<string>();
  let count = 0;
  return {
    add(number: DnNumber): void {
      count++;
      if (samples.size < 5) samples.add(spellings[number]!);
    },
    get result(): Counted {
      return { count, samples: [...samples] };
    },
  };
}
