/**
 * Writers that come at once: 16 processes with 50 changes each. Prints how many changes are kept, how many a second, and
 * the longest wait of one, beside the least that a durable change costs (one process, no lock, the same bytes) and
 * beside lowdb as it comes.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { startWriter } from "../slow/writers.ts";
import { author, initial, openAt } from "../store/values.ts";

const processes = 16;
const each = 50;
const all = processes * each;

interface Result {
  readonly name: string;
  readonly kept: number;
  readonly seconds: number;
  /** Longest time from asking to being told, in milliseconds; undefined where nobody waits. */
  readonly longest: number | undefined;
}

async function pchat(folder: string): Promise<Result> {
  const path = join(folder, "pchat.json");
  const store = openAt(path);
  await store.create(author(), initial);
  const writers = Array.from({ length: processes }, (_, at) => startWriter(path, `w${at}`, "plain", each));
  await Promise.all(writers.map(({ ready }) => ready));
  const begin = performance.now();
  const acknowledged = (await Promise.all(writers.map(({ ended }) => ended))).flatMap(
    (end) => end.acknowledged,
  );
  const seconds = (performance.now() - begin) / 1000;
  const { serial } = await store.read();
  const faults = (await store.test()).filter(({ ok }) => !ok);
  if (faults.length > 0) throw new Error(`the store is damaged: ${JSON.stringify(faults)}`);
  const longest = Math.max(...acknowledged.map(({ milliseconds }) => milliseconds));
  return { name: `pchat, ${processes} processes`, kept: serial - 1, seconds, longest };
}

/** What no durable change can do without: a synced line, a synced file put in place, a synced folder. */
function floor(folder: string, line: Buffer, file: Buffer): Result {
  const journal = openSync(join(folder, "floor.ndjson"), "a");
  const begin = performance.now();
  for (let at = 1; at <= all; at++) {
    writeSync(journal, line);
    fsyncSync(journal);
    const temporary = join(folder, "floor.tmp");
    // The file grows with each change, as the store's does.
    writeSynced(temporary, file.subarray(0, Math.ceil((file.length * at) / all)));
    renameSync(temporary, join(folder, "floor.json"));
    const place = openSync(folder, "r");
    fsyncSync(place);
    closeSync(place);
  }
  closeSync(journal);
  return {
    name: "floor: one process, no lock",
    kept: all,
    seconds: (performance.now() - begin) / 1000,
    longest: undefined,
  };
}

function writeSynced(path: string, bytes: Uint8Array): void {
  const fd = openSync(path, "w");
  writeSync(fd, bytes);
  fsyncSync(fd);
  closeSync(fd);
}

const lowdbWriter = (lowdb: string, path: string, name: number): string => `
  import { JSONFilePreset } from ${JSON.stringify(lowdb)};
  for (let at = 0; at < ${each}; at++) {
    try {
      const db = await JSONFilePreset(${JSON.stringify(path)}, { rooms: [] });
      await db.update(({ rooms }) => rooms.push({ name: ${JSON.stringify(String(name))} + " " + at }));
    } catch {}
  }`;

async function plainLowdb(folder: string): Promise<Result> {
  const path = join(folder, "lowdb.json");
  const lowdb = pathToFileURL(join(dirname(createRequire(import.meta.url).resolve("lowdb")), "node.js")).href;
  const begin = performance.now();
  const writers = Array.from({ length: processes }, (_, at) =>
    spawn(process.execPath, ["--input-type=module", "-e", lowdbWriter(lowdb, path, at)], { stdio: "ignore" }),
  );
  await Promise.all(writers.map((writer) => once(writer, "exit")));
  const seconds = (performance.now() - begin) / 1000;
  return {
    name: `lowdb as it comes, ${processes} processes`,
    kept: keptBy(path),
    seconds,
    longest: undefined,
  };
}

/** Rooms in the file; none where it cannot be parsed any more. */
function keptBy(path: string): number {
  try {
    return (JSON.parse(readFileSync(path, "utf8")) as { rooms: unknown[] }).rooms.length;
  } catch {
    return 0;
  }
}

const folder = mkdtempSync(join(tmpdir(), "pchat-bench-"));
try {
  const ours = await pchat(folder);
  const file = readFileSync(join(folder, "pchat.json"));
  const journal = readFileSync(join(folder, "pchat.journal.ndjson"));
  const line = journal.subarray(journal.lastIndexOf(0x0a, journal.length - 2) + 1);
  const least = floor(folder, line, file);
  for (const { name, kept, seconds, longest } of [ours, least, await plainLowdb(folder)]) {
    const rate = (all / seconds).toFixed(0).padStart(5);
    const ratio = (seconds / least.seconds).toFixed(2).padStart(5);
    const wait = longest === undefined ? "" : `, longest wait ${longest} ms`;
    process.stdout.write(
      `${name.padEnd(36)} ${kept} of ${all} kept, ${rate} a second, ×${ratio} the floor's time${wait}\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
