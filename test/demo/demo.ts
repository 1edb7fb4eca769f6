import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import process from "node:process";
import { steps } from "./steps.ts";

/**
 * Runs the main job through the real program, in a temporary folder, printing each command before what it shows.
 * The command lines go to a shell as a person would type them.
 */
function demo(root: string, programs: string): number {
  const folder = mkdtempSync(join(tmpdir(), "pchat-demo-"));
  const env = { ...process.env, PATH: `${programs}${delimiter}${process.env["PATH"]}`, PCHAT_STORE: "" };
  for (const { title, lines } of steps) {
    process.stdout.write(`\n== ${title}\n`);
    for (const line of lines) {
      const typed = line.replaceAll("{fixtures}", join(root, "fixtures"));
      process.stdout.write(`\n$ ${typed}\n`);
      const { status } = spawnSync("sh", ["-c", typed], {
        cwd: folder,
        env,
        stdio: ["ignore", "inherit", "inherit"],
      });
      if (status !== 0) {
        process.stderr.write(`\nthe demo stopped: that command ended with exit code ${status}\n`);
        return 1;
      }
    }
  }
  process.stdout.write(`\nThe store is ${join(folder, "pchat.json")}\n`);
  return 0;
}

const root = resolve(import.meta.dirname, "../../..");
const programs = mkdtempSync(join(tmpdir(), "pchat-bin-"));
symlinkSync(join(root, "dist/bin/pchat.js"), join(programs, "pchat"));
try {
  process.exitCode = demo(root, programs);
} finally {
  rmSync(programs, { recursive: true });
}
