import { effectiveSettings } from "../configuration.ts";
import { type Pool, poolNoun } from "../nouns/pool.ts";
import { scopeNamed } from "../scope-identity.ts";
import { findOne, nouns, type State } from "../state.ts";
import { fold } from "../text.ts";
import { each, error, type Report, warning } from "./finding.ts";
import { firstPool, type Survey } from "./survey.ts";

/** Pools, sites, and what is configured for them (semantics: topology). */
export function* checkTopology({ state }: Survey): Iterable<Report> {
  if (state.count("pools") === 0) yield error("no-pool", null, {}, ["new-pool", firstPool(state)]);
  for (const pool of state.all("pools")) {
    const { fqdn, site } = pool;
    const object = { kind: "pool", identity: fqdn } as const;
    if (site !== null && !hasSite(state, site)) {
      yield error("pool-site-unknown", object, { site }, ["new-site", site]);
    }
    if (site === null && state.count("pools") > 1) {
      yield warning(
        "pool-without-site",
        object,
        { pools: state.count("pools") },
        ...commandsForSite(state, fqdn),
      );
    }
    yield* checkServing(pool);
    yield* checkArchive(state, pool);
    yield* checkLegacy(state, pool);
  }
  yield* checkConfigurations(state);
  yield* checkOutputFolders(state);
}

/** Whether a pool runs on its own databases, and somebody takes new connections. */
function* checkServing(pool: Pool): Iterable<Report> {
  const { fqdn, poolState, servers, activeServers } = pool;
  const object = { kind: "pool", identity: fqdn } as const;
  if (poolState === "FailedOver") {
    yield warning("failed-over", object, {}, ["set-state", fqdn, "--pool-state", "Normal"]);
  }
  if (servers.length > 0 && activeServers.length === 0) {
    const some = servers.slice(0, poolNoun.properties.activeServers.maxItems);
    yield error("no-active-server", object, {}, [
      "set-active-server",
      fqdn,
      ...each("--add-active-servers", some),
    ]);
  }
}

/** Compliance that is enabled in the topology keeps nothing without an adapter. */
function* checkArchive(state: State, pool: Pool): Iterable<Report> {
  if (!pool.compliance) return;
  const { identity, adapterType } = effectiveSettings(state, "complianceConfigurations", pool);
  if (adapterType !== null) return;
  const object = { kind: "pool", identity: pool.fqdn } as const;
  yield error("nothing-archived", object, { configuration: identity }, [
    "set-compliance-configuration",
    identity,
    "--adapter-type",
    "Microsoft.Rtc.Internal.Chat.Server.Compliance.XmlAdapter,compliance",
  ]);
}

/** File upload serves legacy clients alone, and those look for a pool by its endpoint. */
function* checkLegacy(state: State, { fqdn }: Pool): Iterable<Report> {
  const categories = [...state.lookup("categories", "pool", fold(fqdn))].filter(
    ({ fileUpload }) => fileUpload,
  );
  if (categories.length === 0 || findOne(state, "endpoints", "pool", fold(fqdn)) !== undefined) return;
  const object = { kind: "pool", identity: fqdn } as const;
  const domain = fqdn.replace(/^[^.]*\./, "");
  yield warning("no-endpoint", object, { categories: categories.map(({ identity }) => identity) }, [
    "new-endpoint",
    `sip:${fqdn.split(".")[0]}@${domain}`,
    "--pool",
    fqdn,
  ]);
}

const hasSite = (state: State, name: string): boolean =>
  findOne(state, "sites", "identity", fold(name)) !== undefined;

function commandsForSite(state: State, fqdn: string): string[][] {
  for (const { name } of state.all("sites")) return [["set-pool", fqdn, "--site", name]];
  return [
    ["new-site", "Main"],
    ["set-pool", fqdn, "--site", "Main"],
  ];
}

function* checkConfigurations(state: State): Iterable<Report> {
  for (const collection of ["configurations", "complianceConfigurations"] as const) {
    for (const { identity } of state.all(collection)) {
      const scope = scopeNamed(identity);
      const astray =
        (scope?.for === "site" && !hasSite(state, scope.name)) ||
        (scope?.for === "pool" && findOne(state, "pools", "identity", fold(scope.name)) === undefined);
      if (!astray) continue;
      const { kind } = nouns[collection];
      yield warning("configuration-without-object", { kind, identity }, {}, [`remove-${kind}`, identity]);
    }
  }
}

/** One folder for each adapter: two that write into the same mix their files. */
function* checkOutputFolders(state: State): Iterable<Report> {
  const seen = new Map<string, string>();
  for (const { identity, adapterOutputDirectory } of state.all("complianceConfigurations")) {
    if (adapterOutputDirectory === null) continue;
    const key = fold(adapterOutputDirectory).replaceAll("/", "\\").replace(/\\+$/, "");
    const other = seen.get(key);
    seen.set(key, other ?? identity);
    if (other === undefined) continue;
    const object = { kind: "compliance-configuration", identity } as const;
    const own = `${adapterOutputDirectory.replace(/[\\/]+$/, "")} ${identity.replace(/^.*:/, "")}`;
    yield error("folder-shared", object, { other, folder: adapterOutputDirectory }, [
      "set-compliance-configuration",
      identity,
      "--adapter-output-directory",
      own,
    ]);
  }
}
