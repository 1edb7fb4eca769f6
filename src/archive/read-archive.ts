import type { ImportedData } from "../core/import-data.ts";
import { extraName } from "./layout.ts";
import { ownData } from "./own-data.ts";
import { productData } from "./product-data.ts";
import type { OpenZip } from "./read-zip.ts";

/**
 * What a zip holds: all of it where export-data wrote it, else what the product's known files say. Everything but
 * messages is looked through before this returns; rooms are read again whenever they are gone through. Throws
 * `invalid-file` naming the file within the zip.
 */
export const readArchive = (zip: OpenZip): ImportedData =>
  zip.has(extraName) ? ownData(zip) : productData(zip);
