/**
 * Builds dist: the program as bundles that load only what a command line uses, and the programs of the tests.
 *
 *   dist/bin/pchat.js     the entry: answers --version, and loads the rest
 *   dist/bin/program.js   all commands; each is run only when it is called
 *   dist/bin/lib-*.js     a library each, loaded at its first use
 *   dist/man/*.1          a man page for each command
 *   dist/bin/*.code       what V8 made of the bundles, for the Node that built them (see bin/load-bundle.ts)
 *
 * Types are checked by `npm run check`, not here.
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { build } from "esbuild";

const root = resolve(import.meta.dirname, "..");
const dist = join(root, "dist");
const bin = join(dist, "bin");

/** Used by every command, so part of the program. */
const inProgram = ["commander", "lowdb"];
/** Native: its code is part of the program, and its binary is loaded from where it is installed. */
const native = "fs-native-extensions";

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node20.17",
  logLevel: "warning",
  // Imports nothing by default; asking for the default export all the same is how libraries are passed on.
  logOverride: { "import-is-undefined": "silent" },
};
const asBundle = {
  ...common,
  format: "cjs",
  minify: true,
  // For PCHAT_DEBUG. Sources are not needed to name their lines.
  sourcemap: "linked",
  sourcesContent: false,
  // `import()` becomes `require`, which starts faster and which the loader of the bundles can follow.
  supported: { "dynamic-import": false },
};
/**
 * A bundle is a function, whether it is run as a script or as a module: its text is compiled as it is read, since a
 * copy with a wrapper around it would take V8 as long as everything that a command does.
 */
const asFunction = {
  ...asBundle,
  banner: {
    js: `(bundle => typeof module === "object" ? (module.exports = bundle) : bundle)(function (exports, require, module, __filename, __dirname) {`,
  },
  footer: { js: "})" },
};

/** The list of commands, in the place of reading their folder. */
const commandList = {
  name: "command-list",
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]bin[/\\]commands\.ts$/ }, ({ path }) => {
      const names = readdirSync(join(root, "commands"))
        .map((file) => file.replace(/\.ts$/, ""))
        .sort();
      const loaders = names.map((name) => `${JSON.stringify(name)}: () => import("../commands/${name}.ts")`);
      return {
        contents: `const loaders = { ${loaders.join(", ")} };
export const commands = { names: ${JSON.stringify(names)}, load: async (name) => (await loaders[name]()).default };`,
        loader: "ts",
        resolveDir: resolve(path, ".."),
      };
    });
  },
};

/**
 * Characters beyond ASCII as escapes, in regular expressions too, where esbuild leaves them: V8 takes plain bytes as
 * they are, without decoding.
 */
const plainBytes = {
  name: "plain-bytes",
  setup({ onLoad }) {
    onLoad({ filter: /\.[cm]?[jt]s$/, namespace: "file" }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      if (/^[\0-\x7f]*$/.test(text)) return undefined;
      const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
      return { contents: text.replace(/[^\0-\x7f]/g, escaped), loader: path.endsWith("ts") ? "ts" : "js" };
    });
  },
};

const bundleOf = (library) => `lib-${library.replaceAll(/[^a-z0-9]+/g, "-")}.js`;

/**
 * Libraries become bundles of their own, which are loaded when something of them is used, not when it is imported.
 * `found` collects their names.
 */
const lazyLibraries = (found) => ({
  name: "lazy-libraries",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[a-z@]/ }, ({ path, importer, kind, namespace }) => {
      const isOwn =
        !/node_modules|library\.mjs$/.test(importer) && namespace === "file" && kind !== "entry-point";
      if (!isOwn || path.startsWith("node:") || [...inProgram, native].includes(path)) return undefined;
      found.add(path);
      return { path, namespace: "library" };
    });
    onResolve({ filter: /^later:/ }, ({ path }) => ({ path: path.slice(6), namespace: "later" }));
    onResolve({ filter: /^\.\/lib-/, namespace: "later" }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /.*/, namespace: "library" }, async ({ path }) => {
      const names = await exportsOf(path);
      return { contents: `export { ${names.join(", ")} } from ${JSON.stringify(`later:${path}`)};` };
    });
    onLoad({ filter: /.*/, namespace: "later" }, async ({ path }) => {
      const names = await exportsOf(path);
      const getters = names.map((name) => `get ${name}() { return all().${name}; }`);
      return {
        contents: `let loaded;
const all = () => (loaded ??= require("./${bundleOf(path)}"));
module.exports = { __esModule: true, ${getters.join(", ")} };`,
      };
    });
  },
});

/** Modules of Node that are slow to load, and the functions of them that are used. */
const loadedAtUse = {
  "node:crypto": ["createHash", "randomBytes", "randomUUID"],
  "node:zlib": ["crc32"],
  "node:timers/promises": ["setTimeout"],
  "node:tty": ["isatty"],
  "node:child_process": ["spawn"],
  "node:v8": ["setFlagsFromString"],
};

