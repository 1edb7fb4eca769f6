import { readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { storePaths } from "../../src/store/store-paths.ts";
import { presentStamps } from "../../src/store/untouched.ts";
import { addRoom, author, beside, edit, makeStore, openAt, roomNames, textOf } from "./store-fixture.ts";

/** The same length, so that only times tell. */
const renamed = (text: string): string => text.replaceAll("New", "Old");
const editedAfter = (path: string, serial: number): string =>
  `\`${path}\` was edited outside pchat after serial ${serial}; the next change records that`;

async function changedStore() {
  const { path } = await makeStore();
  await openAt(path).update(author(), addRoom("New"));
  return path;
}

test("an edit of the same size, its time put back, is seen", async () => {
  const path = await changedStore();
  const { atime, mtime } = statSync(path);
  edit(path, renamed);
  utimesSync(path, atime, mtime);
  const { notices, ...snapshot } = await openAt(path).read();
  expect(notices).toEqual([editedAfter(path, 2)]);
  expect(roomNames(snapshot)).toContain("Old");
});

test("a copy in the place of the file is proven by what it holds", async () => {
  const path = await changedStore();
  const text = readFileSync(path);
  edit(path, () => "");
  writeFileSync(path, text);
  expect((await openAt(path).read()).notices).toEqual([]);
  expect((await openAt(path).read()).serial).toBe(2);
});

test("a journal that changed is looked at", async () => {
  const path = await changedStore();
  const journal = beside(path, ".journal.ndjson");
  edit(journal, (text) => text.replaceAll('"lineage":"', '"lineage":"other-'));
  await expect(openAt(path).read()).rejects.toMatchObject({ code: "store-damaged" });
});

test("file and journal that are as the mark says need no proof", async () => {
  const path = await changedStore();
  edit(path, renamed);
  const lock = beside(path, ".lock");
  const record = JSON.parse(textOf(lock));
  record.written.stamps = presentStamps(storePaths(path));
  writeFileSync(lock, `${JSON.stringify(record)}\n`);
  const { notices, ...snapshot } = await openAt(path).read();
  expect(notices).toEqual([]);
  expect(roomNames(snapshot)).toContain("Old");
  // Whoever writes proves it all the same.
  expect((await openAt(path).update(author(), addRoom("Next"))).notices).toEqual([editedAfter(path, 2)]);
});

test("a mark that says nothing, or nonsense, of file and journal is none", async () => {
  const path = await changedStore();
  const lock = beside(path, ".lock");
  const record = JSON.parse(textOf(lock));
  for (const stamps of [undefined, { file: 1, journal: 2 }, { file: "", journal: "" }]) {
    writeFileSync(lock, `${JSON.stringify({ ...record, written: { ...record.written, stamps } })}\n`);
    expect((await openAt(path).read()).serial).toBe(2);
  }
});
