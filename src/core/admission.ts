import { takesPart } from "./access.ts";
import type { Directory, Entry, UserEntry } from "./directory.ts";
import type { Category } from "./nouns/category.ts";
import type { Room } from "./nouns/room.ts";
import { decidingLists, inScope } from "./people.ts";
import { entryOf } from "./principal.ts";
import { formOf, principalKey } from "./principal-word.ts";
import { lyingUnder, membersOf, standingOf } from "./scope.ts";
import type { State } from "./state.ts";
import { fold } from "./text.ts";

/** How much is worked out at once, and how much of it is kept. */
export interface AdmissionLimits {
  /** So many people of a category are looked at one by one before everyone in its scope is found. */
  readonly singly: number;
  /** So many members of groups are met one by one before those of all groups are found in one walk. */
  readonly met: number;
  /** So many people, summed over all groups, are kept of the groups that were asked about; an empty one weighs too. */
  readonly kept: number;
}

const usualLimits: AdmissionLimits = { singly: 64, met: 20_000, kept: 1 << 24 };

/**
 * Counts those who may do anything in one room after the other: as many as `peopleOf` finds. People are numbers here,
 * and little more than the address is kept of each, so that everybody may be in every room. The counts hold as long
 * as the state does not change.
 */
export function admission(state: State, limits: Partial<AdmissionLimits> = {}): (room: Room) => number {
  const { singly, met, kept } = { ...usualLimits, ...limits };
  const roll = rollOf(state);
  const covered = coveredPeople(state, roll, { met, kept });
  const scopeIn = scopes(state, roll, covered, singly);
  const countIn = unionCount(roll, covered, singly);
  return (room) => {
    const category = state.get("categories", room.categoryId);
    if (category === undefined) return 0;
    const lists = decidingLists(room);
    const scope = scopeIn(category);
    return lists === undefined ? scope.size() : countIn(scope, lists.flat());
  };
}

/** A number for each person who takes part, from 0 on; -1 stands for nobody. */
interface Roll {
  /** The person with an address. */
  ofAddress(address: string): number;
  /** The person whom an account stands for; nobody where another account has the same address. */
  ofAccount(account: UserEntry): number;
  /** Folded addresses by number. */
  readonly addresses: readonly string[];
}

function rollOf(state: State): Roll {
  const { directory } = state;
  const numbers = new Map<string, number>();
  const addresses: string[] = [];
  const shared = new Set<string>();
  const accountAt = (address: string): UserEntry | undefined => {
    const accounts = directory?.bySip(address) ?? [];
    if (directory === undefined || accounts.length < 2) return accounts[0];
    shared.add(address);
    return entryOf(directory, address) as UserEntry;
  };
  const ofKey = (key: string): number => {
    let number = numbers.get(key);
    if (number === undefined) {
      number = takesPart(state, key, accountAt(key)) === "yes" ? addresses.push(key) - 1 : -1;
      numbers.set(key, number);
    }
    return number;
  };
  return {
    addresses,
    ofAddress: (address) => ofKey(fold(address)),
    ofAccount: ({ dn, sipAddress }) => {
      if (sipAddress === null) return -1;
      const key = fold(sipAddress);
      const number = ofKey(key);
      return shared.has(key) && accountAt(key)?.dn !== dn ? -1 : number;
    },
  };
}

/** The people whom a group, container or domain covers. */
interface Covered {
  /** Ascending, each once. */
  readonly numbers: Uint32Array;
  /** How many of them are in scope, by category, where that was asked. */
  readonly inScope: Map<number, number>;
}

