import type { Directory } from "../core/directory.ts";
import { DomainError } from "../core/errors.ts";
import { readDirectory } from "./directory-file.ts";
import { openIndexedDirectory } from "./directory-index.ts";
import { tailOf } from "./load-store.ts";
import type { StorePaths } from "./store-paths.ts";

/** Checksum of the directory that a state goes with, and the serial of that state. */
interface Wanted {
  readonly directory: string | null;
  readonly serial: number;
}

/**
 * Opens the directory of a state when it is first asked for, which `present` must still have. Throws `not-permitted`
 * where the present one is another, and what readDirectory throws.
 */
export function directoryOf(
  paths: StorePaths,
  { directory, serial }: Wanted,
  present: Wanted,
): () => Directory | undefined {
  return () => {
    if (directory === null) return undefined;
    if (directory !== present.directory) throw otherDirectory(serial);
    const isPresent = () =>
      (tailOf(paths, Number.POSITIVE_INFINITY)?.last.directory ?? directory) === directory;
    return openIndexedDirectory(paths, directory) ?? readDirectory(paths, directory, isPresent);
  };
}

function otherDirectory(serial: number): DomainError {
  return new DomainError("not-permitted", `the directory was another at serial ${serial} than it is now`, {
    hint: { say: "name the export of that time with --directory, or ask what needs no directory" },
    details: { serial },
  });
}
