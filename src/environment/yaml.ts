import { CORE_SCHEMA, loadAll, mergeTag } from "js-yaml";

const schema = CORE_SCHEMA.withTags(mergeTag);

/** The documents of a YAML or JSON text, by a fast reader that knows no positions. Throws YAMLException. */
export const parseYaml = (text: string): readonly unknown[] => loadAll(text, { schema });
