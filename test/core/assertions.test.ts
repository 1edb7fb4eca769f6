import { describe, expect, it } from "vitest";
import { evaluateRules, type Rule, type RuleFailure, readRules } from "../../src/core/assertions.ts";
import { DomainError } from "../../src/core/errors.ts";
import { type DeploymentSpec, deploymentOf } from "../support/deployments.ts";

const traders = "CN=Traders,DC=contoso,DC=com";
const research = "CN=Research,DC=contoso,DC=com";
const spec: DeploymentSpec = {
  directory: {
    domains: ["contoso.com"],
    groups: [{ dn: traders }, { dn: research }, { dn: "CN=Nobody,DC=contoso,DC=com" }],
    users: [
      { dn: "CN=Tia,DC=contoso,DC=com", sip: "tia@contoso.com", in: [traders] },
      { dn: "CN=Tom,DC=contoso,DC=com", sip: "tom@contoso.com", in: [traders] },
      { dn: "CN=Rex,DC=contoso,DC=com", sip: "rex@contoso.com", in: [research] },
    ],
  },
  policies: { Global: true },
  categories: { All: { allowedMembers: ["contoso.com"], creators: [traders] } },
  rooms: {
    Desk: { members: [traders] },
    Paper: { members: [research], managers: ["sip:tom@contoso.com"] },
    Old: { privacy: "Open", disabled: true },
  },
};

/** Failures in few words. */
const told = (failures: readonly RuleFailure[]): string[] =>
  failures.map((failure) => {
    if (failure.kind === "unknown") return `${failure.rule} unknown ${failure.principal}`;
    if (failure.kind === "access") {
      const { request, rule, verdict, expected } = failure;
      const object = "room" in request ? request.room : request.category;
      return `${rule} ${request.user} ${request.action} ${object.identity}: ${verdict.decision}, not ${expected}`;
    }
    const side = (reach: typeof failure.left): string =>
      reach.map(({ user, by }) => `${user} (${by.join(", ")})`).join(" ");
    return `${failure.rule} ${failure.object}: ${side(failure.left)} | ${side(failure.right)}`;
  });

const failuresOf = (content: unknown, deployment = spec): string[] =>
  told(
    evaluateRules(deploymentOf(deployment), readRules(content, "rules.yaml")).flatMap(
      ({ failures }) => failures,
    ),
  );

describe("evaluateRules", () => {
  it.each<[string, unknown, string[]]>([
    ["a user who may, as expected", [{ user: "Tia", room: "Desk", action: "join", expect: "allow" }], []],
    [
      "a user who may not",
      [{ user: "sip:rex@contoso.com", room: "Desk", action: "join", expect: "allow" }],
      ["1 sip:rex@contoso.com join pchat.contoso.com\\Desk: deny, not allow"],
    ],
    [
      "everyone of a group, the later rule failing for one",
      [
        { group: traders, room: "Desk", action: "post", expect: "allow" },
        { group: "Traders", room: "Paper", action: "manage", expect: "deny" },
      ],
      ["2 sip:tom@contoso.com manage pchat.contoso.com\\Paper: allow, not deny"],
    ],
    [
      "a category is all its rooms",
      [{ user: "Rex", category: "All", action: "find", expect: "allow" }],
      ["1 sip:rex@contoso.com find pchat.contoso.com\\Old: deny, not allow"],
    ],
    [
      "but itself for creating rooms",
      [{ container: "contoso.com", category: "All", action: "create-room", expect: "allow" }],
      ["1 sip:rex@contoso.com create-room pchat.contoso.com\\All: deny, not allow"],
    ],
    ["nobody breaks no rule", [{ group: "Nobody", room: "Desk", action: "join", expect: "allow" }], []],
    [
      "a wall that a manager breaks",
      [{ apart: ["Traders", "Research"] }],
      ["1 pchat.contoso.com\\Paper: sip:tom@contoso.com (manage) | sip:rex@contoso.com (join)"],
    ],
    [
      "a wall between a group and somebody of it",
      [{ apart: ["Tia", "Traders"] }],
      [
        "1 pchat.contoso.com\\Desk: sip:tia@contoso.com (join) | sip:tia@contoso.com (join) sip:tom@contoso.com (join)",
      ],
    ],
    ["a wall that holds", [{ apart: ["Tia", "Rex"] }], []],
  ])("%s", (_, content, expected) => {
    expect(failuresOf(content)).toEqual(expected);
  });

  it("tells which rules say nothing, since nobody is meant", () => {
    const rules = [
      { group: "Traders", room: "Desk", action: "post", expect: "allow" },
      { group: "Nobody", room: "Desk", action: "post", expect: "deny" },
      { apart: ["Nobody", "Traders"] },
    ];
    const results = evaluateRules(deploymentOf(spec), readRules(rules, "rules.yaml"));
    expect(results).toEqual([
      { failures: [], idle: [] },
      { failures: [], idle: ["CN=Nobody,DC=contoso,DC=com"] },
      { failures: [], idle: ["CN=Nobody,DC=contoso,DC=com"] },
    ]);
  });

  it("fails what cannot be told without a directory", () => {
    const { directory: _, ...without } = spec;
    const rules = [
      { group: traders, room: "Desk", action: "join", expect: "deny" },
      { user: "sip:tia@contoso.com", room: "Desk", action: "join", expect: "deny" },
      { user: "sip:tia@contoso.com", room: "Old", action: "join", expect: "deny" },
      { apart: ["sip:tia@contoso.com", research] },
      { apart: ["sip:tia@contoso.com", "sip:rex@contoso.com"] },
    ];
    expect(failuresOf(rules, without)).toEqual([
      `1 unknown ${traders}`,
      "2 sip:tia@contoso.com join pchat.contoso.com\\Desk: unknown, not deny",
      `4 unknown ${research}`,
      "5 pchat.contoso.com\\Desk: sip:tia@contoso.com (join) | sip:rex@contoso.com (join)",
      "5 pchat.contoso.com\\Paper: sip:tia@contoso.com (join) | sip:rex@contoso.com (join)",
    ]);
  });

  it.each<[unknown, string]>([
    [[{ user: "Tiaa", room: "Desk", action: "join", expect: "deny" }], "no-such-principal"],
    [[{ user: "Tia", room: "Desc", action: "join", expect: "deny" }], "not-found"],
    [[{ user: "Traders", room: "Desk", action: "join", expect: "deny" }], "invalid-value"],
    [[{ apart: ["Traders", "Reserch"] }], "no-such-principal"],
  ])("refuses a misspelt rule: %j", (content, code) => {
    expect(refusalOf(() => failuresOf(content)).code).toBe(code);
  });
});

