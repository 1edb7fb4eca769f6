import { namesIn, type Shape, shapes } from "../core/environment/shape.ts";
import { refusals } from "../core/errors.ts";
import { roomActions } from "../core/outcome.ts";
import type { Properties, Property } from "../core/property.ts";
import { type Collection, collections, nouns } from "../core/state.ts";
import { storedView } from "./object-view.ts";

/** A JSON Schema (draft 2020-12), or a part of one. */
export type Schema = Readonly<Record<string, unknown>>;

export const schemaNames = ["environment", "store", "change", "error"] as const;
export type SchemaName = (typeof schemaNames)[number];

/** What `$schema` says in files, unless something else is wanted. */
export const schemaUri = (name: SchemaName): string => `https://pchat.invalid/schema/${name}-1.json`;

/** The description of a document, made from the property tables. */
export function jsonSchema(name: SchemaName): Schema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: schemaUri(name),
    title: `pchat ${name}`,
    ...makers[name](),
  };
}

const makers: Readonly<Record<SchemaName, () => Schema>> = {
  environment: environmentSchema,
  store: storeSchema,
  change: changeSchema,
  error: errorSchema,
};

const text = { type: "string" } as const;
const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: "null" }] });
const listOf = (items: Schema): Schema => ({ type: "array", items });
const isInPool = (kind: string | undefined): boolean =>
  collections.some((collection) => nouns[collection].kind === kind && shapes[collection].inPool);

/** One value as it is stored, without what it means. */
function valueSchema(property: Property): Schema {
  switch (property.type) {
    case "boolean":
      return { type: "boolean" };
    case "integer":
      return { type: "integer", minimum: property.minimum ?? 0, maximum: property.maximum ?? 2147483647 };
    case "choice":
      return { enum: property.choices };
    case "url":
      return { type: "string", pattern: "^[hH][tT][tT][pP][sS]?://" };
    case "fqdns":
    case "principals":
      return { ...listOf({ type: "string", minLength: 1 }), uniqueItems: true, ...mostOf(property) };
    case "duration":
      return { type: "string", pattern: "^([0-9]{1,7}\\.)?[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2})?$" };
    case "principal":
    case "reference":
      return { type: "string", minLength: 1 };
    default:
      return {
        type: "string",
        ...(property.type === "name" ? { minLength: 1 } : {}),
        ...(property.maxLength === undefined ? {} : { maxLength: property.maxLength }),
      };
  }
}

const mostOf = ({ maxItems }: Property): Schema => (maxItems === undefined ? {} : { maxItems });

/** A property with what editors show of it. */
function described(property: Property, schema: Schema): Schema {
  const { initial, meaning } = property;
  return {
    description: meaning,
    ...(initial === undefined ? {} : { default: initial }),
    ...(initial === null ? orNull(schema) : schema),
  };
}

// ---- manifests

function environmentSchema(): Schema {
  const properties = Object.fromEntries(
    collections.map((collection) => {
      const shape = shapes[collection];
      const object = wantedSchema(shape);
      return [collection, shape.identity === undefined ? object : listOf(object)];
    }),
  );
  return {
    description:
      "Objects that an environment should hold. What is not named is left alone; lists are exact, or { ensure } and { absent }",
    type: "object",
    additionalProperties: false,
    properties: { $schema: { ...text, description: "where editors find this description" }, ...properties },
  };
}

function wantedSchema(shape: Shape): Schema {
  const { identity, inPool, keys, collection } = shape;
  const naming =
    identity === undefined
      ? {}
      : { [identity.shown]: { description: identity.property.meaning, ...valueSchema(identity.property) } };
  const pooled = inPool
    ? {
        name: {
          ...text,
          minLength: 1,
          maxLength: 256,
          description: "name alone, in the place of `pool\\name`",
        },
        pool: { ...text, minLength: 1, description: "pool that holds it, beside a name alone" },
      }
    : {};
  const required =
    identity === undefined
      ? {}
      : inPool
        ? { anyOf: [{ required: [identity.shown] }, { required: ["name"] }] }
        : { required: [identity.shown] };
  const properties = Object.fromEntries(keys.map(({ shown, property }) => [shown, wantedValue(property)]));
  const known: Schema = { ...naming, ...pooled, ...properties };
  return {
    title: nouns[collection].one,
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries(namesIn(shape).map((name) => [name, known[name]])),
    ...required,
  };
}

