import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import process from "node:process";
import { expect, onTestFinished, test } from "vitest";
import { type Holder, takeLock } from "../../src/store/file-lock.ts";
import { addRoom, author, beside, imageOf, makeStore, openAt, refusal, textOf } from "./store-fixture.ts";

const holder: Holder = { host: "build-1", pid: 4711, command: "set-room", since: "2026-03-01T10:00:00.000Z" };

const lockAt = (
  path: string,
  more: { timeout?: number; onWaiting?: (by: Holder | undefined) => void } = {},
) =>
  takeLock({
    path: beside(path, ".lock"),
    shown: "pchat.lock",
    like: undefined,
    timeout: 10,
    holder,
    onWaiting: () => {},
    ...more,
  });

/** Another process that holds the lock until it is ended. Resolves when it has it. */
async function holdElsewhere(path: string): Promise<ChildProcess> {
  const library = resolve(import.meta.dirname, "../../node_modules/fs-native-extensions/index.js");
  const script = `
    const { tryLock } = require(${JSON.stringify(library)});
    const fd = require("node:fs").openSync(${JSON.stringify(beside(path, ".lock"))}, "r+");
    if (tryLock(fd, 0x40000000, 1)) process.stdout.write("held");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout!, "data");
  return child;
}

test("is held by one at a time, and says who holds it", async () => {
  const { path, store } = await makeStore();
  const lock = await lockAt(path);
  const before = imageOf(join(path, ".."));
  expect(await refusal(() => openAt(path, { lockTimeout: 0 }).update(author(), addRoom("New")))).toEqual({
    code: "store-locked",
    message:
      "the store is being changed by `set-room` (process 4711 on build-1, since 2026-03-01T10:00:00.000Z)",
    details: { holder, waitedSeconds: 0 },
    commands: undefined,
  });
  expect(imageOf(join(path, ".."))).toEqual(before);
  expect((await store.read()).serial).toBe(1);
  lock.release();
  expect(await openAt(path, { lockTimeout: 0 }).update(author(), addRoom("New"))).toMatchObject({
    serial: 2,
  });
});

test("is waited for, and who waits is told once by whom", async () => {
  const { path } = await makeStore();
  const lock = await lockAt(path);
  const told: unknown[] = [];
  const second = lockAt(path, {
    onWaiting: (by) => {
      told.push(by);
      lock.release();
    },
  });
  (await second).release();
  expect(told).toEqual([holder]);
});

test("of a killed process is free at once", async () => {
  const { path, store } = await makeStore();
  const other = await holdElsewhere(path);
  expect(
    await refusal(() => openAt(path, { lockTimeout: 0 }).update(author(), addRoom("New"))),
  ).toMatchObject({
    code: "store-locked",
  });
  other.kill("SIGKILL");
  await once(other, "exit");
  expect(await openAt(path, { lockTimeout: 1 }).update(author(), addRoom("New"))).toMatchObject({
    serial: 2,
  });
  expect((await store.read()).serial).toBe(2);
});

test("of a stopped process stays its own", async () => {
  const { path } = await makeStore();
  const other = await holdElsewhere(path);
  other.kill("SIGSTOP");
  expect(
    await refusal(() => openAt(path, { lockTimeout: 2 }).update(author(), addRoom("New"))),
  ).toMatchObject({
    code: "store-locked",
  });
  other.kill("SIGCONT");
});

test("notes what was written to the end, and keeps that over later holders", async () => {
  const { path, store } = await makeStore();
  await store.update(author(), addRoom("New"));
  const record = JSON.parse(textOf(beside(path, ".lock")));
  expect(record).toEqual({
    holder: null,
    written: {
      lineage: expect.any(String),
      serial: 2,
      file: expect.stringMatching(/^[0-9a-f]{64}$/),
      stamps: { file: expect.stringMatching(/^[\d:.]+$/), journal: expect.stringMatching(/^[\d:.]+$/) },
    },
  });
  const lock = await lockAt(path);
  expect(lock.written).toEqual(record.written);
  expect(JSON.parse(textOf(beside(path, ".lock")))).toEqual({ holder, written: record.written });
  lock.release();
  expect(JSON.parse(textOf(beside(path, ".lock")))).toEqual(record);
});
