/**
 * Runs command lines that are typical of daily work on the bundles of a folder, and writes what V8 compiled for them
 * beside each. What is not compiled here is compiled when it is used.
 *
 * Words: the folder of the bundles, a folder to work in, `write` or `read`. Reading needs what writing left there.
 */
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import type { Script } from "node:vm";
import { bundleLoader, codePath, type Purpose } from "../bin/load-bundle.ts";

type Program = typeof import("../bin/program.ts");

const lines: Readonly<Record<Purpose, readonly string[]>> = {
  write: [
    "new-store",
    "new-pool pchat.contoso.com",
    "new-category IT",
    "new-room Lobby --category IT --privacy Open",
    "set-room Lobby --description Entrance",
  ],
  read: ["get-room Lobby", "get-room Lobby -o json", "get-room -o name"],
};

const [bundles, folder, purpose] = process.argv.slice(2) as [string, string, Purpose];
const scripts = new Map<string, Script>();
const load = bundleLoader(bundles, createRequire(join(bundles, "pchat.js")), purpose, (path, script) =>
  scripts.set(path, script),
);
process.chdir(folder);
const { main } = load("program.js") as Program;
for (const line of lines[purpose]) {
  await main(line.split(" "), "0.0.0");
  if (process.exitCode !== 0) throw new Error(`${line}: exit code ${process.exitCode}`);
}
for (const [path, script] of scripts) writeFileSync(codePath(path, purpose), script.createCachedData());
