/**
 * Many rooms at once, with 12 members each: by a CSV file and by a script of `new-room` lines, each in one process
 * and as one change, at 5,000 and 50,000 rooms. Prints seconds, peak memory, and growth, beside jq reading the store
 * that it makes and writing it again, and beside terraform applying a five-hundredth as many resources, where they are
 * installed.
 *
 *   --rooms 5000,50000  other sizes
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { type Case, columns, isInstalled, machine, runOnce } from "./measure.ts";

const program = resolve(import.meta.dirname, "../../../dist/bin/pchat.js");
const { values: options } = parseArgs({ options: { rooms: { type: "string", default: "5000,50000" } } });
const sizes = options.rooms.split(",").map(Number);

const members = 12;
const users = 2000;
const targetSeconds = 10;
const targetMegabytes = 1000;

interface Figure {
  readonly seconds: number;
  readonly megabytes: number | null;
}

/** A directory of so many users in one container, and nothing else. */
function ldif(): string {
  const entry = (lines: readonly string[]): string => `${lines.join("\n")}\n\n`;
  const people = Array.from({ length: users }, (_, n) =>
    entry([
      `dn: CN=User ${n},OU=Staff,DC=contoso,DC=com`,
      "objectClass: user",
      `sAMAccountName: user${n}`,
      `displayName: User ${n}`,
      `msRTCSIP-PrimaryUserAddress: sip:user${n}@contoso.com`,
      "msRTCSIP-UserEnabled: TRUE",
    ]),
  );
  return [
    entry(["dn: DC=contoso,DC=com", "objectClass: domainDNS"]),
    entry(["dn: OU=Staff,DC=contoso,DC=com", "objectClass: organizationalUnit"]),
    ...people,
  ].join("");
}

const membersOf = (room: number): string[] =>
  Array.from({ length: members }, (_, n) => `user${(room * 7 + n * 13) % users}@contoso.com`);

const csv = (rooms: number): string =>
  [
    "name,category,description,members",
    ...Array.from({ length: rooms }, (_, n) => `Room ${n},Load,Room number ${n},${membersOf(n).join("|")}`),
    "",
  ].join("\n");

const script = (rooms: number): string =>
  [
    "# Rooms for a load test",
    ...Array.from({ length: rooms }, (_, n) => {
      const lists = membersOf(n).map((member) => ` --members ${member}`);
      return `new-room 'Room ${n}' --category Load --description 'Room number ${n}'${lists.join("")}`;
    }),
    "",
  ].join("\n");

const pchat = (cwd: string, ...words: readonly string[]): Case => ({
  name: words[0]!,
  argv: () => [process.execPath, program, ...words],
  cwd,
});

/** A store with a pool, a directory and an open category, and the files to be read. */
function prepare(folder: string, rooms: number): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "staff.ldif"), ldif());
  writeFileSync(join(folder, "rooms.csv"), csv(rooms));
  writeFileSync(join(folder, "rooms.pchat"), script(rooms));
}

function deployed(folder: string, store: string): void {
  for (const words of [
    ["new-store"],
    ["import-directory", "staff.ldif"],
    ["new-pool", "pchat.contoso.com"],
    ["set-policy", "Global", "--enable-persistent-chat", "true"],
    ["new-category", "Load", "--allowed-members", "OU=Staff,DC=contoso,DC=com"],
  ]) {
    runOnce(pchat(folder, ...words, "--store", store, "-o", "none", "-q"), 0);
  }
}

const ways = {
  "import-room rooms.csv": ["import-room", "rooms.csv"],
  "invoke-script rooms.pchat": ["invoke-script", "rooms.pchat"],
} as const;

function measureAll(folder: string, rooms: number): Readonly<Record<string, Figure>> {
  prepare(folder, rooms);
  const figures: Record<string, Figure> = {};
  for (const [name, words] of Object.entries(ways)) {
    const store = `${words[0]}.json`;
    deployed(folder, store);
    figures[name] = runOnce(pchat(folder, ...words, "--store", store, "-o", "none"), 0);
  }
  if (isInstalled("jq")) {
    const copy = { name: "jq", argv: () => ["sh", "-c", "jq . import-room.json > copy.json"], cwd: folder };
    figures["jq . of the same store"] = runOnce(copy, 0);
  }
  if (isInstalled("terraform")) {
    const count = Math.ceil(rooms / 500);
    figures["terraform apply of 1/500"] = runOnce(applying(join(folder, "terraform"), count), 0);
  }
  return figures;
}

/** Resources that nothing outside of terraform has to do with. */
function applying(cwd: string, count: number): Case {
  mkdirSync(cwd);
  const resource = `resource "terraform_data" "room" {\n  count = ${count}\n  input = "Room \${count.index}"\n}\n`;
  writeFileSync(join(cwd, "main.tf"), resource);
  const line = "terraform init -input=false && terraform apply -auto-approve -input=false";
  return { name: "terraform", argv: () => ["sh", "-c", line], cwd };
}

const folder = mkdtempSync(join(tmpdir(), "pchat-bench-"));
try {
  const figures = sizes.map((rooms) => ({ rooms, of: measureAll(join(folder, String(rooms)), rooms) }));
  const [first, last] = [figures[0]!, figures.at(-1)!];
  const cell = ({ seconds, megabytes }: Figure): string =>
    `${seconds.toFixed(2)} s, ${megabytes === null ? "?" : `${megabytes} MB`}`;
  process.stdout.write(`${machine()}\n\n`);
  process.stdout.write(
    columns([
      ["", ...sizes.map((rooms) => `${rooms} rooms`), `growth (rooms × ${last.rooms / first.rooms})`],
      ...Object.keys(first.of).map((name) => [
        name,
        ...figures.map((each) => cell(each.of[name]!)),
        `× ${(last.of[name]!.seconds / first.of[name]!.seconds).toFixed(1)}`,
      ]),
    ]),
  );
  const isMissed = Object.keys(ways).some((name) => {
    const { seconds, megabytes } = last.of[name]!;
    return seconds > targetSeconds || (megabytes ?? 0) > targetMegabytes;
  });
  process.stdout.write(
    `\ntarget: ${targetSeconds} s and ${targetMegabytes} MB each: ${isMissed ? "missed" : "met"}\n`,
  );
  process.exitCode = isMissed ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true });
}
