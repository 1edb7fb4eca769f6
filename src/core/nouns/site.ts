import { defineNoun } from "../noun.ts";
import { name, type ObjectOf } from "../property.ts";
import { fold } from "../text.ts";

/** A site of the topology: users at it may have a policy of their own (semantics: policy resolution). */
export const siteNoun = defineNoun({
  kind: "site",
  collection: "sites",
  one: "site",
  many: "sites",
  properties: {
    name: name({ meaning: "name of the site, as in `site:Redmond`", settable: "identity" }),
  },
  identity: (site) => site.name,
  indexes: { identity: (site) => [fold(site.name)] },
});

export type Site = ObjectOf<typeof siteNoun.properties>;