function refusalOf(act: () => unknown): DomainError {
  try {
    act();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("readRules", () => {
  it("reads both kinds", () => {
    const rules: Rule[] = [
      {
        kind: "access",
        who: { as: "group", word: "G" },
        where: { as: "category", word: "C" },
        action: "create-room",
        expect: "deny",
      },
      { kind: "apart", apart: ["A", "B"] },
    ];
    expect(
      readRules(
        [{ group: "G", category: "C", action: "Create-Room", expect: "DENY" }, { apart: ["A", "B"] }],
        "rules.yaml",
      ),
    ).toEqual(rules);
  });

  it("names every fault at once", () => {
    const content = [
      { user: "A", room: "R", action: "join", expect: "allow" },
      "join",
      { user: "A", group: "B", room: "R", action: "join", expect: "allow" },
      { user: "A", action: "join", expect: "allow" },
      { user: "", room: "R", action: "join", expect: "allow" },
      { user: "A", room: "R", action: "jion", expect: "allow" },
      { user: "A", room: "R", action: "create-room", expect: "allow" },
      { user: "A", room: "R", action: "join", expect: "yes" },
      { user: "A", romm: "R", action: "join", expect: "allow" },
      { apart: ["A"] },
      { apart: ["A", "B"], action: "join" },
    ];
    expect(refusalOf(() => readRules(content, "rules.yaml")).details["faults"]).toEqual([
      "rule 2 is not an object",
      "rule 3 needs exactly one of `user`, `group` or `container`",
      "rule 4 needs exactly one of `room` or `category`",
      "rule 5 needs a name in `user`",
      "rule 6 needs `action`, one of `find`, `join`, `read`, `post`, `manage` or `create-room`, not `jion`",
      "rule 7 asks for `create-room`, which needs `category`",
      "rule 8 needs `expect`, `allow` or `deny`, not `yes`",
      "rule 9 has unknown keys `romm`",
      "rule 10 needs two names in `apart`",
      "rule 11 takes nothing beside `apart`",
    ]);
    expect(refusalOf(() => readRules({ rules: [] }, "rules.yaml")).message).toBe(
      "rules.yaml: the file must hold a list of rules",
    );
    expect(refusalOf(() => readRules([{ apart: ["A"] }], "rules.yaml")).message).toBe(
      "rules.yaml: rule 1 needs two names in `apart`",
    );
  });

  it("refuses a file without a rule, which would always hold", () => {
    const { code, message } = refusalOf(() => readRules([], "rules.yaml"));
    expect({ code, message }).toEqual({
      code: "invalid-file",
      message: "rules.yaml: there is no rule, so nothing would be tested",
    });
  });
});