/** What is loaded at once without being used at once, or at all. */
const lighterModules = {
  name: "lighter-modules",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, importer, kind, namespace }) => {
      const isOurs = !/node_modules[/\\](?!commander)/.test(importer) && namespace === "file";
      const isLater = path in loadedAtUse || (path === "node:process" && kind === "import-statement");
      return isOurs && isLater ? { path, namespace: "at-use" } : undefined;
    });
    onLoad({ filter: /.*/, namespace: "at-use" }, ({ path }) => ({
      contents:
        // Importing it copies a hundred properties of what is there anyway.
        path === "node:process"
          ? "export default process;"
          : `let loaded;
const all = () => (loaded ??= require(${JSON.stringify(path)}));
${loadedAtUse[path].map((name) => `export const ${name} = (...words) => all().${name}(...words);`).join("\n")}`,
    }));
    // It looks for its binary through forty modules, which takes longer than all else that a change does.
    onResolve({ filter: /^\.\/binding$/ }, ({ importer }) =>
      importer.includes(native) ? { path: "binding", namespace: "native" } : undefined,
    );
    onResolve({ filter: /./, namespace: "native" }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /.*/, namespace: "native" }, () => ({
      contents: `try {
  module.exports = require("${native}/prebuilds/" + process.platform + "-" + process.arch + "/${native}.node");
} catch {
  module.exports = require("${native}/binding");
}`,
    }));
    // cli-table3 brings an old one, whose width of young emoji is another than that of the rows.
    onResolve({ filter: /^string-width$/ }, ({ importer }) =>
      /node_modules[/\\]cli-table3/.test(importer) ? { path: "text-width", namespace: "rows" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "rows" }, () => ({
      contents: 'module.exports = require("./src/output/text-width.ts").textWidth;',
      resolveDir: root,
    }));
  },
};

/** The names that Node itself would import of a library. */
const exportsOf = async (library) =>
  Object.keys(await import(library)).filter((name) => /^[A-Za-z$][\w$]*$/.test(name));

async function bundleProgram() {
  const libraries = new Set();
  await build({ ...asBundle, entryPoints: ["bin/pchat.ts"], outdir: bin });
  await build({
    ...asFunction,
    entryPoints: ["bin/program.ts"],
    outdir: bin,
    plugins: [commandList, lazyLibraries(libraries), lighterModules, plainBytes],
  });
  await Promise.all(
    [...libraries].map((library) =>
      build({
        ...asFunction,
        stdin: {
          contents: `import * as all from ${JSON.stringify(library)};
export * from ${JSON.stringify(library)};
export default all.default;`,
          // As Node itself would import it.
          sourcefile: "library.mjs",
          resolveDir: root,
        },
        outfile: join(bin, bundleOf(library)),
        plugins: [lazyLibraries(new Set()), lighterModules, plainBytes],
      }),
    ),
  );
  writeFileSync(join(bin, "package.json"), '{ "type": "commonjs" }\n');
  chmodSync(join(bin, "pchat.js"), 0o755);
}

/** The loader reads bundles without decoding them. */
function refuseOtherThanAscii() {
  for (const file of readdirSync(bin).filter((name) => name.endsWith(".js"))) {
    if (readFileSync(join(bin, file)).some((byte) => byte > 127))
      throw new Error(`${file} is not plain ASCII`);
  }
}

/** The programs that tests, the demo and the bench run, beside the sources that they need. */
async function bundleTests() {
  const benches = existsSync(join(root, "test/bench"))
    ? readdirSync(join(root, "test/bench")).filter((file) => file.endsWith(".ts"))
    : [];
  await build({
    ...common,
    format: "esm",
    packages: "external",
    sourcemap: "linked",
    entryPoints: [
      "test/demo/demo.ts",
      "test/slow/writer.ts",
      "test/slow/message-writer.ts",
      ...benches.map((file) => `test/bench/${file}`),
    ],
    outbase: ".",
    outdir: dist,
  });
}

/** Runs typical command lines in processes of their own, and keeps what V8 compiled for them. */
async function storeCode() {
  const trainer = join(dist, "train.mjs");
  const folder = mkdtempSync(join(tmpdir(), "pchat-build-"));
  await build({ ...common, format: "esm", entryPoints: [".build/train.ts"], outfile: trainer });
  for (const purpose of ["prepare", "change", "test", "show"]) {
    const { status, stderr } = spawnSync(process.execPath, [trainer, bin, folder, purpose], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`the bundles do not run:\n${stderr}`);
  }
  rmSync(trainer);
  rmSync(folder, { recursive: true });
}

/** The man pages of all commands, from the same declarations as help. */
async function writeManPages() {
  const writer = join(dist, "man.mjs");
  await build({
    ...common,
    format: "esm",
    packages: "external",
    plugins: [commandList],
    entryPoints: [".build/man.ts"],
    outfile: writer,
  });
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { status, stderr } = spawnSync(process.execPath, [writer, join(dist, "man"), version], {
    encoding: "utf8",
  });
  rmSync(writer);
  if (status !== 0) throw new Error(`the man pages cannot be written:\n${stderr}`);
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(bin, { recursive: true });
await Promise.all([bundleProgram(), bundleTests(), writeManPages()]);
refuseOtherThanAscii();
await storeCode();
