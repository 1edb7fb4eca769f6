import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { commandsIn } from "../../src/cli/load-commands.ts";

const root = resolve(import.meta.dirname, "../..");
const { names } = commandsIn(new URL("../../commands/", import.meta.url));
const pages = ["pchat", ...names.map((name) => `pchat-${name}`)].map((name) => `dist/man/${name}.1`);

test("the build leaves a page for the program and for each command, and the package has them all", () => {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const built = readdirSync(join(root, "dist/man")).map((file) => `dist/man/${file}`);
  expect(built.sort()).toEqual([...pages].sort());
  expect([...manifest.man].sort()).toEqual([...pages].sort());
  expect(manifest.files).toContain("dist/man");
});

test("groff finds nothing wrong with them", () => {
  const { status, stdout, stderr } = spawnSync("groff", ["-man", "-ww", "-z", "-Tutf8", ...pages], {
    cwd: root,
    encoding: "utf8",
  });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
});

test("what is on a page is what was declared, letter by letter", () => {
  const { stdout } = spawnSync(
    "groff",
    ["-man", "-Tutf8", "-P-cbou", "-rLL=200n", "dist/man/pchat-set-room.1"],
    {
      cwd: root,
      encoding: "utf8",
    },
  );
  expect(stdout).toContain("pchat-set-room - change rooms: settings, people, name, or category\n");
  expect(stdout).toContain(
    "       --remove-ineligible\n              take out the entries that would fall out of scope\n",
  );
  expect(stdout).toContain(
    "           pchat set-room 'Help Desk' --description 'Upgrade trouble and fixes' --add-members 'María Guðmundsdóttir'\n",
  );
});
