import { type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { onTestFinished } from "vitest";

/** The compiled program, which `npm test` builds first. */
export const program = resolve(import.meta.dirname, "../../dist/bin/pchat.js");

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Only what a process needs: the test runner's own variables stay out. */
const bare = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "" };

export function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "pchat-program-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Runs Node with these words to its end in a folder. */
export function node(
  cwd: string,
  words: readonly string[],
  env: Record<string, string> = {},
  input = "",
): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    cwd,
    env: { ...bare, ...env },
    input,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return { status, stdout, stderr };
}

/** Runs the program to its end in a folder. */
export const pchat = (
  cwd: string,
  words: readonly string[],
  env: Record<string, string> = {},
  input = "",
): Ended => node(cwd, [program, ...words], env, input);

/** Runs a line through a shell in which `pchat` is the program. */
export function shell(cwd: string, line: string, env: Record<string, string> = {}): Ended {
  const quoted = `'${process.execPath}' '${program}'`;
  const { status, stdout, stderr } = spawnSync(
    "bash",
    ["-c", `set -o pipefail; pchat() { ${quoted} "$@"; }; ${line}`],
    {
      cwd,
      env: { ...bare, ...env },
      encoding: "utf8",
      maxBuffer: 1 << 28,
    },
  );
  return { status, stdout, stderr };
}

export function start(cwd: string, words: readonly string[], options: SpawnOptions = {}) {
  return spawn(process.execPath, [program, ...words], { cwd, env: bare, ...options });
}
