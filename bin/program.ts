import { hostname, userInfo } from "node:os";
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import {
  findPlace,
  isSameFile,
  listNamedFolder,
  openNamedBytes,
  openNamedFile,
  readBeginning,
  readNamedFile,
  writeNamedFile,
} from "../src/cli/node-files.ts";
import { nodeInput, nodeOutput } from "../src/cli/node-streams.ts";
import { run } from "../src/cli/run.ts";
import { createJsonStore } from "../src/store/json-store.ts";
import { scratchFile } from "../src/store/scratch-file.ts";
import { commands } from "./commands.ts";

/** Runs one command line in this process, and sets its exit code. */
export async function main(argv: readonly string[], version: string): Promise<void> {
  process.exitCode = await run({
    argv,
    env: process.env,
    stdin: nodeInput(0, () => process.stdin),
    stdout: nodeOutput(1, () => process.stdout),
    stderr: nodeOutput(2, () => process.stderr),
    version,
    platform: process.platform === "win32" ? "powershell" : "posix",
    commands,
    now: () => new Date().toISOString(),
    clock: milliseconds,
    osUser: accountName,
    openStore: (options) =>
      createJsonStore({
        ...options,
        host: hostname(),
        pid: process.pid,
        now: () => new Date().toISOString(),
      }),
    readFile: readNamedFile,
    openBytes: openNamedBytes,
    openFile: openNamedFile,
    loadDirectoryReader: async () => (await import("../src/directory/reader.ts")).directoryReader,
    loadDocumentReader: async () => (await import("../src/environment/document.ts")).readDocument,
    loadDataArchive: async () => (await import("../src/archive/data-archive.ts")).dataArchive,
    loadCsvReader: async () => (await import("../src/environment/csv-file.ts")).readCsv,
    loadScriptReader: async () => (await import("../src/environment/script.ts")).readScript,
    loadManifestReader: async () => (await import("../src/environment/manifest-files.ts")).readManifestFiles,
    loadPlanReader: async () => (await import("../src/environment/plan-file.ts")).readPlanFile,
    listFolder: listNamedFolder,
    readBeginning,
    openShelf: () => scratchFile(),
    findPlace,
    isSameFile,
    writeFile: writeNamedFile,
    readBackup: async (path) => (await import("../src/store/backup-snapshot.ts")).readBackupSnapshot(path),
    loadPrompts: async (options) => (await import("../src/cli/prompts.ts")).loadPrompts(options),
    namesIn: async (store, named, typed) => {
      // Node 20 can wait for ever, at its end, for a thread that still optimizes a loop: the Tab key would hang.
      setFlagsFromString("--no-opt");
      return (await import("../src/store/stored-names.ts")).namesIn(store, named, typed);
    },
  });
}

/** Unlike `performance`, there without being loaded. */
function milliseconds(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

/** Account that runs the process; a container may run as a number that no account has. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}
