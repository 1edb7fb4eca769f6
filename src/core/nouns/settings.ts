import { defineNoun } from "../noun.ts";
import { type ObjectOf, text } from "../property.ts";

/** What the store asks of those who change it: at most one object, made when first set. */
export const settingsNoun = defineNoun({
  kind: "settings",
  collection: "settings",
  one: "settings",
  many: "settings",
  properties: {
    requireReason: text({
      meaning: "regular expression that the reason of every change must match, such as a ticket number",
      maxLength: 256,
      placeholder: "pattern",
    }),
  },
  identity: () => "store",
  indexes: { identity: () => ["store"] },
});

export type Settings = ObjectOf<typeof settingsNoun.properties>;
