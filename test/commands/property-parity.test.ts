/**
 * No property is settable in one place and missing in another: made from the property tables, each property of each
 * noun is set through new-, read in every format, found in the journal, and changed through set- the same way.
 */
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { joinList } from "../../src/core/csv-cell.ts";
import { kebabCase, type Properties, type Property, shownName } from "../../src/core/property.ts";
import { type Collection, nouns } from "../../src/core/state.ts";
import type { Bench } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";

type Shown = string | number | boolean | readonly string[];

/** A value in words, as it is typed, and as it is shown afterwards. */
interface Said {
  readonly words: readonly string[];
  readonly shown: Shown;
}

const said = (shown: Shown, words = [String(shown)]): Said => ({ shown, words });
const list = (...entries: (readonly [word: string, stored: string])[]): Said => ({
  words: entries.map(([word]) => word),
  shown: entries.map(([, stored]) => stored),
});
const ken = ["Ken Myer", "sip:kenmyer@litwareinc.com"] as const;
const ana = ["anamyer@litwareinc.com", "sip:anamyer@litwareinc.com"] as const;

const byType: Readonly<Record<Property["type"], readonly [Said, Said]>> = {
  name: [said("One"), said("Two")],
  text: [said("one, with a comma"), said('two "quoted"')],
  boolean: [said(true), said(false)],
  choice: [said(""), said("")],
  integer: [said(7), said(8)],
  url: [said("https://one.litwareinc.com/"), said("http://two.litwareinc.com/a?b=c")],
  reference: [said("One"), said("Two")],
  principals: [list(ken), list(ana, ken)],
  principal: [said(""), said("")],
  fqdns: [list(["s1.x.com", "s1.x.com"]), list(["s2.x.com", "s2.x.com"], ["s1.x.com", "s1.x.com"])],
  duration: [said("00:20:00"), said("1.00:00:00")],
};

/** Values where the type alone does not know which are there. */
const byProperty: Readonly<Record<string, readonly [Said, Said]>> = {
  "pools.site": [said("Redmond"), said("Dublin")],
  "rooms.categoryId": [said("IT"), said("Help")],
  "rooms.addinId": [said("Runbook"), said("Wiki")],
  "complianceConfigurations.adapterOutputDirectory": [said("C:\\One"), said("\\\\files\\two")],
};

function valuesOf(collection: Collection, key: string, property: Property): readonly [Said, Said] {
  const named = byProperty[`${collection}.${key}`];
  if (named !== undefined) return named;
  if (property.type === "boolean")
    return property.initial === true ? [said(false), said(true)] : byType.boolean;
  if (property.type !== "choice") return byType[property.type];
  const others = property.choices!.filter((choice) => choice !== property.initial);
  return [said(others[0]!), said(others[1] ?? String(property.initial))];
}

/** The word that a new object of a kind gets, its identity, and what must be said of it besides. */
const kinds: readonly {
  readonly collection: Collection;
  readonly word: string;
  readonly identity?: string;
  readonly besides?: readonly string[];
  readonly hasNoSet?: boolean;
}[] = [
  {
    collection: "pools",
    word: "p2.litwareinc.com",
    besides: ["--servers", "s1.x.com", "--servers", "s2.x.com"],
  },
  { collection: "policies", word: "P" },
  { collection: "configurations", word: "site:Redmond" },
  { collection: "complianceConfigurations", word: "site:Redmond" },
  { collection: "endpoints", word: "sip:e@litwareinc.com", hasNoSet: true },
  {
    collection: "categories",
    word: "C",
    identity: "pchat.litwareinc.com\\C",
    besides: ["--allowed-members", "OU=IT,DC=litwareinc,DC=com"],
  },
  { collection: "addins", word: "A", identity: "pchat.litwareinc.com\\A", besides: ["--url", "https://a"] },
  {
    collection: "rooms",
    word: "R",
    identity: "pchat.litwareinc.com\\R",
    besides: [
      ...["--category", "IT", "--type", "Auditorium"],
      ...["--members", "Ken Myer", "--members", "Ana Myer"],
    ],
  },
];

/** What must be said besides, but the property that is tried itself. */
const without = (words: readonly string[], option: string): string[] =>
  words.filter((word, at) => word !== option && words[at - 1] !== option);

const cases = kinds.flatMap(({ collection, word, identity = word, besides = [], hasNoSet = false }) =>
  Object.entries(nouns[collection].properties as Properties)
    .filter(([, property]) => property.settable !== "identity")
    .map(([key, of]) => {
      const property = of as Property;
      const option = `--${kebabCase(shownName(key, property))}`;
      return {
        collection,
        key,
        property,
        option,
        word,
        identity,
        besides: without(besides, option),
        hasNoSet,
      };
    }),
);

async function prepared(): Promise<Bench> {
  const made = await deployed();
  for (const line of [
    "new-site Dublin",
    "new-addin Wiki --url https://wiki",
    "new-category Help --allowed-members 'OU=IT,DC=litwareinc,DC=com'",
  ]) {
    await made.pchat(line);
  }
  return made;
}

