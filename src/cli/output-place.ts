import { DomainError } from "../core/errors.ts";
import { ioReason } from "../core/io-error.ts";
import type { OutputPlace } from "./command.ts";
import type { Store, World } from "./context.ts";

/**
 * Refuses the place of a file that a command is to make, before anything is done: `invalid-value` for a file of the
 * store itself, for one that the command names already, and for a device or pipe where only a file will do; `no-file` without
 * its folder; `exists` where a file is there that may not be replaced, unless `force`; `write-failed`.
 */
export async function requirePlace(
  world: World,
  store: Pick<Store, "owns">,
  force: boolean,
  { path, others = [], onlyFile = false, makesFolders = false, replaces }: OutputPlace,
): Promise<void> {
  const { is, hasFolder } = await world.findPlace(path);
  if (store.owns(path)) throw elsewhere(`\`${path}\` belongs to the store itself`);
  if (!hasFolder && !makesFolders) {
    throw new DomainError("no-file", `there is no folder for \`${path}\``, {
      hint: { say: "make the folder first, or name another" },
      details: { file: path },
    });
  }
  if (is === "folder") {
    throw new DomainError("write-failed", `cannot write \`${path}\`: ${ioReason("EISDIR")}`, {
      hint: { say: "name a file in it" },
      details: { file: path },
    });
  }
  if (is === "device" && onlyFile) throw elsewhere(`\`${path}\` is no ordinary file`);
  for (const other of others) {
    if (await world.isSameFile(path, other))
      throw elsewhere(`\`${path}\` is named by the same command already`);
  }
  if (is !== "file") return;
  if (force || replaces === "anything") return;
  if (replaces?.(await world.readBeginning(path).then((beginning) => beginning ?? "")) === true) return;
  const whose = replaces === undefined ? "" : ", and pchat did not make it";
  throw new DomainError("exists", `\`${path}\` is there already${whose}`, {
    hint: { say: "name another file, or replace this one with --force" },
    details: { file: path },
  });
}

const elsewhere = (message: string): DomainError =>
  new DomainError("invalid-value", message, { hint: { say: "name another file" } });
