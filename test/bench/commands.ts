/**
 * The program as people run it, one process a command, at four sizes: starting, reading one room, changing one,
 * judging access, listing all, and everything at once: into the store, out of it, and as a manifest says. Each as a ratio to `node -e 0` in the same rounds, beside the
 * programs that are there for the same job. Prints the tables, checks what must hold, and writes everything as JSON.
 *
 *   --rooms 100,3300    other sizes (default: all four)
 *   --runs 15           rounds
 *   --json <file>       where the figures go (default dist/bench/commands.json)
 *   --readme            puts the table into README.md
 */
import { spawnSync } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { departments, makeDeployment, makeWithoutRooms, pool, type Size, sip, sizes } from "./deployments.ts";
import { type Case, columns, type Figure, machine, measure, runOnce } from "./measure.ts";
import { type Peer, peers } from "./peers.ts";
import { type Checked, checkTargets } from "./targets.ts";

const root = resolve(import.meta.dirname, "../../..");
const program = join(root, "dist/bin/pchat.js");

const { values: options } = parseArgs({
  options: {
    rooms: { type: "string", default: Object.keys(sizes).join(",") },
    runs: { type: "string", default: "15" },
    json: { type: "string", default: join(root, "dist/bench/commands.json") },
    readme: { type: "boolean", default: false },
  },
});
const runs = Number(options.runs);
/** What takes seconds is run less often; its table says how often. */
const fewRuns = Math.min(runs, 3);
const slow = 100_000;

interface Whole {
  readonly name: string;
  readonly seconds: number;
  readonly megabytes: number | null;
}

export interface Sized {
  readonly size: Size;
  readonly storeMegabytes: number;
  readonly directoryMegabytes: number;
  /** What is done once with everything: reading a directory in, taking the whole store out, back, and listing users. */
  readonly whole: readonly Whole[];
  readonly figures: readonly Figure[];
}

const pchat = (...words: readonly string[]) => [process.execPath, program, ...words];

/** One room, far from both ends of the file. */
const roomOf = ({ rooms }: Size): string => `${pool}\\Room ${Math.floor(rooms / 2)}`;
/** Users of the room's department, most of them no members yet: another in each run. */
const userOf = ({ rooms, users }: Size, run: number): string => {
  const ofDepartment = Math.floor(users / departments);
  return sip((Math.floor(rooms / 2) % departments) + departments * (ofDepartment - 1 - (run % ofDepartment)));
};

function oneObject(size: Size, cwd: string): readonly Case[] {
  const room = roomOf(size);
  const each = (name: string, argv: Case["argv"], answers: readonly number[] = []): Case => ({
    name,
    argv,
    cwd,
    answers,
  });
  return [
    each("get-room X -o json", () => pchat("get-room", room, "-o", "json")),
    each("get-room X", () => pchat("get-room", room)),
    each("set-room X --description", (run) =>
      pchat("set-room", room, "--description", `turn ${run} ${process.pid}`),
    ),
    each("set-room X --add-members", (run) => pchat("set-room", room, "--add-members", userOf(size, run))),
    each("test-access", (run) => pchat("test-access", userOf(size, run), room), [10]),
  ];
}

function lists(cwd: string): readonly Case[] {
  return [
    {
      name: "get-room -o name",
      argv: () => pchat("get-room", "-o", "name"),
      cwd,
    },
    {
      name: "get-room -o ndjson",
      argv: () => pchat("get-room", "-o", "ndjson"),
      cwd,
    },
    {
      name: "get-room -o csv",
      argv: () => pchat("get-room", "-o", "csv"),
      cwd,
    },
    { name: "get-room", argv: () => pchat("get-room"), cwd },
  ];
}

const start: readonly Case[] = [{ name: "--version", argv: () => pchat("--version") }];

