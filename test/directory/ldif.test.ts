import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DomainError } from "../../src/core/errors.ts";
import { type LdifNotes, type LdifRecord, ldifReader } from "../../src/directory/ldif.ts";
import { fixtures } from "../support/cli.ts";

const bytes = (...parts: readonly (string | readonly number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(part))));
const utf16le = (text: string): Buffer => Buffer.from(text, "utf16le");
const utf16be = (text: string): Buffer => utf16le(text).swap16();

interface Reading {
  readonly records: readonly LdifRecord[];
  readonly notes: LdifNotes;
}

/** Reads a whole file, given in pieces that end at the offsets. */
function reading(file: Uint8Array, ...offsets: readonly number[]): Reading {
  const reader = ldifReader("export.ldif");
  const bounds = [0, ...offsets, file.length];
  const pieces = bounds.slice(1).map((end, at) => file.subarray(bounds[at], end));
  const records = pieces.flatMap((piece) => reader.push(piece));
  return { records: [...records, ...reader.end()], notes: reader.notes };
}

/** Base64 values show as `{ base64 }`, so that text and bytes stay apart. */
const plain = (record: LdifRecord) => ({
  dn: record.dn,
  line: record.line,
  attributes: Object.fromEntries(
    [...record.attributes].map(([key, { name, values, truncated }]) => [
      key,
      [
        truncated ? `${name} (truncated)` : name,
        ...values.map((value) =>
          typeof value === "string" ? value : { base64: Buffer.from(value).toString("base64") },
        ),
      ],
    ]),
  ),
});
const plainly = ({ records }: Reading) => records.map(plain);

type Value = string | { base64: string };
const entry = (dn: string, line: number, attributes: Record<string, Value[]> = {}) => ({
  dn,
  line,
  attributes,
});
const ana = (line: number, ...cn: Value[]) => entry("CN=Ana", line, { cn: ["cn", ...cn] });

