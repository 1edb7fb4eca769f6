import { defineNoun } from "../noun.ts";
import { integer, name, type ObjectOf, optionalUrl } from "../property.ts";
import { fold } from "../text.ts";

/** Service settings at `Global`, a site, or a pool. */
export const configurationNoun = defineNoun({
  kind: "configuration",
  collection: "configurations",
  one: "configuration",
  many: "configurations",
  properties: {
    identity: name({
      meaning: "`Global`, `site:<name>` or `service:PersistentChatServer:<fqdn>`",
      settable: "identity",
    }),
    defaultChatHistory: integer({
      meaning: "messages shown at once when a user opens a room",
      initial: 30,
      minimum: 1,
      maximum: 500,
    }),
    maxFileSizeKB: integer({
      meaning: "largest file that may be uploaded, in kilobytes",
      initial: 20000,
      maximum: 4294967295,
    }),
    participantUpdateLimit: integer({
      meaning: "number of users in a room above which live roster updates stop",
      initial: 75,
      maximum: 4294967295,
    }),
    roomManagementUrl: optionalUrl({ meaning: "web page that takes over room management" }),
  },
  identity: (configuration) => configuration.identity,
  indexes: { identity: (configuration) => [fold(configuration.identity)] },
});

export type Configuration = ObjectOf<typeof configurationNoun.properties>;