async function measureSize(size: Size): Promise<Sized> {
  const folder = mkdtempSync(join(tmpdir(), "pchat-bench-"));
  try {
    const whole: Whole[] = [];
    await makeDeployment(folder, size, (cwd, words) => {
      const told = onceWith(cwd, words[0]!, [...words, "-o", "none"]);
      if (words[0] === "import-directory") whole.push(told);
    });
    const present = peers.filter(({ isPresent }) => isPresent);
    for (const { prepare } of present) prepare?.(folder, "pchat.json");
    const few = size.rooms > slow ? fewRuns : runs;
    const peerCases = present.flatMap((peer) => casesOf(peer, size, folder));
    const [node, ...own] = await measure([...start, ...oneObject(size, folder)], runs);
    const [, ...listed] = await measure([...lists(folder), ...peerCases.filter(({ isList }) => isList)], few);
    const [, ...edited] = await measure(
      peerCases.filter(({ isList }) => !isList),
      size.rooms > 10_000 ? fewRuns : runs,
    );
    return {
      size,
      storeMegabytes: megabytesOf(join(folder, "pchat.json")),
      directoryMegabytes: megabytesOf(join(folder, "pchat.directory.json")),
      whole: [...whole, ...(await everything(size, folder))],
      figures: [node!, ...own, ...listed, ...edited],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const onceWith = (
  cwd: string,
  name: string,
  words: readonly string[],
  answers: readonly number[] = [],
): Whole => ({
  name,
  ...runOnce({ name, argv: () => pchat(...words), cwd, answers }, 0),
});

/** All rooms out of the store and back in, in each form, and what looks after all of it. */
async function everything(size: Size, cwd: string): Promise<readonly Whole[]> {
  const told: Whole[] = [];
  const once = (folder: string, line: string): void => {
    const words = line.split(" ");
    told.push(onceWith(folder, line, [...words, "-o", "none"]));
  };
  const withoutRooms = async (name: string): Promise<string> => {
    const folder = join(cwd, name);
    await makeWithoutRooms(folder, cwd, size, (at, words) =>
      onceWith(at, words[0]!, [...words, "-o", "none"]),
    );
    return folder;
  };
  for (const line of ["test-store", "backup-store backup.pchat", "export-data data.zip"]) once(cwd, line);
  once(cwd, "export-environment --split manifest");
  once(await withoutRooms("merged"), "import-data ../data.zip --yes");
  const csv = openSync(join(cwd, "rooms.csv"), "w");
  spawnSync(process.execPath, [program, "get-room", "-o", "csv"], { cwd, stdio: ["ignore", csv, "inherit"] });
  closeSync(csv);
  once(await withoutRooms("imported"), "import-room ../rooms.csv");
  once(cwd, "plan-environment -f manifest");
  once(await withoutRooms("applied"), "apply-environment -f ../manifest");
  told.push(onceWith(cwd, "get-user", ["get-user", "-o", "ndjson"]));
  return told;
}

function casesOf(peer: Peer, size: Size, cwd: string): readonly (Case & { readonly isList: boolean })[] {
  return peer.tasks.map(({ name, argv, isList = false }) => ({
    name,
    isList,
    cwd,
    argv: (run) => argv({ file: "pchat.json", room: roomOf(size), user: userOf(size, run) }),
  }));
}

const megabytesOf = (path: string): number => Math.round(statSync(path).size / 1e6);

const rows = ({ figures }: Sized, before: Sized | undefined): readonly (readonly string[])[] =>
  figures.map((figure) => {
    const earlier = before?.figures.find(({ name }) => name === figure.name);
    return [
      figure.name,
      `${figure.ratio.toFixed(2)}×`,
      `${figure.firstOutput.toFixed(2)}×`,
      figure.processorRatio === null ? "?" : `${figure.processorRatio.toFixed(2)}×`,
      figure.milliseconds.toFixed(0),
      figure.megabytes === null ? "?" : String(figure.megabytes),
      earlier === undefined ? "" : `${((figure.ratio / earlier.ratio - 1) * 100).toFixed(0)} %`,
      String(figure.runs),
    ];
  });

function report(sized: Sized, before: Sized | undefined): string {
  const { size, storeMegabytes, directoryMegabytes, whole } = sized;
  const head = ["", "to node -e 0", "first output", "processor", "ms", "MB", "growth", "runs"];
  return [
    `${size.rooms} rooms of 12 members (${storeMegabytes} MB), ${size.users} users, ${size.groups} groups (${directoryMegabytes} MB)`,
    columns([head, ...rows(sized, before)]),
    ...whole.map(
      ({ name, seconds, megabytes }) => `${name}: ${seconds.toFixed(1)} s, ${megabytes ?? "?"} MB`,
    ),
    "\n",
  ].join("\n");
}

/** The ratios of all sizes side by side, for people who read the README. */
function readmeTable(measured: readonly Sized[]): string {
  const names = [...new Set(measured.flatMap(({ figures }) => figures.map(({ name }) => name)))].slice(1);
  const cell = (figure: Figure | undefined): string =>
    figure === undefined ? "–" : `${figure.ratio.toFixed(2)} (${figure.megabytes ?? "?"} MB)`;
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const wholes = [...new Set(measured.flatMap(({ whole }) => whole.map(({ name }) => name)))];
  const wholeCell = (whole: Whole | undefined): string =>
    whole === undefined ? "–" : `${whole.seconds.toFixed(1)} s (${whole.megabytes ?? "?"} MB)`;
  return [
    line(["", ...measured.map(({ size }) => `${size.rooms} rooms, ${size.users} users`)]),
    line(["---", ...measured.map(() => "---:")]),
    ...names.map((name) =>
      line([
        `\`${name}\``,
        ...measured.map(({ figures }) => cell(figures.find((figure) => figure.name === name))),
      ]),
    ),
    ...wholes.map((name) =>
      line([
        `\`${name.split(" ")[0]}\``,
        ...measured.map(({ whole }) => wholeCell(whole.find((each) => each.name === name))),
      ]),
    ),
    "",
    `Measured on ${new Date().toISOString().slice(0, 10)}: ${machine()}. Ratios are medians of ${runs}`,
    `rounds, of ${fewRuns} for edits by other programs above 10,000 rooms and for lists above 100,000; seconds are of one run.`,
  ].join("\n");
}

function putIntoReadme(table: string): void {
  const path = join(root, "README.md");
  const text = readFileSync(path, "utf8");
  const [begin, end] = ["<!-- bench -->\n", "<!-- end of bench -->"];
  const [at, to] = [text.indexOf(begin), text.indexOf(end)];
  if (at === -1 || to === -1) throw new Error("README.md has no place for the table");
  writeFileSync(path, `${text.slice(0, at + begin.length)}${table}\n${text.slice(to)}`);
}

const told = (checked: readonly Checked[]): string =>
  checked
    .map(({ target, measured, holds }) => `${holds ? "holds " : "MISSED"}  ${target}: ${measured}\n`)
    .join("");

const measured: Sized[] = [];
process.stdout.write(`${machine()}\n\n`);
for (const rooms of options.rooms.split(",").map(Number)) {
  const size = sizes[rooms];
  if (size === undefined) throw new Error(`--rooms takes ${Object.keys(sizes).join(", ")}, not ${rooms}`);
  const sized = await measureSize(size);
  process.stdout.write(report(sized, measured.at(-1)));
  measured.push(sized);
}
const targets = checkTargets(measured);
process.stdout.write(told(targets));
mkdirSync(dirname(options.json), { recursive: true });
const date = new Date().toISOString();
writeFileSync(options.json, `${JSON.stringify({ date, machine: machine(), measured, targets }, null, 2)}\n`);
process.stdout.write(`\nThe figures are in ${options.json}\n`);
if (options.readme) putIntoReadme(readmeTable(measured));
