import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Bench, Terminal } from "../support/cli.ts";
import { fixtures } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";

const env = { NO_COLOR: "1" };

/** A clock that a number of milliseconds passes at each look. */
function ticking(by: number): () => number {
  let time = 0;
  return () => {
    time += by;
    return time;
  };
}

/** A terminal at which `each` milliseconds pass with each item. */
const terminal = (each: number, more: Partial<Terminal> = {}): Terminal => ({
  env,
  answers: [],
  clock: ticking(each),
  ...more,
});

async function withScript(): Promise<Bench> {
  const made = await deployed();
  const lines = Array.from(
    { length: 8 },
    (_, n) => `new-room 'Room ${n}' --category IT --members 'Ken Myer'`,
  );
  writeFileSync(join(made.folder, "s.pchat"), lines.join("\n"));
  return made;
}

/** What was drawn, each time, with the marks that begin and clear a line. */
const drawn = (stderr: string): string[] => stderr.split("\r\u001b[K").slice(1);

test("work over a second is shown as it goes on, and the line is clear when it ends", async () => {
  const made = await withScript();
  const { stderr, exitCode } = await made.pchat("invoke-script s.pchat -o none --yes", terminal(300));
  expect(exitCode).toBe(0);
  const lines = drawn(stderr);
  expect(lines.slice(0, 6)).toEqual([
    "reading s.pchat  [############------------]  50 %  4 of 8  3 a second  2 s left",
    "reading s.pchat  [###############---------]  62 %  5 of 8  3 a second  1 s left",
    "reading s.pchat  [##################------]  75 %  6 of 8  3 a second  1 s left",
    "reading s.pchat  [#####################---]  87 %  7 of 8  3 a second  1 s left",
    "reading s.pchat  [########################]  100 %  8 of 8  3 a second",
    "",
  ]);
  expect(lines.slice(6).map((line) => line.split("  ")[0])).toEqual([
    ...Array.from({ length: 5 }, () => "running s.pchat"),
    expect.stringMatching(/^created 8 rooms \(serial 12\)\n/),
  ]);
});

test("it is drawn ten times a second at the most", async () => {
  const made = await withScript();
  const lines = Array.from({ length: 100 }, (_, n) => `new-room 'Many ${n}' --category IT`);
  writeFileSync(join(made.folder, "s.pchat"), lines.join("\n"));
  const { stderr } = await made.pchat("invoke-script s.pchat -o none --what-if", terminal(30));
  // A second is silent, and of the two that follow each tenth, or the first look after it, is drawn.
  const reading = drawn(stderr).filter((line) => line.startsWith("reading"));
  expect(reading.length).toBe(17);
});

test.each<[string, string, Terminal]>([
  ["less than a second", "", terminal(100)],
  ["--quiet", "--quiet", terminal(300)],
  ["-o json", "-o json", terminal(300)],
  ["no terminal", "", { env, clock: ticking(300) }],
  ["CI", "", terminal(300, { env: { ...env, CI: "true" } })],
  ["TERM=dumb", "", terminal(300, { env: { ...env, TERM: "dumb" } })],
])("nothing is shown: %s", async (_, options, where) => {
  const made = await withScript();
  const { stderr, exitCode } = await made.pchat(`invoke-script s.pchat --yes ${options}`, where);
  expect([exitCode, drawn(stderr)]).toEqual([0, []]);
});

test("rows of a file, and the bytes of files that are read", async () => {
  const made = await deployed();
  const rows = Array.from({ length: 8 }, (_, n) => `Room ${n},IT`);
  writeFileSync(join(made.folder, "r.csv"), ["name,category", ...rows].join("\n"));
  const imported = await made.pchat("import-room r.csv -o none --yes", terminal(300));
  expect(drawn(imported.stderr)[4]).toBe(
    "importing r.csv  [########################]  100 %  8 of 8  3 a second",
  );
  const read = await made.pchat(
    `import-directory '${fixtures}/litwareinc.ldif' -o none --yes`,
    terminal(2000),
  );
  expect(drawn(read.stderr)[0]).toMatch(
    /^reading litwareinc\.ldif {2}\[#{24}\] {2}100 % {2}0\.\d MB of 0\.\d MB/,
  );
});

test("the bytes of a large manifest", async () => {
  const made = await deployed();
  writeFileSync(join(made.folder, "m.yaml"), `sites: []\n${`# ${"x".repeat(97)}\n`.repeat(16_000)}`);
  const { stderr } = await made.pchat("plan-environment -f m.yaml -o none", terminal(700));
  expect(drawn(stderr)[0]).toBe("reading m.yaml  [#######-----------------]  32 %  0.5 MB of 1.6 MB");
});

test("a script that fails leaves no bar behind", async () => {
  const made = await withScript();
  writeFileSync(
    join(made.folder, "s.pchat"),
    Array.from({ length: 8 }, () => "new-room A --category No").join("\n"),
  );
  const { stderr } = await made.pchat("invoke-script s.pchat --yes", terminal(300));
  expect(drawn(stderr).at(-1)).toMatch(/^error: s\.pchat:1: there is no category `No`\n/);
});

test.each([
  ["plan-environment", "planning"],
  ["apply-environment --yes", "applying"],
])("%s says how far it is", async (command, label) => {
  const made = await deployed();
  const rooms = Array.from({ length: 8 }, (_, n) => ({ name: `Room ${n}`, category: "IT" }));
  writeFileSync(join(made.folder, "rooms.yaml"), JSON.stringify({ rooms }));
  const { stderr } = await made.pchat(`${command} -f rooms.yaml -o none`, terminal(300));
  expect(drawn(stderr)[0]).toBe(`${label}  [############------------]  50 %  4 of 8  3 a second  2 s left`);
});
