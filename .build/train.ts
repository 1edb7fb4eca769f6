/**
 * Runs command lines that are typical of daily work on the bundles of a folder, and writes what V8 compiled for them
 * beside each. What is not compiled here is compiled when it is used.
 *
 * Words: the folder of the bundles, a folder to work in, and `prepare`, `change` or `show`, in this order of runs:
 * each needs what the one before left there, and `prepare` leaves nothing beside the bundles.
 */
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import type { Script } from "node:vm";
import { bundleLoader, codePath, type Purpose } from "../bin/load-bundle.ts";

type Program = typeof import("../bin/program.ts");

const directory = `dn: DC=contoso,DC=com
objectClass: domainDNS
dc: contoso

dn: CN=Staff,DC=contoso,DC=com
objectClass: group
cn: Staff

dn: CN=Ana,DC=contoso,DC=com
objectClass: user
displayName: Ana
msRTCSIP-PrimaryUserAddress: sip:ana@contoso.com
msRTCSIP-UserEnabled: TRUE
memberOf: CN=Staff,DC=contoso,DC=com
`;

const lines: Readonly<Record<Purpose | "prepare", readonly string[]>> = {
  prepare: ["new-store", "import-directory directory.ldif", "new-pool pchat.contoso.com"],
  change: [
    "new-category IT --allowed-members CN=Staff,DC=contoso,DC=com",
    "new-room Lobby --category IT --managers sip:ana@contoso.com",
    "set-room Lobby --description Entrance",
    "set-room Lobby --add-members sip:ana@contoso.com",
    "test-access sip:ana@contoso.com Lobby --action find",
  ],
  show: ["get-room Lobby", "get-room Lobby -o json", "get-room -o name"],
};

const [bundles, folder, purpose] = process.argv.slice(2) as [string, string, keyof typeof lines];
const scripts = new Map<string, Script>();
const load = bundleLoader(bundles, createRequire(join(bundles, "pchat.js")), "change", (path, script) =>
  scripts.set(path, script),
);
process.chdir(folder);
if (purpose === "prepare") writeFileSync("directory.ldif", directory);
const { main } = load("program.js") as Program;
for (const line of lines[purpose]) {
  await main(line.split(" "), "0.0.0");
  if (process.exitCode !== 0 && process.exitCode !== 10)
    throw new Error(`${line}: exit code ${process.exitCode}`);
}
process.exitCode = 0;
if (purpose !== "prepare") {
  for (const [path, script] of scripts) writeFileSync(codePath(path, purpose), script.createCachedData());
}
