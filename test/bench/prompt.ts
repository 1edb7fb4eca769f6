/**
 * What a person waits for at a prompt, on the largest documented deployment (33,000 rooms): the Tab key, as a process
 * of its own beside `node -e 0`, and each key in a list that is narrowed by typing.
 *
 *   --runs 15    rounds
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { parseArgs } from "node:util";
import { fuzzyFinder } from "../../src/cli/fuzzy.ts";
import { makeDeployment, sizes } from "./deployments.ts";
import { type Case, columns, machine, measure, median, runOnce } from "./measure.ts";

const program = resolve(import.meta.dirname, "../../../dist/bin/pchat.js");
const { values: options } = parseArgs({ options: { runs: { type: "string", default: "15" } } });
const size = sizes[33_000]!;

const tab = (cwd: string, line: string): Case => ({
  name: line,
  argv: () => [process.execPath, program, "completion", "--for", "bash", line, " \t\n\"'><=;|&(:"],
  cwd,
});

async function tabKey(): Promise<string> {
  const cwd = mkdtempSync(join(tmpdir(), "pchat-bench-"));
  try {
    await makeDeployment(cwd, size, (folder, words) => {
      const argv = () => [process.execPath, program, ...words, "-o", "none"];
      runOnce({ name: words.join(" "), argv, cwd: folder }, 0);
    });
    const lines = [
      "pchat get-ro",
      "pchat set-room --priv",
      "pchat set-room 'Room 1650",
      "pchat grant-policy --policy ",
    ];
    const people = "pchat set-room --add-members sip:user1";
    const figures = await measure(
      [...lines, people].map((line) => tab(cwd, line)),
      Number(options.runs),
    );
    return columns([
      ["", "to node -e 0", "processor", "ms"],
      ...figures.map(({ name, ratio, processorRatio, milliseconds }) => [
        name,
        `${ratio.toFixed(2)}×`,
        processorRatio === null ? "?" : `${processorRatio.toFixed(2)}×`,
        milliseconds.toFixed(0),
      ]),
    ]);
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

async function keys(): Promise<string> {
  const words = ["Help", "Desk", "Network", "Trading", "Ops", "Bridge", "Señor", "Legal", "営業部", "Zürich"];
  const word = (at: number): string => words[at % words.length]!;
  const texts = Array.from(
    { length: size.rooms },
    (_, i) =>
      `${word(i)} ${word(Math.floor(i / 10))} ${i} · Category ${i % 50} · About ${word(i * 3)} and others`,
  );
  const start = performance.now();
  const find = await fuzzyFinder(texts);
  find("", 50);
  const opening = performance.now() - start;
  const typed = [
    "h",
    "he",
    "help",
    "hlep desk",
    "desk help 12",
    "senor categ",
    "営業",
    "no such room at all",
  ];
  const rows = typed.map((text) => {
    const times = Array.from({ length: Number(options.runs) }, () => {
      const at = performance.now();
      find(text, 50);
      return performance.now() - at;
    });
    return [JSON.stringify(text), median(times).toFixed(1)];
  });
  return columns([["", "ms"], ["the list", opening.toFixed(1)], ...rows]);
}

process.stdout.write(`${machine()}\n\nThe Tab key, ${size.rooms} rooms and ${size.users} users\n`);
process.stdout.write(`${await tabKey()}\n\nEach key while searching ${size.rooms} rooms\n${await keys()}\n`);
