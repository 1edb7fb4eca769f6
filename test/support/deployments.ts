/**
 * Deployments in few words: objects with defaults for everything that a case does not care about, for decision
 * tables, and random ones for property tests.
 */
import fc from "fast-check";
import type { Directory, Entry, UserEntry } from "../../src/core/directory.ts";
import { dnKey, dnLabel, domainOf } from "../../src/core/distinguished-name.ts";
import { memoryDirectory } from "../../src/core/memory-directory.ts";
import { memoryState, type ObjectLists } from "../../src/core/memory-state.ts";
import type { Objects, State, Write } from "../../src/core/state.ts";
import { blankPool } from "./blank-pool.ts";

export interface UserSpec {
  readonly dn: string;
  /** Address without `sip:`; none for an account without one. */
  readonly sip?: string;
  /** objectGUID; the account has none where it is left out. */
  readonly guid?: string;
  /** Enabled for SIP, which accounts with an address are by default. */
  readonly enabled?: boolean;
  /** Disabled in AD. */
  readonly disabled?: boolean;
  readonly site?: string;
  /** DNs of the groups that it is directly in. */
  readonly in?: readonly string[];
  readonly name?: string;
}

export interface DirectorySpec {
  readonly domains?: readonly string[];
  readonly containers?: readonly string[];
  readonly groups?: readonly { readonly dn: string; readonly in?: readonly string[] }[];
  readonly users?: readonly UserSpec[];
}

type Sparse<T> = Partial<Omit<T, "id" | "identity">>;

export interface DeploymentSpec {
  /** None: nothing was imported. */
  readonly directory?: DirectorySpec | null;
  readonly sites?: readonly string[];
  readonly pools?: readonly string[];
  /** Whether each policy enables, by identity. Global is off where it is not named. */
  readonly policies?: Readonly<Record<string, boolean>>;
  /** Policy by SIP address. */
  readonly grants?: Readonly<Record<string, string>>;
  readonly categories?: Readonly<Record<string, Sparse<Objects["categories"]>>>;
  readonly rooms?: Readonly<
    Record<string, Sparse<Omit<Objects["rooms"], "categoryId">> & { readonly category?: string }>
  >;
}

export const pool = "pchat.contoso.com";

/** The directory that a spec describes. */
export function directoryOf(spec: DirectorySpec, hash = "hash"): Directory {
  const entries = [
    ...(spec.domains ?? []).map(domainEntry),
    ...(spec.containers ?? []).map((dn): Entry => ({ kind: "container", ...factsOf(dn, []) })),
    ...(spec.groups ?? []).map(
      (group): Entry => ({
        kind: "group",
        ...factsOf(group.dn, group.in ?? []),
        logonName: dnLabel(group.dn),
        mail: null,
      }),
    ),
    ...(spec.users ?? []).map(userEntry),
  ];
  const sorted = entries.sort((a, b) => ((dnKey(a.dn) ?? "") < (dnKey(b.dn) ?? "") ? -1 : 1));
  return memoryDirectory({ entries: sorted }, { date: "2026-01-02T03:04:05.000Z", hash });
}

const factsOf = (dn: string, memberOf: readonly string[]) => ({
  dn,
  guid: null,
  sid: null,
  domain: domainOf(dn),
  displayName: dnLabel(dn),
  memberOf: [...memberOf].sort(),
  attributes: [],
});

const domainEntry = (dns: string): Entry => ({
  kind: "domain",
  ...factsOf(
    dns
      .split(".")
      .map((label) => `DC=${label}`)
      .join(","),
    [],
  ),
  netbios: dns.split(".")[0]!.toUpperCase(),
});

const userEntry = (user: UserSpec): UserEntry => ({
  kind: "user",
  ...factsOf(user.dn, user.in ?? []),
  guid: user.guid ?? null,
  displayName: user.name ?? dnLabel(user.dn),
  sipAddress: user.sip === undefined ? null : `sip:${user.sip}`,
  sipEnabled: user.sip !== undefined && user.enabled !== false,
  userPrincipalName: null,
  logonName: null,
  site: user.site ?? null,
  accountDisabled: user.disabled ?? false,
});

