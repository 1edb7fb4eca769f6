import { defineNoun } from "../noun.ts";
import { name, type ObjectOf, text } from "../property.ts";
import { fold } from "../text.ts";

/** A contact that gives a pool a SIP address of its own, for legacy Group Chat clients (semantics: endpoint). */
export const endpointNoun = defineNoun({
  kind: "endpoint",
  collection: "endpoints",
  one: "endpoint",
  many: "endpoints",
  properties: {
    sipAddress: name({ meaning: "SIP address of the endpoint", settable: "identity", maxLength: 454 }),
    displayName: text({ meaning: "name of the contact", maxLength: 256, settable: "create" }),
    pool: name({
      meaning: "pool that the endpoint leads to",
      settable: "identity",
      refersTo: "pool",
      maxLength: 255,
    }),
  },
  identity: (endpoint) => endpoint.sipAddress,
  indexes: {
    identity: (endpoint) => [fold(endpoint.sipAddress)],
    displayName: (endpoint) => (endpoint.displayName === null ? [] : [fold(endpoint.displayName)]),
    pool: (endpoint) => [fold(endpoint.pool)],
  },
});

export type Endpoint = ObjectOf<typeof endpointNoun.properties>;
