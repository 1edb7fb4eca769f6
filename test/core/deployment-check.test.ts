import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkDeployment, type Finding } from "../../src/core/deployment-check.ts";
import { memoryState, type ObjectLists } from "../../src/core/memory-state.ts";
import { complianceConfigurationNoun } from "../../src/core/nouns/compliance-configuration.ts";
import { initialValues } from "../../src/core/patch.ts";
import type { Objects, State } from "../../src/core/state.ts";
import {
  anyDeployment,
  type DeploymentSpec,
  deploymentOf,
  directoryOf,
  objectsOf,
  pool,
} from "../support/deployments.ts";
import { rereadDirectory } from "../support/reread-directory.ts";

const staff = "CN=Staff,DC=contoso,DC=com";
const ana = "sip:ana@contoso.com";
const bo = "sip:bo@contoso.com";

/** A deployment in which nothing is missing. */
const clean = {
  directory: {
    domains: ["contoso.com"],
    containers: ["OU=IT,DC=contoso,DC=com"],
    groups: [{ dn: staff }],
    users: [
      { dn: "CN=Ana,OU=IT,DC=contoso,DC=com", sip: "ana@contoso.com", in: [staff] },
      { dn: "CN=Bo,DC=contoso,DC=com", sip: "bo@contoso.com", in: [staff] },
    ],
  },
  policies: { Global: true },
  categories: { All: { allowedMembers: ["contoso.com"], creators: [staff], invitations: true } },
  rooms: { Desk: { description: "help", members: [staff], managers: [ana] } },
} satisfies DeploymentSpec;

const withCategory = (change: object): DeploymentSpec => ({
  ...clean,
  categories: { All: { ...clean.categories.All, ...change } },
});
const withRoom = (change: object): DeploymentSpec => ({
  ...clean,
  rooms: { Desk: { ...clean.rooms.Desk, ...change } },
});
const withUsers = (
  ...users: NonNullable<NonNullable<DeploymentSpec["directory"]>["users"]>
): DeploymentSpec => ({
  ...clean,
  directory: { ...clean.directory, users: [...clean.directory.users, ...users] },
});

/** A state with objects that a spec cannot say. */
function altered(lists: Partial<ObjectLists>, spec: DeploymentSpec = clean): State {
  return memoryState({ ...objectsOf(spec), ...lists }, () =>
    spec.directory == null ? undefined : directoryOf(spec.directory),
  );
}
const objects = objectsOf(clean);
const blankArchive = {
  ...(initialValues(complianceConfigurationNoun.properties) as Objects["complianceConfigurations"]),
};
const [category] = objects.categories;
const [room] = objects.rooms;

/** A finding in a line or two: what, how bad, about what; then its commands. */
const told = ({ step, severity, check, object, commands }: Finding): string[] => [
  `${step} ${severity}: ${check}${object === null ? "" : ` ${object.identity}`}`.replaceAll(`${pool}\\`, ""),
  ...commands.map((words) => `  ${words.join(" ")}`.replaceAll(`${pool}\\`, "")),
];
const findingsIn = (state: State): string[] => [...checkDeployment(state)].flatMap(told);

