import { readdirSync } from "node:fs";
import type { CommandSource } from "./context.ts";

/** Commands from a folder of modules: the file's name is the command's, its default export the definition. */
export function commandsIn(folder: URL): CommandSource {
  const names = readdirSync(folder)
    .filter((file) => /\.[jt]s$/.test(file) && !file.endsWith(".d.ts"))
    .map((file) => file.replace(/\.[jt]s$/, ""))
    .sort();
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  return {
    names,
    load: async (name) => {
      const module = (await import(new URL(`${name}.${extension}`, folder).href)) as { default: unknown };
      return module.default;
    },
  };
}
