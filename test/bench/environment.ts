/**
 * A whole environment out of one manifest: 5,000 and 50,000 rooms with 12 members each, made in one process. Beside
 * it jq, which reads and writes the same file without checking anything, and where terraform is installed its own
 * way with far fewer objects. Prints every figure, how it grows, and whether the targets hold.
 *
 *   npm run bench environment [runs]
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { type Case, columns, type Figure, isInstalled, machine, measure } from "./measure.ts";

const runs = Number(process.argv[2] ?? 1);
const sizes = [5_000, 50_000] as const;
const membersEach = 12;
const people = 100_000;
const program = resolve(import.meta.dirname, "../../bin/pchat.js");
const folder = mkdtempSync(join(tmpdir(), "pchat-bench-"));

function manifest(rooms: number): unknown {
  const member = (room: number, entry: number): string =>
    `sip:user${(room * membersEach + entry) % people}@contoso.com`;
  return {
    pools: [{ fqdn: "pchat.contoso.com" }],
    categories: [{ name: "Load", allowedMembers: ["contoso.com"] }],
    rooms: Array.from({ length: rooms }, (_, room) => ({
      name: `Room ${room}`,
      category: "Load",
      description: `Room ${room} of the load test`,
      members: Array.from({ length: membersEach }, (_, entry) => member(room, entry)),
    })),
  };
}

const fileOf = (rooms: number): string => join(folder, `${rooms}.json`);

const applying = (rooms: number): Case => ({
  name: `apply-environment, ${rooms} rooms`,
  cwd: folder,
  argv: (run) => [
    ...[process.execPath, program, "apply-environment", "-f", fileOf(rooms), "--create", "-q", "-o", "none"],
    ...["--store", `${rooms}-${run}-${process.hrtime.bigint()}.json`],
  ],
});

const readingAndWriting = (rooms: number): Case => ({
  name: `jq: read and write the same, ${rooms} rooms`,
  argv: () => ["jq", ".", fileOf(rooms)],
});

/** `terraform_data` needs no server: what it costs is terraform's own work. */
function terraforming(objects: number): Case {
  const place = join(folder, `terraform-${objects}`);
  mkdirSync(place);
  const one = (index: number): string =>
    `resource "terraform_data" "room${index}" { input = "Room ${index}" }\n`;
  writeFileSync(join(place, "main.tf"), Array.from({ length: objects }, (_, index) => one(index)).join(""));
  spawnSync("terraform", ["init"], { cwd: place });
  return {
    name: `terraform apply, ${objects} objects`,
    cwd: place,
    argv: () => ["terraform", "apply", "-auto-approve", `-state=${process.hrtime.bigint()}.tfstate`],
  };
}

function growth(figures: readonly Figure[], name: string): string {
  const [small, large] = sizes.map((rooms) =>
    figures.find((figure) => figure.name === `${name}, ${rooms} rooms`),
  );
  return small?.processorRatio && large?.processorRatio
    ? `${(large.processorRatio / small.processorRatio).toFixed(1)}× for ${sizes[1] / sizes[0]} times the rooms`
    : "unknown";
}

try {
  for (const rooms of sizes) writeFileSync(fileOf(rooms), JSON.stringify(manifest(rooms), null, 2));
  const cases = [
    ...sizes.map(applying),
    ...(isInstalled("jq") ? sizes.map(readingAndWriting) : []),
    ...(isInstalled("terraform") ? [terraforming(100)] : []),
  ];
  const figures = await measure(cases, runs);
  process.stdout.write(`${machine()}, load ${loadavg()[0]!.toFixed(1)}\n\n`);
  const rows = figures.map(({ name, milliseconds, ratio, processorRatio, megabytes }) => [
    name,
    `${(milliseconds / 1000).toFixed(2)} s`,
    `${ratio.toFixed(1)}×`,
    processorRatio === null ? "?" : `${processorRatio.toFixed(1)}×`,
    megabytes === null ? "?" : `${megabytes} MB`,
  ]);
  process.stdout.write(columns([["", "whole", "to node -e 0", "processor", "memory"], ...rows]));
  process.stdout.write(`\ngrowth of apply-environment, processor: ${growth(figures, "apply-environment")}\n`);
  const largest = figures.find(({ name }) => name === `apply-environment, ${sizes[1]} rooms`)!;
  const holds = largest.milliseconds < 10_000 && (largest.megabytes ?? 0) < 1024;
  process.stdout.write(`target: ${sizes[1]} rooms within 10 s and 1 GB: ${holds ? "holds" : "missed"}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
