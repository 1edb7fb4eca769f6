/**
 * A process that posts messages in a room again and again, for tests that end it at any moment. After every third it
 * marks all that are there, as one change. Says `ready`, then a line for each message that was acknowledged: its
 * number, its text, and how long it took in milliseconds.
 *
 * Words: path, name of this writer, number of messages, and optionally the step and its turn at which to die.
 */
import { writeSync } from "node:fs";
import process from "node:process";
import { author, openAt } from "../store/values.ts";

const [path, name, count, dieAt, turn] = process.argv.slice(2) as [string, string, string, string?, string?];

let turns = 0;
const checkpoint = (step: string): void => {
  if (step === dieAt && ++turns === Number(turn)) process.kill(process.pid, "SIGKILL");
};
const store = openAt(path, { command: name, lockTimeout: 600, checkpoint });

writeSync(1, "ready\n");
for (let at = 0; at < Number(count); at++) {
  const start = performance.now();
  const text = `${name} ${at} ${"x".repeat(at * 97)}`;
  const message = { time: author().time, author: "sip:ana@contoso.com", text };
  const { id } = await store.post(() => ({ message: { room: 3, message }, value: 0 }));
  writeSync(1, `${id}\t${text}\t${Math.round(performance.now() - start)}\n`);
  if (at % 3 === 2) await mark();
}

function mark(): Promise<unknown> {
  return store.update(author({ command: name }), ({ nextId }) => ({
    change: {
      writes: [],
      nextId,
      content: [
        {
          roomId: 3,
          room: "Desk",
          edit: (message) => (message.replaced === true ? message : { ...message, replaced: true }),
        },
      ],
    },
    value: 0,
  }));
}
