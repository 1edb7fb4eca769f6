import { defineNoun } from "../noun.ts";
import { name, nameReference, type ObjectOf, text } from "../property.ts";
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
  },
  identity: (pool) => pool.fqdn,
  indexes: {
    identity: (pool) => [fold(pool.fqdn)],
    site: (pool) => (pool.site === null ? [] : [fold(pool.site)]),
  },
});

export type Pool = ObjectOf<typeof poolNoun.properties>;
