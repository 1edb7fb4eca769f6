/** Writes the man pages of all commands into a folder: the first word; the second is the version. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { commands } from "../bin/commands.ts";
import type { AnyCommand } from "../src/cli/command.ts";
import { manPages } from "../src/cli/man.ts";

const [folder, version] = process.argv.slice(2) as [string, string];
const all = await Promise.all(
  commands.names.map(async (name) => ({ name, definition: (await commands.load(name)) as AnyCommand })),
);
mkdirSync(folder, { recursive: true });
for (const { file, text } of manPages(all, version)) writeFileSync(join(folder, file), text);
