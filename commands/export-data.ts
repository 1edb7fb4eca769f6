import { choiceOf, defineCommand, flag, list, type ServiceContext, value } from "../src/cli/command.ts";
import { createDraft } from "../src/core/draft.ts";
import { DomainError } from "../src/core/errors.ts";
import {
  type ExportedData,
  type ExportRequest,
  exportData,
  exportLevels,
  exportsMessages,
} from "../src/core/export-data.ts";
import { poolForNew } from "../src/core/identity.ts";
import type { Content, Message } from "../src/core/message.ts";
import type { Room } from "../src/core/nouns/room.ts";
import { setRooms } from "../src/core/room.ts";
import { again } from "../src/core/sequence.ts";
import type { State } from "../src/core/state.ts";
import { exportView } from "../src/output/data-view.ts";
import { renderJsonDocument } from "../src/output/json.ts";

const notUsed = "understood and not used, since there is no SQL Server behind a model";

export default defineCommand({
  summary: "write categories, rooms, people and messages of a pool into a zip file",
  group: "messages",
  cmdlet: "Export-CsPersistentChatData",
  argument: { name: "file", meaning: "zip file to make", minimum: 0, maximum: 1, stdin: false },
  options: {
    "file-name": value("zip file to make, in the place of the word", { placeholder: "file" }),
    level: choiceOf(
      exportLevels,
      "User: people; Category: and categories; RoomDirectory: and rooms; Content: only messages (default All)",
    ),
    scope: list("only this category and its rooms", { placeholder: "category" }),
    "start-date": value("only messages from this ISO day or time on", { placeholder: "time" }),
    timezone: value("time zone of the day (default UTC)", { placeholder: "name" }),
    "disable-exported-nodes": flag("disable every exported room afterwards"),
    report: value("page to write with what was exported; replaced where it is there", {
      placeholder: "file",
    }),
    "db-instance": value(notUsed, { placeholder: "server\\instance" }),
    "db-name": value(notUsed, { placeholder: "name" }),
  },
  examples: [
    { line: "pchat export-data pchat.zip", does: "everything of the only pool" },
    {
      line: "pchat export-data it.zip --scope IT --start-date 2026-01-01 --report it.html",
      does: "one category with its rooms and their messages since a day, and a page about it",
    },
  ],
  notes: [
    "The zip has the files of the product's own exports that are known: AdUsers.xml, AdGroups.xml, AdAffiliations.xml and ChatRooms.xml. What they have no place for (categories, add-ins, settings and presenters of rooms, containers and domains) is in pchat-data.json, and messages are in messages/, one a line; import-data reads all of it. Policies and configuration are no part of it: backup-store copies the whole store.",
    "RoomDirectory holds messages only with --start-date. A file that is there already is replaced only with --force. Where nothing is deployed, an empty export is written, and that is success.",
  ],
  check: ({ words, options }) => {
    if (words.length + Number(options["file-name"] !== undefined) !== 1) {
      throw new DomainError("missing-value", "`export-data` takes a file, as a word or with `--file-name`", {
        hint: { say: "for example pchat.zip" },
      });
    }
    if (options["start-date"] === undefined || !["User", "Category"].includes(options.level ?? "All")) return;
    throw new DomainError(
      "invalid-usage",
      `\`--start-date\` is for messages, which level \`${options.level}\` has none of`,
    );
  },
  service: async (context, input) => {
    const { store, now, whatIf, preparation } = context;
    const { words, options } = input;
    const file = words[0] ?? options["file-name"]!;
    await preparation.requirePlace({ path: file, onlyFile: true });
    if (options.report !== undefined) {
      await preparation.requirePlace({
        path: options.report,
        others: [file],
        onlyFile: true,
        replaces: "anything",
      });
    }
    const from = await preparation.spanOf("`--start-date`", options["start-date"], options.timezone);
    const { state, content } = await store.read();
    const request: ExportRequest = {
      pool: poolOf(state, input.pool),
      level: options.level ?? "All",
      scope: options.scope,
      startDate: from?.start,
    };
    const { data, rooms, exportedRooms } = exportData(state, request);
    const messages = exportsMessages(request) ? messagesOf(rooms, content, request.startDate) : [];
    const disabling = options["disable-exported-nodes"] ? identitiesToDisable(rooms) : [];
    const row = { file, ...countsOf(data, exportedRooms, messages), disabled: disabling.length };
    const notes = notesOf(data.pool, messages.length > 0);
    if (whatIf) {
      const hints = [{ say: `would write \`${file}\` (nothing was written)` }];
      return { view: exportView, rows: [{ ...row, sizeBytes: null }], hints };
    }
    if (disabling.length > 0) await context.confirm(disableQuestion(disabling));
    const archive = await preparation.loadDataArchive();
    const sizeBytes = await archive.write(
      file,
      { data, messages },
      { time: now, toJson: renderJsonDocument },
    );
    if (disabling.length > 0) await disable(context, disabling);
    if (options.report !== undefined) {
      const facts = Object.entries({ ...row, sizeBytes }).map(([name, said]) => [name, said ?? ""] as const);
      const rows = again(() => rowsOf(messages));
      const headers = ["room", "messages"];
      await archive.writeReport(options.report, {
        title: "Persistent Chat export",
        facts,
        headers,
        rows,
        notes,
      });
    }
    return { view: exportView, rows: [{ ...row, sizeBytes }], hints: notes.map((say) => ({ say })) };
  },
});

