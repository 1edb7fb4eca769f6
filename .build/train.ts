/**
 * Runs command lines that are typical of daily work on the bundles of a folder, and writes what V8 compiled for them
 * beside each. What is not compiled here is compiled when it is used.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Script } from "node:vm";
import { bundleLoader, codePath } from "../bin/load-bundle.ts";

type Program = typeof import("../bin/program.ts");

const lines = [
  "new-store",
  "new-pool pchat.contoso.com",
  "new-category IT",
  "new-room Lobby --category IT --privacy Open",
  "get-room Lobby",
  "get-room Lobby -o json",
  "get-room -o name",
  "set-room Lobby --description Entrance",
];

const scripts = new Map<string, Script>();
const folder = process.argv[2]!;
const load = bundleLoader(folder, createRequire(join(folder, "pchat.js")), (path, script) =>
  scripts.set(path, script),
);
const work = mkdtempSync(join(tmpdir(), "pchat-build-"));
process.chdir(work);
try {
  const { main } = load("program.js") as Program;
  for (const line of lines) {
    await main(line.split(" "), "0.0.0");
    if (process.exitCode !== 0) throw new Error(`${line}: exit code ${process.exitCode}`);
  }
} finally {
  process.chdir(folder);
  rmSync(work, { recursive: true });
}
for (const [path, script] of scripts) writeFileSync(codePath(path), script.createCachedData());
