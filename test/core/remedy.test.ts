import { expect, it } from "vitest";
import type { AccessAction, AccessRequest } from "../../src/core/access.ts";
import { remediesFor } from "../../src/core/remedy.ts";
import { findOne, type State } from "../../src/core/state.ts";
import { fold } from "../../src/core/text.ts";
import { type DeploymentSpec, deploymentOf, pool } from "../support/deployments.ts";

const temps = "CN=Temps,DC=contoso,DC=com";
const directory: DeploymentSpec["directory"] = {
  domains: ["contoso.com"],
  groups: [{ dn: temps }],
  users: [
    { dn: "CN=Ana,DC=contoso,DC=com", sip: "ana@contoso.com", in: [temps] },
    { dn: "CN=Bo,DC=contoso,DC=com", sip: "bo@contoso.com", in: [temps] },
    { dn: "CN=Cy,DC=contoso,DC=com", sip: "cy@contoso.com" },
    { dn: "CN=Hal,DC=contoso,DC=com", sip: "hal@contoso.com", enabled: false },
  ],
};
const base: DeploymentSpec = {
  directory,
  policies: { Global: true },
  categories: { All: { allowedMembers: ["contoso.com"] } },
  rooms: {
    Open: { privacy: "Open" },
    Closed: {},
    Old: { disabled: true, type: "Auditorium", members: ["sip:cy@contoso.com"] },
  },
};

const object = (state: State, collection: "rooms" | "categories", name: string) =>
  findOne(state, collection, "identity", fold(`${pool}\\${name}`))!;

/** Each way as command lines, and what it does beside. */
function waysFor(spec: DeploymentSpec, user: string, action: AccessAction, name: string) {
  const state = deploymentOf(spec);
  const request = (
    action === "create-room"
      ? { user, action, category: object(state, "categories", name) }
      : { user, action, room: object(state, "rooms", name) }
  ) as AccessRequest;
  const { remedies, obstacle } = remediesFor(state, request);
  const ways = remedies.map(({ commands, also, complete }) => ({
    commands: commands.map((words) => words.join(" ").replaceAll(`${pool}\\`, "")),
    also: also.map(
      ({ user: other, room, gains, loses }) => `${other} ${room.slice(pool.length + 1)} +${gains} -${loses}`,
    ),
    ...(complete ? {} : { complete }),
  }));
  return obstacle === undefined ? ways : obstacle;
}

const off = { ...base, policies: { Global: false } };

