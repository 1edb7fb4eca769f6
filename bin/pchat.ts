#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import process from "node:process";
import { commandsIn } from "../src/cli/load-commands.ts";
import { openNamedFile, readNamedFile } from "../src/cli/node-files.ts";
import { nodeInput, nodeOutput } from "../src/cli/node-streams.ts";
import { run } from "../src/cli/run.ts";
import { createJsonStore } from "../src/store/json-store.ts";

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

process.exitCode = await run({
  argv: process.argv.slice(2),
  env: process.env,
  stdin: nodeInput(process.stdin),
  stdout: nodeOutput(process.stdout),
  stderr: nodeOutput(process.stderr),
  version: manifest.version,
  platform: process.platform === "win32" ? "powershell" : "posix",
  commands: commandsIn(new URL("../commands/", import.meta.url)),
  now: () => new Date().toISOString(),
  osUser: () => userInfo().username,
  openStore: (options) =>
    createJsonStore({ ...options, host: hostname(), pid: process.pid, now: () => new Date().toISOString() }),
  readFile: readNamedFile,
  openFile: openNamedFile,
  loadDirectoryReader: async () => (await import("../src/directory/reader.ts")).directoryReader,
  loadDocumentReader: async () => (await import("../src/environment/document.ts")).readDocument,
  loadPrompts: async () => (await import("../src/cli/prompts.ts")).loadPrompts(),
});
