import { cpSync } from "node:fs";
import { type Answer, type Bench, benchIn, type Run, temporaryFolder } from "./cli.ts";

export interface Asked extends Run {
  /** The command line that the run told in the end, as typed in a POSIX shell. */
  readonly told: string;
  /** The store afterwards. */
  readonly store: unknown;
  /** The store after the told line ran on a copy of the store as it was before, without a terminal. */
  readonly storeOfTold: unknown;
  /** The line in the journal. */
  readonly journalled: string;
}

/** Without colours, as tests compare it. */
export const plain = { NO_COLOR: "1" };

/** Runs a line with answers, and the line that it tells on a copy of the store as it was. */
export async function asked(made: Bench, line: string, answers: readonly Answer[]): Promise<Asked> {
  const folder = temporaryFolder();
  cpSync(made.folder, folder, { recursive: true });
  const run = await made.pchat(line, { answers, env: plain });
  const told = /^the same as one command:\n {2}(.*)$/m.exec(run.stderr)?.[1];
  if (told === undefined) throw new Error(`no line was told:\n${run.stderr}`);
  const copy = benchIn(folder);
  const { exitCode, stderr } = await copy.pchat(told);
  if (exitCode !== 0) throw new Error(`${told}: exit ${exitCode}\n${stderr}`);
  const [last] = await (made.json("get-history --result-size 1") as Promise<
    readonly { readonly command: string }[]
  >);
  return { ...run, told, store: storeIn(made), storeOfTold: storeIn(copy), journalled: last!.command };
}

const storeIn = (made: Bench): unknown => JSON.parse(made.files()["pchat.json"]!);
