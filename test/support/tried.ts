import { isDeepStrictEqual } from "node:util";
import type { Bench, Run, Terminal } from "./cli.ts";

export interface Tried extends Run {
  readonly wrote: boolean;
}

/** What a command line comes to, and whether it wrote anything. */
export async function tried(made: Bench, line: string, terminal?: Terminal): Promise<Tried> {
  const before = made.files();
  const run = await made.pchat(line, terminal);
  return { ...run, wrote: !isDeepStrictEqual(made.files(), before) };
}

export const refused = (exitCode: number, stderr: string): Tried => ({
  exitCode,
  stdout: "",
  stderr,
  wrote: false,
});
export const done = (stdout: string, stderr: string): Tried => ({ exitCode: 0, stdout, stderr, wrote: true });
export const unchanged = (stdout: string, stderr: string): Tried => ({
  exitCode: 0,
  stdout,
  stderr,
  wrote: false,
});