/** The pool that is meant; undefined where none is deployed. */
const poolOf = (state: State, pool: string | undefined): string | undefined =>
  state.count("pools") === 0 ? undefined : poolForNew(state, { pool: undefined, name: "" }, { pool }).fqdn;

function* rowsOf(
  messages: Iterable<{ readonly room: string; readonly count: number }>,
): Iterable<readonly (string | number)[]> {
  for (const { room, count } of messages) yield [room, count];
}

const countsOf = (data: ExportedData, rooms: number, messages: readonly { readonly count: number }[]) => ({
  pool: data.pool,
  level: data.level,
  principals: data.principals.count,
  addins: data.addins.length,
  categories: data.categories.length,
  rooms,
  messages: messages.reduce((sum, { count }) => sum + count, 0),
});

function messagesOf(rooms: Iterable<Room>, content: Content, from = "") {
  const found: { readonly room: string; readonly messages: Iterable<Message>; readonly count: number }[] = [];
  for (const { id, name } of rooms) {
    const messages: Iterable<Message> = {
      *[Symbol.iterator]() {
        for (const message of content.messages(id)) if (message.time >= from) yield message;
      },
    };
    let count = 0;
    for (const _ of messages) count++;
    if (count > 0) found.push({ room: name, messages, count });
  }
  return found;
}

function identitiesToDisable(rooms: Iterable<Room>): readonly string[] {
  const found: string[] = [];
  for (const { disabled, identity } of rooms) if (!disabled) found.push(identity);
  return found;
}

const disableQuestion = (rooms: readonly string[]): string =>
  `disable ${rooms.length === 1 ? `room \`${rooms[0]!}\`` : `${rooms.length} rooms`} after the export?`;

/** Only the rooms: categories cannot be disabled in the model. */
async function disable({ store, author }: ServiceContext, rooms: readonly string[]): Promise<void> {
  await store.update(author, ({ state, nextId }: { readonly state: State; readonly nextId: number }) => {
    const draft = createDraft(state, nextId);
    setRooms(draft, rooms, { disabled: true });
    return { change: { writes: draft.writes(), nextId: draft.nextId }, value: undefined };
  });
}

function notesOf(pool: string | null, hasMessages: boolean): string[] {
  if (pool === null) return ["nothing is deployed, so the export is empty"];
  const beyond = hasMessages ? "pchat-data.json and messages/" : "pchat-data.json";
  return [
    `the product's own layout has no known place for part of this: it is in ${beyond} of the same zip, which import-data reads`,
  ];
}
