import type { ExportedData, ExportedObject, ExportedPrincipal } from "../core/export-data.ts";
import type { Message } from "../core/message.ts";
import { principalKey } from "../core/principal-word.ts";
import { chunked } from "./chunked.ts";
import { declaration, element, escapeText } from "./xml.ts";

/** One file of an archive, its text in chunks. */
export interface ArchiveFile {
  readonly name: string;
  readonly text: Iterable<string>;
}

/** The messages of one room. */
export interface RoomMessages {
  /** Name of the room. */
  readonly room: string;
  readonly messages: Iterable<Message>;
}

/**
 * What `pchat-data.json` says, the file for everything that the product's layout has no place for, or none that is known.
 * `messages` names the file of each room's messages, one a line: `{ id, time, author, text, replaced? }`.
 */
export interface ExtraFile extends Omit<ExportedData, "principals"> {
  readonly pchatData: 1;
  readonly principals: readonly ExportedPrincipal[];
  readonly rooms: readonly ExportedObject[];
  readonly messages: readonly { readonly room: string; readonly file: string }[];
}

export const extraName = "pchat-data.json";

/**
 * The files of an export: the four of the product's layout that are known from the outside (semantics: export), then
 * what they cannot hold. Users and groups stand in the first three, rooms with their roles in the fourth.
 */
export function* filesOf(
  data: ExportedData,
  messages: readonly RoomMessages[],
  toJson: ToJson,
): Generator<ArchiveFile> {
  const users = data.principals.ofKind("user");
  const groups = data.principals.ofKind("group");
  yield pool("AdUsers.xml", "AdUsers", each(users, userElement));
  yield pool(
    "AdGroups.xml",
    "AdGroups",
    each(groups, ({ id }) => element("Group", { principalId: id })),
  );
  yield pool("AdAffiliations.xml", "AdAffiliations", affiliations(users, groups));
  yield pool("ChatRooms.xml", "ChatRooms", roomElements(data));
  yield { name: extraName, text: toJson({ pchatData: 1, ...data, messages: listOf(messages) }) };
  for (const [at, { messages: list }] of messages.entries()) {
    yield { name: fileOf(at), text: chunked(each(list, (message) => `${JSON.stringify(message)}\n`)) };
  }
}

/** The file with the messages of the room that has this place in the list. */
const fileOf = (at: number): string => `messages/${at + 1}.ndjson`;

function* listOf(messages: readonly RoomMessages[]): Iterable<ExtraFile["messages"][number]> {
  for (const [at, { room }] of messages.entries()) yield { room, file: fileOf(at) };
}

/** An object as JSON, in pieces; what in it is iterable, but no array, becomes a list as it is read. */
export type ToJson = (document: Readonly<Record<string, unknown>>) => Iterable<string>;

const pool = (name: string, section: string, elements: Iterable<string>): ArchiveFile => ({
  name,
  text: chunked(poolText(section, elements)),
});

function* poolText(section: string, elements: Iterable<string>): Iterable<string> {
  yield `${declaration}<Pool>`;
  let isEmpty = true;
  for (const text of elements) {
    if (isEmpty) yield `<${section}>`;
    isEmpty = false;
    yield text;
  }
  yield `${isEmpty ? `<${section}/>` : `</${section}>`}</Pool>\n`;
}

function* each<T>(objects: Iterable<T>, text: (object: T) => string): Iterable<string> {
  for (const object of objects) yield text(object);
}

const userElement = ({ id, userPrincipalName }: ExportedPrincipal): string =>
  element("User", { principalId: id, UserPrincipalName: userPrincipalName ?? "" });

function* affiliations(
  users: Iterable<ExportedPrincipal>,
  groups: Iterable<ExportedPrincipal>,
): Iterable<string> {
  yield* each(users, affiliation);
  yield* each(groups, affiliation);
}

function affiliation({ id, kind, memberOf }: ExportedPrincipal): string {
  const groups = memberOf.map((group) => element("Group", { id: group }));
  return element(kind === "user" ? "User" : "Group", { id }, element("Groups", {}, ...groups));
}

function roomElements({ rooms, categories, principals }: ExportedData): Iterable<string> {
  const creators = new Map(categories.map((category) => [category.name, keysOf(category, "creators")]));
  return each(rooms, (room) => {
    const members = keysOf(room, "members");
    const managers = keysOf(room, "managers");
    const mayCreate = creators.get(String(room["category"])) ?? new Set();
    const roles = [...new Set([...members, ...managers])].map((key) =>
      element("Principal", {
        id: principals.numberOf(key) ?? 0,
        isManager: Number(managers.has(key)),
        isMember: Number(members.has(key)),
        isCreator: Number(mayCreate.has(key)),
      }),
    );
    const description = room["description"] as string | null;
    return element(
      "ChatRoom",
      { isDisabled: String(room["disabled"]) },
      element("Name", {}, escapeText(room.name)),
      ...(description === null ? [] : [element("Desc", {}, escapeText(description))]),
      element("Roles", {}, ...roles),
    );
  });
}

const keysOf = (object: ExportedObject, list: string): ReadonlySet<string> =>
  new Set((object[list] as readonly string[]).map(principalKey));
