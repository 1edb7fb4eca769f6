import type { FileBytes } from "./context.ts";

/** Bytes that come only once, as from a pipe, and are therefore kept. */
export function heldBytes(bytes: Uint8Array): FileBytes {
  const held = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    size: held.length,
    bytes: ({ offset, length } = { offset: 0, length: held.length }) => [
      held.subarray(offset, offset + length),
    ],
  };
}
