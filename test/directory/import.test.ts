import { describe, expect, it } from "vitest";
import type { Entry, HeldContent, UserEntry } from "../../src/core/directory.ts";
import { type ImportOptions, readDirectory } from "../../src/directory/import.ts";
import type { ImportReport } from "../../src/directory/report.ts";
import { entry, fixture, importing, pieces, refusal } from "./exports.ts";

const importFixture = async (name: string) => importing([fixture(name)]);

function factsOf(one: Entry): string | null {
  if (one.kind === "domain") return one.netbios;
  if (one.kind === "resource") return one.resource;
  if (one.kind !== "user") return "";
  return `${one.sipAddress ?? "no address"}${one.sipEnabled ? "" : " off"}${one.accountDisabled ? " disabled" : ""}`;
}

/** One line for each entry: what it is, who it is, which groups it is in. */
function outline({ entries }: HeldContent): string[] {
  return entries.map((one) => {
    const groups = one.memberOf.map((dn) => dn.split(/(?<!\\),/)[0]).join(" ");
    return `${one.kind} ${one.displayName} | ${factsOf(one)} | ${groups}`;
  });
}

const namesOfKind = (content: HeldContent, kind: Entry["kind"]): string[] =>
  content.entries.filter((one) => one.kind === kind).map((one) => one.displayName);

describe("the two exports of litwareinc.com", () => {
  it("give equal content", async () => {
    const ldbsearch = await importFixture("litwareinc.ldif");
    const ldapsearch = await importFixture("litwareinc.ldapsearch.ldif");
    expect(ldapsearch.content).toEqual(ldbsearch.content);
    expect({ ...ldapsearch.report, unknownMembers: 0 }).toEqual({ ...ldbsearch.report, unknownMembers: 0 });
    expect(JSON.stringify(ldapsearch.content)).toBe(JSON.stringify(ldbsearch.content));
  });

  it("give it also together, in any order of entries, and from any encoding", async () => {
    const { content } = await importFixture("litwareinc.ldif");
    const text = fixture("litwareinc.ldapsearch.ldif").toString("latin1"); // ASCII throughout
    const backwards = text.split("\n\n").reverse().join("\n\n");
    const middle = text.indexOf("\n\n", text.length / 2) + 2;
    const files = {
      backwards: [backwards],
      split: [text.slice(0, middle), text.slice(middle)],
      splitBackwards: [text.slice(middle), text.slice(0, middle)],
      crlf: [text.replaceAll("\n", "\r\n")],
      utf16: [Buffer.from(`\ufeff${text}`, "utf16le")],
      utf16be: [Buffer.from(`\ufeff${text}`, "utf16le").swap16()],
      both: [fixture("litwareinc.ldif"), text],
    };
    for (const [name, each] of Object.entries(files)) {
      expect({ name, content: (await importing(each)).content }).toEqual({ name, content });
    }
    expect((await importing(files.both)).report.entriesMerged).toBe(329);
  });

  it("hold what the domain holds", async () => {
    const { content, report } = await importFixture("litwareinc.ldif");
    const ivan = content.entries.find(({ displayName }) => displayName === "Ivan Li");
    expect(ivan).toEqual({
      kind: "user",
      dn: "CN=Li\\, Ivan,OU=Contractors,DC=litwareinc,DC=com",
      guid: "e446d702-0257-40d6-a4ba-e6abc5c18404",
      sid: "S-1-5-21-3096968400-959562473-2467902023-1176",
      domain: "litwareinc.com",
      displayName: "Ivan Li",
      memberOf: ["CN=Domain Users,CN=Users,DC=litwareinc,DC=com"],
      attributes: [
        ["cn", "Li, Ivan"],
        ["department", "Contractors"],
        ["displayName", "Ivan Li"],
        ["givenName", "Ivan"],
        ["mail", "ivanli@litwareinc.com"],
        ["msRTCSIP-PrimaryUserAddress", "sip:ivanli@litwareinc.com"],
        ["msRTCSIP-UserEnabled", "TRUE"],
        ["name", "Li, Ivan"],
        ["objectClass", "organizationalPerson"],
        ["objectClass", "person"],
        ["objectClass", "top"],
        ["objectClass", "user"],
        ["physicalDeliveryOfficeName", "Dublin"],
        ["primaryGroupID", "513"],
        ["sAMAccountName", "ivanli"],
        ["sn", "Li"],
        ["userAccountControl", "544"],
        ["userPrincipalName", "ivanli@litwareinc.com"],
        ["whenCreated", "20261123012037.0Z"],
      ],
      sipAddress: "sip:ivanli@litwareinc.com",
      sipEnabled: true,
      userPrincipalName: "ivanli@litwareinc.com",
      logonName: "ivanli",
      site: "Dublin",
      accountDisabled: false,
    });
    const expected: ImportReport = {
      files: [{ name: "a.ldif", entries: 329, referrals: 1 }],
      entriesRead: 329,
      entriesMerged: 0,
      kept: { user: 164, group: 45, container: 118, domain: 1, resource: 1 },
      resources: [{ resource: "computer", count: 1 }],
      users: {
        sipEnabled: 144,
        sipNotEnabled: 8,
        withoutSipAddress: 12,
        accountDisabled: 12,
        disabledButSipEnabled: 10,
      },
      referralsIgnored: 1,
      skipped: [],
      sharedDisplayNames: { count: 0, samples: [] },
      assumedNetbios: [{ domain: "litwareinc.com", netbios: "LITWAREINC" }],
      unknownMembers: {
        count: 5,
        samples: [17, 11, 4, 9].map(
          (id) => `CN=S-1-5-${id},CN=ForeignSecurityPrincipals,DC=litwareinc,DC=com`,
        ),
      },
      unknownGroups: { count: 0, samples: [] },
      warnings: [],
    };
    expect(report).toEqual(expected);
  });
});

