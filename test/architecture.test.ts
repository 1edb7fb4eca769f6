import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { cruise, type ICruiseResult, type IModule } from "dependency-cruiser";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";
import { expect, onTestFinished, test } from "vitest";

/** Who may import whom, beside its own folder. `node:` stands for all of Node's modules. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  "src/core/": [],
  "src/output/": [
    "src/core/",
    "chalk",
    "cli-table3",
    "csv-stringify",
    "fastest-levenshtein",
    "js-yaml",
    "string-width",
    "yaml",
  ],
  // Long texts in pieces and out of memory, whatever they are about: what reads very large files needs it.
  "src/text/": ["src/core/", "node:"],
  "src/store/": ["src/core/", "src/text/", "lowdb", "fs-native-extensions", "node:"],
  "src/directory/": ["src/core/", "src/text/", "ldapts", "node:"],
  // Zip files of a pool's data: another format than the environment's, with libraries of its own.
  "src/archive/": ["src/core/", "src/text/", "entities", "fflate", "saxes", "yauzl", "yazl", "node:"],
  "src/environment/": ["src/core/", "src/text/", "csv-parse", "js-yaml", "yaml", "node:"],
  "src/cli/": ["src/core/", "src/output/", "commander", "inquirer", "luxon", "node:", "ufuzzy"],
  "commands/": ["src/core/", "src/output/", "src/cli/command.ts", "src/cli/exit-code.ts"],
  ".build/": ["bin/", "src/cli/", "node:"],
  "bin/": [
    "src/archive/",
    "src/cli/",
    "src/store/",
    "src/directory/",
    "src/environment/",
    "node:",
    "package.json",
  ],
};

const root = resolve(import.meta.dirname, "..");

async function modulesIn(folder: string): Promise<readonly IModule[]> {
  const result = await cruise(
    ["bin", "src", "commands", ".build/man.ts"],
    { baseDir: folder, tsPreCompilationDeps: true, doNotFollow: { path: "node_modules" } },
    { extensions: [".ts", ".js"] },
    { tsConfig: extractTSConfig(join(root, "tsconfig.json")) },
  );
  return (result.output as ICruiseResult).modules.filter(({ source }) => !source.includes("node_modules"));
}

/** Each import that the table does not allow, and each cycle, as `who -> whom`. */
function violations(modules: readonly IModule[]): string[] {
  return modules.flatMap(({ source, dependencies }) => {
    const place = Object.keys(mayImport).find((folder) => source.startsWith(folder));
    if (place === undefined) return dependencies.length > 0 ? [`${source} lies in no known folder`] : [];
    return dependencies
      .filter(({ resolved, coreModule, circular }) => {
        const name = coreModule ? "node:" : resolved.replace(/^.*node_modules\//, "");
        const isOwn = name.startsWith(place) && place !== "commands/";
        const isAllowed = mayImport[place]!.some((allowed) =>
          allowed.endsWith("/") || allowed.endsWith(".ts")
            ? name.startsWith(allowed)
            : name.split("/").includes(allowed) || name === allowed,
        );
        return circular || !(isOwn || isAllowed);
      })
      .map(({ resolved, circular }) => `${source} -> ${resolved}${circular ? " (cycle)" : ""}`);
  });
}

const modules = await modulesIn(root);

test("imports follow the table, without cycles", () => {
  // A parser that read no TypeScript would find no violations either.
  expect(modules.filter(({ source }) => source.startsWith("src/core/")).length).toBeGreaterThan(20);
  expect(modules.flatMap(({ dependencies }) => dependencies).length).toBeGreaterThan(300);
  expect(violations(modules)).toEqual([]);
});

test("every module of src is reached from bin, a command or the build", () => {
  const reached = new Set<string>();
  const bySource = new Map(modules.map((module) => [module.source, module]));
  const open = modules
    .map(({ source }) => source)
    .filter((source) => /^(bin|commands|\.build)\//.test(source));
  for (let source = open.pop(); source !== undefined; source = open.pop()) {
    if (reached.has(source)) continue;
    reached.add(source);
    for (const { resolved } of bySource.get(source)?.dependencies ?? []) open.push(resolved);
  }
  const dead = modules
    .map(({ source }) => source)
    .filter((source) => source.startsWith("src/") && !reached.has(source));
  expect(dead.filter((source) => !source.endsWith(".d.ts"))).toEqual([]);
});

/** A copy of the sources in which something may be broken. */
function copied(): string {
  const folder = mkdtempSync(join(tmpdir(), "pchat-architecture-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of [".build", "bin", "src", "commands", "package.json", "tsconfig.json"]) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

test("a planted violation of each kind is found", async () => {
  const folder = copied();
  const plant = (path: string, text: string): void => writeFileSync(join(folder, path), text);
  plant(
    "src/core/planted.ts",
    'import { readFileSync } from "node:fs";\nexport const planted = readFileSync;\n',
  );
  plant(
    "src/output/planted.ts",
    'import { storePaths } from "../store/store-paths.ts";\nexport const planted = storePaths;\n',
  );
  plant(
    "commands/planted.ts",
    'import other from "./get-room.ts";\nimport Table from "cli-table3";\nexport default [other, Table];\n',
  );
  const found = violations(await modulesIn(folder)).sort();
  expect(found.map((line) => line.replace(/-> .*(cli-table3).*/, "-> $1"))).toEqual([
    "commands/planted.ts -> cli-table3",
    "commands/planted.ts -> commands/get-room.ts",
    "src/core/planted.ts -> fs",
    "src/output/planted.ts -> src/store/store-paths.ts",
  ]);
});

const compileCore = (folder: string): string => {
  try {
    execFileSync(
      process.execPath,
      [join(root, "node_modules/typescript/bin/tsc"), "-p", join(folder, "src/core")],
      {
        encoding: "utf8",
        cwd: folder,
      },
    );
    return "";
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
};

test("the core compiles without Node's types, and does not once it names one", () => {
  const folder = copied();
  expect(compileCore(folder)).toBe("");
  writeFileSync(join(folder, "src/core/planted.ts"), "export const planted = process.env;\n");
  expect(compileCore(folder)).toMatch(/planted\.ts\(1,24\): error TS\d+: Cannot find name 'process'/);
});

const verbs =
  /^(new|get|set|remove|grant|clear|test|import|export|undo|backup|restore|repair|compact|plan|apply|compare|invoke|send|start)-[a-z-]+$/;

/** What is missing for a command to be complete. */
function incomplete(folder: string, tests: readonly string[]): string[] {
  return readdirSync(join(folder, "commands"))
    .map((file) => file.replace(/\.ts$/, ""))
    .flatMap((name) => [
      ...(verbs.test(name) ? [] : [`${name}: no verb and noun`]),
      ...(tests.includes(`${name}.test.ts`) ? [] : [`${name}: no test`]),
    ]);
}

test("every command is named verb-noun and has its own test", () => {
  const tests = readdirSync(join(root, "test/commands"));
  expect(incomplete(root, tests)).toEqual([]);
  const folder = copied();
  writeFileSync(join(folder, "commands/roomlist.ts"), "export default {};\n");
  expect(incomplete(folder, tests)).toEqual(["roomlist: no verb and noun", "roomlist: no test"]);
});
