import { expect, test } from "vitest";
import { startChecksum } from "../../src/store/checksum.ts";
import { documentText, emptyDocument, type StoreDocument } from "../../src/store/document.ts";
import { documentChecksum, documentChunks } from "../../src/store/store-text.ts";

const empty = emptyDocument("lineage", "schema");

const documents: readonly (readonly [string, StoreDocument])[] = [
  ["without objects", empty],
  ["with more objects than one piece has", withSites(1001)],
  ["with as many objects as one piece has", withSites(500)],
  [
    "with properties of a later version",
    { ...withSites(1), extra: { $schema: "s", 7: [], later: { a: [1] } } },
  ],
];

function withSites(count: number): StoreDocument {
  const sites = Array.from({ length: count }, (_, at) => ({
    id: at + 1,
    name: `Site\n    } "${at}" \u2028`,
    later: { deep: [at, {}] },
  }));
  return { ...empty, nextId: count + 1, lists: { ...empty.lists, sites: sites as never } };
}

test.each(documents)("the pieces of a document %s are its text", (_, document) => {
  const text = documentText(document);
  expect(Buffer.concat([...documentChunks(document)]).toString("utf8")).toBe(text);
  expect(documentChecksum(document)).toBe(startChecksum().update(text).digest("hex"));
});
