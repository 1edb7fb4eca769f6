/** Runs one bench by its name; `commands`, the program as people run it, without one. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/** Parts of benches, not benches. */
const shared = ["run", "measure", "deployments", "access-deployment", "peers", "targets"];
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".js"))
  .map((file) => file.slice(0, -3))
  .filter((name) => !shared.includes(name));

const [first = "commands", ...others] = process.argv.slice(2);
const [name, words] = first.startsWith("-") ? ["commands", [first, ...others]] : [first, others];
if (names.includes(name)) {
  const path = join(import.meta.dirname, `${name}.js`);
  const { status } = spawnSync(process.execPath, ["--max-old-space-size=4096", path, ...words], {
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
} else {
  process.stderr.write(`there is no bench \`${name}\`; there are ${names.join(", ")}\n`);
  process.exitCode = 2;
}
