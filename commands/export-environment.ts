import { defineCommand, flag, type NewFile, type ReadResult, value } from "../src/cli/command.ts";
import { exportState, type ManifestContent } from "../src/core/environment/export.ts";
import { type ManifestPart, splitState } from "../src/core/environment/split.ts";
import { DomainError } from "../src/core/errors.ts";
import { findInPool, requirePool } from "../src/core/identity.ts";
import { forAdministrators } from "../src/core/roles.ts";
import { jsonText } from "../src/output/json.ts";
import { jsonSchema, schemaUri } from "../src/output/json-schema.ts";
import { isManifestText, manifestYaml } from "../src/output/manifest-text.ts";

const schemaFile = "environment.schema.json";

export default defineCommand({
  summary: "print what the store holds as a manifest, or a part of it",
  group: "environments",
  options: {
    category: value("only this category, its rooms, and what they refer to", { placeholder: "name" }),
    split: value("write a file for each category into this folder", { placeholder: "folder" }),
    schema: value("what $schema says: a file or address of the schema for editors", { placeholder: "uri" }),
    "no-schema": flag("leave $schema out"),
  },
  examples: [
    { line: "pchat export-environment", does: "all of it, as YAML" },
    {
      line: "pchat export-environment --category IT -o json",
      does: "one category with its rooms, as JSON",
    },
    {
      line: "pchat export-environment --split environments/production",
      does: "a file for each category, to be kept in git",
    },
  ],
  notes: [
    "Objects are sorted and every property is there, so that the same store always gives the same text, and applying it to an empty store makes an equal one. Entries that break a rule by now (a member who was denied since) need --adopt there.",
    "--split also writes the schema that its files name, so that editors complete them as they are. It replaces files of its own, and others only with --force.",
    "With --pool only what belongs to that pool. It is an administrator's: with --as it is refused, since what one user sees is not the whole.",
  ],
  check: ({ options: { schema, "no-schema": without, split } }) => {
    if (schema !== undefined && without) {
      throw new DomainError("invalid-usage", "`--schema` and `--no-schema` contradict each other");
    }
    if (split !== undefined && split.trim() === "") {
      throw new DomainError("invalid-value", "`--split` takes the name of a folder, not an empty word");
    }
  },
  prepare: async ({ options: { split } }, { listFolder }) =>
    split === undefined ? [] : ((await listFolder(split)) ?? []),
  read: (state, { options, pool }, present, { user }) => {
    // What one user sees would look like the whole, and prune the rest.
    if (user !== undefined) throw forAdministrators(user, "exporting an environment");
    const { category, split, schema, "no-schema": without } = options;
    const selection = {
      category: category === undefined ? undefined : findInPool(state, "categories", category, { pool }),
      pool: pool === undefined ? undefined : requirePool(state, pool).fqdn,
    };
    if (split !== undefined) {
      return inFiles(splitState(state, selection), split, present, { schema, without });
    }
    const uri = without ? undefined : (schema ?? schemaUri("environment"));
    return whole(exportState(state, selection), uri);
  },
});

const withSchema = (content: ManifestContent, uri: string | undefined): Readonly<Record<string, unknown>> =>
  uri === undefined ? content : { $schema: uri, ...content };

function whole(content: ManifestContent, uri: string | undefined): ReadResult {
  const manifest = withSchema(content, uri);
  return {
    view: { kind: "manifest", identity: "name", columns: [{ name: "name", header: "Name" }] },
    rows: [],
    document: manifest,
    text: () => manifestYaml(manifest),
  };
}

function inFiles(
  parts: readonly ManifestPart[],
  folder: string,
  present: readonly string[],
  { schema, without }: { readonly schema: string | undefined; readonly without: boolean },
): ReadResult {
  const base = folder.replace(/[\\/]+$/, "") || folder;
  const manifests = parts.map(({ name, content }): NewFile => {
    const up = "../".repeat(name.split("/").length - 1) || "./";
    const uri = without ? undefined : (schema ?? `${up}${schemaFile}`);
    return {
      path: `${base}/${name}.yaml`,
      text: manifestYaml(withSchema(content, uri)),
      makesFolders: true,
      replaces: isManifestText,
    };
  });
  const ownSchema: NewFile = {
    path: `${base}/${schemaFile}`,
    text: [`${jsonText(jsonSchema("environment"), 2)}\n`],
    makesFolders: true,
    replaces: (beginning) => beginning.includes(schemaUri("environment")),
  };
  const files = schema === undefined && !without ? [...manifests, ownSchema] : manifests;
  const written = new Set(files.map(({ path }) => path.replace(/^\.\//, "")));
  const left = present.filter((file) => /\.ya?ml$/i.test(file) && !written.has(file.replace(/^\.\//, "")));
  return {
    view: { kind: "file", identity: "file", columns: [{ name: "file", header: "File" }] },
    rows: files.map(({ path }) => ({ file: path })),
    files,
    warnings: left.map((file) => ({
      code: "notice",
      text: `\`${file}\` was there before, and is no part of this export`,
    })),
  };
}