describe("a messy export", () => {
  it("is read whole", async () => {
    const { content, report } = await importFixture("messy.ldif");
    expect(outline(content)).toEqual([
      "group All ; <Everyone> |  | ",
      "user Ana Bowman | sip:Ana.Bowman@contoso.com | CN=All \\; \\<Everyone\\> CN=Cycle A CN=Cycle B CN=Domain Users",
      "group C++ #1 |  | ",
      "group Cycle A |  | CN=Cycle B",
      "group Cycle B |  | CN=Cycle A",
      "group Domain Users |  | ",
      "group Domain Users |  | ",
      "resource Fabrikam Helpdesk | contact | CN=All \\; \\<Everyone\\>",
      "user Half Done | sip:hdone@fabrikam.com off | CN=Domain Users",
      "user john smith | sip:john.smith@fabrikam.com | CN=Domain Users CN=Newsletter",
      "user John Smith | sip:jsmith@contoso.com | CN=Domain Users CN=Newsletter CN=Traders",
      "user José Núñez | sip:jnunez@contoso.com | CN=All \\; \\<Everyone\\> CN=Domain Users",
      "user Lars Linked | sip:lars@fabrikam.com disabled | CN=Domain Users",
      "user Lena Linked | sip:lena@fabrikam.com disabled | CN=Domain Users",
      "group Newsletter |  | ",
      "user No Address | no address off | CN=Domain Users",
      "group Nobody |  | ",
      "user Paul Primary | sip:pprimary@contoso.com | CN=Traders",
      "resource PC-7 | computer | ",
      "resource Projector | equipment | ",
      "resource Conference Room 1 East | room | CN=Domain Users",
      "resource Sales Mailbox | shared mailbox | ",
      'user Bob "Bobby" Smith, Jr. (Labs) * | sip:bsmith@contoso.com | CN=All \\; \\<Everyone\\> CN=C\\+\\+ \\#1 CN=Domain Users',
      "resource svc-backup | managed service account | ",
      "group Traders |  | ",
      "container Users |  | ",
      "container Users |  | ",
      "user Zoë 🦊 Fuchs | sip:zoe.fuchs@fabrikam.com | CN=All \\; \\<Everyone\\> CN=Domain Users",
      "resource GC-1-PersistentChatService-2 | application | ",
      "user 王芳 | sip:wfang@contoso.com off | CN=Domain Users",
      "group 🐧 Penguins |  | ",
      "domain contoso | CONTOSO | ",
      "domain emea | EMEA01 | ",
      "container Berlin |  | ",
      "container Groups |  | ",
      "container Linked accounts |  | ",
      'container R+D, "Labs" |  | ',
      "container Resources |  | ",
      "container Staff |  | ",
      "container Trading |  | ",
    ]);
    expect(report).toEqual({
      files: [{ name: "a.ldif", entries: 43, referrals: 1 }],
      entriesRead: 43,
      entriesMerged: 0,
      kept: { user: 12, group: 10, container: 9, domain: 2, resource: 7 },
      resources: [
        "application",
        "computer",
        "contact",
        "equipment",
        "managed service account",
        "room",
        "shared mailbox",
      ].map((resource) => ({ resource, count: 1 })),
      users: {
        sipEnabled: 9,
        sipNotEnabled: 2,
        withoutSipAddress: 1,
        accountDisabled: 2,
        disabledButSipEnabled: 2,
      },
      referralsIgnored: 1,
      skipped: [
        {
          reason: "foreign security principal",
          count: 1,
          samples: [
            "CN=S-1-5-21-3623811015-3361044348-30300820-1013,CN=ForeignSecurityPrincipals,DC=contoso,DC=com",
          ],
        },
        { reason: "no attributes", count: 1, samples: ["CN=Hidden,OU=Staff,DC=contoso,DC=com"] },
        {
          reason: "objectClass crossref",
          count: 1,
          samples: ["CN=EMEA01,CN=Partitions,CN=Configuration,DC=contoso,DC=com"],
        },
      ],
      sharedDisplayNames: { count: 1, samples: ["john smith"] },
      assumedNetbios: [{ domain: "contoso.com", netbios: "CONTOSO" }],
      unknownMembers: { count: 1, samples: ["CN=Left Long Ago,OU=Staff,DC=contoso,DC=com"] },
      unknownGroups: { count: 0, samples: [] },
      warnings: [
        {
          code: "truncated-members",
          message: "groups were exported with only their first members",
          count: 1,
          samples: ["CN=Newsletter,OU=Groups,DC=contoso,DC=com"],
        },
      ],
    });
  });

  it("has people of two domains, whose sites and logon names are kept", async () => {
    const { content } = await importFixture("messy.ldif");
    const people = content.entries.filter((one): one is UserEntry => one.kind === "user");
    expect(
      people.map((one) => [one.logonName, one.userPrincipalName, one.domain, one.site].join(" ")),
    ).toEqual([
      "abowman abowman@corp.contoso.com contoso.com Redmond",
      "hdone hdone@emea.contoso.com emea.contoso.com ",
      "jsmith jsmith@emea.contoso.com emea.contoso.com Berlin",
      "jsmith jsmith@contoso.com contoso.com Redmond",
      "jnunez jnunez@contoso.com contoso.com Redmond",
      "lalinked lalinked@contoso.com contoso.com ",
      "llinked llinked@contoso.com contoso.com ",
      "naddress naddress@contoso.com contoso.com ",
      "pprimary pprimary@contoso.com contoso.com ",
      "bsmith bsmith@contoso.com contoso.com Redmond",
      "zfuchs zfuchs@emea.contoso.com emea.contoso.com Berlin",
      "wfang wfang@contoso.com contoso.com ",
    ]);
  });

  it("reads GUIDs and SIDs alike from text and from bytes", async () => {
    const { content } = await importFixture("messy.ldif");
    const ana = content.entries.find(({ displayName }) => displayName === "Ana Bowman");
    expect([ana?.guid, ana?.sid]).toEqual([
      "c0a80001-0000-4000-8000-000000000031",
      "S-1-5-21-1004336348-1177238915-682003330-1131",
    ]);
  });

  it("takes a stream in any pieces", async () => {
    const { content } = await importFixture("messy.ldif");
    async function* stream() {
      yield* pieces(fixture("messy.ldif"), 100);
    }
    expect((await readDirectory([{ name: "x", chunks: stream() }])).content).toEqual(content);
  });
});

