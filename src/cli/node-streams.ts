import { fstatSync, writeSync } from "node:fs";
import { isatty, type ReadStream, type WriteStream } from "node:tty";
import type { Input, Output } from "./context.ts";

/**
 * A process's stdout or stderr. `write` resolves when the system took the text, so that nothing is lost at the end
 * and a slow reader slows the writer; it rejects upon a full disk or a closed pipe. Node's stream is made only for a
 * terminal, or where a write would block: making it takes a twentieth of the time that starting Node does.
 */
export function nodeOutput(fd: number, open: () => WriteStream): Output {
  let stream: WriteStream | undefined;
  const opened = (): WriteStream => {
    if (stream === undefined) {
      stream = open();
      // Failures reach the callback of each write; without a listener they would end the process with a trace.
      stream.on("error", () => {});
    }
    return stream;
  };
  const isTTY = (): boolean => isTerminal(fd);
  const toStream = (text: string | Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      opened().write(text, (error) => (error == null ? resolve() : reject(error)));
    });
  return {
    get isTTY() {
      return isTTY();
    },
    get columns() {
      return isTTY() ? opened().columns : undefined;
    },
    write: async (text) => {
      if (text === "") return;
      if (stream !== undefined || isTTY()) return toStream(text);
      const rest = writeWhatFits(fd, Buffer.from(text));
      if (rest.length > 0) await toStream(rest);
    },
  };
}

/** Writes until all is written, or the pipe is full and says so instead of waiting. Returns what is left. */
function writeWhatFits(fd: number, bytes: Buffer): Buffer {
  for (let rest = bytes; ; ) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      return rest;
    }
    if (rest.length === 0) return rest;
  }
}

/** A process's stdin, opened when first asked for. */
export function nodeInput(fd: number, open: () => ReadStream): Input {
  return {
    get isTTY() {
      return isTerminal(fd);
    },
    read: async () => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of open()) chunks.push(chunk as Uint8Array);
      return Buffer.concat(chunks);
    },
  };
}

/** Without making a stream. What is no device at all need not be asked: asking loads all that streams need. */
const isTerminal = (fd: number): boolean => isCharacterDevice(fd) && isatty(fd);

/** False for a stream that was closed. */
function isCharacterDevice(fd: number): boolean {
  try {
    return fstatSync(fd).isCharacterDevice();
  } catch {
    return false;
  }
}
