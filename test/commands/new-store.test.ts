import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Bench, bench } from "../support/cli.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The store's document. */
const documentOf = (made: Bench, name = "pchat.json"): Record<string, unknown> =>
  JSON.parse(Buffer.from(made.files()[name]!, "latin1").toString("utf8")) as Record<string, unknown>;

test("makes a store that holds the Global policy, disabled, and the Global configuration", async () => {
  const made = bench();
  const { exitCode, stderr } = await made.pchat("new-store");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(await made.json("get-policy")).toEqual([
    { identity: "Global", description: null, enablePersistentChat: false },
  ]);
  const { $schema, lineage, ...document } = documentOf(made);
  expect({ $schema: typeof $schema, lineage }).toEqual({
    $schema: "string",
    lineage: expect.stringMatching(uuid),
  });
  expect(document).toMatchObject({
    schemaVersion: 1,
    serial: 1,
    nextId: 3,
    pools: [],
    policies: [{ identity: "Global" }],
    grants: [],
    categories: [],
    rooms: [],
  });
});

test.each(["new-store --store sub", "new-store --store sub --what-if"])(
  "%s says that it is a folder",
  async (line) => {
    const made = bench();
    mkdirSync(join(made.folder, "sub"));
    expect(await made.pchat(line)).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: "error: `sub` is a folder\nhint: name a file for the store, for example pchat.json in it\n",
    });
  },
);

test("answers with the store that it made", async () => {
  const made = bench();
  const [row] = (await made.json("new-store")) as Record<string, unknown>[];
  expect(row).toEqual({
    path: expect.stringMatching(/pchat\.json$/),
    serial: 1,
    lineage: documentOf(made)["lineage"],
    sizeBytes: made.files()["pchat.json"]!.length,
    journalBytes: made.files()["pchat.journal.ndjson"]!.length,
    directoryDate: null,
    requireReason: null,
    behind: false,
    sites: 0,
    pools: 0,
    policies: 1,
    grants: 0,
    configurations: 1,
    complianceConfigurations: 0,
    endpoints: 0,
    categories: 0,
    addins: 0,
    rooms: 0,
  });
});

test("nobody but its owner may read it", async () => {
  const made = bench();
  await made.pchat("new-store");
  const modes = Object.keys(made.files()).map((name) => [
    name,
    statSync(join(made.folder, name)).mode & 0o777,
  ]);
  expect(Object.fromEntries(modes)).toEqual({ "pchat.json": 0o600, "pchat.journal.ndjson": 0o600 });
});

test.each([
  { line: "new-store --store seed.json", env: {} },
  { line: "new-store", env: { PCHAT_STORE: "seed.json" } },
  { line: "new-store --store=seed.json", env: { PCHAT_STORE: "other.json" } },
])("--store before PCHAT_STORE before pchat.json: $line $env", async ({ line, env }) => {
  const made = bench();
  expect(await made.pchat(`${line} -o none`, { env })).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  expect(Object.keys(made.files())).toEqual(["seed.journal.ndjson", "seed.json"]);
});

test("two stores are of two lineages", async () => {
  const made = bench();
  await made.pchat("new-store");
  await made.pchat("new-store --store other.json");
  expect(documentOf(made, "other.json")["lineage"]).not.toBe(documentOf(made)["lineage"]);
});

test.each(["new-store", "new-store --force --yes", "new-store --what-if"])(
  "%s: a store that is there stays, and nothing is written",
  async (line) => {
    const made = bench();
    await made.pchat("new-store");
    const before = made.files();
    expect(await made.pchat(line)).toEqual({
      exitCode: 4,
      stdout: "",
      stderr:
        "error: there is a store at `pchat.json` already\nhint: use it as it is, or name another with --store: pchat get-store\n",
    });
    expect(made.files()).toEqual(before);
  },
);

test("--what-if makes nothing", async () => {
  const made = bench();
  expect(await made.pchat("new-store --what-if")).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: "would make a store at `pchat.json` (nothing was written)\n",
  });
  expect(made.files()).toEqual({});
});

test("words are refused by name, and nothing is written", async () => {
  const made = bench();
  expect(await made.pchat("new-store seed.json")).toEqual({
    exitCode: 2,
    stdout: "",
    stderr:
      "error: `new-store` does not take `seed.json`\nhint: quote words that belong together, and options take one value each; see: pchat new-store --help\n",
  });
  expect(made.files()).toEqual({});
});

test("a file that is no store is left as it is", async () => {
  const made = bench();
  writeFileSync(join(made.folder, "pchat.json"), "mine\n");
  const before = made.files();
  expect(await made.pchat("new-store -o json")).toMatchObject({ exitCode: 4, stdout: "" });
  expect(made.files()).toEqual(before);
});