/** The stored objects that a spec describes. Categories and rooms get the one pool; ids follow their order. */
export function objectsOf(spec: DeploymentSpec): ObjectLists {
  let id = 0;
  const next = (): number => ++id;
  const policies = { Global: false, ...spec.policies };
  const categories = Object.entries(spec.categories ?? {}).map(([name, sparse]) => ({
    ...blankCategory,
    ...sparse,
    id: next(),
    identity: `${pool}\\${name}`,
    name,
  }));
  const categoryId = (name: string | undefined): number =>
    categories.find((category) => category.name === name)?.id ?? categories[0]?.id ?? 0;
  return {
    settings: [],
    sites: (spec.sites ?? []).map((name) => ({ id: next(), name })),
    pools: (spec.pools ?? [pool]).map((fqdn) => ({ id: next(), fqdn, ...blankPool })),
    policies: Object.entries(policies).map(([identity, enablePersistentChat]) => ({
      id: next(),
      identity,
      description: null,
      enablePersistentChat,
    })),
    grants: Object.entries(spec.grants ?? {}).map(([user, policy]) => ({ id: next(), user, policy })),
    configurations: [],
    complianceConfigurations: [],
    endpoints: [],
    categories,
    addins: [],
    rooms: Object.entries(spec.rooms ?? {}).map(([name, { category, ...sparse }]) => ({
      ...blankRoom,
      ...sparse,
      id: next(),
      identity: `${pool}\\${name}`,
      name,
      categoryId: categoryId(category),
    })),
  };
}

const blankCategory = {
  description: null,
  invitations: false,
  fileUpload: false,
  chatHistory: true,
  allowedMembers: [],
  deniedMembers: [],
  creators: [],
};

const blankRoom = {
  description: null,
  disabled: false,
  type: "Normal",
  privacy: "Closed",
  invitations: "Inherit",
  addinId: null,
  members: [],
  managers: [],
  presenters: [],
} as const;

/** A state that a spec describes. */
export function deploymentOf(spec: DeploymentSpec): State {
  const directory = spec.directory == null ? undefined : directoryOf(spec.directory);
  return memoryState(objectsOf(spec), () => directory);
}

/** The state with writes applied, read afresh: what the next command would see. */
export function stateAfter(state: State, writes: readonly Write[], directory = state.directory): State {
  const collections = Object.keys(objectsOf({})) as (keyof ObjectLists)[];
  const lists = Object.fromEntries(
    collections.map((collection) => {
      const objects = new Map([...state.all(collection)].map((object) => [object.id, object]));
      for (const write of writes) {
        if (write.collection !== collection) continue;
        if (write.after === undefined) objects.delete(write.id);
        else objects.set(write.id, write.after);
      }
      return [collection, [...objects.values()].sort((a, b) => a.id - b.id)];
    }),
  );
  return memoryState(lists as unknown as ObjectLists, () => directory);
}

const parentDomain = "contoso.com";
const childDomain = "emea.contoso.com";
const places = [
  "DC=contoso,DC=com",
  "OU=IT,DC=contoso,DC=com",
  "OU=Desk,OU=IT,DC=contoso,DC=com",
  "OU=Sales,DC=contoso,DC=com",
  "DC=emea,DC=contoso,DC=com",
  "OU=IT,DC=emea,DC=contoso,DC=com",
] as const;
const place = fc.constantFrom(...places);
const siteNames = ["Redmond", "Dublin"] as const;

const groupCount = 5;
const userCount = 8;
const groupDns = fc
  .tuple(...Array.from({ length: groupCount }, () => place))
  .map((chosen) => chosen.map((at, index) => `CN=Group ${index},${at}`));

/** A random directory: groups in groups (cycles too), users in groups and containers of two domains. */
export const anyDirectory: fc.Arbitrary<DirectorySpec> = groupDns.chain((dns) => {
  const someGroups = fc.uniqueArray(fc.constantFrom(...dns), { maxLength: 2 });
  const user = (index: number) =>
    fc
      .record({
        at: place,
        in: someGroups,
        enabled: fc.oneof(
          { weight: 5, arbitrary: fc.constant(true) },
          { weight: 1, arbitrary: fc.constant(false) },
        ),
        disabled: fc.boolean(),
        site: fc.option(fc.constantFrom(...siteNames), { nil: undefined }),
        address: fc.oneof(
          { weight: 7, arbitrary: fc.constant(true) },
          { weight: 1, arbitrary: fc.constant(false) },
        ),
      })
      .map(({ at, address, site, ...rest }) => ({
        dn: `CN=User ${index},${at}`,
        // The last one's is not exported.
        ...(index < userCount - 1 ? { guid: `guid-${index}` } : {}),
        ...rest,
        ...(address ? { sip: `u${index}@contoso.com` } : {}),
        ...(site === undefined ? {} : { site }),
      }));
  return fc.record({
    domains: fc.constant([parentDomain, childDomain]),
    containers: fc.constant(places.filter((dn) => dn.startsWith("OU="))),
    groups: fc.tuple(...dns.map((dn) => fc.record({ dn: fc.constant(dn), in: someGroups }))),
    users: fc.tuple(...Array.from({ length: userCount }, (_, index) => user(index))),
  });
});

