import { poolOf } from "../identity-text.ts";
import { defineNoun } from "../noun.ts";
import { principalKey } from "../principal-word.ts";
import {
  boolean,
  choice,
  name,
  type ObjectOf,
  optionalReference,
  principals,
  reference,
  text,
} from "../property.ts";
import { fold } from "../text.ts";

/** A chat room of a category, with its managers, members and presenters. */
export const roomNoun = defineNoun({
  kind: "room",
  collection: "rooms",
  one: "room",
  many: "rooms",
  properties: {
    identity: name({ meaning: "`pool\\name`", settable: "identity", maxLength: 512 }),
    name: name({ inTable: false, meaning: "name of the room, unique in its pool" }),
    description: text({ inTable: false, meaning: "what the room is for", maxLength: 256 }),
    categoryId: reference({
      meaning: "category that holds the room",
      refersTo: "category",
      shownAs: "category",
      placeholder: "name",
    }),
    disabled: boolean({ meaning: "whether the room is out of use", initial: false }),
    type: choice(["Normal", "Auditorium"], {
      meaning: "whether every member may post, or only presenters",
      initial: "Normal",
    }),
    privacy: choice(["Open", "Closed", "Secret"], {
      meaning:
        "Open: all in scope find and join; Closed: all in scope find, members join; Secret: members only",
      initial: "Closed",
    }),
    invitations: choice(["Inherit", "False"], {
      inTable: false,
      meaning: "whether the room follows its category's invitation setting or sends none",
      initial: "Inherit",
    }),
    addinId: optionalReference({
      inTable: false,
      meaning: "add-in shown in the room",
      refersTo: "addin",
      shownAs: "addin",
      placeholder: "name",
    }),
    members: principals({ meaning: "who may enter a Closed or Secret room" }),
    managers: principals({ meaning: "who may change the room and its people; not members by that" }),
    presenters: principals({ inTable: false, meaning: "who may post in an Auditorium room" }),
  },
  identity: (room) => room.identity,
  indexes: {
    identity: (room) => [fold(room.identity)],
    name: (room) => [fold(room.name)],
    pool: (room) => [fold(poolOf(room.identity))],
    category: (room) => [String(room.categoryId)],
    addin: (room) => (room.addinId === null ? [] : [String(room.addinId)]),
    principal: (room) => [...room.members, ...room.managers, ...room.presenters].map(principalKey),
  },
});

export type Room = ObjectOf<typeof roomNoun.properties>;
