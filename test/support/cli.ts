import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { parse } from "shell-quote";
import { onTestFinished } from "vitest";
import { dataArchive } from "../../src/archive/data-archive.ts";
import { type Choice, Interrupted, type Prompts, type World } from "../../src/cli/context.ts";
import { commandsIn } from "../../src/cli/load-commands.ts";
import {
  findPlace,
  isSameFile,
  listNamedFolder,
  openNamedBytes,
  openNamedFile,
  readBeginning,
  readNamedFile,
  writeNamedFile,
} from "../../src/cli/node-files.ts";
import { run } from "../../src/cli/run.ts";
import { directoryReader } from "../../src/directory/reader.ts";
import { readCsv } from "../../src/environment/csv-file.ts";
import { readDocument } from "../../src/environment/document.ts";
import { readManifestFiles } from "../../src/environment/manifest-files.ts";
import { readPlanFile } from "../../src/environment/plan-file.ts";
import { readScript } from "../../src/environment/script.ts";
import { readBackupSnapshot } from "../../src/store/backup-snapshot.ts";
import { createJsonStore } from "../../src/store/json-store.ts";
import { scratchFile } from "../../src/store/scratch-file.ts";
import { namesIn } from "../../src/store/stored-names.ts";
import { bounds, manifestBounds, shelfAfter } from "../store/values.ts";

export interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A function is called when its question is asked, and gives the answer. */
export type Answer = boolean | string | readonly string[] | (() => Promise<Answer>);

export interface Terminal {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Answers to questions, in order; makes stdin and stderr terminals. A question too many fails the test. A choice is
   * answered with the beginning of its line, a search with what is typed: the first that is found is taken.
   */
  readonly answers?: readonly Answer[];
  readonly shell?: World["platform"];
  /** Milliseconds that have passed, asked for wherever progress is measured. */
  readonly clock?: () => number;
}

export const fixtures = resolve(import.meta.dirname, "../../fixtures");

/** The time of every run in tests; each run of one Bench is a second later. */
const start = Date.UTC(2026, 0, 1);

/** A folder of its own with a store in it, and a way to run command lines there, in this process. */
export interface Bench {
  readonly folder: string;
  /** Runs a command line as a shell would split it: quotes and `|` are understood, `pchat` may lead. */
  pchat(line: string, terminal?: Terminal): Promise<Run>;
  /** Runs words as they are. */
  run(words: readonly string[], terminal?: Terminal): Promise<Run>;
  /** Runs a command line that must succeed, and returns what it printed with `-o json`. */
  json(line: string): Promise<never>;
  /** The bytes of every file in the folder but the lock, to prove that nothing was written. */
  files(): Record<string, string>;
}

export function bench(): Bench {
  return benchIn(temporaryFolder());
}

/** A folder that goes when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "pchat-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}

/** A bench in a folder that is there; `earlierRuns` ran in it before, which sets the clock. */
export function benchIn(folder: string, earlierRuns = 0): Bench {
  let runs = earlierRuns;
  const runWords = (words: readonly string[], terminal: Terminal = {}): Promise<Run> =>
    runOnce(folder, words, terminal, new Date(start + 1000 * runs++).toISOString());
  const pchat = async (line: string, terminal: Terminal = {}): Promise<Run> => {
    let piped: Run | undefined;
    for (const words of commandsOf(line, terminal.env ?? {})) {
      piped = await runWords(words, piped === undefined ? terminal : { ...terminal, stdin: piped.stdout });
    }
    return piped!;
  };
  return {
    folder,
    run: runWords,
    pchat,
    json: async (line) => {
      const { exitCode, stdout, stderr } = await pchat(`${line} -o json`);
      if (exitCode !== 0) throw new Error(`${line}: exit ${exitCode}\n${stderr}`);
      return JSON.parse(stdout) as never;
    },
    files: () =>
      Object.fromEntries(
        readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile() && !/\.(lock|index)$/.test(entry.name))
          .map((entry) => join(entry.parentPath, entry.name))
          .sort()
          .map((path) => [relative(folder, path), readFileSync(path, "latin1")]),
      ),
  };
}

/** The commands of a line, between pipes, each without its leading `pchat`. */
function commandsOf(line: string, env: Readonly<Record<string, string>>): string[][] {
  const commands: string[][] = [[]];
  for (const part of parse(line, env)) {
    if (typeof part === "string") commands.at(-1)!.push(part);
    else if ("op" in part && part.op === "|") commands.push([]);
    else if ("op" in part && part.op === "glob") commands.at(-1)!.push(part.pattern);
    else throw new Error(`tests do not run ${JSON.stringify(part)} in: ${line}`);
  }
  return commands.map((words) => (words[0] === "pchat" ? words.slice(1) : words));
}

