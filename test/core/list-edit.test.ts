import { describe, expect, test } from "vitest";
import type { GroupEntry, UserEntry } from "../../src/core/directory.ts";
import { DomainError } from "../../src/core/errors.ts";
import { editList } from "../../src/core/list-edit.ts";
import { memoryDirectory } from "../../src/core/memory-directory.ts";
import { memoryState, type ObjectLists } from "../../src/core/memory-state.ts";
import type { ListEdit } from "../../src/core/property.ts";
import { collections, type State } from "../../src/core/state.ts";

const root = "DC=litware,DC=com";

const user = (name: string, sip: string | null, sipEnabled = sip !== null): UserEntry => ({
  kind: "user",
  dn: `CN=${name},OU=IT,${root}`,
  guid: null,
  sid: null,
  domain: "litware.com",
  displayName: name,
  memberOf: [],
  attributes: [],
  sipAddress: sip,
  sipEnabled,
  userPrincipalName: `${name.toLowerCase()}@upn.example`,
  logonName: name.toLowerCase(),
  site: null,
  accountDisabled: false,
});

const team: GroupEntry = {
  kind: "group",
  dn: `CN=Sales\\, Team,OU=IT,${root}`,
  guid: null,
  sid: null,
  domain: "litware.com",
  displayName: "Team",
  memberOf: [],
  attributes: [],
  logonName: "team",
  mail: null,
};

const entries = [
  user("Ana", "sip:ana@litware.com"),
  user("Bo", "sip:bo@litware.com"),
  user("Off", "sip:off@litware.com", false),
  user("Twin", "sip:twin@litware.com"),
  { ...user("Twin", "sip:twin2@litware.com"), dn: `CN=Twin 2,OU=IT,${root}` },
  team,
];
const nothing = Object.fromEntries(
  collections.map((collection) => [collection, []]),
) as unknown as ObjectLists;
const directory = memoryDirectory({ entries }, { date: "2026-01-01T00:00:00.000Z", hash: "0" });
const known: State = memoryState(nothing, () => directory);
const blind: State = memoryState(nothing, () => undefined);

const ana = "sip:ana@litware.com";
const bo = "sip:bo@litware.com";
const gone = "sip:gone@litware.com";

describe("an edit of a list", () => {
  const cases: [string, readonly string[], ListEdit, readonly string[]][] = [
    ["adds at the end", [bo], { add: ["Ana"] }, [bo, ana]],
    ["adds in the order given, each once", [], { add: ["Bo", "Ana", "bo@upn.example"] }, [bo, ana]],
    ["adds by any form", [], { add: [`cn=ana,ou=it,${root}`, "Team"] }, [ana, team.dn]],
    ["leaves what is there where it is", [ana, bo], { add: ["Ana"] }, [ana, bo]],
    ["removes by any form", [ana, bo, team.dn], { remove: ["bo@upn.example", "group:Team"] }, [ana]],
    ["removes a DN that is escaped otherwise", [team.dn], { remove: [`CN="Sales, Team",OU=IT,${root}`] }, []],
    ["does not mind removing what is not there", [ana], { remove: ["Bo"] }, [ana]],
    ["clears", [ana, bo], { clear: true }, []],
    ["clears, then adds", [ana, bo], { clear: true, add: ["Bo"] }, [bo]],
    ["removes, then adds", [ana, bo], { remove: ["Ana"], add: ["Ana"] }, [ana, bo]],
    ["sets exactly", [ana], { set: ["Team", "Bo"] }, [team.dn, bo]],
    ["sets to nothing", [ana], { set: [] }, []],
    ["sets to the same in another order: no change", [ana, bo], { set: ["Bo", "Ana"] }, [ana, bo]],
    ["keeps somebody who left, by the stored word", [gone, ana], { set: [gone, "Bo"] }, [gone, bo]],
    ["keeps somebody who left, by the address", [gone], { set: ["gone@litware.com"] }, [gone]],
    ["removes somebody who left", [gone, ana], { remove: ["GONE@litware.com"] }, [ana]],
    ["removes an account that is no longer enabled", ["sip:off@litware.com"], { remove: ["Off"] }, []],
    ["removes the listed one of two namesakes", ["sip:twin2@litware.com", ana], { remove: ["Twin"] }, [ana]],
  ];
  test.each(cases)("%s", (_, current, edit, list) => {
    expect(editList(known, current, edit)).toEqual({
      list,
      added: list.filter((entry) => !current.includes(entry)),
      dropped: current.filter((entry) => !list.includes(entry)),
    });
  });

  test("that changes nothing gives the very list back, with its spelling", () => {
    const current = ["sip:ANA@litware.com", bo];
    const edit = editList(known, current, { set: ["Bo", "sip:ana@LITWARE.com"] });
    expect(edit).toEqual({ list: current, added: [], dropped: [] });
    expect(edit.list).toBe(current);
  });

  test("does not change the list that it is given", () => {
    const current = Object.freeze([ana]);
    editList(known, current, { add: ["Bo"], remove: ["Ana"] });
    expect(current).toEqual([ana]);
  });
});

describe("refuses", () => {
  const cases: [string, State, readonly string[], ListEdit, string, string][] = [
    ["an unknown word", known, [], { add: ["Nobody"] }, "no-such-principal", "the directory has no `Nobody`"],
    [
      "every unknown word at once",
      known,
      [],
      { set: ["Nobody", "Ana", "No one"] },
      "no-such-principal",
      "the directory has no `Nobody`; the directory has no `No one`",
    ],
    [
      "an unknown word to remove",
      known,
      [ana],
      { remove: ["Nobody"] },
      "no-such-principal",
      "the directory has no `Nobody`",
    ],
    [
      "an account without SIP",
      known,
      [],
      { add: ["Off"] },
      "not-sip-enabled",
      "`Off` is not enabled for SIP, so cannot take part",
    ],
    [
      "a word for two people",
      known,
      [],
      { add: ["Twin"] },
      "ambiguous",
      "`Twin` may be user `sip:twin@litware.com` or user `sip:twin2@litware.com`",
    ],
    [
      "to remove one of two listed namesakes",
      known,
      ["sip:twin@litware.com", "sip:twin2@litware.com"],
      { remove: ["Twin"] },
      "ambiguous",
      "`Twin` may be `sip:twin@litware.com` or `sip:twin2@litware.com`",
    ],
    [
      "a display name without a directory",
      blind,
      [],
      { add: ["Ana"] },
      "no-such-principal",
      "`Ana` cannot be looked up: no directory was imported",
    ],
  ];
  test.each(cases)("%s", (_, state, current, edit, code, message) => {
    let refusal: unknown;
    try {
      editList(state, current, edit);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(DomainError);
    expect(refusal).toMatchObject({ code, message });
  });
});

describe("without a directory", () => {
  const cases: [string, readonly string[], ListEdit, readonly string[]][] = [
    ["takes an address", [], { add: ["ana@litware.com"] }, [ana]],
    ["takes a SIP address", [], { add: [ana] }, [ana]],
    ["takes a distinguished name", [], { add: [team.dn] }, [team.dn]],
    [
      "takes a domain as DNS name or DN, once",
      [],
      { add: ["litware.com", "DC=Litware,DC=com"] },
      ["litware.com"],
    ],
    ["removes by address", [ana, bo], { remove: ["ana@litware.com"] }, [bo]],
  ];
  test.each(cases)("%s", (_, current, edit, list) => {
    expect(editList(blind, current, edit).list).toEqual(list);
  });
});
