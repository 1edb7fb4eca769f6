import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { schemaNames } from "../../src/output/json-schema.ts";
import { bench } from "../support/cli.ts";
import { refused, tried } from "../support/tried.ts";

test.each(schemaNames)("%s is a JSON Schema, without any store, the same in every form", async (name) => {
  const made = bench();
  const { exitCode, stdout, stderr } = await made.pchat(`get-schema ${name}`);
  expect({ exitCode, stderr, files: made.files() }).toEqual({ exitCode: 0, stderr: "", files: {} });
  const schema = JSON.parse(stdout);
  expect(new Ajv2020({ strict: true, allowUnionTypes: true }).validateSchema(schema)).toBe(true);
  expect(await made.json(`get-schema ${name}`)).toEqual(schema);
});

test("describes each property as the property table does", async () => {
  const schema: { properties: { rooms: { items: { properties: Record<string, unknown> } } } } =
    await bench().json("get-schema environment");
  const { properties } = schema.properties.rooms.items;
  expect(Object.keys(properties)).toEqual([
    ...["identity", "name", "pool", "description", "category", "disabled", "type", "privacy", "invitations"],
    ...["addin", "members", "managers", "presenters"],
  ]);
  expect(properties["privacy"]).toEqual({
    description:
      "Open: all in scope find and join; Closed: all in scope find, members join; Secret: members only",
    default: "Closed",
    enum: ["Open", "Closed", "Secret"],
  });
});

test("an unknown name is refused with what it may have meant", async () => {
  expect(await tried(bench(), "get-schema environmnt")).toEqual(
    refused(
      2,
      "error: `get-schema` takes `environment`, `store`, `change` or `error`, not `environmnt`\n" +
        "hint: did you mean `environment`?\n",
    ),
  );
});
