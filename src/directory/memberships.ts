/** Who is directly in which group, from the three places where a directory says so. */
import type { DnNumber, Found, Gathered, Outline } from "./gather.ts";
import type { Tally } from "./tally.ts";

export interface Memberships {
  /** DNs, as exported, of the groups that an entry is directly in; sorted by dnKey. */
  of(outline: Outline, found: Found): readonly string[];
  readonly unknownMembers: Tally;
  /** What was met so far: it is complete when each entry was asked about. */
  readonly unknownGroups: Tally;
}

/**
 * Joins what groups say (`member`), what entries say (`memberOf`) and primary groups, which AD keeps out of both
 * (MS-ADTS 3.1.1.4.5.17: objectSid of the domain and primaryGroupID make the group's objectSid). `kept` is sorted
 * by dnKey.
 */
export function memberships(gathered: Gathered, kept: readonly Outline[]): Memberships {
  const groups = kept.filter(({ kind }) => kind.kind === "group");
  const rank = new Map(groups.map(({ number }, at) => [number, at]));
  const unknownMembers = unknownCounter(gathered);
  const unknownGroups = unknownCounter(gathered);
  for (const { members } of groups) {
    for (const member of gathered.numbers(members)) {
      if (gathered.outlines[member] === undefined) unknownMembers.add(member);
    }
  }
  const saidOf = ranksByMember(gathered, groups);
  const primary = primaryGroups(gathered, groups);
  const dns = groups.map(({ number }) => gathered.groups.get(number)!.dn);
  return {
    of(outline, found) {
      const ranks = new Set(saidOf(outline.number));
      const first = primary(outline, found);
      if (first !== undefined) ranks.add(rank.get(first)!);
      for (const group of gathered.numbers(outline.groups)) {
        const at = rank.get(group);
        if (at !== undefined) ranks.add(at);
        else if (gathered.outlines[group] === undefined) unknownGroups.add(group);
      }
      return [...ranks].sort((a, b) => a - b).map((at) => dns[at]!);
    },
    unknownMembers,
    unknownGroups,
  };
}

/** For each DN, the groups (by their places in the list) that name it as their member. */
function ranksByMember(
  { numbers, keys }: Gathered,
  groups: readonly Outline[],
): (member: DnNumber) => Iterable<number> {
  const ends = new Uint32Array(keys.length + 1);
  for (const { members } of groups) for (const member of numbers(members)) ends[member + 1]!++;
  for (let at = 1; at < ends.length; at++) ends[at]! += ends[at - 1]!;
  const filled = ends.slice();
  const ranks = new Uint32Array(ends[keys.length]!);
  groups.forEach(({ members }, rank) => {
    for (const member of numbers(members)) ranks[filled[member]!++] = rank;
  });
  return (member) => ranks.subarray(ends[member], ends[member + 1]);
}

/** Finds an entry's primary group by SID; for entries without a SID, by its last part within their domain. */
function primaryGroups(
  gathered: Gathered,
  groups: readonly Outline[],
): (outline: Outline, found: Found) => DnNumber | undefined {
  const bySid = new Map<string, DnNumber>();
  const byRelativeId = new Map<string, DnNumber>();
  for (const { number, domain } of groups) {
    const { sid } = gathered.groups.get(number)!;
    if (sid === null) continue;
    bySid.set(sid, number);
    const relativeId = /^S-1-5-21-.*-(\d+)$/.exec(sid)?.[1];
    if (relativeId !== undefined) byRelativeId.set(`${domain} ${relativeId}`, number);
  }
  return ({ domain }, found) => {
    const id = found.facts.primaryGroupID;
    if (id === undefined || !/^\d+$/.test(id)) return undefined;
    if (found.sid === null) return byRelativeId.get(`${domain} ${id}`);
    return bySid.get(found.sid.replace(/\d+$/, id));
  };
}

/** Counts every mention, and takes the first few names of which each is another DN. */
function unknownCounter({ spelling }: Gathered): Tally & { add(number: DnNumber): void } {
  const samples = new Set<string>();
  let count = 0;
  return {
    add(number) {
      count++;
      if (samples.size < 5) samples.add(spelling(number));
    },
    get count() {
      return count;
    },
    get samples() {
      return [...samples];
    },
  };
}