describe("forms that are read", () => {
  it.each<[string, Buffer | string, ReturnType<typeof entry>[]]>([
    ["an empty file", "", []],
    ["nothing but a byte order mark", bytes([0xef, 0xbb, 0xbf]), []],
    ["one byte", "\n", []],
    ["nothing but comments", "# nothing\n\n#here", []],
    ["one entry", "dn: CN=Ana\ncn: Ana\n\n", [ana(1, "Ana")]],
    ["no final line end", "dn: CN=Ana\ncn: Ana", [ana(1, "Ana")]],
    ["a final line end cut in two", "dn: CN=Ana\r\ncn: Ana\r", [ana(1, "Ana")]],
    ["CRLF", "dn: CN=Ana\r\ncn: A\r\n na\r\n\r\n", [ana(1, "Ana")]],
    ["both line ends in one file", "dn: CN=Ana\r\ncn: Ana\n\r\n", [ana(1, "Ana")]],
    ["version: 1", "version: 1\n\ndn: CN=Ana\ncn: Ana\n", [ana(3, "Ana")]],
    ["version: 1 right above an entry", "version:1\ndn: CN=Ana\ncn: Ana\n", [ana(2, "Ana")]],
    ["version in base64", "version:: MQ==\ndn: CN=Ana\ncn: Ana\n", [ana(2, "Ana")]],
    ["no space behind the colon", "dn:CN=Ana\ncn:Ana\n", [ana(1, "Ana")]],
    ["several spaces behind the colon", "dn:   CN=Ana\ncn:   Ana\n", [ana(1, "Ana")]],
    ["spaces at the end of a value", "dn: CN=Ana\ncn: Ana \n", [ana(1, "Ana ")]],
    ["an empty value", "dn: CN=Ana\ncn:\ncn: \ncn::\n", [ana(1, "", "", { base64: "" })]],
    ["values with colons", "dn: CN=Ana\ncn: sip:a::b\ncn: <b>\n", [ana(1, "sip:a::b", "<b>")]],
    ["several blank lines", "\n\ndn: CN=Ana\n\n\n \n\ndn: CN=Bo\n", [entry("CN=Ana", 3), entry("CN=Bo", 8)]],
    ["entries without attributes", "dn: CN=Ana\n\ndn: CN=Bo", [entry("CN=Ana", 1), entry("CN=Bo", 3)]],
    ["comments in an entry", "# one\ndn: CN=Ana\n#two\ncn: Ana\n# three\n", [ana(2, "Ana")]],
    ["folded comments", "# one\n cn: no\ndn: CN=Ana\n# two\n cn: no\n  no\ncn: Ana\n", [ana(3, "Ana")]],
    ["comments that are not UTF-8", bytes("# ", [0xe9], "\ndn: CN=Ana\ncn: Ana"), [ana(2, "Ana")]],
    ["folded lines", "dn: CN=\n Ana\ncn: A\n n\n a\ncn: A\n  B\n", [ana(1, "Ana", "A B")]],
    ["a fold within the name", "d\n n: CN=Ana\nc\n n: Ana\n", [ana(1, "Ana")]],
    ["a fold of nothing", "dn: CN=Ana\ncn: Ana\n \n", [ana(1, "Ana")]],
    [
      "a fold within a character",
      bytes("dn: CN=Ana\ncn: Zo", [0xc3, 0x0a, 0x20, 0xab], " ", [0xf0, 0x9f, 0x0a, 0x20, 0xa6, 0x8a], "\n"),
      [ana(1, "Zoë 🦊")],
    ],
    ["raw UTF-8", "dn: CN=Žofie 🦊\ncn: 王芳\n", [entry("CN=Žofie 🦊", 1, { cn: ["cn", "王芳"] })]],
    ["U+FFFD as itself", "dn: CN=Ana\ncn: \ufffd\n", [ana(1, "\ufffd")]],
    [
      "base64",
      "dn: CN=Ana\ncn:: Wm/Dqw==\ncn::Wm/Dqw==  \n",
      [ana(1, { base64: "Wm/Dqw==" }, { base64: "Wm/Dqw==" })],
    ],
    ["folded base64", "dn: CN=Ana\ncn:: Wm\n /Dqw\n ==\n", [ana(1, { base64: "Wm/Dqw==" })]],
    ["dn::", "dn:: Q049Wm/Dqw==\n", [entry("CN=Zoë", 1)]],
    ["dn:: folded", "dn:: Q049Wm\n /Dqw==\n", [entry("CN=Zoë", 1)]],
    ["DN: in upper case", "DN: CN=Ana\nCN: Ana\n", [entry("CN=Ana", 1, { cn: ["CN", "Ana"] })]],
    [
      "an attribute in several spellings",
      "dn: CN=Ana\nCn: a\nmail: m\ncN: b\n",
      [entry("CN=Ana", 1, { cn: ["Cn", "a", "b"], mail: ["mail", "m"] })],
    ],
    ["changetype: add", "dn: CN=Ana\nchangetype: add\ncn: Ana\n", [ana(1, "Ana")]],
    ["ChangeType: Add in base64", "dn: CN=Ana\nChangeType:: QWRk\ncn: Ana\n", [ana(1, "Ana")]],
    ["a control", "dn: CN=Ana\ncontrol: 1.2.3 true\nchangetype: add\ncn: Ana\n", [ana(1, "Ana")]],
    [
      "names that are methods of objects",
      "dn: CN=Ana\nconstructor: a\ntoString: b\n",
      [entry("CN=Ana", 1, { constructor: ["constructor", "a"], tostring: ["toString", "b"] })],
    ],
    ["numeric names", "dn: CN=Ana\n2.5.4.3: Ana\n", [entry("CN=Ana", 1, { "2.5.4.3": ["2.5.4.3", "Ana"] })]],
  ])("%s", (_, file, expected) => {
    expect(plainly(reading(Buffer.from(file)))).toEqual(expected);
  });
});

