import { describe, expect, test } from "vitest";
import type { Entry, UserEntry } from "../../src/core/directory.ts";
import { DomainError } from "../../src/core/errors.ts";
import { memoryDirectory } from "../../src/core/memory-directory.ts";
import { memoryState, type ObjectLists } from "../../src/core/memory-state.ts";
import {
  entryOf,
  findEntries,
  resolvePrincipal,
  resolvePrincipals,
  runnableWord,
} from "../../src/core/principal.ts";
import { collections, type State } from "../../src/core/state.ts";

const root = "DC=litware,DC=com";
const none = Object.fromEntries(collections.map((collection) => [collection, []])) as unknown as ObjectLists;

const facts = (dn: string, displayName: string, domain = "litware.com") => ({
  dn,
  guid: null,
  sid: null,
  domain,
  displayName,
  memberOf: [],
  attributes: [],
});

const user = (dn: string, displayName: string, more: Partial<UserEntry> = {}): UserEntry => ({
  ...facts(dn, displayName),
  kind: "user",
  sipAddress: null,
  sipEnabled: more.sipAddress !== undefined && more.sipAddress !== null,
  userPrincipalName: null,
  logonName: null,
  site: null,
  accountDisabled: false,
  ...more,
});

const maria = user(`CN=Guðmundsdóttir\\, María,OU=IT,${root}`, "María Guðmundsdóttir", {
  sipAddress: "sip:maria@chat.litware.com",
  userPrincipalName: "mgudmund@litware.com",
  logonName: "mgudmund",
});
// Her SIP address is another person's UPN: a word with an @ is a SIP address first.
const ken = user(`CN=Ken,OU=IT,${root}`, "Ken Myer", {
  sipAddress: "sip:ken@litware.com",
  userPrincipalName: "maria@chat.litware.com",
  logonName: "ken",
});
const kenAbroad = user("CN=Ken,DC=eu,DC=litware,DC=com", "Ken Other", {
  ...facts("CN=Ken,DC=eu,DC=litware,DC=com", "Ken Other", "eu.litware.com"),
  sipAddress: "sip:ken.other@litware.com",
  userPrincipalName: "ken@eu.litware.com",
  logonName: "ken",
});
const hana = user(`CN=Hana,OU=IT,${root}`, "Hana Myer", {
  sipAddress: "sip:hana@litware.com",
  sipEnabled: false,
  userPrincipalName: "hana@litware.com",
});
const noAddress = user(`CN=Nils,OU=IT,${root}`, "Nils");
const twins = [
  user(`CN=Ana A,OU=IT,${root}`, "Ana", { sipAddress: "sip:ana.a@litware.com" }),
  user(`CN=Ana B,OU=IT,${root}`, "Ana", { sipAddress: "sip:ana.b@litware.com" }),
  user(`CN=Ana C,OU=IT,${root}`, "Ana"),
];
// A resource forest: two accounts with one address, of which one is enabled.
const [linked, disabledTwin] = [
  user(`CN=Lin,OU=Linked,${root}`, "Lin", { sipAddress: "sip:lin@litware.com" }),
  user(`CN=Lin,OU=Accounts,${root}`, "Lin Account", { sipAddress: "sip:LIN@litware.com", sipEnabled: false }),
];
const trading = user(`CN=Trading,OU=Service,${root}`, "Trading", { sipAddress: "sip:trading@litware.com" });
const traders: Entry = {
  ...facts(`CN=Trading,OU=Groups,${root}`, "Trading"),
  kind: "group",
  logonName: "trading",
  mail: null,
};
const it: Entry = { ...facts(`OU=IT,${root}`, "IT"), kind: "container" };
const litware: Entry = { ...facts(root, "litware"), kind: "domain", netbios: "LITWARE" };
const eu: Entry = { ...facts(`DC=eu,${root}`, "eu", "eu.litware.com"), kind: "domain", netbios: null };
const beamer: Entry = {
  ...facts(`CN=Beamer,OU=IT,${root}`, "Beamer"),
  kind: "resource",
  resource: "equipment",
};
const lamp: Entry = { ...facts(`CN=Lamp,OU=IT,${root}`, "Trading"), kind: "resource", resource: "equipment" };

const entries = [
  maria,
  ken,
  kenAbroad,
  hana,
  noAddress,
  ...twins,
  linked!,
  disabledTwin!,
  trading,
  traders,
  it,
  litware,
  eu,
  beamer,
  lamp,
];
const directory = memoryDirectory({ entries }, { date: "2026-01-01T00:00:00.000Z", hash: "" });
const state: State = memoryState(none, () => directory);
const without: State = memoryState(none, () => undefined);

