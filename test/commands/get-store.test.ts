import { expect, test } from "vitest";
import { bench } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";

test("says where the store is, its serial, size and the date of its directory, and counts what it holds", async () => {
  const made = await deployed();
  const [row] = (await made.json("get-store")) as Record<string, unknown>[];
  const files = made.files();
  expect(row).toEqual({
    path: expect.stringMatching(/pchat\.json$/),
    serial: 11,
    lineage: (JSON.parse(files["pchat.json"]!) as { lineage: string }).lineage,
    sizeBytes: files["pchat.json"]!.length,
    journalBytes: files["pchat.journal.ndjson"]!.length,
    directoryDate: "2026-01-01T00:00:01.000Z",
    requireReason: null,
    behind: false,
    sites: 1,
    pools: 1,
    policies: 2,
    grants: 1,
    configurations: 1,
    complianceConfigurations: 0,
    endpoints: 0,
    categories: 3,
    addins: 1,
    rooms: 2,
  });
});

test("as it was then, with --at", async () => {
  const made = await deployed();
  const fields = "--fields serial,pools,categories,rooms";
  expect(await made.json(`get-store --at 5 ${fields}`)).toEqual([
    { serial: 5, pools: 1, categories: 0, rooms: 0 },
  ]);
  expect(await made.json(`get-store --at 2026-01-01T00:00:09Z ${fields}`)).toEqual([
    { serial: 10, pools: 1, categories: 3, rooms: 1 },
  ]);
  expect(await made.pchat("get-store --at yesterday")).toEqual({
    exitCode: 2,
    stdout: "",
    stderr:
      "error: `--at` takes a serial or an ISO time, not `yesterday`\n" +
      "hint: for example 17, 2026-11-23 or 2026-11-23T14:00Z; see the serials with: pchat get-history\n",
  });
});

test("reads only", async () => {
  const made = await deployed();
  const before = made.files();
  await made.json("get-store");
  expect(made.files()).toEqual(before);
});

test("--fields chooses what is shown", async () => {
  const made = await deployed();
  expect(await made.pchat("get-store --fields serial,rooms,directoryDate")).toEqual({
    exitCode: 0,
    stdout: [
      "Serial  Rooms  DirectoryDate",
      "──────  ─────  ────────────────────────",
      "11          2  2026-01-01T00:00:01.000Z",
      "",
    ].join("\n"),
    stderr: "",
  });
});

test.each([
  { line: "get-store", file: "pchat.json" },
  { line: "get-store --store nowhere.json", file: "nowhere.json" },
  { line: "get-policy", file: "pchat.json" },
  { line: "new-site Oslo", file: "pchat.json" },
])("$line without a store exits 3, and makes none", async ({ line, file }) => {
  const made = bench();
  const option = file === "pchat.json" ? "" : ` --store ${file}`;
  expect(await made.pchat(line)).toEqual({
    exitCode: 3,
    stdout: "",
    stderr: `error: there is no store at \`${file}\`\nhint: make one, or name another with --store: pchat new-store${option}\n`,
  });
  expect(made.files()).toEqual({});
});
