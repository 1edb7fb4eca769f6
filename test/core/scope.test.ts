import { describe, expect, test } from "vitest";
import type { ContainerEntry, DomainEntry, Entry, GroupEntry, UserEntry } from "../../src/core/directory.ts";
import { memoryDirectory } from "../../src/core/memory-directory.ts";
import { memoryState, type ObjectLists } from "../../src/core/memory-state.ts";
import { runnableWord } from "../../src/core/principal.ts";
import { coverage, coveredBy, scopeOf } from "../../src/core/scope.ts";
import { collections, type State } from "../../src/core/state.ts";
import { rereadDirectory } from "../support/reread-directory.ts";

const root = "DC=litware,DC=com";
const child = "DC=eu,DC=litware,DC=com";

const facts = (dn: string, memberOf: readonly string[]) => ({
  dn,
  guid: null,
  sid: null,
  domain: dn
    .split(",")
    .filter((part) => part.startsWith("DC="))
    .map((part) => part.slice(3))
    .join("."),
  displayName: dn.split(",")[0]!.slice(3),
  memberOf,
  attributes: [],
});

const user = (dn: string, sip: string, ...memberOf: string[]): UserEntry => ({
  ...facts(dn, memberOf),
  kind: "user",
  sipAddress: `sip:${sip}`,
  sipEnabled: true,
  userPrincipalName: null,
  logonName: null,
  site: null,
  accountDisabled: false,
});
const group = (dn: string, ...memberOf: string[]): GroupEntry => ({
  ...facts(dn, memberOf),
  kind: "group",
  logonName: null,
  mail: null,
});
const container = (dn: string): ContainerEntry => ({ ...facts(dn, []), kind: "container" });
const domain = (dn: string): DomainEntry => ({ ...facts(dn, []), kind: "domain", netbios: null });

const dn = {
  it: `OU=IT,${root}`,
  desk: `OU=Desk,OU=IT,${root}`,
  sales: `OU=Sales,${root}`,
  inner: `CN=Inner,${root}`,
  outer: `CN=Outer,OU=Groups,${root}`,
  one: `CN=One,OU=IT,${root}`,
  two: `CN=Two,${root}`,
  staff: `CN=Domain Users,CN=Users,${root}`,
  ana: `CN=Ana,OU=Desk,OU=IT,${root}`,
  group: `OU=Groups,${root}`,
} as const;

// Ana lies in OU=Desk of OU=IT; Bo in OU=Sales is in Inner, which is in Outer; Cy is in One and Two, which are in
// each other; Dee is of the child domain, with a SIP address of the parent's; Eve is in nothing but her primary group.
const entries: Entry[] = [
  domain(root),
  domain(child),
  container(dn.it),
  container(dn.desk),
  container(dn.sales),
  container(dn.group),
  group(dn.outer),
  group(dn.inner, dn.outer),
  group(dn.one, dn.two),
  group(dn.two, dn.one),
  group(dn.staff),
  user(dn.ana, "ana@litware.com", dn.staff),
  user(`CN=Bo,${dn.sales}`, "bo@litware.com", dn.inner),
  user(`CN=Cy,${dn.sales}`, "cy@litware.com", dn.one),
  user(`CN=Dee,OU=IT,${child}`, "dee@litware.com"),
  user(`CN=Eve,CN=Users,${root}`, "eve@other.example", dn.staff),
];

const nothing = Object.fromEntries(
  collections.map((collection) => [collection, []]),
) as unknown as ObjectLists;
const directory = memoryDirectory({ entries }, { date: "2026-01-01T00:00:00.000Z", hash: "0" });
const known: State = memoryState(nothing, () => directory);
const blind: State = memoryState(nothing, () => undefined);

