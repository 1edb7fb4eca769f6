import { copyFileSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Directory, HeldContent } from "../../src/core/directory.ts";
import { type DirectoryIndex, directoryIndexes, directoryOver } from "../../src/core/directory-indexes.ts";
import { memoryDirectory } from "../../src/core/memory-directory.ts";
import { readDirectory } from "../../src/store/directory-file.ts";
import { storePaths } from "../../src/store/store-paths.ts";
import { anyDirectory, directoryOf as directoryFrom } from "../support/deployments.ts";
import { answersOf } from "../support/directory-answers.ts";
import {
  addRoom,
  author,
  beside,
  directoryOf,
  edit,
  isThere,
  type JsonStore,
  makeStore,
  openAt,
  refusal,
} from "./store-fixture.ts";

const date = "2026-03-04T00:00:00.000Z";
const large = { largeFrom: 1 };

const importInto = (store: JsonStore, content: HeldContent) =>
  store.update(author({ command: "import-directory" }), ({ nextId }) => ({
    change: { writes: [], nextId, directory: { content, date } },
    value: undefined,
  }));

async function withDirectory(content: HeldContent, more = large) {
  const { path } = await makeStore();
  const store = openAt(path, more);
  await importInto(store, content);
  return { path, store, index: beside(path, ".directory.index") };
}

const directoryIn = async (store: JsonStore): Promise<Directory> => (await store.read()).state.directory!;

const users = (count: number): HeldContent =>
  directoryOf(...Array.from({ length: count }, (_, at) => `user${String(at).padStart(5, "0")}`));

test("a directory read by its index answers as one that is read in full", async () => {
  await fc.assert(
    fc.asyncProperty(anyDirectory, async (spec) => {
      const content = { entries: [...directoryFrom(spec).all()] };
      fc.pre(content.entries.length > 0);
      const { index, store } = await withDirectory(content);
      expect(isThere(index)).toBe(true);
      const { directoryHash: hash } = await store.read();
      expect(answersOf(await directoryIn(store))).toEqual(
        answersOf(memoryDirectory(content, { date, hash: hash! })),
      );
    }),
    { numRuns: 40 },
  );
});

describe("the index of a directory", () => {
  test("is the owner's alone, and made for large ones only", async () => {
    const { index } = await withDirectory(users(3));
    expect(statSync(index).mode & 0o777).toBe(0o600);
    expect(isThere((await withDirectory(users(3), { largeFrom: 1e6 })).index)).toBe(false);
  });

  test("spares reading the rest of the file", async () => {
    const { path, store } = await withDirectory(users(2000));
    const directory = await directoryIn(store);
    expect(directory.bySip("SIP:user00003@contoso.com")).toEqual([users(4).entries[3]]);
    truncateSync(beside(path, ".directory.json"), 200_000);
    expect(directory.bySip("sip:user00005@contoso.com")).toEqual([users(6).entries[5]]);
  });

  test("gives the same object as long as it is held, also once everything is read", async () => {
    const { store } = await withDirectory(users(6000));
    const directory = await directoryIn(store);
    const [first] = directory.bySip("sip:user00003@contoso.com");
    expect(directory.byLogonName("USER00003")[0]).toBe(first);
    expect([...directory.inDomain("contoso.com")]).toHaveLength(6000);
    expect(directory.bySip("sip:user05999@contoso.com")).toEqual([users(6000).entries[5999]]);
    expect(directory.byLogonName("user00003")[0]).toBe(first);
    expect([...directory.all()][3]).toBe(first);
  });

  test("leaves a directory readable that another one replaces meanwhile", async () => {
    const { store } = await withDirectory(users(6000));
    const before = await directoryIn(store);
    await importInto(store, users(2));
    // More lookups than are read one by one.
    const found = users(6000).entries.filter((entry) => before.entry(entry.dn.toLowerCase()) !== undefined);
    expect(found).toHaveLength(6000);
    expect([...before.inDomain("contoso.com")]).toHaveLength(6000);
  });

  test("can be deleted: the next change makes it again", async () => {
    const { index, store } = await withDirectory(users(3));
    const before = readFileSync(index);
    rmSync(index);
    expect((await directoryIn(store)).bySip("sip:user00001@contoso.com")).toEqual([users(3).entries[1]]);
    expect(isThere(index)).toBe(false);
    await store.update(author(), addRoom("New"));
    expect(readFileSync(index)).toEqual(before);
  });

  test("is not needed by a directory that is too large to be held", async () => {
    await fc.assert(
      fc.asyncProperty(anyDirectory, async (spec) => {
        const content = { entries: [...directoryFrom(spec).all()] };
        const { path, store } = await withDirectory(content, { largeFrom: 1_000_000 });
        const hash = (await store.read()).directoryHash!;
        const read = (mostHeld: number) =>
          answersOf(readDirectory(storePaths(path), hash, () => true, mostHeld));
        expect(read(0)).toEqual(answersOf(memoryDirectory(content, { date, hash })));
        expect(read(1_000_000)).toEqual(read(0));
        edit(beside(path, ".directory.json"), (text) => text.replace('"guid"', '"duig"'));
        expect(await refusal(async () => read(0))).toEqual(await refusal(async () => read(1_000_000)));
      }),
      { numRuns: 20 },
    );
  });

  test("of an earlier directory is not used, and made anew", async () => {
    const { path, index, store } = await withDirectory(users(3));
    const old = readFileSync(index);
    await importInto(store, users(2));
    expect([...(await directoryIn(store)).all()]).toEqual(users(2).entries);
    expect(readFileSync(index)).not.toEqual(old);
    writeFileSync(index, old);
    expect((await directoryIn(store)).bySip("sip:user00002@contoso.com")).toEqual([]);
    // The same bytes in another file are proven again.
    copyFileSync(beside(path, ".directory.json"), `${path}.copy`);
    rmSync(beside(path, ".directory.json"));
    copyFileSync(`${path}.copy`, beside(path, ".directory.json"));
    await store.update(author(), addRoom("New"));
    expect(answersOf(await directoryIn(store))).toEqual(
      answersOf(directoryOver(memorySource(users(2)), { date, hash: "" })),
    );
  });

  test("does not hide that the directory was changed by hand", async () => {
    const { path, store } = await withDirectory(users(3));
    const file = beside(path, ".directory.json");
    edit(file, (text) => text.replace("user00001@contoso.com", "user00009@contoso.com"));
    expect(await refusal(() => directoryIn(store))).toMatchObject({
      code: "store-damaged",
      message: `\`${file}\`: its entries are not those of its checksum`,
    });
  });

  test("that is damaged anywhere changes no answer", async () => {
    const { index, store } = await withDirectory(users(40));
    const sound = readFileSync(index);
    const wanted = answersOf(await directoryIn(store));
    for (let at = 5; at < sound.length; at += 1499) {
      const damaged = Buffer.from(sound);
      damaged[at] = damaged[at]! ^ 0x55;
      writeFileSync(index, damaged);
      expect(answersOf(await directoryIn(store)), `byte ${at}`).toEqual(wanted);
    }
    for (const length of [0, 7, 100, 4096, 5000, sound.length - 1]) {
      writeFileSync(index, sound.subarray(0, length));
      expect(answersOf(await directoryIn(store)), `cut off at ${length}`).toEqual(wanted);
    }
  });
});

function memorySource({ entries }: HeldContent) {
  const find = (index: DirectoryIndex, key: string) =>
    entries.filter((entry) => directoryIndexes[index](entry).includes(key));
  return { find, each: find, all: () => entries };
}
