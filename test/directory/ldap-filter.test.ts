import { beforeAll, describe, expect, it } from "vitest";
import type { Entry } from "../../src/core/directory.ts";
import { compileLdapFilter } from "../../src/directory/ldap-filter.ts";
import { entry, fixture, importing, refusal } from "./exports.ts";

let messy: readonly Entry[];
let litware: readonly Entry[];

beforeAll(async () => {
  messy = (await importing([fixture("messy.ldif")])).content.entries;
  litware = (await importing([fixture("litwareinc.ldif")])).content.entries;
});

const found = (entries: readonly Entry[], filter: string): string[] => {
  const test = compileLdapFilter(filter);
  return entries.filter(test).map(({ displayName }) => displayName);
};

const ana = "Ana Bowman";
const bob = 'Bob "Bobby" Smith, Jr. (Labs) *';
const jose = "José Núñez";
const smiths = ["john smith", "John Smith"];

describe("compileLdapFilter", () => {
  it.each<[string, string[]]>([
    ["(department=Trading)", smiths],
    ["department=TRADING", smiths],
    ["Department=trading", smiths],
    [" (department=trading) ", smiths],
    ["(displayName=john smith)", smiths],
    ["(department=Trading*)", smiths],
    ["(mail=*@fabrikam.com)", ["john smith", "Zoë 🦊 Fuchs"]],
    ["(cn=*o*n*smith)", smiths],
    ["(cn=*n*n*smith)", []],
    ["(cn=John Smith*Smith)", []],
    ["(cn=*smith*)", [...smiths, bob]],
    ["(&(cn=john*)(physicalDeliveryOfficeName=Berlin))", ["john smith"]],
    ["&(cn=john*)(physicalDeliveryOfficeName=Berlin)", ["john smith"]],
    ["(|(sAMAccountName=abowman)(sAMAccountName=jnunez))", [ana, jose]],
    ["(&(department=Finance)(!(displayName=Ana*)))", [jose, "王芳"]],
    ["(&(department=Finance)(!displayName=Ana*))", [jose, "王芳"]],
    ["(& (department=Finance)\n  ( ! ( displayName=Ana*) ) )", [jose, "王芳"]],
    ["(&(sAMAccountName=*)(!(mail=*))(displayName=L*))", ["Lars Linked", "Lena Linked"]],
    ["(proxyAddresses=sip:old.address@contoso.com)", [ana]],
    ["(proxyAddresses=smtp:*)", [ana]],
    ["(displayName~=ana bowman)", [ana]],
    ["(noSuchAttribute=*)", []],
    ["(jpegPhoto=*)", []],
  ])("%s", (filter, names) => {
    expect(found(messy, filter)).toEqual(names);
  });

  it.each<[string, string, string[]]>([
    ["an asterisk", "(displayName=*\\2a)", [bob]],
    ["parentheses", "(displayName=*\\28labs\\29*)", [bob]],
    ["UTF-8", "(sn=N\\c3\\ba\\c3\\b1ez)", [jose]],
    ["UTF-8 and ASCII", "(displayName=zo\\C3\\AB\\20*)", ["Zoë 🦊 Fuchs"]],
    ["beyond U+FFFF", "(cn=\\f0\\9f\\90\\a7*)", ["🐧 Penguins"]],
    ["a backslash", "(displayName=*\\5c*)", []],
    ["a star that is not one", "(displayName=\\2a)", []],
  ])("escapes: %s", (_, filter, names) => {
    expect(found(messy, filter)).toEqual(names);
  });

  it.each<[string, string[]]>([
    ["(displayName=josé núñez)", [jose]],
    ["(displayName=JOSÉ NÚÑEZ)", [jose]],
    ["(displayName=Jose\u0301 Nu\u0301n\u0303ez)", [jose]],
    ["(displayName=jose nunez)", [jose]],
    ["(displayName=jose n*)", [jose]],
    ["(displayName=王芳)", ["王芳"]],
    ["(displayName=ｊose nunez)", [jose]],
  ])("compares as AD does: %s", (filter, names) => {
    expect(found(messy, filter)).toEqual(names);
  });

  it.each<[string, string[]]>([
    ["(memberOf=CN=Cycle A,OU=Groups,DC=contoso,DC=com)", [ana, "Cycle B"]],
    ["(memberOf= cn=cycle a , ou=groups,dc=CONTOSO,dc=com)", [ana, "Cycle B"]],
    ["(memberOf=CN=Traders,OU=Trading,OU=Staff,DC=contoso,DC=com)", ["John Smith", "Paul Primary"]],
    [
      "(memberOf=CN=All \\5c3B \\5c<Everyone\\5c>,OU=Groups,DC=contoso,DC=com)",
      [ana, "Fabrikam Helpdesk", jose, bob, "Zoë 🦊 Fuchs"],
    ],
    ["(memberOf=*)", []],
    ["(distinguishedName=cn=ANA bowman, ou=staff, dc=contoso, dc=com)", [ana]],
    ["(objectGUID=C0A80001-0000-4000-8000-000000000031)", [ana]],
    ["(objectSid=S-1-5-21-1004336348-1177238915-682003330-1131)", [ana]],
  ])("what is kept apart: %s", (filter, names) => {
    const all =
      filter === "(memberOf=*)"
        ? messy.filter(({ memberOf }) => memberOf.length > 0).map((one) => one.displayName)
        : names;
    expect(found(messy, filter)).toEqual(all);
  });

  it.each<[string, number]>([
    ["(&(objectCategory=person)(objectClass=user))", 164],
    ["(objectCategory=CN=Person,CN=Schema,CN=Configuration,DC=litwareinc,DC=com)", 164],
    ["(objectClass=user)", 165],
    ["(objectCategory=computer)", 1],
    ["(objectCategory=group)", 45],
    ["(objectClass=organizationalUnit)", 11],
    ["(objectCategory=organizationalUnit)", 11],
    ["(userAccountControl:1.2.840.113556.1.4.803:=2)", 12],
    ["(userAccountControl:1.2.840.113556.1.4.804:=3)", 12],
    ["(&(objectCategory=person)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))", 152],
    ["(groupType:1.2.840.113556.1.4.803:=2147483648)", 42],
    ["(userAccountControl>=545)", 2],
    ["(userAccountControl<=99)", 0],
    ["(msRTCSIP-UserEnabled=FALSE)", 8],
  ])("%s matches %i entries of litwareinc.com", (filter, count) => {
    expect(found(litware, filter).length).toBe(count);
  });

  it("orders numbers by size and other values as text", async () => {
    const text = ["9", "10", "apple", "Äpfel"]
      .map((value, at) => entry(`CN=${at}`, "objectClass: user", `a: ${value}`))
      .join("");
    const { entries } = (await importing([text])).content;
    const matching = ["(a>=10)", "(a<=9)", "(a>=APPLE)", "(a<=apfel)", "(a>=9007199254740993)"].map(
      (filter) => found(entries, filter),
    );
    expect(matching).toEqual([["1", "2", "3"], ["0"], ["2"], ["0", "1", "3"], ["2", "3"]]);
  });

  it("knows the kinds of an export without classes", async () => {
    const text =
      entry("CN=a,DC=x", "userPrincipalName: a@x", "objectCategory: CN=Person,CN=Schema,DC=x") +
      entry("OU=b,DC=x");
    const { entries } = (await importing([text])).content;
    expect(found(entries, "(&(objectCategory=user)(objectClass=user))")).toEqual(["a"]);
    expect(found(entries, "(objectClass=container)")).toEqual(["b"]);
    expect(found(entries, "(objectCategory=*)")).toEqual(["a", "x"]);
  });

  it("takes names that JavaScript knows", async () => {
    const { entries } = (await importing([entry("CN=a", "objectClass: user", "__proto__: x")])).content;
    expect(found(entries, "(__proto__=x)")).toEqual(["a"]);
    expect(found(entries, "(constructor=*)")).toEqual([]);
  });

  const deep = `${"(!".repeat(5000)}(a=b)${")".repeat(5000)}`;
  const nameDetails: Record<string, object> = {
    "(memberOf:1.2.840.113556.1.4.1941:=CN=a)": { rule: "1.2.840.113556.1.4.1941" },
  };

  it.each<[string, string]>([
    ["", "`` is not an LDAP filter: nothing is compared at character 1"],
    ["IT", "`IT` is not an LDAP filter: `IT` compares no attribute at character 1"],
    ["(&(a=b)(c))", "`(&(a=b)(c))` is not an LDAP filter: `c` compares no attribute at character 9"],
    ["(a = b)", "`(a = b)` is not an LDAP filter: `a = b` compares no attribute at character 2"],
    ["(a=b", "`(a=b` is not an LDAP filter: a parenthesis is not closed at character 1"],
    ["(&(a=b)", "`(&(a=b)` is not an LDAP filter: a parenthesis is not closed at character 1"],
    ["(a=b))", "`(a=b))` is not an LDAP filter: a parenthesis closes nothing at character 6"],
    [
      "(a=DOM\\user)",
      "`(a=DOM\\user)` is not an LDAP filter: a backslash without two hexadecimal digits at character 7",
    ],
    ["(a=b)(c=d)", "`(a=b)(c=d)` is not an LDAP filter: unbalanced parens in filter string: (a=b)(c=d)"],
    ["(*=b)", "`(*=b)` is not an LDAP filter: `*=b` compares no attribute at character 2"],
    [deep, `\`${deep}\` is not an LDAP filter: more than 100 parentheses are open at character 201`],
    ["(member=CN=a)", "`member` cannot be used: it is kept as `memberOf` of the members"],
    [
      "(memberOf:1.2.840.113556.1.4.1941:=CN=a)",
      "the matching rule `1.2.840.113556.1.4.1941` cannot be used on an export",
    ],
    ["(a:1.2.840.113556.1.4.803:=x)", "`x` is not a number of bits"],
  ])("refuses %#", async (filter, message) => {
    expect(await refusal(() => compileLdapFilter(filter))).toEqual({
      code: "invalid-value",
      message,
      details: nameDetails[filter] ?? {},
    });
  });
});
