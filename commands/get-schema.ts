import { defineCommand, oneWord } from "../src/cli/command.ts";
import { parseChoice } from "../src/core/property.ts";
import { jsonText } from "../src/output/json.ts";
import { jsonSchema, type SchemaName, schemaNames } from "../src/output/json-schema.ts";

export default defineCommand({
  summary: "print the JSON Schema of manifests, stores, results or errors, for editors and scripts",
  group: "environments",
  argument: oneWord("name", schemaNames.join(", ")),
  examples: [
    {
      line: "pchat get-schema environment",
      does: "what a manifest may hold; kept in a file, an editor completes manifests from it",
    },
    { line: "pchat get-schema change -o json", does: "what -o json prints of a write" },
  ],
  notes: [
    "The schemas are made from what this version knows: draft 2020-12 of JSON Schema. A manifest names the file that holds its schema in $schema; export-environment --schema writes it there.",
  ],
  service: async (_, { words }) => {
    const name = parseChoice("`get-schema`", schemaNames, words[0]!) as SchemaName;
    const schema = jsonSchema(name);
    return {
      view: { kind: "schema", identity: "name", columns: [{ name: "name", header: "Name" }] },
      rows: [{ name }],
      document: schema,
      text: () => [`${jsonText(schema, 2)}\n`],
    };
  },
});
