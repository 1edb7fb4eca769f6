import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { AnyCommand } from "../../src/cli/command.ts";
import { commandsIn } from "../../src/cli/load-commands.ts";
import { fixtures } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";

const source = commandsIn(new URL("../../commands/", import.meta.url));
const commands = await Promise.all(
  source.names.map(async (name) => ({ name, definition: (await source.load(name)) as AnyCommand })),
);
const examples = commands.flatMap(({ name, definition }) =>
  definition.examples.map(({ line, exitCode = 0 }) => ({ name, line, wanted: exitCode })),
);

test.each(commands)("$name has examples, each of which runs it", ({ name, definition }) => {
  expect(definition.examples.length).toBeGreaterThan(0);
  for (const { line } of definition.examples) expect(line).toMatch(new RegExp(`(^|\\| )pchat ${name}( |$)`));
});

test.each(examples)("the example runs: $line", async ({ line, wanted }) => {
  const made = await deployed();
  for (const [, name] of line.matchAll(/ fixtures\/(\S+)/g)) {
    mkdirSync(join(made.folder, "fixtures"), { recursive: true });
    cpSync(join(fixtures, name!), join(made.folder, "fixtures", name!));
  }
  if (line.includes("restore-store")) await made.pchat("backup-store monday.pchat-backup");
  if (line.includes("import-data")) await made.pchat("export-data pchat.zip");
  const { exitCode, stderr } = await made.pchat(line);
  expect({ line, exitCode, stderr: exitCode === wanted ? "" : stderr }).toEqual({
    line,
    exitCode: wanted,
    stderr: "",
  });
});