function wantedValue(property: Property): Schema {
  const schema = valueSchema(property);
  if (schema["type"] === "array") return described(property, { anyOf: [schema, listEdit(schema)] });
  // A bare `False` is a truth value to YAML.
  const spelt = (property.choices ?? []).flatMap((choice) =>
    /^(true|false)$/i.test(choice) ? [choice.toLowerCase() === "true"] : [],
  );
  return described(property, spelt.length === 0 ? schema : { enum: [...(property.choices ?? []), ...spelt] });
}

const listEdit = (list: Schema): Schema => ({
  type: "object",
  additionalProperties: false,
  minProperties: 1,
  properties: {
    ensure: { ...list, description: "entries that must be there; others stay" },
    absent: { ...list, description: "entries that must not be there; others stay" },
  },
});

// ---- stores

function storeSchema(): Schema {
  const whole = { type: "integer", minimum: 0 };
  const properties = {
    $schema: text,
    schemaVersion: { const: 1 },
    lineage: { ...text, description: "says which store this is, for good: copies and backups share it" },
    serial: { ...whole, description: "rises by one with every change" },
    nextId: { ...whole, description: "id that the next created object gets" },
    directory: orNull({ ...text, pattern: "^[0-9a-f]{64}$" }),
    ...Object.fromEntries(collections.map((collection) => [collection, listOf(storedSchema(collection))])),
  };
  return {
    description: "Everything that a store holds. Unknown properties are kept",
    type: "object",
    properties,
    required: ["schemaVersion", "lineage", "serial", "nextId"],
  };
}

function storedSchema(collection: Collection): Schema {
  const table = Object.entries(nouns[collection].properties as Properties) as [string, Property][];
  const required = table.filter(([, { initial }]) => initial === undefined).map(([key]) => key);
  return {
    title: nouns[collection].one,
    type: "object",
    properties: {
      id: { type: "integer", minimum: 1, description: "given once, never changed" },
      ...Object.fromEntries(
        table.map(([key, property]) => [key, described(property, storedValue(property))]),
      ),
    },
    required: ["id", ...required],
  };
}

const storedValue = (property: Property): Schema =>
  property.type === "reference" && isInPool(property.refersTo)
    ? { type: "integer", minimum: 1 }
    : valueSchema(property);

// ---- results

function changeSchema(): Schema {
  const actions = { type: "array", items: { enum: roomActions } };
  return {
    description: "What a write did, or with dryRun would do, as -o json prints it",
    type: "object",
    properties: {
      changed: { type: "boolean" },
      dryRun: { type: "boolean" },
      serial: { type: "integer", minimum: 0 },
      changes: listOf({ oneOf: collections.map(objectChange) }),
      effects: listOf({
        type: "object",
        additionalProperties: false,
        properties: { user: text, room: text, gains: actions, loses: actions },
        required: ["user", "room", "gains", "loses"],
      }),
      warnings: listOf({
        type: "object",
        properties: { code: text, message: text },
        required: ["code", "message"],
      }),
    },
    required: ["changed", "dryRun", "serial", "changes", "effects", "warnings"],
  };
}

function objectChange(collection: Collection): Schema {
  const row = orNull(rowSchema(collection));
  return {
    type: "object",
    additionalProperties: false,
    properties: {
      action: { enum: ["created", "updated", "removed", "unchanged"] },
      kind: { const: nouns[collection].kind },
      identity: text,
      before: row,
      after: row,
    },
    required: ["action", "kind", "identity", "before", "after"],
  };
}

/** An object as output shows it: references by name, and what is worked out from other objects. */
function rowSchema(collection: Collection): Schema {
  const shown = new Map<string, Schema>();
  const { identity, keys } = shapes[collection];
  for (const { shown: name, property } of [...(identity === undefined ? [] : [identity]), ...keys]) {
    shown.set(name, described(property, valueSchema(property)));
  }
  const { columns } = storedView(collection).view;
  return {
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries(columns.map(({ name }) => [name, shown.get(name) ?? {}])),
    required: columns.map(({ name }) => name),
  };
}

function errorSchema(): Schema {
  return {
    description: "A refusal, as -o json prints it on stderr",
    type: "object",
    additionalProperties: false,
    properties: {
      error: {
        type: "object",
        additionalProperties: false,
        properties: {
          code: { enum: Object.keys(refusals) },
          message: text,
          hint: orNull(text),
          details: { type: "object" },
          exitCode: { enum: [1, 2, 3, 4, 5, 6, 7, 130] },
        },
        required: ["code", "message", "hint", "details", "exitCode"],
      },
    },
    required: ["error"],
  };
}
