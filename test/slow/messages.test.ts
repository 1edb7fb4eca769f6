import { spawnSync } from "node:child_process";
import { appendFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { expect, test } from "vitest";
import { beside, makeStore, openAt } from "../store/store-fixture.ts";
import { program } from "../support/program.ts";
import { type Acknowledged, startMessageWriter } from "./writers.ts";

const steps = [
  "message written",
  "message synced",
  "messages written",
  "temporary file written",
  "journal line written",
  "journal synced",
  "file in place",
  "folder synced",
  "messages in place",
];

/** Every acknowledged message is there whole, and each was marked once, as often as the journal says. */
async function expectWhole(path: string, acknowledged: readonly Acknowledged[]): Promise<void> {
  const store = openAt(path, { lockTimeout: 1 });
  const found = new Map([...(await store.read()).content.messages(3)].map((each) => [each.id, each]));
  for (const { serial, name } of acknowledged) expect(found.get(serial)?.text).toBe(name);
  expect([...found.keys()]).toEqual([...found.keys()].sort((a, b) => a - b));
  expect((await store.test()).filter(({ ok }) => !ok)).toEqual([]);
  let marked = 0;
  for await (const { content = [] } of store.history())
    for (const { replaced } of content) marked += replaced;
  expect([...found.values()].filter(({ replaced }) => replaced === true)).toHaveLength(marked);
  const message = { time: "2026-03-01T12:00:00.000Z", author: "sip:ana@contoso.com", text: "after" };
  const { id } = await store.post(() => ({ message: { room: 3, message }, value: 0 }));
  expect(id).toBe(Math.max(0, ...found.keys()) + 1);
  expect(readdirSync(beside(path, ".messages"))).toEqual(["3.ndjson"]);
}

test.each(steps)("a process that is killed at the step: %s", async (step) => {
  for (const turn of [1, 2, 4]) {
    const { path } = await makeStore();
    const { acknowledged, stderr } = await startMessageWriter(path, "w", 14, step, turn).ended;
    expect(stderr).toBe("");
    await expectWhole(path, acknowledged);
  }
});

test("processes that are killed at 60 random moments, two at a time", async () => {
  const { path } = await makeStore();
  const all: Acknowledged[] = [];
  for (let round = 0; round < 30; round++) {
    const writers = ["a", "b"].map((name) => startMessageWriter(path, `${name}${round}`, 1_000_000));
    await Promise.all(writers.map(({ ready }) => ready));
    await new Promise((done) => setTimeout(done, Math.random() * 80));
    for (const writer of writers) writer.process.kill("SIGKILL");
    for (const { acknowledged, stderr } of await Promise.all(writers.map(({ ended }) => ended))) {
      expect(stderr).toBe("");
      all.push(...acknowledged);
    }
    await expectWhole(path, all);
  }
  expect(all.length).toBeGreaterThan(30);
});

test("a room of 200 MB is listed, searched and cleared in little memory", async () => {
  const { path, store } = await makeStore();
  const message = { time: "2026-03-01T12:00:00.000Z", author: "sip:ana@contoso.com", text: "x".repeat(900) };
  await store.post(() => ({ message: { room: 3, message }, value: 0 }));
  const file = join(beside(path, ".messages"), "3.ndjson");
  for (let id = 2; id <= 200_000; id += 1000) {
    const lines = Array.from({ length: 1000 }, (_, at) => JSON.stringify({ id: id + at, ...message }));
    appendFileSync(file, `${lines.join("\n")}\n`);
  }
  const run = (...words: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--max-old-space-size=64", program, ...words],
      {
        cwd: join(path, ".."),
        encoding: "utf8",
        maxBuffer: 1 << 29,
        env: { PATH: process.env["PATH"] ?? "" },
      },
    );
    return { status, lines: stdout.split("\n").length - 1, stderr };
  };
  expect(run("get-message", "Desk", "-o", "ndjson")).toEqual({ status: 0, lines: 200_001, stderr: "" });
  expect(run("get-message", "Desk", "--filter", "y", "-o", "name")).toEqual({
    status: 0,
    lines: 0,
    stderr: "",
  });
  expect(run("clear-room", "Desk", "--end-date", "2026-03-01", "--yes", "-o", "name")).toEqual({
    status: 0,
    lines: 1,
    stderr: "removed 200001 messages from `pchat.contoso.com\\Desk` (serial 2)\n",
  });
});
