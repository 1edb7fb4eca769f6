import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { DirectoryContent, Entry } from "../../src/core/directory.ts";
import { memoryDirectory } from "../../src/core/memory-directory.ts";
import { readDirectory } from "../../src/directory/import.ts";
import { directoryReader } from "../../src/directory/reader.ts";
import type { ImportReport } from "../../src/directory/report.ts";
import { createTextStore } from "../../src/directory/text-store.ts";
import { directoryChecksum, writePendingDirectory } from "../../src/store/directory-file.ts";
import { pendingDirectory, storePaths } from "../../src/store/store-paths.ts";
import { answersOf } from "../support/directory-answers.ts";
import { entry, refusal } from "./exports.ts";

const count = 9000;
const root = "DC=contoso,DC=com";
const guid = (id: number) => `c0a80001-0000-4000-8000-${String(id).padStart(12, "0")}`;
const groupDn = (at: number) => `CN=Group ${at},${root}`;
const userDn = (at: number) => `CN=Üser ${at},OU=People,${root}`;
const description = "x".repeat(400);

/** Users who are in one group each by their own word and in another by the group's; not in the order of names. */
const users = Array.from({ length: count }, (_, at) =>
  entry(
    userDn(at),
    "objectClass: user",
    `objectGUID: ${guid(at === 8999 ? 1 : at)}`,
    `displayName: ${at === 17 ? "Person 8000" : `Person ${at}`}`,
    `description: ${description}`,
    `msRTCSIP-PrimaryUserAddress: sip:user${at === 5000 ? 3 : at}@contoso.com`,
    "msRTCSIP-UserEnabled: TRUE",
    `memberOf: ${groupDn(at % 10)}`,
    `memberOf: CN=Nobody,${root}`,
  ),
);
const groups = Array.from({ length: 11 }, (_, at) =>
  entry(
    groupDn(at),
    "objectClass: group",
    ...(at < 10 ? [] : users.map((_, user) => `member: ${userDn(user)}`)),
    `member: CN=Gone ${at},${root}`,
  ),
);
const more = entry(userDn(4000), "title: Chief", "displayName: Somebody else");
const place = [entry(`OU=People,${root}`, "objectClass: organizationalUnit")];

let content: DirectoryContent;
let report: ImportReport;
let entries: readonly Entry[];

const temporary = mkdtempSync(join(tmpdir(), "pchat-large-import-"));
afterAll(() => rmSync(temporary, { recursive: true }));

beforeAll(async () => {
  vi.stubEnv("TMPDIR", temporary);
  const chunks = [Buffer.from([...users, ...groups, ...place, more].join(""))];
  ({ content, report } = await readDirectory([{ name: "large.ldif", chunks }]));
  entries = [...content.entries];
  vi.unstubAllEnvs();
});