describe("options of attributes", () => {
  it.each<[string, string, Record<string, Value[]>]>([
    [
      "the first range alone",
      "member;range=0-1: a\nmember;range=0-1: b",
      { member: ["member (truncated)", "a", "b"] },
    ],
    ["all ranges", "member;range=0-0: a\nmember;range=1-*: b", { member: ["member", "a", "b"] }],
    ["the last range first", "member;Range=1-*: b\nmember;Range=0-0: a", { member: ["member", "b", "a"] }],
    ["ranges and no range", "member;range=0-0: a\nmember: b", { member: ["member", "a", "b"] }],
    ["binary", "photo;binary:: AAE=", { photo: ["photo", { base64: "AAE=" }] }],
    [
      "a language",
      "cn: Ana\ncn;lang-es: Anita",
      { cn: ["cn", "Ana"], "cn;lang-es": ["cn;lang-es", "Anita"] },
    ],
    ["several", "x;binary;lang-es;range=0-9: a", { "x;lang-es": ["x;lang-es (truncated)", "a"] }],
  ])("%s", (_, lines, attributes) => {
    expect(plainly(reading(bytes(`dn: CN=Ana\n${lines}\n`)))).toEqual([entry("CN=Ana", 1, attributes)]);
  });
});

describe("encodings", () => {
  const text = "version: 1\r\ndn: CN=Zoë 🦊 王芳\r\ncn: Zoë 🦊\r\n  王芳\r\n\r\ndn: CN=Bo\r\n";
  const expected = [entry("CN=Zoë 🦊 王芳", 2, { cn: ["cn", "Zoë 🦊 王芳"] }), entry("CN=Bo", 6)];
  it.each<[string, Buffer]>([
    ["UTF-8", bytes(text)],
    ["UTF-8 with a byte order mark", bytes([0xef, 0xbb, 0xbf], text)],
    ["UTF-16LE with a byte order mark", utf16le(`\ufeff${text}`)],
    ["UTF-16BE with a byte order mark", utf16be(`\ufeff${text}`)],
    ["UTF-16LE", utf16le(text)],
    ["UTF-16BE", utf16be(text)],
  ])("%s, whole, byte by byte, and cut at every byte", (_, file) => {
    expect(plainly(reading(file))).toEqual(expected);
    expect(plainly(reading(file, ...file.keys()))).toEqual(expected);
    for (const at of file.keys()) expect(plainly(reading(file, at))).toEqual(expected);
  });

  it("leaves the bytes that it was given as they were", () => {
    const file = utf16be(`\ufeff${text}`);
    const before = Buffer.from(file);
    reading(file, 3, 8, 21);
    expect(file).toEqual(before);
  });
});

it("reads a real file alike however it is cut", () => {
  const file = readFileSync(join(fixtures, "messy.ldif"));
  const whole = reading(file);
  expect(whole.records).toHaveLength(43);
  expect(reading(file, ...file.keys())).toEqual(whole);
  for (const size of [2, 3, 7, 64, 1021, 4096]) {
    const offsets = Array.from({ length: Math.floor(file.length / size) }, (_, at) => at * size);
    expect(reading(file, ...offsets)).toEqual(whole);
  }
});

it("gives each entry as soon as its end has been read", () => {
  const reader = ldifReader("export.ldif");
  expect(reader.push(bytes("dn: CN=Ana\ncn: Ana\n\n"))).toEqual([]); // the next line might continue the last
  expect(reader.push(bytes("dn: CN=Bo\n")).map(plain)).toEqual([ana(1, "Ana")]);
  expect(reader.end().map(plain)).toEqual([entry("CN=Bo", 4)]);
});

