import type { ReadStream, WriteStream } from "node:tty";
import type { Input, Output } from "./context.ts";

/**
 * A process's stdout or stderr. `write` resolves when the system took the text, so that nothing is lost at the end
 * and a slow reader slows the writer; it rejects upon a full disk or a closed pipe.
 */
export function nodeOutput(stream: WriteStream): Output {
  // Failures reach the callback of each write; without a listener they would end the process with a trace.
  stream.on("error", () => {});
  return {
    isTTY: stream.isTTY === true,
    columns: stream.isTTY === true ? stream.columns : undefined,
    write: (text) =>
      text === ""
        ? Promise.resolve()
        : new Promise((resolve, reject) => {
            stream.write(text, (error) => (error == null ? resolve() : reject(error)));
          }),
  };
}

export function nodeInput(stream: ReadStream): Input {
  return {
    isTTY: stream.isTTY === true,
    read: async () => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of stream) chunks.push(chunk as Uint8Array);
      return Buffer.concat(chunks);
    },
  };
}
