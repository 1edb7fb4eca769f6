import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  dnKey,
  dnLabel,
  domainOf,
  formatDn,
  isDomainDn,
  parentDnKeys,
  parseDn,
  type Rdn,
} from "../../src/core/distinguished-name.ts";

const part = (type: string, value: string, encoded = false): Rdn => [{ type, value, encoded }];

describe("parseDn", () => {
  it.each<[string, Rdn[]]>([
    ["CN=Ken Myer,DC=com", [part("CN", "Ken Myer"), part("DC", "com")]],
    ["cn=Ken Myer", [part("CN", "Ken Myer")]],
    ["OID.2.5.4.3=Ken", [part("CN", "Ken")]],
    ["2.5.4.11=IT", [part("OU", "IT")]],
    ["1.3.6.1.4.1.311.1=x", [part("1.3.6.1.4.1.311.1", "x")]],
    ["employeeNumber=7", [part("employeeNumber", "7")]],
    ["  CN =  Ken Myer  ,  DC=com ", [part("CN", "Ken Myer"), part("DC", "com")]],
    ["CN=Ken  Myer", [part("CN", "Ken  Myer")]],
    ["CN=Li\\, Ivan", [part("CN", "Li, Ivan")]],
    ["CN=Li\\2C Ivan", [part("CN", "Li, Ivan")]],
    ["CN=Li\\2c Ivan", [part("CN", "Li, Ivan")]],
    ['CN="Li, Ivan"  ,DC=com', [part("CN", "Li, Ivan"), part("DC", "com")]],
    ['CN="say \\"hi\\" \\2B \\\\"', [part("CN", 'say "hi" + \\')]],
    ['CN=" Ken "', [part("CN", " Ken ")]],
    ["CN=Lu\\C4\\8Di\\C4\\87", [part("CN", "Lučić")]],
    ["CN=\\F0\\9F\\90\\A7 Penguins", [part("CN", "🐧 Penguins")]],
    ["CN=\\ Ken\\ ", [part("CN", " Ken ")]],
    ["CN=Ken\\   ", [part("CN", "Ken ")]],
    ["CN=\\#1 fan", [part("CN", "#1 fan")]],
    ["CN=C\\#\\+\\\\\\<\\>\\;\\=", [part("CN", "C#+\\<>;=")]],
    ["CN=R\\/D", [part("CN", "R/D")]],
    ["CN=a=b", [part("CN", "a=b")]],
    ["CN=#04024869", [part("CN", "#04024869", true)]],
    ["CN=#04024869 , DC=com", [part("CN", "#04024869", true), part("DC", "com")]],
    ["CN=", [part("CN", "")]],
    ["CN=Ken;DC=com", [part("CN", "Ken"), part("DC", "com")]],
    ["CN=Old\\0ADEL:1f0c", [part("CN", "Old\nDEL:1f0c")]],
    [
      "CN=Ken + UID=7,DC=com",
      [
        [
          { type: "CN", value: "Ken", encoded: false },
          { type: "UID", value: "7", encoded: false },
        ],
        part("DC", "com"),
      ],
    ],
  ])("reads %j", (text, rdns) => {
    expect(parseDn(text)).toEqual(rdns);
  });

  it.each([
    "",
    " ",
    "Ken Myer",
    "Myer, Ken",
    "litwareinc.com",
    "sip:ken@litwareinc.com",
    "LITWAREINC\\kenmyer",
    "pool\\IT = Chat",
    "Sales = Marketing, Inc",
    "=x",
    "CN",
    "CN=a,",
    ",CN=a",
    "CN=a,,DC=com",
    "CN=a+",
    "CN=a+b,DC=com",
    "CN=a\\",
    "CN=a\\x",
    "CN=\\FF",
    "CN=\\C4",
    'CN="a',
    'CN="a"b',
    'CN=a"b"',
    "CN=a<b",
    "CN=#0",
    "CN=#xyz",
    "CN=#",
    "ключ=значение",
    "1.=x",
    "1=x",
  ])("finds no name in %j", (text) => {
    expect(parseDn(text)).toBeUndefined();
    expect(dnKey(text)).toBeUndefined();
  });
});

describe("formatDn", () => {
  it.each([
    ["cn=Ken Myer , dc=com", "CN=Ken Myer,DC=com"],
    ['CN="Li, Ivan",OU=IT', "CN=Li\\, Ivan,OU=IT"],
    ["CN=\\20Ken\\20", "CN=\\ Ken\\ "],
    ["CN=\\20", "CN=\\ "],
    ["CN=\\23x\\23", "CN=\\#x#"],
    ["CN=a\\2Bb\\22c\\5Cd\\3Ce\\3Ef\\3Bg\\3Dh", 'CN=a\\+b\\"c\\\\d\\<e\\>f\\;g=h'],
    ["CN=x\\0ADEL:1", "CN=x\\0ADEL:1"],
    ["CN=x\\C2\\85", "CN=x\\C2\\85"],
    ["CN=#04AF", "CN=#04af"],
    ["CN=a+UID=b", "CN=a+UID=b"],
  ])("writes %j as %j", (text, formatted) => {
    expect(formatDn(parseDn(text)!)).toBe(formatted);
  });
});

