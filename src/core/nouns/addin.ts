import { poolOf } from "../identity-text.ts";
import { defineNoun } from "../noun.ts";
import { name, type ObjectOf, url } from "../property.ts";
import { fold } from "../text.ts";

/** A web page that rooms of a pool may show beside the conversation. */
export const addinNoun = defineNoun({
  kind: "addin",
  collection: "addins",
  one: "add-in",
  many: "add-ins",
  properties: {
    identity: name({ meaning: "`pool\\name`", settable: "identity", maxLength: 512 }),
    name: name({ inTable: false, meaning: "name of the add-in, unique in its pool" }),
    url: url({ meaning: "web page that the add-in shows (http or https)" }),
  },
  identity: (addin) => addin.identity,
  indexes: {
    identity: (addin) => [fold(addin.identity)],
    name: (addin) => [fold(addin.name)],
    pool: (addin) => [fold(poolOf(addin.identity))],
  },
});

export type Addin = ObjectOf<typeof addinNoun.properties>;
