import { findOne, type State } from "../state.ts";
import { fold } from "../text.ts";
import { error, type Report, warning } from "./finding.ts";
import { firstPool, type Survey } from "./survey.ts";

/** Pools, sites, and what is configured for them (semantics: topology). */
export function* checkTopology({ state }: Survey): Iterable<Report> {
  if (state.count("pools") === 0) yield error("no-pool", null, {}, ["new-pool", firstPool(state)]);
  for (const { fqdn, site } of state.all("pools")) {
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
  }
  yield* checkConfigurations(state);
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
  for (const { identity } of state.all("configurations")) {
    const site = /^site:(.*)$/is.exec(identity)?.[1];
    const pool = /^service:PersistentChatServer:(.*)$/is.exec(identity)?.[1];
    const astray =
      (site !== undefined && !hasSite(state, site)) ||
      (pool !== undefined && findOne(state, "pools", "identity", fold(pool)) === undefined);
    if (!astray) continue;
    const object = { kind: "configuration", identity } as const;
    yield warning("configuration-without-object", object, {});
  }
}