interface Written {
  readonly changes: readonly {
    readonly identity: string;
    readonly before: Row | null;
    readonly after: Row;
  }[];
}
type Row = Readonly<Record<string, unknown>>;

async function write(made: Bench, words: readonly string[]): Promise<Written["changes"][number]> {
  const { exitCode, stdout, stderr } = await made.run([...words, "-o", "json"]);
  expect({ words, exitCode, stderr }).toEqual({ words, exitCode: 0, stderr: "" });
  return (JSON.parse(stdout) as Written).changes[0]!;
}

const given = (option: string, { words }: Said): string[] => words.flatMap((word) => [option, word]);

/** The last write of the journal says of the property what the store's file says, and that it is another now. */
function expectInJournal(made: Bench, collection: Collection, id: unknown, key: string): void {
  const files = made.files();
  const stored = (JSON.parse(files["pchat.json"]!) as Record<string, Row[]>)[collection]!.find(
    (o) => o["id"] === id,
  )!;
  const last = JSON.parse(files["pchat.journal.ndjson"]!.trimEnd().split("\n").at(-1)!) as {
    writes: { collection: string; id: unknown; before?: Row; after?: Row }[];
  };
  const written = last.writes.find((one) => one.collection === collection && one.id === id)!;
  expect(written.after).toEqual(stored);
  expect(stored).toHaveProperty(key);
  expect(written.after![key]).not.toEqual(written.before?.[key]);
}

const newestId = (made: Bench, collection: Collection): unknown =>
  (JSON.parse(made.files()["pchat.json"]!) as Record<string, Row[]>)[collection]!.at(-1)!["id"];

/** One property of one object, out of every format. */
async function expectInEveryFormat(
  made: Bench,
  kind: string,
  identity: string,
  field: string,
  shown: Shown,
): Promise<void> {
  const read = async (format: string): Promise<string> =>
    (await made.run([`get-${kind}`, identity, "--fields", field, "-o", format])).stdout;
  expect(JSON.parse(await read("json"))).toEqual([{ [field]: shown }]);
  expect(JSON.parse(await read("ndjson"))).toEqual({ [field]: shown });
  expect(parseYaml(await read("yaml"))).toEqual([{ [field]: shown }]);
  const cell = typeof shown === "object" ? joinList(shown) : String(shown);
  const quoted = /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  expect((await read("csv")).trimEnd()).toBe(`${field}\n${quoted}`);
  for (const format of ["table", "list"]) {
    const text = await read(format);
    for (const part of typeof shown === "object" ? shown : [String(shown)]) expect(text).toContain(part);
  }
}

describe("a property is settable on new-, readable everywhere, in the journal, and settable on set-", () => {
  test.each(cases.filter(({ key }) => key !== "name"))(
    "$collection $key",
    async ({ collection, key, property, option, word, identity, besides, hasNoSet }) => {
      const made = await prepared();
      const { kind } = nouns[collection];
      const field = shownName(key, property);
      const [first, second] = valuesOf(collection, key, property);
      const created = await write(made, [`new-${kind}`, word, ...besides, ...given(option, first)]);
      expect([created.identity, created.before, created.after[field]]).toEqual([identity, null, first.shown]);
      const id = newestId(made, collection);
      expectInJournal(made, collection, id, key);
      await expectInEveryFormat(made, kind, identity, field, first.shown);
      if (hasNoSet) {
        expect(property.settable).toBe("create");
        return;
      }
      const changed = await write(made, [`set-${kind}`, identity, ...given(option, second), "--yes"]);
      expect([changed.before![field], changed.after[field]]).toEqual([first.shown, second.shown]);
      expectInJournal(made, collection, id, key);
      await expectInEveryFormat(made, kind, identity, field, second.shown);
    },
  );

  test.each(cases.filter(({ key }) => key === "name"))(
    "$collection name, which is the word of new-, and --name on set-",
    async ({ collection, word, identity, besides }) => {
      const made = await prepared();
      const { kind } = nouns[collection];
      await write(made, [`new-${kind}`, word, ...besides]);
      await expectInEveryFormat(made, kind, identity, "name", word);
      const changed = await write(made, [`set-${kind}`, identity, "--name", "Other"]);
      expect([changed.before!["name"], changed.after["name"]]).toEqual([word, "Other"]);
      expectInJournal(made, collection, newestId(made, collection), "name");
      await expectInEveryFormat(made, kind, "pchat.litwareinc.com\\Other", "name", "Other");
    },
  );
});

test("no noun is left out but those that have commands of their own", () => {
  const tried = new Set(kinds.map(({ collection }) => collection));
  const others = (Object.keys(nouns) as Collection[]).filter((collection) => !tried.has(collection));
  // set-store, new-site (which has nothing but its name), grant-policy.
  expect(others).toEqual(["settings", "sites", "grants"]);
});