describe("what is noted beside entries", () => {
  it.each<[string, string, LdifNotes]>([
    ["nothing", "dn: CN=Ana\n", { referrals: 0, failures: [] }],
    [
      "references as ldapsearch writes them",
      "# search reference\nref: ldap://a/DC=a\nref: ldap://b/DC=b\n\ndn: CN=Ana\n\n# search reference\nref: ldap://c/DC=c\n",
      { referrals: 3, failures: [] },
    ],
    [
      "references as ldapsearch -LLL and ldbsearch write them",
      "# refldap://a/DC=a\n\n#refldaps://b/DC=b\n\n# Referral\nref: ldap://c/DC=c\n\n# ref\n",
      { referrals: 3, failures: [] },
    ],
    [
      "a result",
      "dn: CN=Ana\n\n# search result\nsearch: 2\nresult: 0 Success\ncontrol: 1.2.840.113556.1.4.319 false MAUCAQAEAA==\npagedresults: cookie=\n\n# numEntries: 1\n",
      { referrals: 0, failures: [] },
    ],
    [
      "results that say that entries are missing",
      "search: 2\nresult: 4 Size limit exceeded\n\nsearch: 3\nresult:: MyBUaW1lIGxpbWl0\nmatchedDN: DC=a\ntext: too many\n",
      { referrals: 0, failures: ["4 Size limit exceeded", "3 Time limit"] },
    ],
    ["a result that only begins like success", "result: 01 x\n", { referrals: 0, failures: ["01 x"] }],
    ["attributes of those names", "dn: CN=Ana\nref: ldap://a\nresult: 4\n", { referrals: 0, failures: [] }],
  ])("%s", (_, file, notes) => {
    expect(reading(bytes(file)).notes).toEqual(notes);
  });

  it("reads an entry right behind a result", () => {
    expect(plainly(reading(bytes("search: 2\nresult: 0 Success\ndn: CN=Ana\ncn: Ana\n")))).toEqual([
      ana(3, "Ana"),
    ]);
  });
});

