import { describe, expect, test } from "vitest";
import type { Row, View } from "../../src/output/view.ts";
import { conditionOf } from "../../src/output/where.ts";

const view: View = {
  kind: "room",
  identity: "name",
  columns: [
    { name: "name", header: "Name" },
    { name: "invitations", header: "Invitations", aliases: ["invites"] },
    { name: "members", header: "Members" },
    { name: "size", header: "Size" },
    { name: "addin", header: "Addin" },
  ],
};
const desk: Row = {
  name: "Help Desk",
  invitations: true,
  members: ["sip:ana@x.y", "Ken's"],
  size: 30,
  addin: null,
};
const lobby: Row = { name: "Lobby", invitations: false, members: [], size: 200, addin: "Wiki" };

const met = (condition: string): string[] =>
  [desk, lobby].filter(conditionOf(view, condition)).map((row) => String(row["name"]));

describe("conditionOf", () => {
  test.each([
    ["name -eq lobby", ["Lobby"]],
    ["Name -EQ 'help desk'", ["Help Desk"]],
    ['$_.Name -ne "Lobby"', ["Help Desk"]],
    ["{$_.Invites -eq $True}", ["Help Desk"]],
    ["invitations -eq false", ["Lobby"]],
    ["invitations -ne $true", ["Lobby"]],
    ["size -gt 30", ["Lobby"]],
    ["size -ge 30", ["Help Desk", "Lobby"]],
    ["size -lt 100", ["Help Desk"]],
    ["size -le 29", []],
    ["name -gt help", ["Help Desk", "Lobby"]],
    ["addin -eq $null", ["Help Desk"]],
    ["addin -ne $Null", ["Lobby"]],
    ["addin -eq '$null'", []],
    ["addin -gt a", ["Lobby"]],
    ["addin -like '*'", ["Help Desk", "Lobby"]],
    ["name -like *desk", ["Help Desk"]],
    ["name -notlike '?obby'", ["Help Desk"]],
    ["members -contains SIP:ANA@x.y", ["Help Desk"]],
    ["members -contains 'Ken''s'", ["Help Desk"]],
    ["members -notcontains sip:ana@x.y", ["Lobby"]],
    ["members -like sip:*", ["Help Desk"]],
    ["addin -contains wiki", ["Lobby"]],
    ["name -eq lobby -or size -eq 30", ["Help Desk", "Lobby"]],
    ["name -eq lobby -and size -eq 30", []],
    ["name -eq lobby -or name -like h* -and size -eq 31", ["Lobby"]],
    ["(name -eq lobby -or name -like h*) -and size -eq 30", ["Help Desk"]],
    ["-not name -eq lobby", ["Help Desk"]],
    ["!(name -eq lobby -or size -eq 30)", []],
    ["-not (-not size -eq 30)", ["Help Desk"]],
    ["name -eq '-and'", []],
  ])("%s", (condition, names) => {
    expect(met(condition)).toEqual(names);
  });

  test.each([
    ["", "a property is missing at its end"],
    ["name", "an operator is missing at its end"],
    ["name -eq", "a value is missing at its end"],
    ["name -is 3", "`-is` compares nothing"],
    ["name -eq constructor size", "`size` is not expected"],
    ["(name -eq x", "`)` is missing"],
    ["name -eq x)", "`)` is not expected"],
    ["name -eq 'x", "it has no end from `'x` on"],
    ["name constructor x", "`constructor` compares nothing"],
  ])("refuses %j", (condition, why) => {
    expect(() => conditionOf(view, condition)).toThrow(`\`${condition}\` is not a condition: ${why}`);
  });

  test("refuses a field that there is not, as --fields does", () => {
    expect(() => conditionOf(view, "nmae -eq x")).toThrow("a room has no field `nmae`");
    expect(() => conditionOf(view, "__proto__ -eq x")).toThrow("a room has no field `__proto__`");
  });
});

test("a number is compared with numbers only", () => {
  expect(() => met("size -gt many")).toThrow("`many` is no number to compare 30 with");
});