describe("dnKey", () => {
  it.each([
    ["CN=Ken Myer,OU=IT,DC=Litwareinc,DC=com", "cn=ken myer,ou=it,dc=litwareinc,dc=com"],
    ["CN=Ken Myer , OU=IT; DC=litwareinc,DC=COM", "cn=ken myer,ou=it,dc=litwareinc,dc=com"],
    ["CN=Ken  Myer", "cn=ken  myer"],
    ["UID=b+CN=a", "cn=a+uid=b"],
    ["CN=a+UID=b", "cn=a+uid=b"],
    ["CN=Sales\\, EMEA \\+ \\3B", "cn=sales\\, emea \\+ \\;"],
    ["CN=Jose\u0301", "cn=josé"],
    ["OU=\u0338x", "ou=\u0338x"],
    ["OU=\u0308\u0338x", "ou=\u0338\u0308x"],
    ["CN=a\u037eb", "cn=a\\;b"],
  ])("of %j is %j", (text, key) => {
    expect(dnKey(text)).toBe(key);
    expect(dnKey(key)).toBe(key);
  });

  it("tells an encoded value from the text that looks like it", () => {
    expect(dnKey("CN=#04AF")).toBe("cn=#04af");
    expect(dnKey("CN=\\#04AF")).toBe("cn=\\#04af");
  });
});

describe("parents and domains", () => {
  it.each([
    ["CN=Ken,OU=IT,DC=litwareinc,DC=com", ["ou=it,dc=litwareinc,dc=com", "dc=litwareinc,dc=com", "dc=com"]],
    ["cn=li\\, ivan\\\\,ou=it", ["ou=it"]],
    ["cn=a\\,b", []],
    ["DC=com", []],
    ["Ken Myer", []],
  ])("parentDnKeys of %j", (text, parents) => {
    expect(parentDnKeys(text)).toEqual(parents);
  });

  it.each([
    ["CN=Ken,OU=IT,DC=EMEA,DC=Contoso,DC=com", "emea.contoso.com"],
    ["DC=contoso,DC=com", "contoso.com"],
    ["CN=x\\,DC=evil,DC=com", "com"],
    ["DC=@,CN=MicrosoftDNS,DC=contoso,DC=com", "contoso.com"],
    ["O=Contoso,C=US", ""],
    ["contoso.com", ""],
  ])("domainOf %j is %j", (text, domain) => {
    expect(domainOf(text)).toBe(domain);
  });

  it.each([
    ["DC=contoso,DC=com", true],
    [" dc = contoso , dc = com", true],
    ["OID.0.9.2342.19200300.100.1.25=com", true],
    ["OU=IT,DC=contoso,DC=com", false],
    ["DC=a+CN=b,DC=com", false],
    ["DC Contoso", false],
    ["contoso.com", false],
    ["", false],
  ])("isDomainDn %j is %j", (text, only) => {
    expect(isDomainDn(text)).toBe(only);
  });

  it.each([
    ["CN=Li\\, Ivan,OU=IT", "Li, Ivan"],
    ["OU=IT", "IT"],
    ["Ken Myer", "Ken Myer"],
  ])("dnLabel of %j is %j", (text, label) => {
    expect(dnLabel(text)).toBe(label);
  });
});

const value = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(...' ,+"\\<>;=#\u0000\n\u0338\u037eaB̈Σς'), minLength: 1, maxLength: 8 }),
);
const attribute = fc.record({
  type: fc.constantFrom("CN", "OU", "DC", "UID", "employeeNumber", "1.2.840"),
  value,
  encoded: fc.constant(false),
});
const names = fc.array(fc.array(attribute, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 4 });

/** Every byte as `\xx`. */
const hexEscaped = (text: string): string =>
  encodeURIComponent(text).replace(/%(..)|./g, (character, pair?: string) =>
    pair === undefined ? `\\${character.charCodeAt(0).toString(16)}` : `\\${pair}`,
  );
const quoted = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;

describe("laws", () => {
  it("a formatted name parses to the same parts", () => {
    fc.assert(
      fc.property(names, (rdns) => {
        expect(parseDn(formatDn(rdns))).toEqual(rdns);
      }),
    );
  });

  it("a key is its own key, and no way of spelling changes it", () => {
    const spelling = fc.constantFrom<(text: string) => string>(hexEscaped, quoted);
    fc.assert(
      fc.property(names, spelling, fc.constantFrom("", " ", "   "), (rdns, spell, space) => {
        const key = dnKey(formatDn(rdns))!;
        const respelled = rdns
          .map((rdn) =>
            [...rdn]
              .reverse()
              .map((ava) => `${space}${ava.type.toLowerCase()}${space}=${space}${spell(ava.value)}${space}`)
              .join("+"),
          )
          .join(",");
        expect(dnKey(key)).toBe(key);
        expect(dnKey(respelled)).toBe(key);
      }),
    );
  });

  it("the case of an ordinary name does not matter", () => {
    const ordinary = fc.string({ unit: fc.constantFrom(..."abzÄéñ 09.-_'()"), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        fc.array(
          ordinary.filter((text) => text.trim() === text),
          { minLength: 1, maxLength: 4 },
        ),
        (values) => {
          const text = values.map((each) => `OU=${each}`).join(",");
          expect(dnKey(text.toUpperCase())).toBe(dnKey(text.toLowerCase()));
        },
      ),
    );
  });

  it("the nearest parent's parents are the rest", () => {
    fc.assert(
      fc.property(names, (rdns) => {
        const [nearest, ...rest] = parentDnKeys(formatDn(rdns));
        expect(nearest).toBe(rdns.length === 1 ? undefined : dnKey(formatDn(rdns.slice(1))));
        expect(parentDnKeys(nearest ?? "")).toEqual(rest);
      }),
    );
  });
});
