import { expect, test } from "vitest";
import { startChecksum } from "../../src/store/checksum.ts";
import { emptyDocument, type StoreDocument, schemaVersion } from "../../src/store/document.ts";
import { documentChecksum, documentLine, documentText } from "../../src/store/document-text.ts";

const empty = emptyDocument("lineage", "schema");

const documents: readonly (readonly [string, StoreDocument])[] = [
  ["without objects", empty],
  ["with more objects than one piece has", withSites(20_000)],
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

/** The document as one object, in the order of the file. */
function asObject({ lists, extra, ...envelope }: StoreDocument): object {
  const { lineage, serial, nextId, directory } = envelope;
  const { $schema, ...rest } = extra;
  return { $schema, schemaVersion, lineage, serial, nextId, directory, ...lists, ...rest };
}

const joined = (pieces: Iterable<Buffer>): string => Buffer.concat([...pieces]).toString("utf8");

test.each(documents)("the pieces of a document %s are its text", (_, document) => {
  const text = `${JSON.stringify(asObject(document), null, 2)}\n`;
  expect(joined(documentText(document))).toBe(text);
  expect(documentChecksum(document)).toBe(startChecksum().update(text).digest("hex"));
  expect(joined(documentLine(document))).toBe(JSON.stringify(asObject(document)));
});
