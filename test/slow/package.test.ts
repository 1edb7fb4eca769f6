import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { fixtures } from "../support/cli.ts";
import { folder, shell } from "../support/program.ts";

const root = resolve(import.meta.dirname, "../..");
const npm = (cwd: string, ...words: string[]): string =>
  execFileSync("npm", [...words, "--no-audit", "--no-fund", "--loglevel", "error"], {
    cwd,
    encoding: "utf8",
  });

test("the package, installed into an empty folder, does its work there", () => {
  const cwd = folder();
  // Scripts are left out: `npm test` has built already, and building again would pull the bundles from under it.
  const packed = JSON.parse(npm(root, "pack", "--json", "--ignore-scripts", "--pack-destination", cwd));
  const { filename, files } = packed[0] as { filename: string; files: { path: string }[] };
  const paths = files.map(({ path }) => path);
  expect(paths.filter((path) => !/^dist\/(bin|man)\//.test(path))).toEqual([
    "LICENSE",
    "README.md",
    "package.json",
  ]);
  expect(paths).toContain("dist/bin/program.js");
  npm(cwd, "init", "-y");
  npm(cwd, "install", `./${filename}`, "--omit=dev");
  const run = (line: string) => shell(cwd, line.replaceAll("pchat ", "node_modules/.bin/pchat "));
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect(run("pchat --version")).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
  for (const line of [
    "pchat new-store -o none",
    "pchat new-pool pchat.litwareinc.com -o none",
    `pchat import-directory '${fixtures}/litwareinc.ldif' -o none`,
    "pchat new-category IT --allowed-members litwareinc.com -o none",
    "pchat new-room Lobby --category IT --members 'Ken Myer' -o none",
  ]) {
    expect({ line, status: run(line).status }).toEqual({ line, status: 0 });
  }
  expect(run("pchat get-room --fields name,members").stdout).toBe(
    "Name   Members\n─────  ──────────────────────────\nLobby  sip:kenmyer@litwareinc.com\n",
  );
});