function coveredPeople(
  state: State,
  roll: Roll,
  { met: mostMet, kept: most }: Pick<AdmissionLimits, "met" | "kept">,
): (principal: string) => Covered {
  const known = new Map<string, Covered>();
  let kept = 0;
  let met = 0;
  let members: Members | undefined;
  const metOneByOne = (directory: Directory, group: string): number[] | undefined => {
    const numbers: number[] = [];
    for (const entry of membersOf(directory, group)) {
      if (++met > mostMet) return undefined;
      numbers.push(...accountsAmong(roll, [entry]));
    }
    return numbers;
  };
  const membersOfGroup = (directory: Directory, group: string): number[] => {
    const found = members === undefined ? metOneByOne(directory, group) : undefined;
    if (found !== undefined) return found;
    members ??= membersIn(directory, roll);
    return numbersIn(members, group);
  };
  const numbersUnder = (principal: string): Uint32Array => {
    const { directory } = state;
    if (directory === undefined) return new Uint32Array();
    const key = principalKey(principal);
    const inside = accountsAmong(roll, lyingUnder(directory, principal));
    return distinctNumbers(formOf(key) === "entry" ? inside.concat(membersOfGroup(directory, key)) : inside);
  };
  return (principal) => {
    let found = known.get(principal);
    if (found === undefined) {
      found = { numbers: numbersUnder(principal), inScope: new Map() };
      const weight = found.numbers.length + leastWeight;
      kept += weight;
      // Whatever is asked about again is found again.
      if (kept > most) {
        known.clear();
        kept = weight;
      }
      known.set(principal, found);
    }
    return found;
  };
}

/** What a group weighs of which nobody takes part. */
const leastWeight = 64;

function accountsAmong(roll: Roll, entries: Iterable<Entry>): number[] {
  const numbers: number[] = [];
  for (const entry of entries) {
    const number = entry.kind === "user" ? roll.ofAccount(entry) : -1;
    if (number >= 0) numbers.push(number);
  }
  return numbers;
}

function distinctNumbers(numbers: readonly number[]): Uint32Array {
  const sorted = new Uint32Array(numbers).sort();
  return sorted.filter((number, at) => at === 0 || number !== sorted[at - 1]);
}

/** Who is directly in each group, by the group's key. */
interface Members {
  readonly people: ReadonlyMap<string, readonly number[]>;
  /** Keys of what may have members itself. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
}

function membersIn(directory: Directory, roll: Roll): Members {
  const people = new Map<string, number[]>();
  const groups = new Map<string, string[]>();
  const file = <T>(index: Map<string, T[]>, key: string, value: T): void => {
    const filed = index.get(key);
    if (filed === undefined) index.set(key, [value]);
    else filed.push(value);
  };
  for (const entry of directory.all()) {
    if (entry.memberOf.length === 0) continue;
    const number = entry.kind === "user" ? roll.ofAccount(entry) : -1;
    for (const group of entry.memberOf) {
      if (number >= 0) file(people, principalKey(group), number);
      else if (entry.kind !== "user") file(groups, principalKey(group), principalKey(entry.dn));
    }
  }
  return { people, groups };
}

/** Everybody in a group, however deep; some perhaps more than once. */
function numbersIn({ people, groups }: Members, group: string): number[] {
  const found: number[] = [];
  const passed = new Set<string>();
  const open = [group];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (passed.has(key)) continue;
    passed.add(key);
    for (const number of people.get(key) ?? []) found.push(number);
    for (const inner of groups.get(key) ?? []) open.push(inner);
  }
  return found;
}

/** Who is in scope of a category. */
interface CategoryScope {
  readonly id: number;
  has(number: number): boolean;
  size(): number;
}

function scopes(
  state: State,
  roll: Roll,
  covered: (principal: string) => Covered,
  singly: number,
): (category: Category) => CategoryScope {
  const known = new Map<number, CategoryScope>();
  const scopeOf = (category: Category): CategoryScope => {
    let asked = 0;
    let all: PeopleSet | undefined;
    const everyone = (): PeopleSet => {
      all ??= everyoneInScope(state, roll, covered, category);
      return all;
    };
    return {
      id: category.id,
      size: () => everyone().size,
      has: (number) =>
        all === undefined && asked++ < singly
          ? inScope({ standing: standingOf(state, roll.addresses[number]!) }, category)
          : everyone().has(number),
    };
  };
  return (category) => {
    let scope = known.get(category.id);
    if (scope === undefined) {
      scope = scopeOf(category);
      known.set(category.id, scope);
    }
    return scope;
  };
}

interface PeopleSet {
  readonly size: number;
  has(number: number): boolean;
}

