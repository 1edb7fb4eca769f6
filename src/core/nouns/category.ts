import { poolOf } from "../identity-text.ts";
import { defineNoun } from "../noun.ts";
import { principalKey } from "../principal-word.ts";
import { boolean, name, type ObjectOf, principals, text } from "../property.ts";
import { fold } from "../text.ts";

/** A group of rooms with one permission model: who may be in its rooms, and who may create them. */
export const categoryNoun = defineNoun({
  kind: "category",
  collection: "categories",
  one: "category",
  many: "categories",
  properties: {
    identity: name({ meaning: "`pool\\name`", settable: "identity", maxLength: 512 }),
    name: name({ inTable: false, meaning: "name of the category, unique in its pool" }),
    description: text({ inTable: false, meaning: "what the category is for", maxLength: 256 }),
    invitations: boolean({
      inTable: false,
      meaning: "whether its rooms may notify people added to them",
      initial: false,
      aliases: ["invites"],
      switches: { "enable-invitations": true },
    }),
    fileUpload: boolean({
      inTable: false,
      meaning: "whether files may be uploaded (Lync 2013 clients ignore it)",
      initial: false,
      switches: { "enable-file-upload": true },
    }),
    chatHistory: boolean({
      inTable: false,
      meaning: "whether its rooms keep history",
      initial: true,
      switches: { "remove-chat-history": false },
    }),
    allowedMembers: principals({
      meaning: "who may be put into its rooms: users, groups, containers (OUs) and domains",
    }),
    deniedMembers: principals({ meaning: "who may never be in its rooms; beats allowed members" }),
    creators: principals({ meaning: "who may create rooms in it; must be allowed" }),
  },
  identity: (category) => category.identity,
  indexes: {
    identity: (category) => [fold(category.identity)],
    name: (category) => [fold(category.name)],
    pool: (category) => [fold(poolOf(category.identity))],
    principal: (category) =>
      [...category.allowedMembers, ...category.deniedMembers, ...category.creators].map(principalKey),
  },
});

export type Category = ObjectOf<typeof categoryNoun.properties>;