async function runOnce(
  folder: string,
  argv: readonly string[],
  terminal: Terminal,
  time: string,
): Promise<Run> {
  const out = { stdout: "", stderr: "" };
  const isTTY = terminal.answers !== undefined;
  const stream = (name: "stdout" | "stderr", tty: boolean) => ({
    isTTY: tty,
    columns: undefined,
    write: async (text: string) => {
      out[name] += text;
    },
  });
  const world: World = {
    argv,
    env: terminal.env ?? {},
    stdin: { isTTY, read: async () => Buffer.from(terminal.stdin ?? "") },
    stdout: stream("stdout", false),
    stderr: stream("stderr", isTTY),
    version: "0.0.0-test",
    platform: terminal.shell ?? "posix",
    commands: commandsIn(new URL("../../commands/", import.meta.url)),
    now: () => time,
    clock: terminal.clock ?? (() => 0),
    osUser: () => "tester",
    openStore: (options) => {
      const path = resolve(folder, options.path);
      const store = createJsonStore({
        ...options,
        ...bounds(),
        path,
        host: "test",
        pid: process.pid,
        now: () => time,
      });
      return {
        ...store,
        owns: (file) => store.owns(resolve(folder, file)),
        backup: (file, force) => store.backup(resolve(folder, file), force),
        restore: (file, author, force) => store.restore(resolve(folder, file), author, force),
      };
    },
    readFile: (path) => readNamedFile(resolve(folder, path)),
    openBytes: (path) => openNamedBytes(resolve(folder, path)),
    openFile: (path) => ({ ...openNamedFile(resolve(folder, path)), name: path }),
    loadDirectoryReader: async () => directoryReader,
    loadDocumentReader: async () => readDocument,
    loadCsvReader: async () => readCsv,
    openShelf: () => scratchFile(shelfAfter()),
    findPlace: (path) => findPlace(resolve(folder, path)),
    isSameFile: (one, other) => isSameFile(resolve(folder, one), resolve(folder, other)),
    writeFile: (path, text) => writeNamedFile(resolve(folder, path), text),
    loadScriptReader: async () => readScript,
    loadDataArchive: async () => ({
      write: (path, content, options) => dataArchive.write(resolve(folder, path), content, options),
      read: (path) => dataArchive.read(resolve(folder, path), path),
      writeReport: (path, report) => dataArchive.writeReport(resolve(folder, path), report),
    }),
    loadManifestReader: async () => (files, shelf) => readManifestFiles(files, shelf, manifestBounds()),
    loadPlanReader: async () => readPlanFile,
    listFolder: async (path) => {
      const found = await listNamedFolder(resolve(folder, path));
      return found?.map((file) => join(path, relative(resolve(folder, path), file)));
    },
    readBeginning: (path) => readBeginning(resolve(folder, path)),
    readBackup: async (path) => readBackupSnapshot(resolve(folder, path)),
    namesIn: async (store, named, typed) => namesIn(resolve(folder, store), named, typed),
    loadPrompts: async () => scripted([...(terminal.answers ?? [])], out),
  };
  const exitCode = await run(world);
  // The folder's name differs from run to run.
  return {
    exitCode,
    stdout: out.stdout.replaceAll(`${folder}/`, ""),
    stderr: out.stderr.replaceAll(`${folder}/`, ""),
  };
}

function scripted(answers: Answer[], out: { stderr: string }): Prompts {
  const next = async (question: string): Promise<Answer> => {
    const given = answers.shift();
    if (given === undefined) throw new Error(`nobody answers: ${question}`);
    out.stderr += `? ${question}\n`;
    const answer = typeof given === "function" ? await given() : given;
    if (answer === "ctrl-c") throw new Interrupted();
    return answer;
  };
  const picked = <T>(choices: readonly Choice<T>[], begins: Answer): T => {
    const found = choices.find(({ name }) => name.replace(/^[*> ]+/, "").startsWith(String(begins)));
    if (found === undefined) {
      throw new Error(`no choice begins with ${begins}:\n${choices.map(({ name }) => name).join("\n")}`);
    }
    return found.value;
  };
  return {
    confirm: async (question, typed) => {
      const answer = await next(typed === undefined ? question : `${question} Type ${typed} to go on:`);
      return typeof answer === "string" ? answer === typed : (answer as boolean);
    },
    choose: async (question, choices) => picked(choices, await next(question)),
    search: async (question, find) => picked(find(String(await next(question))), ""),
    tick: async (question, choices) =>
      ((await next(question)) as readonly string[]).map((begins) => picked(choices, begins)),
    text: async (question, { check = () => undefined } = {}) => {
      for (;;) {
        const answer = (await next(question)) as string;
        const fault = check(answer);
        if (fault === undefined) return answer;
        out.stderr += `> ${fault}\n`;
      }
    },
  };
}