/** The refusal that an action ends in. */
function refusalOf(act: () => unknown): DomainError {
  try {
    act();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("with a directory", () => {
  test.each([
    { word: "sip:maria@chat.litware.com", entry: maria },
    { word: "SIP:Maria@CHAT.litware.com", entry: maria },
    { word: "maria@chat.litware.com", entry: maria },
    { word: "mgudmund@litware.com", entry: maria },
    { word: "MGUDMUND@LITWARE.COM", entry: maria },
    { word: "LITWARE\\mgudmund", entry: maria },
    { word: "litware.com\\MGUDMUND", entry: maria },
    { word: "María Guðmundsdóttir", entry: maria },
    { word: "MARÍA GUÐMUNDSDÓTTIR", entry: maria },
    { word: "María Guðmundsdóttir".normalize("NFD"), entry: maria },
    { word: `CN=Guðmundsdóttir\\, María,OU=IT,${root}`, entry: maria },
    { word: `cn=guðmundsdóttir\\2C maría, ou=it, dc=litware, dc=com`, entry: maria },
    { word: `CN=Gu\\C3\\B0mundsd\\C3\\B3ttir\\2c Mar\\C3\\ADa,OU=IT,${root}`, entry: maria },
    { word: "user:María Guðmundsdóttir", entry: maria },
    { word: "ken@litware.com", entry: ken },
    { word: "LITWARE\\ken", entry: ken },
    { word: "eu.litware.com\\ken", entry: kenAbroad },
    { word: "ken@eu.litware.com", entry: kenAbroad },
    { word: "sip:lin@litware.com", entry: linked },
    { word: "lin@litware.com", entry: linked },
  ])("$word names a user, stored by SIP address", ({ word, entry }) => {
    const stored = entry!.sipAddress!;
    expect(resolvePrincipal(state, word, "user")).toEqual({ stored, key: stored.toLowerCase(), entry });
  });

  test.each([
    { word: "group:Trading", stored: traders.dn, entry: traders },
    { word: "GROUP:trading", stored: traders.dn, entry: traders },
    { word: "LITWARE\\trading", stored: traders.dn, entry: traders },
    { word: "IT", stored: it.dn, entry: it },
    { word: "ou=it,dc=LITWARE,dc=com", stored: it.dn, entry: it },
    { word: "litware.com", stored: "litware.com", entry: litware },
    { word: "LITWARE.COM", stored: "litware.com", entry: litware },
    { word: "dc=litware, dc=com", stored: "litware.com", entry: litware },
    { word: `DC=eu,${root}`, stored: "eu.litware.com", entry: eu },
  ])("$word names what is no user, stored by distinguished or DNS name", ({ word, stored, entry }) => {
    expect(resolvePrincipal(state, word)).toEqual({
      stored,
      key: expect.stringMatching(/^[^A-Z]+$/),
      entry,
    });
  });

  test.each([
    { word: "Ana", matches: ["sip:ana.a@litware.com", "sip:ana.b@litware.com", `CN=Ana C,OU=IT,${root}`] },
    { word: "Trading", matches: ["sip:trading@litware.com", `CN=Trading,OU=Groups,${root}`] },
  ])("$word is ambiguous, and each word listed names one of them", ({ word, matches }) => {
    const { code, details } = refusalOf(() => resolvePrincipal(state, word));
    const listed = (details["matches"] as { readonly word: string }[]).map((match) => match.word);
    expect({ code, listed }).toEqual({ code: "ambiguous", listed: matches });
    for (const one of listed) {
      expect(findEntries(directory, one).map(runnableWord)).toEqual([one]);
    }
  });

  test("an ambiguity says what each of them is", () => {
    expect(refusalOf(() => resolvePrincipal(state, "Trading")).message).toBe(
      `\`Trading\` may be user \`sip:trading@litware.com\` or group \`CN=Trading,OU=Groups,${root}\``,
    );
  });

  test.each(entries.filter((entry) => entry !== linked))(
    "the runnable word of $dn names it alone",
    (entry) => {
      expect(findEntries(directory, runnableWord(entry))).toEqual([entry]);
    },
  );

  test.each([
    {
      word: "Hana Myer",
      message: "`Hana Myer` is not enabled for SIP, so cannot take part",
      details: {
        word: "Hana Myer",
        displayName: "Hana Myer",
        dn: hana.dn,
        sipAddress: "sip:hana@litware.com",
      },
    },
    {
      word: "hana@litware.com",
      message: "`hana@litware.com` (`Hana Myer`) is not enabled for SIP, so cannot take part",
      details: {
        word: "hana@litware.com",
        displayName: "Hana Myer",
        dn: hana.dn,
        sipAddress: "sip:hana@litware.com",
      },
    },
    {
      word: "nils",
      message: "`nils` is not enabled for SIP, so cannot take part",
      details: { word: "nils", displayName: "Nils", dn: noAddress.dn, sipAddress: null },
    },
  ])("$word is not enabled for SIP", ({ word, message, details }) => {
    const refusal = refusalOf(() => resolvePrincipal(state, word));
    expect({ code: refusal.code, message: refusal.message, details: refusal.details }).toEqual({
      code: "not-sip-enabled",
      message,
      details,
    });
  });

  test.each([
    { word: "Nobody", code: "no-such-principal", message: "the directory has no `Nobody`" },
    {
      word: "sip:nobody@litware.com",
      code: "no-such-principal",
      message: "the directory has no `sip:nobody@litware.com`",
    },
    { word: "group:Ana", code: "no-such-principal", message: "the directory has no `group:Ana`" },
    { word: "user:IT", code: "no-such-principal", message: "the directory has no `user:IT`" },
    { word: "NOWHERE\\ken", code: "no-such-principal", message: "the directory has no `NOWHERE\\ken`" },
    {
      word: "eu.litware.com\\mgudmund",
      code: "no-such-principal",
      message: "the directory has no `eu.litware.com\\mgudmund`",
    },
    {
      word: `OU=Nope,${root}`,
      code: "no-such-principal",
      message: `the directory has no \`OU=Nope,${root}\``,
    },
    { word: "", code: "no-such-principal", message: "the directory has no ``" },
    {
      word: "Beamer",
      code: "no-such-principal",
      message: "`Beamer` is a resource (equipment), not a person or a group",
    },
  ])("$word: $message", ({ word, code, message }) => {
    const refusal = refusalOf(() => resolvePrincipal(state, word));
    expect({ code: refusal.code, message: refusal.message }).toEqual({ code, message });
  });

  test("only a user is a user", () => {
    expect(refusalOf(() => resolvePrincipal(state, "IT", "user"))).toMatchObject({
      code: "invalid-value",
      message: "`IT` is a container, not a user",
    });
  });

  test("several words are found in their order, doubles kept", () => {
    expect(
      resolvePrincipals(state, ["ken@litware.com", "IT", "Ken Myer"]).map(({ stored }) => stored),
    ).toEqual(["sip:ken@litware.com", it.dn, "sip:ken@litware.com"]);
  });

  test("one refusal names every word that fails, with the first's code and suggestions", () => {
    const refusal = refusalOf(() => resolvePrincipals(state, ["Ken Mier", "IT", "Hana Myer"]));
    expect({
      code: refusal.code,
      message: refusal.message,
      unknown: refusal.unknown?.word,
      failures: (refusal.details["failures"] as { code: string }[]).map(({ code }) => code),
    }).toEqual({
      code: "no-such-principal",
      message: "the directory has no `Ken Mier`; `Hana Myer` is not enabled for SIP, so cannot take part",
      unknown: "Ken Mier",
      failures: ["no-such-principal", "not-sip-enabled"],
    });
  });

  test.each([
    { stored: "SIP:KEN@litware.com", entry: ken },
    { stored: "sip:lin@litware.com", entry: linked },
    { stored: "litware.com", entry: litware },
    { stored: "dc=litware,dc=com", entry: litware },
    { stored: `OU=it, ${root}`, entry: it },
    { stored: "sip:gone@litware.com", entry: undefined },
  ])("the entry of what is stored as $stored", ({ stored, entry }) => {
    expect(entryOf(directory, stored)).toBe(entry);
  });
});

describe("without a directory", () => {
  test.each([
    { word: "sip:ana@litware.com", stored: "sip:ana@litware.com", key: "sip:ana@litware.com" },
    { word: "SIP:Ana@litware.com", stored: "sip:Ana@litware.com", key: "sip:ana@litware.com" },
    { word: "user:ana@litware.com", stored: "sip:ana@litware.com", key: "sip:ana@litware.com" },
    { word: "litware.com", stored: "litware.com", key: "litware.com" },
    { word: root, stored: "litware.com", key: "litware.com" },
    { word: "OU=IT, DC=Litware,DC=com", stored: "OU=IT, DC=Litware,DC=com", key: "ou=it,dc=litware,dc=com" },
  ])("$word is taken as it is written", ({ word, stored, key }) => {
    expect(resolvePrincipal(without, word)).toEqual({ stored, key, entry: undefined });
  });

  test.each(["Ana Myer", "LITWARE\\ana", "ana@", "sip:", "", "localhost"])(
    "%s cannot be looked up",
    (word) => {
      expect(refusalOf(() => resolvePrincipal(without, word))).toMatchObject({
        code: "no-such-principal",
        message: `\`${word}\` cannot be looked up: no directory was imported`,
      });
    },
  );

  test.each(["litware.com", `OU=IT,${root}`])("%s is not a user", (word) => {
    expect(refusalOf(() => resolvePrincipal(without, word, "user"))).toMatchObject({
      code: "invalid-value",
      message: `\`${word}\` is not the SIP address of a user`,
    });
  });
});
