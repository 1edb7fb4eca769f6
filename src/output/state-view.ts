import type { Pool } from "../core/nouns/pool.ts";
import type { ObjectView } from "./object-view.ts";
import { headerOf, type Row } from "./view.ts";

/** A pool's state under the identity that the cmdlets give it. */
export const stateRow = ({ fqdn, poolState }: Pool): Row => ({
  identity: `PersistentChatServer:${fqdn}`,
  poolState,
});

/** Pools by their state alone. */
export const stateView: ObjectView = {
  view: {
    kind: "pool state",
    identity: "identity",
    columns: ["identity", "poolState"].map((name) => ({ name, header: headerOf(name) })),
  },
  row: (state, { id }) => {
    const pool = id === undefined ? undefined : state.get("pools", id);
    return pool && stateRow(pool);
  },
};