describe("refusals", () => {
  const exported = "export entries with `ldifde -f file`, `ldapsearch -LLL` or `ldbsearch`";
  const cut = "the file may have been cut or edited; export it again";
  const encoding = "save the file as UTF-8 or UTF-16, or export again: the tools write base64 there";
  const url = "files that an export names are never opened; write the value itself in base64";

  /** Line and entry as details; what the message says of the line; the hint. */
  type Refusal = readonly [line: number, entry: string | null, fault: string, hint?: string];
  const head = "# comment\n folded\n\ndn: CN=Ana\nsn: a\n b\n";
  const inAna = (fault: string, ...hint: [] | [string]): Refusal => [7, "CN=Ana", fault, ...hint];
  const change = (kind: string): Refusal =>
    inAna(`is a change (\`${kind}\`), not an exported entry`, exported);

  it.each<[string, Buffer | string, Refusal]>([
    ["base64 of a wrong length", `${head}cn:: Wm/Dqw=\n`, inAna("is not valid base64", cut)],
    ["base64 with other characters", `${head}cn:: Wm_Dqw==\n`, inAna("is not valid base64", cut)],
    ["base64 with spaces", `${head}cn:: Wm/D qw= \n`, inAna("is not valid base64", cut)],
    ["base64 that goes on behind its end", `${head}cn:: Wm/Dqw==Wm/D\n`, inAna("is not valid base64", cut)],
    ["bad base64 in a folded line", `${head}cn:: Wm\n /D\n q\n`, inAna("is not valid base64", cut)],
    ["a bad base64 name", `${head}\ndn:: Q049Q\n`, [8, null, "is not valid base64", cut]],
    ["Latin-1", bytes(`${head}cn: Zo`, [0xeb], "\n"), inAna("is not UTF-8", encoding)],
    ["half a character", bytes(`${head}cn: Zo`, [0xc3], "\n"), inAna("is not UTF-8", encoding)],
    ["a surrogate in UTF-8", bytes(`${head}cn: `, [0xed, 0xa0, 0x80], "\n"), inAna("is not UTF-8", encoding)],
    ["a name in Latin-1", bytes(`${head}\ndn: CN=Zo`, [0xeb]), [8, null, "is not UTF-8", encoding]],
    ["half a character of UTF-16LE", utf16le(`\ufeff${head}cn: \ud83e\n`), inAna("is not UTF-8", encoding)],
    ["half a character of UTF-16BE", utf16be(`\ufeff${head}cn: \udd8a\n`), inAna("is not UTF-8", encoding)],
    [
      "UTF-16 with half a unit at the end",
      Buffer.concat([utf16le(`\ufeff${head}cn: a`), bytes([0x61])]),
      inAna("is not UTF-8", encoding),
    ],
    ["a line without a colon", `${head}cn Ana\n`, inAna("has no attribute name and colon", exported)],
    ["a colon without a name", `${head}: Ana\n`, inAna("has no attribute name and colon", exported)],
    ["a name with a space", `${head}c n: Ana\n`, inAna("has no attribute name and colon", exported)],
    ["a name beyond ASCII", `${head}ñ: Ana\n`, inAna("has no attribute name and colon", exported)],
    [
      "a name of 257 letters",
      `${head}${"n".repeat(257)}: a\n`,
      inAna("has no attribute name and colon", exported),
    ],
    ["an option that is none", `${head}cn;a/b: Ana\n`, inAna("has no attribute name and colon", exported)],
    ["a colon far behind", "not LDIF: at all\n", [1, null, "has no attribute name and colon", exported]],
    ["a file URL", `${head}photo:< file:///etc/passwd\n`, inAna("takes a value from a URL", url)],
    ["a name from a URL", "dn:< file:///etc/passwd\n", [1, null, "takes a value from a URL", url]],
    ["changetype: modify", `${head}changetype: modify\nreplace: cn\n`, change("modify")],
    ["changetype: delete", `${head}changetype: delete\n`, change("delete")],
    ["changetype: modrdn", `${head}changetype: modrdn\n`, change("modrdn")],
    ["changetype in base64", `${head}changetype:: bW9kcmRu\n`, change("modrdn")],
    ["a version of its own", "version: 2\n", [1, null, "asks for a version of LDIF other than 1"]],
    ["no dn", `${head}\ncn: Ana\n`, [8, null, "begins an entry without `dn:`", exported]],
    [
      "an entry in an entry",
      `${head}dn: CN=Bo\n`,
      inAna("begins another entry without a blank line before it"),
    ],
    ["a fold of the first line", " dn: CN=Ana\n", [1, null, "continues a line, but none is before it"]],
    ["a fold of a blank line", `${head}\r\n cn: Ana\n`, [8, null, "continues a line, but none is before it"]],
    ["a broken last line", `${head}cn`, inAna("has no attribute name and colon", exported)],
  ])("%s", (_, file, [line, within, fault, say]) => {
    const entryPart = within === null ? "" : `, entry \`${within}\`,`;
    const all = Buffer.from(file);
    for (const offsets of [[], [...all.keys()]]) {
      expect(refusalOf(() => reading(all, ...offsets))).toEqual({
        code: "invalid-file",
        message: `line ${line} of \`export.ldif\`${entryPart} ${fault}`,
        details: { file: "export.ldif", line, entry: within },
        hint: say === undefined ? undefined : { say },
      });
    }
  });

  it("a line that has no end", () => {
    const reader = ldifReader("export.ldif");
    reader.push(bytes("dn: CN=Ana\njpegPhoto:: "));
    const mebibyte = Buffer.alloc(1024 * 1024, "A");
    const refusal = refusalOf(() => {
      for (let times = 0; times < 32; times++) reader.push(mebibyte);
    });
    expect(refusal).toEqual({
      code: "invalid-file",
      message: "line 2 of `export.ldif`, entry `CN=Ana`, is too long for LDIF",
      details: { file: "export.ldif", line: 2, entry: "CN=Ana" },
      hint: { say: exported },
    });
  });

  it("shows no control characters of a name", () => {
    const file = bytes("dn:: Q049QW5hG1syShtb\ncn\n");
    expect(refusalOf(() => reading(file)).message).toBe(
      "line 2 of `export.ldif`, entry `CN=Ana [2J [`, has no attribute name and colon",
    );
  });
});

function refusalOf(action: () => unknown) {
  try {
    action();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { code, message, details, hint } = error;
    return { code, message, details, hint };
  }
  throw new Error("nothing was refused");
}
