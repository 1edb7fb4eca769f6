import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type AccessAction, type AccessRequest, evaluateAccess } from "../../src/core/access.ts";
import type { RoomAction } from "../../src/core/outcome.ts";
import { findOne, type State } from "../../src/core/state.ts";
import { fold } from "../../src/core/text.ts";
import { type DeploymentSpec, deploymentOf, pool } from "../support/deployments.ts";
import { traceLine } from "../support/traces.ts";

const folder = resolve(import.meta.dirname, "../../fixtures/access");

/** One line of a decision table. `deployment` names one of deployments.json. */
interface Case {
  readonly name: string;
  readonly user: string;
  readonly room?: string;
  readonly category?: string;
  readonly action: AccessAction;
  readonly decision: string;
  readonly trace: readonly string[];
  readonly warnings?: readonly string[];
}

interface Table {
  readonly deployment: string;
  readonly cases: readonly Case[];
}

const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), "utf8"));
const deployments = read("deployments.json") as Readonly<Record<string, DeploymentSpec>>;
const tables = readdirSync(folder)
  .filter((name) => name !== "deployments.json")
  .map((name) => ({ name, table: read(name) as Table }));

function requestOf(state: State, { user, room, category, action }: Case): AccessRequest {
  return action === "create-room"
    ? { user, action, category: findOne(state, "categories", "identity", fold(`${pool}\\${category}`))! }
    : {
        user,
        action: action as RoomAction,
        room: findOne(state, "rooms", "identity", fold(`${pool}\\${room}`))!,
      };
}

describe.each(tables)("decision table $name", ({ table }) => {
  const state = deploymentOf(deployments[table.deployment]!);
  it.each(table.cases)("$name", (asked) => {
    const { decision, trace, warnings } = evaluateAccess(state, requestOf(state, asked));
    expect({ decision, trace: trace.map(traceLine), warnings: warnings.map(({ code }) => code) }).toEqual({
      decision: asked.decision,
      trace: asked.trace,
      warnings: asked.warnings ?? [],
    });
  });
});

it("the tables hold at least 120 cases, each named once", () => {
  const names = tables.flatMap(({ name, table }) => table.cases.map((asked) => `${name}: ${asked.name}`));
  expect(names.length).toBeGreaterThanOrEqual(120);
  expect(new Set(names).size).toBe(names.length);
});
