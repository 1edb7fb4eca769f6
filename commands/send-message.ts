import { defineCommand } from "../src/cli/command.ts";
import { DomainError } from "../src/core/errors.ts";
import { findInPool } from "../src/core/identity.ts";
import { checkMessageText } from "../src/core/message.ts";
import { keepsHistory, requireAccess } from "../src/core/message-access.ts";
import { resolvePrincipal } from "../src/core/principal.ts";
import { sentView } from "../src/output/message-view.ts";

export default defineCommand({
  summary: "post a message in a room, as a user who may",
  group: "messages",
  argument: {
    name: "room",
    meaning: "the room, then the text; - reads the text from stdin",
    minimum: 2,
    maximum: 2,
    stdin: false,
  },
  examples: [
    {
      line: "pchat send-message 'Help Desk' 'Printers are back' --as 'Ken Myer'",
      does: "post a message as a person",
    },
  ],
  notes: [
    "--as says whose message it is; the same rules decide as in test-access --action post. In a category without chat history the message is not kept.",
    "Messages are no configuration: the store's serial stays, and the history does not list them.",
  ],
  check: ({ words: [, text] }) => {
    if (text !== "-") checkMessageText("the text", text!);
  },
  takesRole: true,
  service: async ({ store, author, whatIf, preparation }, { words: [word, given], pool }) => {
    const { as } = author;
    if (as === null) throw nobodySends();
    const text = checkMessageText("the text", given === "-" ? await textFromStdin(preparation) : given!);
    const step = ({ state }: Pick<Awaited<ReturnType<typeof store.read>>, "state">) => {
      const user = resolvePrincipal(state, as, "user").stored;
      const room = findInPool(state, "rooms", word!, { pool });
      const warnings = requireAccess(state, user, "post", room);
      const kept = keepsHistory(state, room);
      const message = { room: room.id, message: { time: author.time, author: user, text } };
      return { message: kept ? message : undefined, value: { room: room.identity, user, kept, warnings } };
    };
    const { value, id } = whatIf ? { ...step(await store.read()), id: undefined } : await store.post(step);
    const { room, user, kept, warnings } = value;
    const said = whatIf ? [{ say: `would post a message in \`${room}\` (nothing was written)` }] : [];
    return {
      view: sentView,
      rows: whatIf ? [] : [{ room, id: id ?? null, time: author.time, author: user, kept }],
      warnings: kept ? warnings : [...warnings, { code: "history-off", room }],
      hints: said,
    };
  },
});

/** One line feed at the end is the shell's, not the message's. */
async function textFromStdin({ readText }: { readText(path: string): Promise<string> }): Promise<string> {
  return (await readText("-")).replace(/\r?\n$/, "");
}

function nobodySends(): DomainError {
  return new DomainError("missing-value", "`send-message` needs `--as`: a message is somebody's", {
    hint: { say: "name the user who posts it, as in --as 'Ken Myer'" },
    details: { missing: ["--as"] },
  });
}
