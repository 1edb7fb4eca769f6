import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";

test("a whole store ends with 0", async () => {
  const made = await deployed();
  const parts = (await made.json("test-store")) as { part: string; ok: boolean }[];
  const needed = parts.filter(({ part }) => !part.endsWith("index"));
  expect(needed.map(({ part, ok }) => ({ part, ok }))).toEqual(
    ["file", "journal", "agreement", "directory", "messages", "lock"].map((part) => ({ part, ok: true })),
  );
});

test("a damaged journal ends with 5, and nothing is written", async () => {
  const made = await deployed();
  appendFileSync(join(made.folder, "pchat.journal.ndjson"), "garbage\n");
  const before = made.files();
  const { exitCode, stdout } = await made.pchat("test-store -o json");
  expect(exitCode).toBe(5);
  expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ part: "journal", ok: false }));
  expect(made.files()).toEqual(before);
});
