import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { jsonSchema, type SchemaName } from "../../src/output/json-schema.ts";
import { fixtures } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";

/** What a document breaks of a schema; nothing where it is as described. */
function faults(name: SchemaName, document: unknown): unknown[] {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true });
  const validate = ajv.compile(jsonSchema(name));
  return validate(document)
    ? []
    : validate.errors!.map(({ instancePath, message }) => [instancePath, message]);
}

test("exports and hand-written manifests are as their schema says; slips are not", async () => {
  const made = await deployed();
  expect(faults("environment", await made.json("export-environment"))).toEqual([]);
  expect(faults("environment", parse((await made.pchat("export-environment")).stdout))).toEqual([]);
  expect(faults("environment", parse(readFileSync(join(fixtures, "environment.yaml"), "utf8")))).toEqual([]);
  expect(faults("environment", { rooms: [{ name: "x", membrs: [] }] })).not.toEqual([]);
  expect(faults("environment", { rooms: [{ description: "nameless" }] })).not.toEqual([]);
  expect(faults("environment", { rooms: [{ name: "x", members: { add: [] } }] })).not.toEqual([]);
});

test("stores are", async () => {
  const made = await deployed();
  const store = JSON.parse(readFileSync(join(made.folder, "pchat.json"), "utf8"));
  expect(faults("store", store)).toEqual([]);
  expect(faults("store", { ...store, serial: "11" })).not.toEqual([]);
});

test.each([
  ["a room that is made", "new-room Bridge --category IT --members 'Ken Myer' --privacy Open"],
  ["a category that changes", "set-category IT --add-denied-members 'Ana Myer' --what-if"],
  ["a removal", "remove-room Network --yes"],
  ["nothing", "set-room Network --disabled false"],
  ["a grant", "grant-policy 'Ana Myer' --policy RedmondUsers"],
  ["a pool", "set-pool pchat.litwareinc.com --display-name Chat"],
  ["a configuration", "set-configuration Global --default-chat-history 50"],
  ["an add-in", "set-addin Runbook --url https://runbook.litwareinc.com/2"],
])("what -o json prints of a write is: %s", async (_, line) => {
  expect(faults("change", await (await deployed()).json(line))).toEqual([]);
});

test.each([
  "get-room Nowhere",
  "set-room Network --add-members 'María Sato'",
  "remove-category IT --yes",
  "new-room",
  "get-rom",
  "remove-room Network",
])("and errors are: %s", async (line) => {
  const { stderr } = await (await deployed()).pchat(`${line} -o json`);
  expect(faults("error", JSON.parse(stderr))).toEqual([]);
});

test("a plan, an apply and a comparison are documents of changes", async () => {
  const made = await deployed();
  const plan = await made.pchat(`plan-environment -f ${fixtures}/environment.yaml -o json`);
  expect(faults("change", JSON.parse(plan.stdout))).toEqual([]);
  expect(faults("change", await made.json(`apply-environment -f ${fixtures}/environment.yaml`))).toEqual([]);
  const comparison = await made.pchat("compare-environment serial:11 pchat.json --access -o json");
  expect(faults("change", JSON.parse(comparison.stdout))).toEqual([]);
});
