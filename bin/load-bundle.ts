import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { Script } from "node:vm";

/** Loads one of the build's CommonJS bundles by the name of its file, as `require` does, once. */
export type LoadBundle = (name: string) => unknown;

/** What a command line is about to do, as far as its first word tells: showing uses less code than all else. */
export type Purpose = "show" | "change";

export const purposeOf = (command: string): Purpose => (/^get-/i.test(command) ? "show" : "change");

/**
 * A loader for the bundles in a folder. Where the build left V8's compiled code beside a bundle, made by this very
 * version of Node, it is taken instead of compiling the source again; V8 itself refuses code that does not fit the
 * source or its settings, and compiles. Elsewhere Node's own compile cache does the same, where Node has one.
 *
 * `compiled` is for the build: called with every script as it is loaded, none of them from stored code.
 */
export function bundleLoader(
  folder: string,
  require: NodeJS.Require,
  purpose: Purpose,
  compiled?: (path: string, script: Script) => void,
): LoadBundle {
  const loaded = new Map<string, { exports: unknown }>();
  const load: LoadBundle = (name) => {
    const known = loaded.get(name);
    if (known !== undefined) return known.exports;
    const path = join(folder, name);
    const code = compiled === undefined ? storedCode(path, purpose) : undefined;
    if (code === undefined && compiled === undefined) return compileAndKeep(path, require);
    const script = new Script(wrapped(readFileSync(path).toString("latin1")), {
      filename: path,
      ...(code === undefined ? {} : { cachedData: code }),
    });
    const module = { exports: {} };
    loaded.set(name, module);
    script.runInThisContext()(module.exports, fromBundle, module, path, folder);
    compiled?.(path, script);
    return module.exports;
  };
  const fromBundle = (name: string): unknown => (name.startsWith("./") ? load(name.slice(2)) : require(name));
  return load;
}

/** Where the build leaves the compiled code of a bundle for one version of Node on one kind of machine. */
export const codePath = (path: string, purpose: Purpose): string =>
  `${path}.${process.version}-${process.arch}.${purpose}.code`;

function storedCode(path: string, purpose: Purpose): Buffer | undefined {
  try {
    return readFileSync(codePath(path, purpose));
  } catch {
    return undefined;
  }
}

/** From Node 22 on, Node itself can keep what it compiled, in the folder for temporary files. */
function compileAndKeep(path: string, require: NodeJS.Require): unknown {
  const { enableCompileCache } = require("node:module") as { readonly enableCompileCache?: () => void };
  enableCompileCache?.();
  return require(path);
}

/** As Node wraps a CommonJS module. Bundles are ASCII, so that they can be read without decoding. */
const wrapped = (source: string): string =>
  `(function (exports, require, module, __filename, __dirname) {${source}\n})`;
