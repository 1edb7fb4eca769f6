/**
 * Runs command lines that are typical of daily work on the bundles of a folder, and writes what V8 compiled for them
 * beside each. What is not compiled here is compiled when it is used.
 *
 * Words: the folder of the bundles, a folder to work in, and `prepare` or a purpose. `prepare` is run first:
 * the others need what it leaves there. It leaves nothing beside the bundles.
 */
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import type { Script } from "node:vm";
import { bundleLoader, codePath, type Purpose } from "../bin/load-bundle.ts";

type Program = typeof import("../bin/program.ts");

const staff = "CN=Staff,DC=contoso,DC=com";

const directoryOf = (users: number): string =>
  [
    ["dn: DC=contoso,DC=com", "objectClass: domainDNS", "dc: contoso"],
    [`dn: ${staff}`, "objectClass: group", "cn: Staff"],
    ...Array.from({ length: users }, (_, n) => [
      `dn: CN=User ${n},DC=contoso,DC=com`,
      "objectClass: user",
      `displayName: User ${n}`,
      `msRTCSIP-PrimaryUserAddress: sip:user${n}@contoso.com`,
      "msRTCSIP-UserEnabled: TRUE",
      `memberOf: ${staff}`,
    ]),
  ]
    .map((lines) => `${lines.join("\n")}\n\n`)
    .join("");

const roomsOf = (rooms: number): string =>
  [
    "name,category,description,members,managers",
    ...Array.from(
      { length: rooms },
      (_, n) =>
        `Room${n},IT,${"What it is for. ".repeat(15)},"sip:user1@contoso.com|${staff}",sip:user1@contoso.com`,
    ),
    "",
  ].join("\n");

/** A store that is read in full, and one that is large enough for an index of it and of its directory. */
const stores = {
  "small.json": { users: 10, rooms: 10 },
  "large.json": { users: 5000, rooms: 2000 },
} as const;

const preparation = [
  "new-store",
  "set-policy Global --enable-persistent-chat true",
  "import-directory {store}.ldif",
  "new-pool pchat.contoso.com",
  `new-category IT --allowed-members ${staff}`,
  "import-room {store}.csv --quiet",
];

const lines: Readonly<Record<Purpose | "prepare", readonly string[]>> = {
  prepare: preparation,
  change: [
    `new-category HR --allowed-members ${staff}`,
    "new-room Lobby --category HR --managers sip:user2@contoso.com",
    "set-room Room3 --description Entrance",
    "set-room Room3 --add-members sip:user4@contoso.com",
  ],
  test: ["test-access sip:user5@contoso.com Room3", "test-access sip:user5@contoso.com Room3 --action post"],
  show: ["get-room Room3", "get-room Room3 -o json", "get-room -o name"],
};

const [bundles, folder, purpose] = process.argv.slice(2) as [string, string, keyof typeof lines];
const scripts = new Map<string, Script>();
const load = bundleLoader(bundles, createRequire(join(bundles, "pchat.js")), "change", (path, script) =>
  scripts.set(path, script),
);
process.chdir(folder);
const { main } = load("program.js") as Program;
for (const [store, { users, rooms }] of Object.entries(stores)) {
  if (purpose === "prepare") {
    writeFileSync(`${store}.ldif`, directoryOf(users));
    writeFileSync(`${store}.csv`, roomsOf(rooms));
  }
  for (const line of lines[purpose]) {
    await main([...line.replace("{store}", store).split(" "), "--store", store], "0.0.0");
    if (process.exitCode !== 0 && process.exitCode !== 10)
      throw new Error(`${line}: exit code ${process.exitCode}`);
  }
}
process.exitCode = 0;
if (purpose !== "prepare") {
  for (const [path, script] of scripts) writeFileSync(codePath(path, purpose), script.createCachedData());
}