describe("with a directory", () => {
  const cases: [string, string, readonly string[], "yes" | "no", string?, (readonly string[])?][] = [
    ["nobody is in an empty list", "sip:ana@litware.com", [], "no"],
    [
      "the user itself, case ignored",
      "sip:ANA@litware.com",
      ["sip:ana@LITWARE.com"],
      "yes",
      "sip:ana@LITWARE.com",
      [],
    ],
    ["another user", "sip:ana@litware.com", ["sip:bo@litware.com"], "no"],
    ["a group it is in", "sip:bo@litware.com", [dn.inner], "yes", dn.inner, []],
    ["a group around its group", "sip:bo@litware.com", [dn.outer], "yes", dn.outer, [dn.inner]],
    ["a group of a cycle", "sip:cy@litware.com", [dn.one], "yes", dn.one, []],
    ["the other group of the cycle", "sip:cy@litware.com", [dn.two], "yes", dn.two, [dn.one]],
    ["a cycle it is not in", "sip:bo@litware.com", [dn.one, dn.two], "no"],
    ["the primary group", "sip:eve@other.example", [dn.staff], "yes", dn.staff, []],
    ["the container it lies in", "sip:ana@litware.com", [dn.desk], "yes", dn.desk, []],
    ["a container further above", "sip:ana@litware.com", [dn.it], "yes", dn.it, []],
    [
      "a container written otherwise",
      "sip:ana@litware.com",
      ["ou=it, dc=Litware, dc=com"],
      "yes",
      "ou=it, dc=Litware, dc=com",
      [],
    ],
    ["a container beside it", "sip:bo@litware.com", [dn.it], "no"],
    ["a container that holds its group, not it", "sip:bo@litware.com", [dn.group], "no"],
    ["a container that holds a group of its cycle", "sip:cy@litware.com", [dn.it], "no"],
    ["its own AD domain", "sip:eve@other.example", ["litware.com"], "yes", "litware.com", []],
    ["its own AD domain as a DN", "sip:eve@other.example", [root], "yes", root, []],
    ["the child domain it is of", "sip:dee@litware.com", ["eu.litware.com"], "yes", "eu.litware.com", []],
    ["the parent of its domain, although its SIP domain", "sip:dee@litware.com", ["litware.com"], "no"],
    ["its SIP domain that is no AD domain", "sip:eve@other.example", ["other.example"], "no"],
    [
      "the first of two entries that cover it",
      "sip:bo@litware.com",
      [dn.sales, dn.inner],
      "yes",
      dn.sales,
      [],
    ],
    ["a group in itself", dn.inner, [dn.inner], "yes", dn.inner, []],
    ["a group in a group around it", dn.inner, [dn.outer], "yes", dn.outer, []],
    ["a group around it in a group", dn.outer, [dn.inner], "no"],
    ["a group in the container it lies in", dn.outer, [dn.group], "yes", dn.group, []],
    ["a group in its domain", dn.outer, ["litware.com"], "yes", "litware.com", []],
    ["a container in one above", dn.desk, [dn.it], "yes", dn.it, []],
    ["a container in one below", dn.it, [dn.desk], "no"],
    ["a container in its domain", dn.it, ["litware.com"], "yes", "litware.com", []],
    ["a child domain in its parent", "eu.litware.com", ["litware.com"], "no"],
    [
      "a user who left the directory, by name",
      "sip:gone@litware.com",
      ["sip:gone@litware.com"],
      "yes",
      "sip:gone@litware.com",
      [],
    ],
    ["a user who left the directory, by domain", "sip:gone@litware.com", ["litware.com"], "no"],
  ];
  test.each(cases)("%s: %s under %j is %s", (_, principal, list, answer, entry, via) => {
    expect(coverage(known, principal, list)).toEqual(answer === "yes" ? { answer, entry, via } : { answer });
  });

  const scopes: [string, string, readonly string[], readonly string[], "yes" | "no"][] = [
    ["allowed and not denied", "sip:ana@litware.com", [dn.it], [dn.sales], "yes"],
    ["neither", "sip:ana@litware.com", [dn.sales], [], "no"],
    ["denied only", "sip:ana@litware.com", [], [dn.it], "no"],
    [
      "denied by name inside an allowed container",
      "sip:ana@litware.com",
      [dn.it],
      ["sip:ana@litware.com"],
      "no",
    ],
    ["denied group inside an allowed group", "sip:bo@litware.com", [dn.outer], [dn.inner], "no"],
    ["allowed by name inside a denied group", "sip:bo@litware.com", ["sip:bo@litware.com"], [dn.outer], "no"],
    ["an allowed group with a denied group in it", dn.outer, [dn.outer], [dn.inner], "yes"],
    ["a group inside a denied group", dn.inner, ["litware.com"], [dn.outer], "no"],
  ];
  test.each(scopes)(
    "%s: %s, allowed %j, denied %j: %s",
    (_, principal, allowedMembers, deniedMembers, answer) => {
      expect(scopeOf(known, principal, { allowedMembers, deniedMembers }).answer).toBe(answer);
    },
  );

  test("scope says which entries decided, and how", () => {
    expect(
      scopeOf(known, "sip:bo@litware.com", { allowedMembers: [dn.sales], deniedMembers: [dn.outer] }),
    ).toEqual({
      answer: "no",
      allowed: { answer: "yes", entry: dn.sales, via: [] },
      denied: { answer: "yes", entry: dn.outer, via: [dn.inner] },
    });
  });

  test.each([
    ["sip:ana@litware.com", ["Ana"]],
    [dn.outer, ["Outer", "Inner", "Bo"]],
    [dn.one, ["One", "Two", "Cy"]],
    [dn.it, ["IT", "Desk", "One", "Ana"]],
    [dn.staff, ["Domain Users", "Ana", "Eve"]],
    ["eu.litware.com", ["eu", "Dee"]],
    ["sip:gone@litware.com", []],
  ])("%s covers %j", (listed, names) => {
    // Whether an entry is the same object each time does not matter.
    for (const each of [directory, rereadDirectory(directory)]) {
      const found = [...coveredBy(each, listed)].map((entry) => entry.displayName);
      expect(found.sort()).toEqual([...names].sort());
    }
  });

  const pairs = entries.flatMap((listed) => entries.map((entry) => [listed, entry] as const));
  test.each(pairs)("what covers is the inverse of what is covered: $0.dn, $1.dn", (listed, entry) => {
    const inside = new Set(coveredBy(directory, runnableWord(listed)));
    expect(coverage(known, runnableWord(entry), [runnableWord(listed)]).answer).toBe(
      inside.has(entry) ? "yes" : "no",
    );
  });
});