/** A later export of a directory in which two accounts have changed their addresses, and one has a new address. */
export const withRenames = (directory: DirectorySpec): fc.Arbitrary<DirectorySpec> =>
  fc
    .tuple(fc.nat(userCount - 1), fc.nat(userCount - 1), fc.option(fc.nat(userCount - 1), { nil: undefined }))
    .map(([one, other, renamed]) => {
      const users = (directory.users ?? []).map((user, index, all) => {
        const sip = index === one ? all[other]!.sip : index === other ? all[one]!.sip : user.sip;
        const { sip: _, ...rest } = user;
        const address = index === renamed && sip !== undefined ? `new.${sip}` : sip;
        return address === undefined ? rest : { ...rest, sip: address };
      });
      return { ...directory, users };
    });

/** A random store over the principals of a directory, and some that it does not know. */
export function anyObjects(directory: DirectorySpec): fc.Arbitrary<DeploymentSpec> {
  const user = fc.constantFrom(
    ...Array.from({ length: userCount }, (_, index) => `sip:u${index}@contoso.com`),
    "sip:U1@CONTOSO.com",
    "sip:gone@contoso.com",
  );
  const group = fc.constantFrom(
    ...(directory.groups ?? []).map(({ dn }) => dn),
    "cn=group 0, ou=it, dc=contoso, dc=com",
  );
  const wide = fc.constantFrom(
    ...places.filter((dn) => dn.startsWith("OU=")),
    parentDomain,
    childDomain,
    "DC=contoso,DC=com",
  );
  const list = (maxLength: number) =>
    fc.array(
      fc.oneof(
        { weight: 3, arbitrary: user },
        { weight: 2, arbitrary: group },
        { weight: 1, arbitrary: wide },
      ),
      { maxLength },
    );
  const allowed = fc.array(fc.oneof(user, { weight: 2, arbitrary: group }, { weight: 3, arbitrary: wide }), {
    minLength: 1,
    maxLength: 4,
  });
  // A denied container or domain leaves few people, so there are few of those.
  const denied = fc.array(
    fc.oneof({ weight: 4, arbitrary: user }, { weight: 4, arbitrary: group }, { weight: 1, arbitrary: wide }),
    { maxLength: 2 },
  );
  const category = fc.record({ allowedMembers: allowed, deniedMembers: denied, creators: list(3) });
  const room = fc.record({
    category: fc.constantFrom("A", "B"),
    disabled: fc.oneof(
      { weight: 5, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
    type: fc.constantFrom("Normal" as const, "Auditorium" as const),
    privacy: fc.constantFrom("Open" as const, "Closed" as const, "Secret" as const),
    members: list(4),
    managers: list(2),
    presenters: list(2),
  });
  return fc.record({
    directory: fc.constant(directory),
    sites: fc.constant([...siteNames]),
    policies: fc.record(
      {
        Global: fc.oneof(
          { weight: 4, arbitrary: fc.constant(true) },
          { weight: 1, arbitrary: fc.constant(false) },
        ),
        "site:Redmond": fc.boolean(),
        On: fc.constant(true),
        Off: fc.constant(false),
      },
      { requiredKeys: ["Global"] },
    ),
    grants: fc.dictionary(user, fc.constantFrom("On", "On", "Off"), { maxKeys: 4 }),
    categories: fc.record({ A: category, B: category }),
    rooms: fc.record({ R1: room, R2: room, R3: room, R4: room }),
  });
}

/** A random deployment; without a directory in one of four. */
export const anyDeployment: fc.Arbitrary<DeploymentSpec> = fc
  .tuple(anyDirectory, fc.integer({ min: 0, max: 3 }))
  .chain(([directory, without]) =>
    anyObjects(directory).map((spec) => (without === 0 ? { ...spec, directory: null } : spec)),
  );
