import type { ExportedObject } from "../core/export-data.ts";
import type { ImportedData } from "../core/import-data.ts";
import { longestMessage, type Message } from "../core/message.ts";
import { again } from "../core/sequence.ts";
import { parseTime } from "../core/time.ts";
import { type JsonVisitor, type ScannedJson, scanJson } from "../text/json-scan.ts";
import { NotUtf8, TooLong, textWindow } from "../text/text-window.ts";
import { type ExtraFile, extraName } from "./layout.ts";
import type { OpenZip } from "./read-zip.ts";
import { createPlaces, type Places, slices } from "./slices.ts";

/** Far more than a list that names everybody of a large directory. */
const largestObject = 64 * 1024 * 1024;

type FileOfRoom = ExtraFile["messages"][number];

/**
 * What `pchat-data.json` of a zip says. It is read through once, object by object; of rooms only their places are
 * kept. `largest` is how many characters one object may have. Throws `invalid-file`.
 */
export function ownData(zip: OpenZip, largest = largestObject): ImportedData {
  const addins: ExportedObject[] = [];
  const categories: ExportedObject[] = [];
  const messages: FileOfRoom[] = [];
  const rooms = createPlaces();
  let isNamed = true;
  let areMessages = true;
  const head = headOf(zip, largest, (list, _, item, place) => {
    if (list === "messages") {
      areMessages &&= isFileOfRoom(item);
      messages.push(item as FileOfRoom);
    } else if (list === "addins" || list === "categories" || list === "rooms") {
      isNamed &&= isNamedObject(item);
      if (list === "rooms") rooms.add(place);
      else (list === "addins" ? addins : categories).push(item as ExportedObject);
    }
    return true;
  });
  if (head === undefined || !areMessages) throw unknownFile(zip);
  if (!isNamed) throw zip.refusal(extraName, `${extraName} holds an object without a name`);
  const missing = messages.find(({ file }) => !zip.has(file));
  if (missing !== undefined) throw zip.refusal(extraName, `${missing.file} is missing`);
  return {
    pool: typeof head.pool === "string" ? head.pool : null,
    addins,
    categories,
    rooms: again(() => roomsAt(zip, rooms)),
    messages: again(() => eachRoom(zip, messages)),
  };
}

const unknownFile = (zip: OpenZip) =>
  zip.refusal(extraName, `${extraName} is not one that this version knows`);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const isNamedObject = (value: unknown): value is ExportedObject =>
  isObject(value) && typeof value["name"] === "string";

const isFileOfRoom = (value: unknown): boolean =>
  isObject(value) && typeof value["room"] === "string" && typeof value["file"] === "string";

/** What the file says beside its lists, of which every item was taken; undefined where it is of another kind. */
function headOf(
  zip: OpenZip,
  largest: number,
  take: NonNullable<JsonVisitor["take"]>,
): Partial<ExtraFile> | undefined {
  const { value, faults } = scanned(zip, largest, take);
  const head = value as Partial<ExtraFile> | null | undefined;
  const lists = [head?.addins, head?.categories, head?.rooms, head?.messages];
  // Of a list that is there twice it cannot be told which is meant.
  const isClear = faults.every(({ path }) => path.length !== 1);
  return head?.pchatData === 1 && isClear && lists.every(Array.isArray) ? head : undefined;
}

function scanned(zip: OpenZip, largest: number, take: NonNullable<JsonVisitor["take"]>): ScannedJson {
  try {
    return scanJson(textWindow(zip.bytes(extraName), largest), { take });
  } catch (error) {
    if (error instanceof NotUtf8) throw zip.refusal(extraName, `${extraName} is not UTF-8`);
    if (error instanceof TooLong) {
      throw zip.refusal(extraName, `${extraName} holds an object that is too large`);
    }
    throw error;
  }
}

function* roomsAt(zip: OpenZip, places: Places): Iterable<ExportedObject> {
  for (const bytes of slices(zip.bytes(extraName), places)) {
    const room = parsed(bytes.toString("utf8"));
    // Whoever writes to the zip in the meantime takes from it what was found there.
    if (!isNamedObject(room)) throw zip.refusal(extraName, `${extraName} is damaged`);
    yield room;
  }
}

function* eachRoom(
  zip: OpenZip,
  messages: readonly FileOfRoom[],
): Iterable<{ readonly room: string; readonly messages: Iterable<Message> }> {
  for (const { room, file } of messages) yield { room, messages: again(() => messagesIn(zip, file)) };
}

function* messagesIn(zip: OpenZip, file: string): Iterable<Message> {
  let at = 0;
  for (const line of zip.lines(file)) {
    at++;
    const message = parsed(line) as Message | undefined;
    if (message === undefined || !isMessage(message)) {
      throw zip.refusal(file, `line ${at} of ${file} is no message`);
    }
    const { id, time, author, text, replaced } = message;
    yield { id, time, author, text, ...(replaced === true ? { replaced } : {}) };
  }
}

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
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
