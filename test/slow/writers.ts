import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";

/** Where the compiled processes are that change a store; `npm run test:slow` builds them first. Found from dist, too. */
const project = resolve(import.meta.dirname.replace(/[\\/]dist(?=[\\/]test)/, ""), "../..");
const compiled = resolve(project, "dist/test/slow");

/** A change that a writer was told is kept. */
export interface Acknowledged {
  readonly serial: number;
  readonly name: string;
  readonly milliseconds: number;
}

export interface Writer {
  readonly process: ChildProcess;
  /** Resolves when the process runs, before its first change. */
  readonly ready: Promise<void>;
  /** Resolves when it has ended, with all that was acknowledged. */
  readonly ended: Promise<{ readonly acknowledged: readonly Acknowledged[]; readonly stderr: string }>;
}

export const startWriter = (...words: readonly (string | number)[]): Writer => startScript("writer", words);

/** A writer of messages; see message-writer.ts. */
export const startMessageWriter = (...words: readonly (string | number)[]): Writer =>
  startScript("message-writer", words);

function startScript(script: string, words: readonly (string | number)[]): Writer {
  const child = spawn(process.execPath, [resolve(compiled, `${script}.js`), ...words.map(String)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const acknowledged: Acknowledged[] = [];
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const lines = createInterface({ input: child.stdout });
  const closed = once(lines, "close");
  const ready = new Promise<void>((done) => {
    lines.on("line", (line) => {
      done();
      const [serial, name, milliseconds] = line.split("\t");
      if (name !== undefined)
        acknowledged.push({ serial: Number(serial), name, milliseconds: Number(milliseconds) });
    });
    child.on("exit", () => done());
  });
  const ended = Promise.all([once(child, "exit"), closed]).then(() => ({ acknowledged, stderr }));
  return { process: child, ready, ended };
}