/** Everyone whom a category's allowed members cover and its denied members do not. */
function everyoneInScope(
  { directory }: State,
  roll: Roll,
  covered: (principal: string) => Covered,
  { allowedMembers, deniedMembers }: Category,
): PeopleSet {
  // Whom a group covers nobody can tell without a directory: so it may deny anybody, and allows nobody.
  if (directory === undefined && deniedMembers.some((entry) => formOf(entry) !== "user")) return nobody;
  const under = (entry: string): Iterable<number> =>
    formOf(entry) === "user" ? [roll.ofAddress(entry)] : covered(entry).numbers;
  const people = peopleSet();
  for (const entry of allowedMembers) for (const number of under(entry)) people.put(number, true);
  for (const entry of deniedMembers) for (const number of under(entry)) people.put(number, false);
  return people;
}

/** A set with a bit for each person: a byte would be much where there are many categories. */
function peopleSet(): PeopleSet & { put(number: number, isIn: boolean): void } {
  let bits = new Uint32Array(32);
  let size = 0;
  const has = (number: number): boolean => ((bits[number >>> 5] ?? 0) & (1 << (number & 31))) !== 0;
  return {
    has,
    get size() {
      return size;
    },
    put: (number, isIn) => {
      if (number < 0 || has(number) === isIn) return;
      if (number >>> 5 >= bits.length) bits = larger(bits, number >>> 5);
      bits[number >>> 5]! ^= 1 << (number & 31);
      size += isIn ? 1 : -1;
    },
  };
}

const nobody: PeopleSet = { size: 0, has: () => false };

/** Counts the people in scope whom any of some principals covers. */
function unionCount(
  roll: Roll,
  covered: (principal: string) => Covered,
  singly: number,
): (scope: CategoryScope, principals: readonly string[]) => number {
  const isNew = stamping();
  return (scope, principals) => {
    const groups = principals.filter((entry) => formOf(entry) !== "user").map(covered);
    // The largest group was counted before, mostly: many rooms name the same, and it may be everybody.
    const largest = groups.reduce((most, group) => (size(group) > size(most) ? group : most), noGroup);
    const whole = size(largest) < singly ? noGroup : largest;
    let count = sizeIn(scope, whole);
    const meets = isNew();
    const meet = (number: number): void => {
      if (meets(number) && !includes(whole.numbers, number) && scope.has(number)) count++;
    };
    for (const group of groups) if (group !== whole) group.numbers.forEach(meet);
    for (const user of principals.filter((entry) => formOf(entry) === "user")) {
      const number = roll.ofAddress(user);
      if (number >= 0) meet(number);
    }
    return count;
  };
}

const noGroup: Covered = { numbers: new Uint32Array(), inScope: new Map() };

const size = ({ numbers }: Covered): number => numbers.length;

function sizeIn(scope: CategoryScope, { numbers, inScope: known }: Covered): number {
  if (numbers.length === 0) return 0;
  let count = known.get(scope.id);
  if (count === undefined) {
    count = 0;
    for (const number of numbers) if (scope.has(number)) count++;
    known.set(scope.id, count);
  }
  return count;
}

/** Whether ascending numbers have one among them. */
function includes(numbers: Uint32Array, wanted: number): boolean {
  let from = 0;
  let to = numbers.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (numbers[middle]! < wanted) from = middle + 1;
    else to = middle;
  }
  return numbers[from] === wanted;
}

/** Begins anew each time, and then tells whether a number comes for the first time since. */
function stamping(): () => (number: number) => boolean {
  let stamps = new Uint32Array(32);
  let turn = 0;
  return () => {
    turn++;
    return (number) => {
      if (number >= stamps.length) stamps = larger(stamps, number);
      if (stamps[number] === turn) return false;
      stamps[number] = turn;
      return true;
    };
  };
}

/** A copy with room for an index, and to spare. */
function larger(numbers: Uint32Array, index: number): Uint32Array<ArrayBuffer> {
  const copy = new Uint32Array(2 * (index + 1));
  copy.set(numbers);
  return copy;
}
