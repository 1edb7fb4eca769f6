import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { wordedChecks } from "../../src/output/finding-view.ts";
import { bench, fixtures } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";

interface Finding {
  readonly step: string;
  readonly severity: string;
  readonly object: string | null;
  readonly commands: readonly string[];
  readonly check: string;
}

const steps = ["topology", "directory", "policy", "category", "rooms", "people"];

test("a new store reads as a to-do list in the order of the steps", async () => {
  const made = bench();
  await made.pchat("new-store");
  const { exitCode, stdout } = await made.pchat("test-deployment -o json");
  const findings = JSON.parse(stdout) as Finding[];
  expect(exitCode).toBe(10);
  expect(findings.map(({ step, severity, check }) => ({ step, severity, check }))).toEqual([
    { step: "topology", severity: "error", check: "no-pool" },
    { step: "directory", severity: "warning", check: "no-directory" },
    { step: "policy", severity: "error", check: "nobody-enabled" },
    { step: "category", severity: "error", check: "no-category" },
    { step: "rooms", severity: "warning", check: "no-room" },
  ]);
});

test("following its commands one by one ends with it clean", async () => {
  const made = bench();
  await made.pchat("new-store");
  const seen: string[] = [];
  for (let rounds = 0; ; rounds++) {
    expect(rounds).toBeLessThan(60);
    const findings = (JSON.parse((await made.pchat("test-deployment -o json")).stdout) as Finding[]).filter(
      ({ commands, severity }) => commands.length > 0 && severity !== "note",
    );
    const [next] = findings;
    if (next === undefined) break;
    seen.push(next.step);
    for (const command of next.commands) {
      const line = command.replace("export.ldif", `${fixtures}/litwareinc.ldif`);
      const { exitCode, stderr } = await made.pchat(`${line} --yes`);
      expect({ line, exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({
        line,
        exitCode: 0,
        stderr: "",
      });
    }
  }
  expect(seen.map((step) => steps.indexOf(step))).toEqual(seen.map((step) => steps.indexOf(step)).sort());
  expect((await made.pchat("test-deployment")).exitCode).toBe(0);
});

test("findings name the object, say why it matters, and --severity leaves out the lesser", async () => {
  const made = await deployed();
  const { exitCode, stdout, stderr } = await made.pchat("test-deployment --severity error -o json");
  expect({ exitCode, stderr }).toEqual({ exitCode: 10, stderr: "" });
  expect(JSON.parse(stdout)).toContainEqual({
    step: "category",
    severity: "error",
    object: "pchat.litwareinc.com\\Empty",
    problem: "its allowed members are empty",
    why: "nobody can be put into its rooms",
    commands: ["pchat set-category 'pchat.litwareinc.com\\Empty' --add-allowed-members litwareinc.com"],
    check: "allowed-empty",
  });
});

test("every check has words", () => {
  const folder = join(import.meta.dirname, "../../src/core/checks");
  const source = readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .join("\n");
  const reported = [...source.matchAll(/\b(?:error|warning|note)\(\s*"([a-z-]+)"/g)].map(
    (match) => match[1]!,
  );
  expect(reported.length).toBeGreaterThan(25);
  expect(reported.filter((check) => !wordedChecks.includes(check))).toEqual([]);
});
