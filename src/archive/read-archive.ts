import { SaxesParser } from "saxes";
import type { ExportedObject } from "../core/export-data.ts";
import type { ImportedData } from "../core/import-data.ts";
import { longestMessage, type Message } from "../core/message.ts";
import { parseTime } from "../core/time.ts";
import { type ExtraFile, extraName } from "./layout.ts";
import { notZip, type OpenZip } from "./read-zip.ts";

/**
 * What a zip holds: all of it where export-data wrote it, else what the product's known files say. Throws
 * `invalid-file` naming the file within it.
 */
export function readArchive(zip: OpenZip, shown: string): ImportedData {
  const extra = zip.text(extraName);
  return extra === undefined ? productData(zip, shown) : ownData(zip, shown, extra);
}

function ownData(zip: OpenZip, shown: string, text: string): ImportedData {
  const extra = parsed(text) as ExtraFile | undefined;
  const lists = [extra?.addins, extra?.categories, extra?.rooms, extra?.messages];
  if (extra?.pchatData !== 1 || !lists.every((list) => Array.isArray(list))) {
    throw notZip(shown, `${extraName} is not one that this version knows`);
  }
  const { addins, categories, rooms, messages, pool } = extra;
  for (const object of [...addins, ...categories, ...rooms]) {
    if (typeof object?.name !== "string") throw notZip(shown, `${extraName} holds an object without a name`);
  }
  return {
    pool: typeof pool === "string" ? pool : null,
    addins,
    categories,
    rooms,
    messages: messages.map(({ room, file }) => {
      if (!zip.names.includes(file)) throw notZip(shown, `${file} is missing`);
      return { room, messages: messagesIn(zip, shown, file) };
    }),
  };
}

const messagesIn = (zip: OpenZip, shown: string, file: string): Iterable<Message> => ({
  *[Symbol.iterator]() {
    let at = 0;
    for (const line of zip.lines(file)) {
      at++;
      const message = parsed(line) as Message | undefined;
      if (message === undefined || !isMessage(message))
        throw notZip(shown, `line ${at} of ${file} is no message`);
      const { id, time, author, text, replaced } = message;
      yield { id, time, author, text, ...(replaced === true ? { replaced } : {}) };
    }
  },
});

const isMessage = ({ time, author, text }: Message): boolean =>
  typeof time === "string" &&
  parseTime(time)?.start === time &&
  typeof author === "string" &&
  /^sip:\S+$/i.test(author) &&
  typeof text === "string" &&
  text.length <= longestMessage;

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The files of the product that are known from the outside: users, groups, and rooms with their roles. */
function productData(zip: OpenZip, shown: string): ImportedData {
  const rooms = zip.text("ChatRooms.xml");
  if (rooms === undefined) throw notZip(shown, "it holds neither pchat-data.json nor ChatRooms.xml");
  const names = new Map([
    ...principalsIn(zip, shown, "AdUsers.xml", "User", (user) => user["UserPrincipalName"] ?? ""),
    ...principalsIn(
      zip,
      shown,
      "AdGroups.xml",
      "Group",
      (group) => `guid:${guidOf(group["principalId"] ?? "")}`,
    ),
  ]);
  const found = recordsIn(rooms, shown, "ChatRooms.xml", "ChatRoom").map((room) => roomOf(room, names));
  return { pool: null, addins: [], categories: [], rooms: found, messages: [] };
}

/** `{…}`, `ma-grp:…@u.g` and the bare form all name one object. */
const guidOf = (id: string): string =>
  (/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(id)?.[0] ?? id).toLowerCase();

/** The words for principals by their numbers. Where properties are elements they count like attributes. */
function principalsIn(
  zip: OpenZip,
  shown: string,
  file: string,
  element: string,
  word: (fields: Readonly<Record<string, string>>) => string,
): readonly (readonly [string, string])[] {
  const text = zip.text(file);
  if (text === undefined) return [];
  return recordsIn(text, shown, file, element).map(({ fields }) => [
    fields["principalId"] ?? "",
    word(fields),
  ]);
}

interface XmlRecord {
  /** Attributes, and elements that hold text only, by name. */
  readonly fields: Record<string, string>;
  /** Attributes of the Principal elements within. */
  readonly roles: Record<string, string>[];
}

/** Each element of a name in a file, without the ones within it. */
function recordsIn(text: string, shown: string, file: string, element: string): readonly XmlRecord[] {
  const records: XmlRecord[] = [];
  let open: XmlRecord | undefined;
  let words = "";
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw notZip(shown, `${file}: ${error.message}`);
  });
  parser.on("opentag", ({ name, attributes }) => {
    words = "";
    const given = { ...(attributes as Record<string, string>) };
    if (open === undefined && name === element) {
      open = { fields: given, roles: [] };
      records.push(open);
    } else if (name === "Principal") open?.roles.push(given);
  });
  const addText = (chunk: string): void => {
    words += chunk;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", ({ name }) => {
    if (name === element) open = undefined;
    else if (open !== undefined && words.trim() !== "") open.fields[name] ??= words;
    words = "";
  });
  parser.write(text).close();
  return records;
}

function roomOf({ fields, roles }: XmlRecord, names: ReadonlyMap<string, string>): ExportedObject {
  const having = (flag: string): string[] =>
    roles.filter((role) => isTrue(role[flag])).map(({ id = "" }) => names.get(id) ?? `guid:${guidOf(id)}`);
  return {
    name: fields["Name"] ?? "",
    description: fields["Desc"] ?? null,
    disabled: isTrue(fields["isDisabled"]),
    members: having("isMember"),
    managers: having("isManager"),
  };
}

const isTrue = (word: string | undefined): boolean => word === "1" || word?.toLowerCase() === "true";