describe("checkDeployment", () => {
  it("finds nothing where nothing is missing", () => {
    expect(findingsIn(deploymentOf(clean))).toEqual([]);
  });

  it("reads as a to-do list, in order, on a fresh store", () => {
    expect(findingsIn(deploymentOf({ pools: [] }))).toEqual([
      "topology error: no-pool",
      `  new-pool ${pool}`,
      "directory warning: no-directory",
      "  import-directory export.ldif",
      "policy error: nobody-enabled",
      "  set-policy Global --enable-persistent-chat true",
      "category error: no-category",
      "  new-category General",
      "rooms warning: no-room",
      "  new-room Lobby --category General",
    ]);
  });

  it.each<[string, DeploymentSpec, string[]]>([
    [
      "a second pool, of no site",
      { ...clean, pools: [pool, "emea.contoso.com"], sites: ["Main"] },
      [
        `topology warning: pool-without-site ${pool}`,
        `  set-pool ${pool} --site Main`,
        "topology warning: pool-without-site emea.contoso.com",
        "  set-pool emea.contoso.com --site Main",
        "category error: no-category emea.contoso.com",
        "  new-category emea.contoso.com\\General --allowed-members contoso.com --creators contoso.com",
      ],
    ],
    [
      "no directory",
      { ...clean, directory: null },
      ["directory warning: no-directory", "  import-directory export.ldif"],
    ],
    [
      "somebody gone, in two lists",
      withRoom({
        members: [staff, "sip:gone@contoso.com", "CN=Gone,DC=contoso,DC=com"],
        managers: [ana, "sip:gone@contoso.com"],
      }),
      [
        "directory error: principal-gone Desk",
        "  set-room Desk --remove-members sip:gone@contoso.com --remove-members CN=Gone,DC=contoso,DC=com",
        "directory error: principal-gone Desk",
        "  set-room Desk --remove-managers sip:gone@contoso.com",
      ],
    ],
    [
      "a member without SIP",
      {
        ...withUsers({ dn: "CN=Hal,DC=contoso,DC=com", sip: "hal@contoso.com", enabled: false }),
        rooms: { Desk: { ...clean.rooms.Desk, members: [staff, "sip:hal@contoso.com"] } },
      },
      ["directory error: not-sip-enabled Desk", "  set-room Desk --remove-members sip:hal@contoso.com"],
    ],
    [
      "a member whose account is disabled",
      {
        ...withUsers({ dn: "CN=Gus,DC=contoso,DC=com", sip: "gus@contoso.com", disabled: true }),
        rooms: { Desk: { ...clean.rooms.Desk, members: [staff, "sip:gus@contoso.com"] } },
      },
      [
        "directory warning: account-disabled sip:gus@contoso.com",
        "  set-room Desk --remove-members sip:gus@contoso.com",
      ],
    ],
    [
      "two accounts with one address and one name",
      withUsers({ dn: "CN=Ana,OU=Zoo,DC=contoso,DC=com", sip: "ANA@contoso.com" }),
      ["directory warning: address-shared sip:ana@contoso.com", "directory warning: display-name-shared Ana"],
    ],
    [
      "users at a site that is not declared",
      withUsers({ dn: "CN=Red,DC=contoso,DC=com", sip: "red@contoso.com", site: "Redmond" }),
      ["directory note: site-not-declared Redmond", "  new-site Redmond"],
    ],
    [
      "every policy is off",
      { ...clean, policies: { Global: false } },
      ["policy error: nobody-enabled", "  set-policy Global --enable-persistent-chat true"],
    ],
    [
      "a policy that enables, granted to nobody, and no other",
      { ...clean, policies: { Global: false, On: true } },
      [
        "policy error: nobody-enabled",
        "  set-policy Global --enable-persistent-chat true",
        "policy error: granted-to-nobody On",
        `  grant-policy ${ana} --policy On`,
      ],
    ],
    [
      "a policy granted to nobody that nobody needs",
      { ...clean, policies: { Global: true, On: true } },
      ["policy warning: granted-to-nobody On", "  remove-policy On"],
    ],
    [
      "a site policy for no site, off",
      { ...clean, policies: { Global: true, "site:Redmond": false } },
      [
        "policy warning: site-policy-without-site site:Redmond",
        "  new-site Redmond",
        "policy warning: site-policy-off site:Redmond",
        "  set-policy site:Redmond --enable-persistent-chat true",
      ],
    ],
    [
      "a grant that switches off, to a member",
      { ...clean, policies: { Global: true, Off: false }, grants: { [bo]: "Off" } },
      [
        "policy warning: policy-off-overrides Off",
        `  grant-policy ${bo} --none`,
        "policy error: listed-without-policy Off",
        `  grant-policy ${bo} --none`,
        "policy warning: creator-without-policy Off",
        `  grant-policy ${bo} --none`,
      ],
    ],
    [
      "a member whom Global leaves out",
      { ...clean, policies: { Global: false, On: true }, grants: { [ana]: "On" } },
      [
        "policy error: listed-without-policy Global",
        `  grant-policy ${bo} --policy On`,
        "policy warning: creator-without-policy Global",
        `  grant-policy ${bo} --policy On`,
      ],
    ],
    [
      "grants of a policy that is gone, and to somebody who is",
      { ...clean, grants: { [ana]: "Lost", "sip:gone@contoso.com": "Lost" } },
      [
        `policy error: grant-of-no-policy ${ana}`,
        `  grant-policy ${ana} --none`,
        "policy error: grant-of-no-policy sip:gone@contoso.com",
        "  grant-policy sip:gone@contoso.com --none",
        "policy warning: grant-to-nobody sip:gone@contoso.com",
        "  grant-policy sip:gone@contoso.com --none",
      ],
    ],
    [
      "nobody allowed",
      {
        ...withCategory({ allowedMembers: [], creators: [] }),
        rooms: { Desk: { description: "help", privacy: "Open", managers: [] } },
      },
      [
        "category error: allowed-empty All",
        "  set-category All --add-allowed-members contoso.com",
        "category warning: no-creators All",
        "  set-category All --add-creators contoso.com",
        "people warning: no-manager Desk",
      ],
    ],
    [
      "everyone denied",
      {
        ...withCategory({ deniedMembers: [staff], creators: ["contoso.com"] }),
        rooms: { Desk: { description: "help", privacy: "Open", managers: [] } },
      },
      [
        "category error: allowed-cancelled All",
        `  set-category All --remove-denied-members ${staff}`,
        "people warning: no-manager Desk",
      ],
    ],
    [
      "allowed and denied at once",
      withCategory({ allowedMembers: ["contoso.com", bo], deniedMembers: [bo] }),
      ["category warning: allowed-and-denied All", `  set-category All --remove-allowed-members ${bo}`],
    ],
    [
      "no creators",
      withCategory({ creators: [] }),
      ["category warning: no-creators All", "  set-category All --add-creators contoso.com"],
    ],
    [
      "creators, members and managers out of scope",
      withCategory({ allowedMembers: ["OU=IT,DC=contoso,DC=com"] }),
      [
        "category error: out-of-scope All",
        `  set-category All --add-allowed-members ${staff}`,
        "people error: out-of-scope Desk",
        `  set-category All --add-allowed-members ${staff}`,
      ],
    ],
    [
      "a manager who is denied",
      withCategory({ deniedMembers: [ana] }),
      ["people error: out-of-scope Desk", `  set-room Desk --remove-managers ${ana}`],
    ],
    [
      "file upload, invitations off, an empty category",
      {
        ...withCategory({ fileUpload: true, invitations: false }),
        categories: {
          All: { ...clean.categories.All, fileUpload: true, invitations: false },
          More: { ...clean.categories.All },
        },
      },
      [
        `topology warning: no-endpoint ${pool}`,
        `  new-endpoint sip:pchat@contoso.com --pool ${pool}`,
        "category warning: file-upload-ignored All",
        "  set-category All --file-upload false",
        "category note: invitations-off All",
        "  set-category All --invitations true",
        "category note: no-room-in-category More",
        "  new-room More Room --category More",
      ],
    ],
    ["no room", { ...clean, rooms: {} }, ["rooms warning: no-room", "  new-room Lobby --category All"]],
    [
      "a room named as a category, without description",
      { ...clean, rooms: { all: { members: [staff], managers: [ana] } } },
      [
        "rooms error: name-of-category all",
        "  set-room all --name all 2",
        "rooms note: no-description all",
        "  set-room all --description all",
      ],
    ],
    [
      "every room disabled",
      withRoom({ disabled: true, members: [] }),
      [
        "rooms note: room-disabled Desk",
        "  set-room Desk --disabled false",
        "rooms warning: all-rooms-disabled",
      ],
    ],
    [
      "Closed without members",
      withRoom({ members: [], managers: [] }),
      [
        "people error: nobody-can-join Desk",
        "  set-room Desk --add-members contoso.com",
        "people warning: no-manager Desk",
        `  set-room Desk --add-managers ${ana}`,
      ],
    ],
    [
      "Open with members",
      withRoom({ privacy: "Open" }),
      ["people note: members-without-effect Desk", "  set-room Desk --clear-members"],
    ],
    [
      "a manager who is no member",
      withRoom({ members: [bo] }),
      ["people warning: manager-not-member Desk", `  set-room Desk --add-members ${ana}`],
    ],
    [
      "an auditorium without presenters",
      withRoom({ type: "Auditorium" }),
      ["people error: no-presenter Desk", `  set-room Desk --add-presenters ${ana}`],
    ],
    [
      "a presenter who is no member",
      withRoom({ type: "Auditorium", members: [ana], presenters: [bo] }),
      ["people error: presenter-not-member Desk", `  set-room Desk --add-members ${bo}`],
    ],
    [
      "presenters in a Normal room",
      withRoom({ presenters: [ana] }),
      ["people error: presenters-in-normal-room Desk", "  set-room Desk --clear-presenters"],
    ],
  ])("%s", (_, spec, expected) => {
    expect(findingsIn(deploymentOf(spec))).toEqual(expected);
  });

  it.each<[string, Partial<ObjectLists>, string[]]>([
    [
      "a pool of a site that is not declared",
      { pools: [{ ...objects.pools[0]!, site: "Oslo" }] },
      [`topology error: pool-site-unknown ${pool}`, "  new-site Oslo"],
    ],
    [
      "configurations for what is not there",
      {
        configurations: [
          "Global",
          "site:Oslo",
          "service:PersistentChatServer:old.contoso.com",
          `service:PersistentChatServer:${pool}`,
        ].map((identity, index) => ({
          id: 100 + index,
          identity,
          defaultChatHistory: 30,
          maxFileSizeKB: 20000,
          participantUpdateLimit: 75,
          roomManagementUrl: null,
        })),
      },
      [
        "topology warning: configuration-without-object site:Oslo",
        "  remove-configuration site:Oslo",
        "topology warning: configuration-without-object service:PersistentChatServer:old.contoso.com",
        "  remove-configuration service:PersistentChatServer:old.contoso.com",
      ],
    ],
    [
      "compliance configurations for what is not there, and two in one folder",
      {
        complianceConfigurations: [
          { ...blankArchive, id: 100, identity: "Global", adapterOutputDirectory: "C:\\Archive" },
          { ...blankArchive, id: 101, identity: "site:Oslo", adapterOutputDirectory: "c:/archive/" },
        ],
      },
      [
        "topology warning: configuration-without-object site:Oslo",
        "  remove-compliance-configuration site:Oslo",
        "topology error: folder-shared site:Oslo",
        "  set-compliance-configuration site:Oslo --adapter-output-directory c:/archive Oslo",
      ],
    ],
    [
      "a pool that failed over, with no active server, whose archive has no adapter",
      {
        pools: [
          {
            ...objects.pools[0]!,
            poolState: "FailedOver",
            servers: ["a.contoso.com", "b.contoso.com", "c.contoso.com", "d.contoso.com", "e.contoso.com"],
            compliance: true,
          },
        ],
      },
      [
        `topology warning: failed-over ${pool}`,
        `  set-state ${pool} --pool-state Normal`,
        `topology error: no-active-server ${pool}`,
        `  set-active-server ${pool} --add-active-servers a.contoso.com --add-active-servers b.contoso.com --add-active-servers c.contoso.com --add-active-servers d.contoso.com`,
        `topology error: nothing-archived ${pool}`,
        "  set-compliance-configuration Global --adapter-type Microsoft.Rtc.Internal.Chat.Server.Compliance.XmlAdapter,compliance",
      ],
    ],
    [
      "two categories of one name",
      { categories: [category!, { ...category!, id: 50 }] },
      [
        "category error: name-twice All",
        "  set-category All --name All 2",
        "category note: no-room-in-category All",
        "  new-room All Room --category All",
      ],
    ],
    [
      "a name with a control character",
      { rooms: [{ ...room!, name: "De\u0007sk", identity: `${pool}\\De\u0007sk` }] },
      ["rooms error: name-invalid De\u0007sk", "  set-room De\u0007sk --name De sk"],
    ],
    [
      "a room of no category, with an add-in that is gone",
      {
        rooms: [
          room!,
          { ...room!, id: 51, name: "Lost", identity: `${pool}\\Lost`, categoryId: 999, addinId: 998 },
        ],
      },
      [
        "rooms error: room-without-category Lost",
        "  set-room Lost --category All",
        "rooms error: addin-missing Lost",
        "  set-room Lost --addin ",
      ],
    ],
    [
      "an add-in that no room shows, at no web address",
      { addins: [{ id: 60, identity: `${pool}\\Wiki`, name: "Wiki", url: "ftp://wiki/" }] },
      [
        "rooms error: addin-address Wiki",
        "  set-addin Wiki --url https://wiki/",
        "rooms note: addin-unused Wiki",
        "  remove-addin Wiki",
      ],
    ],
    [
      "more entries than the service takes",
      { rooms: [{ ...room!, members: Array.from({ length: 1_900_000 }, () => staff) }] },
      ["people warning: many-entries", "people warning: many-invitations"],
    ],
  ])("%s", (_, lists, expected) => {
    expect(findingsIn(altered(lists))).toEqual(expected);
  });

  it("gives the facts with each finding", () => {
    const [finding] = checkDeployment(deploymentOf(withCategory({ deniedMembers: [ana] })));
    expect(finding).toEqual({
      check: "out-of-scope",
      step: "people",
      severity: "error",
      object: { kind: "room", identity: `${pool}\\Desk` },
      facts: { list: "managers", principals: [ana], because: "denied", category: `${pool}\\All` },
      commands: [["set-room", `${pool}\\Desk`, "--remove-managers", ana]],
    });
  });

  it("judges any deployment without failing, step by step, and always alike", () => {
    const steps = ["topology", "directory", "policy", "category", "rooms", "people"];
    fc.assert(
      fc.property(anyDeployment, (spec) => {
        const found = [...checkDeployment(deploymentOf(spec))];
        const order = found.map(({ step }) => steps.indexOf(step));
        expect(order).toEqual([...order].sort((a, b) => a - b));
        const directory = spec.directory == null ? undefined : rereadDirectory(directoryOf(spec.directory));
        const again = memoryState(objectsOf(spec), () => directory);
        expect([...checkDeployment(again)]).toEqual(found);
      }),
      { numRuns: 100 },
    );
  });
});