const user = (name: string, ...lines: string[]): string =>
  entry(`CN=${name},DC=contoso,DC=com`, "objectClass: user", ...lines);

/** Address and state of each user, by name. */
async function addresses(text: string, options: ImportOptions = {}): Promise<string[]> {
  const { content } = await importing([text], options);
  return content.entries
    .filter((one): one is UserEntry => one.kind === "user")
    .map((one) => `${one.displayName} ${one.sipAddress} ${one.sipEnabled}`);
}

describe("SIP addresses", () => {
  const address = (word: string) => `msRTCSIP-PrimaryUserAddress: ${word}`;

  it("count as enabled where no entry has msRTCSIP-UserEnabled", async () => {
    expect(
      await addresses(user("a", address("SIP:A@x.com")) + user("b", address("b@x.com")) + user("c")),
    ).toEqual(["a sip:A@x.com true", "b sip:b@x.com true", "c null false"]);
  });

  it("count as not enabled without msRTCSIP-UserEnabled where others have it", async () => {
    const text =
      user("a", address("sip:a@x.com"), "msRTCSIP-UserEnabled: TRUE") +
      user("b", address("sip:b@x.com"), "msRTCSIP-UserEnabled: FALSE") +
      user("c", address("sip:c@x.com")) +
      user("d", "msRTCSIP-UserEnabled: TRUE");
    expect(await addresses(text)).toEqual([
      "a sip:a@x.com true",
      "b sip:b@x.com false",
      "c sip:c@x.com false",
      "d null false",
    ]);
  });

  const proxies = user("a", "proxyAddresses: SMTP:a@x.com", "proxyAddresses: Sip:a@y.com", "mail: a@z.com");

  it("come from proxyAddresses where the whole export has no Lync attribute", async () => {
    expect(await addresses(proxies + user("b", "proxyAddresses: smtp:b@x.com"))).toEqual([
      "a sip:a@y.com true",
      "b null false",
    ]);
    const group = entry("CN=g,DC=contoso,DC=com", "objectClass: group", "msRTCSIP-Line: 7");
    expect(await addresses(proxies + group)).toEqual(["a null false"]);
  });

  it("come from a chosen attribute, but msRTCSIP-UserEnabled FALSE still wins", async () => {
    const text =
      proxies +
      user("b", "mail: b@z.com", address("sip:b@lync.com"), "msRTCSIP-UserEnabled: FALSE") +
      user("c", "mail: c@z.com", address("sip:c@lync.com"), "msRTCSIP-UserEnabled: TRUE") +
      user("d", address("sip:d@lync.com"), "msRTCSIP-UserEnabled: TRUE");
    expect(await addresses(text, { sipAttribute: "MAIL" })).toEqual([
      "a sip:a@z.com true",
      "b sip:b@z.com false",
      "c sip:c@z.com true",
      "d null false",
    ]);
    expect(await addresses(proxies, { sipAttribute: "proxyAddresses" })).toEqual(["a sip:a@y.com true"]);
  });

  it("that look wrong are reported", async () => {
    const shared =
      user("a", address("sip:a@x.com")) + user("b", address("sip:A@X.com")) + user("c", address("nobody"));
    const { content, report } = await importing([shared], { netbios: [["CONTOSO", "contoso.com"]] });
    expect(outline(content)).toEqual([
      "user a | sip:a@x.com | ",
      "user b | sip:A@X.com | ",
      "user c | no address off | ",
      "domain contoso | CONTOSO | ",
    ]);
    expect(report.warnings).toEqual([
      {
        code: "invalid-sip-address",
        message: "values that cannot be SIP addresses were ignored",
        count: 1,
        samples: ["nobody"],
      },
      {
        code: "shared-sip-address",
        message: "SIP addresses that several enabled users have",
        count: 1,
        samples: ["sip:a@x.com"],
      },
      {
        code: "no-guids",
        message: "no user has an objectGUID, so renames cannot be followed",
        count: 3,
        samples: [],
      },
    ]);
  });

  it("that nobody has are reported, and a chosen attribute that nothing has", async () => {
    const { report } = await importing([user("a", "objectGUID: c0a80001-0000-4000-8000-000000000001")], {
      sipAttribute: "email",
    });
    expect(report.warnings).toEqual([
      {
        code: "sip-attribute-missing",
        message: "no entry has the attribute for SIP addresses",
        count: 1,
        samples: ["email"],
      },
      {
        code: "no-sip-address",
        message: "no user has a SIP address, so nobody can take part",
        count: 1,
        samples: [],
      },
    ]);
  });
});

