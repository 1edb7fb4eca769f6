import type { ExportedData, ExportedObject, ExportedPrincipal } from "../core/export-data.ts";
import type { Message } from "../core/message.ts";
import { principalKey } from "../core/principal-word.ts";
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
export interface ExtraFile extends ExportedData {
  readonly pchatData: 1;
  readonly messages: readonly { readonly room: string; readonly file: string }[];
}

export const extraName = "pchat-data.json";

/**
 * The files of an export: the four of the product's layout that are known from the outside (semantics: export), then
 * what they cannot hold. Users and groups stand in the first three, rooms with their roles in the fourth.
 */
export function* filesOf(data: ExportedData, messages: readonly RoomMessages[]): Generator<ArchiveFile> {
  const users = data.principals.filter(({ kind }) => kind === "user");
  const groups = data.principals.filter(({ kind }) => kind === "group");
  yield pool("AdUsers.xml", "AdUsers", users.map(userElement));
  yield pool(
    "AdGroups.xml",
    "AdGroups",
    groups.map(({ id }) => element("Group", { principalId: id })),
  );
  yield pool("AdAffiliations.xml", "AdAffiliations", [...users, ...groups].map(affiliation));
  yield pool("ChatRooms.xml", "ChatRooms", roomElements(data));
  const listed = messages.map(({ room }, at) => ({ room, file: `messages/${at + 1}.ndjson` }));
  const extra: ExtraFile = { pchatData: 1, ...data, messages: listed };
  yield { name: extraName, text: [`${JSON.stringify(extra, null, 2)}\n`] };
  for (const [at, { messages: list }] of messages.entries()) {
    yield { name: listed[at]!.file, text: lines(list) };
  }
}

const pool = (name: string, section: string, elements: readonly string[]): ArchiveFile => ({
  name,
  text: [declaration, element("Pool", {}, element(section, {}, ...elements)), "\n"],
});

const userElement = ({ id, userPrincipalName }: ExportedPrincipal): string =>
  element("User", { principalId: id, UserPrincipalName: userPrincipalName ?? "" });

function affiliation({ id, kind, memberOf }: ExportedPrincipal): string {
  const groups = memberOf.map((group) => element("Group", { id: group }));
  return element(kind === "user" ? "User" : "Group", { id }, element("Groups", {}, ...groups));
}

function roomElements({ rooms, categories, principals }: ExportedData): string[] {
  const numbers = new Map(principals.map(({ principal, id }) => [principalKey(principal), id]));
  const creators = new Map(categories.map((category) => [category.name, keysOf(category, "creators")]));
  return rooms.map((room) => {
    const members = keysOf(room, "members");
    const managers = keysOf(room, "managers");
    const mayCreate = creators.get(String(room["category"])) ?? new Set();
    const roles = [...new Set([...members, ...managers])].map((key) =>
      element("Principal", {
        id: numbers.get(key) ?? 0,
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

/** In chunks of many lines, since each chunk has a price of its own in a stream. */
function* lines(messages: Iterable<Message>): Generator<string> {
  let chunk = "";
  for (const message of messages) {
    chunk += `${JSON.stringify(message)}\n`;
    if (chunk.length < chunkLength) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}

const chunkLength = 64 * 1024;
