import { expect, it } from "vitest";
import { admission } from "../../src/core/admission.ts";
import { memoryState } from "../../src/core/memory-state.ts";
import { peopleOf } from "../../src/core/people.ts";
import { type DeploymentSpec, directoryOf, objectsOf } from "../support/deployments.ts";
import { rereadDirectory } from "../support/reread-directory.ts";

const root = "DC=contoso,DC=com";
const all = `CN=All,${root}`;
const even = `CN=Even,${root}`;
const few = `CN=Few,${root}`;
const sip = (n: number): string => `sip:u${n}@contoso.com`;

/** 200 people: all in one group, those with an even number in another in it, the first ten in a third. */
const directory = {
  domains: ["contoso.com"],
  containers: [`OU=IT,${root}`],
  groups: [
    { dn: all },
    { dn: even, in: [all] },
    { dn: few },
    { dn: `CN=Loop,${root}`, in: [`CN=Loop,${root}`] },
  ],
  users: [
    ...Array.from({ length: 200 }, (_, n) => ({
      dn: `CN=User ${n},${n < 20 ? "OU=IT," : ""}${root}`,
      sip: `u${n}@contoso.com`,
      in: [n % 2 === 0 ? even : all, ...(n < 10 ? [few] : [])],
    })),
    // Nobody can tell this account from user 199 by the address: that one comes first in the directory.
    { dn: `CN=Zoe,OU=IT,${root}`, sip: "U199@contoso.com", in: [few] },
    { dn: `CN=Off,${root}`, sip: "off@contoso.com", enabled: false, in: [all] },
    { dn: `CN=None,${root}`, in: [all] },
  ],
};

type Lists = NonNullable<DeploymentSpec["rooms"]>[string];

/** Counts as `peopleOf` does, whatever is kept of groups and however entries are read. */
function count(room: Lists, category: NonNullable<DeploymentSpec["categories"]>[string] = {}): number {
  const spec = {
    policies: { Global: true, Off: false },
    grants: { [sip(8)]: "Off" },
    categories: { A: { allowedMembers: [all], ...category } },
    rooms: { One: room, Two: room },
  };
  const read = directoryOf(directory);
  const [first, ...others] = [{}, { singly: 1 }, { kept: 1 }, { met: 0 }].flatMap((limits) =>
    [read, rereadDirectory(read)].flatMap((each) => {
      const state = memoryState(objectsOf(spec), () => each);
      const rooms = [...state.all("rooms")];
      return [...rooms.map(admission(state, limits)), peopleOf(state, rooms[0]!).length];
    }),
  );
  expect(new Set(others)).toEqual(new Set([first]));
  return first!;
}

const secret = (...members: string[]): Lists => ({ privacy: "Secret", members });

it.each<[string, number, Lists, Parameters<typeof count>[1]?]>([
  ["everyone in scope finds a Closed room; one has no policy, and two no enabled address", 199, {}],
  ["everyone in scope is in an Open room, auditorium or not", 199, { privacy: "Open", type: "Auditorium" }],
  ["denied groups are out", 100, {}, { deniedMembers: [even] }],
  ["a denied group keeps its members out of another", 5, secret(few), { deniedMembers: [even] }],
  ["nobody is in a Secret room without members", 0, secret()],
  ["a Secret room has those whom a member is", 99, secret(even)],
  ["whoever is covered twice counts once", 104, secret(even, few, sip(1), sip(2), sip(2), even)],
  ["several large groups are one crowd", 199, secret(even, all, `OU=IT,${root}`)],
  ["managers are in too", 10, { ...secret(few), managers: [sip(9), sip(50)] }],
  [
    "only managers are in a disabled room",
    2,
    { privacy: "Open", disabled: true, managers: [sip(9), sip(50)] },
  ],
  [
    "members out of scope are not",
    4,
    secret(all),
    { allowedMembers: [sip(1), sip(3), sip(5), sip(8), sip(7)] },
  ],
  [
    "an account is covered by its name, and by where it lies",
    20,
    secret(`CN=User 30,${root}`, `OU=IT,${root}`),
  ],
  ["a whole domain, however it is written", 199, secret("CONTOSO.com"), { allowedMembers: [root] }],
  ["the second account of an address lets nobody in", 0, secret(sip(199)), { allowedMembers: [few] }],
  ["nobody is behind a group that is gone, or in itself", 0, secret(`CN=Gone,${root}`, `CN=Loop,${root}`)],
  ["nobody is in a room whose category is empty", 0, {}, { allowedMembers: [] }],
])("%s: %i", (_, expected, room, category) => {
  expect(count(room, category)).toBe(expected);
});