describe("kinds", () => {
  const dn = (rdn: string) => `${rdn},DC=contoso,DC=com`;

  it.each<[string, string, string]>([
    ["inetOrgPerson", entry(dn("CN=a"), "objectClass: inetOrgPerson"), "user a"],
    ["builtinDomain", entry(dn("CN=a"), "objectClass: builtinDomain"), "container a"],
    ["lostAndFound", entry(dn("CN=a"), "objectClass: lostAndFound"), "container a"],
    [
      "a container of Exchange",
      entry(dn("CN=a"), "objectClass: msExchSystemObjectsContainer"),
      "container a",
    ],
    [
      "a device",
      entry(dn("CN=a"), "objectClass: contact", "msRTCSIP-OwnerUrn: urn:device:CommonAreaPhone"),
      "resource device",
    ],
    [
      "a room in Exchange Online",
      entry(dn("CN=a"), "objectClass: user", "msExchRecipientTypeDetails: 8589934592"),
      "resource room",
    ],
    [
      "a service account",
      entry(dn("CN=a"), "objectClass: computer", "objectClass: msDS-ManagedServiceAccount"),
      "resource managed service account",
    ],
    ["an OU by its name", entry(dn("OU=a")), "container a"],
    ["a domain by its name", entry("DC=contoso,DC=com"), "domain contoso"],
    ["a group by its type", entry(dn("CN=a"), "groupType: 2"), "group a"],
    ["a group by its members", entry(dn("CN=a"), "member: CN=b"), "group a"],
    ["a user by UPN", entry(dn("CN=a"), "userPrincipalName: a@contoso.com"), "user a"],
    ["a user by SIP address", entry(dn("CN=a"), "msRTCSIP-PrimaryUserAddress: sip:a@contoso.com"), "user a"],
    [
      "no computer by UPN",
      entry(dn("CN=a"), "sAMAccountName: A$", "userPrincipalName: a@x"),
      "skipped no objectClass",
    ],
    ["nothing but a name", entry(dn("CN=a")), "skipped no attributes"],
    [
      "another class",
      entry(dn("CN=a"), "objectClass: top", "objectClass: printQueue"),
      "skipped objectClass printqueue",
    ],
    [
      "a deleted object",
      entry("CN=a\\0ADEL:1,CN=Deleted Objects,DC=contoso,DC=com", "objectClass: user"),
      "skipped deleted object",
    ],
    [
      "a DNS zone",
      entry("DC=DomainDnsZones,DC=contoso,DC=com", "objectClass: domainDNS"),
      "skipped DNS zone",
    ],
    ["the root", entry("", "objectClass: top"), "skipped unreadable name"],
  ])("%s", async (_, text, expected) => {
    const { content, report } = await importing([text]);
    const kept = content.entries
      .filter((one) => one.attributes.length > 0 || one.kind !== "domain" || expected.startsWith("domain"))
      .map((one) => `${one.kind} ${one.kind === "resource" ? one.resource : one.displayName}`);
    expect([...kept, ...report.skipped.map(({ reason }) => `skipped ${reason}`)]).toEqual([expected]);
  });

  it("show displayName, else name, else cn, else the first part of the DN", async () => {
    const texts = [
      ["displayName: d", "name: n", "cn: c"],
      ["displayName:", "name: n", "cn: c"],
      ["cn: c"],
      [],
    ];
    const shown = texts.map(async (lines) =>
      namesOfKind((await importing([user("a\\, b", ...lines)])).content, "user"),
    );
    expect(await Promise.all(shown)).toEqual([["d"], ["n"], ["c"], ["a, b"]]);
  });
});

