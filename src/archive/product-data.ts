import type { ExportedObject } from "../core/export-data.ts";
import type { ImportedData } from "../core/import-data.ts";
import { again } from "../core/sequence.ts";
import type { OpenZip } from "./read-zip.ts";
import { recordsIn, type XmlRecord } from "./xml-records.ts";

const roomsFile = "ChatRooms.xml";

/**
 * What the files of the product say that are known from the outside: users, groups, and rooms with their roles.
 * Throws `invalid-file`.
 */
export function productData(zip: OpenZip): ImportedData {
  if (!zip.has(roomsFile)) throw zip.refusal(roomsFile, "it holds neither pchat-data.json nor ChatRooms.xml");
  const names = new Map<string, string>();
  for (const { fields } of recordsIn(zip, "AdUsers.xml", "User")) {
    names.set(detached(fields["principalId"] ?? ""), detached(fields["UserPrincipalName"] ?? ""));
  }
  for (const { fields } of recordsIn(zip, "AdGroups.xml", "Group")) {
    const id = fields["principalId"] ?? "";
    names.set(detached(id), detached(`guid:${guidOf(id)}`));
  }
  const rooms = again(() => roomsIn(zip, names));
  // Nothing of a zip is taken before all of it was seen.
  for (const _ of rooms);
  return { pool: null, addins: [], categories: [], rooms, messages: [] };
}

/** `{…}`, `ma-grp:…@u.g` and the bare form all name one object. */
const guidOf = (id: string): string =>
  (/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(id)?.[0] ?? id).toLowerCase();

/** The same text on its own: what is cut out of a longer one keeps all of that in memory. */
const detached = (text: string): string => Buffer.from(text).toString();

function* roomsIn(zip: OpenZip, names: ReadonlyMap<string, string>): Iterable<ExportedObject> {
  for (const record of recordsIn(zip, roomsFile, "ChatRoom")) yield roomOf(record, names);
}

function roomOf({ fields, roles }: XmlRecord, names: ReadonlyMap<string, string>): ExportedObject {
  const having = (flag: string): string[] =>
    roles
      .filter((role) => isTrue(role[flag]))
      .map(({ id = "" }) => names.get(id) ?? detached(`guid:${guidOf(id)}`));
  const description = fields["Desc"];
  return {
    name: detached(fields["Name"] ?? ""),
    description: description === undefined ? null : detached(description),
    disabled: isTrue(fields["isDisabled"]),
    members: having("isMember"),
    managers: having("isManager"),
  };
}

const isTrue = (word: string | undefined): boolean => word === "1" || word?.toLowerCase() === "true";
