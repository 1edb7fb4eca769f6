import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EligibleRequest, eligiblePrincipals } from "../../src/core/eligible.ts";
import { DomainError } from "../../src/core/errors.ts";
import type { Room } from "../../src/core/nouns/room.ts";
import { coverage, scopeOf } from "../../src/core/scope.ts";
import { findOne, type State } from "../../src/core/state.ts";
import { anyDeployment, type DeploymentSpec, deploymentOf, pool } from "../support/deployments.ts";

const staff = "CN=Staff,OU=Groups,DC=contoso,DC=com";
const desk = "CN=Desk,OU=IT,DC=contoso,DC=com";

const spec: DeploymentSpec = {
  directory: {
    domains: ["contoso.com"],
    containers: ["OU=IT,DC=contoso,DC=com", "OU=Night,OU=IT,DC=contoso,DC=com"],
    groups: [{ dn: staff }, { dn: desk, in: [staff] }],
    users: [
      { dn: "CN=Ana,OU=IT,DC=contoso,DC=com", sip: "ana@contoso.com", in: [desk] },
      { dn: "CN=Bo,OU=Sales,DC=contoso,DC=com", sip: "bo@contoso.com", in: [staff] },
      { dn: "CN=Cy,OU=IT,DC=contoso,DC=com", sip: "cy@contoso.com" },
      { dn: "CN=Hal,OU=IT,DC=contoso,DC=com" },
    ],
  },
  categories: {
    Place: { allowedMembers: ["OU=IT,DC=contoso,DC=com"], deniedMembers: ["sip:cy@contoso.com"] },
    Team: { allowedMembers: [staff] },
    All: { allowedMembers: ["contoso.com"] },
  },
  rooms: {
    Plain: { category: "Team" },
    Stage: { category: "Team", type: "Auditorium", members: ["sip:bo@contoso.com", desk] },
    Hall: { category: "Team", type: "Auditorium", privacy: "Open" },
  },
};
const state = deploymentOf(spec);
const category = (name: string) => ({
  category: findOne(state, "categories", "identity", `${pool}\\${name.toLowerCase()}`)!,
});
const room = (name: string) => ({
  room: findOne(state, "rooms", "identity", `${pool}\\${name.toLowerCase()}`)!,
});
const shown = (request: EligibleRequest, from: State = state): string[] =>
  eligiblePrincipals(from, request).map(
    ({ type, principal, entry, via }) => `${type} ${principal} < ${[entry, ...via].join(" > ")}`,
  );

describe("eligiblePrincipals", () => {
  it.each<[string, EligibleRequest, string[]]>([
    [
      "a container gives its users and groups, what is denied left out, and itself",
      { of: category("Place") },
      [
        "user sip:ana@contoso.com < OU=IT,DC=contoso,DC=com",
        `group ${desk} < OU=IT,DC=contoso,DC=com`,
        "container OU=IT,DC=contoso,DC=com < OU=IT,DC=contoso,DC=com",
        "container OU=Night,OU=IT,DC=contoso,DC=com < OU=IT,DC=contoso,DC=com",
      ],
    ],
    [
      "a group gives its members, however deep, and the groups in it",
      { of: category("Team") },
      [
        `user sip:ana@contoso.com < ${staff} > ${desk}`,
        `user sip:bo@contoso.com < ${staff}`,
        `group ${desk} < ${staff}`,
        `group ${staff} < ${staff}`,
      ],
    ],
    [
      "a filter is over SIP addresses, so leaves users",
      { of: category("All"), filter: "SIP:*A@*" },
      ["user sip:ana@contoso.com < contoso.com"],
    ],
    ["a size of 0 gives nothing", { of: category("All"), resultSize: 0 }, []],
    ["a size cuts", { of: category("All"), resultSize: 1 }, ["user sip:ana@contoso.com < contoso.com"]],
    [
      "a room's people are its category's",
      { of: room("Plain"), filter: "*" },
      [`user sip:ana@contoso.com < ${staff} > ${desk}`, `user sip:bo@contoso.com < ${staff}`],
    ],
    [
      "presenters of a Closed auditorium are members in scope",
      { of: room("Stage"), presenters: true },
      [
        `user sip:ana@contoso.com < ${desk}`,
        "user sip:bo@contoso.com < sip:bo@contoso.com",
        `group ${desk} < ${desk}`,
      ],
    ],
    [
      "presenters of an Open auditorium are in scope",
      { of: room("Hall"), presenters: true, filter: "*" },
      [`user sip:ana@contoso.com < ${staff} > ${desk}`, `user sip:bo@contoso.com < ${staff}`],
    ],
  ])("%s", (_, request, expected) => {
    expect(shown(request)).toEqual(expected);
  });

  it.each<[EligibleRequest, string]>([
    [{ of: room("Plain"), presenters: true }, "presenters-in-normal-room"],
    [{ of: category("Team"), presenters: true }, "invalid-usage"],
  ])("refuses presenters where there are none", (request, code) => {
    const refusal = (() => {
      try {
        return eligiblePrincipals(state, request);
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(DomainError);
    expect((refusal as DomainError).code).toBe(code);
  });

  it("lists what is listed where there is no directory", () => {
    const without = deploymentOf({
      categories: {
        A: {
          allowedMembers: [staff, "sip:ana@contoso.com", "contoso.com", "sip:bo@contoso.com"],
          deniedMembers: ["sip:bo@contoso.com"],
        },
      },
    });
    const of = { category: [...without.all("categories")][0]! };
    expect(shown({ of }, without)).toEqual([
      "user sip:ana@contoso.com < sip:ana@contoso.com",
      "domain contoso.com < contoso.com",
      `unknown ${staff} < ${staff}`,
    ]);
  });

  it("is everything in scope, whatever the deployment", () => {
    fc.assert(
      fc.property(anyDeployment, (random) => {
        const given = deploymentOf(random);
        if (given.directory === undefined) return;
        const words = [...given.directory.all()].flatMap((entry) => {
          if (entry.kind === "user")
            return entry.sipEnabled && entry.sipAddress !== null ? [entry.sipAddress] : [];
          return entry.kind === "domain" ? [entry.domain] : [entry.dn];
        });
        for (const asked of given.all("categories")) {
          const expected = words.filter((word) => scopeOf(given, word, asked).answer === "yes");
          expect(
            eligiblePrincipals(given, { of: { category: asked } })
              .map(({ principal }) => principal)
              .sort(),
          ).toEqual(expected.sort());
        }
        for (const asked of [...given.all("rooms")].filter(({ type }: Room) => type === "Auditorium")) {
          const its = given.get("categories", asked.categoryId)!;
          const expected = words.filter(
            (word) =>
              scopeOf(given, word, its).answer === "yes" &&
              (asked.privacy === "Open" || coverage(given, word, asked.members).answer === "yes"),
          );
          const found = eligiblePrincipals(given, { of: { room: asked }, presenters: true });
          expect(found.map(({ principal }) => principal).sort()).toEqual(expected.sort());
        }
      }),
      { numRuns: 200 },
    );
  });
});