describe("an export that is too large to be held", () => {
  test("is told from the file where its entries are, which has no name", () => {
    expect(content.stored?.counts).toEqual({ user: count, group: 11, container: 1, domain: 1, resource: 0 });
    expect(readdirSync(temporary)).toEqual([]);
  });

  test("gives its entries in the order of their names, each time anew, and one by one", () => {
    const keys = entries.map(({ dn }) => dn.toLowerCase());
    expect(keys).toEqual([...keys].sort());
    expect([...content.entries]).toEqual(entries);
    expect([0, 5000, 9012].map((at) => content.stored!.read(at))).toEqual(
      [0, 5000, 9012].map((at) => entries[at]),
    );
    expect(Array.from(content.stored!.texts(), (text) => JSON.parse(Buffer.from(text).toString()))).toEqual(
      entries,
    );
  });

  test("joins what is said of an entry in several places", () => {
    expect(entries.find(({ dn }) => dn === userDn(4000))).toEqual({
      kind: "user",
      dn: userDn(4000),
      guid: guid(4000),
      sid: null,
      domain: "contoso.com",
      displayName: "Person 4000",
      memberOf: [groupDn(0), groupDn(10)],
      attributes: [
        ["description", description],
        ["displayName", "Person 4000"],
        ["displayName", "Somebody else"],
        ["msRTCSIP-PrimaryUserAddress", "sip:user4000@contoso.com"],
        ["msRTCSIP-UserEnabled", "TRUE"],
        ["objectClass", "user"],
        ["title", "Chief"],
      ],
      sipAddress: "sip:user4000@contoso.com",
      sipEnabled: true,
      userPrincipalName: null,
      logonName: null,
      site: null,
      accountDisabled: false,
    });
  });

  test("is reported like any other", () => {
    const { entriesRead, entriesMerged, unknownMembers, unknownGroups, sharedDisplayNames, warnings } =
      report;
    expect({ entriesRead, entriesMerged, unknownMembers, unknownGroups, sharedDisplayNames }).toEqual({
      entriesRead: count + 13,
      entriesMerged: 1,
      unknownMembers: { count: 11, samples: [0, 1, 10, 2, 3].map((at) => `CN=Gone ${at},${root}`) },
      unknownGroups: { count, samples: [`CN=Nobody,${root}`] },
      sharedDisplayNames: { count: 1, samples: ["Person 8000"] },
    });
    expect(warnings.map(({ code, samples }) => [code, ...samples])).toEqual([
      ["shared-sip-address", "sip:user3@contoso.com"],
      ["shared-guid", guid(1)],
    ]);
  });

  test("answers as one that is held", () => {
    const date = "2026-03-04T00:00:00.000Z";
    expect(answersOf(directoryReader.open(content, date))).toEqual(
      answersOf(memoryDirectory({ entries }, { date, hash: "" })),
    );
  });

  test("is written like one that is held", () => {
    const paths = storePaths(join(temporary, "pchat.json"));
    const written = (one: DirectoryContent): string => {
      const hash = writePendingDirectory(paths, one, "2026-03-04T00:00:00.000Z");
      expect(hash).toBe(directoryChecksum(one));
      return readFileSync(pendingDirectory(paths, hash), "utf8");
    };
    expect(written(content)).toBe(written({ entries }));
  });
});

describe("texts that are kept aside", () => {
  const texts = Array.from({ length: 300 }, (_, at) => `${at} ${"ä€".repeat(at * 100)}`);

  test("come back as they were, from memory and from the file", () => {
    const store = createTextStore();
    onTestFinished(store.close);
    const back: string[] = [];
    for (const [at, text] of texts.entries()) {
      expect(store.add(text)).toBe(at);
      back.push(store.read(Math.floor(at / 2)));
    }
    expect(back).toEqual(texts.map((_, at) => texts[Math.floor(at / 2)]));
    expect([store.count, store.isSmall]).toEqual([300, false]);
    expect(Array.from(store.texts(), (text) => text.toString("utf8"))).toEqual(texts);
  });

  test("need no file while they are few", () => {
    vi.stubEnv("TMPDIR", "/nowhere");
    onTestFinished(() => void vi.unstubAllEnvs());
    const store = createTextStore();
    onTestFinished(store.close);
    for (const text of texts.slice(0, 20)) store.add(text);
    expect(store.isSmall).toBe(true);
    expect(Array.from(store.texts(), (text) => text.toString("utf8"))).toEqual(texts.slice(0, 20));
  });

  test("are refused where no file can be made for them", async () => {
    vi.stubEnv("TMPDIR", "/nowhere");
    onTestFinished(() => void vi.unstubAllEnvs());
    const store = createTextStore();
    onTestFinished(store.close);
    expect(
      await refusal(() => {
        for (const text of texts) store.add(text);
      }),
    ).toEqual({
      code: "write-failed",
      message: "cannot write `/nowhere`: there is no such file or folder",
      details: { path: "/nowhere", system: "ENOENT" },
    });
  });
});