it.each<[string, DeploymentSpec, string, AccessAction, string, unknown]>([
  [
    "allowed by scope alone: only a denial takes it away",
    base,
    "sip:ana@contoso.com",
    "join",
    "Open",
    [
      {
        commands: ["set-category All --add-denied-members sip:ana@contoso.com"],
        also: ["sip:ana@contoso.com Closed + -find"],
      },
    ],
  ],
  [
    "allowed by name and by group: both entries go",
    { ...base, rooms: { Closed: { members: [temps, "sip:ana@contoso.com", "sip:cy@contoso.com"] } } },
    "sip:ana@contoso.com",
    "join",
    "Closed",
    [
      {
        commands: [`set-room Closed --remove-members ${temps} --remove-members sip:ana@contoso.com`],
        also: ["sip:bo@contoso.com Closed + -join,read,post"],
      },
    ],
  ],
  [
    "a presenter: from the presenters, or from the members and so from the presenters too",
    {
      ...base,
      rooms: {
        Hall: { type: "Auditorium", members: ["sip:cy@contoso.com"], presenters: ["sip:cy@contoso.com"] },
      },
    },
    "sip:cy@contoso.com",
    "post",
    "Hall",
    [
      { commands: ["set-room Hall --remove-presenters sip:cy@contoso.com"], also: [] },
      {
        commands: [
          "set-room Hall --remove-members sip:cy@contoso.com --remove-presenters sip:cy@contoso.com",
        ],
        also: [],
      },
    ],
  ],
  [
    "a manager",
    { ...base, rooms: { Closed: { managers: ["sip:cy@contoso.com"] } } },
    "sip:cy@contoso.com",
    "manage",
    "Closed",
    [{ commands: ["set-room Closed --remove-managers sip:cy@contoso.com"], also: [] }],
  ],
  [
    "a creator",
    { ...base, categories: { All: { allowedMembers: ["contoso.com"], creators: [temps] } }, rooms: {} },
    "sip:ana@contoso.com",
    "create-room",
    "All",
    [{ commands: [`set-category All --remove-creators ${temps}`], also: [] }],
  ],
  [
    "no member",
    base,
    "sip:ana@contoso.com",
    "post",
    "Closed",
    [{ commands: ["set-room Closed --add-members sip:ana@contoso.com"], also: [] }],
  ],
  [
    "a disabled auditorium: one command for all that the room lacks",
    base,
    "sip:ana@contoso.com",
    "post",
    "Old",
    [
      {
        commands: [
          "set-room Old --disabled false --add-members sip:ana@contoso.com --add-presenters sip:ana@contoso.com",
        ],
        also: ["sip:bo@contoso.com Old +find -", "sip:cy@contoso.com Old +find,join,read -"],
      },
    ],
  ],
  [
    "a disabled room is managed all the same",
    base,
    "sip:ana@contoso.com",
    "manage",
    "Old",
    [{ commands: ["set-room Old --add-managers sip:ana@contoso.com"], also: [] }],
  ],
  [
    "denied through a group: the denial goes, for everyone in it",
    {
      ...base,
      categories: { All: { allowedMembers: ["contoso.com"], deniedMembers: [temps, "sip:cy@contoso.com"] } },
    },
    "sip:ana@contoso.com",
    "join",
    "Open",
    [
      {
        commands: [`set-category All --remove-denied-members ${temps}`],
        also: [
          "sip:ana@contoso.com Closed +find -",
          "sip:bo@contoso.com Closed +find -",
          "sip:bo@contoso.com Open +find,join,read,post -",
        ],
      },
    ],
  ],
  [
    "not allowed, no creator: by name, in one command",
    { ...base, categories: { All: {} } },
    "sip:cy@contoso.com",
    "create-room",
    "All",
    [
      {
        commands: [
          "set-category All --add-allowed-members sip:cy@contoso.com --add-creators sip:cy@contoso.com",
        ],
        also: ["sip:cy@contoso.com Closed +find -", "sip:cy@contoso.com Open +find,join,read,post -"],
      },
    ],
  ],
  [
    "Global is off: switch it on, for everyone, or make a policy for one",
    { ...off, rooms: { Open: { privacy: "Open" } } },
    "sip:cy@contoso.com",
    "join",
    "Open",
    [
      {
        commands: ["set-policy Global --enable-persistent-chat true"],
        also: [
          "sip:ana@contoso.com Open +find,join,read,post -",
          "sip:bo@contoso.com Open +find,join,read,post -",
        ],
      },
      {
        commands: [
          "new-policy Persistent Chat users --enable-persistent-chat true",
          "grant-policy sip:cy@contoso.com --policy Persistent Chat users",
        ],
        also: [],
      },
    ],
  ],
  [
    "a policy that enables exists: granting it comes first",
    { ...off, policies: { Global: false, On: true }, rooms: { Closed: {} } },
    "sip:cy@contoso.com",
    "join",
    "Closed",
    [
      {
        commands: [
          "grant-policy sip:cy@contoso.com --policy On",
          "set-room Closed --add-members sip:cy@contoso.com",
        ],
        also: [],
      },
      {
        commands: [
          "set-policy Global --enable-persistent-chat true",
          "set-room Closed --add-members sip:cy@contoso.com",
        ],
        also: ["sip:ana@contoso.com Closed +find -", "sip:bo@contoso.com Closed +find -"],
      },
    ],
  ],
  [
    "a grant that switches off may be taken away",
    {
      ...base,
      policies: { Global: true, Off: false },
      grants: { "sip:cy@contoso.com": "Off" },
      rooms: { Open: { privacy: "Open" } },
    },
    "sip:cy@contoso.com",
    "find",
    "Open",
    [
      { commands: ["grant-policy sip:cy@contoso.com --none"], also: [] },
      { commands: ["set-policy Off --enable-persistent-chat true"], also: [] },
      {
        commands: [
          "new-policy Persistent Chat users --enable-persistent-chat true",
          "grant-policy sip:cy@contoso.com --policy Persistent Chat users",
        ],
        also: [],
      },
    ],
  ],
  [
    "SIP is not enabled: no command helps",
    base,
    "sip:hal@contoso.com",
    "join",
    "Open",
    { by: "sip", because: "not-enabled" },
  ],
  [
    "gone from the directory",
    base,
    "sip:gone@contoso.com",
    "join",
    "Open",
    { by: "sip", because: "not-in-directory" },
  ],
  [
    "perhaps denied: only a directory can tell",
    {
      ...base,
      directory: null,
      categories: { All: { allowedMembers: ["sip:cy@contoso.com"], deniedMembers: [temps] } },
    },
    "sip:cy@contoso.com",
    "join",
    "Open",
    { by: "directory" },
  ],
  [
    "perhaps allowed: named, it is certain",
    {
      ...base,
      directory: null,
      categories: { All: { allowedMembers: [temps] } },
      rooms: { Open: { privacy: "Open" } },
    },
    "sip:cy@contoso.com",
    "join",
    "Open",
    [{ commands: ["set-category All --add-allowed-members sip:cy@contoso.com"], also: [] }],
  ],
])("%s", (_, spec, user, action, name, expected) => {
  expect(waysFor(spec, user, action, name)).toEqual(expected);
});
