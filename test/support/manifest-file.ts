import { heldBytes } from "../../src/cli/held-bytes.ts";
import { textOf } from "../../src/cli/text-files.ts";
import type { ManifestFile } from "../../src/environment/manifest-files.ts";

/** A file of a manifest that is only in memory, as if it was named. */
export const manifestFile = (name: string, text: string, isNamed = true): ManifestFile => ({
  ...heldBytes(Buffer.from(text)),
  name,
  isNamed,
  text: () => textOf(Buffer.from(text), name),
});