describe("domains", () => {
  const of = async (text: string, netbios: ImportOptions["netbios"] = []) => {
    const { content, report } = await importing([text], { netbios });
    const entries = content.entries.flatMap((one) =>
      one.kind === "domain" ? [[one.dn, one.domain, one.netbios]] : [],
    );
    return { entries, assumed: report.assumedNetbios, codes: report.warnings.map(({ code }) => code) };
  };
  const ou = (domain: string) => entry(`OU=a,${domain}`, "objectClass: organizationalUnit");

  it("are made where they were not exported", async () => {
    expect(await of(ou("DC=Emea,DC=Contoso,DC=com") + ou("DC=contoso,DC=com") + ou("O=x"))).toEqual({
      entries: [
        ["DC=contoso,DC=com", "contoso.com", "CONTOSO"],
        ["DC=emea,DC=contoso,DC=com", "emea.contoso.com", "EMEA"],
      ],
      assumed: [
        { domain: "contoso.com", netbios: "CONTOSO" },
        { domain: "emea.contoso.com", netbios: "EMEA" },
      ],
      codes: [],
    });
  });

  it("that would share an assumed NetBIOS name have none", async () => {
    expect(await of(ou("DC=emea,DC=contoso,DC=com") + ou("DC=emea,DC=fabrikam,DC=com"))).toEqual({
      entries: [
        ["DC=emea,DC=contoso,DC=com", "emea.contoso.com", null],
        ["DC=emea,DC=fabrikam,DC=com", "emea.fabrikam.com", null],
      ],
      assumed: [
        { domain: "emea.contoso.com", netbios: null },
        { domain: "emea.fabrikam.com", netbios: null },
      ],
      codes: ["netbios-ambiguous"],
    });
  });

  it("take the given name, which beats another's assumption; unknown ones are reported", async () => {
    const text = ou("DC=emea,DC=contoso,DC=com") + ou("DC=emea,DC=fabrikam,DC=com");
    expect(
      await of(text, [
        ["Emea", "EMEA.fabrikam.com"],
        ["X", "x.com"],
      ]),
    ).toEqual({
      entries: [
        ["DC=emea,DC=contoso,DC=com", "emea.contoso.com", null],
        ["DC=emea,DC=fabrikam,DC=com", "emea.fabrikam.com", "Emea"],
      ],
      assumed: [{ domain: "emea.contoso.com", netbios: null }],
      codes: ["netbios-ambiguous", "netbios-unused"],
    });
  });

  it.each<[ImportOptions["netbios"], string]>([
    [
      [
        ["A", "x.com"],
        ["B", "X.com"],
      ],
      "`X.com` has two NetBIOS names, `A` and `B`",
    ],
    [
      [
        ["A", "x.com"],
        ["a", "y.com"],
      ],
      "two domains have the NetBIOS name `a`, `x.com` and `y.com`",
    ],
  ])("refuse contradictions %j", async (netbios, message) => {
    expect(await refusal(() => importing([""], { netbios }))).toEqual({
      code: "invalid-value",
      message,
      details: {},
    });
  });
});

