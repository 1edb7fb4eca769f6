import type { FileBytes } from "./context.ts";

/** Bytes that come only once, as from a pipe, and are therefore kept. */
export const heldBytes = (held: Uint8Array): FileBytes => ({
  size: held.length,
  bytes: ({ offset, length } = { offset: 0, length: held.length }) => [
    Buffer.from(held.buffer, held.byteOffset + offset, length),
  ],
});