describe("without a directory only the words decide", () => {
  const cases: [string, string, readonly string[], "yes" | "no" | "unknown", string?][] = [
    ["nobody is in an empty list", "sip:ana@litware.com", [], "no"],
    ["the same entry", "sip:ana@litware.com", ["sip:ANA@litware.com"], "yes", "sip:ANA@litware.com"],
    ["another user", "sip:ana@litware.com", ["sip:bo@litware.com"], "no"],
    ["a user in a group", "sip:ana@litware.com", [dn.inner], "unknown", dn.inner],
    ["a user in a container", "sip:ana@litware.com", [dn.it], "unknown", dn.it],
    [
      "a user in a domain, although its SIP domain",
      "sip:ana@litware.com",
      ["litware.com"],
      "unknown",
      "litware.com",
    ],
    [
      "an entry that decides beats one that does not",
      "sip:ana@litware.com",
      [dn.inner, "sip:ana@litware.com"],
      "yes",
      "sip:ana@litware.com",
    ],
    ["a DN under a container", dn.one, [dn.it], "yes", dn.it],
    [
      "a DN under a container written otherwise",
      dn.one,
      ["OU=it , DC=LITWARE,DC=com"],
      "yes",
      "OU=it , DC=LITWARE,DC=com",
    ],
    ["a DN beside a container", dn.one, [dn.sales], "no"],
    ["a DN in a group", dn.one, [dn.inner], "unknown", dn.inner],
    ["a DN in its domain", dn.one, ["litware.com"], "yes", "litware.com"],
    ["a DN in a child domain", dn.one, ["eu.litware.com"], "no"],
    ["a domain in another", "eu.litware.com", ["litware.com"], "no"],
  ];
  test.each(cases)("%s: %s under %j is %s", (_, principal, list, answer, entry) => {
    expect(coverage(blind, principal, list)).toEqual({
      answer,
      ...(entry === undefined ? {} : { entry }),
      ...(answer === "yes" ? { via: [] } : {}),
    });
  });

  const scopes: [string, readonly string[], readonly string[], "yes" | "no" | "unknown"][] = [
    ["sip:ana@litware.com", ["sip:ana@litware.com"], [], "yes"],
    ["sip:ana@litware.com", ["sip:ana@litware.com"], [dn.it], "unknown"],
    ["sip:ana@litware.com", [dn.it], [], "unknown"],
    ["sip:ana@litware.com", [dn.it], ["sip:ana@litware.com"], "no"],
    ["sip:ana@litware.com", [], [dn.it], "no"],
    [dn.one, [dn.it], [dn.sales], "yes"],
  ];
  test.each(scopes)("%s, allowed %j, denied %j: %s", (principal, allowedMembers, deniedMembers, answer) => {
    expect(scopeOf(blind, principal, { allowedMembers, deniedMembers }).answer).toBe(answer);
  });
});