describe("memberships", () => {
  const group = (name: string, ...lines: string[]) =>
    entry(`CN=${name},OU=Groups,DC=contoso,DC=com`, "objectClass: group", ...lines);
  const memberOf = async (...files: string[]): Promise<Record<string, readonly string[]>> => {
    const { content } = await importing(files);
    return Object.fromEntries(
      content.entries
        .filter(({ memberOf }) => memberOf.length > 0)
        .map((one) => [one.displayName, one.memberOf]),
    );
  };
  const dn = (name: string) => `CN=${name},OU=Groups,DC=contoso,DC=com`;

  it("join member and memberOf under the exported spelling, once", async () => {
    const text =
      group("G1", "member: cn=A , dc=CONTOSO, dc=com", 'member: CN="A",DC=contoso,DC=com') +
      group("G2") +
      user(
        "A",
        "memberOf: cn=g1,ou=groups,dc=contoso,dc=com",
        `memberOf: ${dn("G2")}`,
        `memberOf: ${dn("Gone")}`,
      );
    expect(await memberOf(text)).toEqual({ A: [dn("G1"), dn("G2")] });
    expect((await importing([text])).report.unknownGroups).toEqual({ count: 1, samples: [dn("Gone")] });
  });

  it("ignore memberOf of what is no group", async () => {
    expect(await memberOf(user("A", "memberOf: CN=B,DC=contoso,DC=com") + user("B"))).toEqual({});
  });

  it("join the primary group by SID, or by its last part in the same domain", async () => {
    const sid = "S-1-5-21-1-2-3";
    const text =
      group("P", `objectSid: ${sid}-513`) +
      group("Builtin", "objectSid: S-1-5-32-545") +
      entry("CN=Q,DC=fabrikam,DC=com", "objectClass: group", "objectSid: S-1-5-21-7-8-9-513") +
      user("A", `objectSid: ${sid}-1000`, "primaryGroupID: 513") +
      user("B", "primaryGroupID: 513") +
      user("C", "primaryGroupID: 545") +
      user("D", "objectSid: S-1-5-21-4-5-6-1000", "primaryGroupID: 513") +
      user("E", "primaryGroupID: .*");
    expect(await memberOf(text)).toEqual({ A: [dn("P")], B: [dn("P")] });
  });

  it("join ranges of several files, and report those that stop short", async () => {
    const first = group("G", "member;range=0-0: CN=A,DC=contoso,DC=com");
    const rest = group("G", "member;range=1-*: CN=B,DC=contoso,DC=com");
    const users = user("A") + user("B");
    expect(await memberOf(first, rest, users)).toEqual({ A: [dn("G")], B: [dn("G")] });
    const codes = async (...files: string[]) =>
      (await importing(files)).report.warnings.map(({ code }) => code);
    expect(await codes(first, rest, group("X"))).toEqual([]);
    expect(await codes(first, group("G", "cn: G"))).toEqual(["truncated-members"]);
  });
});

