import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";

/** A command line to be timed as a whole process. */
export interface Case {
  readonly name: string;
  /** Words of one run; runs are counted from 0, so that each can be a change. */
  readonly argv: (run: number) => readonly string[];
  readonly cwd?: string;
  /** Exit codes besides 0 that are an answer. */
  readonly answers?: readonly number[];
}

export interface Figure {
  readonly name: string;
  readonly runs: number;
  /** Median milliseconds, and the median of the ratios to `node -e 0` run beside each. */
  readonly milliseconds: number;
  readonly ratio: number;
  /** The same until the first output. */
  readonly firstOutput: number;
  /** The same of processor time, which other work on the machine stretches less; null where bash cannot tell. */
  readonly processorRatio: number | null;
  /** Peak memory of the process; null where this machine cannot tell. */
  readonly megabytes: number | null;
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

const baseline: Case = {
  name: "node -e 0",
  argv: () => [process.execPath, "-e", "0"],
};

/**
 * Times command lines, each beside `node -e 0` in every round, in an order that turns, so that whatever else the
 * machine does meets all of them. The first figure is `node -e 0` itself.
 */
export async function measure(cases: readonly Case[], runs: number): Promise<readonly Figure[]> {
  const all = [baseline, ...cases];
  const timed = all.map((): Timed[] => []);
  for (let run = 0; run < runs; run++) {
    for (let turn = 0; turn < all.length; turn++) {
      const index = (run + turn) % all.length;
      timed[index]!.push(await timedRun(all[index]!, run));
    }
  }
  const processor = processorRatios(all, runs);
  return all.map(({ name }, index) => {
    const own = timed[index]!;
    const ratioTo = (part: keyof Timed): number =>
      median(own.map((time, run) => time[part] / timed[0]![run]!.whole));
    return {
      name,
      runs,
      milliseconds: median(own.map(({ whole }) => whole)),
      ratio: ratioTo("whole"),
      firstOutput: ratioTo("first"),
      processorRatio: processor?.[index] ?? null,
      megabytes: runOnce(all[index]!, 2 * runs).megabytes,
    };
  });
}

interface Timed {
  readonly whole: number;
  readonly first: number;
}

async function timedRun(each: Case, run: number): Promise<Timed> {
  const [program, ...words] = each.argv(run);
  const start = performance.now();
  const child = spawn(program!, words, {
    cwd: each.cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: plainEnv(),
  });
  let first: number | undefined;
  let said = "";
  child.stdout.on("data", () => {
    first ??= performance.now() - start;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString("utf8");
  });
  const [code] = (await once(child, "close")) as [number | null];
  const whole = performance.now() - start;
  refuseFailure(each, code, said);
  return { whole, first: first ?? whole };
}

/** Ratios of processor time, in rounds of their own: asking for it takes a shell around each run. */
function processorRatios(all: readonly Case[], runs: number): readonly number[] | undefined {
  if (!isInstalled("bash")) return undefined;
  const used = all.map((): number[] => []);
  for (let run = runs; run < 2 * runs; run++) {
    for (let turn = 0; turn < all.length; turn++) {
      const index = (run + turn) % all.length;
      used[index]!.push(processorSeconds(all[index]!, run));
    }
  }
  return used.map((own) => median(own.map((seconds, round) => seconds / used[0]![round]!)));
}

/** The output goes to a file: a device would be asked whether it is a terminal. */
const timedByShell = 'TIMEFORMAT="%3U %3S"; time "$@" >"$0" 2>"$0.errors"';

function processorSeconds(each: Case, run: number): number {
  const folder = mkdtempSync(join(tmpdir(), "pchat-bench-"));
  const out = join(folder, "out");
  try {
    const { status, stderr } = spawnSync("bash", ["-c", timedByShell, out, ...each.argv(run)], {
      cwd: each.cwd,
      encoding: "utf8",
      env: plainEnv(),
    });
    refuseFailure(each, status, readFileSync(`${out}.errors`, "utf8"));
    const [user = Number.NaN, system = Number.NaN] = stderr.trim().split(" ").map(Number);
    return user + system;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function refuseFailure(each: Case, code: number | null, said: string): void {
  if (code === 0 || each.answers?.includes(code ?? -1)) return;
  throw new Error(`${each.name}: exit code ${code}\n${said}`);
}

/** The environment of whoever started the bench, but for what would change the answers. */
const plainEnv = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(PCHAT_|NO_COLOR$|FORCE_COLOR$)/.test(name)),
  );

const timeProgram = "/usr/bin/time";

/**
 * Seconds and peak memory of one run, in megabytes; null where this machine cannot tell. Throws where it fails.
 * Apart from the timing of short runs, since the program that tells memory takes time itself.
 */
export function runOnce(
  each: Case,
  run: number,
): { readonly seconds: number; readonly megabytes: number | null } {
  const folder = mkdtempSync(join(tmpdir(), "pchat-bench-"));
  const report = join(folder, "memory");
  const isTold = existsSync(timeProgram);
  const [program, ...words] = [...(isTold ? [timeProgram, "-f", "%M", "-o", report] : []), ...each.argv(run)];
  const start = performance.now();
  try {
    const { status, stderr } = spawnSync(program!, words, {
      cwd: each.cwd,
      stdio: ["ignore", "ignore", "pipe"],
      encoding: "utf8",
      maxBuffer: 1 << 28,
      env: plainEnv(),
    });
    const seconds = (performance.now() - start) / 1000;
    refuseFailure(each, status, stderr);
    const kilobytes = isTold ? Number(readFileSync(report, "utf8").trim().split("\n").at(-1)) : Number.NaN;
    return {
      seconds,
      megabytes: Number.isFinite(kilobytes) ? Math.round(kilobytes / 1024) : null,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Whether a program can be run here. */
export const isInstalled = (program: string): boolean =>
  spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined;

/** What the figures were measured on. */
export const machine = (): string => {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  // Node reads them before anything else, which doubles the time that it takes to start.
  const certificates = process.env["NODE_EXTRA_CA_CERTS"] ? ", with NODE_EXTRA_CA_CERTS" : "";
  const load = loadavg()[0]!.toFixed(1);
  return `Node ${process.version.slice(1)}${certificates}, ${cpus().length} × ${model}, ${process.platform}, load ${load}`;
};

/** Rows in columns: the first to the left, the others to the right. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join("  ");
  return `${rows.map(line).join("\n")}\n`;
}
