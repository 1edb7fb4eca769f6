#!/usr/bin/env node
import { writeSync } from "node:fs";
import process from "node:process";
import manifest from "../package.json" with { type: "json" };
import { bundleLoader, purposeOf } from "./load-bundle.ts";

/** Built as CommonJS, which starts faster than an ES module, and apart from the program, which `--version` needs not. */
type Program = typeof import("./program.ts");

function saysVersion(): boolean {
  if (!/^(-V|--version)$/.test(process.argv[2] ?? "")) return false;
  try {
    writeSync(1, `${manifest.version}\n`);
    return true;
  } catch {
    // The program knows what to say of a full disk or a closed pipe.
    return false;
  }
}

function loadProgram(): Program {
  const isTraced = Boolean(process.env["PCHAT_DEBUG"]);
  // Traces name the sources; what is compiled beforehand has no map.
  if (isTraced) process.setSourceMapsEnabled(true);
  const purpose = isTraced ? undefined : purposeOf(process.argv[2] ?? "");
  return bundleLoader(__dirname, require, purpose)("program.js") as Program;
}

if (!saysVersion()) loadProgram().main(process.argv.slice(2), manifest.version);