describe("several files", () => {
  it("add to one entry: first words stay, gaps are filled, values are joined", async () => {
    const one = user("A", "displayName: First", "proxyAddresses: smtp:a@x.com", "title: x");
    const two = entry(
      "cn=a, dc=contoso, dc=com",
      "displayName: Second",
      "mail: a@x.com",
      "proxyAddresses: smtp:b@x.com",
      "title: x",
    );
    const { content, report } = await importing([one, two]);
    expect(content.entries[0]).toMatchObject({
      dn: "CN=A,DC=contoso,DC=com",
      displayName: "First",
      attributes: [
        ["displayName", "First"],
        ["displayName", "Second"],
        ["mail", "a@x.com"],
        ["objectClass", "user"],
        ["proxyAddresses", "smtp:a@x.com"],
        ["proxyAddresses", "smtp:b@x.com"],
        ["title", "x"],
      ],
    });
    expect([report.entriesRead, report.entriesMerged, report.files.map(({ name }) => name)]).toEqual([
      2,
      1,
      ["a.ldif", "b.ldif"],
    ]);
  });

  it("that repeat each other add nothing, however many values there are", async () => {
    const text = Array.from({ length: 5000 }, (_, at) => user(`A${at}`, `Title: t${at}`)).join("");
    const { content } = await importing([text]);
    expect((await importing([text, text.replaceAll("Title:", "title:")])).content).toEqual(content);
  });

  it("that show one object under two names are reported", async () => {
    const guid = "objectGUID: c0a80001-0000-4000-8000-000000000001";
    const { report } = await importing([user("A", guid, "mail: a"), user("B", guid, "mail: b")]);
    expect(report.warnings.map(({ code, samples }) => [code, samples])).toEqual([
      ["no-sip-address", []],
      ["shared-guid", ["c0a80001-0000-4000-8000-000000000001"]],
    ]);
  });

  it("are each named where one is broken or incomplete", async () => {
    expect(await refusal(() => importing([user("A"), `${user("B")}dn: CN=C\nbroken\n`]))).toEqual({
      code: "invalid-file",
      message: "line 5 of `b.ldif`, entry `CN=C`, has no attribute name and colon",
      details: { file: "b.ldif", line: 5, entry: "CN=C" },
    });
    const { report } = await importing([user("A"), "search: 2\nresult: 4 Size limit exceeded\n"]);
    expect(report.warnings[0]).toEqual({
      code: "incomplete-export",
      message: "the export ended early, entries are missing",
      count: 1,
      samples: ["b.ldif: 4 Size limit exceeded"],
    });
  });
});

