import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ContainerEntry, DomainEntry, Entry, GroupEntry, UserEntry } from "../../src/core/directory.ts";
import { compareDirectories, isTruncated, storedFormOf } from "../../src/core/directory-difference.ts";

const root = "DC=litware,DC=com";
const facts = (dn: string, guid: string | null) => ({
  dn,
  guid,
  sid: null,
  domain: "litware.com",
  displayName: dn.split(",")[0]!.slice(3),
  memberOf: [],
  attributes: [],
});
const user = (name: string, more: Partial<UserEntry> = {}): UserEntry => ({
  ...facts(`CN=${name},OU=IT,${root}`, `guid-${name}`),
  kind: "user",
  sipAddress: `sip:${name}@litware.com`,
  sipEnabled: true,
  userPrincipalName: null,
  logonName: null,
  site: null,
  accountDisabled: false,
  ...more,
});
const group = (dn: string, guid: string | null): GroupEntry => ({
  ...facts(dn, guid),
  kind: "group",
  logonName: null,
  mail: null,
});
const container = (dn: string, guid: string | null): ContainerEntry => ({
  ...facts(dn, guid),
  kind: "container",
});
const domain: DomainEntry = { ...facts(root, "guid-root"), kind: "domain", netbios: "LITWARE" };

const ana = user("ana");
const bo = user("bo");
const it = container(`OU=IT,${root}`, "guid-it");
const nothing = { added: [], gone: [], changed: [], moved: [], movedPrincipals: [] };

const compare = (before: readonly Entry[], after: readonly Entry[]) =>
  compareDirectories({ entries: before }, { entries: after });

test("an export is no other than itself, whatever the order", () => {
  expect(compare([ana, bo, it, domain], [domain, it, { ...bo }, { ...ana, memberOf: [] }])).toEqual(nothing);
});

test("added and gone", () => {
  expect(compare([ana, it], [it, bo])).toEqual({ ...nothing, added: [bo], gone: [ana] });
});

test("a change that neither moves nor renames", () => {
  const after = { ...ana, displayName: "Ana M", site: "Oslo" };
  expect(compare([ana], [after])).toEqual({
    ...nothing,
    changed: [{ before: ana, after, properties: ["displayName", "site"] }],
  });
});

test("another SIP address under the same GUID is a rename, and its stored principal moves", () => {
  const after = { ...ana, sipAddress: "sip:ana.new@litware.com" };
  const change = { before: ana, after, properties: ["sipAddress"] };
  expect(compare([ana], [after])).toEqual({
    ...nothing,
    changed: [change],
    moved: [change],
    movedPrincipals: [{ from: "sip:ana@litware.com", to: "sip:ana.new@litware.com" }],
  });
});

test("another DN of a user is a move, and its stored principal stays", () => {
  const after = { ...ana, dn: `CN=ana,OU=Sales,${root}` };
  const change = { before: ana, after, properties: ["dn"] };
  expect(compare([ana], [after])).toEqual({ ...nothing, changed: [change], moved: [change] });
});

test.each([
  { what: "container", before: it, dn: `OU=Tech,${root}` },
  { what: "group", before: group(`CN=G,${root}`, "guid-g"), dn: `CN=G,OU=Groups,${root}` },
])("another DN of a $what moves its stored principal", ({ before, dn }) => {
  const after = { ...before, dn };
  const change = { before, after, properties: ["dn"] };
  expect(compare([before], [after])).toEqual({
    ...nothing,
    changed: [change],
    moved: [change],
    movedPrincipals: [{ from: before.dn, to: dn }],
  });
});

test("another spelling of a DN or address moves no stored principal", () => {
  const after = [
    { ...it, dn: `ou=it, ${root}` },
    { ...ana, sipAddress: "sip:ANA@litware.com" },
  ];
  const { movedPrincipals, added, gone } = compare([it, ana], after);
  expect({ movedPrincipals, added, gone }).toEqual({ movedPrincipals: [], added: [], gone: [] });
});

test("two who swap addresses both move", () => {
  const after = [
    { ...ana, sipAddress: bo.sipAddress },
    { ...bo, sipAddress: ana.sipAddress },
  ];
  expect(compare([ana, bo], after).movedPrincipals).toEqual([
    { from: "sip:ana@litware.com", to: "sip:bo@litware.com" },
    { from: "sip:bo@litware.com", to: "sip:ana@litware.com" },
  ]);
});

test("two who swap names are recognised by GUID, not by name", () => {
  const after = [
    { ...ana, dn: bo.dn },
    { ...bo, dn: ana.dn },
  ];
  const { added, gone, moved } = compare([ana, bo], after);
  expect({ added, gone, moved: moved.map(({ before, after: now }) => [before.guid, now.guid]) }).toEqual({
    added: [],
    gone: [],
    moved: [
      ["guid-ana", "guid-ana"],
      ["guid-bo", "guid-bo"],
    ],
  });
});

