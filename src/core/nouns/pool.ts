import { defineNoun } from "../noun.ts";
import { boolean, choice, fqdns, name, nameReference, type ObjectOf, text } from "../property.ts";
import { fold } from "../text.ts";

/** A Persistent Chat pool. Categories, add-ins and rooms belong to one for good. */
export const poolNoun = defineNoun({
  kind: "pool",
  collection: "pools",
  one: "pool",
  many: "pools",
  properties: {
    fqdn: name({ meaning: "fully qualified domain name of the pool", settable: "identity", maxLength: 255 }),
    displayName: text({ meaning: "name shown to administrators", maxLength: 256 }),
    site: nameReference({ meaning: "site that the pool is in", refersTo: "site", placeholder: "name" }),
    poolState: choice(["Normal", "FailedOver"], {
      meaning: "whether the pool uses its primary or its backup databases",
      initial: "Normal",
    }),
    servers: fqdns({ meaning: "servers of the pool, at most 8", maxItems: 8, inTable: false }),
    activeServers: fqdns({
      meaning: "servers that take new connections, at most 4 of the pool's",
      maxItems: 4,
    }),
    compliance: boolean({
      meaning: "whether compliance is enabled for the pool in the topology",
      initial: false,
      inTable: false,
    }),
  },
  identity: (pool) => pool.fqdn,
  indexes: {
    identity: (pool) => [fold(pool.fqdn)],
    site: (pool) => (pool.site === null ? [] : [fold(pool.site)]),
  },
});

export type Pool = ObjectOf<typeof poolNoun.properties>;