describe("attributes for filters", () => {
  const attributesOf = async (...lines: string[]) =>
    (await importing([user("A", ...lines)])).content.entries[0]?.attributes;

  it("leave out binaries, long values, and secrets", async () => {
    const kept = await attributesOf(
      `info: ${"x".repeat(1024)}`,
      `notes: ${"x".repeat(1025)}`,
      "street:: w6QKYg==", // ä, line feed, b
      "logonHours:: AAAA",
      "someKey:: /v8=",
      "otherKey:: AAECAw==",
      "thumbnailPhoto:: YWJj",
      "ms-Mcs-AdmPwd: hunter2",
      "userPassword;x-old: hunter1",
      "distinguishedName: CN=A,DC=contoso,DC=com",
    );
    expect(kept).toEqual([
      ["info", "x".repeat(1024)],
      ["objectClass", "user"],
      ["street", "ä\nb"],
    ]);
  });

  it("take any name", async () => {
    expect(await attributesOf("__proto__: x", "constructor: y", "cn;lang-fr: z")).toEqual([
      ["__proto__", "x"],
      ["cn;lang-fr", "z"],
      ["constructor", "y"],
      ["objectClass", "user"],
    ]);
  });

  it("that are no GUID or SID are reported", async () => {
    const { content, report } = await importing([
      user("A", "objectGUID: seven", "objectSid:: AQUA", "msRTCSIP-PrimaryUserAddress: sip:a@x.com"),
    ]);
    expect([content.entries[0]?.guid, content.entries[0]?.sid]).toEqual([null, null]);
    expect(report.warnings.map(({ code, count }) => [code, count])).toEqual([
      ["no-guids", 1],
      ["unreadable-id", 2],
    ]);
  });

  it("say whether an account is disabled, and its site", async () => {
    const states = ["512", "514", "66050", "nothing"].map(async (value) => {
      const { content } = await importing(
        [user("A", `userAccountControl: ${value}`, "l: Berlin", "physicalDeliveryOfficeName: Redmond")],
        {
          siteAttribute: value === "514" ? "L" : undefined,
        },
      );
      const [first] = content.entries as UserEntry[];
      return [first?.accountDisabled, first?.site];
    });
    expect(await Promise.all(states)).toEqual([
      [false, "Redmond"],
      [true, "Berlin"],
      [true, "Redmond"],
      [false, "Redmond"],
    ]);
  });
});
