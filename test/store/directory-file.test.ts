import { copyFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { DirectoryContent } from "../../src/core/directory.ts";
import { directoryChecksum } from "../../src/store/directory-file.ts";
import {
  addRoom,
  author,
  beside,
  directoryOf,
  edit,
  fileOf,
  imageOf,
  makeStore,
  namesIn,
  openAt,
  refusal,
  textOf,
} from "./store-fixture.ts";

const date = "2026-03-04T00:00:00.000Z";

const importing = (directory: DirectoryContent) => () => ({
  change: { writes: [], nextId: 4, directory: { content: directory, date } },
  value: undefined,
});

async function withDirectory(directory = directoryOf("ana", "ben")) {
  const made = await makeStore();
  await made.store.update(author({ command: "import-directory" }), importing(directory));
  return made;
}

const namesBeside = (path: string): string[] => namesIn(join(path, ".."));

describe("a directory", () => {
  test("is kept beside the store, one entry a line, and named by its checksum", async () => {
    const { path, store } = await withDirectory();
    const hash = directoryChecksum(directoryOf("ana", "ben"));
    expect(namesBeside(path)).toEqual([
      "pchat.directory.json",
      "pchat.journal.ndjson",
      "pchat.json",
      "pchat.lock",
    ]);
    const text = textOf(beside(path, ".directory.json"));
    expect(JSON.parse(text)).toEqual({
      schemaVersion: 1,
      hash,
      date,
      counts: { user: 2, group: 0, container: 0, domain: 0, resource: 0 },
      entries: directoryOf("ana", "ben").entries,
    });
    expect(text.split("\n").filter((line) => line.startsWith('{"kind"'))).toHaveLength(2);
    expect(fileOf(path)).toMatchObject({ serial: 2, directory: hash });
    const snapshot = await store.read();
    expect(snapshot.directoryHash).toBe(hash);
    expect(snapshot.state.directory?.date).toBe(date);
    expect([...snapshot.state.directory!.all()]).toEqual(directoryOf("ana", "ben").entries);
    expect(await store.facts()).toMatchObject({
      directoryDate: date,
      directoryEntries: { user: 2, group: 0, container: 0, domain: 0, resource: 0 },
    });
  });

  test("of many entries, or of none, is read as it was written", async () => {
    for (const directory of [
      directoryOf(),
      directoryOf(...Array.from({ length: 2500 }, (_, at) => `u${at}`)),
    ]) {
      const { store } = await withDirectory(directory);
      expect([...(await store.read()).state.directory!.all()]).toEqual(directory.entries);
    }
  });

  test("is replaced as a whole by the next", async () => {
    const { path, store } = await withDirectory();
    await store.update(author(), importing(directoryOf("cem")));
    expect([...(await store.read()).state.directory!.all()]).toEqual(directoryOf("cem").entries);
    expect(namesBeside(path)).toEqual([
      "pchat.directory.json",
      "pchat.journal.ndjson",
      "pchat.json",
      "pchat.lock",
    ]);
  });

  test("is read only by those who need it", async () => {
    const { path, store } = await withDirectory();
    rmSync(beside(path, ".directory.json"));
    expect((await store.read()).state.count("rooms")).toBe(1);
    expect(await store.update(author(), addRoom("New"))).toMatchObject({ serial: 3 });
  });
});

describe("a directory file", () => {
  const needing = (path: string) => refusal(async () => (await openAt(path).read()).state.directory);

  test("that is missing is named with the checksum that is needed", async () => {
    const { path } = await withDirectory();
    rmSync(beside(path, ".directory.json"));
    const wanted = String(fileOf(path)["directory"]);
    expect(await needing(path)).toEqual({
      code: "store-damaged",
      message: `\`${beside(path, ".directory.json")}\` is missing or no directory file; the store needs the directory ${wanted.slice(0, 12)}`,
      details: { file: beside(path, ".directory.json"), found: null, wanted },
      commands: [["import-directory", "<file>"]],
    });
  });

  test("that is another is named with both checksums", async () => {
    const { path } = await withDirectory();
    const other = await withDirectory(directoryOf("cem"));
    copyFileSync(beside(other.path, ".directory.json"), beside(path, ".directory.json"));
    expect(await needing(path)).toMatchObject({
      code: "store-damaged",
      details: { found: fileOf(other.path)["directory"], wanted: fileOf(path)["directory"] },
    });
  });

  test.each<[string, (text: string) => string, string]>([
    [
      "edited",
      (text) => text.replace('"displayName":"ben"', '"displayName":"Ben"'),
      "its entries are not those of its checksum",
    ],
    ["cut off", (text) => text.slice(0, text.indexOf('"ben"')), "its entries are not those of its checksum"],
    ["broken", (text) => text.replace('"displayName":"ben"', '"displayName":ben"'), "entry 2 is not JSON"],
  ])("that was %s is refused", async (_, change, reason) => {
    const { path } = await withDirectory();
    edit(beside(path, ".directory.json"), change);
    expect(await needing(path)).toMatchObject({
      code: "store-damaged",
      message: `\`${beside(path, ".directory.json")}\`: ${reason}`,
    });
  });
});

describe("an import that ended", () => {
  test("after its journal line is whole: the directory waits under its checksum", async () => {
    const { path, store } = await withDirectory();
    const hash = String(fileOf(path)["directory"]);
    renameSync(beside(path, ".directory.json"), beside(path, `.directory.${hash.slice(0, 32)}.json`));
    const before = imageOf(join(path, ".."));
    expect([...(await store.read()).state.directory!.all()]).toEqual(directoryOf("ana", "ben").entries);
    expect(imageOf(join(path, ".."))).toEqual(before);
    await store.update(author(), addRoom("New"));
    expect(namesBeside(path)).toEqual([
      "pchat.directory.json",
      "pchat.journal.ndjson",
      "pchat.json",
      "pchat.lock",
    ]);
    expect([...(await store.read()).state.directory!.all()]).toEqual(directoryOf("ana", "ben").entries);
  });

  test("before its journal line never was, and leaves nothing for good", async () => {
    const { path, store } = await withDirectory();
    const pending = beside(path, `.directory.${"0".repeat(32)}.json`);
    copyFileSync(beside(path, ".directory.json"), pending);
    writeFileSync(join(path, "..", ".pchat.json.pchat-tmp-1-00000000"), "half");
    writeFileSync(join(path, "..", ".pchat.directory.json.pchat-tmp-1-00000000"), "half");
    await store.update(author(), addRoom("New"));
    expect(namesBeside(path)).toEqual([
      "pchat.directory.json",
      "pchat.journal.ndjson",
      "pchat.json",
      "pchat.lock",
    ]);
  });
});

test("a directory that was replaced while a command read the store is no damage", async () => {
  const { store } = await withDirectory();
  const early = await store.read();
  await store.update(author(), importing(directoryOf("cem")));
  expect(await refusal(() => early.state.directory)).toMatchObject({
    code: "store-stale",
    message: "the directory was replaced while this command read the store",
  });
});

test("a state of the past has a directory only if it is still the same", async () => {
  const { store } = await withDirectory();
  await store.update(author(), addRoom("New"));
  expect((await store.read({ serial: 2 })).state.directory?.date).toBe(date);
  expect((await store.read({ serial: 1 })).state.directory).toBeUndefined();
  await store.update(author(), importing(directoryOf("cem")));
  const past = await store.read({ serial: 2 });
  expect(past.state.count("rooms")).toBe(1);
  expect(await refusal(() => past.state.directory)).toMatchObject({
    code: "not-permitted",
    message: "the directory was another at serial 2 than it is now",
  });
});