describe("who is the same without a GUID", () => {
  const bare: UserEntry = { ...ana, guid: null };

  test("the namesake, when either export has no GUID", () => {
    const change = { before: bare, after: ana, properties: ["guid"] };
    expect(compare([bare], [ana])).toEqual({ ...nothing, changed: [change] });
  });

  test("a namesake whose GUID is another is another object: deleted, and made again", () => {
    const again = { ...ana, guid: "guid-other" };
    expect(compare([ana], [again])).toEqual({ ...nothing, added: [again], gone: [ana] });
  });

  test("a namesake of another kind is another object", () => {
    const now = group(ana.dn, null);
    expect(compare([bare], [now])).toEqual({ ...nothing, added: [now], gone: [bare] });
  });
});

test("who loses the address is changed, and has no stored principal to follow", () => {
  const after = { ...ana, sipAddress: null, sipEnabled: false };
  const { movedPrincipals, moved } = compare([ana], [after]);
  expect({ movedPrincipals, moved: moved.length }).toEqual({ movedPrincipals: [], moved: 1 });
});

test.each([
  { entry: ana, stored: "sip:ana@litware.com" },
  { entry: { ...ana, sipAddress: null }, stored: undefined },
  { entry: it, stored: it.dn },
  { entry: domain, stored: "litware.com" },
  {
    entry: { ...facts(`CN=Beamer,${root}`, null), kind: "resource", resource: "room" } as Entry,
    stored: undefined,
  },
])("the stored form of a $entry.kind is $stored", ({ entry, stored }) => {
  expect(storedFormOf(entry)).toBe(stored);
});

test.each([
  { users: 100, gone: 10, truncated: false },
  { users: 100, gone: 11, truncated: true },
  { users: 220, gone: 11, truncated: false },
  { users: 219, gone: 11, truncated: true },
  { users: 10, gone: 10, truncated: false },
  { users: 11, gone: 11, truncated: true },
])("$gone of $users users gone: truncated is $truncated", ({ users, gone, truncated }) => {
  const before = Array.from({ length: users }, (_, i) => user(`u${i}`));
  const difference = compare(before, before.slice(gone));
  expect(isTruncated({ entries: before }, difference)).toBe(truncated);
});

test("only users count as leavers", () => {
  const before = Array.from({ length: 20 }, (_, i) => container(`OU=${i},${root}`, `guid-${i}`));
  expect(isTruncated({ entries: before }, compare(before, []))).toBe(false);
});

/** Few names and GUIDs, so that many entries share one or the other, in any order or in that of their names. */
const anyExport = fc
  .tuple(
    fc.array(
      fc.record({
        name: fc.constantFrom("a", "B", "c", "d", "e", "f"),
        guid: fc.constantFrom("1", "2", "3", "4", "5", "6", "7", null, null),
        isUser: fc.boolean(),
        site: fc.constantFrom("Oslo", "Rome"),
      }),
      { maxLength: 8 },
    ),
    fc.boolean(),
  )
  .map(([made, isSorted]) => {
    const entries = made.map(
      ({ name, guid, isUser, site }): Entry =>
        isUser ? user(name, { guid, site }) : group(`CN=${name},OU=IT,${root}`, guid),
    );
    const keyOf = ({ dn }: Entry) => dn.toLowerCase();
    return isSorted ? entries.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) : entries;
  });

/** The comparison in its simplest form, with all entries of both exports at hand. */
function comparedAtOnce(before: readonly Entry[], after: readonly Entry[]) {
  const met = new Set<Entry>();
  const find = (wanted: Entry): Entry | undefined => {
    const known = before.findLast(({ guid }) => guid !== null && guid === wanted.guid);
    if (known !== undefined) return known;
    const namesake = before.findLast(({ dn }) => dn.toLowerCase() === wanted.dn.toLowerCase());
    if (namesake === undefined || namesake.kind !== wanted.kind) return undefined;
    return namesake.guid !== null && wanted.guid !== null ? undefined : namesake;
  };
  const pairs = after.map((entry) => {
    const known = find(entry);
    if (known === undefined || met.has(known)) return { entry, known: undefined };
    met.add(known);
    return { entry, known };
  });
  return {
    added: pairs.filter(({ known }) => known === undefined).map(({ entry }) => entry),
    gone: before.filter((entry) => !met.has(entry)),
    matched: pairs
      .filter(({ entry, known }) => known !== undefined && JSON.stringify(known) !== JSON.stringify(entry))
      .map(({ entry, known }) => ({ before: known, after: entry })),
  };
}

test("whatever names and GUIDs are shared, the difference is that of all entries at once", () => {
  fc.assert(
    fc.property(anyExport, anyExport, (before, after) => {
      const { added, gone, changed } = compare(before, after);
      const matched = changed.map(({ before: from, after: to }) => ({ before: from, after: to }));
      expect({ added, gone, matched }).toEqual(comparedAtOnce(before, after));
    }),
    { numRuns: 2000 },
  );
});
