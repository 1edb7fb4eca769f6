import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Bench } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";
import { refused, tried } from "../support/tried.ts";

async function prepared(): Promise<Bench> {
  const made = await deployed();
  const put = (name: string, text: string): void => writeFileSync(join(made.folder, name), text);
  put("f.csv", "name,category\nA,IT\nB,No\n");
  put("m.yaml", "categories: [{ name: Empty, description: none }]\n");
  put("notes.txt", "mine\n");
  put("z.zip", "mine\n");
  mkdirSync(join(made.folder, "sub"));
  symlinkSync("pchat.json", join(made.folder, "link"));
  return made;
}

/** Each way to name a file that is to be made. */
const makers = [
  "import-room f.csv --continue-on-error --failed",
  "import-data z.zip --report",
  "export-data",
  "export-data new.zip --report",
  "backup-store",
  "plan-environment -f m.yaml --out",
] as const;

/** A backup is named by its whole path here, which the bench takes off. */
const shown = (line: string, file: string): string =>
  line === "backup-store" ? file.replace(/^\.\//, "") : file;

describe.each(makers)("%s", (line) => {
  test.each([
    "pchat.json",
    "./pchat.json",
    "link",
    "pchat.journal.ndjson",
    "pchat.directory.json",
    "pchat.lock",
    "pchat.index",
    "pchat.messages/1.ndjson",
  ])("never writes the store's own %s", async (file) => {
    const { stderr, ...rest } = await tried(await prepared(), `${line} ${file} --force`);
    expect(rest).toEqual({ exitCode: 2, stdout: "", wrote: false });
    expect(stderr).toContain(`error: \`${shown(line, file)}\` belongs to the store itself\n`);
  });

  test("makes no folder for its file", async () => {
    const { stderr, ...rest } = await tried(await prepared(), `${line} nowhere/z`);
    expect(rest).toEqual({ exitCode: 3, stdout: "", wrote: false });
    expect(stderr).toMatch(/^error: there is no folder .*\nhint: make the folder first, or name another\n$/);
  });

  test.each([
    ["notes.txt/z", "part of its path is not a folder"],
    ["x".repeat(300), "its name is too long"],
  ])("refuses %s as what it is", async (file, reason) => {
    const { stderr, ...rest } = await tried(await prepared(), `${line} ${file}`);
    expect(rest).toEqual({ exitCode: 1, stdout: "", wrote: false });
    expect(stderr).toMatch(new RegExp(`^error: cannot (read|write) \`${file}\`: ${reason}\n`));
  });
});

test.each([
  ["import-room f.csv --continue-on-error --failed", "f.csv"],
  ["import-data z.zip --report", "z.zip"],
  ["export-data z.zip --report", "z.zip"],
  ["export-data new.zip --report", "new.zip"],
  ["plan-environment -f m.yaml --out", "m.yaml"],
])("%s is never another file of the command", async (line, file) => {
  expect(await tried(await prepared(), `${line} ./${file} --force`)).toEqual(
    refused(2, `error: \`./${file}\` is named by the same command already\nhint: name another file\n`),
  );
});

test.each([
  ["import-room f.csv --continue-on-error --failed", ""],
  ["export-data", ""],
  ["backup-store", ""],
  ["plan-environment -f m.yaml --out", ", and pchat did not make it"],
])("%s replaces a file only with --force", async (line, whose) => {
  const made = await prepared();
  expect(await tried(made, `${line} notes.txt`)).toEqual(
    refused(
      4,
      `error: \`notes.txt\` is there already${whose}\nhint: name another file, or replace this one with --force\n`,
    ),
  );
  expect([0, 7, 10]).toContain((await made.pchat(`${line} notes.txt --force`)).exitCode);
  expect(readFileSync(join(made.folder, "notes.txt"), "utf8")).not.toBe("mine\n");
});

test.each([
  [
    "import-room f.csv --continue-on-error --failed",
    "cannot write `sub`: it is a folder\nhint: name a file in it",
  ],
  ["export-data", "cannot write `sub`: it is a folder\nhint: name a file in it"],
  ["plan-environment -f m.yaml --out", "cannot write `sub`: it is a folder\nhint: name a file in it"],
])("%s refuses a folder", async (line, said) => {
  expect(await tried(await prepared(), `${line} sub --force`)).toEqual(refused(1, `error: ${said}\n`));
});

test.each([
  ["notes.txt", "cannot write `notes.txt/environment.yaml`: part of its path is not a folder"],
  ["notes.txt/x", "cannot write `notes.txt/x/environment.yaml`: part of its path is not a folder"],
  ["x".repeat(300), `cannot read \`${"x".repeat(300)}\`: its name is too long`],
  ["pchat.messages", "`pchat.messages/environment.yaml` belongs to the store itself"],
])("export-environment --split %s is refused as what it is", async (folder, said) => {
  const { stderr, exitCode, stdout, wrote } = await tried(
    await prepared(),
    `export-environment --split ${folder} --category IT --force`,
  );
  expect([exitCode === 1 || exitCode === 2, stdout, wrote]).toEqual([true, "", false]);
  expect(stderr.split("\n")[0]).toBe(`error: ${said}`);
});

describe.skipIf(process.platform === "win32")("a named pipe", () => {
  async function withPipe(): Promise<Bench> {
    const made = await prepared();
    execFileSync("mkfifo", [join(made.folder, "pipe")]);
    return made;
  }

  test("is no export to be read", async () => {
    const made = await withPipe();
    expect(await made.pchat("import-data pipe")).toEqual({
      exitCode: 2,
      stdout: "",
      stderr:
        "error: `pipe` is not an export: it is no ordinary file\nhint: name a whole zip that export-data or Export-CsPersistentChatData wrote\n",
    });
    expect(await made.pchat("import-data sub")).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "error: cannot read `sub`: it is a folder\n",
    });
  });

  test("is written into, and not read before", async () => {
    const made = await withPipe();
    const reader = spawn("cat", [join(made.folder, "pipe")], { stdio: ["ignore", "pipe", "ignore"] });
    const read = once(reader.stdout, "data");
    const run = await made.pchat("plan-environment -f m.yaml -o none --out pipe");
    expect(run).toEqual({ exitCode: 10, stdout: "", stderr: "" });
    expect(String((await read)[0])).toMatch(/^\{\s*"pchatPlan": 1,/);
    expect(lstatSync(join(made.folder, "pipe")).isFIFO()).toBe(true);
  });

  test.each(["export-data pipe", "export-data new.zip --report pipe", "import-data z.zip --report pipe"])(
    "is no place for %s",
    async (line) => {
      const made = await withPipe();
      expect(await made.pchat(`${line} --force`)).toEqual({
        exitCode: 2,
        stdout: "",
        stderr: "error: `pipe` is no ordinary file\nhint: name another file\n",
      });
      expect(lstatSync(join(made.folder, "pipe")).isFIFO()).toBe(true);
    },
  );
});
