import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { inject, onTestFinished } from "vitest";
import { temporaryFolder } from "./cli.ts";
import { program } from "./program.ts";

/** A real terminal (tmux) with a shell in which `pchat` is the compiled program, in a folder with the deployment. */
export interface Terminal {
  /** Types text as it is. */
  type(text: string): void;
  /** Presses keys by tmux's names: `Enter`, `Down`, `C-c` … */
  press(...keys: readonly string[]): void;
  /** Waits until the screen holds a text, and returns the screen. */
  shows(text: string): Promise<string>;
  /** Types a line at the shell's prompt and waits for its end. Returns what it left on the screen, and its exit code. */
  runs(line: string): Promise<{ readonly screen: string; readonly exitCode: number }>;
  /** Waits for the end of the line that is running. */
  ends(): Promise<{ readonly screen: string; readonly exitCode: number }>;
  /** What is on screen, with escape sequences for its colours. */
  withColors(): string;
  cursorShown(): boolean;
  /** The bytes of every file in the folder but the lock. */
  files(): Record<string, string>;
}

export interface TerminalOptions {
  readonly columns: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** How long a slow machine may take for one answer. */
const patience = 60_000;

export async function openTerminal({ columns, rows = 40, env = {} }: TerminalOptions): Promise<Terminal> {
  const folder = temporaryFolder();
  cpSync(inject("deployment"), folder, { recursive: true });
  const socket = join(temporaryFolder(), "tmux");
  const tmux = (...words: readonly string[]): string =>
    execFileSync("tmux", ["-S", socket, "-f", "/dev/null", ...words], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"] ?? "", HOME: folder, LANG: "C.UTF-8", TERM: "xterm-256color" },
    });
  const variables = Object.entries({
    PS1: "[$?:\\#]ready> ",
    HISTFILE: "/dev/null",
    LANG: "C.UTF-8",
    ...env,
  }).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
  tmux(
    ...["new-session", "-d", "-x", String(columns), "-y", String(rows), "-c", folder, ...variables],
    ...["bash", "--noprofile", "--norc", "-i"],
  );
  onTestFinished(() => {
    tmux("kill-server");
  });
  const screen = (): string => tmux("capture-pane", "-p").trimEnd();
  const until = async (holds: (screen: string) => boolean, wanted: string): Promise<string> => {
    for (const end = Date.now() + patience; ; ) {
      const now = screen();
      if (holds(now)) return now;
      if (Date.now() > end) throw new Error(`the screen never showed ${wanted}:\n${now}`);
      await setTimeout(20);
    }
  };
  const type = (text: string): void => {
    tmux("send-keys", "-l", text);
  };
  const press = (...keys: readonly string[]): void => {
    tmux("send-keys", ...keys);
  };
  // The number of the prompt tells one from the next.
  const atPrompt = /\[(\d+):(\d+)\]ready>$/;
  let prompts = 0;
  const ends = async () => {
    const isNext = (now: string): boolean => Number(atPrompt.exec(now)?.[2] ?? 0) > prompts;
    const shown = await until(isNext, "the end of the line");
    const [, exitCode, number] = atPrompt.exec(shown)!;
    prompts = Number(number);
    return { screen: shown.split("\n").slice(0, -1).join("\n"), exitCode: Number(exitCode) };
  };
  const runs = (line: string) => {
    type(`clear; ${line}`);
    press("Enter");
    return ends();
  };
  await ends();
  await runs(`pchat() { '${process.execPath}' '${program}' "$@"; }; clear`);
  return {
    type,
    press,
    ends,
    runs,
    shows: (text) => until((now) => now.includes(text), text),
    withColors: () => tmux("capture-pane", "-p", "-e"),
    cursorShown: () => tmux("display-message", "-p", "#{cursor_flag}").trim() === "1",
    files: () =>
      Object.fromEntries(
        readdirSync(folder)
          .filter((name) => name.startsWith("pchat.") && !name.endsWith(".lock"))
          .map((name) => [name, readFileSync(join(folder, name), "latin1")]),
      ),
  };
}
