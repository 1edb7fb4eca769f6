import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDraft, type Draft } from "../../src/core/draft.ts";
import { importCategories, importRooms } from "../../src/core/import-objects.ts";
import type { Objects, State } from "../../src/core/state.ts";
import type { StepsOutcome } from "../../src/core/steps.ts";
import type { Table } from "../../src/core/table.ts";
import { fold } from "../../src/core/text.ts";
import { readCsv } from "../../src/environment/csv-file.ts";
import { renderCsv } from "../../src/output/csv.ts";
import { storedView } from "../../src/output/object-view.ts";
import { type DeploymentSpec, deploymentOf } from "../support/deployments.ts";

type Kind = "categories" | "rooms";

/** A kind's objects as `-o csv` prints them. */
const csvOf = (state: State, kind: Kind): string => {
  const { view, rowOf } = storedView(kind);
  const rows = [...state.all(kind)].map((object) => rowOf(state, object));
  return [...renderCsv(rows, view)].join("");
};

const tableOf = (text: string): Promise<Table> =>
  readCsv({
    name: "x.csv",
    chunks: (async function* () {
      yield Buffer.from(text);
    })(),
  });

const imports = { categories: importCategories, rooms: importRooms };

async function imported(draft: Draft, kind: Kind, text: string): Promise<StepsOutcome> {
  const derived = storedView(kind).view.columns.map(({ name }) => name);
  return imports[kind](draft, await tableOf(text), { continueOnError: false, derived });
}

/** Everything of a kind's objects but their ids. */
const contents = (state: State, kind: Kind): unknown[] =>
  [...state.all(kind)].map((object) => {
    const { id: _, ...rest } = object as Objects["rooms"];
    return "categoryId" in rest
      ? { ...rest, categoryId: state.get("categories", rest.categoryId)?.name }
      : rest;
  });

const dc = "DC=contoso,DC=com";
const groups = [`CN=Desk,${dc}`, `CN=A|B %7C,${dc}`, `CN=＝Sum\\, Ltd,OU=R\\+D,${dc}`, `CN=مرحبا 🚀,${dc}`];
const users = ["ana@contoso.com", "o'neil@contoso.com", "=sum@contoso.com", "%00@contoso.com"];
const directory = {
  domains: ["contoso.com"],
  containers: [`OU=R\\+D,${dc}`],
  groups: groups.map((dn) => ({ dn })),
  users: users.map((sip, index) => ({ dn: `CN=User ${index},${dc}`, sip })),
};

const letters = fc.oneof(
  fc.constantFrom(
    '"',
    ";",
    "|",
    "=",
    "'",
    ",",
    "+",
    "-",
    "@",
    "%",
    "$",
    "שלום",
    "مرحبا",
    "🚀",
    "é",
    "日本",
    "/",
    "#",
    "％",
    "＝",
  ),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 2 }),
);
const nasty = (more: readonly string[]) =>
  fc.oneof(fc.constantFrom(...more), fc.string({ unit: letters, maxLength: 12 }));
const name = nasty(["=1+1", "'=1", "@x", "$null", "'$NULL", "24/7", "true", "a;b", "-", `"`])
  .map((text) => text.normalize("NFC").trim())
  .filter((text) => text !== "" && !/[\\\p{C}\u2028\u2029]/u.test(text));
const names = fc.uniqueArray(name, { minLength: 1, maxLength: 4, selector: fold });
const description = fc.option(
  fc
    .oneof(
      fc.constantFrom(
        "$null",
        " $Null ",
        "'$null",
        "=cmd|' /C calc'!A1",
        "one\ntwo",
        "\r\n",
        "\ta",
        " ",
        "''",
        "-1",
        "a\rb",
      ),
      fc.string({ unit: fc.oneof(letters, fc.constantFrom("\n", "\r\n", "\t", " ")), maxLength: 20 }),
    )
    .map((text) => text.normalize("NFC"))
    .filter((text) => text !== "" && !/\p{Cs}/u.test(text)),
  { nil: null },
);
const people = fc.uniqueArray(fc.constantFrom(...groups, ...users.map((user) => `sip:${user}`)), {
  maxLength: 4,
});

const spec: fc.Arbitrary<DeploymentSpec> = fc
  .record({ categories: names, rooms: names })
  .filter(({ categories, rooms }) => !rooms.some((room) => categories.map(fold).includes(fold(room))))
  .chain(({ categories, rooms }) =>
    fc.record({
      directory: fc.constant(directory),
      categories: objectsNamed(
        categories,
        fc.record({
          description,
          invitations: fc.boolean(),
          fileUpload: fc.boolean(),
          chatHistory: fc.boolean(),
          allowedMembers: people.map((some) => [...some, "contoso.com"]),
          creators: people,
        }),
      ),
      rooms: objectsNamed(
        rooms,
        fc.record({
          category: fc.constantFrom(...categories),
          description,
          disabled: fc.boolean(),
          privacy: fc.constantFrom("Open", "Closed", "Secret"),
          invitations: fc.constantFrom("Inherit", "False"),
          members: people,
          managers: people,
        }),
      ),
    }),
  ) as fc.Arbitrary<DeploymentSpec>;

function objectsNamed<T>(keys: readonly string[], each: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> {
  return fc
    .tuple(...keys.map(() => each))
    .map((values) => Object.fromEntries(keys.map((key, i) => [key, values[i]!])));
}

describe("CSV out and in", () => {
  test("into an empty store makes equal objects", async () => {
    await fc.assert(
      fc.asyncProperty(spec, async (some) => {
        const from = deploymentOf(some);
        const draft = createDraft(deploymentOf({ directory }), 1000);
        for (const kind of ["categories", "rooms"] as const) {
          await imported(draft, kind, csvOf(from, kind));
          expect(contents(draft, kind)).toEqual(contents(from, kind));
        }
        expect(csvOf(draft, "categories")).toBe(csvOf(from, "categories"));
      }),
      { numRuns: 150 },
    );
  });

  test("into the same store changes nothing", async () => {
    await fc.assert(
      fc.asyncProperty(spec, async (some) => {
        const draft = createDraft(deploymentOf(some), 1000);
        const actions = [];
        for (const kind of ["categories", "rooms"] as const) {
          const { results, questions } = await imported(draft, kind, csvOf(draft, kind));
          actions.push(...results.map(({ action }) => action), ...(questions ?? []));
        }
        expect({ writes: draft.writes(), actions: new Set(actions) }).toEqual({
          writes: [],
          actions: new Set(["unchanged"]),
        });
      }),
      { numRuns: 100 },
    );
  });

  test("the random deployments have what is hard", () => {
    const texts = fc.sample(spec, 300).map((some) => csvOf(deploymentOf(some), "rooms"));
    const has = (pattern: RegExp): boolean => texts.filter((text) => pattern.test(text)).length > 10;
    expect([/""/, /;/, /%7C/, /,'=/, /🚀/u, /\p{Script=Arabic}/u, /\n[^p]/, /'\$null/i].map(has)).toEqual(
      Array.from({ length: 8 }, () => true),
    );
  });
});
