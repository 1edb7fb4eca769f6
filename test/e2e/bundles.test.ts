import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { expect, test } from "vitest";
import { fixtures } from "../support/cli.ts";
import { type Ended, folder, node, pchat, program } from "../support/program.ts";

const built = dirname(program);
const manifest = JSON.parse(readFileSync(resolve(import.meta.dirname, "../../package.json"), "utf8"));

/** A copy of the bundles, without those that `isLeftOut` names, and a way to run it. */
function copied(isLeftOut: (file: string) => boolean) {
  const root = folder();
  mkdirSync(join(root, "bin"));
  for (const file of readdirSync(built)) {
    if (!isLeftOut(file)) cpSync(join(built, file), join(root, "bin", file));
  }
  return {
    bin: join(root, "bin"),
    run: (cwd: string, words: readonly string[], before: readonly string[] = []): Ended =>
      node(cwd, [...before, join(root, "bin/pchat.js"), ...words]),
  };
}

/** A store with one category and two rooms, one of them in Japanese. */
function store(): string {
  const cwd = folder();
  for (const words of [
    ["new-store"],
    ["new-pool", "pchat.contoso.com"],
    ["new-category", "IT"],
    ["new-room", "Lobby", "--category", "IT", "--privacy", "Open"],
    ["new-room", "受付", "--category", "IT", "--privacy", "Open"],
  ]) {
    expect(pchat(cwd, words)).toMatchObject({ status: 0 });
  }
  return cwd;
}

test("--version is answered by the entry alone, which knows the package's version", () => {
  const entry = copied((file) => !["pchat.js", "package.json"].includes(file));
  const said = { status: 0, stdout: `${manifest.version}\n`, stderr: "" };
  expect(entry.run(entry.bin, ["--version"])).toEqual(said);
  expect(entry.run(entry.bin, ["-V"])).toEqual(said);
});

test("a command loads no library that it does not use", () => {
  const cwd = store();
  const withoutLibraries = copied((file) => file.startsWith("lib-"));
  expect(withoutLibraries.run(cwd, ["get-room", "Lobby", "-o", "json"])).toEqual(
    pchat(cwd, ["get-room", "Lobby", "-o", "json"]),
  );
  expect(withoutLibraries.run(cwd, ["get-room", "-o", "name"])).toEqual({
    status: 0,
    stdout: "pchat.contoso.com\\Lobby\npchat.contoso.com\\受付\n",
    stderr: "",
  });
  expect(withoutLibraries.run(cwd, ["get-room", "-o", "yaml"])).toMatchObject({ status: 1, stdout: "" });
  const withTables = copied((file) => file.startsWith("lib-") && !file.startsWith("lib-cli-table3."));
  expect(withTables.run(cwd, ["get-room", "Lobby"])).toEqual(pchat(cwd, ["get-room", "Lobby"]));
  expect(withTables.run(cwd, ["get-room", "受付"])).toMatchObject({ status: 1, stdout: "" });
});

test("every library works as a bundle", () => {
  const cwd = store();
  const directory = join(fixtures, "litwareinc.ldif");
  expect(pchat(cwd, ["import-directory", directory, "-q", "-o", "none"])).toMatchObject({ status: 0 });
  expect(pchat(cwd, ["get-room", "--fields", "identity,type", "--color", "always"])).toEqual({
    status: 0,
    stdout:
      "\u001b[1mIdentity\u001b[22m                 \u001b[1mType\u001b[22m\n" +
      "───────────────────────  ──────\n" +
      "pchat.contoso.com\\Lobby  Normal\n" +
      "pchat.contoso.com\\受付   Normal\n",
    stderr: "",
  });
  expect(pchat(cwd, ["get-room", "--fields", "name,members", "-o", "yaml"]).stdout).toBe(
    "- name: Lobby\n  members: []\n- name: 受付\n  members: []\n",
  );
  expect(pchat(cwd, ["get-room", "--fields", "name,disabled", "-o", "csv"]).stdout).toBe(
    "name,disabled\nLobby,false\n受付,false\n",
  );
  expect(pchat(cwd, ["get-user", "--ldap-filter", "(displayName=Ken Myer)", "-o", "name"]).stdout).toBe(
    "sip:kenmyer@litwareinc.com\n",
  );
  expect(pchat(cwd, ["get-room", "Loby"])).toMatchObject({
    status: 3,
    stderr: expect.stringContaining("did you mean `Lobby`?"),
  });
  writeFileSync(join(cwd, "rules.yaml"), "- { user: Ken Myer, room: Lobby, action: join, expect: allow }\n");
  expect(pchat(cwd, ["test-access", "--file", "rules.yaml"])).toMatchObject({ status: 10 });
});

/** Says of each script whether V8 took the stored code. */
const tellStoredCode = `
const vm = require("node:vm");
vm.Script = class extends vm.Script {
  constructor(source, options) {
    super(source, options);
    process.stderr.write(this.cachedDataRejected ? "refused\\n" : "taken\\n");
  }
};`;

test("code stored by the build is taken; what does not fit is refused, and changes nothing", () => {
  const cwd = store();
  const tell = join(cwd, "tell.cjs");
  writeFileSync(tell, tellStoredCode);
  const words = ["get-room", "-o", "name"];
  const { stdout } = pchat(cwd, words);
  const copy = copied(() => false);
  expect(copy.run(cwd, words, ["-r", tell])).toEqual({ status: 0, stdout, stderr: "taken\n" });
  const code = join(copy.bin, `program.js.${process.version}-${process.arch}.show.code`);
  writeFileSync(code, readFileSync(code).subarray(0, 5000));
  expect(copy.run(cwd, words, ["-r", tell])).toEqual({ status: 0, stdout, stderr: "refused\n" });
  rmSync(code);
  expect(copy.run(cwd, words, ["-r", tell])).toEqual({ status: 0, stdout, stderr: "" });
});

test("the trace of a defect names the sources", () => {
  const cwd = store();
  writeFileSync(
    join(cwd, "broken.cjs"),
    `Date.prototype.toISOString = () => { throw new Error("no clock"); };`,
  );
  const { status, stderr } = node(
    cwd,
    ["-r", join(cwd, "broken.cjs"), program, "new-pool", "b.contoso.com", "-o", "json"],
    { PCHAT_DEBUG: "1" },
  );
  const { error } = JSON.parse(stderr);
  expect({ status, message: error.message }).toEqual({
    status: 1,
    message: "pchat failed unexpectedly: no clock",
  });
  expect(error.details.stack).toMatch(/bin\/program\.ts:\d+:\d+/);
  expect(error.details.stack).toMatch(/src\/cli\/session\.ts:\d+:\d+/);
});

test("an account without a name can write", () => {
  const cwd = store();
  writeFileSync(
    join(cwd, "nameless.cjs"),
    `require("node:os").userInfo = () => { throw new Error("ENOENT"); }; process.getuid = () => 12345;`,
  );
  const words = ["new-pool", "b.contoso.com", "-o", "none"];
  expect(node(cwd, ["-r", join(cwd, "nameless.cjs"), program, ...words])).toMatchObject({ status: 0 });
  expect(JSON.parse(pchat(cwd, ["get-history", "-o", "json"]).stdout).at(-1)).toMatchObject({
    osUser: "uid 12345",
    actor: "uid 12345",
  });
});
