import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { Script } from "node:vm";

/** Loads one of the build's CommonJS bundles by the name of its file, as `require` does, once. */
export type LoadBundle = (name: string) => unknown;

/** What the build makes of a bundle: a function, as Node makes one of a CommonJS module. */
type Bundle = (
  exports: unknown,
  require: (name: string) => unknown,
  module: { exports: unknown },
  filename: string,
  dirname: string,
) => void;

/** What a command line is about to do, as far as its first word tells: each uses other code, and loads no more. */
export type Purpose = "show" | "test" | "change";

export function purposeOf(command: string): Purpose {
  if (/^get-/i.test(command)) return "show";
  return /^test-/i.test(command) ? "test" : "change";
}

/**
 * A loader for the bundles in a folder. Where the build left V8's compiled code beside a bundle, made by this very
 * version of Node, it is taken instead of compiling the source again; V8 itself refuses code that does not fit the
 * source or its settings, and compiles. Elsewhere, and without a purpose, bundles are modules of Node, which finds
 * their source maps, and whose own compile cache does the same, where it has one.
 *
 * `compiled` is for the build: called with every script as it is loaded, none of them from stored code.
 */
export function bundleLoader(
  folder: string,
  require: NodeJS.Require,
  purpose: Purpose | undefined,
  compiled?: (path: string, script: Script) => void,
): LoadBundle {
  const loaded = new Map<string, { exports: unknown }>();
  const load: LoadBundle = (name) => {
    const known = loaded.get(name);
    if (known !== undefined) return known.exports;
    const path = join(folder, name);
    const code = compiled === undefined && purpose !== undefined ? storedCode(path, purpose) : undefined;
    const isModule = code === undefined && compiled === undefined;
    const script = isModule ? undefined : scriptOf(path, code);
    const bundle = script === undefined ? compileAndKeep(path, require) : script.runInThisContext();
    const module = { exports: {} };
    loaded.set(name, module);
    (bundle as Bundle)(module.exports, fromBundle, module, path, folder);
    if (script !== undefined) compiled?.(path, script);
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

/** Bundles are ASCII, so that they can be read without decoding. */
const scriptOf = (path: string, code: Buffer | undefined): Script =>
  new Script(readFileSync(path).toString("latin1"), {
    filename: path,
    ...(code === undefined ? {} : { cachedData: code }),
  });
