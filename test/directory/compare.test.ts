import { describe, expect, it } from "vitest";
import type { Entry } from "../../src/core/directory.ts";
import { compareDirectories, isTruncated } from "../../src/core/directory-difference.ts";
import { entry, fixture, importing } from "./exports.ts";

const contentOf = async (text: string) => (await importing([text])).content;

/** What differs between two exports, entries by DN. */
async function difference(before: string, after: string) {
  const dns = (entries: readonly Entry[]) => entries.map(({ dn }) => dn);
  const found = compareDirectories(await contentOf(before), await contentOf(after));
  return {
    added: dns(found.added),
    gone: dns(found.gone),
    changed: found.changed.map(({ before: from, after: to, properties }) => [from.dn, to.dn, ...properties]),
    moved: found.moved.map(({ after: to }) => to.dn),
    movedPrincipals: found.movedPrincipals,
  };
}

const nothing = { added: [], gone: [], changed: [], moved: [], movedPrincipals: [] };

const user = (name: string, id: number, ...lines: string[]): string => {
  const guid = `objectGUID: c0a80001-0000-4000-8000-${String(id).padStart(12, "0")}`;
  return entry(`CN=${name},DC=contoso,DC=com`, "objectClass: user", guid, ...lines);
};
const address = (word: string) => `msRTCSIP-PrimaryUserAddress: sip:${word}@contoso.com`;
const dn = (name: string) => `CN=${name},DC=contoso,DC=com`;

describe("two exports compared", () => {
  it("are the same whichever tool wrote them", async () => {
    const texts = ["litwareinc.ldif", "litwareinc.ldapsearch.ldif"].map((name) =>
      fixture(name).toString("utf8"),
    );
    expect(await difference(texts[0]!, texts[1]!)).toEqual(nothing);
  });

  it("show a renamed OU with everything below it, and what stored lists must follow", async () => {
    const before = fixture("messy.ldif").toString("utf8");
    const after = before.replaceAll("OU=Trading", "OU=Markets");
    const [ou, below] = ["OU=Trading,OU=Staff,DC=contoso,DC=com", "OU=Markets,OU=Staff,DC=contoso,DC=com"];
    expect(await difference(before, after)).toEqual({
      ...nothing,
      changed: [
        [`CN=John Smith,${ou}`, `CN=John Smith,${below}`, "dn", "memberOf"],
        [
          "CN=Paul Primary,OU=Staff,DC=contoso,DC=com",
          "CN=Paul Primary,OU=Staff,DC=contoso,DC=com",
          "memberOf",
        ],
        [`CN=Traders,${ou}`, `CN=Traders,${below}`, "dn"],
        [ou, below, "dn"],
      ],
      moved: [`CN=John Smith,${below}`, `CN=Traders,${below}`, below],
      movedPrincipals: [
        { from: `CN=Traders,${ou}`, to: `CN=Traders,${below}` },
        { from: ou, to: below },
      ],
    });
  });

  it("follow people to new addresses, also when two change places", async () => {
    const before = user("A", 1, address("a")) + user("B", 2, address("b")) + user("C", 3, address("c"));
    const after = user("A", 1, address("b")) + user("B", 2, address("a")) + user("C", 3, address("C"));
    expect((await difference(before, after)).movedPrincipals).toEqual([
      { from: "sip:a@contoso.com", to: "sip:b@contoso.com" },
      { from: "sip:b@contoso.com", to: "sip:a@contoso.com" },
    ]);
  });

  it("take an object made anew under an old name for another", async () => {
    expect(await difference(user("A", 1, address("a")), user("A", 2, address("b")))).toEqual({
      ...nothing,
      added: [dn("A")],
      gone: [dn("A")],
    });
  });

  it("match by name, however it is spelled, where one has no GUID", async () => {
    const without = entry("cn=a , dc=contoso, dc=com", "objectClass: user", address("a"));
    const changed = await difference(without, user("A", 1, address("a")));
    expect(changed).toEqual({
      ...nothing,
      changed: [["cn=a , dc=contoso, dc=com", dn("A"), "dn", "guid", "displayName"]],
      moved: [dn("A")],
    });
  });

  it("are truncated when more than 5 % and more than 10 of the users are gone", async () => {
    const people = (from: number, to: number): string =>
      Array.from({ length: to - from }, (_, at) => user(`U${from + at}`, from + at)).join("");
    const truncated = async (known: number, left: number): Promise<boolean> => {
      const [before, after] = [await contentOf(people(0, known)), await contentOf(people(left, known))];
      return isTruncated(before, compareDirectories(before, after));
    };
    expect(
      await Promise.all([truncated(20, 10), truncated(20, 11), truncated(240, 12), truncated(239, 12)]),
    ).toEqual([false, true, false, true]);
  });
});
