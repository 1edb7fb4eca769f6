import { execFileSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { expect, test } from "vitest";
import { writeNamedFile } from "../../src/cli/node-files.ts";
import { temporaryFolder } from "../support/cli.ts";

const modeOf = (path: string): number => statSync(path).mode & 0o777;

test("a new file is its owner's alone, with the folders above it", async () => {
  const path = join(temporaryFolder(), "a/b/plan.json");
  await writeNamedFile(path, ["one", "two"]);
  expect([readFileSync(path, "utf8"), modeOf(path)]).toEqual(["onetwo", 0o600]);
});

test("a file that is replaced keeps its mode, and the link that leads to it", async () => {
  const folder = temporaryFolder();
  const [path, link] = [join(folder, "plan.json"), join(folder, "link.json")];
  writeFileSync(path, "old");
  chmodSync(path, 0o644);
  symlinkSync("plan.json", link);
  await writeNamedFile(link, ["new"]);
  expect([readFileSync(path, "utf8"), modeOf(path), lstatSync(link).isSymbolicLink()]).toEqual([
    "new",
    0o644,
    true,
  ]);
  expect(readdirSync(folder).sort()).toEqual(["link.json", "plan.json"]);
});

test.runIf(process.getuid?.() === 0)("a device is written into, never replaced", async () => {
  const device = join(temporaryFolder(), "null");
  execFileSync("mknod", [device, "c", "1", "3"]);
  await writeNamedFile(device, ["gone"]);
  expect(statSync(device).isCharacterDevice()).toBe(true);
});

test("what fails half-way leaves the old file, and nothing beside it", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "plan.json");
  writeFileSync(path, "old");
  const failing = (function* () {
    yield "new";
    throw new Error("no more");
  })();
  await expect(writeNamedFile(path, failing)).rejects.toThrow("no more");
  expect([readFileSync(path, "utf8"), readdirSync(folder)]).toEqual(["old", ["plan.json"]]);
});

test("a folder in its place is refused", async () => {
  await expect(writeNamedFile(temporaryFolder(), ["x"])).rejects.toMatchObject({ code: "write-failed" });
});
